"""The report of ``graph polarity``: whether each therapy should lower or raise calcinosis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calcinosis_kb.graph.paths import MAX_EDGES
from calcinosis_kb.knowledge.knowledge import LOCAL, OUTCOME_NODE, Knowledge
from calcinosis_kb.knowledge.local import local_key
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, polarity
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.report import KnowledgeReport

__all__ = ["PolarityReport"]

_POLARITIES = ("both", "raising", "lowering", "undetermined")
"""The order of the groups, most instructive first."""

_UNLINKED = "What it acts on is known, and no causal path from there leads to calcinosis."


@dataclass(frozen=True)
class PolarityReport(KnowledgeReport):
    """The polarity of every therapy, printed by ``graph polarity``."""

    knowledge: Knowledge
    found: Mapping[str, Sequence[MechanismPath]]

    def data(self) -> list[dict[str, Any]]:
        """The polarity of each therapy with its number of paths; ``why`` is the command that shows the paths."""
        return [
            {
                "therapy": id_,
                "name": self.knowledge.therapies[id_].name,
                "kind": self.knowledge.therapies[id_].kind,
                "polarity": polarity(paths),
                "lowering": sum(path.sign == "-" for path in paths),
                "raising": sum(path.sign == "+" for path in paths),
                "weakest_link": paths[0].strength if paths else None,
                "no_mechanism": self.knowledge.therapies[id_].no_mechanism,
                "why": f"calcinosis-kb graph path {id_}",
                **local_key(self.knowledge.is_local("therapies", id_) or any(path.local for path in paths)),
            }
            for id_, paths in self.found.items()
        ]

    def blocks(self) -> Iterator[Block]:
        """Every therapy once, by polarity."""
        data = self.data()
        counts = {name: sum(row["polarity"] == name for row in data) for name in _POLARITIES}
        yield Heading(f"How {len(data)} therapies should act on {self.knowledge.nodes[OUTCOME_NODE].name}")
        yield Text("; ".join(f"{number} {name}" for name, number in counts.items()) + ".", style="bold")
        yield Text("'calcinosis-kb graph path warfarin' shows why warfarin is both; likewise for any other therapy.")
        yield Table(
            ("Polarity", "Therapy", "Lower", "Raise", "Weakest link"),
            [
                (row["polarity"], _name(row), str(row["lowering"]), str(row["raising"]), row["weakest_link"] or "–")
                for name in _POLARITIES
                for row in data
                if row["polarity"] == name
            ],
            whole=(0, 2, 3, 4),
        )
        yield Text(f"Paths of at most {MAX_EDGES} links are counted; the weakest link is that of the best path.")
        yield Heading("Why undetermined", level=2)
        silent = [row for row in data if row["polarity"] == "undetermined"]
        yield Marked([("-", f"{_name(row)}: {row['no_mechanism'] or _UNLINKED}") for row in silent])

    def table(self) -> Table:
        """Every therapy with its id, in the order of the ids."""
        columns = ("therapy", "name", "kind", "polarity", "lowering", "raising", "weakest_link", "local")
        rows = [
            tuple("" if (value := row.get(column)) is None else str(value) for column in columns) for row in self.data()
        ]
        return Table(columns, rows)


def _name(row: dict[str, Any]) -> str:
    """The name of a therapy, marked if it or one of its paths is local."""
    return f"{row['name']}{LOCAL if row.get('local') else ''}"
