"""What the service offers: one id under three hooks, and the searches whose results it wants with a call."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["HOOKS", "ID", "PREFETCH", "discovery"]

ID: Final = "calcinosis-treatments"
"""One id for all hooks: the advice is the same, so a later answer replaces an earlier one."""

HOOKS: Final = ("order-select", "order-sign", "patient-view")
"""The last is the one that a client shows which takes one hook for each id, as the public sandbox does."""

PREFETCH: Final = {
    "patient": "Patient/{{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "medicationRequests": "MedicationRequest?patient={{context.patientId}}",
    "medicationStatements": "MedicationStatement?patient={{context.patientId}}",
    "procedures": "Procedure?patient={{context.patientId}}",
    "allergies": "AllergyIntolerance?patient={{context.patientId}}",
    "labs": "Observation?patient={{context.patientId}}&category=laboratory&_sort=-date&_count=100",
    "vitals": "Observation?patient={{context.patientId}}&category=vital-signs&_sort=-date&_count=50",
}
"""No search asks for what is active only: stopped and completed treatments are what matters most."""

_DESCRIPTION = (
    "Treatments of calcinosis cutis that are not found in the record of the patient, with what was seen in studies and what to check "
    "first; a warning where an order failed before, is contraindicated or is advised against. Decision support for professionals, "
    "never an order."
)
_REQUIREMENTS = (
    "FHIR R4 by prefetch: patient, conditions, and medicationRequests or medicationStatements are needed. The FHIR server is never "
    "called. Order hooks are answered for MedicationRequest and ServiceRequest."
)


def discovery() -> dict[str, list[dict[str, Any]]]:
    """Return the answer to a discovery request."""
    return {
        "services": [
            {
                "hook": hook,
                "id": ID,
                "title": "Calcinosis cutis: treatment options",
                "description": _DESCRIPTION,
                "prefetch": dict(PREFETCH),
                "usageRequirements": _REQUIREMENTS,
                "version": "2.0.1",
                "hookVersion": "1.0",
            }
            for hook in HOOKS
        ]
    }
