"""Patient files written as FHIR R4: what a record system would hold of such a patient (docs/projection.md tells what it cannot hold)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.terms import Disease
from calcinosis_kb.patients.models import Trial
from projection import UNNAMED, clinical_status, daily_dose, days_of, diseases_of, is_procedure, labs_of, months_old

__all__ = ["LOINC", "RECORDED", "TODAY", "FhirPatient", "Json"]

TODAY = date(2026, 6, 1)
"""The day on which these records are read."""

RECORDED = "2026-05-20"
"""The day on which what is the case was written down."""

BEGUN = date(2020, 1, 15)
"""The day on which every course that is over began."""

Json = dict[str, Any]
Said = Literal["code", "text", "both"]
"""Whether a record says what something is by its code where there is one, in words, or both."""

SNOMED, ICD10, LOINC = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10", "http://loinc.org"
RXNORM, UCUM = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://unitsofmeasure.org"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_CALCINOSIS = {"coding": [{"system": ICD10, "code": "L94.2"}]}
_NO_DRUG_ALLERGY = {"coding": [{"system": SNOMED, "code": "409137002"}], "text": "No known drug allergy"}
_ENDED = {"ineffective": "58848006", "worse": "58848006", "not_tolerated": "281647001"}


class FhirPatient:
    """The resources of one patient. ``said`` is how concepts are written."""

    def __init__(self, kb: KnowledgeBase, data: Json, said: Said, id_: str = "p1") -> None:
        self.knowledge = kb.knowledge
        self.patient = kb.reader.mapping(data)
        self.labs = labs_of(kb, data)
        self.said = said
        self.id = id_
        self._of = {"reference": f"Patient/{id_}"}

    def resources(self) -> Iterator[Json]:
        """Everything, the patient first."""
        yield self.person()
        for part in (self.problems, self.allergies, self.orders, self.procedures, self.results):
            yield from part()
        yield self.encounter()

    def person(self) -> Json:
        person: Json = {"resourceType": "Patient", "id": self.id}
        if self.patient.age is not None:
            months = TODAY.year * 12 + TODAY.month - 1 - months_old(self.patient.age)
            person["birthDate"] = f"{months // 12:04}-{months % 12 + 1:02}-01"
        return person | ({"gender": self.patient.sex} if self.patient.sex else {})

    def problems(self) -> Iterator[Json]:
        """Calcinosis, the diseases and the conditions."""
        yield self._problem(_CALCINOSIS)
        for id_ in diseases_of(self.patient):
            yield self._problem(self._term(self.knowledge.terms.diseases[id_]))
        pregnant = ["pregnancy"] if self.patient.pregnant else []
        for id_ in dict.fromkeys([*(self.patient.conditions or ()), *pregnant]):
            what = self._term(self.knowledge.terms.conditions[id_])
            yield self._problem(what, clinical_status(self.knowledge, id_))
        for word in self.patient.unresolved:
            if word.where == "conditions":
                yield self._problem({"text": word.named})

    def allergies(self) -> Iterator[Json]:
        if self.patient.allergies == ():
            yield self._allergy(_NO_DRUG_ALLERGY)
        for drug in self.patient.allergies or ():
            yield self._allergy(self._drug(drug.id))

    def medicines(self) -> Iterator[tuple[Json, Json]]:
        """What each course and each medicine taken now is, and everything else that an order says of it."""
        current = {trial.therapy for trial in self.patient.trials if trial.outcome == "ongoing"}
        for trial in self.patient.trials:
            if trial.given and not is_procedure(self.knowledge, trial):
                yield self._drug(trial.therapy) if trial.therapy else {"text": trial.named}, self._course(trial)
        for drug in self.patient.medications or ():
            if drug.id not in current:
                yield self._drug(drug.id), {"status": "active", "period": {"start": RECORDED}}
        for word in self.patient.unresolved:
            if word.where == "medications":
                yield {"text": word.named}, {"status": "active", "period": {"start": RECORDED}}

    def orders(self) -> Iterator[Json]:
        for what, said in self.medicines():
            period, dosage = said.pop("period"), said.pop("dosage", {})
            if "end" in period:
                dosage = {
                    **dosage,
                    "timing": {"repeat": {**dosage.get("timing", {}).get("repeat", {}), "boundsPeriod": period}},
                }
            how = {"dosageInstruction": [dosage]} if dosage else {}
            order = {
                "resourceType": "MedicationRequest",
                "intent": "order",
                "subject": self._of,
                "authoredOn": period["start"],
            }
            yield {**order, "medicationCodeableConcept": what, **said, **how}

    def procedures(self) -> Iterator[Json]:
        for trial in self.patient.trials:
            if trial.given and is_procedure(self.knowledge, trial):
                done = {"resourceType": "Procedure", "status": "completed", "subject": self._of, "performedDateTime": RECORDED}  # fmt: skip
                yield {**done, "code": self._drug(trial.therapy or ""), **self._reason(trial)}

    def results(self) -> Iterator[Json]:
        for id_, result in self.labs.items():
            code = {"coding": [{"system": LOINC, "code": self.knowledge.terms.labs[id_].loinc[0]}]}
            head = {
                "resourceType": "Observation",
                "status": "final",
                "subject": self._of,
                "effectiveDateTime": RECORDED,
            }
            yield {**head, "code": code, **_value(result)}

    def encounter(self) -> Json:
        """What tells the day on which the record was still written."""
        kind = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
        period = {"start": TODAY.isoformat(), "end": TODAY.isoformat()}
        return {"resourceType": "Encounter", "status": "finished", "class": kind, "subject": self._of, "period": period}

    def _problem(self, what: Json, clinical: str | None = "active") -> Json:
        status = {"clinicalStatus": {"coding": [{"system": _CLINICAL, "code": clinical}]}} if clinical else {}
        return {"resourceType": "Condition", **status, "code": what, "subject": self._of, "recordedDate": RECORDED}

    def _allergy(self, what: Json) -> Json:
        status = {"coding": [{"system": _ALLERGY, "code": "active"}]}
        return {"resourceType": "AllergyIntolerance", "clinicalStatus": status, "code": what, "patient": self._of}

    def _course(self, trial: Trial) -> Json:
        current = trial.outcome == "ongoing"
        period = {"start": RECORDED if current else BEGUN.isoformat()}
        if trial.months and not current:
            period["end"] = (BEGUN + timedelta(days=days_of(trial.months) - 1)).isoformat()
        said: Json = {"status": "active" if current else "stopped", "period": period, **self._reason(trial)}
        if trial.outcome in _ENDED:
            why = {"coding": [{"system": SNOMED, "code": _ENDED[trial.outcome]}]}
            said["statusReason"] = why | (
                {"text": trial.adverse_event or UNNAMED} if trial.outcome == "not_tolerated" else {}
            )
        dose = daily_dose(trial.dose)
        if dose:
            quantity = {"value": dose[0], "unit": "mg", "system": UCUM, "code": "mg"}
            timing = {"repeat": {"frequency": dose[1], "period": 1, "periodUnit": "d"}}
            said["dosage"] = {"timing": timing, "doseAndRate": [{"doseQuantity": quantity}]}
        return said

    def _reason(self, trial: Trial) -> Json:
        diseases = diseases_of(self.patient)
        if trial.purpose == "calcinosis":
            return {"reasonCode": [_CALCINOSIS]}
        if trial.purpose == "underlying_disease" and diseases:
            return {"reasonCode": [self._term(self.knowledge.terms.diseases[diseases[0]])]}
        return {} if trial.purpose == "unclear" else {"reasonCode": [{"text": "Hypertension"}]}

    def _drug(self, id_: str) -> Json:
        """A therapy or medicine. A code of RxNorm is that of a substance, so what acts where it is applied is said in words."""
        therapy = self.knowledge.therapies.get(id_)
        known = therapy or self.knowledge.terms.medications.get(id_)
        if known is None:  # a drug without an entry of its own
            return {"text": id_}
        codes = [] if therapy and therapy.reach == "local" and therapy.kind == "drug" else [*known.codes.rxnorm[:1]]
        systems = [(RXNORM, code) for code in codes] or [(SNOMED, code) for code in known.codes.snomed[:1]]
        return self._said(known.name, systems)

    def _term(self, known: Disease) -> Json:
        return self._said(known.name, [(SNOMED, code) for code in known.snomed[:1]])

    def _said(self, name: str, codes: list[tuple[str, str]]) -> Json:
        coding = [{"system": system, "code": code} for system, code in codes]
        if not coding or self.said == "text":
            return {"text": name}
        return {"coding": coding} if self.said == "code" else {"coding": coding, "text": name}


def _value(result: Any) -> Json:
    if isinstance(result, str):
        return {"valueString": result}
    given = result if isinstance(result, dict) else {"value": result}
    quantity = {"value": given.get("value"), **({"unit": given["unit"]} if given.get("unit") else {})}
    high = given.get("upper_limit")
    bounds = {"referenceRange": [{"high": {**quantity, "value": high}}]} if high else {}
    return {"valueQuantity": quantity, **bounds}
