"""``calcinosis-kb watch``: search the literature for what is new on each therapy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import FormatOption, OutputFormat, progress, show
from calcinosis_kb.cli.checkout import checkout
from calcinosis_kb.errors import InputError, KnowledgeError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.editing.watch.services import Services

__all__ = ["watch"]


def watch(
    therapies: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[THERAPY]",
            help="Therapies or families, by default all that are offered.",
            autocompletion=completion.therapies,
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Only what the services took in since this day; by default since the last complete search.",
        ),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help="The day of the search, by default today."),
    ] = None,
    contact: Annotated[
        str,
        typer.Option(
            "--contact",
            metavar="EMAIL",
            envvar="CALCINOSIS_KB_CONTACT",
            help="Your address, sent to the services: they write to whoever asks too much before they shut them out.",
        ),
    ] = "",
    only_list: Annotated[bool, typer.Option("--list", help="Only list what is new; change no file.")] = False,
    format_: FormatOption = OutputFormat.table,
) -> None:
    """Search PubMed, Europe PMC and ClinicalTrials.gov for what is new on therapies, open drafts, and record every search.

    Retractions of what the base cites are looked up as well. An interrupted watch goes on where it was. Exit code 1 if a search is
    incomplete or a source was retracted.
    """
    import os
    import sys

    from calcinosis_kb.base import load
    from calcinosis_kb.documents.drafts import finished
    from calcinosis_kb.editing.new import NewFile
    from calcinosis_kb.editing.watch.notices import find_notices
    from calcinosis_kb.editing.watch.run import Watch
    from calcinosis_kb.editing.watch.services import services
    from calcinosis_kb.knowledge.loader import build_knowledge
    from calcinosis_kb.knowledge.notices import cited_sources
    from calcinosis_kb.knowledge.searches import read_searches
    from calcinosis_kb.report.watch import WatchReport

    here = checkout()
    if here.is_installed and not only_list:
        fix = "stand in a checkout with knowledge/ and rules/, or name it with -C; '--list' changes no file"
        raise InputError((Problem("CKB121", "an installed package takes no drafts", fix=fix),))
    day = on.date() if on else date.today()
    if since and since.date() > day:
        message = f"--since {since.date()} is after {day}, the day of the search"
        raise InputError((Problem("CKB121", message, fix="give a day up to that one, or leave --since out"),))
    kb = load(engines=("reference",), knowledge=here.knowledge, rules=here.rules)
    wanted = _options(kb, therapies or [])
    asked: Services = services(day, os.environ, contact)
    logs, problems = read_searches(here.knowledge)
    if problems:
        raise KnowledgeError(tuple(problems))
    workshop = NewFile.read(here)
    loaded, _ = build_knowledge(finished(workshop.knowledge), (), hash_=kb.knowledge.hash)
    cited = cited_sources(loaded)[0] if loaded else {}
    one = Watch.open(
        kb.knowledge, asked, day, workshop, {id_: log for id_, (_, log) in logs.items()},
        since=since.date() if since else None, only_list=only_list,
    )  # fmt: skip
    try:
        with progress() as bar:
            task = bar.add_task("Searching", total=None)
            watched = one.run(wanted, lambda what: bar.update(task, description=what))
            about = _reporting(kb, wanted) if therapies else None
            sources = {
                key: found for key, found in cited.items() if about is None or any(one.id in about for one in found)
            }
            notices, notes = find_notices(sources, asked, lambda what: bar.update(task, description=what))
    except KeyboardInterrupt:
        print("interrupted: the same command goes on from here", file=sys.stderr)
        raise
    report = WatchReport(kb.knowledge, watched, notices, notes, only_list)
    show(format_, report)
    if report.problems:
        raise typer.Exit(1)


def _options(kb: KnowledgeBase, named: Sequence[str]) -> list[str]:
    """The therapies to search for, by id: those named, the members of a family, or all that have a search string."""
    from calcinosis_kb.intake.rows import resolve

    known = kb.knowledge
    if not named:
        return [option.id for option in known.options if option.search]
    found = (id_ for name in named for id_ in _members(kb, resolve(kb, name)))
    wanted = sorted(set(found))
    silent = [id_ for id_ in wanted if known.therapies[id_].search is None]
    if silent:
        fix = f"add search: '(name OR \"other name\") AND calcinosis' to knowledge/therapies/{silent[0]}.yaml"
        raise InputError((Problem("CKB121", f"no search string is stated for '{silent[0]}'", fix=fix),))
    return wanted


def _members(kb: KnowledgeBase, id_: str) -> tuple[str, ...]:
    return kb.knowledge.members(id_) or (id_,)


def _reporting(kb: KnowledgeBase, therapies: Sequence[str]) -> set[str]:
    """The studies that report on some therapies."""
    return {finding.study.id for id_ in therapies for finding in kb.knowledge.findings(id_)}
