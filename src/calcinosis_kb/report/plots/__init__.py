"""Pictures of evidence and evaluation (matplotlib)."""
