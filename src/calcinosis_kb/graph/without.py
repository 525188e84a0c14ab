"""Remove a node or an edge: which therapies lose their rationale?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, Polarity, polarity

__all__ = ["Loss", "without"]


@dataclass(frozen=True)
class Loss:
    """A therapy some of whose paths pass through what is removed; ``left`` are those that remain."""

    therapy: str
    before: Polarity
    after: Polarity
    lost: tuple[MechanismPath, ...]
    left: tuple[MechanismPath, ...]

    @property
    def rationale_lost(self) -> bool:
        """Whether it had a path that lowers the target and now has none."""
        return any(path.sign == "-" for path in self.lost) and not any(path.sign == "-" for path in self.left)

    @property
    def turned(self) -> bool:
        """Whether what its paths say together has changed."""
        return self.before != self.after


def without(removed: str, found: Mapping[str, Sequence[MechanismPath]]) -> tuple[Loss, ...]:
    """The therapies that are affected when a node or an edge is taken out of the graph.

    ``found`` holds each therapy's paths to the target. A path is lost where it passes through the node or the edge, and removing
    brings forth none, so nothing has to be searched anew. First those whose rationale is lost, then those whose polarity
    changes, then the others; within these by id.

    >>> from calcinosis_kb import load
    >>> kb = load()
    >>> [loss.therapy for loss in without("gla", {"warfarin": kb.paths("warfarin")}) if loss.rationale_lost]
    ['warfarin']
    """
    losses = []
    for therapy, paths in found.items():
        lost = tuple(path for path in paths if _passes(path, removed))
        left = tuple(path for path in paths if not _passes(path, removed))
        if lost:
            losses.append(Loss(therapy, polarity(paths), polarity(left), lost, left))
    return tuple(sorted(losses, key=lambda loss: (not loss.rationale_lost, not loss.turned, loss.therapy)))


def _passes(path: MechanismPath, removed: str) -> bool:
    return removed in path.nodes or any(step.edge == removed for step in path.steps)
