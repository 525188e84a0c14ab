"""From a condition, a place or a complaint as it is written to the terms of a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from calcinosis_kb.knowledge.denial import after_denial, denied, is_denial
from calcinosis_kb.knowledge.library import Knowledge
from calcinosis_kb.knowledge.pattern import Pattern
from calcinosis_kb.knowledge.reading import LIKE, SHORT, Match, Reading
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.knowledge.terms import Condition, Term
from calcinosis_kb.knowledge.wordlist import WordList

__all__ = ["ConditionNames", "TermNames"]

LONGEST = 300
"""Characters of one entry that are read; a longer text is a letter, not a term."""

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
"""What stands beside a disease and makes no other disease of it."""
_CERTAINTY = Pattern(
    r"\b(?:suspected|suspicion of|possible|possibly|probable|probably|likely|query|rule out|"
    r"r o|risk of|at risk of|at risk for|screening for|"
    r"exposure to|exposure|exposed to|contact with|contact|household|not excluded|cannot be excluded|not ruled out|cannot be ruled out)\b"
)
_QUESTION = Pattern(r"^\s*\?|\?\s*$")
_PAST = Pattern(
    r"\b(?:history of|hx of|h o|hx|past|previous|previously|prior|old|former|resolved|treated|healed|remote|s p|status post|"
    r"post|no longer|cured|eradicated|recovered|(?:in )?(?:complete |full |long term )?remission|svr|[0-9]+ (?:years?|yrs?|months?) ago|"
    r"(?<!since )(?<!diagnosed )(?<!dx )(?:in )?(?:19|20)[0-9]{2})\b"
)
_FAMILY = Pattern(
    r"\b(?:family|familial|father|mother|maternal|paternal) (?:history|hx)\b|\bf h\b|\bfh\b|\bfhx\b|"
    r"^(?:mother|father|sister|brother|parents?|siblings?|daughter|son|aunt|uncle|cousin|grandmother|grandfather|"
    r"grandparents?|mum|mom|dad) (?:with|has|had|s|is|was|died)\b"
)
_GRADES = (
    "severe",
    "moderate",
    "mild",
    "active",
    "acute",
    "chronic",
    "end stage",
    "advanced",
    "uncontrolled",
    "recent",
)
_LOOSE = Pattern(
    r"\b(?:known|stable|chronic|mild|moderate|severe|advanced|controlled|well controlled|treated|on treatment|under treatment|newly "
    r"diagnosed|recurrent|intermittent|longstanding|long standing|"
    r"confirmed|current|currently|on|has|with|disorder|finding|situation|unspecified|bilateral|left|right|heterozygous|homozygous|"
    r"(?:who )?(?:fc|functional class|class|gold|grade|stage) (?:[ivx]+|[0-9])[a-d]?|x ?[0-9]+ ?y?|[0-9]+(?= pack years?)|"
    r"[0-9]+ ?(?:ppd|py)|g ?[0-9]+ ?p ?[0-9]+|provoked|unprovoked|since childhood|"
    r"(?:of|on|in) (?:the )?(?:legs?|foot|tes?|hands?|arms?|fingers?|face|knees?|elbows?|hips?|shins?))\b"
)
_DATE = Pattern(
    r"\b(?:(?:in|since|from|at|age) )?(?:(?:19|20)[0-9]{2}|[0-9]+ (?:days?|weeks?|months?|years?|wks?|yrs?)(?: ago| old)?)\b"
)
_SIGNS = (
    (Pattern(r"\b(G[1-5][ab]?) ?/?A[1-3]\b", re.IGNORECASE), r"\1"),
    (Pattern(r"(?<=\w) ?\(?\+(?:ve)?\)?(?!\w)"), " positive"),
    (Pattern(r"(?<=\w) ?(?:\(-\)|\(?-ve\)?)(?!\w)"), " negative"),
)
"""What is lost in the normal form ("HBsAg+"), and the albuminuria behind a stage of kidney disease ("CKD G3bA2")."""
_SEPARATOR = Pattern(
    r"\s*(?:(?<=\S\s)s/p\b|\bw/|[,;/+&()\[\]\n]|\b(?:and|with|on|due to|secondary to|plus)\b)\s*", re.IGNORECASE
)
_ICD10 = Pattern(r"(?:icd-?10(?:-?cm)?\s*[:|]\s*)?([A-Z][0-9][0-9AB](?:\.?[0-9A-Z]{1,4})?)\s*\Z", re.IGNORECASE)
_VALUE = Pattern(
    r"(?P<name>[a-z][a-z ]*?)\s*(?:of|is|[:=~])?\s*(?P<sign>[<>≤≥]?)=?\s*(?P<value>[0-9]+(?:\.[0-9]+)?)\s*"
    r"(?:ml/min(?:/1\.73 ?m[2²])?)?\s*\Z",
    re.IGNORECASE,
)
_GFR = "egfr"
"""The test whose number alone says all: it has one unit, and every value has its category."""
_SNOMED = Pattern(r"(?:snomed(?:-?ct)?\s*[:|]\s*)?([0-9]{6,18})\s*\Z", re.IGNORECASE)


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
        """The id of a term by id, name, alias or code; an ICD-10 code stands for the narrowest term that it falls under."""
        found = self.index.get(normalise(named[:LONGEST]))
        if found is not None:
            return found
        code = _ICD10.match(named[:LONGEST].strip())
        implied = self.by_icd10(code[1]) if code else ()
        return implied[0] if implied else None

    def by_icd10(self, code: str) -> tuple[str, ...]:
        """The terms that a code of ICD-10, or of one of its national forms, falls under, those with the longest prefix first."""
        return tuple(self._under(code, "icd10"))

    def _under(self, code: str, field: str) -> Iterator[str]:
        code, prefixes = _plain_code(code), self._prefixes[field]
        found = (id_ for end in range(len(code), 0, -1) for id_ in prefixes.get(code[:end], ()))
        yield from dict.fromkeys(found)

    @cached_property
    def _prefixes(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """The terms by the beginnings of the codes that always mean them, and of those under which they may be present."""
        found: dict[str, dict[str, tuple[str, ...]]] = {"icd10": {}, "suspected_icd10": {}}
        for field, prefixes in found.items():
            for id_, term in sorted(self.terms.items()):
                for code in map(_plain_code, getattr(term, field, ())):
                    prefixes[code] = (*prefixes.get(code, ()), id_)
        return found

    def within(self, named: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The terms that stand as whole words in a longer text, in its order, and the words that are left."""
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
        """The terms that an entry names: by its whole name, or as words in it where nothing else is left."""
        kind: Literal["site", "feature", "disease"] = _KINDS[self.vocabulary]
        exact = self.exact(text)
        asked = _QUESTION.search(text) is not None
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
        """The ids of at most three terms whose name a text looks like, best first."""
        from rapidfuzz import fuzz, process

        form = normalise(named[:LONGEST])
        names = [name for name in self.index if len(name) >= SHORT]
        close = (
            process.extract(form, names, scorer=fuzz.ratio, score_cutoff=LIKE, limit=6) if len(form) >= SHORT else []
        )
        return tuple(dict.fromkeys(self.index[name] for name, _, _ in close))[:3]


CAUSES_ELSEWHERE = frozenset({"other", "idiopathic"})
"""Diseases that only say where the calcinosis does not come from: among the conditions of a patient they mean nothing."""

_KINDS: dict[str, Any] = {"sites": "site", "features": "feature", "diseases": "disease", "conditions": "condition"}


@dataclass(frozen=True)
class _Phrase:
    """What an entry says beside the name: whether it is past or only suspected."""

    name: str
    past: bool
    doubtful: bool


class ConditionNames(TermNames):
    """The names of conditions; ``words`` is the long list of names with their ICD-10 codes.

    A disease that underlies calcinosis may stand among the conditions and is then read as one.
    """

    def __init__(self, knowledge: Knowledge, words: WordList) -> None:
        super().__init__(knowledge, "conditions")
        self.words = words
        self.diseases = TermNames(knowledge, "diseases")
        self.labs = TermNames(knowledge, "labs")

    def read_all(self, text: str) -> tuple[Reading, ...]:
        """What an entry names, each condition by itself ("ESRD on dialysis" are two); at least one reading."""
        text = text.strip()
        for sign, word in _SIGNS:
            text = sign.sub(word, text)
        if is_denial(text):
            return tuple(self._after_denial(text))
        whole = self._one(text[:LONGEST])
        if whole is not None:
            return (whole,)
        parts = [part for part in _SEPARATOR.split(text[:LONGEST]) if part.strip()]
        read = [(part, self._one(part)) for part in parts] if len(parts) > 1 else []
        if any(reading is not None for _, reading in read):
            return tuple(reading or self._not_understood(part) for part, reading in read)
        return (self._not_understood(text),)

    def _after_denial(self, text: str) -> Iterator[Reading]:
        """The readings of a text that begins with a denial: what it may reach beside the first is left open."""
        named = self._named(text, normalise(text))
        if named is not None:
            yield named
            return
        for n, (part, reached) in enumerate(after_denial(text)):
            if n == 0:
                yield Reading(part, "recognised")
            elif not reached:
                yield from self.read_all(part)
            else:
                yield from (
                    self._qualified(reading, _Phrase(part, past=False, doubtful=True))
                    for reading in self.read_all(part)
                )

    def _one(self, text: str) -> Reading | None:
        form = normalise(text)
        asked = _QUESTION.search(text) is not None
        named = None if asked else self._named(text, form)
        if named is not None:
            return named
        if is_denial(text) or _FAMILY.search(form) or self._denied(form):
            return Reading(text, "recognised")
        measured = self._measured(text)
        if measured is not None:
            return measured
        phrase = _taken_apart(form)
        if asked:
            phrase = replace(phrase, doubtful=True)
        for name in _shorter(phrase.name):
            found = self._named(text, name)
            if found is not None:
                return self._qualified(found, phrase)
        return None

    def _denied(self, form: str) -> bool:
        """Whether a text says behind or within a name that it does not hold ("HIV negative", "non-diabetic")."""
        name = denied(form)
        if name is not None:
            return self._named(name, name) is not None or name in self.labs.index or self._one(name) is not None
        name = form.removeprefix("non").strip()
        return name != form and " " not in name and self.index.get(name) is not None

    def _measured(self, text: str) -> Reading | None:
        """The conditions that a filtration rate amounts to ("eGFR 25"), None where the text is none."""
        found = _VALUE.match(text)
        if found is None or self.labs.index.get(normalise(found["name"])) != _GFR:
            return None
        value, more, at_most = float(found["value"]), found["sign"] in (">", "≥"), found["sign"] in ("<", "≤")
        below = {
            id_: bound.below
            for id_, term in self.terms.items()
            if isinstance(term, Condition) and (bound := term.defined_by.get(_GFR)) and bound.below is not None
        }
        ids = [id_ for id_, bound in below.items() if value < bound or (at_most and value == bound)]
        ids = [id_ for id_ in ids if not any(id_ in self._above(other) for other in ids if other != id_)]
        if more and ids:
            return Reading(text, "ambiguous", may_be=tuple(ids))
        return Reading(text, "ours" if ids else "recognised", tuple(Match("condition", id_) for id_ in ids))

    def _named(self, text: str, form: str) -> Reading | None:
        """The reading of a name in normal form, None where no list holds it."""
        open_ = self.knowledge.terms.ambiguous.get(form.replace(" ", "_"))
        if open_ is not None:
            return Reading(text, "ambiguous", may_be=open_.may_be)
        code = _ICD10.match(text)
        if code and (coded := self._coded(text, code[1])).matches:
            return coded
        if form in self.index:
            return self._term(text, self.index[form])
        if form in self.diseases.index and self.diseases.index[form] not in CAUSES_ELSEWHERE:
            return Reading(text, "ours", (Match("disease", self.diseases.index[form]),))
        if code:
            return self._coded(text, code[1])
        if _SNOMED.match(text):
            return None
        listed = self.words.find(form)
        if listed is not None:
            return self._listed(text, listed[0].split("|"))
        return Reading(text, "recognised") if form in self._recognised else None

    def _term(self, text: str, id_: str) -> Reading:
        """A term with what all of its codes say: lupus nephritis is lupus, and breast cancer may thrombose."""
        if id_ not in self._said:
            self._said[id_] = self._said_by_codes(id_)
        also, may_be = self._said[id_]
        return Reading(text, "ours", (Match("condition", id_), *also), may_be=may_be)

    @cached_property
    def _said(self) -> dict[str, tuple[tuple[Match, ...], tuple[str, ...]]]:
        return {}

    def _said_by_codes(self, id_: str) -> tuple[tuple[Match, ...], tuple[str, ...]]:
        """The diseases that all codes of a term fall under, and the conditions that all of them leave open."""
        codes = [self._coded(id_, code) for code in getattr(self.terms[id_], "icd10", ())]
        if not codes:
            return (), ()
        diseases = (match for match in codes[0].matches if match.kind == "disease")
        open_ = set.intersection(*(set(coded.may_be) for coded in codes)) - {*self._above(id_)}
        return tuple(match for match in diseases if all(match in c.matches for c in codes)), tuple(sorted(open_))

    def _listed(self, text: str, codes: list[str]) -> Reading:
        """What all codes of a word mean, and what some of them may mean."""
        readings = [self._coded(text, code) for code in codes]
        sure = [match for match in readings[0].matches if all(match in reading.matches for reading in readings)]
        open_ = {
            id_
            for reading in readings
            for id_ in (*reading.may_be, *(match.id for match in reading.matches if match not in sure))
        }
        state: Literal["ours", "recognised"] = "ours" if sure else "recognised"
        return Reading(text, state, tuple(sure), may_be=tuple(sorted(open_ - {match.id for match in sure})))

    def _coded(self, text: str, code: str) -> Reading:
        """The conditions and diseases under which a code falls; those that it may be are left open."""
        narrowest = self.by_icd10(code)
        implied = [
            id_ for id_ in narrowest if not any(id_ in self._above(other) for other in narrowest if other != id_)
        ]
        matches = [Match("condition", id_) for id_ in implied]
        diseases = (id_ for id_ in self.diseases.by_icd10(code) if id_ not in CAUSES_ELSEWHERE)
        matches.extend(Match("disease", id_) for id_ in [*diseases][:1])
        bare = _plain_code(code)
        wider = (id_ for prefix, ids in self._prefixes["icd10"].items() if prefix.startswith(bare) for id_ in ids)
        open_ = dict.fromkeys((*self._under(code, "suspected_icd10"), *wider))
        may_be = tuple(sorted(id_ for id_ in open_ if not any(id_ in self._above(match.id) for match in matches)))
        return Reading(text, "ours" if matches else "recognised", tuple(matches), may_be=may_be)

    def _above(self, id_: str) -> tuple[str, ...]:
        return self.knowledge.ancestors("conditions", id_)

    def _qualified(self, found: Reading, phrase: _Phrase) -> Reading:
        """What is past holds only of what lasts, and what is suspected is left open."""
        if not (phrase.past or phrase.doubtful) or not found.matches:
            return found
        lasting = () if phrase.doubtful else tuple(match for match in found.matches if self._lasts(match))
        # What it was once a form of holds still where that lasts: an earlier cancer is a history of malignancy.
        kept = {
            above: None
            for match in found.matches
            for above in (() if phrase.doubtful or match.kind != "condition" else self._above(match.id))
            if self._lasts(Match("condition", above))
        }
        matches = lasting or tuple(Match("condition", id_) for id_ in kept)
        open_ = dict.fromkeys((*found.may_be, *(match.id for match in found.matches if match not in matches)))
        return Reading(found.text, "ours" if matches else "ambiguous", matches, may_be=tuple(open_))

    def _lasts(self, match: Match) -> bool:
        term = self.terms.get(match.id)
        return match.kind == "disease" or (isinstance(term, Condition) and term.lasting)

    def _not_understood(self, text: str) -> Reading:
        found, _ = self.within(text)
        return Reading(text, "not_understood", nearest=tuple(dict.fromkeys((*found, *self.nearest(text))))[:3])

    @cached_property
    def _recognised(self) -> frozenset[str]:
        known = self.knowledge.terms.recognised.get("conditions")
        return frozenset(map(normalise, known.aliases)) if known else frozenset()


def _taken_apart(form: str) -> _Phrase:
    """An entry in normal form without what qualifies it."""
    doubtful, past = _CERTAINTY.search(form) is not None, _PAST.search(form) is not None
    name = " ".join(_PAST.sub(" ", _CERTAINTY.sub(" ", form)).split())
    return _Phrase(name, past, doubtful)


def _shorter(name: str) -> Iterator[str]:
    """The name, and the name without what changes nothing of it; the grade goes last, for "severe" may have a term of its own."""
    yield name
    yield (bare := " ".join(_LOOSE.sub(" ", name).split()))
    undated = " ".join(_DATE.sub(" ", bare).split())
    if undated != bare:
        yield undated
    words = undated.split()
    if words and words[-1] == "ca":
        yield " ".join((*words[:-1], "cancer"))
    if words and words[-1].endswith("s") and len(words[-1]) >= SHORT:
        yield " ".join((*words[:-1], words[-1][:-1]))


def _plain_code(code: str) -> str:
    return code.replace(".", "").upper()
