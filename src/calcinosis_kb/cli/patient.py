"""Read a patient from the command line: a file, standard input or options."""

from __future__ import annotations

import inspect
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer
from msgspec.structs import replace

from calcinosis_kb.cli import completion
from calcinosis_kb.documents.document import Document
from calcinosis_kb.errors import InputError, Place, Problem

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.patients.models import Patient

__all__ = [
    "AsOfOption",
    "FileArgument",
    "Given",
    "HistoryOption",
    "PatientOption",
    "is_patient_file",
    "takes_patient",
]

_PANEL = "Describing the patient without a file"
_RECORD_PANEL = "Reading a health record"

FileArgument = Annotated[
    str | None,
    typer.Argument(
        help="Patient file (YAML or JSON) or health record (a file or folder of FHIR, a database of OMOP), or - for standard input, "
        "which is also read when it is piped."
    ),
]

PatientOption = Annotated[
    str | None,
    typer.Option(
        "--patient", metavar="ID", help="The patient, where there are several.", rich_help_panel=_RECORD_PANEL
    ),
]
_RecordOption = Annotated[
    str | None,
    typer.Option(
        "--record", metavar="ID", help="The patient, where there are several in FILE.", rich_help_panel=_RECORD_PANEL
    ),
]
AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help="The day on which ages and what is taken now are judged. By default the record's own: that of the document, or its latest.",
        rich_help_panel=_RECORD_PANEL,
    ),
]
HistoryOption = Annotated[
    bool,
    typer.Option(
        "--history-complete", help="Nothing was tried beside what the record holds.", rich_help_panel=_RECORD_PANEL
    ),
]


def _option(*names: str, help: str, complete: Any = None, metavar: str | None = None) -> Any:  # noqa: A002
    return typer.Option(*names, help=help, autocompletion=complete, metavar=metavar, rich_help_panel=_PANEL)


@dataclass(frozen=True)
class Given:
    """The typed options that describe a patient; `takes_patient` passes them to a command."""

    disease: Annotated[
        list[str] | None,
        _option(
            "--disease", help="Underlying disease, e.g. crest. Repeatable.", complete=completion.listed("diseases")
        ),
    ] = None
    tried: Annotated[
        list[str] | None,
        _option(
            "--tried",
            metavar="THERAPY[: OUTCOME]",
            help="Treatment, optionally with dose, duration and purpose: 'diltiazem 180 mg 4 months: not tolerated, "
            "oedema', 'nifedipine (for Raynaud): ongoing'. 'none' if untreated. Repeatable.",
            complete=completion.treatments,
        ),
    ] = None
    pattern: Annotated[
        str | None,
        _option(
            "--pattern", help="localized, multifocal, tumoral or universalis.", complete=completion.terms("patterns")
        ),
    ] = None
    site: Annotated[
        list[str] | None,
        _option("--site", help="Site of deposits, e.g. elbow. Repeatable.", complete=completion.listed("sites")),
    ] = None
    feature: Annotated[
        list[str] | None,
        _option(
            "--feature", help="Feature of the deposits, e.g. pain. Repeatable.", complete=completion.listed("features")
        ),
    ] = None
    largest: Annotated[float | None, _option("--largest", metavar="MM", help="The largest deposit, in mm.")] = None
    condition: Annotated[
        list[str] | None,
        _option(
            "--condition",
            help="Other condition; 'none' if none. Repeatable.",
            complete=completion.listed("conditions"),
        ),
    ] = None
    medication: Annotated[
        list[str] | None,
        _option(
            "--medication",
            help="Medicine taken now; 'none' if none. Repeatable.",
            complete=completion.listed("medications"),
        ),
    ] = None
    allergy: Annotated[
        list[str] | None,
        _option(
            "--allergy",
            help="Allergy to a medicine; 'none' if none. Repeatable.",
            complete=completion.listed("medications"),
        ),
    ] = None
    lab: Annotated[
        list[str] | None,
        _option(
            "--lab",
            metavar="TEST=RESULT",
            help="Test result, e.g. egfr=28, calcium=8.3mg/dL, hbsag=negative. Repeatable.",
            complete=completion.labs,
        ),
    ] = None
    age: Annotated[float | None, _option("--age", metavar="YEARS", help="Age in years.")] = None
    sex: Annotated[str | None, _option("--sex", help="female or male; f or m.", complete=completion.sexes)] = None
    pregnant: Annotated[bool | None, _option("--pregnant/--not-pregnant", help="Whether she is pregnant.")] = None
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit with 2 instead of an answer if a word on the patient was not understood."),
    ] = False
    patient_id: PatientOption = None
    as_of: AsOfOption = None
    history_complete: HistoryOption = False

    @property
    def named(self) -> dict[str, Any]:
        """The given options that describe the patient, with their values."""
        return {name: value for name, value in self._values() if name not in _HOW and value not in (None, [])}

    @property
    def of_record(self) -> list[str]:
        """The given options that say how a health record is read."""
        return [option for name, option in _OF_RECORD.items() if dict(self._values())[name]]

    def _values(self) -> Iterator[tuple[str, Any]]:
        return ((field.name, getattr(self, field.name)) for field in fields(self))

    def patient(self, kb: KnowledgeBase, file: str | None) -> Patient:
        """Return the patient from a file, a health record, options, or piped standard input.

        Raises `InputError`: none or two given (CKB028), an option that does not fit (CKB115), what is wrong with either, and with
        ``--strict`` every word that was not understood (CKB048); `NoAnswer` for the record of somebody who has died (CKB114).
        """
        options = self.named
        if file is not None and options:
            names = ", ".join(f"--{name}" for name in options)
            message = f"a patient file and {names} were both given"
            raise InputError((Problem("CKB028", message, fix="put everything in the file, or leave the file out"),))
        if file is None and not options:
            if not _is_piped():
                fix = "name a patient file, '-' for standard input, or options such as --disease crest --tried diltiazem:ineffective"
                raise InputError((Problem("CKB028", "there is no patient", fix=fix),))
            file = "-"
        patient = self._from_file(kb, file) if file is not None else _from_options(kb, options)
        if patient.record is None and self.of_record:
            message = f"{' and '.join(self.of_record)} is for health records, and there is none"
            raise InputError((Problem("CKB115", message, fix="leave it out, and put it in the patient file"),))
        if self.strict and patient.unresolved:
            fix = "correct it, or leave --strict out: the answer then says what it may have meant"
            raise InputError(
                tuple(
                    Problem("CKB048", f"'{word.named}' was not understood", Place(word.where), (), word.nearest, fix)
                    for word in patient.unresolved
                )
            )
        return patient

    def _from_file(self, kb: KnowledgeBase, file: str) -> Patient:
        from calcinosis_kb.cli.records import opened, reading_of, waiting

        with waiting(file):
            source = opened(file, kb.names)
            if isinstance(source, Document):
                return kb.reader.document(source)
            reading = reading_of(source, self.patient_id, self.as_of, history_complete=self.history_complete)
        return kb.reader.record(reading)


_OF_RECORD = {"patient_id": "--patient", "as_of": "--as-of", "history_complete": "--history-complete"}
_HOW = frozenset({"strict", *_OF_RECORD})
"""The options that do not describe the patient."""


def _from_options(kb: KnowledgeBase, options: dict[str, Any]) -> Patient:
    from calcinosis_kb.intake.options import read_options

    typed = read_options(options, kb.names)
    problems = list(typed.problems)
    try:
        patient = kb.reader.document(typed)
    except InputError as error:
        places = {problem.place for problem in problems}
        problems += [typed.typed_again(problem) for problem in error.problems if problem.place not in places]
    if problems:
        raise InputError(tuple(problems))
    return patient


def _is_piped() -> bool:
    """Whether standard input is a pipe or a file, not a terminal, where a command would wait for ever."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (AttributeError, OSError, ValueError):  # there is none, it is closed, or a program has replaced it
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)


def is_patient_file(named: str) -> bool:
    """Whether an argument names a patient instead of a row: "-", a name that ends like a file, a file, pipe or folder of records.

    A number is always a row.
    """
    if named.isdecimal():
        return False
    path = Path(named)
    if path.is_dir():
        from calcinosis_kb.patients.sources import is_record

        return is_record(named)
    return named == "-" or path.suffix in (".yaml", ".yml", ".json") or path.exists()


def takes_patient(command: Callable[..., None]) -> Callable[..., None]:
    """Replace the parameter ``given`` of a command by the options of `Given`, which typer reads from the signature."""
    types = get_type_hints(Given, include_extras=True)
    own = inspect.signature(command, eval_str=True)
    named = "patient" in own.parameters  # 'graph draw --patient' names the file
    if named:
        types["patient_id"] = _RecordOption
    options = [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=types[field.name]
        )
        for field in fields(Given)
    ]
    others = [parameter for name, parameter in own.parameters.items() if name != "given"]

    @wraps(command)
    def called(**values: Any) -> None:
        given = Given(**{option.name: values.pop(option.name, option.default) for option in options})
        try:
            command(given=given, **values)
        except InputError as error:
            if named and error.problems[0].code == "CKB107":
                raise InputError((replace(error.problems[0], fix="choose one with '--record ID'"),)) from None
            raise

    called.__signature__ = own.replace(parameters=[*others, *options])  # type: ignore[attr-defined]
    called.__annotations__ = {}
    return called
