"""The map, with its script and style sheets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

from markupsafe import Markup

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.map.page import MapPage, map_assets, map_page
from calcinosis_kb.map.page_views import all_scenes
from calcinosis_kb.map.scene import Scene
from calcinosis_kb.web.reading.section import Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["ASSETS", "MAP", "scenes_of"]

_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}


def _map(service: Service, links: Links | None = None) -> str:
    page = _whole_map(service.kb)
    return service.render("reading/map.html", "/map", links, body=Markup(page.body), data=Markup(page.data))


@lru_cache(1)
def scenes_of(kb: KnowledgeBase) -> Mapping[str, Scene]:
    """Return every view of the map: laying them out takes seconds, and each worker does it once."""
    return all_scenes(kb)


@lru_cache(1)
def _whole_map(kb: KnowledgeBase) -> MapPage:
    return map_page(kb, scenes=scenes_of(kb))


def _asset(_: Service, name: str, **_links: Links | None) -> str:
    return map_assets()[name]


MAP = Section("/map", "map", _map)
ASSETS = tuple(
    Section(f"/map/{name}", "file of the map", partial(_asset, name=name), media_type=_TYPES[name.rpartition(".")[2]])
    for name in map_assets()
)
