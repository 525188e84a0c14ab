"""The pages for one patient. The patient comes with each request and is kept nowhere."""
