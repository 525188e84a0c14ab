"""Write the map as a page: the parts that a server puts into its own, or one HTML file that works offline.

Every view is laid out in advance; nothing is fetched or stored.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from calcinosis_kb.advice.answer import NOTICE
from calcinosis_kb.knowledge.mechanism_paths import STRENGTHS
from calcinosis_kb.map.page_data import page_data
from calcinosis_kb.map.page_patient import PatientPart
from calcinosis_kb.map.page_style import legend, markers, scene_style, shape, shape_name
from calcinosis_kb.map.page_views import PATIENT_VIEW, Progress, all_scenes
from calcinosis_kb.report.advice import version_line

if TYPE_CHECKING:
    from calcinosis_kb.advice.answer import Advice
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.knowledge.pathophysiology import Strength
    from calcinosis_kb.map.scene import Scene

__all__ = ["PAGE_LOOKS", "MapPage", "as_page", "map_assets", "map_page"]

PAGE_LOOKS = ("auto", "light", "dark")
""""auto" follows the reader's system."""
_ASSETS = files("calcinosis_kb.map").joinpath("assets", "map")
_SCRIPTS = (
    "data", "state", "levels", "draw", "camera", "walk", "search", "details", "stories", "quiz", "text", "steps", "present",
    "filters", "export", "main",
)  # fmt: skip
"""The parts of the script, in execution order."""
_TITLE = "The map of calcinosis"


@dataclass(frozen=True)
class MapPage:
    """The map as the parts of a page: ``body`` is HTML, ``data`` JSON for a script element, which the script reads."""

    body: str
    data: str


def map_assets() -> dict[str, str]:
    """Return the script and the style sheets of the page by file name; saved pictures keep the styles of ``picture.css``."""
    # One scope for the whole script: no globals.
    script = "\n".join(["(() => {", '"use strict";', *(_asset(f"{name}.js") for name in _SCRIPTS), "})();"])
    return {"map.js": script, "picture.css": f"{scene_style()}\n{_asset('picture.css')}", "map.css": _asset("map.css")}


def map_page(
    kb: KnowledgeBase,
    *,
    advice: Advice | None = None,
    opening: tuple[str, Scene] | None = None,
    strength: Strength = "contested",
    scenes: Mapping[str, Scene] | None = None,
    progress: Progress | None = None,
) -> MapPage:
    """Return the parts of the page; the same knowledge gives the same text.

    ``advice``: a patient's advice; the page then opens with the patient's view and marks the state of each box. ``opening``: the key of
    another first view, as in the page's address ("focus:warfarin"), and its scene. Links weaker than ``strength`` are hidden
    until the reader asks for them. ``scenes`` are those of `all_scenes`, if they were laid out before; otherwise ``progress`` is called
    after each view.
    """
    patient = PatientPart(kb, advice) if advice else None
    laid_out = scenes or all_scenes(kb, progress)
    shown = {**({PATIENT_VIEW: patient.scene()} if patient else {}), **laid_out}
    start = opening[0] if opening else next(iter(shown))
    shown.update([opening] if opening else [])
    boxes = {node.id: node for scene in shown.values() for node in scene.nodes}
    shapes = {shape_name(node): node for scene in shown.values() for node in scene.nodes}
    data = {
        "start": start,
        "hidden": STRENGTHS[STRENGTHS.index(strength) + 1 :],
        "origin": [_origin(kb, advice), NOTICE],
        "patient": patient.data() if patient else None,
        **page_data(kb, shown, boxes.values()),
    }
    body = Template(_asset("body.html")).substitute(
        title=_TITLE,
        markers=markers(),
        shapes="".join(shape(shapes[name]) for name in sorted(shapes)),
        legend=legend(patient=patient is not None),
        strip=patient.strip() if patient else "",
        glance=patient.glance() if patient else "",
    )
    return MapPage(body, _embedded(data))


def as_page(
    kb: KnowledgeBase,
    *,
    advice: Advice | None = None,
    opening: tuple[str, Scene] | None = None,
    strength: Strength = "contested",
    look: str = "auto",
    progress: Progress | None = None,
) -> str:
    """Return the page as one HTML document that works offline (see `map_page`). ``look``: one of `PAGE_LOOKS`."""
    page = map_page(kb, advice=advice, opening=opening, strength=strength, progress=progress)
    assets = map_assets()
    style = f"{_asset('shell.css')}\n{assets['map.css']}"
    return Template(_asset("page.html")).substitute(
        title=_TITLE,
        look=look,
        policy=_policy(assets["map.js"], assets["picture.css"], style),
        picture_style=assets["picture.css"],
        page_style=style,
        body=page.body,
        notice_short=escape(NOTICE.partition(". ")[0]),
        notice=escape(NOTICE),
        origin=escape(_origin(kb, advice)),
        data=page.data,
        script=assets["map.js"],
    )


def _origin(kb: KnowledgeBase, advice: Advice | None) -> str:
    return version_line(advice) if advice else f"calcinosis-kb {kb.knowledge.version}, knowledge {kb.knowledge.hash}"


def _asset(name: str) -> str:
    return _ASSETS.joinpath(name).read_text(encoding="utf-8")


def _policy(script: str, *styles: str) -> str:
    """The content security policy: only this script and these styles, no requests; exported pictures are drawn from memory."""
    allowed = " ".join(_hash(style) for style in styles)
    return f"default-src 'none'; script-src {_hash(script)}; style-src {allowed}; img-src blob: data:; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _embedded(data: Any) -> str:
    """Return JSON for a script element, escaped so that no text can end the element or open a comment."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
