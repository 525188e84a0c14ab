"""Files on disk, without any medicine: strict YAML, validation, overlays, drafts, cache, writing."""
