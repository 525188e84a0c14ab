"""Target: bytes as a patient file, read, and answered by both engines."""

from __future__ import annotations

import json
from typing import Any

from calcinosis_kb.patients.models import Patient
from fuzz.mutation import mutate_json
from fuzz.oracle import base, settled
from fuzz.yaml_text import read_yaml
from patient_cases import CASES
from strategies import SEED

__all__ = ["check_lists", "examine", "mutate", "seeds"]

mutate = mutate_json


def seeds() -> list[bytes]:
    """Every twelfth case as JSON, and a published one as YAML."""
    return [json.dumps(case, default=str).encode() for case in list(CASES.values())[::12]] + [SEED.read_bytes()]


def examine(data: bytes) -> None:
    """Any text is read or refused; no word is lost, and no list with a word that was not understood counts as whole."""
    kb = base()
    document = settled(read_yaml, data)
    patient = settled(kb.reader.document, document) if document else None
    if document is None or patient is None:
        return
    assert len(patient.trials) >= len(document.data.get("history") or ())
    check_lists(patient)
    _check_answer(patient)


def check_lists(patient: Patient) -> None:
    """A list that holds a word that was not understood is not whole."""
    for where in ("history", "medications", "conditions", "allergies"):
        unread = any(word.where == where for word in patient.unresolved)
        assert not (unread and getattr(patient, f"{where}_complete")), where
    assert not any(trial.kind == "unresolved" for trial in patient.trials) or not patient.history_complete


def _check_answer(patient: Patient) -> None:
    """Every therapy is answered once with a reason, and none is untried where the history is open."""
    kb = base()
    advice = kb.advise(patient)
    assert sorted(item.therapy.id for item in advice.judged) == sorted(option.id for option in kb.knowledge.options)
    assert all(item.reasons for item in advice.judged)
    if not patient.history_complete:
        assert not [item.therapy.id for item in advice.judged if item.standing == "untried"]
    told: Any = json.loads(json.dumps(advice.to_dict(), allow_nan=False))
    assert told["patient"] == json.loads(json.dumps(patient.to_dict()))
