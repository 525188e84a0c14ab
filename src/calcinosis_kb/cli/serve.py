"""``calcinosis-kb serve``: open the pages in a browser."""

from __future__ import annotations

import os
import re
import socket
import threading
import webbrowser
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli.app import EngineOption, OverlayOption, WantedEngine, engines
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.web.settings import Settings

__all__ = ["LIBRARIES", "LOOPBACK", "listen", "serve"]

LOOPBACK = "127.0.0.1"
"""The address on which only this computer can ask."""

LIBRARIES = ("fastapi", "jinja2", "uvicorn")
"""What the server is made with."""


def _origin(given: str) -> str:
    """Return scheme and host of a site, as the Origin header of a request writes them."""
    if not re.fullmatch(r"https?://[a-z0-9.:\[\]-]+/?", given):
        raise typer.BadParameter(f"'{given}' is not scheme and host, such as https://kb.hospital.example")
    return given.rstrip("/")


def _interface(given: str) -> str:
    """Return an address of this computer, of version 4 or 6 of the Internet Protocol."""
    try:
        return str(ip_address(given))
    except ValueError:
        message = f"'{given}' is not an address of this computer, such as 127.0.0.1, or 0.0.0.0 for all of them"
        raise typer.BadParameter(message) from None


def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 0,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar="ADDRESS",
            parser=_interface,
            help="The address of this computer to listen on; 0.0.0.0 listens on all, as a container needs it.",
        ),
    ] = LOOPBACK,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the address, and open no browser.")] = False,
    edit: Annotated[bool, typer.Option("--edit", help="Show the maintainer's pages, which write files.")] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that answer.")] = 2,
    public_url: Annotated[
        str | None,
        typer.Option(
            "--public-url", metavar="URL", parser=_origin, help="The address of a reverse proxy before this server."
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-origin",
            metavar="ORIGIN",
            parser=_origin,
            help="A site whose pages may call the CDS Hooks service; repeatable.",
        ),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys",
            metavar="FILE",
            help="A JWK Set: calls of the CDS Hooks service must then be signed by one of its keys.",
        ),
    ] = None,
    feedback: Annotated[
        Path | None,
        typer.Option(
            "--feedback",
            metavar="FILE",
            help="An SQLite file for the feedback on CDS Hooks cards; without it none is kept.",
        ),
    ] = None,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """Open the pages for patients, learning and maintaining in a browser, on this computer only.

    The server listens on 127.0.0.1 unless '--host' says otherwise, and fetches nothing. A patient stays in the memory of the page;
    nothing about one is written.
    Set CALCINOSIS_KB_TOKEN to choose the token that requests must carry.
    """
    from calcinosis_kb.map.files import LAYOUT
    from calcinosis_kb.report.extras import require

    require((*LIBRARIES, *LAYOUT, *(("jwt",) if keys else ())), "web")
    from calcinosis_kb.base import load
    from calcinosis_kb.cli.checkout import checkout
    from calcinosis_kb.web.settings import Settings
    from calcinosis_kb.web.workers import shares_locks

    here = checkout()
    # What is wrong with the files is said before anything is opened.
    load(knowledge=here.knowledge, rules=here.rules, overlay=overlay, engines=engines(engine))
    token = os.environ.get("CALCINOSIS_KB_TOKEN")
    if not shares_locks():
        workers = 0
        typer.echo("/dev/shm cannot be written, which processes need to work together: one thread answers.", err=True)
    with listen(host, port) as listening:
        settings = Settings(
            knowledge=here.knowledge,
            rules=here.rules,
            overlay=overlay,
            engines=engines(engine),
            port=listening.getsockname()[1],
            public_url=public_url,
            edit=edit,
            allow_origins=tuple(allow_origin or ()),
            feedback=feedback,
            keys=keys,
            workers=workers,
            **({"token": token} if token else {}),
        )
        if not ip_address(host).is_loopback:
            typer.echo(
                "Whoever reaches this computer reaches the pages: let a proxy with HTTPS stand before them.", err=True
            )
        _run(settings, listening, no_open=no_open)


def _run(settings: Settings, listening: socket.socket, *, no_open: bool) -> None:
    """Serve until it is ended. Raises `InputError` for keys (CKB101) or a file for feedback (CKB102) that cannot be used."""
    import uvicorn

    from calcinosis_kb.web.app import create_app

    app = create_app(settings)
    first = f"{settings.address}/?token={settings.token}"
    typer.echo(f"Open {first}\nCtrl-C ends it.", err=True)
    if not no_open:
        threading.Timer(0.5, webbrowser.open, (first,)).start()
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)).run([listening])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket on an address of this computer. Raises `InputError` (CKB100) if the port or the address cannot be used."""
    family = socket.AF_INET if ip_address(host).version == 4 else socket.AF_INET6
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        message = f"port {port} of {host} cannot be used: {error.strerror}"
        raise InputError((Problem("CKB100", message, fix="leave '--port' and '--host' out, or name others"),)) from None
    return listening
