"""Export the evidence in the formats that others read: one content as tables, one module per format."""
