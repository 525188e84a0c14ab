"""One report per question to the graph."""
