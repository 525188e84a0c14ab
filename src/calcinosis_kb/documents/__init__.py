"""Text on disk, knowing nothing of medicine: strict YAML, validation, overlay, writing."""
