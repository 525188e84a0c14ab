"""Which edges and studies a quiz may state as true: not contested, credited, and read at the source."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.graph.build import MEMBERSHIP
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.knowledge.models import ReportedPatient, Study
from calcinosis_kb.knowledge.pathophysiology import Edge

__all__ = ["READ", "credited", "has_credit", "is_sound", "read_patients", "sound_path"]

READ = ("seen_full_text", "seen_abstract")
"""What counts as read: the source itself, in full or its abstract."""

_UNCREDITED = ("low", "project")


def has_credit(knowledge: Knowledge, edge: Edge) -> bool:
    """Whether every source of an edge has an author or publisher who stands for it."""
    return all(knowledge.authorities[source] not in _UNCREDITED for source in edge.sources)


def credited(knowledge: Knowledge, edge: Edge) -> bool:
    """Whether an edge is uncontested and none of its sources is uncredited."""
    return edge.strength != "contested" and has_credit(knowledge, edge)


def is_sound(knowledge: Knowledge, edge: Edge) -> bool:
    """Whether an edge is credited and was read at its source."""
    return edge.confidence in READ and credited(knowledge, edge)


def read_patients(knowledge: Knowledge) -> Iterator[tuple[Study, ReportedPatient]]:
    """Yield every patient who is described alone in a study that was read."""
    for study in knowledge.studies.values():
        if knowledge.read(study.id) in READ:
            yield from ((study, patient) for patient in study.patients)


def sound_path(knowledge: Knowledge, path: MechanismPath) -> bool:
    """Whether every edge of a path is sound. That a therapy belongs to its family needs no source."""
    return all(
        is_sound(knowledge, knowledge.edges[step.edge]) if step.edge in knowledge.edges else MEMBERSHIP in step.edge
        for step in path.steps
    )
