"""The map, with its script and style sheets."""

from __future__ import annotations

from functools import lru_cache, partial

from markupsafe import Markup

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.map.page import MapPage, map_assets, map_page
from calcinosis_kb.web.reading.section import Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["ASSETS", "MAP"]

_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}


def _map(service: Service, links: Links | None = None) -> str:
    page = _laid_out(service.kb)
    return service.render("reading/map.html", "/map", links, body=Markup(page.body), data=Markup(page.data))


@lru_cache(1)
def _laid_out(kb: KnowledgeBase) -> MapPage:
    """The parts of the page: laying out every view takes seconds, and each worker does it once."""
    return map_page(kb)


def _asset(_: Service, name: str, **_links: Links | None) -> str:
    return map_assets()[name]


MAP = Section("/map", "map", _map)
ASSETS = tuple(
    Section(f"/map/{name}", "file of the map", partial(_asset, name=name), media_type=_TYPES[name.rpartition(".")[2]])
    for name in map_assets()
)
