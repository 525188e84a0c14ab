"""Seven records of others, read and compared field by field with what a careful reader took from them by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.patients.record_reading import RecordReading
from calcinosis_kb.patients.sources import open_source

Json = dict[str, Any]
SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Record:
    """A record: where it is, whose, on which day it is read, and where another reading is right too.

    ``optional`` are words of a list that may be left out; ``trials`` are other ways to write down the course of a therapy.
    """

    source: str
    day: str
    patient: str | None = None
    optional: dict[str, set[str]] = field(default_factory=dict)
    trials: tuple[Json, ...] = ()
    doubtful: frozenset[str] = frozenset()
    """Lists that may be told to be incomplete, because one of their words may be doubtful."""


QT = {"qt_prolonging_drug"}
"""What rules read of domperidone, mirtazapine and donepezil, which a reader without that class takes for none of ours."""

RECORDS = {
    "Asa_Hermiston": Record(
        "Asa_Hermiston.json.gz", "2020-06-10",
        optional={"conditions": {"obesity", "Chronic sinusitis"}},  # a term of its own; a word that leaves an infection open
        trials=({"therapy": "methotrexate", "for": "underlying_disease", "outcome": "ongoing"},),
    ),
    "DK_Jens_Villadsen_02": Record("DK_Jens_Villadsen_02.json.gz", "2023-10-16", optional={"medications": {"vaccine", *QT}}),
    "EU_Giorgio_Cangioli_03": Record(
        "EU_Giorgio_Cangioli_03.json.gz", "2018-07-10",
        optional={"medications": {"beta_blocker"}, "conditions": {"renal_impairment_moderate_to_severe", "hypothyroidism"}},
    ),
    "IPS_IG-bundle-01": Record("IPS_IG-bundle-01.json.gz", "2017-12-11"),
    "Max_Dicki": Record(
        "Max_Dicki.json.gz", "2021-02-23",
        trials=tuple({"therapy": id_, "for": "other", "outcome": "ongoing"} for id_ in ("verapamil", "warfarin")),
        optional={"medications": QT},
    ),
    "US_Epic_connectathon_May2024": Record(
        "US_Epic_connectathon_May2024.json.gz", "2024-05-19",
        optional={"conditions": {"active_infection", "icd-10: N18.6"}},  # the code leaves an anaemia open
        trials=({"therapy": "prednisone", "for": "unclear", "outcome": "unknown", "dose": "2.5 mg daily"},),
    ),
    "bulk-a5cb8ce9": Record(
        "bulk", "2023-02-05", "a5cb8ce9-cec6-6b23-0990-cbaf753578a4",
        # Two orders of the record are active, which the reading by hand overlooked: 3dbd331d and 9da50262, of the last two days.
        trials=({"therapy": "alendronate", "for": "other", "outcome": "ongoing"},),
        optional={"medications": {"iron", "alendronate", "simvastatin"}, "conditions": {"Prediabetes"}},
        doubtful=frozenset({"medications"}),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def readings(kb: KnowledgeBase) -> dict[str, RecordReading]:
    return {
        name: open_source(str(SAMPLES / record.source), kb.names).read(record.patient)
        for name, record in RECORDS.items()
    }


def expected(name: str) -> Json:
    found: Json = yaml.safe_load((SAMPLES / "expected" / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("key", ["patient", "diseases", "history", "medications", "conditions", "allergies", "labs"])
@pytest.mark.parametrize("name", RECORDS)
def test_a_field_is_read_as_by_hand(kb: KnowledgeBase, readings: dict[str, RecordReading], name: str, key: str) -> None:
    hand, read = expected(name), readings[name].data
    if key == "history":
        same_trials(kb, hand["history"], read["history"], RECORDS[name].trials)
    elif key == "patient":
        assert {field: read["patient"].get(field) for field in hand["patient"]} == hand["patient"]
    elif key == "diseases":
        assert read.get("diseases", []) == hand.get("diseases", [])
    elif key == "labs":
        assert results(kb, read) == pytest.approx(results(kb, hand), rel=1e-3)
    else:
        same_list(kb, key, hand.get(key), read.get(key), RECORDS[name].optional.get(key, set()))
        if key not in RECORDS[name].doubtful:
            assert read.get(f"{key}_complete", True) == hand.get(f"{key}_complete", True)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_read_as_of_its_own_day(readings: dict[str, RecordReading], name: str) -> None:
    assert str(readings[name].today) == RECORDS[name].day


@pytest.mark.parametrize("name", RECORDS)
def test_no_record_promises_a_whole_history(readings: dict[str, RecordReading], name: str) -> None:
    assert readings[name].data["history_complete"] is False


def same_trials(kb: KnowledgeBase, hand: list[Json], read: list[Json], alternatives: tuple[Json, ...]) -> None:
    left = list(read)
    for trial in (_resolved(kb, one) for one in hand):
        rights = (
            trial,
            *(one for one in (_resolved(kb, one) for one in alternatives) if one["therapy"] == trial["therapy"]),
        )
        found = next((one for one in left if one in rights), None)
        assert found is not None, f"{trial} is not in {read}"
        left.remove(found)
    assert left == []


def _resolved(kb: KnowledgeBase, trial: Json) -> Json:
    return {**trial, "therapy": _drug(kb, trial["therapy"])}


def _drug(kb: KnowledgeBase, word: str) -> str:
    """The id of a drug as it is named: prednisone is a systemic corticosteroid."""
    match = kb.names.drug(word)
    return match.id if match is not None else word


def same_list(kb: KnowledgeBase, key: str, hand: list[str] | None, read: list[str] | None, optional: set[str]) -> None:
    """Hold a list to be the same if each word of it is in the other, or implied there: stage 3 is a chronic kidney disease."""
    assert (hand is None) == (read is None)
    if key != "conditions":
        hand = hand and [_drug(kb, word) for word in hand]
    above = _above(kb, key)
    known = {id_ for word in read or () for id_ in above(word)}
    assert set(hand or ()) - optional <= known
    wanted = {*(hand or ()), *optional}
    implied = {id_ for word in wanted for id_ in above(word)}
    assert [word for word in read or () if word not in implied and wanted.isdisjoint(above(word))] == []


def _above(kb: KnowledgeBase, key: str) -> Callable[[str], tuple[str, ...]]:
    """What a word of a list implies: itself, and every class above it."""
    if key == "conditions":
        return lambda word: kb.knowledge.ancestors("conditions", word)

    def classes(word: str) -> tuple[str, ...]:
        match = kb.names.drug(word)
        return kb.names.classes(match) if match is not None else (word,)

    return classes


def results(kb: KnowledgeBase, data: Json) -> dict[str, float | None]:
    """The results as numbers in the canonical unit of each test; those that follow from others are left out."""
    understood = kb.reader.mapping(data).labs
    return {name: one.value for name, one in understood.items() if name in (data.get("labs") or {})}
