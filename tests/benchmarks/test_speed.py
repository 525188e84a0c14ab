"""Measure speed as ratios within one run, printed with ``-n 0 -s``. No absolute time is asserted."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.checks.run import check
from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.rules.facts import FactBase
from strategies import ENGINES, ROOT, SEED

pytestmark = pytest.mark.slow

IMPORTS = f"import typer, rich, pydantic, yaml, networkx{', durable_rules_engine' if len(ENGINES) == 2 else ''}"


def median(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def test_a_cold_answer_beside_the_bare_imports() -> None:
    bare = [sys.executable, "-c", IMPORTS]
    cold = [sys.executable, "-m", "calcinosis_kb", "suggest", str(SEED)]
    imports = median(lambda: subprocess.run(bare, check=True, capture_output=True), 7)
    answer = median(lambda: subprocess.run(cold, check=True, capture_output=True), 7)
    print(f"\ncold suggest {answer * 1000:.0f} ms = {answer / imports:.2f} x bare imports {imports * 1000:.0f} ms")
    # Only an answer is worth timing.
    shown = subprocess.run(cold, check=True, capture_output=True, text=True).stdout
    assert "Rituximab" in shown


def test_a_warm_answer_and_the_share_of_each_stage(kb: KnowledgeBase) -> None:
    advisor, patient = kb.advisor, kb.reader.file(str(SEED))
    situation = advisor.situation(patient)
    base = FactBase(situation.facts)
    whole = median(lambda: advisor.advise(patient), 100)
    stages = {
        "standings and facts": median(lambda: advisor.situation(patient), 100),
        **{
            f"verdict rules, {back.name}": median(partial(back.evaluate, base), 100)
            for back in advisor.verdict_rules.back_ends
        },
    }
    print(f"\nwarm answer {whole * 1000:.2f} ms")
    for name, took in stages.items():
        print(f"  {name}: {took * 1000:.2f} ms, {took / whole:.0%}")
    # The rest ranks and explains: it must not come to outweigh the judging (a third of the whole today).
    assert whole < 2.5 * sum(stages.values())


def test_a_check_beside_loading_the_yaml_that_it_reads() -> None:
    """A check also compiles the rules and answers every golden case; loading its files is the least that any reader does."""
    folders = ("knowledge", "rules", "tests/cases")
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.yaml")]
    loading = median(lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts], 3)
    checking = median(lambda: check(Subject.read()), 3)
    print(f"\ncheck {checking * 1000:.0f} ms = {checking / loading:.1f} x loading the YAML, {loading * 1000:.0f} ms")
    assert checking < 8 * loading
