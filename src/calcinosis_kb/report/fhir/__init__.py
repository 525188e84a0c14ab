"""An answer as a FHIR R4 Bundle: guidance with proposals, never an order (docs/fhir-export.md)."""
