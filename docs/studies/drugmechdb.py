"""Compare our mechanisms with DrugMechDB (drugmechdb.yaml): same target, and same sign of the action on it?"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph.walk import CAUSAL

RECORD = Path(__file__).with_name("drugmechdb.yaml")
SOURCE = "drugmechdb-paths"
"""The source that an edge of ours names where it rests on DrugMechDB."""

FURTHEST = 2
"""How many links from the drug a target may lie, there and here: the protein, and what it does."""

SIGNS = {
    "causes": "+", "contributes to": "+", "decreases abundance of": "-", "decreases activity of": "-",
    "increases abundance of": "+", "increases activity of": "+", "negatively correlated with": "-",
    "negatively regulates": "-", "positively correlated with": "+", "positively regulates": "+", "prevents": "-",
    "produces": "+", "treats": "-",
}  # fmt: skip
"""The sign of each predicate that states one. The others (participates in, located in, molecularly interacts with, …) do not."""

_ACTIONS = {
    "-": {"antagonism", "blockade", "chelation", "decay", "depletion", "inhibition", "neutralisation", "suppression"},
    "+": {"activation", "supply"},
}
_FILLERS = {"and", "directed", "dissolution", "faster", "local", "of"}


@dataclass(frozen=True)
class Reached:
    """A node that a therapy of ours acts on, the sign of the action, and what the edges on the way rest on."""

    node: str
    sign: str
    sources: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Row:
    """One drug. ``ours`` and ``theirs`` are the matched nodes, and empty where none matches; a sign is "?" where unstated."""

    therapy: str
    path: str
    disease: str
    net: str
    targets: tuple[str, ...]
    ours: str = ""
    theirs: str = ""
    by: str = ""
    our_sign: str = ""
    their_sign: str = ""
    circular: bool = False

    @property
    def same_target(self) -> bool:
        return bool(self.ours)

    @property
    def same_sign(self) -> bool:
        return self.same_target and self.our_sign == self.their_sign


def compare(kb: KnowledgeBase) -> list[Row]:
    """A row for each path of the record, by therapy."""
    return [_row(kb, path) for path in sorted(record()["paths"], key=lambda path: path["therapy"])]


def record() -> dict[str, Any]:
    """What was read, with where."""
    found: dict[str, Any] = yaml.safe_load(RECORD.read_text(encoding="utf-8"))
    return found


def _row(kb: KnowledgeBase, path: dict[str, Any]) -> Row:
    signs, steps = _walked(path)
    names = path["nodes"]
    targets = tuple(names[o] for s, _, o in path["links"] if s == path["drug"])
    head = Row(path["therapy"], path["id"], names[path["disease"]], signs.get(path["disease"], "?"), targets)
    found = []
    for reached in _ours(kb, path["therapy"]):
        for id_ in names:
            if id_ in (path["drug"], path["disease"]) or steps[id_] > FURTHEST:
                continue
            by = _match(kb, reached.node, id_, names[id_])
            if by:
                theirs = signs.get(id_, "?")
                circular = any(set(sources) == {SOURCE} for sources in reached.sources)
                rank = (by != "id", theirs == "?", steps[id_], circular, id_, reached.node)
                found.append((rank, reached, id_, by, theirs, circular))
    if not found:
        return head
    _, reached, id_, by, theirs, circular = min(found, key=lambda one: one[0])
    return Row(**{**vars(head), "ours": reached.node, "theirs": id_, "by": by, "our_sign": reached.sign,
                  "their_sign": theirs, "circular": circular})  # fmt: skip


def _walked(path: dict[str, Any]) -> tuple[dict[str, str], dict[str, int]]:
    """The sign of the drug's action on each node, where every way that states one agrees, and how many links away it lies."""
    signs: dict[str, set[str]] = {path["drug"]: {"+"}}
    steps = {path["drug"]: 0}
    queue = deque([path["drug"]])
    while queue:
        node = queue.popleft()
        for source, predicate, target in path["links"]:
            if source != node:
                continue
            stated = SIGNS.get(predicate)
            new = {_times(sign, stated) for sign in signs.get(node, set()) if stated}
            if target not in steps or not new <= signs.get(target, set()):
                steps.setdefault(target, steps[node] + 1)
                signs.setdefault(target, set()).update(new)
                queue.append(target)
    return {node: next(iter(found)) for node, found in signs.items() if len(found) == 1}, steps


def _times(one: str, other: str) -> str:
    return "+" if one == other else "-"


def _ours(kb: KnowledgeBase, therapy: str) -> list[Reached]:
    """What a therapy acts on in at most `FURTHEST` edges; membership of a family counts for nothing."""
    found: list[Reached] = []
    queue: deque[tuple[str, str, int, tuple[tuple[str, ...], ...]]] = deque([(therapy, "+", 0, ())])
    while queue:
        node, sign, depth, sources = queue.popleft()
        for _, target, edge in kb.graph.out_edges(node, data=True):
            if edge["predicate"] not in CAUSAL:
                continue
            if edge["predicate"] == "subclass_of":
                queue.append((target, sign, depth, sources))
                continue
            reached = Reached(target, _times(sign, edge["sign"]), (*sources, tuple(edge["sources"])))
            if kb.graph.nodes[target]["kind"] == "mechanism_of_action":
                found.append(Reached(target, _stated(kb, target), reached.sources))
            else:
                found.append(reached)
            if depth + 1 < FURTHEST:
                queue.append((target, reached.sign, depth + 1, reached.sources))
    return found


def _stated(kb: KnowledgeBase, mechanism: str) -> str:
    """The sign that the name of a mechanism states for what it acts on: "TNF neutralisation" lowers TNF."""
    words = _words(kb.knowledge.nodes[mechanism].name)
    return next((sign for sign, actions in _ACTIONS.items() if words & actions), "?")


def _match(kb: KnowledgeBase, node: str, id_: str, name: str) -> str:
    if node not in kb.knowledge.nodes:
        return ""
    known = kb.knowledge.nodes[node]
    if id_ in {term.id.replace("reactome:", "REACT:") for term in known.ontology}:
        return "id"
    if known.kind != "mechanism_of_action":
        return ""
    ours, theirs = _words(known.name) - _FILLERS - _ACTIONS["+"] - _ACTIONS["-"], _words(name)
    codes = {word for word in ours & theirs if re.search("[a-z]", word) and re.search("[0-9]", word)}
    return "name" if codes or (ours and ours <= theirs) else ""


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+(?:-[a-z]+)?", name.lower()))


def table(kb: KnowledgeBase, rows: list[Row]) -> list[str]:
    """The rows as docs/drugmechdb.md prints them."""
    paths = {path["id"]: path for path in record()["paths"]}
    said = {"+": "raises", "-": "lowers", "?": "not stated"}
    lines = []
    for row in rows:
        name = kb.knowledge.therapies[row.therapy].name
        head = f"| {name} | {row.disease} | {'; '.join(row.targets)} |"
        if not row.same_target:
            lines.append(f"{head} – | – | – | no |")
            continue
        theirs = f"{paths[row.path]['nodes'][row.theirs]} (`{row.theirs}`)"
        ours = f"{kb.knowledge.nodes[row.ours].name}, by {row.by}"
        verdict = "yes" if row.same_sign else "target only"
        lines.append(f"{head} {theirs} | {ours} | {said[row.our_sign]} / {said[row.their_sign]} | {verdict} |")
    return lines


def summary(rows: list[Row]) -> str:
    """The figures as docs/drugmechdb.md prints them."""
    target, sign = sum(row.same_target for row in rows), sum(row.same_sign for row in rows)
    opposed = sum(row.same_target and {row.our_sign, row.their_sign} == {"+", "-"} for row in rows)
    leaning = sum(row.same_sign and row.circular for row in rows)
    return (
        f"**Of {len(rows)} drugs in both, {target} have the same target, and {sign} of these the same sign of the action on it; "
        f"{opposed} have the opposite sign.** Of the {sign}, {leaning} rest here on DrugMechDB alone at some step."
    )
