"""The map as pages of the server: the map itself with its script and style sheets."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response
from markupsafe import Markup

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.map.page import MapPage, map_assets, map_page
from calcinosis_kb.web.pages import html_page
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["map_asset", "map_of", "router"]

router = APIRouter(include_in_schema=False)

_TYPES = {"js": "text/javascript", "css": "text/css"}


@router.get("/map")
async def get_map(request: Request) -> Response:
    return await html_page(request, map_of)


@router.get("/map/{name}")
async def get_map_asset(name: str) -> Response:
    text = map_asset(name)
    if text is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no page /map/{name}; the map is at /map")
    return Response(text, media_type=_TYPES[name.rpartition(".")[2]], headers={"Cache-Control": "no-cache"})


def map_of(service: Service, links: Links | None = None) -> str:
    """Return the page of the map."""
    page = _whole_map(service.kb)
    return service.render("map.html", "/map", links, body=Markup(page.body), data=Markup(page.data))


def map_asset(name: str) -> str | None:
    """Return the script or a style sheet of the map, or None if there is no such file."""
    return _assets().get(name)


@lru_cache(1)
def _assets() -> dict[str, str]:
    return map_assets()


@lru_cache(1)
def _whole_map(kb: KnowledgeBase) -> MapPage:
    """Laying out every view takes seconds, and each worker does it once."""
    return map_page(kb)
