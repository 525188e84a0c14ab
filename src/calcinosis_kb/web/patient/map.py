"""The map with what a patient's treatments have reached, as ``graph draw --patient`` draws it."""

from __future__ import annotations

from markupsafe import Markup

from calcinosis_kb.map.page import map_page
from calcinosis_kb.web.patient.state import Fields, patient_state
from calcinosis_kb.web.reading.map import scenes_of
from calcinosis_kb.web.service import Service

__all__ = ["patient_map_page"]


def patient_map_page(service: Service, fields: Fields) -> str:
    """Return the map for a patient; where nothing is recorded it is that of everyone."""
    state = patient_state(service, fields)
    page = map_page(service.kb, advice=state.advice, scenes=scenes_of(service.kb))
    return service.render(
        "patient/map.html",
        "/patient/map",
        state=state,
        body=Markup(page.body),
        data=Markup(page.data),
    )
