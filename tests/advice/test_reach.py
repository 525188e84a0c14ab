"""What a patient's treatments have reached in the map."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.reach import STATE_BY_STANDING, STATES, Reached, reach
from calcinosis_kb.rules.models import Standing
from strategies import SEED, examples, patients


def test_every_standing_has_a_state_or_means_not_taken() -> None:
    assert set(get_args(Standing)) == {*STATE_BY_STANDING, "untried", "sibling_tried"}
    assert set(STATE_BY_STANDING.values()) <= set(STATES)


def reached(kb: KnowledgeBase, patient: dict[str, Any]) -> dict[str, Reached]:
    return reach(kb.knowledge, kb.graph, kb.advise(patient))


def test_the_seed_patient_has_failed_five_ways_and_b_cells_are_not_among_them(kb: KnowledgeBase) -> None:
    found = reach(kb.knowledge, kb.graph, kb.advise(kb.reader.file(str(SEED))))
    failed = {
        "moa_calcium_channel_blockade": ("diltiazem",),
        "intracellular_calcium_influx": ("diltiazem",),
        "moa_crystal_growth_inhibition": ("pamidronate", "zoledronic_acid"),
        "hydroxyapatite_deposition": ("pamidronate", "zoledronic_acid"),
        "moa_vitamin_k_antagonism": ("warfarin",),
        "gla": ("warfarin",),
        "moa_microtubule_inhibition": ("colchicine",),
        "nlrp3_inflammasome": ("colchicine",),
        "moa_physical_removal": ("surgical_excision",),
        "hydroxyapatite_deposit": ("surgical_excision",),
    }
    assert {node: (found[node].state, found[node].by) for node in failed} == {
        node: ("failed", by) for node, by in failed.items()
    }
    assert found["b_cell"] == Reached("b_cell", "new", ("rituximab",))
    assert found["moa_cd20_b_cell_depletion"] == Reached("moa_cd20_b_cell_depletion", "new", ("rituximab",))
    assert found["moa_broad_immunosuppression"].state == "tried"
    assert ("tried", ("nifedipine",)) in found["moa_calcium_channel_blockade"].also


@pytest.mark.parametrize(
    ("trial", "state"),
    [
        ({"outcome": "ineffective"}, "failed"),
        ({"outcome": "worse"}, "failed"),
        ({"outcome": "ineffective", "dose": "30 mg/day"}, "tried"),
        ({"outcome": "effective"}, "helped"),
        ({"outcome": "partial"}, "helped"),
        ({"outcome": "recurred"}, "helped"),
        ({"outcome": "ongoing"}, "ongoing"),
        ({"outcome": "not_tolerated"}, "tried"),
        ({"outcome": "unknown"}, "tried"),
        ({"outcome": "ineffective", "for": "underlying_disease"}, "tried"),
        ({"outcome": "contraindicated"}, "untouched"),
    ],
)
def test_what_became_of_a_treatment_is_the_state_of_its_mechanism(
    kb: KnowledgeBase, trial: dict[str, str], state: str
) -> None:
    patient = {"patient": {"age": 50}, "diseases": ["crest"], "history": [{"therapy": "diltiazem", **trial}]}
    assert reached(kb, patient)["moa_calcium_channel_blockade"].state == state


def test_what_failed_stays_failed_though_a_later_course_was_not_tolerated(kb: KnowledgeBase) -> None:
    history = [
        {"therapy": "diltiazem", "outcome": "ineffective", "ended": "2015"},
        {"therapy": "diltiazem", "outcome": "not_tolerated", "ended": "2018"},
    ]
    found = reached(kb, {"diseases": ["crest"], "history": history})
    assert found["moa_calcium_channel_blockade"] == Reached(
        "moa_calcium_channel_blockade", "failed", ("diltiazem",), found["moa_calcium_channel_blockade"].also
    )


def test_a_family_that_failed_is_known_though_its_member_is_not(kb: KnowledgeBase) -> None:
    found = reached(kb, {"diseases": ["crest"], "history": [{"therapy": "bisphosphonate", "outcome": "ineffective"}]})
    assert (found["bisphosphonate"].state, found["bisphosphonate"].by) == ("failed", ("bisphosphonate",))
    assert found["moa_crystal_growth_inhibition"].by == ("bisphosphonate",)
    assert found["pamidronate"].state == "cannot_tell"


def test_unknown_is_not_no(kb: KnowledgeBase) -> None:
    found = reached(kb, {"diseases": ["crest"], "history": [], "history_complete": False})
    assert found["moa_cd20_b_cell_depletion"].state == "cannot_tell"
    taken = reached(kb, {"diseases": ["crest"], "history": [], "medications": ["rituximab"]})
    assert taken["moa_cd20_b_cell_depletion"].state == "tried"


@examples(100)
@given(data=st.data())
def test_a_node_has_the_first_state_of_the_therapies_that_act_on_it(kb: KnowledgeBase, data: st.DataObject) -> None:
    advice = kb.advise(data.draw(patients(kb)))
    found = reach(kb.knowledge, kb.graph, advice)
    for node, at in found.items():
        every = [*([(at.state, at.by)] if at.by else []), *at.also]
        assert [state for state, _ in every] == sorted({state for state, _ in every}, key=STATES.index)
        therapies = [therapy for _, by in every for therapy in by]
        assert len(therapies) == len(set(therapies))
        # Each therapy is listed with its own state, wherever it acts.
        for state, by in every:
            assert list(by) == sorted(by)
            assert all(found[t].state == state for t in by if kb.knowledge.therapies[t].kind != "family")
        if not every:
            assert at.state == "untouched"
        assert node in kb.graph
    for item in advice.judged:
        # What a rule calls failed is failed here, so that answer and map say the same.
        if item.mechanism == "failed":
            states = {found[edge.target].state for edge in kb.knowledge.mechanisms(item.therapy.id)}
            assert "failed" in states
