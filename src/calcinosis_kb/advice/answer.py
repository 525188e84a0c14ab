"""The answer: every therapy once, offered or not, each with its reasons. ``to_dict`` is the contract (docs/json.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from calcinosis_kb.advice.ranking import RankKey
from calcinosis_kb.advice.verdicts import OFFERED, Verdict
from calcinosis_kb.graph.paths import Path, Polarity
from calcinosis_kb.knowledge.grading import Evidence
from calcinosis_kb.knowledge.models import Grade, Therapy
from calcinosis_kb.patients.models import Patient

__all__ = ["NOTICE", "SCHEMA", "Advice", "Check", "Judged", "Reason", "Unknown"]

SCHEMA = "calcinosis-kb/advice/1"
NOTICE = (
    "Decision support for professionals, never an order. Nothing is approved for calcinosis cutis and most of the "
    "evidence is single cases and small series. Check the current local label before any prescription."
)


class Reason(NamedTuple):
    """Why: a rule that holds, in words. ``effect`` is "standing" for what has been tried."""

    rule: str
    effect: str
    text: str
    sources: tuple[str, ...]
    at: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "effect": self.effect,
            "text": self.text,
            "sources": list(self.sources),
            "at": self.at,
        }


class Check(NamedTuple):
    """A fact to establish before the therapy is given; ``would`` is the effect it could have (avoid, caution, check)."""

    fact: str
    because: str
    rule: str
    would: str

    def to_dict(self) -> dict[str, Any]:
        return {"fact": self.fact, "because": self.because, "rule": self.rule, "would": self.would}


@dataclass(frozen=True)
class Unknown:
    """A fact that nobody recorded, and the offered therapies that it could change."""

    fact: str
    would_affect: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"fact": self.fact, "would_affect": list(self.would_affect)}


@dataclass(frozen=True)
class Judged:
    """A therapy as judged for one patient; ``rank`` counts from 1 among the offered and is None for the others."""

    therapy: Therapy
    standing: str
    verdict: Verdict
    evidence: Evidence
    published: tuple[tuple[str, Grade], ...]
    mechanism: str
    polarity: Polarity
    paths: tuple[Path, ...]
    reasons: tuple[Reason, ...]
    check_first: tuple[Check, ...]
    key: RankKey
    rank: int | None = None

    @property
    def offered(self) -> bool:
        return self.verdict in OFFERED

    def _evidence(self) -> dict[str, Any]:
        evidence = self.evidence
        return {
            "level": evidence.level,
            "direction": evidence.direction,
            "treated": evidence.response.treated,
            "responded": evidence.response.responded,
            "response_interval": list(evidence.response.interval),
            "direct": evidence.direct,
            "published": [
                {"level": grade.level, "scheme": grade.scheme, "study": study} for study, grade in self.published
            ],
            "studies": sorted({finding.study.id for finding in (*evidence.findings, *evidence.others)}),
        }

    def to_dict(self) -> dict[str, Any]:
        head: dict[str, Any] = {
            "therapy": self.therapy.id,
            "name": self.therapy.name,
            "family": self.therapy.family,
            "standing": self.standing,
            "verdict": self.verdict,
        }
        reasons = [reason.to_dict() for reason in self.reasons]
        if not self.offered:
            texts = [reason.text for reason in self.reasons]
            return {**head, "reasons": texts, "evidence": self._evidence(), "details": reasons}
        return {
            "rank": self.rank,
            **head,
            "evidence": self._evidence(),
            "mechanism": {
                "new": self.mechanism == "new",
                "status": self.mechanism,
                "polarity": self.polarity,
                "paths": [list(path.nodes) for path in self.paths],
                "in_words": [path.words for path in self.paths],
            },
            "check_first": [check.to_dict() for check in self.check_first],
            "reasons": reasons,
            "rank_key": self.key.words(),
        }


@dataclass(frozen=True)
class Advice:
    """The whole answer for one patient."""

    patient: Patient
    judged: tuple[Judged, ...]
    unknowns: tuple[Unknown, ...]
    warnings: tuple[Reason, ...]
    engines: tuple[str, ...]
    knowledge_version: str
    knowledge_hash: str
    rules_hash: str

    @property
    def options(self) -> tuple[Judged, ...]:
        """What is offered, best first."""
        return tuple(item for item in self.judged if item.offered)

    @property
    def not_offered(self) -> tuple[Judged, ...]:
        """What is not offered, by verdict and name."""
        return tuple(item for item in self.judged if not item.offered)

    def judgement(self, therapy: str) -> Judged:
        """The judgement on one therapy. Raises `KeyError` for an id that is no option."""
        for item in self.judged:
            if item.therapy.id == therapy:
                return item
        raise KeyError(therapy)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data: the JSON that ``suggest --format json`` prints."""
        return {
            "schema": SCHEMA,
            "knowledge": {"version": self.knowledge_version, "hash": self.knowledge_hash},
            "rules": {"hash": self.rules_hash},
            "engines": list(self.engines),
            "patient": self.patient.to_dict(),
            "options": [item.to_dict() for item in self.options],
            "not_offered": [item.to_dict() for item in self.not_offered],
            "unknowns": [item.to_dict() for item in self.unknowns],
            "warnings": [item.to_dict() for item in self.warnings],
            "notice": NOTICE,
        }
