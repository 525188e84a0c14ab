"""What leads to calcinosis and no therapy acts on: in words and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from calcinosis_kb.graph.gaps import Gap
from calcinosis_kb.graph.paths import MechanismPath
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.citations import cited, node_name, path_sources, sources_blocks
from calcinosis_kb.report.graph.questions import about, questions_blocks, questions_data

__all__ = ["gaps_blocks", "gaps_data", "gaps_table"]

_WORDS = {
    "unreached": "no therapy of this knowledge base reaches it by any path",
    "contested": "therapies reach it only by way of a contested link",
    "indirect": "therapies reach it, but none acts on it itself",
}

_MARKS = {"-": "+", "+": "!"}


def gaps_data(knowledge: Knowledge, found: Sequence[tuple[Gap, MechanismPath]]) -> dict[str, Any]:
    """Each gap with the shortest established path by which it matters, as plain data."""
    return {
        "gaps": [
            {
                **asdict(gap),
                "name": node_name(knowledge, gap.node),
                "node_kind": knowledge.nodes[gap.node].kind,
                "meaning": _WORDS[gap.kind],
                "path": {"nodes": list(path.nodes), "sign": path.sign, "words": path.words},
                "sources": path_sources(knowledge, path),
                "questions": about(knowledge, gap.node),
            }
            for gap, path in found
        ],
        "questions": questions_data(knowledge, (id_ for gap, _ in found for id_ in about(knowledge, gap.node))),
        "sources": cited(knowledge, (s for _, path in found for s in path_sources(knowledge, path))),
    }


def gaps_blocks(knowledge: Knowledge, found: Sequence[tuple[Gap, MechanismPath]]) -> Iterator[Block]:
    """The gaps, worst first, with the path by which each matters; then the open questions about them and the sources."""
    yield Heading("What leads to calcinosis by established links, and no therapy of this knowledge base acts on")
    for kind, words in _WORDS.items():
        told = [(gap, path) for gap, path in found if gap.kind == kind]
        yield Heading(f"{len(told)}: {words}", level=2)
        yield Marked([(_MARKS[path.sign], _why(knowledge, path)) for _, path in told])
    yield Text(
        "+ lowers calcinosis, so that a therapy would have to promote it; ! raises it, so that one would have to inhibit it."
    )
    yield Text(
        "A gap says what this knowledge base holds, not what exists. Exposures that may harm do not count as therapies."
    )
    yield from questions_blocks(knowledge, (id_ for gap, _ in found for id_ in about(knowledge, gap.node)))
    yield from sources_blocks(knowledge, (s for _, path in found for s in path_sources(knowledge, path)))


def _why(knowledge: Knowledge, path: MechanismPath) -> str:
    return f"{path.words} ({', '.join(path_sources(knowledge, path))})"


def gaps_table(knowledge: Knowledge, found: Sequence[tuple[Gap, MechanismPath]]) -> Table:
    """A row a gap."""
    rows = [
        (
            gap.kind,
            gap.node,
            node_name(knowledge, gap.node),
            str(gap.distance),
            path.sign,
            path.words,
            " ".join(path_sources(knowledge, path)),
        )
        for gap, path in found
    ]
    return Table(("Gap", "Node", "Name", "Links", "Sign", "Path", "Sources"), rows)
