"""``new patient``: a file that asks for everything and says nothing yet."""

from __future__ import annotations

import re
from pathlib import Path
from subprocess import CompletedProcess

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.editing.patient_template import patient_text
from calcinosis_kb.patients.file import Lesions, PatientFile, Person, Quantity, Treatment
from calcinosis_kb.patients.models import Patient
from commandline import call


def new(*arguments: str, into: Path) -> CompletedProcess[str]:
    return call("new", "patient", *arguments, folder=into)


def test_a_file_is_written_once(tmp_path: Path) -> None:
    done = new(into=tmp_path)
    assert (done.returncode, done.stdout) == (0, "patient.yaml\n")
    assert "calcinosis-kb suggest patient.yaml" in done.stderr
    written = (tmp_path / "patient.yaml").read_text(encoding="utf-8")
    again = new(into=tmp_path)
    assert (again.returncode, again.stdout) == (2, "")
    assert "CKB074" in again.stderr
    assert new("-", into=tmp_path).stdout == written
    assert new("other.yaml", into=tmp_path).stdout == "other.yaml\n"
    assert "CKB057" in new("none/patient.yaml", into=tmp_path).stderr


def test_nothing_is_known_of_the_patient_yet(kb: KnowledgeBase) -> None:
    patient = kb.reader.document(parse(patient_text(kb.names), "patient.yaml"))
    assert patient == kb.reader.mapping({})
    assert {kb.advise(patient).judgement(option.id).standing for option in kb.knowledge.options} == {"cannot_tell"}


def test_every_key_is_there(kb: KnowledgeBase) -> None:
    text = patient_text(kb.names)
    for model in (PatientFile, Person, Lesions, Treatment, Quantity):
        for name, field in model.model_fields.items():
            if name != "case":
                assert re.search(rf"\b{field.alias or name}\b", text), name
    assert max(map(len, text.splitlines())) <= 130


def test_every_example_is_understood(kb: KnowledgeBase) -> None:
    """The examples in place of null, and the entries that are comments below their key."""
    text = re.sub(r"null +# (?:e\.g\. |.*, e\.g\. )([^\n]+?)(?:, or \[\] .*)?(?=\n)", r"\1", patient_text(kb.names))
    text = text.replace("sex: null", "sex: female").replace("pregnant: null", "pregnant: false").replace(" null", "")
    text = re.sub(r"^#  ", "  ", text, flags=re.MULTILINE)
    patient = kb.reader.document(parse(text, "patient.yaml"))
    assert isinstance(patient, Patient)
    assert patient.unresolved == ()
    assert [trial.therapy for trial in patient.trials] == ["diltiazem", "sodium_thiosulfate_topical", "nifedipine"]
    assert set(patient.labs) == {"calcium", "egfr", "hbsag"}
    for name in (
        "age",
        "sex",
        "pregnant",
        "diseases",
        "pattern",
        "sites",
        "features",
        "largest_mm",
        "medications",
        "conditions",
    ):
        assert getattr(patient, name) not in (None, ()), name
    assert patient.allergies
