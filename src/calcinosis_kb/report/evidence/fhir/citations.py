"""Sources as Citation: what is known of the publication, and no more."""

from __future__ import annotations

from calcinosis_kb.knowledge.bibliography import READ
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.evidence.fhir.resources import Resources
from calcinosis_kb.report.evidence.tables import Row
from calcinosis_kb.report.fhir.resources import Json

__all__ = ["add_citation"]

_IDENTIFIERS = {
    "doi": "https://doi.org",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov",
    "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/",
}
"""The systems of identifiers as HL7 writes them: HL7/ebm, input/examples/Citation-parachute-use-to-prevent-death-and-major-example.json."""


def add_citation(resources: Resources, row: Row, knowledge: Knowledge) -> None:
    """Add a source: its identifiers, title, first author, journal and year as far as they are known, and how much of it was read."""
    cited = knowledge.cite(row["id"])
    read = READ[row["read"] or row["authority"]]
    artifact = {
        "identifier": [{"system": system, "value": row[key]} for key, system in _IDENTIFIERS.items() if row[key]],
        "title": [{"text": row["title"]}] if row["title"] else [],
        "publicationForm": _published(row),
        "webLocation": [{"url": row["url"]}] if row["url"] else [],
        "contributorship": _author(row["first_author"]),
    }
    body = {
        "title": cited,
        "summary": [{"text": cited}],
        "note": [{"text": f"As a source: {read}."}, *([{"text": row["note"]}] if row["note"] else [])],
        "citedArtifact": {key: value for key, value in artifact.items() if value} or None,
    }
    resources.add("Citation", "sources", row["id"], body, local=row["local"], reads=[cited, read])


def _published(row: Row) -> list[Json]:
    where = row["journal"] or row["publisher"]
    form = {
        **({"publishedIn": {"title": where}} if where else {}),
        **({"publicationDateText": str(row["year"])} if row["year"] else {}),
    }
    return [form] if form else []


def _author(first: str | None) -> Json | None:
    """The first author; the others are not held, so the list is not complete."""
    return {"complete": False, "entry": [{"contributor": {"display": first}, "rankingOrder": 1}]} if first else None
