"""The picture of the graph: scenes, SVG and the offline page."""
