"""The content of knowledge/: models, loader, integrity checks, grading of evidence, and the reading of names."""
