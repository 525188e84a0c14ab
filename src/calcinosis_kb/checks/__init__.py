"""Everything that `check` reports."""
