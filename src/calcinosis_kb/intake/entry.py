"""One line for anything: what is typed is filed where it belongs in a patient file, or asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from calcinosis_kb.intake.options import BOUND, add_options
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.prescription import take_apart
from calcinosis_kb.knowledge.reading import Reading
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.patients.dose import months_of

__all__ = ["KINDS", "TREATMENTS", "Entry", "Kind", "as_kind", "entries", "file_entry", "read_entry"]

Kind = Literal[
    "disease", "tried", "underlying", "other", "medication", "condition", "allergy", "feature", "site", "pattern", "lab",
]  # fmt: skip
"""Where a word can be filed; "underlying" and "other" are treatments that were given for something else than the calcinosis."""

KINDS: Mapping[Kind, str] = {
    "disease": "underlying disease",
    "tried": "tried for the calcinosis",
    "underlying": "given for the underlying disease",
    "other": "given for something else",
    "medication": "drugs now",
    "condition": "conditions",
    "allergy": "allergies",
    "feature": "complaints",
    "site": "sites",
    "pattern": "pattern",
    "lab": "results",
}
"""The kinds in words."""

TREATMENTS: Mapping[Kind, str] = {"tried": "calcinosis", "underlying": "underlying_disease", "other": "other"}
"""The purposes of the kinds that are treatments of the history."""

_DRUG_KINDS: tuple[Kind, ...] = (*TREATMENTS, "medication", "allergy")
"""What a medicine may be to a patient."""

_ALSO: Mapping[Kind, tuple[Kind, ...]] = {
    "tried": ("underlying", "other", "medication"),
    "underlying": ("tried", "other", "medication"),
    "other": ("tried", "underlying", "medication"),
    "medication": ("tried", "underlying", "other", "allergy"),
    "condition": ("disease", "feature"),
}
"""Where something that was filed may be moved."""

_MATCHED: Mapping[str, Kind] = {
    "disease": "disease",
    "condition": "condition",
    "feature": "feature",
    "site": "site",
    "pattern": "pattern",
}

_WOMAN = r"(?:f|female|w|woman|girl|lady)"
_MAN = r"(?:m|male|man|boy|gentleman)"
_PERSON = re.compile(
    rf"(?:(?P<woman>{_WOMAN})|(?P<man>{_MAN}))?[\s,]*(?:aged?\s*)?(?P<age>[0-9]{{1,3}})?"
    rf"[\s-]*(?P<years>y|yo|y/o|yrs?|years?)?[\s-]*(?:old)?[\s,]*(?:(?P<woman2>{_WOMAN})|(?P<man2>{_MAN}))?",
    re.IGNORECASE,
)
_LARGEST = re.compile(r"(?:largest|biggest)?\s*(?P<size>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>mm|cm)", re.IGNORECASE)
_TAKES = re.compile(
    r"(?:now\s+)?(?:takes|taking|is on|on|current(?:ly)?(?:\s+(?:on|takes|taking))?|now)[\s:]+(?=\S)", re.IGNORECASE
)
_TRIED = re.compile(r"(?:tried|failed|had)[\s:]+(?=\S)", re.IGNORECASE)
_PREGNANT = {"pregnant": True, "not pregnant": False}
_NO_ALLERGY = frozenset({"nkda", "nka", "no allergies", "no known allergies", "no known drug allergies"})
_NO_DRUG = frozenset({"no drugs", "no medicines", "no medication", "no medications", "no drugs now", "takes nothing"})
_FOR = re.compile(r"[\s(]+for\s+([^()]+?)\s*\)?\s*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """How a text was read: ``options`` with values (as those of the command line) of one ``kind``, or ``kinds`` to choose from.

    ``nearest``: similar words by kind, where the text is not understood.
    """

    text: str
    kind: Kind | None = None
    options: Mapping[str, Any] | None = None
    said: str = ""
    kinds: tuple[Kind, ...] = ()
    nearest: tuple[tuple[Kind, str], ...] = ()
    treatment: Mapping[str, Any] | None = None
    """For what was tried: its entry in the history."""

    @property
    def also(self) -> tuple[Kind, ...]:
        """Where it may be moved."""
        return _ALSO.get(self.kind, ()) if self.kind else ()

    @property
    def filed(self) -> bool:
        """Whether it has a place."""
        return self.kind is not None or self.options is not None


def entries(text: str) -> list[str]:
    """Split what was typed at semicolons and line ends."""
    return [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]


def read_entry(names: Names, text: str) -> Entry:
    """Read one thing about a patient."""
    return (
        _person(text)
        or _size(text)
        or _lab(names, text)
        or _allergy(names, text)
        or _stated(names, text)
        or _word(names, text)
    )


def as_kind(names: Names, text: str, kind: Kind) -> Entry:
    """Read a text as what somebody said that it is."""
    if kind in TREATMENTS:
        return _treatment(names, text, None if kind == "tried" else TREATMENTS[kind])
    if kind == "allergy":
        return _filed(text, kind, {"allergy": [text]})
    value = text if kind == "pattern" else [text]
    return _filed(text, kind, {kind: value})


def file_entry(data: dict[str, Any], entry: Entry, names: Names) -> None:
    """Add what was read to a patient file. Raises `InputError` if a value cannot be read; nothing is added then."""
    if entry.treatment is not None:
        history = data.get("history")
        data["history"] = [*(history if isinstance(history, list) else ()), dict(entry.treatment)]
        data["history_complete"] = False
    elif entry.options:
        add_options(data, entry.options, names)


def _filed(text: str, kind: Kind, options: Mapping[str, Any]) -> Entry:
    return Entry(text, kind, options, KINDS[kind])


def _person(text: str) -> Entry | None:
    """Age, sex and pregnancy."""
    if normalise(text) in _PREGNANT:
        return Entry(text, None, {"pregnant": _PREGNANT[normalise(text)]}, "pregnancy")
    found = _PERSON.fullmatch(text.strip())
    if found is None or not text.strip():
        return None
    woman, man = found["woman"] or found["woman2"], found["man"] or found["man2"]
    if found["age"] and not (woman or man or found["years"]):
        return None  # a number alone may be anything
    if bool(woman) == bool(man) and not found["age"]:
        return None
    options: dict[str, Any] = {}
    if found["age"]:
        options["age"] = int(found["age"])
    if bool(woman) != bool(man):
        options["sex"] = "female" if woman else "male"
    return Entry(text, None, options, " and ".join(options)) if options else None


def _size(text: str) -> Entry | None:
    found = _LARGEST.fullmatch(text.strip())
    if found is None:
        return None
    size = float(found["size"]) * (10 if found["unit"].lower() == "cm" else 1)
    return Entry(text, None, {"largest": int(size) if size.is_integer() else size}, "largest deposit")


def _lab(names: Names, text: str) -> Entry | None:
    """A known test with something behind it."""
    name, equals, value = (part.strip() for part in text.partition("="))
    words = text.replace("=", " ").split()
    bound = BOUND.fullmatch(text.strip())
    if bound:
        name, value = bound[1].rstrip(": "), bound[2]
    elif not equals:
        split = next(
            (
                end
                for end in range(len(words) - 1, 0, -1)
                if names.term("labs", " ".join(words[:end]).rstrip(":")) is not None
            ),
            None,
        )
        if split is None:
            return None
        name, value = " ".join(words[:split]).rstrip(":"), " ".join(words[split:])
    if names.term("labs", name) is None or not value:
        return None
    return _filed(text, "lab", {"lab": [f"{name}={value}"]})


def _allergy(names: Names, text: str) -> Entry | None:
    form = normalise(text)
    if form in _NO_ALLERGY:
        return Entry(text, "allergy", {"allergy": ["none"]}, "allergies: none known")
    if names.term("conditions", text) is not None:
        return None
    allergen = names.allergen(text)
    return None if allergen is None else _filed(text, "allergy", {"allergy": [allergen]})


def _stated(names: Names, text: str) -> Entry | None:
    """A treatment of which the text says whether it is taken or was tried, and with what outcome."""
    if normalise(text) in _NO_DRUG:
        return Entry(text, "medication", {"medication": ["none"]}, "drugs now: none")
    taken = _TAKES.match(text)
    if taken:
        return _filed(text, "medication", {"medication": [text[taken.end() :].strip()]})
    tried = _TRIED.match(text)
    if tried and names.term("conditions", text) is None:
        rest = text[tried.end() :].strip()
        failed = text[: tried.end()].strip(" :").casefold() == "failed"
        return _treatment(names, rest, None, "ineffective" if failed else None)
    bare, outcome = _outcome(names, text)
    parts = take_apart(bare)
    given = _FOR.search(bare)
    for_ = names.term("purposes", given[1].strip()) if given else None
    if outcome or for_ or (parts.duration and (parts.dose or _is_treatment(names, bare))):
        read = _treatment(names, text)
        whole = any(reading.understood for reading in names.condition(text))
        return None if whole and not _is_treatment(names, bare) else read
    return None


def _is_treatment(names: Names, text: str) -> bool:
    return any(reading.state in ("ours", "ambiguous") for reading in names.treatments(text))


def _outcome(names: Names, text: str) -> tuple[str, str | None]:
    """A text without the outcome at its end, and the outcome."""
    head, colon, said = text.rpartition(":")
    if colon and head.strip() and (found := names.term("outcomes", said)):
        return head.strip(), found
    words = text.replace(",", " , ").split()
    for start in range(1, len(words)):
        found = names.term("outcomes", " ".join(words[start:]))
        if found is not None and words[start] != ",":
            return " ".join(words[:start]).rstrip(" ,").replace(" ,", ","), found
    return text, None


def _treatment(names: Names, text: str, purpose: str | None = None, outcome: str | None = None) -> Entry:
    """Something tried, with its dose, duration, purpose and outcome."""
    rest, said = _outcome(names, text)
    entry: dict[str, Any] = {}
    given = _FOR.search(rest)
    if given:
        disease = "underlying_disease" if names.term("diseases", given[1].strip()) is not None else None
        found = names.term("purposes", given[1].strip()) or disease
        if found:
            rest, purpose = rest[: given.start()], purpose or found
    parts = take_apart(rest)
    entry["therapy"] = _name(names, rest)
    if purpose and purpose != "calcinosis":
        entry["for"] = purpose
    entry["outcome"] = said or outcome or "unknown"
    if parts.dose and entry["therapy"] != rest:
        entry["dose"] = parts.dose
    if parts.duration and entry["therapy"] != rest:
        months = months_of(parts.duration)
        entry.update(
            {"duration": parts.duration}
            if months is None
            else {"months": int(months) if months.is_integer() else months}
        )
    kind: Kind = next((kind for kind, for_ in TREATMENTS.items() if for_ == entry.get("for", "calcinosis")), "other")
    return Entry(text, kind, {}, KINDS[kind], treatment=entry)


def _name(names: Names, text: str) -> str:
    """The name of a treatment without the dose and time beside it, if it means the same alone."""
    parts = take_apart(text)
    if not (parts.dose or parts.duration):
        return text.strip()
    whole = names.treatments(text)
    for form in reversed(parts.names):
        read = names.treatments(form)
        if len(read) == len(whole) and all(_same(one, other) for one, other in zip(read, whole, strict=True)):
            return form
    return text.strip() if len(whole) != 1 or whole[0].understood else parts.names[0] if parts.names else text.strip()


def _same(one: Reading, other: Reading) -> bool:
    return one.state == other.state and one.matches == other.matches and one.may_be == other.may_be


def _word(names: Names, text: str) -> Entry:
    """A word of one kind; one of several kinds, or of none, is asked about."""
    kinds = tuple(dict.fromkeys(_kinds(names, text)))
    if len(kinds) == 1:
        return as_kind(names, text, kinds[0])
    return Entry(text, kinds=kinds, nearest=() if kinds else tuple(_nearest(names, text)))


def _kinds(names: Names, text: str) -> Iterator[Kind]:
    """The kinds of word that a text is: those that mean something, or else those that at least know it."""
    found = list(_meant(names, text))
    if found:
        yield from found
    elif any(reading.understood for reading in names.treatments(text)):
        yield from _DRUG_KINDS
    elif any(reading.understood for reading in names.condition(text)):
        yield "condition"


def _meant(names: Names, text: str) -> Iterator[Kind]:
    if names.term("patterns", text) is not None:
        yield "pattern"
    for vocabulary in ("diseases", "features", "sites"):
        for match in names.terms_of(vocabulary).read(text).matches:
            yield _MATCHED[match.kind]
    if any(reading.state == "ours" for reading in names.treatments(text)):
        yield from _DRUG_KINDS
    for reading in names.condition(text):
        for match in reading.matches:
            yield _MATCHED[match.kind]
        if reading.state == "ambiguous":
            yield "condition"


def _nearest(names: Names, text: str) -> Iterator[tuple[Kind, str]]:
    """Similar words of each kind."""
    for match in names.nearest_drugs(text):
        yield "tried", names.label(match)
    for kind, vocabulary in (
        ("disease", "diseases"),
        ("condition", "conditions"),
        ("feature", "features"),
        ("site", "sites"),
    ):
        terms: Any = getattr(names.knowledge.terms, vocabulary)
        for id_ in names.nearest_terms(vocabulary, text):
            yield kind, terms[id_].name  # type: ignore[misc]
