"""Read FHIR R4 resources as a patient file, with an account of what became of every entry. Plain JSON in, no network, no clock."""
