"""The colours of the map in its three looks. Colour is never the only cue: shape, border and text repeat it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from calcinosis_kb.knowledge.pathophysiology import Strength
from calcinosis_kb.map.shapes import End, Shape

__all__ = ["DASHES", "KINDS", "LINES", "LOOKS", "STATES", "Look", "LookName", "Paint", "Relation", "Stroke"]

LookName = Literal["light", "dark", "print"]
Relation = Literal[
    "raises", "lowers", "raises and lowers", "acts by", "is one of", "includes", "goes with more", "goes with less"
]
"""The meaning of a line from its source box to its target box."""


@dataclass(frozen=True)
class Paint:
    """The fill and the border colour of one kind of box."""

    fill: str
    border: str


@dataclass(frozen=True)
class Stroke:
    """How a patient's state is drawn on a box: mark, border width in pixels, dashes."""

    mark: str
    width: float
    dashes: str = ""


@dataclass(frozen=True)
class Look:
    """``paints``: by kind of box. ``states``: by a patient's state of a box. ``signs``: by sign of a line, or "acts" for a line to a
    mechanism of action or to a family."""

    paper: str
    ink: str
    faint: str
    paints: dict[str, Paint]
    states: dict[str, Paint]
    signs: dict[str, str]


KINDS: dict[str, tuple[Shape, str]] = {
    "therapy": ("pill", "therapy"),
    "mechanism_of_action": ("hexagon", "mechanism of action"),
    "pathophysiology_process": ("box", "process"),
    "tissue_change": ("octagon", "tissue change"),
    "mediator": ("round", "mediator"),
    "cell": ("tab", "cell"),
    "disease": ("octagon", "disease"),
    "clinical_feature": ("octagon", "clinical feature"),
    "risk_factor": ("slant", "risk factor"),
    "trigger": ("slant", "trigger"),
    "theme": ("stack", "theme"),
}
"""Shape and name of each kind of box."""

STATES: dict[str, Stroke] = {
    "failed": Stroke("✗", 3.0),
    "ongoing": Stroke("●", 3.0),
    "helped": Stroke("✓", 3.0),
    "tried": Stroke("◐", 2.5),
    "cannot_tell": Stroke("?", 2.5, "2 4"),
    "new": Stroke("★", 3.5),
    "untouched": Stroke("○", 1.5, "5 4"),
}
"""The mark and the border of each state of `calcinosis_kb.advice.reach`."""

LINES: dict[Relation, tuple[str, End]] = {
    "raises": ("+", "arrow"),
    "lowers": ("-", "bar"),
    "raises and lowers": ("both", "bar_and_arrow"),
    "acts by": ("acts", "chevron"),
    "is one of": ("acts", "chevron"),
    "includes": ("acts", "chevron"),
    "goes with more": ("+", "ring"),
    "goes with less": ("-", "ring"),
}
"""The colour (a key of `Look.signs`) and the end of a line, by its meaning."""

DASHES: dict[Strength, str] = {"established": "", "plausible": "8 5", "contested": "2 4"}
"""The dashes of a line by its strength."""

# Okabe and Ito's hues, darkened on white and lightened on black until borders reach 3 to 1 and words 4.5 to 1.
_LIGHT = {
    "therapy": Paint("#E3F0FA", "#0062A0"),
    "mechanism_of_action": Paint("#DFF3EC", "#00704F"),
    "pathophysiology_process": Paint("#FFF1DC", "#A35200"),
    "tissue_change": Paint("#FFF1DC", "#A35200"),
    "mediator": Paint("#FBF7D0", "#7A6A00"),
    "cell": Paint("#F7E6F1", "#8F3F74"),
    "disease": Paint("#FCE5DD", "#A83A00"),
    "clinical_feature": Paint("#FCE5DD", "#A83A00"),
    "risk_factor": Paint("#EEEEEE", "#4D4D4D"),
    "trigger": Paint("#EEEEEE", "#4D4D4D"),
    "theme": Paint("#F2F4F7", "#3D4A5C"),
}
_DARK = {
    "therapy": Paint("#0E2C42", "#56B4E9"),
    "mechanism_of_action": Paint("#0B3327", "#3CC79C"),
    "pathophysiology_process": Paint("#3A2706", "#E69F00"),
    "tissue_change": Paint("#3A2706", "#E69F00"),
    "mediator": Paint("#34300A", "#E8DC4A"),
    "cell": Paint("#3A1E30", "#DE94BE"),
    "disease": Paint("#41200F", "#FF8A4C"),
    "clinical_feature": Paint("#41200F", "#FF8A4C"),
    "risk_factor": Paint("#2B2F36", "#B8BEC7"),
    "trigger": Paint("#2B2F36", "#B8BEC7"),
    "theme": Paint("#232A35", "#B7C3D6"),
}
_PRINT = dict.fromkeys(_LIGHT, Paint("#FFFFFF", "#000000"))

LOOKS: dict[LookName, Look] = {
    "light": Look(
        paper="#FFFFFF",
        ink="#16191D",
        faint="#545B64",
        paints=_LIGHT,
        states={
            "failed": Paint("#FBDDD5", "#9E2A00"),
            "ongoing": Paint("#E3F0FA", "#0062A0"),
            "helped": Paint("#E9F3D8", "#466400"),
            "cannot_tell": Paint("#F4ECFA", "#6A3D8A"),
            "tried": Paint("#FFF1DC", "#8A5A00"),
            "new": Paint("#D3F0E3", "#00634A"),
            "untouched": Paint("#FFFFFF", "#6B727B"),
        },
        signs={"+": "#A83A00", "-": "#0062A0", "both": "#6A3D8A", "acts": "#3D4A5C"},
    ),
    "dark": Look(
        paper="#12161C",
        ink="#F3F5F7",
        faint="#B4BCC6",
        paints=_DARK,
        states={
            "failed": Paint("#4A1D0F", "#FF8A66"),
            "ongoing": Paint("#0E2C42", "#56B4E9"),
            "helped": Paint("#23330A", "#A8D05A"),
            "cannot_tell": Paint("#2E1F3A", "#C9A0E8"),
            "tried": Paint("#3A2706", "#E69F00"),
            "new": Paint("#0B3A2A", "#4DDBAA"),
            "untouched": Paint("#12161C", "#8F98A3"),
        },
        signs={"+": "#FF8A4C", "-": "#56B4E9", "both": "#C9A0E8", "acts": "#B7C3D6"},
    ),
    "print": Look(
        paper="#FFFFFF",
        ink="#000000",
        faint="#3A3A3A",
        paints=_PRINT,
        states={
            "failed": Paint("#D9D9D9", "#000000"),
            "ongoing": Paint("#F0F0F0", "#000000"),
            "helped": Paint("#F0F0F0", "#000000"),
            "cannot_tell": Paint("#FFFFFF", "#000000"),
            "tried": Paint("#F0F0F0", "#000000"),
            "new": Paint("#FFFFFF", "#000000"),
            "untouched": Paint("#FFFFFF", "#555555"),
        },
        signs={"+": "#000000", "-": "#000000", "both": "#000000", "acts": "#000000"},
    ),
}
