"""``calcinosis-kb import``: read a health record, tell how each entry was read, and write the patient file."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, show
from calcinosis_kb.cli.patient import AsOfOption, HistoryOption, PatientOption

__all__ = ["import_"]


def import_(
    source: Annotated[
        str,
        typer.Argument(
            help="Health record: a file or folder of FHIR, - for standard input, or a database of OMOP (file, folder or URL)."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the patient file, which must not exist; a comment behind each line names the entries that it comes from.",
        ),
    ] = None,
    patient: PatientOption = None,
    as_of: AsOfOption = None,
    history_complete: HistoryOption = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="First hold the record to the specification of FHIR R4, and refuse what is not valid."
        ),
    ] = False,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """Read a health record: what was used, what was not understood and what was left out, and why; write it as a patient file."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.cli.records import check_strictly, reading_of, waiting
    from calcinosis_kb.documents.writing import check_new, write_file
    from calcinosis_kb.patients.annotated import annotated
    from calcinosis_kb.patients.sources import open_source
    from calcinosis_kb.report.record import RecordReport

    if output is not None:
        check_new(output)
    kb = load(engines=("reference",), overlay=overlay)
    with waiting(source):
        found = open_source(source, kb.names)
        if strict:
            check_strictly(found, patient)
        reading = reading_of(found, patient, as_of, history_complete=history_complete)
    if output is not None and not reading.dead:
        kb.reader.record(reading)  # what could not be read back is not written
        write_file(output, annotated(reading).encode())
        named = shlex.quote(str(output))
        print(f"The patient file is {output}: correct it, then 'calcinosis-kb suggest {named}'.", file=sys.stderr)
    show(format_, RecordReport(reading, found.apart))
    if reading.dead:
        kb.reader.record(reading)
