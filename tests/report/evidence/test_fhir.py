"""The evidence as FHIR R5: valid by the models of fhir.resources, complete, and with no figure and no code that was not there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.bundle import Bundle

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.report.evidence.fhir.bundle import evidence_bundle
from calcinosis_kb.report.evidence.fhir.codes import CERTAINTY, DESIGNS
from calcinosis_kb.report.evidence.origin import Origin, name
from calcinosis_kb.report.evidence.tables import Table
from fhir_validity import parts
from strategies import ROOT

Json = dict[str, Any]

PAGE = (ROOT / "docs" / "evidence-exports.md").read_text(encoding="utf-8")
OURS = (
    "http://snomed.info/sct",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://www.whocc.no/atc",
    "http://hl7.org/fhir/sid/icd-10",
)
"""The systems of codes that come from the knowledge."""


@pytest.fixture(scope="module")
def bundle(tables: dict[str, Table], kb: KnowledgeBase) -> Json:
    return evidence_bundle(tables, kb.knowledge, Origin.of(kb.knowledge))


@pytest.fixture(scope="module")
def by_name(bundle: Json) -> dict[str, Json]:
    """The resources by the name of their record."""
    named = {}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        named[resource.get("url") or resource["identifier"][0]["value"]] = resource
    return named


@pytest.mark.slow
def test_the_models_of_r5_read_it_back_with_every_record(bundle: Json, tables: dict[str, Table]) -> None:
    read = Bundle.model_validate(bundle)
    found = Counter(entry.resource.get_resource_type() for entry in read.entry)  # type: ignore[union-attr]
    rows = {table: len(one.rows) for table, one in tables.items()}
    assert found == {
        "Citation": rows["sources"],
        "EvidenceVariable": rows["therapies"] + rows["diseases"],
        "Evidence": rows["results"] + rows["strata"] + rows["pooled"],
        "ArtifactAssessment": rows["recommendations"],
    }


def test_ids_are_unique_and_every_reference_leads_to_an_entry(bundle: Json) -> None:
    held = Counter(entry["fullUrl"] for entry in bundle["entry"])
    assert max(held.values()) == 1
    for entry in bundle["entry"]:
        assert entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}"
    targets = {part["reference"] for part in parts(bundle) if isinstance(part.get("reference"), str)}
    assert len(targets) > 300
    assert targets <= set(held)


def test_every_record_has_its_name_and_its_origin(
    by_name: dict[str, Json], tables: dict[str, Table], kb: KnowledgeBase
) -> None:
    exported = ("sources", "therapies", "diseases", "results", "strata", "pooled", "recommendations")
    assert set(by_name) == {name(table, row["id"]) for table in exported for row in tables[table].rows}
    for resource in by_name.values():
        (tag,) = resource["meta"]["tag"]
        assert (tag["code"], tag["version"]) == (kb.knowledge.hash, kb.knowledge.version)
        assert resource["copyright"].endswith("https://creativecommons.org/licenses/by/4.0/")


def test_figures_are_those_of_the_tables_and_no_zero_is_invented(
    by_name: dict[str, Json], tables: dict[str, Table]
) -> None:
    for table in ("results", "strata", "pooled"):
        for row in tables[table].rows:
            resource = by_name[name(table, row["id"])]
            main = next((one for one in resource.get("statistic", ()) if "sampleSize" in one), None)
            patients = row["n"] if "n" in row else row["assessed"]
            if row["responders"] is None and patients is None:
                assert main is None
                continue
            assert main is not None
            assert main.get("numberAffected") == row["responders"]
            assert main["sampleSize"].get("numberOfParticipants") == patients
            assert main["sampleSize"].get("knownDataCount") == row["assessed"]
            assert main.get("quantity", {}).get("value") == row["share"]
            limits = [
                (one["range"]["low"]["value"], one["range"]["high"]["value"])
                for one in main.get("attributeEstimate", ())
            ]
            assert limits == ([] if row["share"] is None else [(row["low"], row["high"])])
            if table != "pooled":
                stated = [row[course] for course in ("complete", "partial", "none", "worse") if row[course] is not None]
                assert [one["quantity"]["value"] for one in resource["statistic"] if "category" in one] == stated


def test_what_is_not_stated_is_said(by_name: dict[str, Json], tables: dict[str, Table]) -> None:
    unsaid = [row for row in tables["results"].rows if row["not_stated"]]
    assert len(unsaid) > 20
    for row in unsaid:
        notes = " ".join(note["text"] for note in by_name[name("results", row["id"])]["note"])
        assert f"The outcome of {row['not_stated']} of {row['n']} patients is not counted" in notes
    silent = next(row for row in tables["results"].rows if row["direction"] is None)
    assert by_name[name("results", silent["id"])]["assertion"] == "Direction: not stated"


def test_lesions_are_not_counted_as_patients(by_name: dict[str, Json], tables: dict[str, Table]) -> None:
    counted = [row for row in tables["results"].rows if row["counted"] and row["partial"] is not None]
    assert counted
    for row in counted:
        statistics = by_name[name("results", row["id"])]["statistic"]
        assert not any("numberAffected" in one for one in statistics)
        assert {one["quantity"]["unit"] for one in statistics if "category" in one} == {row["counted"]}


def test_citations_have_the_identifiers_that_are_held(by_name: dict[str, Json], tables: dict[str, Table]) -> None:
    for row in tables["sources"].rows:
        artifact = by_name[name("sources", row["id"])].get("citedArtifact", {})
        held = sorted(row[key] for key in ("doi", "pmid", "pmcid") if row[key])
        assert sorted(one["value"] for one in artifact.get("identifier", ())) == held


def _codings(value: Any) -> Iterator[Json]:
    for part in parts(value):
        yield from part.get("coding", ())


def test_every_code_is_explained_on_the_page(bundle: Json) -> None:
    """A code of FHIR or EBMonFHIR that nobody saw on a page would not be there."""
    used = {(one["system"], one["code"], one["display"]) for one in _codings(bundle) if one["system"] not in OURS}
    told = set(re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| ([^|]+) \|", PAGE, re.MULTILINE))
    known = {(code.system, code.code, code.display) for code in (*DESIGNS.values(), *CERTAINTY.values())}
    assert {(s, c, d) for s, c, d in used if s != "urn:calcinosis-kb:ocebm-2011"} <= told
    assert known <= told


def test_a_level_is_never_a_rating_of_certainty(by_name: dict[str, Json], tables: dict[str, Table]) -> None:
    ratings = {code.system for code in CERTAINTY.values()}
    for table in ("results", "strata", "pooled"):
        for row in tables[table].rows:
            levels = by_name[name(table, row["id"])]["certainty"]
            level = (
                row["level"]
                if "level" in row
                else next(one["level"] for one in tables["results"].rows if one["id"] == row["result"])
            )
            assert levels[0]["rating"]["coding"][0]["code"] == str(level)
            assert not any(one["system"] in ratings for level in levels for one in level["rating"].get("coding", ()))
    published = next(row for row in tables["results"].rows if row["graded_level"])
    level = by_name[name("results", published["id"])]["certainty"][1]
    assert level["rating"] == {"text": published["graded_level"]}
    assert published["graded_scheme"] in level["description"]


def test_a_grade_is_coded_only_where_the_source_says_what_it_means(
    by_name: dict[str, Json], tables: dict[str, Table]
) -> None:
    seen: Counter[tuple[str | None, str | None]] = Counter()
    for row in tables["recommendations"].rows:
        contents = {
            one["type"]["coding"][0]["code"]: one["classifier"][0]
            for one in by_name[name("recommendations", row["id"])]["content"]
            if "type" in one
        }
        strength = contents.get("strength-of-recommendation")
        assert (strength is None) == (row["grade"] is None)
        if strength:
            assert row["grade"] in strength["text"]
            assert ("coding" in strength) == (row["strength"] == "strong")
        assert ("certainty-of-evidence" in contents) == (row["certainty"] is not None)
        seen[row["strength"], row["certainty"]] += 1
    assert seen["strong", "moderate"] == 2
    assert seen["conditional", "low"] == 4
