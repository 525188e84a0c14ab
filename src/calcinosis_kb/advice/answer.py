"""The answer for a patient: every therapy once, offered or not, with its reasons. ``to_dict`` gives its JSON (docs/json.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from calcinosis_kb.advice import display
from calcinosis_kb.advice.questions import Question, questions
from calcinosis_kb.advice.ranking import PLACES, RankKey
from calcinosis_kb.advice.similar import SimilarPatient
from calcinosis_kb.advice.state import State
from calcinosis_kb.advice.verdicts import ASKED, LISTED, OFFERED, Row, Verdict, deciding_row
from calcinosis_kb.knowledge.bibliography import source_document
from calcinosis_kb.knowledge.expected import Expectation
from calcinosis_kb.knowledge.grading import Evidence
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.local import local_key
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, Polarity
from calcinosis_kb.knowledge.models import Grade, Therapy
from calcinosis_kb.knowledge.recommendations import LAST_STEP, Recommendation
from calcinosis_kb.patients.models import Patient

if TYPE_CHECKING:
    from calcinosis_kb.advice.document import (
        AdviceDocument,
        CheckDocument,
        EvidenceDocument,
        HeadDocument,
        KnowledgeDocument,
        NearlyDocument,
        NotOfferedDocument,
        OptionDocument,
        ReasonDocument,
    )
    from calcinosis_kb.advice.explanation import Grounds
    from calcinosis_kb.advice.facts import Mention

__all__ = ["NOTICE", "SCHEMA", "Advice", "Check", "Explanation", "Judgement", "Nearly", "Reason"]

SCHEMA: Final = "calcinosis-kb/advice/2"
NOTICE = (
    "Decision support for professionals, never an order. Nothing is approved for calcinosis cutis and most of the "
    "evidence is single cases and small series. Check the current local label before any prescription."
)


class Reason(NamedTuple):
    """A rule that holds, in words. ``effect`` is "standing" for the rule about past treatment.

    ``title`` says in a few words what the rule is about; ``general`` if it is a rule on all therapies. ``local`` if it depends on
    an overlay: through its rule, its sources or a fact that the rule read. ``facts``: the facts of the record behind it, which
    end its text in brackets.
    """

    rule: str
    effect: str
    text: str
    sources: tuple[str, ...]
    at: str
    title: str
    general: bool
    local: bool = False
    facts: str = ""

    @property
    def said(self) -> str:
        """The text without the facts of the record."""
        return self.text.removesuffix(f" [{self.facts}]") if self.facts else self.text

    @property
    def shown(self) -> str:
        """The text, marked if it is local."""
        return f"{self.text}{LOCAL if self.local else ''}"

    def to_dict(self) -> ReasonDocument:
        return {
            "rule": self.rule,
            "effect": self.effect,
            "text": self.text,
            "sources": list(self.sources),
            "at": self.at,
            **local_key(self.local),
        }


class Check(NamedTuple):
    """A fact to find out before giving a therapy; ``would`` is the effect that it could have (avoid, caution, support).

    ``unread`` if it is asked for only because no label that was read covers it.
    """

    fact: str
    because: str
    rule: str
    would: str
    local: bool = False
    unread: bool = False

    def to_dict(self) -> CheckDocument:
        return {
            "fact": self.fact,
            "because": self.because,
            "rule": self.rule,
            "would": self.would,
            **local_key(self.local),
        }


class Nearly(NamedTuple):
    """A near miss: a rule that would hold if one thing were different, with that thing in words."""

    rule: str
    effect: str
    would_need: str
    at: str
    local: bool = False

    def to_dict(self) -> NearlyDocument:
        return {
            "rule": self.rule,
            "effect": self.effect,
            "would_need": self.would_need,
            "at": self.at,
            **local_key(self.local),
        }


@dataclass(frozen=True)
class Judgement:
    """The judgement on one therapy for one patient.

    ``rank`` counts decisions from 1, so that members of one family can share it; it is None for what is not listed.
    ``label_read``: whether a rule says if it may be given in pregnancy, childhood, organ failure, infection or malignancy.
    ``own``: whether the therapy itself comes from an overlay.
    """

    therapy: Therapy
    standing: str
    verdict: Verdict
    state: State
    advised: Recommendation
    evidence: Evidence
    expected: Expectation
    published: tuple[tuple[str, Grade], ...]
    mechanism: str
    polarity: Polarity
    paths: tuple[MechanismPath, ...]
    grounds: Grounds
    key: RankKey
    rank: int | None = None
    label_read: bool = True
    own: bool = False

    def __repr__(self) -> str:
        """One line for a prompt; ``to_dict`` has everything."""
        return f"<Judgement: {self.therapy.id}, {self.verdict}{f', rank {self.rank}' if self.rank else ''}>"

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why: the rule about past treatment, then the other rules that hold, gravest effect first."""
        return self.grounds.reasons

    @property
    def check_first(self) -> tuple[Check, ...]:
        """What to find out first; nothing where the verdict is against the therapy anyway."""
        return self.grounds.checks if self.verdict in ASKED else ()

    @property
    def offered(self) -> bool:
        return self.verdict in OFFERED

    @property
    def listed(self) -> bool:
        """Whether it has a rank: it is offered, or a last resort."""
        return self.verdict in LISTED

    @property
    def decided_by(self) -> tuple[int, Row]:
        """The row of the verdict table that gave the verdict, with its number."""
        return deciding_row(self.standing, self.grounds.effects, self.evidence.seen)

    @property
    def local(self) -> bool:
        """Whether anything in the judgement depends on an overlay."""
        said = any(reason.local for reason in self.reasons) or any(check.local for check in self.check_first)
        return self.own or said or self.evidence.local or self.advised.local or any(path.local for path in self.paths)

    @property
    def name(self) -> str:
        """The name of the therapy, marked if the therapy is local."""
        return f"{self.therapy.name}{LOCAL if self.own else ''}"

    @property
    def studies(self) -> tuple[str, ...]:
        """The ids of all studies of the therapy, sorted."""
        findings = (*self.evidence.findings, *self.evidence.others)
        return tuple(sorted({finding.study.id for finding in findings}))

    def _evidence(self) -> EvidenceDocument:
        evidence = self.evidence
        findings = (*evidence.findings, *evidence.others)
        local = sorted({finding.study.id for finding in findings if finding.local})
        document: EvidenceDocument = {
            "level": evidence.level,
            "direction": evidence.direction,
            "treated": evidence.response.treated,
            "responded": evidence.response.responded,
            "response_interval": list(evidence.response.interval),
            "expected": {"response": self.expected.response, "interval": list(self.expected.interval)},
            "domains": list(evidence.domains),
            "direct": evidence.direct,
            "published": [
                {"level": grade.level, "scheme": grade.scheme, "study": study, **local_key(study in local)}
                for study, grade in self.published
            ],
            "studies": list(self.studies),
        }
        if evidence.local:
            document["local"] = True
        if local:
            document["local_studies"] = local
        return document

    def to_dict(self) -> OptionDocument | NotOfferedDocument:
        """The judgement as plain data; an offered therapy has its rank, what to check first and the key of its rank."""
        return self._option() if self.listed else self._not_offered()

    def _head(self) -> HeadDocument:
        return {
            "therapy": self.therapy.id,
            "name": self.therapy.name,
            "family": self.therapy.family,
            "standing": self.standing,
            "verdict": self.verdict,
            "seen": self.evidence.seen,
            "state": self.state,
            "step": self.advised.step if self.advised.step < LAST_STEP else None,
            **local_key(self.local),
        }

    def _not_offered(self) -> NotOfferedDocument:
        return {
            **self._head(),
            "reasons": [reason.shown for reason in self.reasons],
            "evidence": self._evidence(),
            "details": [reason.to_dict() for reason in self.reasons],
        }

    def _option(self) -> OptionDocument:
        return {
            "rank": self.rank,
            **self._head(),
            "evidence": self._evidence(),
            "mechanism": {
                "new": self.mechanism == "new",
                "status": self.mechanism,
                "polarity": self.polarity,
                "paths": [list(path.nodes) for path in self.paths],
                "in_words": [path.words for path in self.paths],
                **local_key(any(path.local for path in self.paths)),
            },
            "label_read": self.label_read,
            "check_first": [check.to_dict() for check in self.check_first],
            "reasons": [reason.to_dict() for reason in self.reasons],
            "rank_key": self.key.words(),
        }


@dataclass(frozen=True)
class Advice:
    """The whole answer for one patient; the results of the studies in ``without`` were left out."""

    patient: Patient
    judged: tuple[Judgement, ...]
    warnings: tuple[Reason, ...]
    similar: tuple[SimilarPatient, ...]
    engines: tuple[str, ...]
    rules_hash: str
    knowledge: Knowledge = field(compare=False)
    without: frozenset[str] = frozenset()
    mentions: Mapping[str, tuple[Mention, ...]] = field(default_factory=dict)
    """By therapy the entries that may have meant it."""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What is not recorded and could change what is offered, merged into questions, the most telling first."""
        return questions(self.patient, self.options, self.knowledge)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The ids of all sources of the reasons, of the evidence and of what is advised, sorted."""
        reasons = (reason for item in self.judged for reason in item.reasons)
        said = {source for reason in (*reasons, *self.warnings) for source in reason.sources}
        advised = (source for item in self.judged for source in (*item.advised.sources, *item.advised.against))
        return tuple(sorted(said.union(advised, *(item.studies for item in self.judged))))

    @property
    def options(self) -> tuple[Judgement, ...]:
        """The therapies that have a rank, best first: what is offered, then the last resorts (verdict ``reserve``)."""
        return tuple(item for item in self.judged if item.listed)

    @property
    def unproven(self) -> tuple[Judgement, ...]:
        """The therapies that no patient has been reported with, or with no stated course of the calcinosis, by name."""
        return tuple(item for item in self.judged if item.verdict == "unproven")

    @property
    def not_offered(self) -> tuple[Judgement, ...]:
        """The therapies that something speaks against, by verdict and name."""
        return tuple(item for item in self.judged if not item.listed and item.verdict != "unproven")

    @cached_property
    def rows(self) -> int:
        """The number of decisions that are open, each a row of the first screen."""
        main = (item for item in self.options if item.offered and PLACES[item.key.place] != "alongside")
        return len({item.rank for item in main})

    def place(self, item: Judgement) -> str:
        """Where a therapy stands in the answer: "row 2 of 16", as on the first screen."""
        if not item.offered:
            return "last resort" if item.listed else "not offered"
        return "alongside" if PLACES[item.key.place] == "alongside" else f"row {item.rank} of {self.rows}"

    def __repr__(self) -> str:
        """The first screen; ``to_dict`` has everything."""
        return display.as_text(self)

    def _repr_html_(self) -> str:
        return display.as_html(self)

    def _repr_markdown_(self) -> str:
        return display.as_markdown(self)

    def judgement(self, therapy: str) -> Judgement:
        """Return the judgement on one therapy. Raises `KeyError` for an id that is not an option."""
        for item in self.judged:
            if item.therapy.id == therapy:
                return item
        raise KeyError(therapy)

    def to_dict(self) -> AdviceDocument:
        """The answer as plain data: the JSON that ``suggest --format json`` prints."""
        from calcinosis_kb.advice.past import open_past  # it reads answers

        knowledge: KnowledgeDocument = {"version": self.knowledge.version, "hash": self.knowledge.hash}
        if self.knowledge.overlay:
            knowledge["overlay"] = self.knowledge.overlay
        return {
            "schema": SCHEMA,
            "knowledge": knowledge,
            "rules": {"hash": self.rules_hash},
            "engines": list(self.engines),
            "patient": self.patient.to_dict(),
            "options": [item._option() for item in self.options],
            "not_offered": [item._not_offered() for item in self.not_offered],
            "unproven": [item._not_offered() for item in self.unproven],
            "similar": [item.to_dict() for item in self.similar],
            "unknowns": [question.to_dict() for question in self.questions],
            "open_past": [group.to_dict() for group in open_past(self)],
            "warnings": [item.to_dict() for item in self.warnings],
            "sources": [source_document(self.knowledge, source) for source in self.sources],
            "notice": NOTICE,
        }


@dataclass(frozen=True)
class Explanation:
    """A judgement with its near misses, each rule once."""

    judgement: Judgement
    nearly: tuple[Nearly, ...]
