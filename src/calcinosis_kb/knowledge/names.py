"""From what a clinician types to a therapy, a family, a drug or a class: ids, names, brands, spellings, codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from calcinosis_kb.errors import nearest
from calcinosis_kb.knowledge.library import Knowledge
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.knowledge.terms import Medication, Term

__all__ = ["Match", "Names"]

Kind = Literal["therapy", "family", "medication"]

_NOISE = re.compile(
    r"\b(?:[0-9]+(?: [0-9]+)*|mg|mcg|ug|g|ml|iu|units?|percent|tab(?:let)?s?|cap(?:sule)?s?|oral(?:ly)?|po|iv|im|sc|"
    r"intravenous(?:ly)?|injection|infusion|solution|extended|sustained|modified|prolonged|release|er|sr|xr|xl|cd|la|"
    r"mr|retard|daily|weekly|monthly|day|week|month|once|twice|per|hour|hr|hydrochloride|hcl|besylate|besilate|sodium|"
    r"disodium|trihydrate|monohydrate|treatment|therapy)\b"
)


@dataclass(frozen=True)
class Match:
    """What a name stands for; ``kind`` says which vocabulary the id belongs to."""

    kind: Kind
    id: str


class Names:
    """The resolver of one knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    @cached_property
    def _drugs(self) -> dict[str, set[Match]]:
        index: dict[str, set[Match]] = {}
        for id_, therapy in self.knowledge.therapies.items():
            match = Match("family" if therapy.kind == "family" else "therapy", id_)
            for name in (id_, therapy.name, *therapy.aliases, *therapy.brands, *_codes(therapy)):
                index.setdefault(normalise(name), set()).add(match)
        for id_, drug in self.knowledge.terms.medications.items():
            if id_ in self.knowledge.therapies:
                continue
            for name in (id_, drug.name, *drug.aliases, *_codes(drug)):
                # A therapy goes before the class of the same name: "bisphosphonate" is the family.
                if not any(match.kind != "medication" for match in index.get(normalise(name), ())):
                    index.setdefault(normalise(name), set()).add(Match("medication", id_))
        return index

    def drug(self, named: str) -> Match | None:
        """The therapy, family or other drug that a name stands for; None where it is unknown or has two meanings.

        Doses, forms and salts are passed over where the whole name is not known ("diltiazem HCl 60 mg").
        """
        for form in (
            normalise(named),
            normalise(re.sub(r"^(rxnorm|atc|omop)\s*[:|]", "", named, flags=re.IGNORECASE)),
        ):
            matches = self._drugs.get(form, set())
            if len(matches) == 1:
                return next(iter(matches))
        bare = " ".join(_NOISE.sub(" ", normalise(named)).split())
        matches = self._drugs.get(bare, set()) if bare else set()
        return next(iter(matches)) if len(matches) == 1 else None

    def drug_by_route(self, named: str, route: str | None, dose: str | None = None) -> Match | None:
        """The therapy that a name and a route stand for together: "sodium thiosulfate" given "intravenous".

        A route in the dose ("topical") tells the members of a family apart. Without a route it is `drug`.
        """
        match = self.drug(named)
        words = route or (dose if match is not None and match.kind == "family" else None) or ""
        for word in normalise(words).split():
            matches = self._drugs.get(normalise(f"{word} {named}"), set())
            if len(matches) == 1:
                return next(iter(matches))
        return match

    def nearest_drugs(self, named: str, *, cutoff: float = 0.6) -> tuple[Match, ...]:
        """What an unknown name most looks like, best first, each once."""
        form = normalise(named)
        found: dict[Match, None] = {}
        for match in sorted(self._drugs.get(form, ()), key=lambda match: match.id):
            found[match] = None
        bare = " ".join(_NOISE.sub(" ", form).split())
        for candidate in dict.fromkeys((form, bare)):
            for name in nearest(candidate, (key for key in self._drugs if not key.isdigit()), cutoff=cutoff):
                for match in sorted(self._drugs[name], key=lambda match: match.id):
                    found[match] = None
        return tuple(found)[:3]

    def term(self, vocabulary: str, named: str) -> str | None:
        """The id of a term (disease, feature, condition, lab, …) by id, name, alias or code; None where unknown."""
        return self._terms(vocabulary).get(normalise(named))

    def terms_within(self, vocabulary: str, named: str) -> list[str]:
        """The ids of the terms that stand as words in a longer text ("left posterior thigh"), in the order of the text."""
        words, index = normalise(named).split(), self._terms(vocabulary)
        return list(dict.fromkeys(index[word] for word in words if word in index))

    def nearest_terms(self, vocabulary: str, named: str) -> tuple[str, ...]:
        """The ids of the terms that an unknown word most looks like."""
        index = self._terms(vocabulary)
        return tuple(dict.fromkeys(index[name] for name in nearest(normalise(named), index)))

    def _terms(self, vocabulary: str) -> dict[str, str]:
        if vocabulary not in self._indexes:
            terms: Mapping[str, Term] = getattr(self.knowledge.terms, vocabulary)
            index: dict[str, str] = {}
            for id_, term in terms.items():
                for name in (
                    id_,
                    term.name,
                    *term.aliases,
                    *getattr(term, "icd10", ()),
                    *getattr(term, "loinc", ()),
                ):
                    index.setdefault(normalise(name), id_)
            self._indexes[vocabulary] = index
        return self._indexes[vocabulary]

    @cached_property
    def _indexes(self) -> dict[str, dict[str, str]]:
        return {}

    def label(self, match: Match) -> str:
        """The name that people read."""
        known: Therapy | Medication
        known = (self.knowledge.therapies if match.kind != "medication" else self.knowledge.terms.medications)[match.id]
        return known.name

    def classes(self, match: Match) -> tuple[str, ...]:
        """The drug and every class that it belongs to, by id."""
        if match not in self._classes:
            self._classes[match] = self._find_classes(match)
        return self._classes[match]

    @cached_property
    def _classes(self) -> dict[Match, tuple[str, ...]]:
        return {}

    def _find_classes(self, match: Match) -> tuple[str, ...]:
        first = [match.id]
        if match.kind != "medication":
            therapy = self.knowledge.therapies[match.id]
            first.extend(therapy.classes)
            first.extend([therapy.family] if therapy.family else [])
        found = dict.fromkeys(above for id_ in first for above in self.knowledge.ancestors("medications", id_))
        return tuple(found)

    def could_be(self, class_: str) -> tuple[str, ...]:
        """The therapies that a class named in a history may have been ("an immunosuppressant")."""
        return tuple(
            therapy.id for therapy in self.knowledge.options if class_ in self.classes(Match("therapy", therapy.id))
        )


def _codes(known: Therapy | Medication) -> Iterable[str]:
    return (*known.codes.rxnorm, *known.codes.atc, *map(str, known.codes.omop))
