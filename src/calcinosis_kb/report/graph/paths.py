"""Paths through the map, grouped by their kind, and what the paths of every therapy say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from calcinosis_kb.graph.metapaths import Metapath, Route, metapaths
from calcinosis_kb.graph.paths import MAX_EDGES, MechanismPath, polarity
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE, Knowledge
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.citations import cited, node_name, sources_blocks, spaced

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["path_blocks", "path_data", "path_table", "polarity_blocks", "polarity_data"]

_NET = {"-": "lowers", "+": "raises"}


def path_data(
    knowledge: Knowledge, graph: MultiDiGraph[str], source: str, target: str, found: Sequence[MechanismPath]
) -> dict[str, Any]:
    """Every path with each of its links in full, as plain data, best first; ``metapath`` says which kind it is of."""
    groups = metapaths(graph, found)
    told = [_route(route, group) for group in groups for route in group.routes]
    order = {path: number for number, path in enumerate(found)}
    told.sort(key=lambda item: order[item[0]])
    return {
        "source": source,
        "target": target,
        "polarity": polarity(found),
        "metapaths": [{"words": group.words, "paths": len(group.routes)} for group in groups],
        "paths": [data for _, data in told],
        "sources": cited(knowledge, _sources(groups)),
    }


def _route(route: Route, group: Metapath) -> tuple[MechanismPath, dict[str, Any]]:
    path = route.path
    return path, {
        "nodes": list(path.nodes),
        "edges": [step.edge for step in path.steps],
        "sign": path.sign,
        "signs": route.signs,
        "strength": path.strength,
        "context": list(route.context),
        "sources": list(route.sources),
        "words": path.words,
        "metapath": group.words,
        "links": [asdict(link) for link in route.links],
        **({"local": True} if path.local else {}),
    }


def path_blocks(
    knowledge: Knowledge, graph: MultiDiGraph[str], source: str, target: str, found: Sequence[MechanismPath]
) -> Iterator[Block]:
    """The paths for a reader: what they say together, then each kind of path with its paths, then the sources."""
    groups = metapaths(graph, found)
    yield Heading(f"{node_name(knowledge, source)} → {node_name(knowledge, target)}")
    yield Text(f"{polarity(found)}: {_counted(found, '-', 'lower')}, {_counted(found, '+', 'raise')}.", style="bold")
    if not found:
        yield Text(_nothing(knowledge, source))
        return
    for group in groups:
        yield Heading(group.words, level=2)
        yield Marked([("→", _told(route)) for route in group.routes])
    yield from sources_blocks(knowledge, _sources(groups))


def _counted(found: Sequence[MechanismPath], sign: str, verb: str) -> str:
    number = sum(path.sign == sign for path in found)
    return f"{number} path {verb}s it" if number == 1 else f"{number} paths {verb} it"


def _told(route: Route) -> str:
    signs = " ".join("−" if sign == "-" else "+" for sign in route.signs)
    head = f"{_NET[route.path.sign]} ({signs}; weakest link {route.path.strength}): {route.path.words}"
    return f"{head} Seen in: {spaced(route.context)}. Sources: {', '.join(route.sources) or 'none'}."


def _nothing(knowledge: Knowledge, source: str) -> str:
    therapy = knowledge.therapies.get(source)
    why = f" {therapy.no_mechanism}" if therapy and therapy.no_mechanism else ""
    return f"No causal path of this length leads there.{why}"


def path_table(graph: MultiDiGraph[str], found: Sequence[MechanismPath]) -> Table:
    """A row a path, best first."""
    rows = {
        route.path: (
            _NET[route.path.sign],
            route.signs,
            route.path.strength,
            " > ".join(route.path.nodes),
            " ".join(step.edge for step in route.path.steps),
            group.words,
            " ".join(route.context),
            " ".join(route.sources),
            route.path.words,
        )
        for group in metapaths(graph, found)
        for route in group.routes
    }
    columns = ("Net", "Signs", "Weakest link", "Nodes", "Edges", "Metapath", "Seen in", "Sources", "Words")
    return Table(columns, [rows[path] for path in found])


def _sources(groups: Sequence[Metapath]) -> set[str]:
    return {source for group in groups for route in group.routes for source in route.sources}


def polarity_data(knowledge: Knowledge, found: Mapping[str, Sequence[MechanismPath]]) -> list[dict[str, Any]]:
    """What the paths of each therapy to calcinosis say together, as plain data; ``why`` is the command that tells the paths."""
    return [
        {
            "therapy": id_,
            "name": knowledge.therapies[id_].name,
            "kind": knowledge.therapies[id_].kind,
            "polarity": polarity(paths),
            "lowering": sum(path.sign == "-" for path in paths),
            "raising": sum(path.sign == "+" for path in paths),
            "weakest_link": paths[0].strength if paths else None,
            "no_mechanism": knowledge.therapies[id_].no_mechanism,
            "why": f"calcinosis-kb graph path {id_}",
        }
        for id_, paths in found.items()
    ]


_POLARITIES = ("both", "raising", "lowering", "undetermined")
"""What teaches most comes first."""


def polarity_blocks(knowledge: Knowledge, found: Mapping[str, Sequence[MechanismPath]]) -> Iterator[Block]:
    """Every therapy once, by polarity."""
    data = polarity_data(knowledge, found)
    counts = {name: sum(row["polarity"] == name for row in data) for name in _POLARITIES}
    yield Heading(f"How {len(data)} therapies should act on {_outcome(knowledge)}")
    yield Text("; ".join(f"{number} {name}" for name, number in counts.items()) + ".", style="bold")
    yield Text("'calcinosis-kb graph path warfarin' tells why warfarin is both, and the same of any other.")
    yield Table(
        ("Polarity", "Id", "Therapy", "Lower", "Raise", "Weakest link"),
        [
            (
                row["polarity"],
                row["therapy"],
                row["name"],
                str(row["lowering"]),
                str(row["raising"]),
                row["weakest_link"] or "–",
            )
            for name in _POLARITIES
            for row in data
            if row["polarity"] == name
        ],
        ratios=(12, 22, 22, 5, 5, 12),
    )
    yield Text(f"Paths of at most {MAX_EDGES} links are counted; the weakest link is that of the best path.")
    yield Heading("Why undetermined", level=2)
    silent = [row for row in data if row["polarity"] == "undetermined"]
    yield Marked([("-", f"{row['name']}: {row['no_mechanism'] or _UNLINKED}") for row in silent])


_UNLINKED = "What it acts on is known, and no causal path from there leads to calcinosis."


def _outcome(knowledge: Knowledge) -> str:
    return knowledge.nodes[OUTCOME_NODE].name
