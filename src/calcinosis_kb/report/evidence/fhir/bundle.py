"""All evidence as one Bundle of FHIR R5: sources, therapies and diseases, results, pooled responses and recommendations."""

from __future__ import annotations

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.evidence.fhir.citations import add_citation
from calcinosis_kb.report.evidence.fhir.evidence import add_pooled, add_result, add_stratum, add_variable
from calcinosis_kb.report.evidence.fhir.recommendations import add_recommendation
from calcinosis_kb.report.evidence.fhir.resources import Resources
from calcinosis_kb.report.evidence.origin import Origin
from calcinosis_kb.report.evidence.tables import Table
from calcinosis_kb.report.fhir import concepts
from calcinosis_kb.report.fhir.resources import Json

__all__ = ["evidence_bundle"]


def evidence_bundle(tables: dict[str, Table], knowledge: Knowledge, origin: Origin) -> Json:
    """Return the bundle: a Citation per source, an Evidence per result, stratum and pooled response, an assessment per recommendation."""
    resources = Resources(origin)
    for row in tables["sources"].rows:
        add_citation(resources, row, knowledge)
    for row in tables["diseases"].rows:
        disease = concepts.disease(row["id"], knowledge)
        add_variable(resources, "diseases", row["id"], disease, local=row["local"])
    for row in tables["therapies"].rows:
        treatment = concepts.therapy(knowledge.therapies[row["id"]])
        add_variable(resources, "therapies", row["id"], treatment, local=row["local"])
    results = {row["id"]: row for row in tables["results"].rows}
    for row in results.values():
        add_result(resources, row, knowledge)
    for row in tables["strata"].rows:
        add_stratum(resources, row, results[row["result"]], knowledge)
    for row in tables["pooled"].rows:
        add_pooled(resources, row, results.values(), knowledge)
    for row in tables["recommendations"].rows:
        add_recommendation(resources, row, knowledge)
    return resources.bundle()
