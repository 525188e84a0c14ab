"""What is known: models of the YAML, its loader, its checks, and the grading of evidence."""
