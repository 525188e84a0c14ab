"""The reading pages as files, with the addresses of the server: no patient page, no server, opened from a disk or any web host."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path, PurePosixPath
from posixpath import relpath

from calcinosis_kb.documents.writing import make_folder, write_file
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.web.home import home
from calcinosis_kb.web.reading.routes import PAGES
from calcinosis_kb.web.reading.section import Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["FileLinks", "Site", "file_of"]

HOME = Section("/", "first page", home)

_LIST = "files.txt"
"""Lists the files of a site, so that the next one replaces exactly these."""

_ASSET = re.compile(rb"\bassets/[a-z-]+\.[a-z]+")


def file_of(address: str) -> str:
    """Return the file of an address of the server.

    >>> file_of("/"), file_of("/therapy/rituximab"), file_of("/assets/style.css")
    ('index.html', 'therapy/rituximab.html', 'assets/style.css')
    """
    path = address.lstrip("/") or "index"
    return path if PurePosixPath(path).suffix else f"{path}.html"


class FileLinks(Links):
    """Writes the addresses of pages as the way from one file to another."""

    static = True

    def __init__(self, address: str) -> None:
        self._folder = str(PurePosixPath(file_of(address)).parent)

    def __call__(self, path: str) -> str:
        """Return the way to the file of an address; a part of a page stays one.

        >>> FileLinks("/therapy/rituximab")("/study/nair-nd#results")
        '../study/nair-nd.html#results'
        """
        address, mark, part = path.partition("#")
        return f"{relpath(file_of(address), self._folder)}{mark}{part}"


class Site:
    """The reading pages of one knowledge base."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def pages(self) -> dict[str, Callable[[], bytes]]:
        """Return the file of every page, with what renders it; the same knowledge gives the same bytes."""
        return {file_of(address): page for section in (HOME, *PAGES) for address, page in self._pages(section)}

    def _pages(self, section: Section) -> Iterator[tuple[str, Callable[[], bytes]]]:
        for address, id_ in section.pages(self.service):
            yield address, partial(self._page, section, address, id_)

    def _page(self, section: Section, address: str, id_: str | None) -> bytes:
        text = section.render(self.service, *([] if id_ is None else [id_]), links=FileLinks(address))
        # A page that was opened from a disk may load no module. None of the scripts for reading imports another.
        return text.replace('<script type="module"', "<script defer").encode()

    def write(self, folder: Path, advance: Callable[[], None] = lambda: None) -> int:
        """Write the pages, and the scripts and styles that they use, into a folder. Return the number of files.

        ``advance`` is called after each page. Files of an earlier site are replaced, and those that it no longer has are removed.
        Raises `InputError` (CKB103) if the folder holds anything else.
        """
        before = _written(folder)
        made: set[str] = set()
        for name, page in self.pages().items():
            content = page()
            used = {found.decode() for found in _ASSET.findall(content)} - made
            for path, data in ((name, content), *((asset, _asset(asset)) for asset in sorted(used))):
                make_folder((folder / path).parent)
                write_file(folder / path, data)
            made |= {name, *used}
            advance()
        for name in sorted(before - made):
            (folder / name).unlink(missing_ok=True)
        write_file(folder / _LIST, "".join(f"{name}\n" for name in sorted(made)).encode())
        return len(made)


def _written(folder: Path) -> set[str]:
    """The files of an earlier site in a folder. Raises `InputError` (CKB103) if it is no folder of a site, nor empty."""
    if folder.is_dir() and (folder / _LIST).is_file():
        names = (folder / _LIST).read_text("utf-8").splitlines()
        return {name for name in names if not name.startswith("/") and ".." not in PurePosixPath(name).parts}
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        message = f"{folder} is not empty, and no site was written there before"
        raise InputError((Problem("CKB103", message, fix="name a new folder with '-o'"),))
    return set()


def _asset(name: str) -> bytes:
    return files("calcinosis_kb.web").joinpath(name).read_bytes()
