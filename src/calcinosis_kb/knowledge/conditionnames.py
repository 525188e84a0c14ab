"""Read an entry of a problem list as conditions and diseases, and say what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from calcinosis_kb.knowledge.denial import after_denial, denied, is_denial
from calcinosis_kb.knowledge.headwords import headword_code
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.pattern import Pattern
from calcinosis_kb.knowledge.reading import SHORT, Match, Reading
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.knowledge.termnames import ICD10, LONGEST, QUESTION, TermNames, plain_code
from calcinosis_kb.knowledge.terms import Condition
from calcinosis_kb.knowledge.wordlist import WordList

__all__ = ["ConditionNames"]

_CERTAINTY = Pattern(
    r"\b(?:suspected|suspicion of|possible|possibly|probable|probably|likely|query|rule out|"
    r"r o|risk of|at risk of|at risk for|screening for|verdacht auf|v a|suspicion de|sospecha de|suspeita de|sospett[oai] d[ie]|"
    r"exposure to|exposure|exposed to|contact with|contact|household|not excluded|cannot be excluded|not ruled out|cannot be ruled out)\b"
)
_PAST = Pattern(
    r"\b(?:history of|hx of|h o|hx|past|previous|previously|prior|old|former|resolved|treated|healed|remote|s p|status post|"
    r"zustand nach|z n|status nach|antecedents? de|antecedentes? de|esiti di|"
    r"post|no longer|cured|eradicated|recovered|(?:in )?(?:complete |full |long term )?remission|svr|[0-9]+ (?:years?|yrs?|months?) ago|"
    r"(?<!since )(?<!diagnosed )(?<!dx )(?:in )?(?:19|20)[0-9]{2})\b"
)
_FAMILY = Pattern(
    r"\b(?:family|familial|father|mother|maternal|paternal) (?:history|hx)\b|\bf h\b|\bfh\b|\bfhx\b|"
    r"\bfamilienanamnese\b|\bfamilieanamnese\b|\bantecedent\w* famili\w+|\banamnesi familiare\b|\bhistoria familiar\b|"
    r"^(?:mother|father|sister|brother|parents?|siblings?|daughter|son|aunt|uncle|cousin|grandmother|grandfather|"
    r"grandparents?|mum|mom|dad) (?:with|has|had|s|is|was|died)\b"
)
_RELATIVE = Pattern(
    r"^\W*(?:mother|father|parents?|siblings?|sister|brother|daughter|son|aunt|uncle|cousin|grand(?:mother|father|parents?)|mutter|vater"
    r"|schwester|bruder|tante|onkel|großmutter|großvater|m[eè]re|p[eè]re|s(?:oe|œ)ur|fr[eè]re|madre|padre|herman[oa]|abuel[oa]|sorella"
    r"|fratello|m[ãa]e|pai|irm[ãa]o?|moeder|vader|zus|broer)\s*[:=(–-]",
    re.IGNORECASE,
)
"""A relative whose diseases follow ("Mutter: Brustkrebs, Diabetes")."""
_LOOSE = Pattern(
    r"\b(?:known|stable|chronic|mild|moderate|severe|advanced|controlled|well controlled|treated|on treatment|under treatment|newly "
    r"diagnosed|recurrent|intermittent|longstanding|long standing|"
    r"confirmed|current|currently|on|has|with|disorder|finding|situation|unspecified|bilateral|left|right|heterozygous|homozygous|"
    r"(?:who )?(?:fc|functional class|class|gold|grade|stage) (?:[ivx]+|[0-9])[a-d]?|x ?[0-9]+ ?y?|[0-9]+(?= pack years?)|"
    r"[0-9]+ ?(?:ppd|py)|g ?[0-9]+ ?p ?[0-9]+|provoked|unprovoked|since childhood|"
    r"(?:in |of )?(?:the )?(?:first|second|third|1st|2nd|3rd) trimester|"
    r"(?:of|on|in) (?:the )?(?:legs?|foot|tes?|hands?|arms?|fingers?|face|knees?|elbows?|hips?|shins?))\b"
)
_DATE = Pattern(
    r"\b(?:(?:in|since|from|at|age) )?(?:(?:19|20)[0-9]{2}|[0-9]+ (?:days?|weeks?|months?|years?|wks?|yrs?)(?: ago| old)?)\b"
)
_SIGNS = (
    (Pattern(r"\b(G[1-5][ab]?) ?/?A[1-3]\b", re.IGNORECASE), r"\1"),
    (Pattern(r"(?<=\w)(?<! [0-9])(?<! [0-9]{2}) ?\(?\+(?:ve)?\)?(?!\w)"), " positive"),
    (Pattern(r"(?<=\w) ?(?:\(-\)|\(?-ve\)?)(?!\w)"), " negative"),
    (Pattern(r"(?<=\S) *[(\[](?:CMS[/-])?HCC[)\]]"), ""),
)
"""Signs that the normal form would drop ("HBsAg+"), and what tells nothing of a condition: the albuminuria after a stage of kidney
disease ("CKD G3bA2"), and the mark of a hierarchical condition category, by which insurers in the United States pay for a diagnosis, and
which is no hepatocellular carcinoma ("Systemic sclerosis (HCC)", definitivehc.com/resources/glossary/hierarchal-condition-categories)."""
_SEPARATOR = Pattern(
    r"\s*(?:(?<=\S\s)s/p\b|\bw/|[,;/+&()\[\]\n]|\b(?:and|with|on|due to|secondary to|plus)\b)\s*", re.IGNORECASE
)
_VALUE = Pattern(
    r"(?P<name>[a-z][a-z ]*?)\s*(?:of|is|[:=~])?\s*(?P<sign>[<>≤≥]?)=?\s*(?P<value>[0-9]+(?:\.[0-9]+)?)\s*"
    r"(?:ml/min(?:/1\.73 ?m[2²])?)?\s*\Z",
    re.IGNORECASE,
)
_GFR = "egfr"
"""The test that can be read from a number alone: it has one unit, and every value has a category."""
_SNOMED = Pattern(r"(?:snomed(?:[- ]?ct)?\s*[:| ]\s*)?([0-9]{6,18})\s*\Z", re.IGNORECASE)
_PLAIN_WORDS = """
    acute active activity advanced associated awaiting chronic class current degree disease disorder early earlier finding full grade group
    high history inactive involvement known late left limited major mild moderate multiple none open other over planned positive previous
    primary prior rate recent right risk factor secondary severe single stage status syndrome test type unspecified upper lower whole with
    without woman years
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
"""Words in the names of conditions that tell nothing of what the condition is."""
CAUSES_ELSEWHERE = frozenset({"other", "idiopathic"})
"""Diseases that only say that the cause of the calcinosis is another or unknown. In a list of conditions they mean nothing."""


@dataclass(frozen=True)
class _Phrase:
    """A name with what the entry says about it: whether it is past or only suspected."""

    name: str
    past: bool
    doubtful: bool


class ConditionNames(TermNames):
    """Read the names of conditions; ``words`` is the long list of names with their ICD-10 codes, ``snomed`` that of codes of SNOMED CT.

    A disease that underlies calcinosis may also be in the list of conditions; it is then read as a disease.
    """

    def __init__(self, knowledge: Knowledge, words: WordList, snomed: WordList) -> None:
        super().__init__(knowledge, "conditions")
        self.words = words
        self.snomed = snomed
        self.diseases = TermNames(knowledge, "diseases")
        self.labs = TermNames(knowledge, "labs")

    def read_all(self, text: str) -> tuple[Reading, ...]:
        """Return one reading per condition in an entry ("ESRD on dialysis" has two); at least one."""
        return tuple(
            reading if reading.understood else replace(reading, nearest=self._near(reading.text))
            for reading in self.known(text)
        )

    def known(self, text: str) -> tuple[Reading, ...]:
        """Return what `read_all` returns, without the names that an unknown word looks like."""
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
            return tuple(reading or Reading(part, "not_understood") for part, reading in read)
        return (Reading(text, "not_understood"),)

    def _after_denial(self, text: str) -> Iterator[Reading]:
        """Read a text that begins with a denial. Names after the first to which it may extend are left open."""
        named = self._named(text, normalise(text))
        if named is not None:
            yield named
            return
        for n, (part, reached) in enumerate(after_denial(text)):
            if n == 0:
                yield Reading(part, "recognised")
            elif not reached:
                yield from self.known(part)
            else:
                yield from (
                    self._qualified(reading, _Phrase(part, past=False, doubtful=True)) for reading in self.known(part)
                )

    def _one(self, text: str) -> Reading | None:
        form = normalise(text)
        asked = QUESTION.search(text) is not None
        named = None if asked else self._named(text, form)
        if named is not None:
            return named
        if is_denial(text) or _FAMILY.search(form) or _RELATIVE.search(text) or self._denied(form):
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
        code = headword_code(phrase.name)
        return self._qualified(self._coded(text, code), phrase) if code else None

    def _denied(self, form: str) -> bool:
        """Whether a text denies a name after or within it ("HIV negative", "non-diabetic")."""
        name = denied(form)
        if name is not None:
            return self._named(name, name) is not None or name in self.labs.index or self._one(name) is not None
        name = form.removeprefix("non").strip()
        return name != form and " " not in name and self.index.get(name) is not None

    def _measured(self, text: str) -> Reading | None:
        """The conditions that a filtration rate means ("eGFR 25"), or None if the text is not one."""
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
        """The reading of a name in normal form, or None if no list has it."""
        open_ = self.knowledge.terms.ambiguous.get(form.replace(" ", "_"))
        if open_ is not None:
            return Reading(text, "ambiguous", may_be=open_.may_be)
        code = ICD10.match(text)
        if code and (coded := self._coded(text, code[1])).matches:
            return coded
        if form in self.index:
            return self._term(text, self.index[form])
        if form in self.diseases.index and self.diseases.index[form] not in CAUSES_ELSEWHERE:
            return Reading(text, "ours", (Match("disease", self.diseases.index[form]),))
        if code:
            return self._coded(text, code[1])
        snomed = _SNOMED.match(text)
        if snomed:
            return self._by_snomed(text, snomed[1])
        listed = self.words.find(form)
        if listed is not None:
            same = listed[0].removeprefix("=")
            return self._listed(text, same.split("|")) if same == listed[0] else self._named(text, same)
        return Reading(text, "recognised") if form in self._recognised else None

    def _by_snomed(self, text: str, code: str) -> Reading | None:
        """The reading of a code of SNOMED CT: of a term of the vocabulary, or of the word that the list has for it."""
        matches = (
            *(Match("condition", id_) for id_ in self.by_code("snomed", code)),
            *(Match("disease", id_) for id_ in self.diseases.by_code("snomed", code)),
        )
        if matches:
            return Reading(text, "ours", matches)
        found = self.snomed.find(code)
        reading = self._one(found[0]) if found else None
        return replace(reading, text=text) if reading else None

    def _term(self, text: str, id_: str) -> Reading:
        """A term with what all of its codes imply: lupus nephritis is lupus, and breast cancer may cause thrombosis."""
        if id_ not in self._said:
            self._said[id_] = self._said_by_codes(id_)
        also, may_be = self._said[id_]
        return Reading(text, "ours", (Match("condition", id_), *also), may_be=may_be)

    @cached_property
    def _said(self) -> dict[str, tuple[tuple[Match, ...], tuple[str, ...]]]:
        return {}

    def _said_by_codes(self, id_: str) -> tuple[tuple[Match, ...], tuple[str, ...]]:
        """The diseases that all codes of a term belong to, and the conditions that all of them leave open."""
        codes = [self._coded(id_, code) for code in getattr(self.terms[id_], "icd10", ())]
        if not codes:
            return (), ()
        diseases = (match for match in codes[0].matches if match.kind == "disease")
        open_ = set.intersection(*(set(coded.may_be) for coded in codes)) - {*self._above(id_)}
        return tuple(match for match in diseases if all(match in c.matches for c in codes)), tuple(sorted(open_))

    def _listed(self, text: str, codes: list[str]) -> Reading:
        """A reading of what all codes of a word mean, and of what some of them may mean."""
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
        """The conditions and diseases that a code belongs to; those that it may mean are left open."""
        narrowest = self.by_icd10(code)
        implied = [
            id_ for id_ in narrowest if not any(id_ in self._above(other) for other in narrowest if other != id_)
        ]
        matches = [Match("condition", id_) for id_ in implied]
        diseases = (id_ for id_ in self.diseases.by_icd10(code) if id_ not in CAUSES_ELSEWHERE)
        matches.extend(Match("disease", id_) for id_ in [*diseases][:1])
        bare = plain_code(code)
        wider = (id_ for prefix, ids in self._prefixes["icd10"].items() if prefix.startswith(bare) for id_ in ids)
        open_ = dict.fromkeys((*self._under(code, "suspected_icd10"), *wider))
        may_be = tuple(sorted(id_ for id_ in open_ if not any(id_ in self._above(match.id) for match in matches)))
        return Reading(text, "ours" if matches else "recognised", tuple(matches), may_be=may_be)

    def _above(self, id_: str) -> tuple[str, ...]:
        return self.knowledge.ancestors("conditions", id_)

    def _qualified(self, found: Reading, phrase: _Phrase) -> Reading:
        """Apply past and suspected: a past condition counts only if it lasts, a suspected one is left open."""
        if not (phrase.past or phrase.doubtful) or not found.matches:
            return found
        lasting = () if phrase.doubtful else tuple(match for match in found.matches if self._lasts(match))
        kept = (() if phrase.doubtful else self.lasting(match) for match in found.matches)
        matches = lasting or tuple(dict.fromkeys(match for one in kept for match in one))
        open_ = dict.fromkeys((*found.may_be, *(match.id for match in found.matches if match not in matches)))
        told: Literal["past", "suspected"] = "suspected" if phrase.doubtful else "past"
        return Reading(found.text, "ours" if matches else "ambiguous", matches, may_be=tuple(open_), told=told)

    def lasting(self, match: Match) -> tuple[Match, ...]:
        """What still counts of a condition that is past: itself, or a broader one (an earlier cancer is a history of malignancy)."""
        if self._lasts(match):
            return (match,)
        above = self._above(match.id) if match.kind == "condition" else ()
        return tuple(wider for id_ in above if self._lasts(wider := Match("condition", id_)))

    def _lasts(self, match: Match) -> bool:
        term = self.terms.get(match.id)
        return match.kind == "disease" or (isinstance(term, Condition) and term.lasting)

    def touches(self, text: str) -> bool:
        """Whether a text shares a telling word with the names of conditions, diseases and tests, so that it may be about one."""
        return not self._telling.isdisjoint(normalise(text).split())

    @cached_property
    def _telling(self) -> frozenset[str]:
        names = (*self.index, *self.diseases.index, *self.labs.index)
        return frozenset(word for name in names for word in name.split() if len(word) >= SHORT) - _PLAIN

    def _near(self, text: str) -> tuple[str, ...]:
        found, _ = self.within(text)
        return tuple(dict.fromkeys((*found, *self.nearest(text))))[:3]

    @cached_property
    def _recognised(self) -> frozenset[str]:
        known = self.knowledge.terms.recognised.get("conditions")
        return frozenset(map(normalise, known.aliases)) if known else frozenset()


def _taken_apart(form: str) -> _Phrase:
    """Separate an entry in normal form from the words that qualify it."""
    doubtful, past = _CERTAINTY.search(form) is not None, _PAST.search(form) is not None
    name = " ".join(_PAST.sub(" ", _CERTAINTY.sub(" ", form)).split())
    return _Phrase(name, past, doubtful)


def _shorter(name: str) -> Iterator[str]:
    """The name, then shorter forms without idle words; the grade is dropped last, because "severe" may have its own term."""
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
