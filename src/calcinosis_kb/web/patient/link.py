"""The sheet of a case link: what it holds in words, what it leaves out, and the link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calcinosis_kb.advice.head import Head, head
from calcinosis_kb.intake.case_link import banded, coded_case, link_end
from calcinosis_kb.intake.form import as_field
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.web.patient.state import Fields, patient_state
from calcinosis_kb.web.service import Service

__all__ = ["link_page"]


@dataclass(frozen=True)
class CaseLink:
    """A case that is ready to be given away; ``head`` is None where nothing is recorded."""

    as_field: str
    head: Head | None = None
    banded: bool = True
    band: tuple[int, int, int] | None = None
    left_out: tuple[str, ...] = ()
    address: str = ""


def link_page(service: Service, fields: Fields) -> str:
    """Return the sheet of the link for the patient of a form."""
    state = patient_state(service, fields)
    own = as_field(state.data)
    case = CaseLink(own)
    if state.advice is not None:
        patient, sent = state.advice.patient, [value for name, value in fields if name == "banded"]
        in_band = not sent or "yes" in sent
        coded = coded_case(patient, exact_age=not in_band)
        case = CaseLink(
            own,
            head(service.kb.reader.mapping(coded), service.kb.knowledge),
            in_band,
            None if patient.age is None else banded(patient.age),
            tuple(_left_out(patient)),
            f"{service.settings.public_url or service.settings.address}/patient{link_end(coded)}",
        )
    return service.render("patient/link.html", "/patient/link", case=case)


def _left_out(patient: Patient) -> Iterator[str]:
    """What is recorded and goes in no link."""
    for word in patient.unresolved:
        yield f"not understood: {word.named}"
    for open_ in patient.open_words:
        if not open_.understood:
            yield f"with several meanings: {open_.named}"
    for name, found in (
        ("years in which a treatment ended", any(trial.ended for trial in patient.trials)),
        ("what is told of side effects", any(trial.adverse_event for trial in patient.trials)),
        ("treatments that are not in the knowledge base", any(trial.therapy is None for trial in patient.trials)),
        ("how doses were written, beside their amount a day", any(trial.dose for trial in patient.trials)),
    ):
        if found:
            yield name
