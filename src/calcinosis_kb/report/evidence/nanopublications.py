"""Export each claim as a nanopublication: what is claimed, where it comes from, and who publishes it under which licence.

The four graphs and the criteria of a well-formed one are those of https://nanopub.net/guidelines/working_draft/ (read in
Nanopublication/Guidelines, index.html). It asks for a time of publication where there is one; an export holds no time, and is named by the
hash of the knowledge instead.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from calcinosis_kb.graph.exporters.biolink import PREDICATES, PREFIXES
from calcinosis_kb.graph.exporters.json_ld import NAMESPACE
from calcinosis_kb.knowledge.citations import curie
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.evidence.origin import Origin, name
from calcinosis_kb.report.evidence.tables import Column, Row, Table

__all__ = ["CLAIMS", "PARTS", "nanopublications", "trig"]

Json = dict[str, Any]

CLAIMS = {
    "results": "Result",
    "strata": "Stratum",
    "pooled": "PooledResponse",
    "recommendations": "Recommendation",
}
"""The tables of claims, each with the class of its rows."""

PARTS = ("Head", "assertion", "provenance", "pubinfo")
"""The graphs of a nanopublication."""

_TREATS = PREDICATES["treats"].biolink
_PREFIXES = {
    "biolink": PREFIXES["biolink"],
    "calcinosis": NAMESPACE,
    "dcterms": "http://purl.org/dc/terms/",
    "np": "http://www.nanopub.org/nschema#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": PREFIXES["rdfs"],
    "schema": "http://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TYPES = {"integer": "xsd:integer", "number": "xsd:decimal", "boolean": "xsd:boolean", "day": "xsd:date"}


def nanopublications(tables: dict[str, Table], knowledge: Knowledge, origin: Origin) -> Json:
    """Return all claims as one document of JSON-LD 1.1, four named graphs for each."""
    graphs = [
        graph
        for table in CLAIMS
        for row in tables[table].rows
        for graph in _Claim(tables, table, row, knowledge, origin).graphs()
    ]
    return {"@context": _context(tables), "@graph": graphs}


def trig(document: Json) -> bytes:
    """Return the same quads as TriG, written by rdflib, the graphs in the order of the document."""
    from rdflib import Dataset
    from rdflib.plugins.serializers.trig import TrigSerializer

    quads = Dataset()
    quads.parse(data=json.dumps(document), format="json-ld")
    order = {graph["@id"]: place for place, graph in enumerate(document["@graph"])}
    serializer = TrigSerializer(quads)
    serializer.contexts.sort(key=lambda graph: order.get(str(graph.identifier), -1))  # a store keeps them in a set
    stream = io.BytesIO()
    serializer.serialize(stream, encoding="utf-8")
    return stream.getvalue()


def _context(tables: dict[str, Table]) -> Json:
    """The prefixes, and a term for each column of a claim."""
    terms = {column.name: _term(column) for table in CLAIMS for column in tables[table].columns if column.name != "id"}
    return {**_PREFIXES, **dict(sorted(terms.items()))}


def _term(column: Column) -> Json:
    kind = "@id" if column.table else _TYPES.get(column.kind)
    return {"@id": f"calcinosis:{column.name}", **({"@type": kind} if kind else {})}


class _Claim:
    """One row as a nanopublication."""

    def __init__(self, tables: dict[str, Table], table: str, row: Row, knowledge: Knowledge, origin: Origin) -> None:
        self.tables, self.table, self.row, self.knowledge, self.origin = tables, table, row, knowledge, origin
        self.name = f"{origin.urn.replace('evidence', 'nanopub', 1)}/{table}/{row['id']}"

    def graphs(self) -> Iterator[Json]:
        head, assertion, provenance, pubinfo = (f"{self.name}#{part}" for part in PARTS)
        parts = {
            "np:hasAssertion": {"@id": assertion},
            "np:hasProvenance": {"@id": provenance},
            "np:hasPublicationInfo": {"@id": pubinfo},
        }
        yield {"@id": head, "@graph": [{"@id": self.name, "@type": "np:Nanopublication", **parts}]}
        yield {"@id": assertion, "@graph": [self._record(), *self._named()]}
        yield {"@id": provenance, "@graph": [{"@id": assertion, **self._provenance()}]}
        yield {"@id": pubinfo, "@graph": [{"@id": self.name, **self._publication()}]}

    def _record(self) -> Json:
        """The row, with each value that is there."""
        columns = self.tables[self.table].columns
        values = {column.name: _value(column, self.row[column.name]) for column in columns if column.name != "id"}
        type_ = f"calcinosis:{CLAIMS[self.table]}"
        held = {key: value for key, value in values.items() if value not in (None, [])}
        return {"@id": name(self.table, self.row["id"]), "@type": type_, **held}

    def _named(self) -> Iterator[Json]:
        """The therapy and the diseases by name, and what was tried for what as a plain triple."""
        diseases = self._diseases()
        treated = [{"@id": name("diseases", id_)} for id_ in diseases]
        therapy = self.row["therapy"] if "therapy" in self.row else self._result()["therapy"]
        yield {
            "@id": name("therapies", therapy),
            "rdfs:label": self.knowledge.therapies[therapy].name,
            **({_TREATS: treated} if treated and self._tried() else {}),
        }
        for id_ in diseases:
            yield {"@id": name("diseases", id_), "rdfs:label": self.knowledge.terms.diseases[id_].name}

    def _diseases(self) -> tuple[str, ...]:
        row = self.row
        if self.table in ("pooled", "strata"):
            return (row["disease"],) if row["disease"] else ()
        return tuple(row["populations"] if self.table == "results" else row["diseases"])

    def _tried(self) -> bool:
        """Whether the claim is that this therapy alone was given for calcinosis in these diseases."""
        if self.table in ("pooled", "recommendations"):
            return self.table == "pooled"
        result = self._result()
        return result["endpoint"] == "calcinosis" and not result["combined_with"]

    def _result(self) -> Row:
        """The result itself, or that of a stratum."""
        if self.table == "results":
            return self.row
        return next(row for row in self.tables["results"].rows if row["id"] == self.row["result"])

    def _provenance(self) -> Json:
        """What the claim was taken or computed from, and how much of that was read."""
        row, knowledge = self.row, self.knowledge
        if self.table == "pooled":
            added = [
                one["id"]
                for one in self.tables["results"].rows
                if one["therapy"] == row["therapy"] and one["study"] in row["studies"]
            ]
            return {"prov:wasDerivedFrom": [{"@id": name("results", id_)} for id_ in added]}
        source = row["guideline"] if self.table == "recommendations" else self._result()["study"]
        read = row["confidence"] if self.table == "results" else knowledge.read(source)
        return {
            "prov:wasDerivedFrom": {"@id": _publication(source, knowledge)},
            "calcinosis:citation": knowledge.cite(source),
            "calcinosis:read": read,
        }

    def _publication(self) -> Json:
        origin = self.origin
        return {
            "prov:wasAttributedTo": {"@id": "calcinosis:developers"},
            "dcterms:license": {"@id": origin.licence},
            "schema:version": origin.version,
            "calcinosis:hash": origin.hash,
            **({"calcinosis:overlay": origin.overlay} if origin.overlay and self.row["local"] else {}),
            "rdfs:comment": origin.notice,
        }


def _value(column: Column, value: Any) -> Any:
    if column.many:
        return [_value_of(column, item) for item in value]
    return None if value is None else _value_of(column, value)


def _value_of(column: Column, value: Any) -> Any:
    if column.table:
        return name(column.table, value)
    if isinstance(value, float):
        return str(Decimal(str(value)))
    return value.isoformat() if isinstance(value, date) else value


def _publication(source: str, knowledge: Knowledge) -> str:
    """The address of a publication by its PMID, PMCID or DOI, as in the export of the graph; else its name here."""
    publication = knowledge.publication(source)
    known = curie(publication) if publication else None
    if not known:
        return name("sources", source)
    prefix, _, local = known.partition(":")
    return f"{PREFIXES[prefix]}{quote(local, safe='/:;()')}"
