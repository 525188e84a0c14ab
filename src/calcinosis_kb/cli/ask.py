"""``calcinosis-kb ask``: ask for what would change the answer, one question at a time, the most telling first."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec.structs import replace

from calcinosis_kb.cli.app import (
    EngineOption,
    FormatOption,
    OutputFormat,
    OverlayOption,
    WantedEngine,
    engines,
    show,
)
from calcinosis_kb.cli.patient import Given, takes_patient
from calcinosis_kb.documents.writing import check_new
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.intake.interview import Asked, Interview

__all__ = ["ask"]

_WIDTH = 80
"""The columns that a message may take."""
_STOP = frozenset({"stop", "stop here", "quit", "exit"})


@takes_patient
def ask(
    given: Given,
    file: Annotated[
        str | None, typer.Argument(help="Patient file or health record to start from; without one, start from nothing.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the answers to this patient file, which must not exist."),
    ] = None,
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """Ask what would change the answer, one question at a time, the most telling first; then print the answer.

    Enter means not known, 'stop' ends the questions. Answers are written as for the options. Nothing is kept, except in a file
    that you name.
    """
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.intake.interview import Interview
    from calcinosis_kb.report.screen import ScreenReport

    if output is not None:
        check_new(output)
    kb = load(engines=engines(engine), overlay=overlay)
    interview = Interview(kb, _start(given, kb, file))
    _say("Enter: not known. 'stop': end here. Several entries are separated by a semicolon.")
    try:
        _converse(interview)
        output = output or _named_file()
    except (EOFError, KeyboardInterrupt):
        _say("")
    show(format_, ScreenReport(interview.advice))
    while output is not None:
        try:
            _write(interview.data, output)
        except InputError as error:  # the answers of an interview are not lost for a full disk
            _say(f"   {error.problems[0]}")
            output = _another_file(error)
        else:
            _say(f"The answers are in {output}: 'calcinosis-kb suggest {output}' answers again.")
            return
    _say("Nothing was written; with -o FILE the answers are kept.")


def _start(given: Given, kb: KnowledgeBase, file: str | None) -> dict[str, Any]:
    """The patient file that the questions start from. Raises `InputError` if it cannot be read."""
    from calcinosis_kb.documents.strict_yaml import parse, read_text
    from calcinosis_kb.intake.options import read_options

    if file == "-":
        fix = "name a file, or give options; standard input holds the answers"
        raise InputError((Problem("CKB028", "the questions are answered on standard input", fix=fix),))
    if file is None and not given.named:
        return {}
    patient = given.patient(kb, file)
    if patient.record is not None:
        return patient.record.data
    return dict(parse(read_text(file), file).data if file is not None else read_options(given.named, kb.names).data)


def _converse(interview: Interview) -> None:
    number = 0
    while (asked := interview.next()) is not None:
        number += 1
        _say(f"\n{number}. {asked.text}{f' ({asked.effect})' if asked.effect else ''}\n   {asked.hint}")
        if not _answered(interview, asked):
            return
    _say("\nNothing else that is not recorded would change the answer.")


def _answered(interview: Interview, asked: Asked) -> bool:
    """Take an answer to one question, again if it cannot be read. False to stop here."""
    kept = False
    while True:
        typed = _prompt()
        if typed.strip().casefold() in _STOP:
            return False
        if kept and not typed.strip():
            return True
        before = interview.not_understood()
        if kept:
            interview.take_back()
        try:
            changed = interview.answer(asked, typed)
        except InputError as error:
            for problem in error.problems:
                _say(f"   {replace(problem, place=None)}")
            continue
        for line in changed:
            _say(f"   {line}")
        unread = {word: near for word, near in interview.not_understood().items() if word not in before}
        if not unread:
            return True
        for word, near in unread.items():
            _say(f"   Not understood: '{word}'{f' ({near}?)' if near else ''}.")
        _say("   Type the answer again, or Enter to keep it as it is; until then it counts as open.")
        kept = True


def _prompt(text: str = "  ") -> str:
    """Ask on standard error, so that standard output holds the answer only."""
    from rich.console import Console

    answer = Console(stderr=True).input(f"{text} > ", markup=False)
    if not sys.stdin.isatty():
        _say(answer)
    return answer


def _named_file() -> Path | None:
    """Ask for a file to keep the answers in; none by default."""
    while True:
        typed = _prompt("\nKeep the answers in a file? Its name, or Enter for none").strip()
        if not typed:
            return None
        try:
            check_new(Path(typed))
        except InputError as error:
            _say(f"   {error.problems[0]}")
            continue
        return Path(typed)


def _another_file(error: InputError) -> Path | None:
    """Ask for another file after one could not be written. Raises that error if nobody answers."""
    try:
        return _named_file()
    except (EOFError, KeyboardInterrupt):
        raise error from None


def _write(data: dict[str, Any], output: Path) -> None:
    from calcinosis_kb.documents.writing import write_file
    from calcinosis_kb.intake.form import as_yaml

    write_file(output, as_yaml(data).encode())


def _say(text: str) -> None:
    """Print a message, its lines wrapped and each kept at its indentation."""
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        shown = textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
        print(shown, file=sys.stderr, flush=True)
