"""Draw the graph: scenes, SVG pictures and an interactive offline page."""
