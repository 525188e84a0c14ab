"""Measure speed as ratios within one run, printed with ``-n 0 -s``.

No absolute time is asserted, and no ratio without much room: other programs run beside it. What is asserted is how much work is done.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FunctionType
from typing import cast

import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.advisor import Advisor
from calcinosis_kb.advice.screen import screen
from calcinosis_kb.checks.run import check
from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.documents.fingerprint import yaml_files
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.evaluation.golden import unknown_names
from calcinosis_kb.evaluation.published import read_published
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.rules.engine import Evaluator
from calcinosis_kb.rules.facts import FactBase
from calcinosis_kb.rules.lint import lint
from calcinosis_kb.rules.reference import Reference
from strategies import ROOT, SEED

pytestmark = pytest.mark.slow

FIRST = ["suggest", "--disease", "crest", "--tried", "none"]
FROM_TEXT = {"yaml", "calcinosis_kb.documents.strict_yaml", "calcinosis_kb.loading", "calcinosis_kb.rules.lint"}
"""The modules that read the YAML and check what it says."""


def processor_seconds(command: list[str], environment: dict[str, str]) -> float:
    """Return the user time of a process, which depends less on other programs than wall-clock time."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_utime


def median(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the user time of one process cannot be told here")
def test_a_cold_answer_beside_the_import_of_typer(tmp_path: Path) -> None:
    """The median of interleaved runs: the kernel counts so short a time in ticks, and the least is what fell between two."""
    bare = [sys.executable, "-c", "import typer"]
    cold = [sys.executable, "-m", "calcinosis_kb", *FIRST]
    # Both from compiled modules, as an installed package has them.
    compiled = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run(cold, check=True, capture_output=True, env=compiled)  # and the snapshot is made
    shown = subprocess.run(cold, check=True, capture_output=True, text=True, env=compiled).stdout
    assert "Decision support" in shown, "only an answer is worth timing"
    runs = [(processor_seconds(bare, compiled), processor_seconds(cold, compiled)) for _ in range(15)]
    imports, answer = map(statistics.median, zip(*runs, strict=True))
    print(f"\ncold suggest {answer * 1000:.0f} ms = {answer / imports:.1f} x 'import typer', {imports * 1000:.0f} ms")
    assert answer <= 12 * imports
    report = subprocess.run(
        [sys.executable, "-X", "importtime", *cold[1:]], capture_output=True, text=True, env=compiled
    )
    imported = {line.rpartition("|")[2].strip() for line in report.stderr.splitlines()}
    assert "calcinosis_kb.rules.engine" in imported
    assert imported.isdisjoint(FROM_TEXT), "everything comes from the snapshot"


def patients(kb: KnowledgeBase, asked: str) -> list[Patient]:
    if asked == "again":
        return [kb.reader.file(str(SEED))]
    files = yaml_files(ROOT / "knowledge" / "cases")
    return [case.patient for file in files for case in read_published(file, kb.reader) if case.patient is not None]


@pytest.mark.parametrize("asked", ["again", "anew"])
def test_a_warm_answer_and_the_share_of_each_stage(asked: str, kb: KnowledgeBase) -> None:
    """For one patient asked about again and again, and for the published patients, each of them new."""
    advisor, every = kb.advisor, patients(kb, asked)
    rules = advisor.verdict_rules
    situations = [advisor.situation(patient) for patient in every]
    bases = [FactBase(situation.facts) for situation in situations]
    fired = [rules.evaluate(situation.facts) for situation in situations]
    advices = [advisor.answer(*given) for given in zip(every, situations, fired, strict=True)]

    def each(work: Callable[..., object], *given: Sequence[object]) -> float:
        """Processor milliseconds for one patient."""
        start = time.process_time()
        for _ in range(200 // len(every)):
            for one in zip(*given, strict=True):
                work(*one)
        return (time.process_time() - start) * 1000 / (200 // len(every) * len(every))

    whole = each(advisor.advise, every)
    stages = {
        "facts and standings": each(advisor.situation, every),
        "verdict rules": each(rules.evaluate, [situation.facts for situation in situations]),
        **{f"  of these {back.name}": each(back.evaluate, bases) for back in rules.back_ends},
        "judging and ranking": each(advisor.answer, every, situations, fired),
        "besides, the first screen where it is shown": each(screen, advices),
    }
    print(f"\na warm answer about a patient who is asked about {asked}: {whole:.1f} ms")
    for name, took in stages.items():
        print(f"  {name}: {took:.2f} ms, {took / whole:.0%}")
    # Words are made where they are shown: what judges must not come to outweigh what decides.
    assert stages["judging and ranking"] < stages["facts and standings"] + stages["verdict rules"]


def test_a_check_beside_loading_the_yaml_that_it_reads() -> None:
    """Loading its files is the least that any reader does. A check parses each once, compiles the rules once and asks each case once."""
    folders = ("knowledge", "rules", "tests/cases")
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.yaml")]
    loading = median(lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts], 3)
    checking = median(lambda: check(Subject.read()), 3)
    print(f"\ncheck {checking * 1000:.0f} ms = {checking / loading:.1f} x loading the YAML, {loading * 1000:.0f} ms")
    profile = cProfile.Profile()
    profile.runcall(lambda: check(Subject.read()))
    counted = pstats.Stats(profile).stats  # type: ignore[attr-defined]

    def calls(function: Callable[..., object]) -> int:
        code = cast("FunctionType", function).__code__
        times: int = counted[code.co_filename, code.co_firstlineno, code.co_name][1]
        return times

    cases = len(yaml_files(ROOT / "tests" / "cases"))
    assert calls(parse) == len(texts)
    assert calls(lint) == 1
    assert calls(unknown_names) == calls(Advisor.situation) == cases
    # The standings and the verdicts.
    assert calls(Reference.__init__) == calls(Evaluator.__init__) == 2
    assert calls(Evaluator.evaluate) == calls(Reference.evaluate) == 2 * cases
