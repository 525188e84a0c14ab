"""The tables and columns of OMOP that are read, with the types that the specification declares."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["EVENTS", "NOT_READ", "TABLES", "Event"]

TABLES: dict[str, dict[str, str]] = {
    "person": {
        "person_id": "int64",
        "gender_concept_id": "int64",
        "year_of_birth": "int32",
        "month_of_birth": "int32",
        "day_of_birth": "int32",
    },
    "death": {"person_id": "int64", "death_date": "date"},
    "observation_period": {
        "observation_period_id": "int64",
        "person_id": "int64",
        "observation_period_start_date": "date",
        "observation_period_end_date": "date",
    },
    "visit_occurrence": {
        "visit_occurrence_id": "int64",
        "person_id": "int64",
        "visit_start_date": "date",
        "visit_end_date": "date",
    },
    "drug_exposure": {
        "drug_exposure_id": "int64",
        "person_id": "int64",
        "drug_concept_id": "int64",
        "drug_exposure_start_date": "date",
        "drug_exposure_end_date": "date",
        "stop_reason": "string",
        "days_supply": "int32",
        "route_concept_id": "int64",
        "drug_source_value": "string",
        "drug_source_concept_id": "int64",
    },
    "condition_occurrence": {
        "condition_occurrence_id": "int64",
        "person_id": "int64",
        "condition_concept_id": "int64",
        "condition_start_date": "date",
        "condition_end_date": "date",
        "condition_status_concept_id": "int64",
        "condition_source_value": "string",
        "condition_source_concept_id": "int64",
        "visit_occurrence_id": "int64",
    },
    "procedure_occurrence": {
        "procedure_occurrence_id": "int64",
        "person_id": "int64",
        "procedure_concept_id": "int64",
        "procedure_date": "date",
        "procedure_source_value": "string",
        "procedure_source_concept_id": "int64",
    },
    "device_exposure": {
        "device_exposure_id": "int64",
        "person_id": "int64",
        "device_concept_id": "int64",
        "device_exposure_start_date": "date",
        "device_source_value": "string",
        "device_source_concept_id": "int64",
    },
    "observation": {
        "observation_id": "int64",
        "person_id": "int64",
        "observation_concept_id": "int64",
        "observation_date": "date",
        "value_as_number": "float64",
        "value_as_string": "string",
        "value_as_concept_id": "int64",
        "observation_source_value": "string",
        "observation_source_concept_id": "int64",
    },
    "measurement": {
        "measurement_id": "int64",
        "person_id": "int64",
        "measurement_concept_id": "int64",
        "measurement_date": "date",
        "operator_concept_id": "int64",
        "value_as_number": "float64",
        "value_as_concept_id": "int64",
        "unit_concept_id": "int64",
        "range_high": "float64",
        "measurement_source_value": "string",
        "measurement_source_concept_id": "int64",
        "unit_source_value": "string",
        "value_source_value": "string",
    },
    "concept": {
        "concept_id": "int64",
        "concept_name": "string",
        "vocabulary_id": "string",
        "concept_class_id": "string",
        "concept_code": "string",
    },
    "concept_ancestor": {"ancestor_concept_id": "int64", "descendant_concept_id": "int64"},
    "concept_relationship": {
        "concept_id_1": "int64",
        "concept_id_2": "int64",
        "relationship_id": "string",
        "invalid_reason": "string",
    },
    "cdm_source": {"cdm_version": "string", "cdm_release_date": "date"},
}
"""By table: its columns by name. Any table but ``person`` and any column may be missing; it then counts as empty."""


NOT_READ = {
    "visit_detail": "visit_detail_id", "specimen": "specimen_id", "note": "note_id", "episode": "episode_id",
    "payer_plan_period": "payer_plan_period_id", "condition_era": "condition_era_id", "drug_era": "drug_era_id",
    "dose_era": "dose_era_id",
}  # fmt: skip
"""The tables of a person's rows that are not read, with their ids: eras are made of what is read, the rest says nothing here."""

TABLES |= {table: {id_: "int64", "person_id": "int64"} for table, id_ in NOT_READ.items()}


class Event(NamedTuple):
    """The columns of a table of events that say who, what and when."""

    table: str
    id: str
    concept: str
    source_concept: str
    source_value: str
    day: str
    route: str | None = None


EVENTS = {
    name: Event(
        name, f"{stem}_id", f"{kind}_concept_id", f"{kind}_source_concept_id", f"{kind}_source_value", day, route
    )
    for name, stem, kind, day, route in (
        ("drug_exposure", "drug_exposure", "drug", "drug_exposure_start_date", "route_concept_id"),
        ("condition_occurrence", "condition_occurrence", "condition", "condition_start_date", None),
        ("procedure_occurrence", "procedure_occurrence", "procedure", "procedure_date", None),
        ("device_exposure", "device_exposure", "device", "device_exposure_start_date", None),
        ("observation", "observation", "observation", "observation_date", None),
        ("measurement", "measurement", "measurement", "measurement_date", None),
    )
}
"""The tables of events, by name."""
