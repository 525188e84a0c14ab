"""Read databases of the OMOP Common Data Model, 5.3 and 5.4: one patient, and the same expressions for a whole cohort."""
