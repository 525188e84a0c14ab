"""Export the graph to the formats of other programs: one module per family of formats."""
