"""Patient files written as tables of OMOP CDM 5.4: each patient is a person of one database (docs/projection.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.patients.models import Trial
from calcinosis_kb.patients.omop.tables import TABLES
from fhir_records import BEGUN, RECORDED, TODAY
from omop_records import Rows
from projection import clinical_status, days_of, diseases_of, is_procedure, labs_of, months_old

__all__ = ["as_tables", "write_parquet"]

Json = dict[str, Any]

_LOCAL = 2_000_000_000
"""Above this number every database has concepts of its own."""

_GENDERS = {"female": 8532, "male": 8507}
_CLASSES = {"RxNorm": "Ingredient", "SNOMED": "Clinical Finding", "LOINC": "Lab Test", "ICD10CM": "5-char billing code"}


class _Concepts:
    """The concepts of a database, each once."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Json] = {}

    def id(self, vocabulary: str, code: str, name: str) -> int:
        """The number of a concept, which is added if it is new."""
        row = {
            "concept_id": _LOCAL + len(self.rows) + 1,
            "concept_name": name,
            "vocabulary_id": vocabulary,
            "concept_class_id": _CLASSES[vocabulary],
            "concept_code": code,
        }
        number: int = self.rows.setdefault((vocabulary, code), row)["concept_id"]
        return number


def as_tables(kb: KnowledgeBase, patients: Mapping[int, Json]) -> Rows:
    """The tables of a database with these persons, all of them under observation until the day of reading."""
    concepts = _Concepts()
    tables: Rows = {
        name: []
        for name in (
            "person", "observation_period", "condition_occurrence", "drug_exposure", "procedure_occurrence", "observation", "measurement",
        )
    }  # fmt: skip
    for id_, data in patients.items():
        for table, row in _Writer(kb, concepts, data).rows():
            tables[table].append({"person_id": id_, **row})
        period = {"observation_period_start_date": "2000-01-01", "observation_period_end_date": TODAY.isoformat()}
        tables["observation_period"].append({"person_id": id_, **period})
    return {**tables, "concept": [*concepts.rows.values()]}


def write_parquet(folder: Path, tables: Rows) -> None:
    """Write tables as Parquet, with the declared types except for dates, which many write as text."""
    for table, rows in tables.items():
        numbered = [{f"{table}_id": n, **row} for n, row in enumerate(rows, 1)]
        columns = {
            name: pa.array([row.get(name) for row in numbered], _ARROW[type_]) for name, type_ in TABLES[table].items()
        }
        pq.write_table(pa.table(columns), folder / f"{table}.parquet")


_ARROW = {"int64": pa.int64(), "int32": pa.int32(), "float64": pa.float64(), "string": pa.string(), "date": pa.string()}


class _Writer:
    """The rows of one person."""

    def __init__(self, kb: KnowledgeBase, concepts: _Concepts, data: Json) -> None:
        self.knowledge: Knowledge = kb.knowledge
        self.concepts = concepts
        self.patient = kb.reader.mapping(data)
        self.labs = labs_of(kb, data)

    def rows(self) -> Iterator[tuple[str, Json]]:
        """Every row with its table."""
        yield "person", self._person()
        yield from (("condition_occurrence", row) for row in self._conditions())
        yield from (("drug_exposure", row) for row in self._drugs())
        yield from (("procedure_occurrence", row) for row in self._procedures())
        yield from (("observation", row) for row in self._allergies())
        yield from (("measurement", row) for row in self._results())

    def _person(self) -> Json:
        person: Json = {"gender_concept_id": _GENDERS.get(self.patient.sex or "", 0)}
        if self.patient.age is not None:
            months = TODAY.year * 12 + TODAY.month - 1 - months_old(self.patient.age)
            person |= {"year_of_birth": months // 12, "month_of_birth": months % 12 + 1, "day_of_birth": 1}
        return person

    def _conditions(self) -> Iterator[Json]:
        terms = self.knowledge.terms
        calcinosis = self.concepts.id("ICD10CM", "L94.2", "Calcinosis cutis")
        yield {"condition_source_concept_id": calcinosis, "condition_start_date": RECORDED}
        for id_ in diseases_of(self.patient):
            yield self._condition(terms.diseases[id_].name, terms.diseases[id_].snomed)
        pregnant = ["pregnancy"] if self.patient.pregnant else []
        for id_ in dict.fromkeys([*(self.patient.conditions or ()), *pregnant]):
            row = self._condition(terms.conditions[id_].name, terms.conditions[id_].snomed)
            if clinical_status(self.knowledge, id_) == "resolved":
                row |= {"condition_start_date": BEGUN.isoformat(), "condition_end_date": RECORDED}
            yield row
        for word in self.patient.unresolved:
            if word.where == "conditions":
                yield self._condition(word.named, ())

    def _condition(self, name: str, snomed: tuple[str, ...]) -> Json:
        concept = self.concepts.id("SNOMED", snomed[0], name) if snomed else 0
        return {"condition_concept_id": concept, "condition_source_value": name, "condition_start_date": RECORDED}

    def _drugs(self) -> Iterator[Json]:
        current = {trial.therapy for trial in self.patient.trials if trial.outcome == "ongoing"}
        for trial in self.patient.trials:
            if trial.given and not is_procedure(self.knowledge, trial):
                yield self._drug(trial.therapy or trial.named) | self._course(trial)
        for drug in self.patient.medications or ():
            if drug.id not in current:
                yield self._drug(drug.id) | self._from(date.fromisoformat(RECORDED), 30)
        for word in self.patient.unresolved:
            if word.where == "medications":
                yield self._drug(word.named) | self._from(date.fromisoformat(RECORDED), 30)

    def _course(self, trial: Trial) -> Json:
        if trial.outcome == "ongoing":
            return self._from(date.fromisoformat(RECORDED), 30)
        return self._from(BEGUN, days_of(trial.months) if trial.months else 1)

    def _from(self, start: date, days: int) -> Json:
        end = start + timedelta(days=days - 1)
        return {
            "drug_exposure_start_date": start.isoformat(),
            "drug_exposure_end_date": end.isoformat(),
            "days_supply": days,
        }

    def _drug(self, id_: str) -> Json:
        """A drug by its ingredient, or in the words of the source; what acts where it is applied has no concept of its own."""
        therapy = self.knowledge.therapies.get(id_)
        known = therapy or self.knowledge.terms.medications.get(id_)
        by_route = therapy is not None and therapy.reach == "local"
        if known is None or by_route or not known.codes.rxnorm:
            return {"drug_concept_id": 0, "drug_source_value": known.name if known else id_}
        return {"drug_concept_id": self.concepts.id("RxNorm", known.codes.rxnorm[0], known.name)}

    def _procedures(self) -> Iterator[Json]:
        for trial in self.patient.trials:
            if trial.given and is_procedure(self.knowledge, trial):
                therapy = self.knowledge.therapies[trial.therapy or ""]
                codes = therapy.codes.snomed
                concept = self.concepts.id("SNOMED", codes[0], therapy.name) if codes else 0
                yield {
                    "procedure_concept_id": concept,
                    "procedure_source_value": therapy.name,
                    "procedure_date": RECORDED,
                }

    def _allergies(self) -> Iterator[Json]:
        when = {"observation_date": RECORDED}
        if self.patient.allergies == ():
            none = self.concepts.id("SNOMED", "409137002", "No known history of drug allergy")
            yield {"observation_concept_id": none, **when}
        for drug in self.patient.allergies or ():
            known = self.knowledge.therapies.get(drug.id) or self.knowledge.terms.medications.get(drug.id)
            name = known.name if known else drug.id
            yield {"observation_concept_id": 0, "observation_source_value": f"Allergy to {name}", **when}

    def _results(self) -> Iterator[Json]:
        for id_, result in self.labs.items():
            lab = self.knowledge.terms.labs[id_]
            row: Json = {
                "measurement_concept_id": self.concepts.id("LOINC", lab.loinc[0], lab.name),
                "measurement_date": RECORDED,
            }
            if isinstance(result, str):
                yield row | {"value_source_value": result}
                continue
            given = result if isinstance(result, dict) else {"value": result}
            unit = given.get("unit") or lab.unit
            yield row | {
                "value_as_number": given.get("value"),
                "unit_source_value": unit,
                "range_high": given.get("upper_limit"),
            }
