"""Phrase edges in English: verbs of predicates, agreement with plural subjects."""

from __future__ import annotations

__all__ = ["MEMBER", "agreeing", "is_plural", "verb"]

_VERBS = {
    ("acts_on", "+"): "promotes",
    ("acts_on", "-"): "inhibits",
    ("associated_with", "+"): "goes with",
    ("associated_with", "-"): "goes with less",
    ("causes", "+"): "causes",
    ("causes", "-"): "prevents",
    ("contributes_to", "+"): "contributes to",
    ("contributes_to", "-"): "counteracts",
    ("has_part", "+"): "includes",
    ("negatively_regulates", "+"): "promotes",
    ("negatively_regulates", "-"): "inhibits",
    ("positively_regulates", "+"): "promotes",
    ("positively_regulates", "-"): "inhibits",
    ("predisposes_to", "+"): "predisposes to",
    ("predisposes_to", "-"): "protects from",
    ("subclass_of", "+"): "is one of the",
    ("treats", "+"): "has been given for",
    ("treats", "-"): "has been given for",
}
MEMBER = _VERBS["subclass_of", "+"]
"""The verb from a member to its family."""

_PLURALS = {"is": "are", "has": "have", "goes": "go"}
_SINGULAR_ENDINGS = ("ss", "us", "is", "as", "diabetes", "herpes")
_PREPOSITIONS = (" of ", " for ", " over ", " in ", " with ", " to ", ", ", " (")


def verb(predicate: str, sign: str, target_kind: str | None = None) -> str:
    """Return the verb from the source of an edge to its target, in the singular: "inhibits", "contributes to".

    >>> verb("causes", "+", "mechanism_of_action")
    'acts by'
    """
    word = _VERBS[predicate, sign]
    return "acts by" if target_kind == "mechanism_of_action" and word == "causes" else word


def is_plural(name: str) -> bool:
    """Whether the name of a node or therapy takes a plural verb, judged by the ending of its head noun.

    >>> is_plural("Calcium-channel blockers"), is_plural("Resorption of deposits"), is_plural("Skin fibrosis")
    (True, False, False)
    """
    head = name
    for preposition in _PREPOSITIONS:
        head = head.partition(preposition)[0]
    return head.endswith("s") and not head.lower().endswith(_SINGULAR_ENDINGS)


def agreeing(verb: str, subject: str) -> str:
    """Return a singular verb in agreement with its subject.

    >>> agreeing("acts by", "Bisphosphonates"), agreeing("acts by", "Warfarin")
    ('act by', 'acts by')
    """
    if not is_plural(subject):
        return verb
    first, space, rest = verb.partition(" ")
    return f"{_PLURALS.get(first) or first.removesuffix('s')}{space}{rest}"
