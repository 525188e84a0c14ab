"""The report of ``therapies``: every therapy by family, with its expected effect and its evidence in all diseases together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from calcinosis_kb.knowledge.evidence_words import LEVELS, patients_words
from calcinosis_kb.knowledge.grading import LEAST_FOR_SHARE
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.local import Local, local_key
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.report.blocks import Block, Table, Text
from calcinosis_kb.report.report import KnowledgeReport

__all__ = ["COLUMNS", "TherapiesReport", "TherapyRowDocument", "by_family", "row_document", "therapy_rows"]


class TherapyRowDocument(Local):
    """One therapy with its evidence in all diseases together."""

    therapy: str
    name: str
    family: str | None
    kind: str
    polarity: str
    """The direction in which it should act on calcinosis, by its paths in the map."""
    level: int
    """OCEBM 2011, derived from the studies."""
    direction: str | None
    patients: int
    """Patients of the deciding studies, with or without counted responders."""
    treated: int
    """Patients whose responders were counted."""
    responded: int
    response_interval: list[float]
    """The 95 % Wilson interval of the share that responded."""
    studies: int


@dataclass(frozen=True)
class TherapiesReport(KnowledgeReport):
    """All options, printed by ``therapies``."""

    knowledge: Knowledge
    polarities: Mapping[str, str]

    def data(self) -> list[TherapyRowDocument]:
        """Every option with its polarity and its evidence in all diseases together."""
        return [
            row_document(self.knowledge, option, self.polarities[option.id])
            for _, options in by_family(self.knowledge)
            for option in options
        ]

    def blocks(self) -> Iterator[Block]:
        """Every option in a table, the members of a family below its name."""
        rows: list[tuple[str, ...]] = []
        for family, options in by_family(self.knowledge):
            if family is not None:
                rows.append((family.name, "", "", ""))
            rows.extend(therapy_rows(self.knowledge, options, self.polarities, indent="  " if family else ""))
        yield Table(COLUMNS, rows, whole=(1, 2, 3))
        yield Text(LEVELS, style="dim")
        yield Text(
            "'calcinosis-kb therapy warfarin' shows why warfarin should act both ways; likewise for any other therapy or family."
        )

    def table(self) -> Table:
        """Every option with its id, one row each."""
        columns = (
            "therapy", "name", "family", "kind", "polarity", "level", "direction", "patients", "treated", "responded", "low", "high",
            "studies", "local",
        )  # fmt: skip
        rows = []
        for row in self.data():
            low, high = row["response_interval"] if row["treated"] >= LEAST_FOR_SHARE else (None, None)
            cells = {"local": False, **row, "low": low, "high": high}
            rows.append(tuple("" if cells[column] is None else str(cells[column]) for column in columns))
        return Table(columns, rows)


def by_family(knowledge: Knowledge) -> Iterator[tuple[Therapy | None, list[Therapy]]]:
    """Return the options by family, in order of the name of the family or, without one, of the option."""

    def group(option: Therapy) -> str:
        family = knowledge.family(option.id)
        return (family or option).name.casefold()

    ordered = sorted(knowledge.options, key=lambda option: (group(option), option.name))
    for _, options in groupby(ordered, key=group):
        found = list(options)
        yield knowledge.family(found[0].id), found


COLUMNS = ("Therapy", "Should act", "Level", "Patients, all diseases")


def therapy_rows(
    knowledge: Knowledge, options: Iterable[Therapy], polarities: Mapping[str, str], indent: str = ""
) -> Iterator[tuple[str, ...]]:
    """Return a row per therapy, in the columns `COLUMNS`."""
    for option in options:
        evidence = knowledge.evidence(option.id)
        name = f"{indent}{option.name}{knowledge.mark('therapies', option.id)}"
        yield name, polarities[option.id], str(evidence.level), patients_words(evidence)


def row_document(knowledge: Knowledge, option: Therapy, polarity: str) -> TherapyRowDocument:
    """Return a therapy with its evidence as plain data."""
    evidence = knowledge.evidence(option.id)
    return {
        "therapy": option.id,
        "name": option.name,
        "family": option.family,
        "kind": option.kind,
        "polarity": polarity,
        "level": evidence.level,
        "direction": evidence.direction,
        "patients": evidence.patients,
        "treated": evidence.response.treated,
        "responded": evidence.response.responded,
        "response_interval": list(evidence.response.interval),
        "studies": len({finding.study.id for finding in knowledge.findings(option.id)}),
        **local_key(knowledge.is_local("therapies", option.id) or evidence.local),
    }
