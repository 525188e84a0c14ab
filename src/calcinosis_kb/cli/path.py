"""``calcinosis-kb path``: how a therapy would act, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calcinosis_kb.cli.app import FormatOption, OutputFormat, app, show
from calcinosis_kb.errors import InputError, Problem, nearest
from calcinosis_kb.knowledge.library import OUTCOME_NODE

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.graph.paths import Path
    from calcinosis_kb.report.blocks import Block

__all__ = ["path"]


@app.command()
def path(
    therapy: Annotated[str, typer.Argument(help="A therapy: id, name, brand or code.")],
    target: Annotated[str, typer.Argument(help="A node of the graph.")] = OUTCOME_NODE,
    format_: FormatOption = OutputFormat.table,
) -> None:
    """How would this therapy act on the target? Every path of the graph, its sign and its weakest link."""
    from calcinosis_kb.base import load
    from calcinosis_kb.cli.therapies import resolve
    from calcinosis_kb.graph.paths import polarity

    kb = load()
    id_ = resolve(kb, therapy)
    nodes = {*kb.knowledge.nodes, *kb.knowledge.therapies}
    if target not in nodes:
        near = nearest(target, nodes)
        mend = "'calcinosis-kb path THERAPY' alone goes to calcinosis"
        raise InputError((Problem("CKB014", f"there is no node '{target}'", nearest=near, mend=mend),))
    found = kb.paths(id_, target)
    data: dict[str, Any] = {
        "therapy": id_,
        "target": target,
        "polarity": polarity(found),
        "paths": [
            {
                "nodes": list(one.nodes),
                "edges": [step.edge for step in one.steps],
                "sign": one.sign,
                "strength": one.strength,
                "words": one.words,
            }
            for one in found
        ],
    }
    show(format_, lambda: data, lambda: _blocks(kb, id_, target, found, data["polarity"]))


def _blocks(kb: KnowledgeBase, therapy: str, target: str, found: list[Path], polarity: str) -> Iterator[Block]:
    from calcinosis_kb.report.blocks import Heading, Table, Text

    knowledge = kb.knowledge
    name = knowledge.therapies[therapy].name
    goal = (knowledge.nodes.get(target) or knowledge.therapies[target]).name
    yield Heading(f"{name} → {goal}")
    counts = {sign: sum(one.sign == sign for one in found) for sign in "-+"}
    yield Text(f"{polarity}: {counts['-']} paths lower it, {counts['+']} raise it.", style="bold")
    if not found:
        yield Text("No causal path of the graph leads there.")
        return
    yield Table(
        ("Sign", "Weakest link", "Path"),
        [("lowers" if one.sign == "-" else "raises", one.strength, one.words) for one in found],
        ratios=(7, 12, 60),
    )
