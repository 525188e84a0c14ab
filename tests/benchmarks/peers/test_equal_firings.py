"""Every engine fires the same rules: all of ours for some patients, and small ones of each shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.peers.measurement import Difference, assert_equal_firings, running, write_rules
from benchmarks.peers.patients import encode, every_patient
from benchmarks.peers.peers import PEERS, Rules
from calcinosis_kb import KnowledgeBase
from calcinosis_kb.rules.compiler import Clause, Compiled
from calcinosis_kb.rules.compiler import Test as Bound
from calcinosis_kb.rules.facts import Fact

pytestmark = pytest.mark.slow

FACTS = [
    Fact.of("option", therapy="warfarin", family="anticoagulant", level=4),
    Fact.of("option", therapy="heparin", family="anticoagulant", level=2),
    Fact.of("option", therapy="laser", level=4),
    Fact.of("trial", therapy="warfarin", family="anticoagulant", outcome="failed"),
    Fact.of("trial", outcome="failed"),
    Fact.of("medication", name="warfarin"),
    Fact.of("condition", name="asthma"),
    Fact.of("lab", name="egfr", value=0),
    Fact.of("lab", name="egfr", finding="low"),
    Fact.of("lab", name="egfr", value=29.5),
    Fact.of("patient", sex="female"),
    Fact.of("unknown", about="patient", name="age"),
]


def clause(kind: str, *tests: Bound, joined: str = "", negated: bool = False) -> Clause:
    return Clause(kind, tests, ((joined, joined.replace("name", "therapy")),) if joined else (), negated)


def is_(attribute: str, value: str | int) -> Bound:
    return Bound(attribute, "=", value)


ANY = Clause("option")
EGFR = is_("name", "egfr")
SHAPES = {
    "nothing at all": (None, ()),
    "a name": (None, (clause("condition", is_("name", "asthma")),)),
    "a name that is not there": (None, (clause("condition", is_("name", "lupus")),)),
    "no such name": (None, (clause("condition", is_("name", "lupus"), negated=True),)),
    "a kind that is not there": (None, (clause("allergy"),)),
    "no such kind": (None, (clause("allergy", negated=True),)),
    "any of a kind": (None, (clause("trial"),)),
    "below, of several results": (None, (clause("lab", EGFR, Bound("value", "<", 30)),)),
    "below, met by zero": (None, (clause("lab", EGFR, Bound("value", "<", 0.5)),)),
    "between": (None, (clause("lab", EGFR, Bound("value", "<=", 29.5), Bound("value", ">=", 29.5)),)),
    "a bound on what is not recorded": (None, (clause("patient", Bound("age", "<", 18)),)),
    "no fact within a bound": (None, (clause("lab", EGFR, Bound("value", ">", 60), negated=True),)),
    "a missing fact": (None, (clause("unknown", is_("about", "patient"), is_("name", "age")),)),
    "several facts": (None, (clause("trial"), clause("condition"), clause("lab", EGFR))),
    "every option": (ANY, ()),
    "options of a level": (Clause("option", (is_("level", 4),)), (clause("condition"),)),
    "options without a fact": (Clause("option", (is_("level", 4),)), (clause("allergy", negated=True),)),
    "one therapy": (Clause("option", (is_("therapy", "laser"),)), (clause("medication"),)),
    "a shared word": (ANY, (clause("trial", is_("outcome", "failed"), joined="family"),)),
    "a shared word and a fact": (ANY, (clause("medication", joined="name"), clause("condition"))),
    "no fact with a shared word": (ANY, (clause("medication", joined="name", negated=True),)),
    "no other option": (
        Clause("option", (is_("therapy", "laser"),)),
        (clause("option", is_("level", 2), joined="therapy", negated=True),),
    ),
    "no better option of the family": (
        Clause("option", (Bound("level", ">", 2),)),
        (clause("option", Bound("level", "<", 4), joined="family", negated=True),),
    ),
}
"""The option's clause and the others of a rule, by what it asks for."""


def test_small_rules_of_each_shape(tmp_path: Path) -> None:
    therapies = tuple(str(fact.get("therapy")) for fact in FACTS if fact.kind == "option")
    rules = Rules(
        tuple(
            Compiled(option, others, name, name, therapies, "note", None) for name, (option, others) in SHAPES.items()
        )
    )
    (tmp_path / "patients").write_bytes(encode(FACTS) + b"\n" + encode(FACTS[:2]) + b"\n")
    write_rules(rules, tmp_path)
    with running(tmp_path, tmp_path / "patients") as engines:
        fired, _ = assert_equal_firings(rules, engines, [0, 1])
        paces = [process.pace([0, 1], budget=0.05) for process in engines.values()]
        peaks = [process.peak() for process in engines.values()]
    held = {list(SHAPES)[number] for number, _ in fired}
    assert set(SHAPES) - held == {
        "a name that is not there",
        "a kind that is not there",
        "a bound on what is not recorded",
    }
    assert all(pace.rate > 0 and pace.processor >= 0 for pace in paces)
    assert min(peaks) > 5  # no process of Python or Node takes less


def test_all_rules_of_some_patients(kb: KnowledgeBase, tmp_path: Path) -> None:
    rules = Rules(kb.advisor.verdict_rules.compiled)
    patients = every_patient(kb)[::60]
    (tmp_path / "patients").write_bytes(b"".join(encode(facts) + b"\n" for facts in patients))
    write_rules(rules, tmp_path)
    with running(tmp_path, tmp_path / "patients") as engines:
        assert len(engines) == len(PEERS)
        fired = assert_equal_firings(rules, engines, range(len(patients)))
    assert min(map(len, fired)) > 100


def test_a_difference_stops_the_run_and_says_what_differs(tmp_path: Path) -> None:
    """One engine is given other rules than it is compared by."""
    rules = Rules((Compiled(None, (clause("condition"),), "any", "any", ("warfarin",), "note", None),))
    others = Rules((Compiled(None, (clause("allergy"),), "any", "any", ("warfarin",), "note", None),))
    (tmp_path / "patients").write_bytes(encode(FACTS) + b"\n")
    write_rules(rules, tmp_path)
    zen = next(peer for peer in PEERS if peer.name == "ZEN")
    zen.rules_in(tmp_path).write_bytes(zen.translate(others))
    with (
        running(tmp_path, tmp_path / "patients") as engines,
        pytest.raises(Difference, match=r"ZEN, patient 0: .*not fire \[\(0"),
    ):
        assert_equal_firings(rules, engines, [0])
