"""Resolve the words that a clinician types to ids; words that are not understood come with similar names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.knowledge.conditionnames import ConditionNames
from calcinosis_kb.knowledge.denial import is_denial
from calcinosis_kb.knowledge.drugnames import DrugNames
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mentions import mentions
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.pattern import Pattern
from calcinosis_kb.knowledge.reading import VOCABULARIES, Match, Reading
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.knowledge.termnames import TermNames
from calcinosis_kb.knowledge.terms import Medication
from calcinosis_kb.knowledge.wordlist import WordList

__all__ = ["VOCABULARIES", "Entry", "Match", "Names"]

_ALLERGY = Pattern(
    r"\b(?:allerg(?:y|ies|ic|isch|ique|ico|ica)(?: reaction)?(?: to| gegen| auf| aux?| a(?: la)?)?|"
    r"(?:allergi[ae]|alergi[ac]o?|alergica)(?: gegen| auf| voor| aux?| alla| al(?: |$)| alle| ai| a(?: la| los| las)?| ao?s?)?|"
    r"anaphyla(?:xis|ctic)(?: reaction)?(?: to)?|hypersensitiv(?:e|ity)(?: to)?|"
    r"angioedema (?:from|to|with)|(?:rash|hives|urticaria) (?:from|to|with)|drug allergy)\b"
)

_COMPOUND = Pattern(r"\b(\w{4,}?)s?allergie\b")
_REACTION = Pattern(
    r"[\s:,(–—-]*\b(?:(?:mild|severe|skin|itchy|red[- ]man|infusion|delayed|childhood|unknown|"
    r"stevens[- ]johnson|flu[- ]like|gi|as a child)\s+)*"
    r"(?:rash(?:es)?|hives|urticaria|anaphyla(?:xis|ctic(?: shock| reaction)?|ctoid)|angio-?(?:o?edema)|swelling|itch(?:ing)?|pruritus"
    r"|bronchospasm|wheez(?:e|ing)|dyspno?ea|cough|nausea(?:/vomiting)?|vomiting|n/v|diarrho?ea|upset|fever|sjs|ten|dress|agep|syndrome"
    r"|symptoms|myalgias?|hepatotoxicity|pneumonitis|agranulocytosis|hit|hyperpigmentation|o?esophagitis|skin necrosis|reactions?"
    r"|red man|flu-like"
    r"|as a child|exanthema?|exantema|ausschlag|[eé]ruption|erupci[oó]n)\b\s*\)?",
    re.IGNORECASE,
)
"""A reaction written beside the name in a list of allergies."""


_INTOLERANCE = re.compile(r"\bintolerance(?: (?:to|of))?\b", re.IGNORECASE)
_SUBSTANCE = re.compile(
    r"\A(?:substance with )?([\w ]+?)(?: structure(?: and [\w ]*mechanism of action)?|-(?:derived|related|containing) "
    r"(?:products?|compounds?|substances?)| (?:antigens?|preparations?|proteins?))(?: \(substance\))?\Z",
    re.IGNORECASE,
)
"""What systems of allergens write around the name: "Milk-related compounds", "Substance with penicillin structure and …"."""


@dataclass(frozen=True)
class Entry:
    """A word of a vocabulary for a list: id, name, other names and meaning."""

    kind: str
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    meaning: str | None = None


class Names:
    """The resolver of one knowledge base. ``words`` is the folder of the long lists, by default that of the package.

    ``suggests``: an unknown word comes with the names that it looks like, which takes longer than all else.
    """

    suggests = True

    def __init__(self, knowledge: Knowledge, words: Path | None = None) -> None:
        self.knowledge = knowledge
        folder = words or Checkout.of_package().knowledge / "words"
        self._products = WordList(folder / "products.tsv")
        self.drugs = DrugNames(knowledge, WordList(folder / "medicines.tsv"))
        self.conditions = ConditionNames(
            knowledge, WordList(folder / "conditions.tsv"), WordList(folder / "snomed.tsv")
        )

    def treatments(self, text: str, route: str | None = None) -> tuple[Reading, ...]:
        """Return one reading per treatment or medicine in a text; at least one."""
        return self.drugs.read(text, route) if self.suggests else self.drugs.known(text, route)

    def without_suggestions(self) -> Names:
        """The same for words that nobody typed, as those of a health record: likeness helps who did."""
        plain = copy(self)
        plain.suggests = False
        return plain

    def mentioned(self, text: str) -> tuple[Reading, ...]:
        """Return the medicines that a longer text mentions by their whole names, one reading per part; none if it may deny them."""
        return mentions(text, self.drugs)

    def allergies(self, text: str) -> tuple[Reading, ...]:
        """Read an entry of a list of allergies ("penicillin", "allergic to penicillin")."""
        bare = _SUBSTANCE.sub(r"\1", _INTOLERANCE.sub(" ", _REACTION.sub(" ", text))).strip()
        readings = self.treatments(self.allergen(bare or text) or bare or text)
        return (replace(readings[0], text=text),) if len(readings) == 1 else readings

    def allergen(self, text: str) -> str | None:
        """The allergen of a text about an allergy ("aspirin allergy"), or None for any other text."""
        form = _COMPOUND.sub(r"\1 allergie", normalise(text))
        found = _ALLERGY.search(form)
        if found is None or is_denial(text):
            return None
        return _ALLERGY.sub(" ", form).strip() or None

    def condition(self, text: str) -> tuple[Reading, ...]:
        """Read an entry of a problem list as conditions and diseases; at least one reading."""
        return self.conditions.read_all(text) if self.suggests else self.conditions.known(text)

    def coded_drug(self, system: str, code: str) -> tuple[Match, ...]:
        """The treatment or medicine that a code means in its system."""
        return self.drugs.by_code(system, code)

    def drug_use(self, code: str) -> tuple[Match, ...] | None:
        """The medicines and classes whose use a code of ICD-10 says; none if they are none of ours; None if it says no known use."""
        return self.drugs.by_use(code)

    def product(self, code: str) -> str | None:
        """The name of a product by its code of RxNorm, None if it is not in the table."""
        found = self._products.find(code)
        return found[0] if found else None

    def drug_group(self, code: str) -> tuple[Match, ...] | None:
        """What all substances of the groups of ATC are that a code is or falls under; None if no group that is known holds it."""
        return self.drugs.by_group(code)

    def coded_conditions(self, system: str, code: str) -> tuple[Match, ...]:
        """The conditions and diseases that a code means in its system."""
        conditions = (Match("condition", id_) for id_ in self.conditions.by_code(system, code))
        return (*conditions, *(Match("disease", id_) for id_ in self.conditions.diseases.by_code(system, code)))

    def coded_labs(self, system: str, code: str) -> tuple[str, ...]:
        """The tests that a code means in its system."""
        return self.terms_of("labs").by_code(system, code)

    def lasting(self, match: Match) -> tuple[Match, ...]:
        """What still counts of a condition that is past."""
        return self.conditions.lasting(match)

    def terms_of(self, vocabulary: str) -> TermNames:
        """The names of one vocabulary."""
        if vocabulary == "conditions":
            return self.conditions
        return self._terms.setdefault(vocabulary, TermNames(self.knowledge, vocabulary))

    @cached_property
    def _terms(self) -> dict[str, TermNames]:
        return {}

    def drug(self, named: str, route: str | None = None) -> Match | None:
        """Return the one therapy, family, drug or class that a name means, or None."""
        readings = self.treatments(named, route)
        if len(readings) != 1 or len(readings[0].matches) != 1 or readings[0].matches[0].kind == "other":
            return None
        return readings[0].matches[0]

    def nearest_drugs(self, named: str) -> tuple[Match, ...]:
        """Return the known names most similar to an unknown one, best first. They are for messages, never for a judgement."""
        found = (self.drugs.match(id_) for id_ in self.drugs.nearest(named))
        return tuple(match for match in found if match is not None)

    def term(self, vocabulary: str, named: str) -> str | None:
        """Return the id of a term (disease, feature, condition, lab, …) by id, name, alias or code, or None."""
        return self.terms_of(vocabulary).exact(named)

    def nearest_terms(self, vocabulary: str, named: str) -> tuple[str, ...]:
        """Return the ids of the terms of a vocabulary that are most similar to an unknown word."""
        return self.terms_of(vocabulary).nearest(named)

    def label(self, match: Match) -> str:
        """The name that is shown to people."""
        if match.kind in ("therapy", "family"):
            return self.knowledge.therapies[match.id].name
        if match.kind == "medication":
            return self.knowledge.terms.medications[match.id].name
        return match.id.replace("_", " ")

    def classes(self, match: Match) -> tuple[str, ...]:
        """Return the ids of a drug and of every class and family that it belongs to."""
        if match not in self._classes:
            self._classes[match] = self._find_classes(match)
        return self._classes[match]

    @cached_property
    def _classes(self) -> dict[Match, tuple[str, ...]]:
        return {}

    def _find_classes(self, match: Match) -> tuple[str, ...]:
        first = [match.id, *match.classes]
        for id_ in tuple(first):
            therapy = self.knowledge.therapies.get(id_)
            if therapy is not None:
                first.extend(therapy.classes)
                first.extend([therapy.family] if therapy.family else [])
        return tuple(dict.fromkeys(above for id_ in first for above in self.knowledge.ancestors("medications", id_)))

    def lowest(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The ids of drugs and classes without those that another of them belongs to, each once."""
        once = tuple(dict.fromkeys(ids))
        above = {id_: self.classes(match)[1:] for id_ in once if (match := self.drugs.match(id_)) is not None}
        return tuple(id_ for id_ in once if not any(id_ in wider for wider in above.values()))

    def overlapping(self, id_: str) -> frozenset[str]:
        """Return every drug and class that may be meant by, or include, something called by the name of a drug or class."""
        found = self._overlapping.get(id_)
        if found is None:
            ids = (*self.knowledge.therapies, *self.knowledge.terms.medications)
            known = (self.classes(match) for match in map(self.drugs.match, ids) if match is not None)
            found = frozenset(near for classes in known if id_ in classes for near in classes)
        return self._overlapping.setdefault(id_, found)

    @cached_property
    def _overlapping(self) -> dict[str, frozenset[str]]:
        return {}

    def families(self, match: Match) -> tuple[str, ...]:
        """The families of a drug that is not a therapy itself (clodronate: bisphosphonate)."""
        if match.kind not in ("medication", "other"):
            return ()
        therapies = self.knowledge.therapies
        return tuple(id_ for id_ in self.classes(match)[1:] if id_ in therapies and therapies[id_].kind == "family")

    def could_be(self, class_: str) -> tuple[str, ...]:
        """The therapies that may be meant by a class in a history ("an immunosuppressant")."""
        found = self._could_be.get(class_)
        if found is None:
            options = self.knowledge.options
            found = tuple(one.id for one in options if class_ in self.classes(Match("therapy", one.id)))
        return self._could_be.setdefault(class_, found)

    @cached_property
    def _could_be(self) -> dict[str, tuple[str, ...]]:
        return {}

    def entries(self, kind: str) -> Iterator[Entry]:
        """Every word of one of `VOCABULARIES`, in the order of the knowledge base."""
        if kind == "therapies":
            for id_, therapy in self.knowledge.therapies.items():
                yield Entry(kind, id_, therapy.name, _others(therapy), therapy.description)
            return
        for id_, term in getattr(self.knowledge.terms, kind).items():
            yield Entry(kind, id_, term.name, term.aliases, term.meaning)


def _others(known: Therapy | Medication) -> tuple[str, ...]:
    return (*known.aliases, *getattr(known, "brands", ()))
