"""Lay out the boxes and lines of a picture."""
