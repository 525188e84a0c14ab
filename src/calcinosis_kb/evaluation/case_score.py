"""The score of one published decision: was the therapy given next offered, and at which rank?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.knowledge.pathophysiology import Direction

if TYPE_CHECKING:
    from calcinosis_kb.evaluation.document import CaseDocument, UnsafeDocument

__all__ = ["CaseScore", "Unsafe"]


@dataclass(frozen=True)
class Unsafe:
    """A therapy that was offered although the record speaks against it: ``because`` of what, and the source of the base."""

    therapy: str
    because: str
    source: str | None = None

    def to_dict(self) -> UnsafeDocument:
        return {"therapy": self.therapy, "because": self.because, "source": self.source}


@dataclass(frozen=True)
class CaseScore:
    """One decision. ``rank`` counts from 1 among ``of`` offered; ``unsafe`` are offers that the record speaks against.

    ``named``: the earlier treatments are named. ``direction``: what came of the therapy that was given next.
    """

    id: str
    report: str
    next: str | None
    rank: int | None
    of: int
    standing: str | None
    verdict: str | None
    why_not_scored: str | None
    unsafe: tuple[Unsafe, ...] = ()
    named: bool = True
    direction: Direction | None = None

    @property
    def scored(self) -> bool:
        return self.why_not_scored is None

    @property
    def reciprocal(self) -> float:
        return 1 / self.rank if self.rank else 0.0

    def to_dict(self) -> CaseDocument:
        return {
            "id": self.id,
            "report": self.report,
            "named": self.named,
            "next": self.next,
            "offered": self.rank is not None,
            "rank": self.rank,
            "of": self.of,
            "standing": self.standing,
            "verdict": self.verdict,
            "direction": self.direction,
            "unsafe": [one.to_dict() for one in self.unsafe],
            "scored": self.scored,
            "why_not_scored": self.why_not_scored,
        }
