"""An answer written to a new file, in the format of its suffix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from calcinosis_kb.documents.writing import check_new, write_file
from calcinosis_kb.errors import InputError, Problem, nearest

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.report.advice import AdviceReport
    from calcinosis_kb.report.screen import ScreenReport

__all__ = ["LIBRARIES", "check_answer_file", "write_answer_file"]

LIBRARIES = ("jinja2",)
"""What an answer in HTML is made with."""


def check_answer_file(file: Path) -> None:
    """Refuse a file before any work. Raises `InputError`: suffix (CKB056), name (CKB057, CKB074), a missing library (CKB054)."""
    suffix = file.suffix.lower()
    if suffix not in _FORMATS:
        message = f"an answer cannot be written as '{suffix or file.name}'"
        raise InputError((Problem("CKB056", message, valid=tuple(_FORMATS), nearest=nearest(suffix, _FORMATS)),))
    check_new(file)
    if suffix == ".html":
        from calcinosis_kb.report.extras import require

        require(LIBRARIES, "web")


def write_answer_file(file: Path, kb: KnowledgeBase, report: AdviceReport | ScreenReport) -> None:
    """Write an answer to a file that `check_answer_file` has let pass."""
    write_file(file, f"{_FORMATS[file.suffix.lower()](kb, report).rstrip()}\n".encode())


def _html(kb: KnowledgeBase, report: AdviceReport | ScreenReport) -> str:
    from calcinosis_kb.web.patient.file import answer_html

    return answer_html(kb, report.advice)


def _json(_: KnowledgeBase, report: AdviceReport | ScreenReport) -> str:
    from calcinosis_kb.report.render import as_json

    return as_json(report.data())


def _markdown(_: KnowledgeBase, report: AdviceReport | ScreenReport) -> str:
    from calcinosis_kb.report.render import as_markdown

    return as_markdown(report.blocks())


def _csv(_: KnowledgeBase, report: AdviceReport | ScreenReport) -> str:
    from calcinosis_kb.report.render import as_csv

    return as_csv(report.table(), report.alerts())


def _text(_: KnowledgeBase, report: AdviceReport | ScreenReport) -> str:
    lines = report.lines()
    if lines is not None:
        return "\n".join(line.text for line in lines)
    from calcinosis_kb.report.render import as_text

    return as_text(report.blocks())


_FORMATS: Mapping[str, Callable[[KnowledgeBase, AdviceReport | ScreenReport], str]] = {
    ".html": _html,
    ".json": _json,
    ".md": _markdown,
    ".csv": _csv,
    ".txt": _text,
}
