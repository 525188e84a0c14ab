"""``calcinosis-kb graph draw``: draw the map as a picture or as an interactive page."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import OverlayOption, default_output, progress
from calcinosis_kb.cli.patient import Given, takes_patient
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE

if TYPE_CHECKING:
    from calcinosis_kb.advice.answer import Advice
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.knowledge.pathophysiology import Strength
    from calcinosis_kb.map.page_views import Progress
    from calcinosis_kb.map.scene import Scene

__all__ = ["draw"]

_PAGE = ".html"


class WantedLook(StrEnum):
    light = "light"
    dark = "dark"
    print = "print"


class WantedStrength(StrEnum):
    established = "established"
    plausible = "plausible"
    contested = "contested"


@takes_patient
def draw(
    given: Given,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[B]",
            help="The end of the paths of --path; calcinosis if left out.",
            autocompletion=completion.nodes,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A picture, .svg, .png or .pdf, with the same in words beside it; or an interactive page, .html. "
            "By default map.svg, which is never replaced.",
        ),
    ] = None,
    focus: Annotated[
        str | None,
        typer.Option(
            metavar="NODE",
            help="Draw what leads to a node or therapy and from it, or open a theme.",
            autocompletion=completion.nodes,
        ),
    ] = None,
    path: Annotated[
        str | None,
        typer.Option(
            metavar="A [B]", help="Draw every path from a node or therapy to B.", autocompletion=completion.nodes
        ),
    ] = None,
    patient: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Colour by a patient's history from a file, - for standard input; or describe the patient with options.",
        ),
    ] = None,
    strength: Annotated[
        WantedStrength, typer.Option(case_sensitive=False, help="Only links of at least this strength.")
    ] = WantedStrength.contested,
    look: Annotated[
        WantedLook | None,
        typer.Option(
            case_sensitive=False,
            help="Colour scheme: light, dark or print. By default a picture is light, and a page follows the reader's system.",
        ),
    ] = None,
    overlay: OverlayOption = None,
) -> None:
    """Draw the map, causes left, calcinosis right: the themes, a node, a path, or a patient's history."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.map.files import WRITERS, libraries
    from calcinosis_kb.report.extras import require

    if focus and path:
        fix = "draw one after the other, each to its own file"
        raise InputError((Problem("CKB028", "--focus and --path were both given", fix=fix),))
    if target and not path:
        raise InputError((Problem("CKB028", f"'{target}' follows no --path", fix=f"write --focus {target}"),))
    file = output or default_output("map.svg", ".txt")
    suffix, suffixes = file.suffix.lower(), (*WRITERS, _PAGE)
    if suffix not in suffixes:
        message = f"a picture cannot be written as '{file.suffix or file.name}'"
        raise InputError((Problem("CKB028", message, valid=suffixes, fix="end the name with one of them"),))
    require(libraries(suffix))
    with progress() as bar:
        task = bar.add_task("Drawing the map", total=None)
        kb = load(overlay=overlay)
        advice = kb.advise(given.patient(kb, patient)) if patient is not None or given.named else None
        opening = _opening(kb, focus, (path, target or OUTCOME_NODE) if path else None, strength.value)
        if suffix == _PAGE:
            written = [
                _write_page(
                    kb,
                    file,
                    advice,
                    opening,
                    strength.value,
                    look,
                    lambda done, views: bar.update(task, completed=done, total=views),
                )
            ]
        else:
            written = _write_picture(kb, file, advice, opening, strength.value, look)
    for one in written:
        print(one, flush=True)
    if suffix == _PAGE:
        print(f"Open it in a browser: {file.resolve().as_uri()}", file=sys.stderr)


def _opening(
    kb: KnowledgeBase, focus: str | None, path: tuple[str, str] | None, strength: Strength
) -> tuple[str, Scene] | None:
    """Return the requested view with its key in the address of the page, or None. Raises `InputError` (CKB090)."""
    from calcinosis_kb.graph.build import TREATMENTS
    from calcinosis_kb.graph.node_names import NodeNames
    from calcinosis_kb.map import scene

    nodes = NodeNames(kb.knowledge, kb.names)
    if path:
        one, other = map(nodes.node, path)
        found = scene.route(kb.graph, one, other, strength)
        if not found.nodes:
            sure = "" if strength == "contested" else f" of links that are at least {strength}"
            message = f"no path{sure} leads from '{one}' to '{other}'"
            fix = "'calcinosis-kb graph draw --focus' shows what a node leads to"
            raise InputError((Problem("CKB090", message, fix=fix),))
        return f"path:{':'.join(found.focus)}", found
    if focus is None:
        return None
    if focus in kb.knowledge.themes or focus == TREATMENTS:
        return f"theme:{focus}", scene.theme(kb.knowledge, kb.graph, focus, strength)
    found = scene.focus(kb.graph, nodes.node(focus), strength)
    return f"focus:{':'.join(found.focus)}", found


def _write_page(
    kb: KnowledgeBase,
    file: Path,
    advice: Advice | None,
    opening: tuple[str, Scene] | None,
    strength: Strength,
    look: str | None,
    progress: Progress,
) -> Path:
    """Write the page. Raises `InputError`: CKB057, and CKB093 for a look that only pictures have."""
    from calcinosis_kb.documents.writing import write_file
    from calcinosis_kb.map.page import PAGE_LOOKS, as_page

    wanted = look or "auto"
    if wanted not in PAGE_LOOKS:
        message = f"the page has no look '{wanted}'"
        fix = "leave '--look' out: the page prints without colours by itself"
        raise InputError((Problem("CKB093", message, valid=PAGE_LOOKS[1:], fix=fix),))
    write_file(
        file, as_page(kb, advice=advice, opening=opening, strength=strength, look=wanted, progress=progress).encode()
    )
    return file


def _write_picture(
    kb: KnowledgeBase,
    file: Path,
    advice: Advice | None,
    opening: tuple[str, Scene] | None,
    strength: Strength,
    look: WantedLook | None,
) -> list[Path]:
    """Write the picture, and the same in words. Raises `InputError` (CKB057)."""
    from calcinosis_kb.advice.answer import NOTICE
    from calcinosis_kb.advice.head import head
    from calcinosis_kb.advice.reach import reach
    from calcinosis_kb.map import scene
    from calcinosis_kb.map.files import save
    from calcinosis_kb.map.page_patient import PatientPart
    from calcinosis_kb.map.patient_scene import patient_scene
    from calcinosis_kb.map.svg import MapDrawing
    from calcinosis_kb.report.advice import version_line

    reached = reach(kb.knowledge, kb.graph, advice) if advice else {}
    sheet: tuple[tuple[str, str], ...] = ()
    footer = f"calcinosis-kb {kb.knowledge.version}, knowledge {kb.knowledge.hash}."
    if advice:
        patient = head(advice.patient, kb.knowledge)
        footer = " ".join([*patient.alerts, NOTICE, version_line(advice)])
    if opening:
        drawn = opening[1]
    elif advice:
        drawn = patient_scene(kb.graph, reached, patient.who)
        sheet = PatientPart(kb, advice).sheet()
    else:
        drawn = scene.overview(kb.knowledge, kb.graph, strength)
    picture = MapDrawing(
        drawn, kb.graph, look=look.value if look else "light", reached=reached, footer=footer, sheet=sheet
    )
    return save(picture, file)
