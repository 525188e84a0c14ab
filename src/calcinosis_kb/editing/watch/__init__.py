"""The literature watch: search services for what is new on each therapy, leave out what is known, open drafts, record the search."""
