"""``calcinosis-kb words``: the vocabulary for patients, and how a text is read."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, show
from calcinosis_kb.errors import InputError, Problem, nearest

__all__ = ["words"]


def words(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="KIND",
            help="therapies, diseases, conditions, medications, labs, features, sites, patterns, outcomes or purposes; "
            "without it, the kinds.",
            autocompletion=completion.kinds,
        ),
    ] = None,
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="TEXT", help="How is this read? Without KIND, as a word of every kind; without TEXT, all words."
        ),
    ] = None,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """List the words that describe a patient, or show how a text is read."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.knowledge.names import VOCABULARIES
    from calcinosis_kb.knowledge.word_search import search
    from calcinosis_kb.report import words as report

    names = load(overlay=overlay).names
    if kind is None:
        show(format_, report.KindsReport(names))
        return
    named = _kind(kind, VOCABULARIES)
    if text is None and named is not None:
        show(format_, report.WordsReport(list(names.entries(named))))
        return
    typed = kind if text is None else text
    if not typed.strip():
        fix = "name a word, say 'calcinosis-kb words therapies Aredia'"
        raise InputError((Problem("CKB049", "there is nothing to read", fix=fix),))
    found = search(names, (named,) if named else VOCABULARIES, typed)
    near = nearest(kind, VOCABULARIES)
    if named is None and (text is not None or (near and not found.understood)):
        fix = "'calcinosis-kb words' lists the kinds"
        raise InputError((Problem("CKB059", f"there is no kind of word '{kind}'", None, VOCABULARIES, near, fix),))
    show(format_, report.ReadingReport(names, found))


def _kind(typed: str, kinds: tuple[str, ...]) -> str | None:
    """Return a kind by its name, plural or singular."""
    form = typed.strip().casefold()
    return next(
        (kind for kind in kinds if form in (kind, kind.removesuffix("s"), kind.removesuffix("ies") + "y")), None
    )
