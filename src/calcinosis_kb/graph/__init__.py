"""The graph of mechanisms and the paths through it."""
