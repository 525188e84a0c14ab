"""Remove a node or an edge: which therapies lose their rationale?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, Polarity, polarity

__all__ = ["Loss", "without"]


@dataclass(frozen=True)
class Loss:
    """A therapy that loses paths by the removal. ``lost``: paths through the removed node or edge; ``left``: the others."""

    therapy: str
    before: Polarity
    after: Polarity
    lost: tuple[MechanismPath, ...]
    left: tuple[MechanismPath, ...]

    @property
    def rationale_lost(self) -> bool:
        """Whether the therapy had a path that lowers the target and now has none."""
        return any(path.sign == "-" for path in self.lost) and not any(path.sign == "-" for path in self.left)

    @property
    def turned(self) -> bool:
        """Whether the polarity of its paths has changed."""
        return self.before != self.after


def without(removed: str, found: Mapping[str, Sequence[MechanismPath]]) -> tuple[Loss, ...]:
    """Return the therapies that are affected by removing a node or an edge from the graph.

    ``found`` holds each therapy's paths to the target. A path is lost if it passes through the node or edge; removal cannot create a
    path, so no new search is needed. Order: rationale lost, polarity changed, other; each by id.

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
