"""A real server on the loopback interface, for the tests of pages."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from calcinosis_kb.web.app import create_app
from calcinosis_kb.web.settings import Settings

__all__ = ["TOKEN", "Running", "running"]

TOKEN = "token-of-the-tests"


@dataclass(frozen=True)
class Running:
    """A server that listens: ``address`` without a slash at its end, ``entrance`` with the token that lets a browser in."""

    settings: Settings

    @property
    def address(self) -> str:
        return self.settings.address

    @property
    def entrance(self) -> str:
        return f"{self.address}/?token={TOKEN}"


@contextmanager
def running(**settings: Any) -> Iterator[Running]:
    """A server with some settings, which answers in one thread of this process and ends with the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        given = Settings(**{"port": listening.getsockname()[1], "token": TOKEN, "workers": 0, **settings})
        server = uvicorn.Server(uvicorn.Config(create_app(given), log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server has not started"
            time.sleep(0.01)
        yield Running(given)
        server.should_exit = True
        thread.join()
