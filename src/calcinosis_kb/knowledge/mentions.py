"""Find the medicines that a product name or an order mentions by their whole names, among words that are no names."""

from __future__ import annotations

import re

from calcinosis_kb.knowledge.denial import is_denial
from calcinosis_kb.knowledge.drugnames import DrugNames
from calcinosis_kb.knowledge.prescription import LONGEST
from calcinosis_kb.knowledge.reading import Match, Reading
from calcinosis_kb.knowledge.spelling import normalise

__all__ = ["called_off", "mentions"]

_CALLED_OFF = (
    r"hold|held|on hold|stop(?:ped|ping)?|discontinu\w+|d ?/ ?c(?:'?d)?|dc'd|off|wean\w*|completed|finished|pending|postponed|cancell?ed"
    r"|desensiti[sz]\w*|family|mother\w*|father\w*|sister\w*|brother\w*|daughter\w*|husband\w*|wife\w*"
    r"|abgesetzt|absetzen|pausiert|pausieren|arr[eê]t\w*|suspend\w+|suspens[oa]|sospes[oa]|gestopt|gestaakt|seponer\w*"
)
_OFF = re.compile(rf"(?<!\w)(?:{_CALLED_OFF})(?!\w)", re.IGNORECASE)
_NOT_GIVEN = re.compile(
    r"\b(?:no|not|non|without|never|allerg\w*|hypersensitiv\w*|intoleran\w*|education|counsel\w*|teaching|levels?|monitor\w*|screen\w*"
    r"|test\w*|assay|antibod\w*|toxicity|poisoning|overdose|refus\w*|declin\w*|avoid\w*|contraindicat\w*|free|induced|antagonist|antidote"
    r"|(?<!gastro-)(?<!gastro )resistan\w*"
    r"|reversal|instead|versus|vs|trial|study|ohne|kein\w*|unverträglich\w*|sans|sin|senza|sem|zonder|uden|utan|uten)\b",
    re.IGNORECASE,
)
"""Words beside which a name need not mean that the medicine is given."""
_NOT_THE_DRUG = re.compile(
    r"(?<=\w)(?<!\bque)\W+(?:contains?|enthält|contient|contiene|contém|bevat|indeholder|innehåller|inneholder)\b.*"
    r"|\b(?:excipients?|preservative|diluent|dissolved in|flavou?red?|hilfsstoffe?|hjælpestoffer|excipientes?"
    r"|(?:in|with) (?:[0-9.,]+ ?% )?(?:sodium chloride|normal saline|dextrose|glucose|water|lactose|polysorbate\w*))\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""Where the substances begin that a product contains beside its drug."""
_CONTAINING = re.compile(
    r"\A(?:product containing|producto que contiene)\s+(?:(?:precisely|only|exactamente|solamente)\s+)?", re.IGNORECASE
)
"""How SNOMED CT begins the names of its products, in English and Spanish."""
_PARTS = re.compile(
    r"\s/\s(?!\s*[0-9.,]* ?(?:ml|mg|l|dose|each|actuat\w*)\b)|\+|&|;|(?<=[a-z])(?<!mg)(?<!ug)(?<!iu)(?<!ml)(?<![ 0-9]g)/(?=[a-z])"
    r"(?!(?:ml|mg|g|l|dose|dosis|disparo|h|hr|day|actuat\w*)\b)",
    re.IGNORECASE,
)
"""What stands between the parts of a combination; a slash before or behind a unit is part of a strength ("25MG/ML", "/ 1 ml")."""
_IONS_WORDS = """
    calcium magnesium sodium potassium zinc iron aluminium aluminum citrate phosphate sulfate sulfite carbonate chloride
    lithium
"""
_IONS = frozenset(_IONS_WORDS.split())
"""Names that are salts of another drug as often as they are a drug ("atorvastatin calcium", "calcium folinate")."""
_CALCIUM, _VITAMIN_D = "calcium_supplement", "vitamin_d"
_MOST_WORDS = 5
_SHORTEST = 5
"""The length in letters below which a name is an abbreviation or a word of a language."""


def called_off(text: str) -> bool:
    """Whether a text says beside a medicine that it is no longer given, not yet, or to somebody else ("Hold warfarin").

    >>> called_off("Discontinue colchicine"), called_off("prednisone taper (completed)"), called_off("warfarin 5 mg tablet")
    (True, True, False)
    """
    return _OFF.search(text) is not None


def mentions(text: str, drugs: DrugNames) -> tuple[Reading, ...]:
    """Return what a text mentions, one reading per part of a combination; none if it names no medicine, or may deny it.

    A part in which no name is found is not understood. Only names of ours, and international nonproprietary names, are looked for;
    brands, and medicines without consequence here, only where a part begins: elsewhere they may stand beside what is not understood.
    What is longer than a treatment is searched up to there, and the rest is not understood.
    """
    text = _NOT_THE_DRUG.sub("", _CONTAINING.sub("", text))
    if is_denial(text) or _NOT_GIVEN.search(text) or called_off(text):
        return ()
    parts = [part.strip() for part in _PARTS.split(text[:LONGEST]) if normalise(part)]
    found = [_in(part, drugs) for part in parts]
    if not any(found):
        return ()
    beyond = (Reading(text[LONGEST:], "not_understood"),) if len(text) > LONGEST else ()
    read = (
        Reading(part, "not_understood") if not matches else _reading(part, tuple(dict.fromkeys(matches)))
        for part, matches in zip(parts, found, strict=True)
    )
    return (*read, *beyond)


def _reading(part: str, matches: tuple[Match, ...]) -> Reading:
    return Reading(part, "ours" if any(map(_counts, matches)) else "recognised", matches)


def _counts(match: Match) -> bool:
    return match.kind != "other" or bool(match.classes)


def _in(part: str, drugs: DrugNames) -> tuple[Match, ...]:
    """The medicines of a part, each by the longest name that begins at its place."""
    words = normalise(part).split()
    found: list[Match] = []
    at = 0
    while at < len(words):
        lengths = range(min(_MOST_WORDS, len(words) - at), 0, -1)
        named = ((length, _named(" ".join(words[at : at + length]), drugs, begins=at == 0)) for length in lengths)
        length, matches = next(((length, matches) for length, matches in named if matches), (1, ()))
        found.extend(matches)
        at += length
    return (*found, *_beside(words, found, drugs))


def _beside(words: list[str], found: list[Match], drugs: DrugNames) -> tuple[Match, ...]:
    """The other half of calcium with vitamin D, which names of products shorten to "D" or "D3", or name beside it."""
    ids = {match.id for match in found}
    other = ""
    if _CALCIUM in ids and _VITAMIN_D not in ids and {"d", "d3"} & {*words}:
        other = _VITAMIN_D
    elif _VITAMIN_D in ids and _CALCIUM not in ids and "calcium" in words:
        other = _CALCIUM
    match = drugs.match(other) if other else None
    return (match,) if match else ()


def _named(form: str, drugs: DrugNames, *, begins: bool) -> tuple[Match, ...]:
    """What a whole name means, if it means one thing."""
    if len(form) < _SHORTEST or form in _IONS:
        return ()
    reading = drugs.exact(form) or (drugs.abroad(form) if " " not in form else None)
    if reading is None or reading.may_be:
        return ()
    if not reading.matches:  # understood, and without an id of its own
        return (Match("other", form.replace(" ", "_")),) if begins else ()
    if not all(_is_medicine(match, drugs) for match in reading.matches):
        return ()
    substance = all(match.kind != "other" or form == normalise(match.id) for match in reading.matches)
    return reading.matches if begins or (substance and any(map(_counts, reading.matches))) else ()


def _is_medicine(match: Match, drugs: DrugNames) -> bool:
    """Whether a name is that of a medicine, and not of a procedure or measure, or of medicines as such."""
    therapy, medication = drugs.knowledge.therapies.get(match.id), drugs.knowledge.terms.medications.get(match.id)
    coded = any(known is not None and (known.codes.atc or known.codes.rxnorm) for known in (therapy, medication))
    if therapy is not None:
        return therapy.kind == "drug" or coded
    return medication is None or coded or bool(medication.broader)
