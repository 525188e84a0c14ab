"""Geometry of the map as ``d`` attributes of SVG paths: outlines of boxes, curves of lines, line ends."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from calcinosis_kb.map.layout.routing import Point

__all__ = ["End", "Shape", "curve", "decoration", "end", "outline"]

Shape = Literal["pill", "hexagon", "box", "round", "octagon", "tab", "slant", "stack"]
End = Literal["arrow", "bar", "bar_and_arrow", "chevron", "ring"]


def outline(shape: Shape, width: float, height: float) -> str:
    """Return the closed outline of a box centred on the origin."""
    x, y = width / 2, height / 2
    if shape == "hexagon":
        tip = min(9.0, y)
        return f"M{-x:g} 0L{-x + tip:g} {-y:g}H{x - tip:g}L{x:g} 0L{x - tip:g} {y:g}H{-x + tip:g}Z"
    if shape == "octagon":
        cut = min(8.0, y / 2)
        right = f"l{cut:g} {-cut:g}H{x - cut:g}l{cut:g} {cut:g}V{y - cut:g}"
        return f"M{-x:g} {-y + cut:g}{right}l{-cut:g} {cut:g}H{-x + cut:g}l{-cut:g} {-cut:g}Z"
    if shape == "slant":
        return f"M{-x + 8:g} {-y:g}H{x:g}L{x - 8:g} {y:g}H{-x:g}Z"
    if shape not in ("pill", "round"):
        return f"M{-x:g} {-y:g}H{x:g}V{y:g}H{-x:g}Z"
    radius = min(y, 22.0) if shape == "pill" else min(y / 2, 9.0)
    arc = f"a{radius:g} {radius:g} 0 0 1"
    return (
        f"M{-x + radius:g} {-y:g}H{x - radius:g}{arc} {radius:g} {radius:g}V{y - radius:g}{arc} {-radius:g} {radius:g}"
        f"H{-x + radius:g}{arc} {-radius:g} {-radius:g}V{-y + radius:g}{arc} {radius:g} {-radius:g}Z"
    )


def decoration(shape: Shape, width: float, height: float) -> str:
    """Return the extra lines of some shapes, such as a second sheet below or a double side."""
    x, y = width / 2, height / 2
    if shape == "stack":
        return f"M{-x + 4:g} {y + 4:g}H{x + 4:g}V{-y + 4:g}"
    if shape == "tab":
        return f"M{-x + 5:g} {-y:g}V{y:g}M{x - 5:g} {-y:g}V{y:g}"
    return ""


def curve(points: tuple[Point, ...]) -> str:
    """Return a smooth line through the points, level at each point.

    >>> curve(((0, 0), (10, 0), (30, 8)))
    'M0 0H10C20 0 20 8 30 8'
    """
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (x + to_x) / 2
        parts.append(f"H{to_x:g}" if y == to_y else f"C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}")
    return "".join(parts)


def end(points: tuple[Point, ...], kind: End) -> str:
    """Return the end of a line at its target. All except ``chevron`` and ``ring`` are filled areas."""
    x, y = points[-1]
    step = 1 if points[-1][0] >= points[-2][0] else -1
    if kind == "chevron":
        return f"M{x - 9 * step:g} {y - 5:g}L{x - step:g} {y:g}L{x - 9 * step:g} {y + 5:g}"
    if kind == "ring":
        return f"M{x - step:g} {y:g}a4 4 0 1 1 {-8 * step:g} 0a4 4 0 1 1 {8 * step:g} 0Z"
    bar = f"M{x - 2 * step:g} {y - 7:g}H{x - 5 * step:g}V{y + 7:g}H{x - 2 * step:g}Z"
    if kind == "bar":
        return bar
    tip = x - 6 * step if kind == "bar_and_arrow" else x
    arrow = f"M{tip:g} {y:g}L{tip - 11 * step:g} {y - 5:g}V{y + 5:g}Z"
    return arrow if kind == "arrow" else bar + arrow
