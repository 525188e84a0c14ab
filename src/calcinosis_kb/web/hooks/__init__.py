"""The CDS Hooks service: a record system sends a patient, and is answered with cards (docs/cds-hooks.md)."""
