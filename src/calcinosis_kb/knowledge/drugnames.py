"""Read the name of a treatment or medicine as a therapy, a family, a drug or a class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from calcinosis_kb.knowledge.denial import after_denial, denied, is_denial
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.prescription import LONGEST, Prescription, separate, several_routes, take_apart
from calcinosis_kb.knowledge.reading import LIKE, SHORT, Match, Reading
from calcinosis_kb.knowledge.spelling import CODE_SYSTEMS, international, normalise
from calcinosis_kb.knowledge.terms import Medication
from calcinosis_kb.knowledge.wordlist import WordList

__all__ = ["SUBSTANCE", "DrugNames"]

SUBSTANCE = 7
"""The length of a code of ATC for a substance; a shorter one is a group of substances."""
_LEVELS = (7, 5, 4, 3, 1)
"""The lengths of a code of ATC, from the substance to the main group."""
_SYSTEM = re.compile(r"\s*(rxnorm|atc|omop)\s*[:|]\s*", re.IGNORECASE)
_ARTICLE = re.compile(
    r"\A\s*(?:an?|the|eine?[mnrs]?|de[mnr]|das|die|une?|les?|una|uno|el|los|las|lo|gli|uma?|een|het)\s+", re.IGNORECASE
)
"""An article of a language that is read. Missing are words that are a route ("il") or idle ("la", "de") beside a name."""


class DrugNames:
    """Read the names of therapies and medicines of one knowledge base; ``words`` is the long list of medicines."""

    def __init__(self, knowledge: Knowledge, words: WordList) -> None:
        self.knowledge = knowledge
        self.words = words

    def read(self, text: str, route: str | None = None) -> tuple[Reading, ...]:
        """Return one reading per treatment in a text ("MTX/HCQ" has two), in its order; at least one.

        A ``route`` that is stated separately selects the member of a family ("sodium thiosulfate" given "topical").
        """
        return tuple(
            reading if reading.understood else replace(reading, nearest=self.nearest(reading.text))
            for reading in self.known(text, route)
        )

    def known(self, text: str, route: str | None = None) -> tuple[Reading, ...]:
        """Return what `read` returns, without the names that an unknown word looks like.

        What is longer than a treatment is parsed up to there, and the rest is not understood.
        """
        if len(text) > LONGEST:
            return (*self.known(text[:LONGEST], route), Reading(text[LONGEST:], "not_understood"))
        if is_denial(text):
            return tuple(self._after_denial(text, route))
        exact = None if route else self._find(normalise(text))
        if exact is not None:
            return (replace(exact, text=text),)
        whole = self._one(text, route)
        parts = separate(text)
        if whole is not None and not (len(parts) > 1 and several_routes(text)):
            return (whole,)
        read = [(part, self._one(part, route)) for part in parts] if len(parts) > 1 else []
        if not any(reading for _, reading in read):
            return (Reading(text, "not_understood"),)
        found: dict[object, Reading] = {}
        for part, reading in read:
            reading = reading or Reading(part, "not_understood")
            found.setdefault(reading.matches or reading, reading)
        return self._narrowed(tuple(found.values())) if "(" in text else tuple(found.values())

    def _narrowed(self, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
        """The readings without a family that is followed by its member in brackets ("JAK inhibitor (tofacitinib)")."""
        therapies = self.knowledge.therapies
        families = {therapies[id_].family for reading in readings for id_ in reading.ids if id_ in therapies}
        return tuple(reading for reading in readings if len(reading.ids) != 1 or reading.ids[0] not in families)

    def _after_denial(self, text: str, route: str | None) -> Iterator[Reading]:
        """Read a text that begins with a denial. Names after the first to which it may extend are left open."""
        for n, (part, reached) in enumerate(after_denial(text)):
            if n == 0:
                yield Reading(part, "recognised")
            else:
                yield from (_left_open(reading) if reached else reading for reading in self.known(part, route))

    def _one(self, text: str, route: str | None) -> Reading | None:
        """The reading of one treatment, or None if it is not understood."""
        if is_denial(text):
            return Reading(text, "recognised")
        if (name := denied(text)) is not None:
            return Reading(text, "recognised") if self._one(name, None) else None
        coded = self._coded(text)
        if coded:
            return Reading(text, "ours", coded)
        parts, stated = take_apart(text), _route(route)
        parts = replace(parts, route=stated or parts.route)
        for form in self._forms(None if stated else text, parts):
            found = self._find(form)
            if found is not None:
                read = _beside(found, text, parts)
                # A name that is known in full needs no route; "local STS" is the family, whatever "local" means elsewhere.
                return read if form == normalise(text) and not stated else self._routed(read)
        for form in parts.names[1:] or parts.names:
            matches = self._by_key.get(international(form), ())
            if len(matches) == 1:
                return self._routed(_beside(Reading(text, "ours", matches), text, parts))
        return self._after_article(text, route)

    def _after_article(self, text: str, route: str | None) -> Reading | None:
        """The reading of a whole name behind an article ("a bisphosphonate"), or None for any other text."""
        name = _ARTICLE.sub("", text)
        if name == text or self._find(normalise(name)) is None:
            return None
        reading = self._one(name, route)
        return replace(reading, text=text) if reading else None

    @staticmethod
    def _forms(text: str | None, parts: Prescription) -> Iterator[str]:
        """The forms of a name in the order of look-up: unchanged, if no route is stated separately, then with the
        route, then without."""
        if text is not None:
            yield normalise(text[:LONGEST])
        for name in parts.names:
            if parts.route and parts.route not in name.split():
                yield f"{parts.route} {name}"
                yield f"{name} {parts.route}"
            yield name
            singular = " ".join(_singular(word) for word in name.split())
            if singular != name:
                yield singular

    def exact(self, form: str) -> Reading | None:
        """The reading of a name in normal form, without anything around it; None if no list has it."""
        return self._find(form)

    def abroad(self, word: str) -> Reading | None:
        """The reading of one word in normal form as a name that another language spells, or joins with a salt ("methotrexaat")."""
        return self._one(word, None)

    def by_code(self, system: str, code: str) -> tuple[Match, ...]:
        """The treatment or medicine that a code means in its system (rxnorm, atc, snomed, icd10pcs, cvx, omop); none if several have it."""
        return self._codes.get((system, normalise(code)), ())

    def by_group(self, code: str) -> tuple[Match, ...] | None:
        """What all substances of the groups of ATC are that a code is or falls under: classes, families and treatments.

        None if no group that is known holds the code; an empty tuple if one does, and its substances are none of ours.
        """
        found: dict[Match, None] = {}
        for length in _LEVELS:
            group = normalise(code)[:length]
            if group in self._unread:
                return tuple(found)
            found.update(dict.fromkeys(self._groups.get(group, ())))
        return tuple(found) or None

    def by_use(self, code: str) -> tuple[Match, ...] | None:
        """The medicines and classes whose use a code of ICD-10 says; none if they are none of ours; None if it says no use."""
        form = _undotted(code)
        return next((self._uses[form[:n]] for n in range(len(form), 2, -1) if form[:n] in self._uses), None)

    def _coded(self, text: str) -> tuple[Match, ...]:
        system = _SYSTEM.match(text)
        code = normalise(_SYSTEM.sub("", text))
        named = system[1].casefold() if system else None
        return self._codes.get((named, code)) or (self._of_group(code) if named in (None, "atc") else ())

    def _of_group(self, code: str) -> tuple[Match, ...]:
        """The family or treatment, else the class, that a group of ATC is; none if that leaves it open."""
        matches = self._groups.get(code, ())
        found = tuple(match for match in matches if match.kind != "medication") or matches
        return found if len(found) == 1 else ()

    def _find(self, form: str) -> Reading | None:
        """The reading of a name in normal form, or None if no list has it."""
        open_ = self.knowledge.terms.ambiguous.get(form.replace(" ", "_"))
        if open_ is not None:
            return Reading(form, "ambiguous", may_be=open_.may_be)
        matches = self.index.get(form, ())
        if len(matches) > 1:
            return Reading(form, "ambiguous", may_be=tuple(match.id for match in matches))
        if matches:
            return Reading(form, "ours", matches)
        listed = self.words.find(form)
        if listed is not None:
            return self._listed(form, *listed)
        return Reading(form, "recognised") if form in self._recognised else None

    def _listed(self, form: str, ids: str, classes: str = "") -> Reading:
        """The reading of a line of the list: "a+b" means both ids, "a|b" one of them."""
        meanings = [tuple(self._match(id_, tuple(classes.split())) for id_ in one.split("+")) for one in ids.split("|")]
        if len(meanings) > 1:
            return _left_open(Reading(form, "ours", tuple(match for one in meanings for match in one)))
        ours = any(match.kind != "other" or match.classes for match in meanings[0])
        return Reading(form, "ours" if ours else "recognised", meanings[0])

    def _match(self, id_: str, classes: tuple[str, ...]) -> Match:
        known = self.match(id_)
        return known if known is not None else Match("other", id_, classes)

    def match(self, id_: str) -> Match | None:
        """The match for an id, or None if no therapy or medicine has it."""
        therapy = self.knowledge.therapies.get(id_)
        if therapy is not None:
            return Match("family" if therapy.kind == "family" else "therapy", id_)
        return Match("medication", id_) if id_ in self.knowledge.terms.medications else None

    def _routed(self, reading: Reading) -> Reading | None:
        """The reading narrowed by its route to the member of a family that is given that way; no match if it is injected
        into a deposit and no known treatment is."""
        if reading.route is None or len(reading.matches) != 1:
            return reading
        match = reading.matches[0]
        if match.kind == "family":
            for name in _names(self.knowledge.therapies[match.id]):
                given = self.index.get(f"{reading.route} {normalise(name)}", ())
                if len(given) == 1:
                    return replace(reading, matches=given)
        systemic = match.kind == "therapy" and self.knowledge.therapies[match.id].reach == "systemic"
        return None if reading.route == "intralesional" and systemic else reading

    def nearest(self, text: str) -> tuple[str, ...]:
        """The ids of at most three names that a text looks like, best first."""
        from rapidfuzz import fuzz, process

        found: dict[str, float] = {}
        for form in take_apart(text).names if len(normalise(text)) >= SHORT else ():
            for name, likeness, _ in process.extract(
                form, self._spelt.keys(), scorer=fuzz.ratio, score_cutoff=LIKE, limit=5
            ):
                for id_ in self._spelt[name]:
                    found[id_] = max(likeness, found.get(id_, 0.0))
        return tuple(sorted(found, key=lambda id_: (-found[id_], id_))[:3])

    @cached_property
    def _spelt(self) -> dict[str, tuple[str, ...]]:
        """Names long enough to be compared by spelling, with their meaning; used only for an unknown word."""
        names = {
            name: tuple(match.id for match in matches) for name, matches in self.index.items() if len(name) >= SHORT
        }
        for word, ids, *_ in self.words:
            if len(word) >= SHORT and "|" not in ids:
                names.setdefault(word, tuple(ids.split("+")))
        return names

    @cached_property
    def index(self) -> dict[str, tuple[Match, ...]]:
        """Every known name in normal form, with its match."""
        index: dict[str, dict[Match, None]] = {}
        for id_, therapy in self.knowledge.therapies.items():
            match = Match("family" if therapy.kind == "family" else "therapy", id_)
            for name in _names(therapy):
                index.setdefault(normalise(name), {})[match] = None
        for id_, drug in self.knowledge.terms.medications.items():
            for name in (id_, drug.name, *drug.aliases) if id_ not in self.knowledge.therapies else ():
                # A therapy has priority over the class of the same name: "bisphosphonate" is the family.
                if not any(match.kind != "medication" for match in index.get(normalise(name), ())):
                    index.setdefault(normalise(name), {})[Match("medication", id_)] = None
        return {name: tuple(matches) for name, matches in index.items()}

    @cached_property
    def _codes(self) -> dict[tuple[str | None, str], tuple[Match, ...]]:
        """The meaning of each code with its system, and, of medicines, alone if only one system has it."""
        found: dict[tuple[str | None, str], dict[Match, None]] = {}
        every: dict[str, Therapy | Medication] = {**self.knowledge.terms.medications, **self.knowledge.therapies}
        for id_, known in every.items():
            match = self.match(id_)
            if match is not None:
                for system, code in _codes(known):
                    for key in (system, None) if system in CODE_SYSTEMS else (system,):
                        found.setdefault((key, normalise(code)), {})[match] = None
        return {key: tuple(matches) for key, matches in found.items() if len(matches) == 1}

    @cached_property
    def _groups(self) -> dict[str, tuple[Match, ...]]:
        """What the substances of each group of ATC are."""
        found: dict[str, list[Match]] = {}
        every: dict[str, Therapy | Medication] = {**self.knowledge.terms.medications, **self.knowledge.therapies}
        for id_, known in every.items():
            match = self.match(id_)
            for code in known.codes.atc if match is not None else ():
                if len(code) < SUBSTANCE and match is not None:
                    found.setdefault(normalise(code), []).append(match)
        return {group: tuple(matches) for group, matches in found.items()}

    @cached_property
    def _uses(self) -> dict[str, tuple[Match, ...]]:
        """The medicines whose use each code of ICD-10 says."""
        found: dict[str, tuple[Match, ...]] = {}
        every: dict[str, Therapy | Medication] = {**self.knowledge.terms.medications, **self.knowledge.therapies}
        for term in self.knowledge.terms.recognised.values():
            found.update(dict.fromkeys(map(_undotted, term.icd10), ()))
        for id_, known in every.items():
            match = self.match(id_)
            for code in map(_undotted, known.codes.icd10):
                found[code] = (*found.get(code, ()), *((match,) if match else ()))
        return found

    @cached_property
    def _unread(self) -> frozenset[str]:
        return frozenset(normalise(code) for term in self.knowledge.terms.recognised.values() for code in term.atc)

    @cached_property
    def _by_key(self) -> dict[str, tuple[Match, ...]]:
        """Names by the key that is the same in several languages; a key that two substances share is left out."""
        keys: dict[str, dict[Match, None]] = {}
        for name, matches in self.index.items():
            if len(matches) == 1 and (key := international(name)):
                keys.setdefault(key, {})[matches[0]] = None
        for id_, classes in sorted({(ids, classes) for _, ids, classes in self._plain_lines()}):
            if self.match(id_) is None and (key := international(id_)):
                keys.setdefault(key, {})[Match("other", id_, tuple(classes.split()))] = None
        return {key: tuple(matches) for key, matches in keys.items() if len(matches) == 1}

    def _plain_lines(self) -> Iterator[tuple[str, str, str]]:
        for word, ids, *rest in self.words:
            if "|" not in ids and "+" not in ids:
                yield word, ids, rest[0] if rest else ""

    @cached_property
    def _recognised(self) -> frozenset[str]:
        known = self.knowledge.terms.recognised
        kinds = (known[kind] for kind in ("treatments", "allergens") if kind in known)
        return frozenset(normalise(word) for term in kinds for word in term.aliases)


def _left_open(reading: Reading) -> Reading:
    """The reading with its matches left open; a medicine that is not in the knowledge base may be one of its classes."""
    if not reading.matches:
        return reading
    ids = (id_ for match in reading.matches for id_ in ((match.id,) if match.kind != "other" else match.classes))
    may_be = tuple(dict.fromkeys((*ids, *reading.may_be)))
    return replace(reading, state="ambiguous" if may_be else "recognised", matches=(), may_be=may_be)


def _names(therapy: Therapy) -> tuple[str, ...]:
    return (therapy.id, therapy.name, *therapy.aliases, *therapy.brands)


def _codes(known: Therapy | Medication) -> Iterable[tuple[str, str]]:
    """The codes of a medicine or treatment in their systems, without groups of ATC."""
    for system in (*sorted(CODE_SYSTEMS), "snomed", "icd10pcs", "cvx"):
        codes = (str(code) for code in getattr(known.codes, system))
        yield from ((system, code) for code in codes if system != "atc" or len(code) == SUBSTANCE)


def _undotted(code: str) -> str:
    return normalise(code).replace(" ", "")


def _route(route: str | None) -> str | None:
    """A stated route in the words of `take_apart`."""
    return take_apart(f"{route} x").route if route else None


def _singular(word: str) -> str:
    return word[:-1] if len(word) > SHORT and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _beside(reading: Reading, text: str, parts: Prescription) -> Reading:
    """A reading with the route, dose, duration and purpose that were given with the name."""
    return replace(
        reading, text=text, route=parts.route, dose=parts.dose, duration=parts.duration, purpose=parts.purpose
    )
