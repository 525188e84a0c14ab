"""Many patients judged together get what each gets alone: the same verdicts, order, rules and open facts, for every therapy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.cohort.column import Batch
from calcinosis_kb.cohort.facts import Records
from calcinosis_kb.cohort.item import Item
from calcinosis_kb.cohort.judging import BatchJudge
from calcinosis_kb.cohort.layout import Layout
from calcinosis_kb.cohort.limits import limits
from calcinosis_kb.cohort.people import items_of
from calcinosis_kb.cohort.ranks import ranks
from calcinosis_kb.patients.models import Patient
from patient_cases import CASES, data_of
from strategies import patients

REFERENCE = load(engines=("reference",))
"""One engine, since that both agree is tested elsewhere."""


def known_of(patient: Patient) -> list[Item]:
    """What a source of many tells of a patient, with age and sex."""
    person = [Item("sex", patient.sex)] if patient.sex else []
    age = [] if patient.age is None else [Item("age", "", value=patient.age)]
    return [*dict.fromkeys((*person, *age, *items_of(patient)))]


def signed(known: Sequence[Item], layout: Layout) -> list[int]:
    """The signature of a patient, made without a database."""
    words = [0] * layout.words
    for item in known:
        for field in layout.fields:
            first = field.items[0]
            if item.measured and first[:3] == item[:3] and first.measured:
                limited = layout.limits[
                    {"age": ("patient", "age"), "largest": ("lesion", "largest_mm")}.get(item.kind, item[:2])
                ]
                words[field.word] |= (limited.region(item.value or 0.0) + 1) << field.offset
            elif item in field.items:
                words[field.word] |= (field.items.index(item) + 1) << field.offset
    return words


def corrected(known: Sequence[Item]) -> list[Item]:
    """Results as the database derives them: a corrected calcium is the calcium, and one that is not is provisional."""
    found = []
    for item in known:
        if item[:2] == ("lab", "calcium") and item.measured:
            item = item._replace(detail="provisional")
        elif item[:2] == ("lab", "corrected_calcium"):
            item = item._replace(id="calcium")
        found.append(item)
    return found


def compare(kb: KnowledgeBase, files: Sequence[dict[str, Any]]) -> None:
    read = [kb.reader.mapping(file) for file in files]
    known = [corrected(known_of(patient)) for patient in read]
    compared = limits(kb.knowledge, kb.advisor.verdict_rules.conjunctions, kb.advisor.asked)
    layout = Layout((item for items in known for item in items if not item.measured), compared)
    words = np.array([signed(items, layout) for items in known], np.int64)
    judge = BatchJudge(Records(layout, kb.reader, kb.advisor.asked), kb.advisor)
    judged = judge.judge(Batch([np.ascontiguousarray(word) for word in words.T]))
    places = ranks(judged)
    for row, patient in enumerate(read):
        advice = kb.advise(patient)
        for one, place in zip(judged, places, strict=True):
            alone = advice.judgement(one.therapy.id)
            expected = (
                alone.standing,
                alone.verdict,
                alone.state,
                [reason.rule for reason in alone.reasons],
                sorted({check.fact for check in alone.check_first}),
            )
            assert one.read(row) == expected, (one.therapy.id, files[row])
            assert one.rulings[one.ruling[one.place[row]]].key == alone.key, (one.therapy.id, files[row])
            assert int(place[row]) == (alone.rank or 0), (one.therapy.id, files[row])


def test_every_tenth_case_is_judged_as_alone() -> None:
    compare(REFERENCE, [data_of(name) for name in [*CASES][::10]])


@pytest.mark.slow
def test_every_case_is_judged_as_alone() -> None:
    compare(REFERENCE, [data_of(name) for name in CASES])


@pytest.mark.slow
@settings(max_examples=2, phases=[Phase.generate])  # to shrink a list of patients takes minutes
@given(st.lists(patients(REFERENCE), min_size=60, max_size=60))
def test_any_patients_are_judged_as_alone(files: list[dict[str, Any]]) -> None:
    compare(REFERENCE, files)
