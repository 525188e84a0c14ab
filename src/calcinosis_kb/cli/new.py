"""``calcinosis-kb new``: write a new file with its known values and visible gaps."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import OverlayOption, path_here
from calcinosis_kb.cli.checkout import checkout
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.errors import InputError, Problem

__all__ = ["new"]

new = typer.Typer(
    add_completion=False,
    help="Write a new file to fill in: a patient, or a record of the knowledge base.",
    no_args_is_help=True,
)

IntoOption = Annotated[
    Path | None,
    typer.Option("--into", help="Another folder with knowledge/ and rules/ to write to, such as an overlay."),
]


@new.command()
def study(
    doi: Annotated[str | None, typer.Option("--doi", help="The DOI of the publication.")] = None,
    pmid: Annotated[str | None, typer.Option("--pmid", help="Its number in PubMed.")] = None,
    id_: Annotated[
        str | None, typer.Option("--id", help="Its id here; by default author-year, if they are known.")
    ] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Take the citation from Crossref or PubMed.")] = False,
    into: IntoOption = None,
) -> None:
    """Write a study by DOI or PMID. Exit code 1 if the citation could not be fetched; the file is written nevertheless."""
    from calcinosis_kb.editing.citation import fetch_doi, fetch_pmid, read_doi, read_pmid
    from calcinosis_kb.editing.new import NewFile
    from calcinosis_kb.knowledge.models import Citation

    if doi is None and pmid is None:
        fix = "write --doi 10.1530/boneabs.4.P104, --pmid 22221908, or both"
        raise InputError((Problem("CKB076", "a study is found by its DOI or PMID", fix=fix),))
    citation = Citation(doi=read_doi(doi) if doi else None, pmid=read_pmid(pmid) if pmid else None)
    workshop = NewFile.open(checkout(), into)
    workshop.refuse_known(citation)  # before waiting for the network
    failed = False
    if fetch:
        try:
            found = fetch_doi(citation.doi) if citation.doi else fetch_pmid(citation.pmid or "")
            # What was typed goes before what was found.
            citation = found.model_copy(update=citation.model_dump(exclude_none=True))
        except InputError as error:
            failed = True
            print(error, file=sys.stderr)
    _done(workshop.study(citation, id_), into)
    if failed:
        raise typer.Exit(1)


@new.command()
def therapy(id_: Annotated[str, typer.Argument(metavar="ID", help="Its id.")], into: IntoOption = None) -> None:
    """Write a therapy or family of therapies."""
    from calcinosis_kb.editing.new import NewFile

    _done(NewFile.open(checkout(), into).therapy(id_), into)


@new.command()
def rule(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Its id.")],
    therapy: Annotated[
        str | None,
        typer.Option("--therapy", help="The therapy that it is for.", autocompletion=completion.therapies),
    ] = None,
    into: IntoOption = None,
) -> None:
    """Add a rule at the end of rules/safety/THERAPY.yaml, or of rules/fit.yaml."""
    from calcinosis_kb.editing.new import NewFile

    _done(NewFile.open(checkout(), into).rule(id_, therapy), into)


@new.command()
def case(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Its id, which is the name of its file.")],
    published: Annotated[
        bool, typer.Option("--published", help="A published patient instead of a golden case.")
    ] = False,
    into: IntoOption = None,
) -> None:
    """Write a golden case, a patient and the expected answer (tests/cases/), or a published one (knowledge/cases/)."""
    from calcinosis_kb.editing.new import NewFile

    _done(NewFile.open(checkout(), into).case(id_, published=published), into)


@new.command()
def patient(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write, by default patient.yaml; - prints it instead.")
    ] = Path("patient.yaml"),
    overlay: OverlayOption = None,
) -> None:
    """Write an empty patient file: every key with its meaning, its words and an example."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.documents.writing import write_file
    from calcinosis_kb.editing.patient_template import patient_text

    text = patient_text(load(overlay=overlay).names)
    if str(file) == "-":
        print(text, end="")
        return
    if file.exists():
        fix = "choose another name; nothing was overwritten"
        raise InputError((Problem("CKB074", f"there is a file {file} already", fix=fix),))
    write_file(file, text.encode())
    print(file, flush=True)
    print(f"Next: replace null by what is known, then 'calcinosis-kb suggest {file}'.", file=sys.stderr)


def _done(path: Path, into: Path | None) -> None:
    """Print the path as data, and the next steps (for the checkout, another checkout or an overlay) as a message."""
    folder = shlex.quote(str(into))
    if into is None:
        check, then = "check", "'calcinosis-kb diff HEAD' to see which answers change."
    elif Checkout.around(into) == Checkout(into.resolve()):
        check, then = f"-C {folder} check", f"'calcinosis-kb -C {folder} diff HEAD' to see which answers change."
    else:
        check, then = (
            f"check --overlay {folder}",
            f"'calcinosis-kb suggest FILE --overlay {folder}' to see an answer with it.",
        )
    print(path_here(path), flush=True)
    print(
        "It is a draft, which no answer reads.\n"
        f"Next: fill in the empty keys, 'calcinosis-kb {check}' until nothing is missing, remove 'draft: true' and the comments,\n"
        + ("'calcinosis-kb schema' for the editor's lists, " if into is None else "")
        + then,
        file=sys.stderr,
    )
