"""What is typed about a patient, turned into a patient file: options, one line at a time, an interview."""
