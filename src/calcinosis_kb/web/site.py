"""The reading pages as files, with the addresses of the server: no patient page, no server, opened from a disk or any web host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

    def files(self) -> dict[str, Callable[[], bytes]]:
        """Return every file of the site with what makes its content; the same knowledge gives the same bytes."""
        made = {file_of(address): page for section in (HOME, *PAGES) for address, page in self._pages(section)}
        return {**dict(_assets()), **made}

    def _pages(self, section: Section) -> Iterator[tuple[str, Callable[[], bytes]]]:
        for address, id_ in section.pages(self.service):
            yield address, lambda address=address, id_=id_: self._page(section, address, id_)  # type: ignore[misc]

    def _page(self, section: Section, address: str, id_: str | None) -> bytes:
        return section.render(self.service, *([] if id_ is None else [id_]), links=FileLinks(address)).encode()

    def write(self, folder: Path, advance: Callable[[], None] = lambda: None) -> int:
        """Write the site into a folder, and return the number of files; ``advance`` is called after each.

        Files of an earlier site are replaced, and those that it no longer has are removed. Raises `InputError` (CKB103) if the folder
        holds anything else.
        """
        before = _written(folder)
        made = self.files()
        for name, content in made.items():
            make_folder((folder / name).parent)
            write_file(folder / name, content())
            advance()
        for name in sorted(before - made.keys()):
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


def _assets() -> Iterator[tuple[str, Callable[[], bytes]]]:
    for asset in sorted(files("calcinosis_kb.web").joinpath("assets").iterdir(), key=lambda asset: asset.name):
        if asset.is_file():
            yield f"assets/{asset.name}", asset.read_bytes
