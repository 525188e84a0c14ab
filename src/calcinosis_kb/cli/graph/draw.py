"""``calcinosis-kb graph draw``: the map as a picture, in one look or another."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.graph.group import graph
from calcinosis_kb.cli.patient import Given, takes_patient
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.knowledge.pathophysiology import Strength
    from calcinosis_kb.map.scene import Scene

__all__ = ["draw"]


class WantedLook(StrEnum):
    light = "light"
    dark = "dark"
    print = "print"


class WantedStrength(StrEnum):
    established = "established"
    plausible = "plausible"
    contested = "contested"


@graph.command()
@takes_patient
def draw(
    given: Given,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="A picture, .svg, .png or .pdf, with the same in words beside it; or a page to walk in a browser, .html.",
        ),
    ] = Path("map.svg"),
    focus: Annotated[
        str | None,
        typer.Option(
            metavar="NODE",
            help="What leads to a node or therapy and from it; or a theme, opened.",
            autocompletion=completion.nodes,
        ),
    ] = None,
    path: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="Every path from one node to another.", autocompletion=completion.nodes),
    ] = None,
    patient: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Coloured by a patient's history, in a file or in options as 'suggest' takes them; - for standard input.",
        ),
    ] = None,
    strength: Annotated[WantedStrength, typer.Option(help="Only links at least so sure.")] = WantedStrength.contested,
    theme: Annotated[
        WantedLook | None,
        typer.Option(
            help="On white, on black, or for a printer without colours. A picture is on white, a page as the reader's system is."
        ),
    ] = None,
) -> None:
    """The map as a picture, causes left, calcinosis right: the themes, a node, a path, or what a patient has had."""
    from calcinosis_kb.advice.answer import NOTICE
    from calcinosis_kb.advice.reach import reach
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.cli.graph.page import PAGE, write_page
    from calcinosis_kb.map.files import WRITERS, save
    from calcinosis_kb.map.patient_scene import patient_scene
    from calcinosis_kb.map.svg import MapDrawing
    from calcinosis_kb.report.advice import version_line
    from calcinosis_kb.report.patient import patient_lines

    suffixes = (*WRITERS, PAGE)
    if output.suffix.lower() not in suffixes:
        message = f"a picture cannot be written as '{output.suffix or output.name}'"
        raise InputError((Problem("CKB028", message, valid=suffixes, fix="end the name with one of them"),))
    if focus and path:
        fix = "draw one after the other, each to its own file"
        raise InputError((Problem("CKB028", "--focus and --path were both given", fix=fix),))
    kb = load()
    footer = f"calcinosis-kb {kb.knowledge.version}, knowledge {kb.knowledge.hash}."
    reached = {}
    subtitle = ""
    advice = kb.advise(given.patient(kb, patient)) if patient is not None or given.named else None
    if output.suffix.lower() == PAGE:
        opening = _scene(kb, focus, path, strength.value) if focus or path else None
        write_page(kb, output, advice, opening, focus, strength.value, theme)
        return
    if advice:
        reached = reach(kb.knowledge, kb.graph, advice)
        footer = f"{NOTICE} {version_line(advice)}"
        subtitle = " · ".join(patient_lines(advice.patient, kb.knowledge))
    banded = advice is not None and not focus and not path
    scene = patient_scene(kb.graph, reached, subtitle) if banded else _scene(kb, focus, path, strength.value)
    drawing = MapDrawing(scene, kb.graph, look=theme.value if theme else "light", reached=reached, footer=footer)
    for file in save(drawing, output):
        print(file)


def _scene(kb: KnowledgeBase, focus: str | None, path: tuple[str, str] | None, strength: Strength) -> Scene:
    from calcinosis_kb.graph.build import TREATMENTS
    from calcinosis_kb.graph.node_names import NodeNames
    from calcinosis_kb.map import scene

    nodes = NodeNames(kb.knowledge, kb.names)
    if path:
        one, other = map(nodes.node, path)
        found = scene.route(kb.graph, one, other, strength)
        if not found.nodes:
            sure = "" if strength == "contested" else f" of links that are {strength} or surer"
            message = f"no path{sure} leads from '{one}' to '{other}'"
            fix = "'calcinosis-kb graph draw --focus' shows what a node leads to"
            raise InputError((Problem("CKB090", message, fix=fix),))
        return found
    if focus in kb.knowledge.themes or focus == TREATMENTS:
        return scene.theme(kb.knowledge, kb.graph, focus, strength)
    if focus:
        return scene.focus(kb.graph, nodes.node(focus), strength)
    return scene.overview(kb.knowledge, kb.graph, strength)
