"""``calcinosis-kb quotes``: compare the quotes of studies with the texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli.app import FormatOption, OutputFormat, show
from calcinosis_kb.cli.checkout import checkout

if TYPE_CHECKING:
    from calcinosis_kb.editing.quotes import Comparison

__all__ = ["quotes"]


def quotes(
    texts: Annotated[
        Path, typer.Argument(metavar="TEXTS", help="A folder with <study id>.txt files, or the text of one study.")
    ],
    study: Annotated[
        str | None, typer.Option("--study", metavar="ID", help="The study, if the file is not named after it.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Record where each quote was found, in the study's file.")
    ] = False,
    format_: FormatOption = OutputFormat.table,
) -> None:
    """Look up the quotes of studies in local texts, word for word. Exit code 1 if one is missing."""
    import sys

    from calcinosis_kb.editing.quotes import compare_quotes, read_texts
    from calcinosis_kb.knowledge.loader import load_knowledge
    from calcinosis_kb.report.quotes import QuotesReport

    directory = checkout().knowledge
    loaded = load_knowledge(directory)
    read, warnings = read_texts(texts, study, loaded.knowledge.studies)
    for warning in warnings:
        print(warning, file=sys.stderr)
    compared = [one for one in compare_quotes(loaded, read) if study in (None, one.study)]
    if write:
        _write(directory.parent, compared, {id_: loaded.documents[("studies", id_)].name for id_ in read})
    records = ["agrees" if write and one.where else one.record for one in compared]
    show(format_, QuotesReport(compared, records))
    if any(one.outcome == "not found" for one in compared):
        raise typer.Exit(1)


def _write(root: Path, compared: list[Comparison], names: dict[str, str]) -> None:
    """Write every file whose records change; all are ready before the first is written."""
    import sys

    from calcinosis_kb.documents.strict_yaml import read_text
    from calcinosis_kb.documents.writing import write_file
    from calcinosis_kb.editing.quotes import with_records

    ready: dict[str, str] = {}
    for id_, name in names.items():
        records = {
            one.path: one.where for one in compared if one.study == id_ and one.where and one.where != one.quote.where
        }
        if records:
            ready[name] = with_records(read_text(root / name, name=name), name, records)
    for name, text in ready.items():
        write_file(root / name, text.encode())
        print(f"{name}: written", file=sys.stderr)
