"""The judgement on one therapy for one patient: standing, verdict, evidence, reasons and place in the order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.advice.grounds import Grounds
from calcinosis_kb.advice.ranking import RankKey, tier
from calcinosis_kb.advice.reasons import Check, Nearly, Reason
from calcinosis_kb.advice.state import State
from calcinosis_kb.advice.verdicts import ASKED, LISTED, OFFERED, Row, Verdict, deciding_row
from calcinosis_kb.knowledge.expected import Expectation
from calcinosis_kb.knowledge.grading import Evidence
from calcinosis_kb.knowledge.knowledge import LOCAL
from calcinosis_kb.knowledge.local import local_key
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, Polarity
from calcinosis_kb.knowledge.models import Grade, Therapy
from calcinosis_kb.knowledge.recommendations import LAST_STEP, Recommendation

if TYPE_CHECKING:
    from calcinosis_kb.advice.document import EvidenceDocument, HeadDocument, NotOfferedDocument, OptionDocument

__all__ = ["Explanation", "Judgement", "by_decision"]


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
class Explanation:
    """A judgement with its near misses, each rule once."""

    judgement: Judgement
    nearly: tuple[Nearly, ...]


def by_decision(judged: Iterable[Judgement]) -> Iterator[list[Judgement]]:
    """Group ranked therapies into decisions: the members of a family together, at the rank of the best; last resorts apart.

    The decisions come in order, and so do the members of each.
    """
    found: dict[tuple[int, str], list[Judgement]] = {}
    for item in sorted(judged, key=lambda item: item.key):
        found.setdefault((tier(item.key.place), item.therapy.family or item.therapy.id), []).append(item)
    yield from found.values()
