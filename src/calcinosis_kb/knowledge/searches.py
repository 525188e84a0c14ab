"""Records of searches of the literature: what was asked of which service on which day, and what was decided on each record found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.fields import Count, Day, Id, Model, Text
from calcinosis_kb.documents.fingerprint import yaml_files
from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import CalcinosisError, KnowledgeError, Problem
from calcinosis_kb.knowledge.citations import normal_identifier
from calcinosis_kb.knowledge.ids import TherapyId
from calcinosis_kb.knowledge.models import Citation

__all__ = [
    "SEARCHES", "Decision", "Search", "SearchLog", "SearchRecord", "Service", "covered", "identifiers", "read_searches",
]  # fmt: skip

Service = Literal["pubmed", "europe_pmc", "clinicaltrials"]

Decision = Literal["drafted", "known", "listed", "excluded"]
"""A draft was opened; the base held it; a registered trial, which is listed; not to be drafted, for a reason."""


class Search(Model):
    """One question to one service."""

    day: Day
    """The day of the search."""
    service: Service
    string: Text
    """The string as it was sent."""
    since: Day | None = None
    """Only what the service took in since this day; absent if everything was asked for."""
    hits: Count
    """Records found, as the service counts them."""
    read: Count
    """Records that could be read."""
    incomplete: Text | None = None
    """Why not every record was read; absent if every record was."""


class SearchRecord(Model):
    """One record that a search found, and what was decided on it. To exclude one, change ``decision`` and give the reason."""

    citation: Citation
    """As the service gave it."""
    status: Text | None = None
    """The status of a registered trial, as the register said."""
    trial: Annotated[str, StringConstraints(pattern=r"^NCT[0-9]{8}$")] | None = None
    """The number of a registered trial."""
    services: Annotated[tuple[Service, ...], Field(min_length=1)]
    """The services that found it."""
    found: Day
    """The day on which it was found first."""
    decision: Decision
    source: Id | None = None
    """The draft that was opened, or the study, guideline or reference that the base held."""
    by: Literal["doi", "pmid", "pmcid", "title", "trial"] | None = None
    """How it was recognised as known."""
    near: Id | None = None
    """What the base holds under nearly the same title with another identifier."""
    reason: Text | None = None
    """Why it was excluded."""

    @model_validator(mode="after")
    def _says_why(self) -> SearchRecord:
        if self.decision in ("drafted", "known") and self.source is None:
            raise ValueError(f"'{self.decision}' needs 'source', the id of the record of the base")
        if self.decision == "excluded" and self.reason is None:
            raise ValueError("'excluded' needs 'reason'")
        return self

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        """The identifiers in their normal form, each with its kind."""
        return frozenset(identifiers(self.citation, self.trial))


class SearchLog(Model):
    """Every search for one therapy and every record that these found, each once."""

    therapy: TherapyId
    searches: tuple[Search, ...] = ()
    records: tuple[SearchRecord, ...] = ()


def identifiers(citation: Citation, trial: str | None = None) -> Iterator[tuple[str, str]]:
    """The identifiers of a publication or trial in their normal form, each with its kind.

    >>> list(identifiers(Citation(doi="10.1000/ABC", pmid="0123")))
    [('doi', '10.1000/abc'), ('pmid', '123')]
    """
    for kind in ("doi", "pmid", "pmcid"):
        if text := getattr(citation, kind):
            yield kind, normal_identifier(kind, text)
    if trial:
        yield "trial", trial.upper()


def covered(searches: Iterable[Search], service: Service, string: str, before: date) -> date | None:
    """Return the day up to which a service was searched completely with a string, before a day; None if it was not.

    A search since a day continues an earlier one only if it leaves no days out.
    """
    end: date | None = None
    for search in sorted(searches, key=lambda search: search.day):
        if (search.service, search.string) != (service, string) or search.incomplete or search.day >= before:
            continue
        if search.since is None or (end is not None and search.since <= end):
            end = search.day
    return end


SEARCHES = FileKind("searches", "knowledge/searches/*.yaml", SearchLog)


def read_searches(knowledge: Path) -> tuple[dict[str, tuple[Document, SearchLog]], list[Problem]]:
    """Read the records of searches of a folder ``knowledge/`` by therapy; return them and what is wrong with the others.

    No answer is made from them, so that they are not read with the rest of the knowledge.
    """
    logs: dict[str, tuple[Document, SearchLog]] = {}
    problems: list[Problem] = []
    for path in yaml_files(knowledge / SEARCHES.folder):
        name = f"knowledge/{SEARCHES.folder}/{path.name}"
        try:
            document = parse(read_text(path, name=name, error=KnowledgeError), name, error=KnowledgeError)
        except CalcinosisError as error:
            problems.extend(error.problems)
            continue
        log, found = validate(document, SearchLog)
        problems.extend(found)
        if log is not None and log.therapy != path.stem:
            fix = f"call the file {log.therapy}.yaml, or write 'therapy: {path.stem}'"
            message = f"the therapy '{log.therapy}' is not the file's name"
            problems.append(Problem("CKB015", message, document.place(("therapy",)), fix=fix))
        elif log is not None:
            logs[log.therapy] = (document, log)
    return logs, problems
