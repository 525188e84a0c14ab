"""The evidence as FHIR R5: Citation, EvidenceVariable, Evidence and ArtifactAssessment (docs/evidence-exports.md)."""
