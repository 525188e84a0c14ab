"""What the first screen of an answer says: rows grouped by what was seen, the rest counted and folded, every therapy once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import shorten

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.head import Head, head
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.past import PAST_MARKS, OpenPast
from calcinosis_kb.advice.questions import Question
from calcinosis_kb.advice.ranking import PLACES
from calcinosis_kb.advice.reasons import Reason
from calcinosis_kb.knowledge.citations import findable, label
from calcinosis_kb.knowledge.evidence_words import patients_words
from calcinosis_kb.knowledge.grading import TRIAL_LEVEL, Seen
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.person import CHILD_BELOW, UNIVERSAL
from calcinosis_kb.knowledge.recommendations import LAST_STEP
from calcinosis_kb.knowledge.spelling import in_sentence

__all__ = [
    "LABEL_NOT_READ",
    "LABEL_READ_IN_PART",
    "SEEN_MARKS",
    "STANDING_MARKS",
    "Folded",
    "Group",
    "Row",
    "Rows",
    "Screen",
    "elsewhere_words",
    "named",
    "screen",
    "standing_words",
]

SEEN_MARKS: Mapping[Seen, str] = {
    "in_disease": "●",
    "elsewhere": "◐",
    "outcome_not_stated": "○",
    "mechanism_only": "○",
    "no_benefit": "–",
    "harm": "✗",
}
"""The mark of what studies saw."""

LABEL_NOT_READ = "label not read"
LABEL_READ_IN_PART = "label read in part"
"""What a row says of a label beside what to find out first."""

STANDING_MARKS = {
    "untried": "new",
    "sibling_tried": "family tried",
    "cannot_tell": "may have had",
    "ongoing": "being taken",
    "other_purpose": "other purpose",
    "inadequate": "too little",
    "partial": "partly helped",
    "worked": "helped",
    "recurred": "came back",
    "failed": "failed",
    "not_tolerated": "not tolerated",
}
"""A standing in the words of a row."""

ROUTES = {
    "oral": "tablets",
    "topical": "topical",
    "injection": "injection",
    "infusion": "infusion",
    "minor_procedure": "procedure",
    "surgery": "surgery",
}
"""How a therapy is given, in a word."""

_CAME_OF_IT = {
    "benefit": "helped",
    "mixed": "helped in part",
    "no_benefit": "did not help",
    "harm": "made it worse",
    None: "was given",
}

_ROOM = 72
"""The longest reason that a line below a row has room for."""

_NAMES = 44
"""The columns that the names of those who recommend a therapy may take."""

_NOT_GIVEN = ("untried", "sibling_tried", "cannot_tell")

_OF_THIS_DISEASE = ("recommended", "depends", "tried", "cause", "no_benefit", "harm")
"""The headings that do not say of which disease the reported patients were."""

_TRIED_BEFORE = ("continue", "tried too little")
_REFUSED = {"avoid": "avoid", "not_applicable": "not_applicable", "not_advised": "against", "reserve": "reserve"}
"""The effect that gives each verdict of what is folded away."""


def standing_words(advice: Advice, item: Judgement) -> str:
    """Return a standing in the words of a row; of one that cannot be told, what leaves it open."""
    open_ = advice.past.openness(item)
    return PAST_MARKS[open_] if open_ else STANDING_MARKS[item.standing]


@dataclass(frozen=True)
class Row:
    """One decision: a therapy, or the members of one family that share a rank, the best first.

    ``name``, ``seen`` and ``state`` are those of the members that stand under the heading of the best; ``others`` tells of the
    rest: "◐ intravenous, topical: 15, better". ``pro`` and ``con`` are the most telling reason for it and the gravest against it;
    empty if there is none beside what is said once for all.
    """

    items: tuple[Judgement, ...]
    name: str
    others: tuple[str, ...]
    route: str
    seen: str
    state: str
    checks: tuple[str, ...]
    standing: str
    pro: str
    con: str

    @property
    def best(self) -> Judgement:
        return self.items[0]

    @property
    def rank(self) -> int:
        return self.best.rank or 0

    @property
    def mark(self) -> str:
        return SEEN_MARKS[self.best.evidence.seen]


@dataclass(frozen=True)
class Group:
    """Rows under one heading, in the order of their ranks."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Folded:
    """Therapies in one line with the reason that they share."""

    items: tuple[Judgement, ...]
    why: str

    @property
    def names(self) -> list[str]:
        return [in_sentence(item.name) for item in self.items]


@dataclass(frozen=True)
class Screen:
    """The first screen. The numbers of ``counts`` add up to all therapies."""

    head: Head
    warnings: tuple[str, ...]
    counts: tuple[tuple[int, str], ...]
    trials: tuple[str, ...]
    """Offered therapies that were tried in a randomised trial."""
    groups: tuple[Group, ...]
    alongside: tuple[Judgement, ...]
    reserve: tuple[Folded, ...]
    not_now: tuple[Folded, ...]
    questions: tuple[Question, ...]
    similar: tuple[str, ...]
    past: tuple[OpenPast, ...]
    """What the record leaves open of treatments before."""

    @property
    def counted(self) -> str:
        """The sentence of counts, which names each kind of therapy once."""
        total = sum(number for number, _ in self.counts)
        (main, _), *others = self.counts
        trials = f". Randomised: {', '.join(self.trials)}" if self.trials else ", none tried in a randomised trial"
        rest = " · ".join(f"{number} {words}" for number, words in others if number)
        lines = f" in {len(self.rows)} rows" if len(self.rows) != main else ""
        return f"Of {total} treatments {main} {'is' if main == 1 else 'are'} open{lines}{trials}. {rest}."

    @property
    def rows(self) -> list[Row]:
        """All rows, best rank first."""
        return sorted((row for group in self.groups for row in group.rows), key=lambda row: row.rank)


def screen(advice: Advice) -> Screen:
    """Return the first screen of an answer."""
    knowledge = advice.knowledge
    offered = [item for item in advice.options if item.offered]
    alongside = tuple(item for item in offered if PLACES[item.key.place] == "alongside")
    main = [item for item in offered if item not in alongside]
    trials = [
        in_sentence(item.name) for item in offered if item.evidence.level <= TRIAL_LEVEL and item.evidence.findings
    ]
    return Screen(
        head=head(advice.patient, knowledge),
        warnings=tuple(f"{reason.text}{LOCAL if reason.local else ''}" for reason in advice.warnings),
        counts=tuple(_counts(advice, len(main), len(alongside))),
        trials=tuple(trials),
        groups=tuple(_groups(advice, main)),
        alongside=alongside,
        reserve=_folded(item for item in advice.options if item.verdict == "reserve"),
        not_now=_folded(item for item in advice.not_offered if item.verdict in ("avoid", "not_applicable")),
        questions=advice.questions,
        similar=tuple(_similar(advice)),
        past=advice.open_past,
    )


def _counts(advice: Advice, main: int, alongside: int) -> Iterator[tuple[int, str]]:
    """How many therapies of each kind there are; "open" comes first."""
    yield main, "open"
    yield alongside, "alongside"
    yield sum(item.verdict == "reserve" for item in advice.judged), "in reserve"
    yield len(advice.unproven), "unproven"
    exposures = [item for item in advice.not_offered if item.therapy.kind == "exposure"]
    refused = [item for item in advice.not_offered if item.therapy.kind != "exposure"]
    words = {
        "exhausted": "failed",
        "avoid": "ruled out",
        "not_applicable": "not applicable",
        "not_advised": "advised against",
    }
    for verdict, word in words.items():
        yield sum(item.verdict == verdict for item in refused), word
    yield len(exposures), "exposures"


def _groups(advice: Advice, main: Sequence[Judgement]) -> Iterator[Group]:
    """The decisions in the order of their ranks, with a heading wherever something else is to be said of them."""
    rows, titles = Rows(advice), _titles(advice)
    decisions = (tuple(members) for _, members in groupby(main, key=lambda item: item.rank))
    for name, found in groupby(decisions, key=lambda items: _group(items[0])):
        yield Group(titles[name], tuple(rows.of(items) for items in found))


def _group(item: Judgement) -> str:
    """What the heading above a therapy says of it."""
    if PLACES[item.key.place] in _TRIED_BEFORE:
        return "tried"
    if PLACES[item.key.place] == "cause":
        return "cause"
    if item.therapy.kind == "measure" and item.verdict == "suggest":
        return "measure"
    if item.advised.advised == "recommended" and item.standing in _NOT_GIVEN:
        return "recommended"
    if item.key.step < LAST_STEP and item.standing in _NOT_GIVEN:
        return "depends"
    return item.evidence.seen


def _titles(advice: Advice) -> dict[str, str]:
    """The headings."""
    whose = {"female": "her", "male": "his"}.get(advice.patient.sex or "", "this")
    known = bool(advice.patient.diseases)
    return {
        "tried": "Helped, taken now, or not yet judged",
        "cause": "What drives the deposits comes first",
        "measure": "Before any treatment",
        "recommended": f"Recommended for {whose} disease, and not recorded as given",
        "depends": f"May be recommended for {whose} disease: what is not recorded decides",
        "in_disease": f"Seen in {whose} disease",
        "elsewhere": f"Seen {elsewhere_words(advice)}" if known else "Seen in patients",
        "outcome_not_stated": "Offered, though the course of the reported patients was not told",
        "mechanism_only": "Offered, though no patient was reported",
        "no_benefit": "Offered, though it did not help in the patients reported",
        "harm": "Offered, though it did harm in patients reported",
    }


def elsewhere_words(advice: Advice) -> str:
    """Return where was seen what was not seen in several patients like this one: "in other or mixed diseases, or in few with her own".

    A mixed cohort that does not tell its patients apart counts as elsewhere, and so do treated deposits if the patient's are universal.
    """
    own = {"female": "her own", "male": "his own"}.get(advice.patient.sex or "", "this one")
    if advice.patient.pattern == UNIVERSAL:
        return f"in other or mixed diseases, in few with {own}, or for single deposits"
    return f"in other or mixed diseases, or in few with {own}"


class Rows:
    """Puts decisions of one answer into rows; ``of`` takes any therapies of it, the best first."""

    def __init__(self, advice: Advice) -> None:
        self.advice = advice
        self.questions = {fact: question for question in advice.questions for fact in question.facts}
        nothing = not advice.patient.trials and not advice.patient.medications
        self.said = ("untried", "cannot_tell") if nothing else ("untried",)
        """The standings that no row names: with no treatment and no medicine recorded, the head says that any may have been tried."""

    def of(self, items: tuple[Judgement, ...]) -> Row:
        """Return the row of one decision."""
        best, knowledge = items[0], self.advice.knowledge
        leading = [item for item in items if _group(item) == _group(best)]
        others = [item for item in items if item not in leading]
        return Row(
            items=items,
            name=f"{named(leading, knowledge)}{f' + {len(others)}' if others else ''}",
            others=tuple(_others(others, knowledge)),
            route=ROUTES.get(best.therapy.invasiveness or "", ""),
            seen=f"{patients_words(best.evidence)}{self._of_others(best)}",
            state=self._state(best),
            checks=tuple(self._checks(best)),
            standing="" if best.standing in self.said else standing_words(self.advice, best),
            pro=_recommended(best, knowledge) or _first(_for(best)),
            con=_first(_against(best)),
        )

    def _state(self, item: Judgement) -> str:
        """The state in a word, for a caution with the fact that gives it."""
        if item.state != "caution":
            return item.state.replace("_", " ")
        cautions = (reason.facts for reason in item.reasons if reason.effect == "caution")
        fact = next(filter(None, cautions), None)
        if fact is None:
            return "caution"
        knowledge = self.advice.knowledge
        diseases = {knowledge.terms.diseases[id_].name: id_ for id_ in self.advice.patient.diseases or ()}
        if fact in diseases:
            return f"caution: {in_sentence(knowledge.disease_in_short(diseases[fact]))}"
        child = self.advice.patient.age is not None and self.advice.patient.age < CHILD_BELOW
        return f"caution: {'child' if child and _fact(fact) == 'age' else _fact(fact)}"

    def _of_others(self, item: Judgement) -> str:
        """Say that the patients counted had other diseases, where the heading does not: " in SLE"."""
        if item.evidence.direct or not item.evidence.patients or _group(item) not in _OF_THIS_DISEASE:
            return ""
        knowledge = self.advice.knowledge
        diseases = {name for finding in item.evidence.findings for name in finding.result.populations}
        if not diseases or not diseases.isdisjoint(
            knowledge.same_diseases(frozenset(self.advice.patient.diseases or ()))
        ):
            return ""
        return f" in {knowledge.disease_in_short(min(diseases))}" if len(diseases) == 1 else " in others"

    def _checks(self, item: Judgement) -> Iterator[str]:
        """What to find out first, in short: an unread label, then tests, single facts, and whole sections of the record.

        What a label was not read for is said together, at the end.
        """
        if not item.label_read:
            yield LABEL_NOT_READ
        checks = [check for check in item.check_first if check.fact in self.questions]
        wanted = [self.questions[check.fact] for check in checks if not check.unread]
        order = sorted(wanted, key=lambda question: (question.section, ":" in question.fact))
        yield from dict.fromkeys(question.short for question in order)
        if item.label_read and any(check.unread for check in checks):
            yield LABEL_READ_IN_PART


def _others(items: Iterable[Judgement], knowledge: Knowledge) -> Iterator[str]:
    """The members of a decision that do not stand under its heading, by what was seen, each without the name of its family."""
    found: dict[Seen, list[Judgement]] = {}
    for item in items:
        found.setdefault(item.evidence.seen, []).append(item)
    for seen, same in found.items():
        names = ", ".join(_member(item, knowledge) for item in same)
        yield f"{SEEN_MARKS[seen]} {names}: {patients_words(same[0].evidence)}"


def _member(item: Judgement, knowledge: Knowledge) -> str:
    family = knowledge.therapies.get(item.therapy.family or "")
    return in_sentence(item.name.removeprefix(f"{family.name}, ") if family else item.name)


def named(items: Sequence[Judgement], knowledge: Knowledge) -> str:
    """Return the therapies of a decision: "adalimumab, infliximab".

    If the family is in each name: "sodium thiosulfate: intravenous, topical".
    """
    family = knowledge.therapies.get(items[0].therapy.family or "")
    start = f"{family.name}, " if family else ""
    if family and len(items) > 1 and all(item.name.startswith(start) for item in items):
        return f"{in_sentence(family.name)}: {', '.join(_member(item, knowledge) for item in items)}"
    return ", ".join(in_sentence(item.name) for item in items)


def _recommended(item: Judgement, knowledge: Knowledge) -> str:
    """Who recommends it for the disease of the patient, in a phrase."""
    if item.advised.advised != "recommended":
        return ""
    names = [_short(source, knowledge) for source in item.advised.recommending]
    shown = max((n for n in range(1, len(names) + 1) if len(", ".join(names[:n])) <= _NAMES), default=1)
    others = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"recommended by {', '.join(names[:shown])}{others}"


def _short(source: str, knowledge: Knowledge) -> str:
    """A guideline or review in a few words: "BSR 2022"."""
    guideline, publication = knowledge.guidelines.get(source), knowledge.publication(source)
    if guideline and guideline.short:
        return guideline.short
    return shorten(label(publication) if publication else "", _NAMES, placeholder=" …")


def _for(item: Judgement) -> list[Reason]:
    return [reason for reason in item.reasons if reason.effect in ("prefer", "support")]


def _first(reasons: Iterable[Reason]) -> str:
    """The first reason that is about this therapy; what holds for all therapies says little about one."""
    return next((_told(reason) for reason in reasons if not reason.general), "")


def _against(item: Judgement) -> list[Reason]:
    """What speaks against a therapy: hazards to this patient before doubts, those with a fact of the record first."""
    order = {"reserve": 0, "caution": 1, "doubt": 2}
    found = [reason for reason in item.reasons if reason.effect in order]
    return sorted(found, key=lambda reason: (order[reason.effect], not reason.facts))


def _fact(text: str) -> str:
    """The first fact behind a reason in a word or two: of age, sex and pregnancy the one that matters most.

    >>> _fact("30 years, female, pregnant"), _fact("7 years, male"), _fact("Systemic lupus; infection")
    ('pregnancy', 'age', 'systemic lupus')
    """
    first = text.split("; ")[0]
    if not re.match(r"[0-9.]+ years\b|(fe)?male\b|pregnant\b", first):
        return in_sentence(first)
    return "pregnancy" if "pregnant" in first else "age" if "years" in first else "sex"


def _told(reason: Reason) -> str:
    """A reason without the facts of the patient behind it; what its rule is about if a reason for a therapy is too long."""
    text = reason.said
    title = len(text) > _ROOM and reason.effect in ("prefer", "support")
    return f"{reason.title if title else text}{LOCAL if reason.local else ''}"


def _folded(items: Iterable[Judgement]) -> tuple[Folded, ...]:
    """Group therapies by the reason that they share, the largest group first, and in each what was seen most first."""
    found: dict[str, list[Judgement]] = {}
    for item in sorted(items, key=lambda item: (item.rank or 0, item.key[2:])):
        effect = _REFUSED[item.verdict]
        reason = next(reason for reason in item.reasons if reason.effect == effect)
        found.setdefault(_shared(reason), []).append(item)
    largest = sorted(found.items(), key=lambda entry: -len(entry[1]))
    return tuple(Folded(tuple(members), why) for why, members in largest)


def _shared(reason: Reason) -> str:
    """What a reason says of several therapies: the fact of the record that rules them out, or else what its rule is about."""
    fact = reason.facts if reason.effect == "avoid" else ""
    return _fact(fact) if fact else in_sentence(reason.title)


def _similar(advice: Advice) -> Iterator[str]:
    """What was given to the published patients most like this one, each with what came of it: "rituximab helped (Daoussis 2012)"."""
    knowledge = advice.knowledge
    found: dict[str, list[str]] = {}
    for near in advice.similar:
        one = near.experience
        given = " with ".join(
            in_sentence(knowledge.therapies[id_].name) if id_ in knowledge.therapies else id_ for id_ in one.given
        )
        publication = knowledge.publication(one.study) if one.study else one.citation
        who = (findable(publication) if publication else "") or "a report"
        who += knowledge.mark("studies", one.study or "")
        found.setdefault(f"{given} {_CAME_OF_IT[one.direction]}", []).append(who)
    for what, reports in found.items():
        yield f"{what} ({', '.join(dict.fromkeys(reports))})"
