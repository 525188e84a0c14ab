"""Patients: the patient file, the names that clinicians type, and the patient as understood."""
