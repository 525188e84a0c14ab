"""Nanopublications, read back by rdflib: every claim once, well-formed by the guidelines, JSON-LD and TriG the same."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

import pytest
import rdflib
from rdflib import RDF, Literal, URIRef

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.report.evidence.nanopublications import CLAIMS, PARTS, nanopublications, trig
from calcinosis_kb.report.evidence.origin import Origin, name
from calcinosis_kb.report.evidence.tables import Table
from strategies import ROOT

NP = rdflib.Namespace("http://www.nanopub.org/nschema#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
OURS = rdflib.Namespace("urn:calcinosis-kb:")
PAGE = (ROOT / "docs" / "evidence-exports.md").read_text(encoding="utf-8")
Triples = dict[URIRef, set[tuple[Any, Any, Any]]]

pytestmark = pytest.mark.slow
"""Fifteen thousand quads are parsed twice."""


@pytest.fixture(scope="module")
def document(tables: dict[str, Table], kb: KnowledgeBase) -> dict[str, Any]:
    return nanopublications(tables, kb.knowledge, Origin.of(kb.knowledge))


@pytest.fixture(scope="module")
def quads(document: dict[str, Any]) -> rdflib.Dataset:
    return parsed(trig(document).decode(), "trig")


def parsed(text: str, format_: str) -> rdflib.Dataset:
    return rdflib.Dataset().parse(data=text, format=format_)


@pytest.fixture(scope="module")
def graphs(quads: rdflib.Dataset) -> Triples:
    found: Triples = defaultdict(set)
    for subject, predicate, object_, graph in quads.quads():
        found[URIRef(str(graph))].add((subject, predicate, object_))
    return found


def test_json_ld_and_trig_hold_the_same_quads(document: dict[str, Any], graphs: Triples) -> None:
    other: Triples = defaultdict(set)
    for subject, predicate, object_, graph in parsed(json.dumps(document), "json-ld").quads():
        other[URIRef(str(graph))].add((subject, predicate, object_))
    assert other == graphs


def test_each_is_well_formed(graphs: Triples) -> None:
    """The criteria of the guidelines: one head with four triples and no other; each part is named once and speaks of its subject."""
    heads = [graph for graph in graphs if str(graph).endswith("#Head")]
    assert len(graphs) == 4 * len(heads)
    for head in heads:
        np = URIRef(str(head).removesuffix("#Head"))
        parts = [URIRef(f"{np}#{part}") for part in PARTS[1:]]
        links = (NP.hasAssertion, NP.hasProvenance, NP.hasPublicationInfo)
        assert graphs[head] == {
            (np, RDF.type, NP.Nanopublication),
            *((np, *pair) for pair in zip(links, parts, strict=True)),
        }
        assertion, provenance, pubinfo = parts
        assert graphs[assertion]
        assert {subject for subject, _, _ in graphs[provenance]} == {assertion}
        assert {subject for subject, _, _ in graphs[pubinfo]} == {np}
        assert any(predicate == PROV.wasDerivedFrom for _, predicate, _ in graphs[provenance])
        assert any(predicate == PROV.wasAttributedTo for _, predicate, _ in graphs[pubinfo])


def test_every_claim_is_made_once_with_all_its_values(graphs: Triples, tables: dict[str, Table]) -> None:
    claims = defaultdict(list)
    for graph, triples in graphs.items():
        if str(graph).endswith("#assertion"):
            for subject, predicate, object_ in triples:
                if predicate == RDF.type:
                    claims[str(subject)].append((str(object_), triples))
    for table, kind in CLAIMS.items():
        for row in tables[table].rows:
            ((type_, triples),) = claims.pop(name(table, row["id"]))
            assert type_ == str(OURS[kind])
            for column in tables[table].columns:
                if column.name != "id":
                    stored = {
                        str(o) for s, p, o in triples if p == OURS[column.name] and str(s) == name(table, row["id"])
                    }
                    given = row[column.name] if column.many else (row[column.name],)
                    assert stored == {_written(column.table, value) for value in given if value is not None}, (
                        column.name
                    )
    assert claims == {}


def _written(table: str | None, value: Any) -> str:
    if table:
        return name(table, value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_counts_are_numbers_and_the_licence_is_told(graphs: Triples, kb: KnowledgeBase) -> None:
    numbers = [o for triples in graphs.values() for _, p, o in triples if p == OURS.responders]
    assert all(isinstance(one.toPython(), int) for one in numbers)
    pubinfo = next(triples for graph, triples in graphs.items() if str(graph).endswith("#pubinfo"))
    said = {predicate: object_ for _, predicate, object_ in pubinfo}
    assert said[rdflib.DCTERMS.license] == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert said[OURS.hash] == Literal(kb.knowledge.hash)


def test_a_mixed_series_has_no_disease_and_a_combination_tried_nothing_alone(
    graphs: Triples, tables: dict[str, Table]
) -> None:
    tried = URIRef("https://w3id.org/biolink/vocab/treats_or_applied_or_studied_to_treat")
    hash_ = next(iter(graphs)).split("/")[1]
    for row in tables["results"].rows:
        triples = graphs[URIRef(f"{OURS}nanopub/{hash_}/results/{row['id']}#assertion")]
        assert any(predicate == OURS.disease for _, predicate, _ in triples) == (len(row["populations"]) == 1)
        if row["combined_with"] or row["endpoint"] != "calcinosis":
            assert not any(predicate == tried for _, predicate, _ in triples)


def test_responders_can_be_asked_for_as_the_page_says(quads: rdflib.Dataset) -> None:
    query = re.search(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
    assert query
    quads.default_union = True
    rows = {tuple(str(value) for value in row)[:3] for row in quads.query(query[1])}  # type: ignore[union-attr]
    assert ("Tofacitinib", "15", "20") in rows
    assert not any(row[0] == "Diltiazem" and row[1] == "9" for row in rows), "a mixed series"
