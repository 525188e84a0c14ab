"""Compare the documentation with the program and the data."""

from __future__ import annotations

import itertools
import re
from typing import Any, get_args

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.ranking import RankKey
from calcinosis_kb.advice.screen import STANDING_MARKS
from calcinosis_kb.advice.verdicts import VERDICTS
from calcinosis_kb.editing.kinds import KINDS
from calcinosis_kb.evaluation.published import read_published
from calcinosis_kb.evaluation.scoring import evaluate
from calcinosis_kb.graph.paths import MAX_EDGES
from calcinosis_kb.graph.walk import CAUSAL
from calcinosis_kb.knowledge.grading import FEW
from calcinosis_kb.knowledge.mechanism_paths import Polarity
from calcinosis_kb.knowledge.models import Domain, ReportedPatient, Result
from calcinosis_kb.rules.models import EFFECTS
from evaluation_figures import with_figures
from strategies import ROOT

DOCS = ROOT / "docs"


def test_the_figures_of_the_evaluation_are_those_that_it_gives(kb: KnowledgeBase) -> None:
    """``docs/studies/evaluation_figures.py`` writes them anew."""
    page = (DOCS / "evaluation.md").read_text(encoding="utf-8")
    evaluation = evaluate(kb, read_published(ROOT / "knowledge" / "cases", kb.reader))
    assert with_figures(page, evaluation) == page


def test_the_studies_that_are_told_of_exist(kb: KnowledgeBase) -> None:
    page = (DOCS / "literature.md").read_text(encoding="utf-8")
    named = {word for word in re.findall(r"`([a-z0-9-]+)`", page) if word != "confidence"}
    assert len(named) > 30
    assert named <= {*kb.knowledge.studies, *kb.knowledge.guidelines, *kb.knowledge.references}


def test_links_between_pages_lead_somewhere() -> None:
    for path in [*DOCS.glob("*.md"), *ROOT.glob("*.md")]:
        for link in re.findall(r"\]\(((?!https?:)[^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_the_gate_runs_the_commands_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^python3 -m venv .*$", readme, re.MULTILINE)
    assert [command.split()[-1] for command in commands] == ["knowledge/cases/nunes-2019-1.yaml", "pytest"]
    assert set(commands) <= set((ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines())


def rows(page: str, first: str) -> list[list[str]]:
    """The rows of a page's table whose first column has this heading, without their code marks."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip().startswith(f"| {first} |"))
    table = itertools.takewhile(lambda line: line.strip().startswith("|"), lines[start + 2 :])
    return [[cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")] for line in table]


def test_the_levels_are_those_of_the_designs(kb: KnowledgeBase) -> None:
    told = {(int(level), design) for level, designs in rows("knowledge.md", "level") for design in designs.split(", ")}
    assert told == {(design.level, design.name.lower()) for design in kb.knowledge.terms.designs.values()}
    assert f"fewer than {FEW} patients are known" in (DOCS / "knowledge.md").read_text(encoding="utf-8")


def test_what_a_study_reports_is_told_field_by_field() -> None:
    of_result, of_patient = (
        {field for row in rows("knowledge.md", f"field of a {kind}") for field in re.split(r", | or ", row[0])}
        for kind in ("result", "patient")
    )
    assert of_result <= set(Result.model_fields)
    assert of_patient == set(ReportedPatient.model_fields) - {"note"}
    domains = next(row[1] for row in rows("knowledge.md", "field of a result") if row[0] == "domains")
    assert all(domain in domains for domain in get_args(Domain))


def test_the_paths_are_followed_as_the_page_says() -> None:
    page = (DOCS / "mechanisms.md").read_text(encoding="utf-8")
    assert f"at most {MAX_EDGES} edges" in page
    carrying, _, others = dict(rows("mechanisms.md", "key"))["predicate"].partition("; ")
    assert {*carrying.split(", ")} == CAUSAL - {"subclass_of"}
    assert not CAUSAL & set(re.findall(r"\w+", others))
    assert [polarity for polarity, _ in rows("mechanisms.md", "polarity")] == list(get_args(Polarity))


def test_every_effect_is_explained() -> None:
    assert {effect for effect, _ in rows("rules.md", "effect")} == set(EFFECTS)


def test_the_order_is_told_field_by_field() -> None:
    assert tuple(field for field, _ in rows("advice.md", "field")) == RankKey._fields


def test_every_standing_and_verdict_is_explained() -> None:
    assert {standing: shown for standing, shown, _ in rows("answer.md", "standing")} == STANDING_MARKS
    assert tuple(verdict for verdict, _ in rows("answer.md", "verdict")) == VERDICTS


@pytest.mark.parametrize("page", ["README.md", "docs/python.md"])
def test_the_python_of_a_page_runs(page: str) -> None:
    """Each line; what a comment behind an expression says in quotes is its value."""
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    for line in block.splitlines():
        code, _, comment = line.partition("  # ")
        if comment.startswith("'"):
            assert repr(eval(code, names)) == comment
        else:
            exec(code, names)
    assert "advice" in names


def test_every_kind_of_file_is_listed() -> None:
    listed = {}
    for pattern, _, schema in rows("files.md", "file")[:-1]:
        listed[re.sub(r"<\w+>", "*", pattern)] = schema.partition("](schemas/")[2].removesuffix(".schema.json)")
    assert listed == {kind.pattern: kind.name for kind in KINDS}
