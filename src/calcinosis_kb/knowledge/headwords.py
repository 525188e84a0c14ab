"""Names of conditions that are a kind and a place ("Malignant tumor of trachea", "Sprain of ankle"): the kind tells what they are.

No list has every place. The kind is read where the rest of the name is a place, and holds no further condition ("due to …").
"""

from __future__ import annotations

from calcinosis_kb.knowledge.pattern import Pattern

__all__ = ["headword_code"]

_PLACE = r"(?:(?!(?:with|without|due|secondary|following|associated|from|caused|in|by|syndrome|disease|disorder)\b)\w+(?: |\Z)){1,9}\Z"
_ADJECTIVES = r"\A(?!.*\b(?:in situ|benign|suspected|history)\b)(?:[a-z0-9]+ ){0,4}?"
_MALIGNANT = r"(?:malignant (?:tumor|neoplasm)|(?:adeno)?carcinoma|[a-z]*sarcoma)"

_HEADS = (
    (Pattern(rf"\Abenign (?:[a-z]+ ){{0,3}}(?:tumor|neoplasm) of {_PLACE}"), "D36"),
    (
        Pattern(rf"\A(?:secondary malignant neoplasm|malignant tumor metastatic|metastas[ie]s) (?:of|to) {_PLACE}"),
        "C79",
    ),
    (Pattern(r"\A(?:metastasis from malignant tumor of|malignant tumor involving) \w+"), "C79"),
    (Pattern(rf"{_ADJECTIVES}{_MALIGNANT}(?: of {_PLACE}|\Z)"), "C76"),
    (Pattern(rf"\A(?:(?:open|closed|displaced|comminuted|simple) )*fracture (?:of )?{_PLACE}"), "T14.2"),
    (Pattern(rf"\A(?:[a-z]+ )?(?:sprain|strain|dislocation|subluxation) (?:of )?{_PLACE}"), "T14.3"),
    (Pattern(rf"\A(?:open |infected )*(?:laceration|wound|bite wound|cut) of {_PLACE}"), "T14.1"),
    (Pattern(rf"\A(?:contusion|abrasion|bruise|hematoma|superficial injury|injury) of {_PLACE}"), "T14.0"),
    (Pattern(rf"\A(?:(?:[a-z]+ )degree |superficial )?burn (?:injury )?of {_PLACE}"), "T30.0"),
    (
        Pattern(r"\A(?!(?:stress|pathologic\w*|fragility|osteoporotic|insufficiency)\b)[a-z]+ (?:bone )?fracture\Z"),
        "T14.2",
    ),
    (Pattern(r"\A[a-z]+ (?:sprain|strain|laceration|contusion|abrasion|bruise|burn)\Z"), "T14.0"),
)
"""The names by their kinds, with the code of ICD-10 for the kind at an unspecified place."""


def headword_code(form: str) -> str | None:
    """Return the code of ICD-10 for the kind of a name in normal form, or None if the name is not a kind and a place.

    >>> headword_code("malignant tumor of trachea"), headword_code("fracture of forearm"), headword_code("facial laceration")
    ('C76', 'T14.2', 'T14.0')
    >>> headword_code("fracture of hip due to osteoporosis"), headword_code("carcinoma in situ of cervix")
    (None, None)
    """
    return next((code for pattern, code in _HEADS if pattern.match(form)), None)
