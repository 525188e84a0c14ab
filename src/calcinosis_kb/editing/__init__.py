"""The maintainer's hand: new, fmt, schema, quotes."""
