"""Codes of FHIR R5 and of EBMonFHIR that the export uses, each as it was seen with its name on a page.

- variable roles: https://www.hl7.org/fhir/R5/valueset-variable-role.html
- statistics, kinds of estimates, designs (SEVCO) and kinds of synthesis: HL7/fhir, source/evidence/codesystem-statistic-type.xml,
  codesystem-attribute-estimate-type.xml, codesystem-study-design.xml and codesystem-synthesis-type.xml
- kinds and ratings of certainty: https://www.hl7.org/fhir/codesystem-certainty-type.json.html and
  https://hl7.org/fhir/uv/xver-r5.r4/0.1.0/CodeSystem-certainty-rating.html
- what a recommendation is rated by, and its direction: HL7/ebm, input/examples/, of which
  ArtifactAssessment-recommendation-rating-ada-obesity-manageme-example.json and
  CodeSystem-recommendation-justification-code-system-example.json
- strength of a recommendation: https://build.fhir.org/ig/HL7/UTG/CodeSystem-recommendation-strength.json.html
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = [
    "ACTION", "CERTAINTY", "CERTAINTY_OF_RECOMMENDATION", "CONFIDENCE_INTERVAL", "COUNT", "DESCRIPTIVE", "DESIGNS", "DIRECTION",
    "EXPOSURE", "FAVOURS", "OUTCOME", "OVERALL", "POPULATION", "POPULATION_OF_RECOMMENDATION", "PROPORTION", "RATING_SYSTEM",
    "SINGLE_STUDY", "STRENGTH", "STRONG", "SUBPOPULATION", "Code", "concept",
]  # fmt: skip


class Code(NamedTuple):
    """A code with its name in its system."""

    system: str
    code: str
    display: str


_ROLES = "http://terminology.hl7.org/CodeSystem/variable-role"
POPULATION = Code(_ROLES, "population", "population")
SUBPOPULATION = Code(_ROLES, "subpopulation", "subpopulation")
EXPOSURE = Code(_ROLES, "exposure", "exposure")
OUTCOME = Code(_ROLES, "measuredVariable", "measured variable")

_STATISTICS = "http://terminology.hl7.org/CodeSystem/statistic-type"
PROPORTION = Code(_STATISTICS, "C44256", "Proportion")
COUNT = Code(_STATISTICS, "C25463", "Count")
DESCRIPTIVE = Code(_STATISTICS, "descriptive", "Descriptive")
CONFIDENCE_INTERVAL = Code("http://terminology.hl7.org/CodeSystem/attribute-estimate-type", "C53324", "Confidence interval")  # fmt: skip

SINGLE_STUDY = Code("http://terminology.hl7.org/CodeSystem/synthesis-type", "NotApplicable", "not applicable")
"""The evidence is from a single study."""

_DESIGNS = "http://hl7.org/fhir/study-design"
DESIGNS = {
    "rct": Code(_DESIGNS, "SEVCO:01003", "randomized assignment"),
    "prospective_cohort": Code(_DESIGNS, "SEVCO:01002", "Observational research"),
    "retrospective_cohort": Code(_DESIGNS, "SEVCO:01002", "Observational research"),
    "case_control": Code(_DESIGNS, "SEVCO:01013", "Case control design"),
    "case_series": Code(_DESIGNS, "SEVCO:01016", "Uncontrolled cohort design"),
    "case_report": Code(_DESIGNS, "SEVCO:01017", "Case report"),
}
"""The code of a design of ``terms.yaml``. A cohort may have had controls or not, so it is observational research and no more."""

OVERALL = Code("http://hl7.org/fhir/certainty-type", "Overall", "Overall certainty")
_RATINGS = "http://hl7.org/fhir/certainty-rating"
CERTAINTY = {
    "high": Code(_RATINGS, "high", "High quality"),
    "moderate": Code(_RATINGS, "moderate", "Moderate quality"),
    "low": Code(_RATINGS, "low", "Low quality"),
    "very_low": Code(_RATINGS, "very-low", "Very low quality"),
}
"""The rating of a certainty that a guideline states in words of GRADE. A level of evidence is none, and is never turned into one."""

_CONTENTS = "https://fevir.net/resources/CodeSystem/179423"
RATING_SYSTEM = Code(_CONTENTS, "rating-system", "Rating System")
STRENGTH = Code(_CONTENTS, "strength-of-recommendation", "Strength of Recommendation")
DIRECTION = Code(_CONTENTS, "direction-of-recommendation", "Direction of Recommendation")
CERTAINTY_OF_RECOMMENDATION = Code(_CONTENTS, "certainty-of-evidence", "Certainty of Evidence")
_JUSTIFICATIONS = "https://fevir.net/resources/CodeSystem/27834"
POPULATION_OF_RECOMMENDATION = Code(_JUSTIFICATIONS, "RJCS-1015", "Population")
ACTION = Code(_JUSTIFICATIONS, "RJCS-1016", "Action")
FAVOURS = Code(_JUSTIFICATIONS, "RJCS-2021", "Favors intervention")
STRONG = Code("http://terminology.hl7.org/CodeSystem/recommendation-strength", "strong", "Strong")


def concept(code: Code | None, text: str | None = None) -> dict[str, Any]:
    """Return a CodeableConcept of a code, if there is one, and of a text.

    >>> concept(None, "1B"), concept(COUNT)["coding"][0]["code"]
    ({'text': '1B'}, 'C25463')
    """
    return {**({"coding": [code._asdict()]} if code else {}), **({"text": text} if text else {})}
