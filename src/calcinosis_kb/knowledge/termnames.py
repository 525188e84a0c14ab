"""Read the name of a disease, site, feature or test as terms of a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal

from calcinosis_kb.knowledge.denial import denied, is_denial
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.pattern import Pattern
from calcinosis_kb.knowledge.reading import LIKE, SHORT, Match, Reading
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.knowledge.terms import Term

__all__ = ["ICD10", "LONGEST", "QUESTION", "TermNames", "plain_code"]

LONGEST = 300
"""The length in characters up to which an entry is read; a longer text is a letter, not a term."""

_IDLE_WORDS = """
    a an the of with and in on at to left right both bilateral upper lower posterior anterior lateral medial
    proximal distal side sided region area over around several multiple small large known deposit deposits
    calcinosis calcification calcifications l r extensor flexor dorsal volar radial ulnar surface surfaces aspect
    joint joints 1st 2nd 3rd 4th 5th very nodule nodules mass masses greater
"""
_IDLE = frozenset(_IDLE_WORDS.split())
_ATTRIBUTE_WORDS = """
    anti antibody antibodies ab positive pos negative neg associated related seropositive early late longstanding
    severe mild stable refractory adult onset definite established aca ana anticentromere centromere
    scl 70 scl70 topoisomerase nxp2 nxp 2 mda5 mda 5 mi mi2 tif1 tif1g tif1γ gamma rna polymerase iii sae
"""
_ATTRIBUTES = frozenset(_ATTRIBUTE_WORDS.split())
"""Words beside a disease that do not make it another disease."""
QUESTION = Pattern(r"^\s*\?|\?\s*$")
ICD10 = Pattern(r"(?:icd-?10(?:-?cm)?\s*[:|]\s*)?([A-Z][0-9][0-9AB](?:\.?[0-9A-Z]{1,4})?)\s*\Z", re.IGNORECASE)


class TermNames:
    """The names of one vocabulary of terms (diseases, sites, features, labs, …)."""

    def __init__(self, knowledge: Knowledge, vocabulary: str) -> None:
        self.knowledge = knowledge
        self.vocabulary = vocabulary
        self.terms: Mapping[str, Term] = getattr(knowledge.terms, vocabulary)

    @cached_property
    def index(self) -> dict[str, str]:
        """Every name, alias and code in normal form, with the id of its term."""
        index: dict[str, str] = {}
        for id_, term in self.terms.items():
            codes = (*getattr(term, "icd10", ()), *getattr(term, "loinc", ()), *getattr(term, "snomed", ()))
            for name in (id_, term.name, *term.aliases, *codes):
                index.setdefault(normalise(name), id_)
        return index

    def exact(self, named: str) -> str | None:
        """Return the id of a term by id, name, alias or code, or None. An ICD-10 code means the narrowest term it belongs to."""
        found = self.index.get(normalise(named[:LONGEST]))
        if found is not None:
            return found
        code = ICD10.match(named[:LONGEST].strip())
        implied = self.by_icd10(code[1]) if code else ()
        return implied[0] if implied else None

    def by_code(self, system: str, code: str) -> tuple[str, ...]:
        """Return the terms that a code of SNOMED CT, LOINC or OMOP means; codes of ICD-10 are prefixes (`by_icd10`)."""
        return self._coded_terms.get((system, code), ())

    @cached_property
    def _coded_terms(self) -> dict[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for id_, term in self.terms.items():
            for system in ("snomed", "loinc", "omop"):
                for code in map(str, getattr(term, system, ())):
                    found[system, code] = (*found.get((system, code), ()), id_)
        return found

    def by_icd10(self, code: str) -> tuple[str, ...]:
        """Return the terms that a code of ICD-10 or of a national form of it belongs to, longest prefix first."""
        return tuple(self._under(code, "icd10"))

    def _under(self, code: str, field: str) -> Iterator[str]:
        code, prefixes = plain_code(code), self._prefixes[field]
        found = (id_ for end in range(len(code), 0, -1) for id_ in prefixes.get(code[:end], ()))
        yield from dict.fromkeys(found)

    @cached_property
    def _prefixes(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """The terms by the prefixes of the codes that always mean them, and of the codes that may mean them."""
        found: dict[str, dict[str, tuple[str, ...]]] = {"icd10": {}, "suspected_icd10": {}}
        for field, prefixes in found.items():
            for id_, term in sorted(self.terms.items()):
                for code in map(plain_code, getattr(term, field, ())):
                    prefixes[code] = (*prefixes.get(code, ()), id_)
        return found

    def within(self, named: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the terms that are whole words in a longer text, in its order, and the remaining words."""
        words = normalise(named[:LONGEST]).split()
        found: dict[str, None] = {}
        left: list[str] = []
        start = 0
        while start < len(words):
            for end in range(min(len(words), start + self._most_words), start, -1):
                id_ = self.index.get(" ".join(words[start:end]))
                if id_ is not None:
                    found[id_] = None
                    start = end
                    break
            else:
                left.append(words[start])
                start += 1
        return tuple(found), tuple(word for word in left if word not in _IDLE)

    @cached_property
    def _most_words(self) -> int:
        return max((name.count(" ") + 1 for name in self.index), default=1)

    def read(self, text: str) -> Reading:
        """Read an entry as a term by its whole name, or as several terms if it has no other words."""
        kind: Literal["site", "feature", "disease"] = _KINDS[self.vocabulary]
        exact = self.exact(text)
        asked = QUESTION.search(text) is not None
        if exact is not None and not asked:
            return Reading(text, "ours", (Match(kind, exact),))
        name = denied(text)
        if is_denial(text) or (name is not None and self.exact(name) is not None):
            return Reading(text, "recognised")
        found, left = self.within(text)
        if self.vocabulary == "diseases":
            left = tuple(word for word in left if word not in _ATTRIBUTES)
        if found and not left and not asked:
            return Reading(text, "ours", tuple(Match(kind, id_) for id_ in found))
        return Reading(text, "not_understood", nearest=tuple(dict.fromkeys((*found, *self.nearest(text))))[:3])

    def nearest(self, named: str) -> tuple[str, ...]:
        """Return the ids of at most three terms with names similar to a text, best first."""
        from rapidfuzz import fuzz, process

        form = normalise(named[:LONGEST])
        names = [name for name in self.index if len(name) >= SHORT]
        close = (
            process.extract(form, names, scorer=fuzz.ratio, score_cutoff=LIKE, limit=6) if len(form) >= SHORT else []
        )
        return tuple(dict.fromkeys(self.index[name] for name, _, _ in close))[:3]


_KINDS: dict[str, Any] = {"sites": "site", "features": "feature", "diseases": "disease", "conditions": "condition"}


def plain_code(code: str) -> str:
    return code.replace(".", "").upper()
