"""The summary of a screen, written to a folder: a page, the same as Markdown, and the pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase

__all__ = ["check_summary_folder", "write_summary"]

PAGE, TEXT = "summary.html", "summary.md"


def check_summary_folder(folder: Path) -> None:
    """Refuse a folder before any work. Raises `InputError`: a missing library (CKB054), a name that is taken or not possible."""
    from calcinosis_kb.cohort.summary import LIBRARIES as COUNTING
    from calcinosis_kb.documents.writing import check_new
    from calcinosis_kb.report.extras import require
    from calcinosis_kb.report.plots.figure import LIBRARIES as DRAWING

    require(COUNTING, "omop")
    require(DRAWING)
    require(("jinja2",), "web")
    check_new(folder)


def write_summary(folder: Path, kb: KnowledgeBase, screened: Path, least: int) -> None:
    """Summarise the rows of a screen, a Parquet file or a folder of them, into a new folder. Raises `InputError` (CKB057)."""
    from calcinosis_kb.advice.stamp import stamp, stamp_words
    from calcinosis_kb.cohort.summary import summarise
    from calcinosis_kb.documents.writing import write_folder
    from calcinosis_kb.report.blocks import Heading, Text
    from calcinosis_kb.report.cohort import TITLE, opening, sections
    from calcinosis_kb.report.plots.cohort import PICTURES
    from calcinosis_kb.report.render import as_markdown
    from calcinosis_kb.web.cohort_page import summary_html

    rules = kb.advisor.by_id
    summary = summarise(screened, [id_ for id_, rule in rules.items() if rule.effect == "avoid"], least)
    parts = sections(summary, kb.knowledge, rules)
    pictures = {part.picture: PICTURES[part.picture](summary, kb.knowledge) for part in parts}
    text = [as_markdown([Heading(TITLE), *opening(summary)])]
    for part in parts:
        picture = f"![Bars of the counts in this table]({part.picture})"
        text.append(f"{as_markdown([Heading(part.heading, level=2), *part.blocks])}\n\n{picture}")
    text.append(as_markdown([Text(f"{stamp_words(stamp(kb.knowledge, kb.rules.hash))}.")]))
    page = summary_html(kb, opening(summary), parts, pictures)
    write_folder(folder, {PAGE: page.encode(), TEXT: ("\n\n".join(text) + "\n").encode(), **pictures})
