"""Properties of answers that hold for any patient."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import random
import subprocess
import sys
import threading
from typing import Any

import psutil
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.patients.models import TOO_LITTLE
from calcinosis_kb.rules.engine import Evaluator
from calcinosis_kb.rules.facts import FactBase
from strategies import ENGINES, ROOT, SEED, examples, patients


def dumped(kb: KnowledgeBase, patient: dict[str, Any]) -> str:
    return json.dumps(kb.advise(patient).to_dict(), ensure_ascii=False)


@examples(2000)
@given(data=st.data())
def test_every_therapy_once_with_a_reason_and_engines_agree(kb: KnowledgeBase, data: st.DataObject) -> None:
    # advise() itself compares durable_rules with the reference and raises where they differ.
    answer = kb.advise(data.draw(patients(kb))).to_dict()
    assert answer["engines"] == ENGINES
    others = (*answer["not_offered"], *answer["unproven"])
    everything = (*answer["options"], *others)
    assert sorted(item["therapy"] for item in everything) == [option.id for option in kb.knowledge.options]
    assert all(item["reasons"] for item in everything)
    # Members of a family share the rank of a decision.
    ranks = [item["rank"] or 0 for item in answer["options"]]
    assert ranks == sorted(ranks) and set(ranks) == set(range(1, len(set(ranks)) + 1))
    listed = {"suggest", "consider", "retry", "continue", "reserve"}
    assert all(item["verdict"] in listed for item in answer["options"])
    assert not any(item["verdict"] in listed for item in others)
    assert all((item["verdict"] == "unproven") is (item in answer["unproven"]) for item in others)


@examples(100)
@given(data=st.data(), seed=st.integers(0, 2**16))
def test_the_order_of_the_facts_changes_nothing(kb: KnowledgeBase, data: st.DataObject, seed: int) -> None:
    patient = kb.reader.mapping(data.draw(patients(kb)))
    facts = list(kb.advisor.situation(patient).facts)
    before = [(f.rule.name, f.therapy, f.facts) for f in kb.advisor.verdict_rules.evaluate(facts)]
    random.Random(seed).shuffle(facts)
    assert [(f.rule.name, f.therapy, f.facts) for f in kb.advisor.verdict_rules.evaluate(facts)] == before


@examples(60)
@given(data=st.data(), seed=st.integers(0, 2**16))
def test_the_order_of_the_lists_changes_no_judgement(kb: KnowledgeBase, data: st.DataObject, seed: int) -> None:
    patient = data.draw(patients(kb))
    shuffled = dict(patient)
    for key in ("conditions", "medications", "allergies", "diseases"):
        if key in patient:
            shuffled[key] = random.Random(seed).sample(patient[key], len(patient[key]))
    one, other = kb.advise(patient), kb.advise(shuffled)
    assert [(j.therapy.id, j.standing, j.verdict, j.rank, j.key) for j in one.judged] == [
        (j.therapy.id, j.standing, j.verdict, j.rank, j.key) for j in other.judged
    ]


@examples(60)
@given(data=st.data())
def test_knowing_less_never_turns_avoid_into_silence(kb: KnowledgeBase, data: st.DataObject) -> None:
    """What a recorded condition or drug forbids is asked about once that section is missing.

    Left out are records that contradict themselves, which the answer says: without one side, the other side is the answer.
    """
    patient = data.draw(patients(kb))
    assume(not kb.reader.mapping(patient).notes)
    section = data.draw(st.sampled_from(["conditions", "medications", "labs"]))
    full = kb.advise(patient)
    less = kb.advise({key: value for key, value in patient.items() if key not in (section, "conditions_complete")})
    for item in full.judged:
        rules = {reason.rule for reason in item.reasons if reason.effect == "avoid"}
        after = less.judgement(item.therapy.id)
        if after.offered:
            asked = {check.rule for check in after.check_first}
            assert rules <= asked | {reason.rule for reason in after.reasons}


@examples(300)
@given(data=st.data())
def test_what_failed_or_is_contraindicated_is_never_offered(kb: KnowledgeBase, data: st.DataObject) -> None:
    """Whatever else the record says: two entries on one drug may disagree."""
    patient = data.draw(patients(kb))
    drugs = [entry["therapy"] for entry in patient.get("history", [])]
    if drugs:
        again = {"therapy": data.draw(st.sampled_from(drugs)), "outcome": "ongoing", "dose": "another"}
        patient = {**patient, "history": [*patient["history"], again]}
    advice = kb.advise(patient)
    offered = {item.therapy.id for item in advice.options}
    for trial in advice.patient.trials:
        judged = trial.purpose in ("calcinosis", "unclear") and trial.adequacy not in TOO_LITTLE
        failed = judged and trial.outcome in ("ineffective", "worse")
        if trial.kind == "therapy" and (failed or trial.outcome in ("not_tolerated", "contraindicated")):
            assert trial.therapy not in offered, trial


def test_the_same_input_gives_the_same_bytes(kb: KnowledgeBase, seed_file: Any) -> None:
    patient = kb.reader.file(str(seed_file))
    first = json.dumps(kb.advise(patient).to_dict())
    assert all(json.dumps(kb.advise(patient).to_dict()) == first for _ in range(5))
    assert json.dumps(load().advise(patient).to_dict()) == first


def test_eight_threads_answer_as_one(kb: KnowledgeBase) -> None:
    patient = kb.reader.file(str(SEED))
    expected = json.dumps(kb.advise(patient).to_dict())
    answers: list[str] = []

    def work() -> None:
        for _ in range(8):
            answers.append(json.dumps(kb.advise(patient).to_dict()))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 64
    assert set(answers) == {expected}


class _Mallinfo(ctypes.Structure):
    _fields_ = tuple((f"field{number}", ctypes.c_size_t) for number in range(10))


def held() -> tuple[int, int]:
    """What the process holds now: objects of Python, and bytes of C code where the C library counts them (glibc from 2.33)."""
    gc.collect()
    count = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if count is None:
        return sys.getallocatedblocks(), 0
    count.restype = _Mallinfo
    info = count()
    return sys.getallocatedblocks(), info.field4 + info.field7  # mapped, and allocated


def test_an_answer_leaves_nothing_in_memory(kb: KnowledgeBase) -> None:
    """The counts are exact, so fifty answers show what a thousand would: one of them holds some 3,000 objects."""
    patient, answers = kb.reader.file(str(SEED)), 50
    for _ in range(answers):
        kb.advise(patient)
    objects, bytes_ = held()
    for _ in range(answers):
        kb.advise(patient)
    more_objects, more_bytes = held()
    assert more_objects - objects < 10 * answers
    assert more_bytes - bytes_ < 100 * answers


@pytest.mark.slow
def test_memory_stays_flat_over_ten_thousand_answers(kb: KnowledgeBase) -> None:
    patient, process = kb.reader.file(str(SEED)), psutil.Process()
    for _ in range(1000):
        kb.advise(patient)
    before = process.memory_info().rss
    for _ in range(10_000):
        kb.advise(patient)
    assert process.memory_info().rss - before < 10 * 1024 * 1024


@pytest.mark.slow
@pytest.mark.parametrize(
    "file", ["test_properties.py", "patients/test_understanding.py", "graph/test_exporters.py", "editing/test_fmt.py"]
)
def test_thoroughly_with_freed_memory_overwritten(file: str) -> None:
    """All examples, while glibc fills freed memory with a pattern: a use after free crashes or gives another answer."""
    command = [sys.executable, "-m", "pytest", "-n", "0", "-m", "hypothesis", "--hypothesis-profile=thorough"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(ROOT / "tests" / file)],
        cwd=ROOT, env={**os.environ, "MALLOC_PERTURB_": "165"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_negation_sees_every_fact(kb: KnowledgeBase) -> None:
    """A fact that a negated clause forbids keeps the rule from firing wherever it stands among the others."""
    rule = "surgery-universal-without-symptoms"
    universal = {"diseases": ["crest"], "calcinosis": {"pattern": "universalis", "features": []}, "history": []}
    painful = {**universal, "calcinosis": {"pattern": "universalis", "features": ["pain"]}}
    for patient, expected in ((universal, True), (painful, False)):
        facts = kb.advisor.situation(kb.reader.mapping(patient)).facts
        evaluator: Evaluator = kb.advisor.verdict_rules
        for back_end in evaluator.back_ends:
            shared = {index for index, _ in back_end.evaluate(FactBase(facts))}
            names = {evaluator.compiled[index].rule for one in shared for index in evaluator.sharing[one]}
            assert (rule in names) is expected
