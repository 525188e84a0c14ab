"""Tools for maintainers: new files, formatting, JSON Schemas, quotes."""
