"""What maintainers need around the YAML files: their canonical form, their schemas, and new ones to fill in."""
