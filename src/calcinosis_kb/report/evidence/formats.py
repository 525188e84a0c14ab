"""Write the evidence in the format of a file's suffix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calcinosis_kb.documents.writing import write_file, write_folder
from calcinosis_kb.errors import InputError, Problem, nearest
from calcinosis_kb.report.extras import require

if TYPE_CHECKING:
    from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["FORMATS", "export"]

Writer = Callable[["Knowledge", Path], dict[Path, bytes]]
"""Returns the files to write, the one that was asked for first."""


def _sqlite(knowledge: Knowledge, path: Path) -> dict[Path, bytes]:
    from calcinosis_kb.report.evidence.content import content
    from calcinosis_kb.report.evidence.origin import Origin
    from calcinosis_kb.report.evidence.sqlite import database, description

    tables, origin = content(knowledge), Origin.of(knowledge)
    beside = path.with_name(f"{path.stem}.metadata.json")
    return {path: database(tables, origin), beside: description(tables, origin, path.stem)}


def _csv(knowledge: Knowledge, path: Path) -> dict[Path, bytes]:
    from calcinosis_kb.report.evidence.content import content
    from calcinosis_kb.report.evidence.data_package import results_csv

    return {path: results_csv(content(knowledge))}


def _fhir(knowledge: Knowledge, path: Path) -> dict[Path, bytes]:
    from calcinosis_kb.graph.exporters.json import as_text
    from calcinosis_kb.report.evidence.content import content
    from calcinosis_kb.report.evidence.fhir.bundle import evidence_bundle
    from calcinosis_kb.report.evidence.origin import Origin

    return {path: as_text(evidence_bundle(content(knowledge), knowledge, Origin.of(knowledge)))}


def _json_ld(knowledge: Knowledge, path: Path) -> dict[Path, bytes]:
    from calcinosis_kb.graph.exporters.json import as_text

    return {path: as_text(_nanopublications(knowledge))}


def _trig(knowledge: Knowledge, path: Path) -> dict[Path, bytes]:
    from calcinosis_kb.report.evidence.nanopublications import trig

    require(("rdflib",), "rdf")
    return {path: trig(_nanopublications(knowledge))}


def _nanopublications(knowledge: Knowledge) -> dict[str, Any]:
    from calcinosis_kb.report.evidence.content import content
    from calcinosis_kb.report.evidence.nanopublications import nanopublications
    from calcinosis_kb.report.evidence.origin import Origin

    return nanopublications(content(knowledge), knowledge, Origin.of(knowledge))


FORMATS: dict[str, Writer] = {
    ".fhir.json": _fhir,
    ".jsonld": _json_ld,
    ".trig": _trig,
    ".sqlite": _sqlite,
    ".db": _sqlite,
    ".csv": _csv,
}
"""The writer per suffix. A folder gets a Data Package of CSV files."""


def export(knowledge: Knowledge, path: str) -> list[Path]:
    """Write the evidence, and return the files written.

    The suffix decides the format; a path that ends in ``/``, or an existing folder, gets CSV files with their description. The same
    knowledge gives the same bytes. Raises `InputError`: CKB056 for another suffix, CKB057 if a file cannot be written. Writing is atomic.
    """
    file = Path(path)
    if path.endswith("/") or file.is_dir():
        return _folder(knowledge, file)
    name = file.name.lower()
    suffix = next((known for known in FORMATS if name.endswith(known)), None)
    if suffix is None:
        ends = "".join(file.suffixes).lower()
        message = f"the evidence cannot be written as '{ends or file.name}'"
        valid = (*FORMATS, "a folder, ending in /, for CSV")
        raise InputError((Problem("CKB056", message, valid=valid, nearest=nearest(ends, FORMATS)),))
    files = FORMATS[suffix](knowledge, file)
    for target, data in reversed(files.items()):
        write_file(target, data)
    return list(files)


def _folder(knowledge: Knowledge, folder: Path) -> list[Path]:
    from calcinosis_kb.report.evidence.content import content
    from calcinosis_kb.report.evidence.data_package import data_package
    from calcinosis_kb.report.evidence.origin import Origin

    files = data_package(content(knowledge), Origin.of(knowledge))
    write_folder(folder, files)
    return [folder / name for name in files]
