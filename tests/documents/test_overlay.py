"""An overlay adds to and changes the base without touching it; its records are marked, and its mistakes name its files."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from calcinosis_kb import CalcinosisError, InputError, KnowledgeBase, KnowledgeError, load
from calcinosis_kb.advice.reach import reach
from calcinosis_kb.checks.run import check
from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.cli import app
from calcinosis_kb.documents.overlay import read_overlay
from calcinosis_kb.graph import neighbours
from calcinosis_kb.knowledge.loader import read_documents
from calcinosis_kb.report.graph.neighbours import NeighboursReport
from calcinosis_kb.report.graph.polarity import PolarityReport
from calcinosis_kb.report.graph.reach import ReachReport
from calcinosis_kb.report.render import as_markdown
from strategies import ENGINES, ROOT, SEED

pytestmark = pytest.mark.slow
"""Each test reads the whole base anew."""

COMMAND = [sys.executable, "-m", "calcinosis_kb"]
Files = dict[str, Any]
"""The files of an overlay by path: text, or data that is written as YAML."""

PASTE = {
    "id": "ward_paste",
    "name": "Ward paste",
    "kind": "drug",
    "reach": "local",
    "invasiveness": "topical",
    "no_mechanism": "Nobody has looked into it.",
    "search": '"ward paste" AND calcinosis',
    "last_searched": "2026-11-24",
    "adequate_trial": {"text": "Twice a day for three months.", "months": 3, "sources": ["ward-2025"]},
}


def result(therapy: str, n: int, partial: int) -> dict[str, Any]:
    return {
        "therapy": therapy,
        "agent": therapy,
        "populations": ["limited_ssc_crest"],
        "n": n,
        "outcomes": {"partial": partial, "none": n - partial},
        "finding": f"{partial} of {n} had smaller deposits.",
        "direction": "mixed",
        "confidence": "seen_full_text",
    }


def study(id_: str, *results: dict[str, Any], **citation: str) -> dict[str, Any]:
    named = {"title": f"The series of the ward, {id_}", "year": 2025, **citation}
    return {"id": id_, "citation": named, "design": "case_series", "results": list(results), "seen": ["our files"]}


def rule(id_: str, **parts: Any) -> dict[str, Any]:
    forbids = {
        "therapies": ["minocycline"],
        "when": [{"option": {}}],
        "effect": "avoid",
        "because": "We do not give it.",
    }
    return {"id": id_, "title": id_, **forbids, **parts}


DEPARTMENT: Files = {
    "knowledge/therapies/ward_paste.yaml": PASTE,
    "knowledge/studies/ward-2025.yaml": study("ward-2025", result("ward_paste", 5, 3), result("rituximab", 4, 3)),
    "knowledge/references/ward.yaml": {
        "ward-list": {"title": "Decisions of the drug committee", "authority": "reference"}
    },
    "knowledge/terms.yaml": {"medications": {"localumab": {"name": "Localumab"}}},
    "rules/ward.yaml": [
        rule("ward-minocycline", sources=["ward-list"]),
        rule("ward-localumab", therapies=["rituximab"], when=[{"medication": {"name": "localumab"}}], effect="caution"),
        rule(
            "ward-screen",
            therapies=["etidronate"],
            when=[{"lab": {"name": "crp", "value": {"above": 50}}}],
            effect="caution",
        ),
    ],
}
"""What a department would write: a therapy, its own series, a drug that it does not give, one that it adds to the words."""

PATIENT = {
    "diseases": ["crest"],
    "history": [{"therapy": "ward paste", "outcome": "ineffective", "months": 1}],
    "medications": ["localumab"],
}


def write(folder: Path, files: Files) -> Path:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
        file.write_text(text, encoding="utf-8")
    return folder


def base(path: str) -> Any:
    """A file of the base as data, to be changed and laid over it."""
    return yaml.load((ROOT / path).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@pytest.fixture(scope="module", autouse=True)
def _base_read_once() -> Iterator[None]:
    """Most of the time of these tests would go into parsing the same files of the base again."""
    patch = pytest.MonkeyPatch()
    patch.setattr("calcinosis_kb.loading.read_documents", cache(read_documents))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("overlay") / "ward", DEPARTMENT)


@pytest.fixture(scope="module")
def local(department: Path) -> KnowledgeBase:
    return load(overlay=department)


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "COLUMNS": "200"}
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, cwd=cwd, env=env)


def test_both_engines_judge_with_it(local: KnowledgeBase, department: Path) -> None:
    answer = local.advise(PATIENT)
    assert answer.to_dict()["engines"] == load().advise(PATIENT).to_dict()["engines"]
    reference = load(overlay=department, engines=("reference",)).advise(PATIENT)
    assert {**answer.to_dict(), "engines": []} == {**reference.to_dict(), "engines": []}
    assert answer.judgement("ward_paste").standing == "inadequate"
    assert answer.judgement("minocycline").verdict == "avoid"
    assert "localumab" not in {item.named for item in answer.patient.unresolved}


def test_everything_that_comes_from_it_is_marked(local: KnowledgeBase, department: Path) -> None:
    answer = local.advise(PATIENT).to_dict()
    judged: dict[str, Any] = {item["therapy"]: item for item in (*answer["options"], *answer["not_offered"])}
    assert {id_ for id_, item in judged.items() if item.get("local")} == {
        "ward_paste", "rituximab", "minocycline", "etidronate",
    }  # fmt: skip
    for item in judged.values():
        for reason in item.get("details", item["reasons"]):
            of_ward = reason["rule"].startswith("ward-")
            assert reason["at"].startswith(f"{department.as_posix()}/rules/ward.yaml:") == of_ward
            assert not of_ward or reason["local"] is True
    paste, rituximab = judged["ward_paste"], judged["rituximab"]
    assert paste["reasons"][0]["local"] is True
    assert rituximab["evidence"]["local"] is True
    assert rituximab["evidence"]["local_studies"] == ["ward-2025"]
    assert {reason["rule"] for reason in rituximab["reasons"] if reason.get("local")} >= {
        "ward-localumab",
        "evidence-mixed",
    }
    assert judged["minocycline"]["reasons"][1] == "We do not give it. (local)"
    asked = [check for check in judged["etidronate"]["check_first"] if check.get("local")]
    assert [(check["fact"], check["rule"]) for check in asked] == [("crp", "ward-screen")]
    assert [unknown["fact"] for unknown in answer["unknowns"] if unknown.get("local")] == ["crp"]


def test_the_answer_carries_the_hash_of_the_overlay(local: KnowledgeBase, kb: KnowledgeBase, department: Path) -> None:
    with_it, without = local.advise(PATIENT).to_dict(), kb.advise(PATIENT).to_dict()
    assert with_it["knowledge"] == {**without["knowledge"], "overlay": read_overlay(department).hash}
    assert with_it["rules"] == without["rules"]


def test_without_it_an_answer_says_nothing_of_it(local: KnowledgeBase, kb: KnowledgeBase) -> None:
    text = json.dumps(kb.advise(PATIENT).to_dict())
    assert "local_studies" not in text
    assert '"local"' not in text
    assert "(local)" not in text
    assert kb.knowledge.local == {}
    assert local.knowledge.local["references"] == ("ward-list",)


def test_the_base_is_not_touched(local: KnowledgeBase, kb: KnowledgeBase) -> None:
    assert local.rules.hash == kb.rules.hash
    assert local.knowledge.hash == kb.knowledge.hash
    assert set(local.knowledge.therapies) - set(kb.knowledge.therapies) == {"ward_paste"}
    assert kb.knowledge.references.items() <= local.knowledge.references.items()
    assert kb.knowledge.terms.medications.items() <= local.knowledge.terms.medications.items()


def test_readers_see_the_marks_in_every_format(department: Path, tmp_path: Path) -> None:
    patient = tmp_path / "patient.yaml"
    patient.write_text(yaml.safe_dump(PATIENT))
    asked = ("suggest", str(patient), "--overlay", str(department))
    screen = run(*asked).stdout
    assert "ward paste (local)" in screen and f"overlay {read_overlay(department).hash[:8]}" in screen
    table = run(*asked, "--all").stdout
    assert "Ward paste (local)" in table
    assert "7 of 14" not in table
    assert "8 of 14 (33–79 %), a local study included (local)" in " ".join(table.split())
    assert re.search(r"We do not give it. \[\d+\] \(local\)", " ".join(table.split()))
    assert re.search(r"\[\d+\] The series of the ward[^\[]*\(local\)", " ".join(table.split()))
    assert "(local) marks what comes from the overlay" in table
    assert f"overlay {read_overlay(department).hash}" in table
    assert "ward paste (local)" in run(*asked, "-f", "md").stdout
    rows = list(csv.DictReader(io.StringIO(run(*asked, "-f", "csv").stdout)))
    assert {row["local"] for row in rows if row["therapy"] == "ward_paste"} == {"yes"}
    told = run("why", "minocycline", str(patient), "--overlay", str(department), "--rules").stdout
    assert f"(ward-minocycline, {department.as_posix()}/rules/ward.yaml:1; ward-list) (local)" in told


def test_what_is_known_of_a_therapy_is_marked(department: Path) -> None:
    told = run("therapy", "rituximab", "--overlay", str(department)).stdout
    assert "a local study included (local)" in told
    (row,) = [line for line in told.splitlines() if line.startswith("The series of the ward, ward-2025 2025 (local)")]
    assert "3 of 4" in row
    assert re.search(r"ward-2025 2025 \(local\) \[\d+\]: 3 of 4 had smaller deposits. \(local\)", told)
    assert "Ward paste (local) →" in run("graph", "path", "ward_paste", "--overlay", str(department)).stdout
    data = json.loads(run("therapy", "ward_paste", "--overlay", str(department), "-f", "json").stdout)
    assert data["local"] is True
    assert [(row["study"], row["local"]) for row in data["evidence"]] == [("ward-2025", True)]
    listed = json.loads(run("therapies", "--overlay", str(department), "-f", "json").stdout)
    assert [row["therapy"] for row in listed if row.get("local")] == ["rituximab", "ward_paste"]
    covered = json.loads(run("coverage", "--overlay", str(department), "-f", "json").stdout)["therapies"]
    assert {row["therapy"] for row in covered if row.get("local")} == {
        "ward_paste",
        "rituximab",
        "minocycline",
        "etidronate",
    }


def test_questions_to_the_map_are_marked(tmp_path: Path) -> None:
    """A therapy and an edge of an overlay, in every report that names them."""
    edge = {
        "id": "ward-e1",
        "source": "ward_paste",
        "predicate": "causes",
        "target": "moa_cd20_b_cell_depletion",
        "sign": "+",
        "strength": "plausible",
        "context": ["review_or_rationale"],
        "claim": "We think so.",
        "confidence": "seen_full_text",
        "sources": ["ward-2025"],
    }
    paste = {**PASTE, "mechanisms": [edge]}
    paste.pop("no_mechanism")
    folder = write(tmp_path, {**DEPARTMENT, "knowledge/therapies/ward_paste.yaml": paste})
    kb = load(overlay=folder)
    polarities = PolarityReport(kb.knowledge, {id_: kb.paths(id_) for id_ in ("ward_paste", "warfarin")})
    assert [row.get("local", False) for row in polarities.data()] == [True, False]
    assert "Ward paste (local)" in as_markdown(polarities.blocks())
    near = NeighboursReport(kb.knowledge, neighbours(kb.graph, "ward_paste"))
    assert near.data()["outgoing"][0]["local"] is True
    assert as_markdown(near.blocks()).count("(local)") >= 2
    advice = kb.advise(PATIENT)
    reached = ReachReport(kb.knowledge, kb.graph, advice, reach(kb.knowledge, kb.graph, advice))
    assert [row["node"] for row in reached.data()["nodes"] if row.get("local")] == ["ward_paste"]
    assert "Ward paste (local)" in as_markdown(reached.blocks())


def test_stories_and_the_evaluation_say_it_too(department: Path, tmp_path: Path) -> None:
    told = {
        "id": "ours",
        "title": "Ours",
        "about": "What we saw.",
        "sentences": [{"text": "We saw it.", "sources": ["ward-2025"]}],
    }
    folder = write(tmp_path, {**DEPARTMENT, "knowledge/stories/ours.yaml": told})
    assert "Ours (local)" in run("story", "--overlay", str(folder)).stdout
    shown = run("story", "ours", "--overlay", str(folder)).stdout
    assert "Ours (local)" in shown
    assert "2025, The series of the ward, ward-2025 (local)" in shown
    case = str(ROOT / "knowledge" / "cases" / "nunes-2019-1.yaml")
    evaluated = json.loads(run("evaluate", case, "--overlay", str(department), "-f", "json").stdout)
    assert evaluated["overlay"] == read_overlay(department).hash
    assert "on which every figure depends (local)" in run("evaluate", case, "--overlay", str(department)).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("suggest", str(SEED)), ("why", "ward_paste", str(SEED)), ("words", "therapies"), ("therapies",), ("coverage",),
        ("therapy", "ward_paste"), ("graph", "path", "ward_paste"), ("graph", "compare", "ward_paste", "rituximab"),
        ("graph", "polarity"), ("graph", "search", "ward", "paste"), ("graph", "neighbours", "ward_paste"),
        ("graph", "patient", str(SEED)), ("graph", "gaps"), ("graph", "conflicts"), ("graph", "without", "ward_paste"),
        ("graph", "export", "-o", "x.json"), ("graph", "draw", "--focus", "ward_paste"), ("evidence", "forest", "ward_paste"),
        ("evidence", "map"), ("story",), ("new", "patient", "-"), ("demo",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_that_shows_knowledge_takes_it(
    arguments: tuple[str, ...], department: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = CliRunner().invoke(app, [*arguments, "--overlay", str(department)], env={"COLUMNS": "300"})
    assert given.exit_code == 0, given.stderr
    if " ".join(arguments[:2]) not in ("graph gaps", "graph conflicts", "graph patient", "new patient", "story"):
        written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
        assert re.search("ward.paste", (given.stdout + written).lower())
    for path in tmp_path.iterdir():
        path.unlink()
    variable = {"COLUMNS": "300", "CALCINOSIS_KB_OVERLAY": str(department)}
    assert CliRunner().invoke(app, arguments, env=variable).stdout == given.stdout


def test_diff_lays_it_over_both_versions(department: Path) -> None:
    found = CliRunner().invoke(app, ["diff", "HEAD", "HEAD", "--overlay", str(department), "-f", "json"])
    assert found.exit_code == 0, found.stderr
    assert json.loads(found.stdout)["answers"] == []


def test_versions_that_answer_with_their_own_code_take_none(department: Path) -> None:
    """It would be left out of the answers in silence."""
    for arguments, variables in (
        (["--overlay", str(department)], {}),
        ([], {"CALCINOSIS_KB_OVERLAY": str(department)}),
    ):
        refused = CliRunner().invoke(app, ["diff", "HEAD", "--own-code", *arguments], env=variables)
        assert refused.exit_code == 2
        assert "CALCINOSIS_KB_OVERLAY" in refused.stderr


def test_the_overlay_of_the_documentation_holds(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "overlay.md").read_text(encoding="utf-8")
    files = dict(re.findall(r"```yaml\n# ward/(\S+)\n(.*?)```", page, re.S))
    assert len(files) == 5
    folder = write(tmp_path / "ward", files)
    other = load(overlay=folder)
    answer = other.advise({"diseases": ["crest"], "history": [], "medications": ["td7"]})
    assert answer.patient.unresolved == ()
    assert answer.judgement("minocycline").verdict == "avoid"
    assert answer.judgement("ward_paste").evidence.response.treated == 5
    found = [problem for section in check(Subject.read(overlay=read_overlay(folder))) for problem in section.problems]
    assert found == []


def test_a_rule_is_replaced_in_place(tmp_path: Path, kb: KnowledgeBase) -> None:
    old = kb.rules.rule("rituximab-hbsag-positive")
    (found,) = [entry for entry in base("rules/safety/rituximab.yaml") if entry["id"] == old.id]
    other = load(overlay=write(tmp_path, {"rules/here.yaml": [{**found, "effect": "caution"}]}))
    assert [rule.id for rule in other.rules.verdict_rules] == [rule.id for rule in kb.rules.verdict_rules]
    assert other.rules.rule(old.id).effect == "caution" != old.effect
    assert other.rules.rule(old.id).at == f"{tmp_path.as_posix()}/rules/here.yaml:1"
    patient = {"diseases": ["crest"], "labs": {"hbsag": "positive"}, "history": []}
    assert kb.advise(patient).judgement("rituximab").verdict == "avoid"
    reason = next(r for r in other.advise(patient).judgement("rituximab").reasons if r.rule == old.id)
    assert (reason.effect, reason.local) == ("caution", True)
    assert other.advise(patient).judgement("rituximab").verdict == "consider"


def test_a_new_standing_comes_before_those_of_the_base(tmp_path: Path) -> None:
    given = rule("ward-gave-it", therapies=["ceftriaxone"], when=[{"option": {}}], standing="cannot_tell")
    del given["effect"]
    other = load(overlay=write(tmp_path, {"rules/tried.yaml": [given]}))
    judged = other.advise({"history": []}).judgement("ceftriaxone")
    assert (judged.standing, judged.reasons[0].local) == ("cannot_tell", True)
    assert other.advise({"history": []}).judgement("rituximab").standing == "untried"


def test_a_standing_that_leaves_a_gap_is_no_traceback(tmp_path: Path) -> None:
    found = next(entry for entry in base("rules/standing.yaml") if entry["id"] == "standing-untried")
    narrowed = {**found, "therapies": ["rituximab"]}
    other = load(overlay=write(tmp_path, {"rules/tried.yaml": [narrowed]}))
    with pytest.raises(KnowledgeError) as caught:
        other.advise({"history": []})
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.place)) == ("CKB083", f"{tmp_path.as_posix()}/rules/tried.yaml:1:1")


def test_a_therapy_and_a_theme_are_replaced_by_path(tmp_path: Path) -> None:
    therapy = {**base("knowledge/therapies/minocycline.yaml"), "name": "Minocycline of the ward"}
    theme = base("knowledge/pathophysiology/immunity.yaml")
    edge = theme["edges"][0]
    edge["strength"] = "contested" if edge["strength"] != "contested" else "plausible"
    files = {"knowledge/therapies/minocycline.yaml": therapy, "knowledge/pathophysiology/immunity.yaml": theme}
    other = load(overlay=write(tmp_path, files))
    assert other.knowledge.local["edges"] == (edge["id"],), "an edge that is as it was is not local"
    assert other.advise({"history": []}).judgement("minocycline").name == "Minocycline of the ward (local)"
    through = [id_ for id_, found in other._contents.paths.items() for path in found if path.local]
    assert through
    for id_ in {"minocycline", *through}:
        for path in other.paths(id_):
            changed = id_ == "minocycline" or edge["id"] in {step.edge for step in path.steps}
            assert path.local == changed
            assert path.words.endswith(" (local)") == changed


def test_references_are_merged_by_id(tmp_path: Path, kb: KnowledgeBase) -> None:
    id_ = next(iter(base("knowledge/references/labels.yaml")))
    files = {"knowledge/references/labels.yaml": {id_: {"title": "Our label", "authority": "label"}}}
    other = load(overlay=write(tmp_path, files))
    assert set(other.knowledge.references) == set(kb.knowledge.references)
    assert other.knowledge.references[id_].title == "Our label"
    assert other.knowledge.cite(id_) == "Our label (local)"
    elsewhere = load(overlay=write(tmp_path / "b", {"knowledge/references/ours.yaml": files.popitem()[1]}))
    assert elsewhere.knowledge.references[id_].title == "Our label"


@pytest.mark.parametrize("number", [18, 64, 500])
def test_a_department_has_as_many_rules_as_it_wants(number: int, tmp_path: Path) -> None:
    """As many as overflowed the engine once, whose stack holds 64 conditions: a join waits there for every therapy."""
    files: Files = {"rules/ward.yaml": many_rules(number), "rules/standings.yaml": many_standings(number)}
    folder = write(tmp_path, files)
    problems = [
        problem for section in check(Subject.read(overlay=read_overlay(folder))) for problem in section.problems
    ]
    assert [problem for problem in problems if problem.severity == "error"] == []
    kb = load(overlay=folder)
    conditions = [word["when"][1]["condition"]["name"] for word in files["rules/ward.yaml"][:3]]
    advice = kb.advise(
        {"patient": {"age": 63}, "diseases": ["crest"], "medications": ["nifedipine"], "conditions": conditions}
    )
    assert advice.engines == tuple(ENGINES)
    cautions = {
        therapy: {reason.rule for reason in advice.judgement(therapy).reasons if reason.effect == "caution"}
        for therapy in ("nifedipine", "rituximab")
    }
    assert cautions["nifedipine"] >= {"ward-0", "ward-1", "ward-2"}
    assert not any(rule_.startswith("ward-") for rule_ in cautions["rituximab"])


# --- an overlay that breaks something


def dropping_an_edge_target() -> Files:
    theme = base("knowledge/pathophysiology/mineralisation.yaml")
    theme["nodes"] = theme["nodes"][1:]
    return {"knowledge/pathophysiology/mineralisation.yaml": theme}


def a_family_that_is_none() -> Files:
    family = {**base("knowledge/therapies/bisphosphonate.yaml"), "kind": "drug"}
    return {"knowledge/therapies/bisphosphonate.yaml": family}


@cache
def a_study_of_nothing() -> Files:
    """The only studies of a therapy of the base now speak of another."""
    files: Files = {}
    for path in sorted((ROOT / "knowledge" / "studies").glob("*.yaml")):
        data = base(f"knowledge/studies/{path.name}")
        if any(result["therapy"] == "minocycline" for result in data["results"]):
            for one in data["results"]:
                one["therapy"] = "rituximab" if one["therapy"] == "minocycline" else one["therapy"]
            files[f"knowledge/studies/{path.name}"] = data | {"patients": []}
    return files


def many_rules(number: int, **parts: Any) -> list[dict[str, Any]]:
    """Rules that join each therapy to a medicine and read one more fact: a word of the vocabulary or a bound of their own."""
    names = sorted(base("knowledge/terms.yaml")["conditions"])
    facts = [
        {"condition": {"name": names[index]}} if index < len(names) else {"patient": {"age": {"above": index / 10}}}
        for index in range(number)
    ]
    taken = {"medication": {"name": "$therapy"}}
    return [
        rule(f"ward-{index}", **{"therapies": "all", "when": [taken, fact], "effect": "caution", **parts})
        for index, fact in enumerate(facts)
    ]


def many_standings(number: int) -> list[dict[str, Any]]:
    """Of a therapy that was given before another one and came to nothing."""
    therapies = sorted(path.stem for path in (ROOT / "knowledge" / "therapies").glob("*.yaml"))[:number]
    again = {"trial": {"therapy": "$therapy", "outcome": "recurred"}}
    given = {"title": "t", "therapies": "all", "standing": "worked", "because": "b."}
    return [{"id": f"ward-{id_}", "when": [again, {"trial": {"therapy": id_}}], **given} for id_ in therapies]


def an_edge_of_the_base() -> dict[str, Any]:
    theme = base("knowledge/pathophysiology/immunity.yaml")
    return {"theme": "ward", "name": "Ward", "part": theme["part"], "nodes": [], "edges": theme["edges"][:1]}


def a_family_in_a_circle() -> Files:
    therapy = {**base("knowledge/therapies/bisphosphonate.yaml"), "family": "pamidronate"}
    return {"knowledge/therapies/bisphosphonate.yaml": therapy}


def a_guideline_with_the_id_of_a_study() -> Files:
    guideline = {"id": "balin-2012", "kind": "review", "citation": {}, "confidence": "seen_abstract", "seen": ["x"]}
    return {"knowledge/guidelines/balin-2012.yaml": guideline}


def a_study_with_the_id_of_a_reference() -> Files:
    id_ = next(iter(base("knowledge/references/labels.yaml")))
    return {f"knowledge/studies/{id_}.yaml": study(id_, result("rituximab", 1, 1))}


BREAKAGES: dict[str, tuple[Files, set[str], set[str]]] = {
    "an edge's target removed": (
        dropping_an_edge_target(), {"CKB014"}, {"knowledge/pathophysiology/mineralisation.yaml"},
    ),
    "a family made a drug": (a_family_that_is_none(), {"CKB014", "CKB018"}, {"knowledge/therapies/bisphosphonate.yaml"}),
    "a family in a circle": (a_family_in_a_circle(), {"CKB018"}, {"knowledge/therapies/bisphosphonate.yaml"}),
    "the only studies of a therapy taken from it": (a_study_of_nothing(), {"CKB019"}, set(a_study_of_nothing())),
    "a term emptied": ({"knowledge/terms.yaml": "diseases: {sle: null}\n"}, {"CKB011"}, {"knowledge/terms.yaml"}),
    "a vocabulary emptied": ({"knowledge/terms.yaml": "designs: null\n"}, {"CKB011"}, {"knowledge/terms.yaml"}),
    "a vocabulary misspelt": ({"knowledge/terms.yaml": "diseeases: {}\n"}, {"CKB010"}, {"knowledge/terms.yaml"}),
    "a term of nothing": (
        {"knowledge/terms.yaml": {"conditions": {"ward": {"name": "W", "broader": ["nothing"]}}}},
        {"CKB014"}, {"knowledge/terms.yaml"},
    ),
    "the id of a base's edge": (
        {"knowledge/pathophysiology/ward.yaml": an_edge_of_the_base()}, {"CKB015"}, {"knowledge/pathophysiology/ward.yaml"},
    ),
    "the id of a base's study for a guideline": (
        a_guideline_with_the_id_of_a_study(), {"CKB015"}, {"knowledge/guidelines/balin-2012.yaml"},
    ),
    "the id of a base's reference for a study": (
        a_study_with_the_id_of_a_reference(), {"CKB015"}, set(a_study_with_the_id_of_a_reference()),
    ),
    "a study of no therapy": (
        {"knowledge/studies/ward.yaml": study("ward", result("nothing", 2, 1))}, {"CKB014"}, {"knowledge/studies/ward.yaml"},
    ),
    "counts above n": (
        {"knowledge/studies/ward.yaml": study("ward", {**result("rituximab", 2, 1), "outcomes": {"none": 3}})},
        {"CKB016"}, {"knowledge/studies/ward.yaml"},
    ),
    "a file under another name": (
        {"knowledge/studies/other.yaml": study("ward", result("rituximab", 2, 1))}, {"CKB015"}, {"knowledge/studies/other.yaml"},
    ),
    "a rule on an unknown word": (
        {"rules/w.yaml": [rule("w", when=[{"condition": {"name": "nothing"}}])]}, {"CKB032"}, {"rules/w.yaml"},
    ),
    "a rule that can never fire": (
        {"rules/w.yaml": [rule("w", when=[{"lab": {"name": "egfr", "value": {"below": 3, "above": 5}}}])]},
        {"CKB033"}, {"rules/w.yaml"},
    ),
    "a rule in two files": (
        {"rules/v.yaml": [rule("w")], "rules/w.yaml": [rule("w")]}, {"CKB015"}, {"rules/w.yaml"},
    ),
    "more clauses than the engine holds": (
        {
            "rules/calm.yaml": [rule("calm")],
            "rules/long.yaml": [rule("long", when=[{"patient": {"age": {"above": age}}} for age in range(16)], effect="note")],
        },
        {"CKB034"}, {"rules/long.yaml"},
    ),
    "more combinations than are judged": (
        {"rules/w.yaml": [rule("w", when=[{"condition": {"name": f"c{n}"}} for n in range(10)])],
         "knowledge/terms.yaml": {"conditions": {f"c{n}": {"name": f"Condition {n}"} for n in range(10)}}},
        {"CKB034"}, {"rules/w.yaml"},
    ),
    "not YAML": ({"rules/w.yaml": "- id: [\n"}, {"CKB006"}, {"rules/w.yaml"}),
    "a key twice": ({"knowledge/terms.yaml": "labs: {}\nlabs: {}\n"}, {"CKB007"}, {"knowledge/terms.yaml"}),
    "facts declared": ({"rules/facts.yaml": {}}, {"CKB081"}, {"rules/facts.yaml"}),
    "a section misspelt": ({"knowledge/therapy/ward_paste.yaml": PASTE}, {"CKB081"}, {"knowledge/therapy/ward_paste.yaml"}),
    "a published case": ({"knowledge/cases/x.yaml": {}}, {"CKB081"}, {"knowledge/cases/x.yaml"}),
}  # fmt: skip


def named_in(problems: Any) -> Iterator[str]:
    for problem in problems:
        yield problem.place.file
        yield from (word for word in problem.message.replace(",", " ").split() if word.endswith(".yaml"))


@pytest.mark.parametrize("name", BREAKAGES)
def test_what_it_breaks_names_its_own_files(name: str, tmp_path: Path) -> None:
    files, codes, blamed = BREAKAGES[name]
    folder = write(tmp_path / "ward", files)
    with pytest.raises(CalcinosisError) as caught:
        load(overlay=folder)
    assert {problem.code for problem in caught.value.problems} == codes
    places = {problem.place.file for problem in caught.value.problems if problem.place}
    assert places <= {f"{folder.as_posix()}/{path}" for path in blamed}
    told = set(named_in(caught.value.problems))
    assert {f"{folder.as_posix()}/{path}" for path in blamed} <= told


@pytest.mark.parametrize("name", ["an edge's target removed", "more clauses than the engine holds"])
def test_a_check_names_the_same_files(name: str, tmp_path: Path) -> None:
    files, codes, blamed = BREAKAGES[name]
    folder = write(tmp_path / "ward", files)
    found = [problem for section in check(Subject.read(overlay=read_overlay(folder))) for problem in section.problems]
    errors = [problem for problem in found if problem.severity == "error"]
    assert {problem.code for problem in errors} == codes
    assert {problem.place.file for problem in errors if problem.place} == {
        f"{folder.as_posix()}/{path}" for path in blamed
    }


def test_a_publication_of_the_base_entered_again_is_told_at_the_overlay(tmp_path: Path) -> None:
    doi = base("knowledge/studies/balin-2012.yaml")["citation"]["doi"]
    again = study("aaa-2012", result("rituximab", 2, 1), doi=doi)
    folder = write(tmp_path / "ward", {"knowledge/studies/aaa-2012.yaml": again})
    found = [problem for section in check(Subject.read(overlay=read_overlay(folder))) for problem in section.problems]
    assert [(problem.code, problem.place.file) for problem in found if problem.place] == [
        ("CKB026", f"{folder.as_posix()}/knowledge/studies/aaa-2012.yaml")
    ]


def test_a_mistake_of_the_base_stays_its_own(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    (rules / "wrong.yaml").write_text(yaml.safe_dump([rule("wrong", therapies=["nothing"])]))
    folder = write(tmp_path / "ward", {"rules/ward.yaml": [rule("ward")]})
    with pytest.raises(KnowledgeError) as caught:
        load(rules=rules, overlay=folder)
    assert [problem.place.file for problem in caught.value.problems if problem.place] == ["rules/wrong.yaml"]


def test_where_it_shows_in_the_base_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "ward", a_family_that_is_none())
    with pytest.raises(KnowledgeError, match=r"found at knowledge/therapies/alendronate.yaml:\d+:\d+"):
        load(overlay=folder)


# --- the folder


def test_a_check_of_a_sound_overlay_finds_nothing(department: Path) -> None:
    done = run("check", "--overlay", str(department), "-f", "json")
    assert done.returncode == 0, done.stdout
    assert [problem for problem in json.loads(done.stdout)["problems"] if problem["severity"] == "error"] == []


WRONG_FOLDERS: dict[str, tuple[Files, str, str]] = {
    "empty": ({}, "CKB082", ""),
    "with empty folders": ({"knowledge/therapies/.keep": "", "rules/.keep": ""}, "CKB082", ""),
    "with another folder": ({"therapies/ward_paste.yaml": PASTE}, "CKB081", "/therapies"),
    "with a folder misspelt": ({"rule/w.yaml": [rule("w")]}, "CKB081", "/rule"),
    "with a file beside": ({"ward.yaml": [rule("w")], "rules/w.yaml": [rule("w")]}, "CKB081", "/ward.yaml"),
    "with another ending": ({"rules/w.yml": [rule("w")]}, "CKB081", "/rules/w.yml"),
    "with an empty file": ({"rules/w.yaml": " "}, "CKB003", "/rules/w.yaml"),
    "with a file of comments": ({"rules/w.yaml": "# nothing\n"}, "CKB011", "/rules/w.yaml"),
    "with a file that is too large": ({"rules/w.yaml": "#" * 1_000_001}, "CKB005", "/rules/w.yaml"),
    "with too many files": ({f"rules/w{n}.yaml": "- 1" for n in range(1001)}, "CKB080", ""),
}


@pytest.mark.parametrize("name", WRONG_FOLDERS)
def test_a_wrong_folder_is_explained(name: str, tmp_path: Path) -> None:
    files, code, at = WRONG_FOLDERS[name]
    folder = tmp_path / "ward"
    folder.mkdir()
    write(folder, files)
    with pytest.raises(CalcinosisError) as caught:
        load(overlay=folder)
    problem = caught.value.problems[0]
    assert problem.code == code
    assert problem.place is not None
    assert problem.place.file == f"{folder.as_posix()}{at}"
    assert problem.fix


def test_a_note_beside_the_data_keeps_no_answer_back_and_check_names_it(tmp_path: Path) -> None:
    notes = {"notes.md": "Ask the pharmacy.", "rules/why.txt": "x", "knowledge/committee.docx": "x"}
    folder = write(tmp_path / "ward", {"rules/w.yaml": [rule("w")], **notes})
    assert load(overlay=folder).rules.local == ("w",)
    done = CliRunner().invoke(app, ["check", "--overlay", str(folder), "-f", "json"])
    found = {(one["code"], one["severity"], one["file"]) for one in json.loads(done.stdout)["problems"]}
    assert {("CKB081", "warning", f"{folder.as_posix()}/{name}") for name in notes} <= found
    for name in ("rules/w2.YAML", "rules/w2.json", "more.yml"):
        (folder / name).write_text("- {}", encoding="utf-8")
        with pytest.raises(InputError) as caught:
            load(overlay=folder)
        assert f"{folder.as_posix()}/{name}" in {
            problem.place.file for problem in caught.value.problems if problem.place
        }
        (folder / name).unlink()


@pytest.mark.parametrize("command", ["suggest", "therapies", "check"])
def test_no_folder_is_no_traceback(command: str, tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_text("[]")
    for folder in (tmp_path / "none", file):
        done = run(command, *([str(SEED)] if command == "suggest" else []), "--overlay", str(folder))
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"CKB080 {folder.as_posix()}\n")


def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    folder = write(tmp_path / "ward", {"rules/w.yaml": [rule("w")]})
    elsewhere = write(tmp_path / "elsewhere", {"rules/secret.yaml": [rule("secret")]})
    os.mkfifo(folder / "rules" / "pipe.yaml")
    (folder / "rules" / "endless.yaml").symlink_to("/dev/zero")
    (folder / "rules" / "broken.yaml").symlink_to(tmp_path / "nothing")
    (folder / "rules" / "round").symlink_to(folder)
    (folder / "knowledge").symlink_to(elsewhere)
    with pytest.raises(InputError) as caught:
        read_overlay(folder)
    names = ("knowledge", "rules/broken.yaml", "rules/endless.yaml", "rules/pipe.yaml", "rules/round")
    assert {(p.code, p.place.file) for p in caught.value.problems if p.place} == {
        ("CKB081", f"{folder.as_posix()}/{name}") for name in names
    }


def test_only_one_of_the_two_layers_is_enough_and_version_control_does_no_harm(tmp_path: Path) -> None:
    files = {"rules/w.yaml": [rule("w")], ".git/config": "x", ".gitignore": "x", "rules/.w.yaml.swp": "x"}
    other = load(overlay=write(tmp_path, files))
    assert (other.rules.local, other.knowledge.local) == (("w",), {})
    assert other.advise({"history": []}).to_dict()["knowledge"]["overlay"] == read_overlay(tmp_path).hash


def test_the_path_is_told_as_it_was_given(tmp_path: Path) -> None:
    write(tmp_path / "ward", {"rules/w.yaml": [rule("w")]})
    done = run("suggest", str(SEED), "--overlay", "./ward/", "-f", "json", cwd=tmp_path)
    judged = {item["therapy"]: item for item in json.loads(done.stdout)["not_offered"]}
    assert {"ward/rules/w.yaml:1"} == {
        reason["at"] for reason in judged["minocycline"]["details"] if reason.get("local")
    }


# --- the snapshot


def test_the_snapshot_follows_the_overlay_and_keeps_that_of_the_base(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = write(tmp_path / "ward", {"rules/w.yaml": [rule("w")]})

    def snapshots() -> set[str]:
        return {path.name for path in (tmp_path / "cache" / "calcinosis-kb").iterdir()}

    load()
    (base_alone,) = snapshots()
    assert load(overlay=folder).advise({"history": []}).judgement("minocycline").verdict == "avoid"
    with_it = snapshots()
    assert len(with_it) == 2
    assert base_alone in with_it
    assert load().advise({"history": []}).judgement("minocycline").verdict != "avoid"
    assert load(overlay=folder).rules.local == ("w",)
    assert snapshots() == with_it
    write(folder, {"rules/w.yaml": [rule("w", effect="note")]})
    assert load(overlay=folder).advise({"history": []}).judgement("minocycline").verdict != "avoid"
    assert len(snapshots()) == 2
    moved = folder.rename(tmp_path / "moved")
    assert load(overlay=moved).rules.rule("w").at == f"{moved.as_posix()}/rules/w.yaml:1"


def test_without_an_overlay_nothing_of_it_is_imported() -> None:
    script = (
        "import sys; sys.argv = ['calcinosis-kb', 'suggest', '--disease', 'crest', '--format', 'json']\n"
        "from calcinosis_kb.cli import main\n"
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()\n"
        "print(sorted(name for name in sys.modules if name.split('.')[-1] in ('overlay', 'layers', 'attribution')))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
