"""The maintainer's desk: what the checks find while files change, a form for a study, and which answers it changes."""
