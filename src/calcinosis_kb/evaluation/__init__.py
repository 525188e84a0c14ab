"""Compare answers with expectations: golden cases, published cases with scores, and versions of the base."""
