"""Write the graph in the format of a file's suffix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from calcinosis_kb.documents.writing import write_file, write_folder
from calcinosis_kb.errors import InputError, Problem, nearest
from calcinosis_kb.graph.exporters.json import cytoscape, node_link
from calcinosis_kb.graph.exporters.json_ld import json_ld
from calcinosis_kb.graph.exporters.kgx import kgx
from calcinosis_kb.graph.exporters.text import dot, mermaid, table
from calcinosis_kb.graph.exporters.xml import gexf, graphml

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["FORMATS", "export"]

FORMATS: dict[str, Callable[[MultiDiGraph[str]], bytes]] = {
    ".graphml": graphml,
    ".gexf": gexf,
    ".cyjs": cytoscape,
    ".json": node_link,
    ".jsonld": json_ld,
    ".mmd": mermaid,
    ".dot": dot,
    ".csv": table,
}
"""The writer per suffix. A folder gets KGX."""


def export(graph: MultiDiGraph[str], path: str) -> list[Path]:
    """Write a graph made by `calcinosis_kb.graph.exporters.content`, and return the files written.

    The suffix decides the format; a path that ends in ``/``, or an existing folder, gets KGX. The same graph gives the same
    bytes. Raises `InputError`: CKB056 for another suffix, CKB057 if the file cannot be written, CKB058 if the format
    cannot hold a character. Writing is atomic.
    """
    file = Path(path)
    if path.endswith("/") or file.is_dir():
        files = kgx(graph)
        write_folder(file, files)
        return [file / name for name in files]
    suffix = file.suffix.lower()
    if suffix not in FORMATS:
        message = f"a graph cannot be written as '{suffix or file.name}'"
        valid = (*FORMATS, "a folder, ending in /, for KGX")
        raise InputError((Problem("CKB056", message, valid=valid, nearest=nearest(suffix, FORMATS)),))
    write_file(file, FORMATS[suffix](graph))
    return [file]
