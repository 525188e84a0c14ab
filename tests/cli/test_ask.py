"""``ask``: one question at a time, answers as for the options, what changed after each."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.errors import InputError
from calcinosis_kb.intake.interview import Interview
from commandline import call
from strategies import SEED


def ask(*answers: str, options: tuple[str, ...] = (), folder: Path | None = None) -> CompletedProcess[str]:
    return call("ask", *options, text="".join(f"{answer}\n" for answer in answers), folder=folder)


def test_it_starts_from_nothing_with_the_disease_and_ends_with_the_answer() -> None:
    done = ask("crest", "diltiazem 240 mg 18 months: ineffective", "no", "stop")
    assert done.returncode == 0, done.stderr
    asked = [line for line in done.stderr.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")]
    assert "disease" in asked[0] and "tried" in asked[1] and "anything else" in asked[2] and "old" in asked[3]
    assert "Diltiazem: " in done.stderr and "→ used up (failed)" in done.stderr
    assert "limited systemic sclerosis" in done.stdout and "diltiazem 240 mg" in done.stdout
    assert "Nothing was written" in done.stderr
    assert max(map(len, done.stderr.splitlines())) <= 80


def test_the_answer_is_that_of_the_options() -> None:
    told = ask("dm", "MTX: partial", "no", "40", "f", "universalis", "pain; infection", "stop", options=("-f", "json"))
    same = call(
        "suggest", "--disease", "dm", "--tried", "MTX: partial", "--age", "40", "--sex", "f", "--pattern", "universalis",
        "--feature", "pain", "--feature", "infection", "-f", "json",
    )  # fmt: skip
    assert json.loads(told.stdout) == json.loads(same.stdout)


def test_what_is_not_known_is_not_recorded_and_the_input_may_end_anywhere() -> None:
    done = ask("", "not known", "?", options=("-f", "json"))
    assert done.returncode == 0
    patient = json.loads(done.stdout)["patient"]
    assert patient == json.loads(ask(options=("-f", "json")).stdout)["patient"]
    assert patient["diseases"] is None and patient["history_complete"] is False


def test_an_answer_that_cannot_be_read_is_asked_for_again() -> None:
    done = ask(
        "crst", "crest", "diltiazem: foo", "diltiazem: ineffective", "no", "old", "63", "stop", options=("-f", "json")
    )
    assert done.returncode == 0
    assert "CKB013" in done.stderr and "Not understood: 'diltiazem: foo'" in done.stderr and "CKB099" not in done.stderr
    patient = json.loads(done.stdout)["patient"]
    assert (patient["diseases"], patient["patient"]["age"]) == (["limited_ssc_crest"], 63)
    assert [trial["therapy"] for trial in patient["history"]] == ["diltiazem"]


@pytest.mark.parametrize(
    ("again", "named", "unresolved"), [("diltiazem: ineffective", "diltiazem", 0), ("", "diltiazam", 1)]
)
def test_a_word_that_is_not_understood_may_be_typed_again_and_is_never_dropped(
    again: str, named: str, unresolved: int
) -> None:
    done = ask("crest", "diltiazam: ineffective", again, "no", "stop", options=("-f", "json"))
    assert "Not understood: 'diltiazam' (diltiazem?)." in done.stderr
    patient = json.loads(done.stdout)["patient"]
    assert [trial["named"] for trial in patient["history"]] == [named]
    assert len(patient["unresolved"]) == unresolved


def test_answers_are_kept_only_in_a_file_that_is_named(tmp_path: Path) -> None:
    answers = ("crest", "colchicine: ineffective", "no", "63", "female", "", "pain", "stop")
    for given in ((), ("-o", "mine.yaml")):
        before = sorted(tmp_path.iterdir())
        done = ask(*answers, options=given, folder=tmp_path)
        assert done.returncode == 0
        assert sorted(tmp_path.iterdir()) == [*before, *([tmp_path / "mine.yaml"] if given else [])]
    again = call("suggest", "mine.yaml", folder=tmp_path)
    assert again.stdout == done.stdout
    assert call("ask", "-o", "mine.yaml", folder=tmp_path, text="").returncode == 2
    assert ask("stop", "later.yaml", folder=tmp_path).returncode == 0 and (tmp_path / "later.yaml").exists()


def test_it_goes_on_from_a_file() -> None:
    done = ask("stop", options=(str(SEED),))
    first = next(line for line in done.stderr.splitlines() if line.startswith("1. "))
    assert "disease" not in first and "could change" in first
    assert call("ask", "-", text="").returncode == 2


def test_a_result_may_be_given_with_or_without_its_test(kb: KnowledgeBase) -> None:
    for answer in ("hbsag positive", "positive", "hbsag=positive"):
        interview = Interview(kb, {"diseases": ["dermatomyositis"], "history": [], "conditions": []})
        question = next(q for q in interview.advice.questions if "hbsag" in q.facts)
        while (asked := interview.next()) and asked.topic != question.topic:
            interview.answer(asked, "")
        assert asked is not None
        changed = interview.answer(asked, answer)
        assert interview.data["labs"] == {"hbsag": "positive"}
        assert any(line.startswith("Rituximab: ") for line in changed), changed


def test_every_question_can_be_answered(kb: KnowledgeBase) -> None:
    """Whatever is asked has a hint, and 'not known' to all of them comes to an end."""
    interview = Interview(kb, yaml.safe_load(SEED.read_text(encoding="utf-8")))
    seen = set()
    while (asked := interview.next()) is not None:
        assert asked.hint and asked.topic not in seen
        seen.add(asked.topic)
        interview.answer(asked, "not known")
    assert len(seen) > 20


def test_a_failed_answer_changes_nothing(kb: KnowledgeBase) -> None:
    interview = Interview(kb, {})
    asked = interview.next()
    assert asked is not None
    with pytest.raises(InputError):
        interview.answer(asked, "no such disease")
    assert interview.data == {} and interview.next() == asked


@pytest.mark.parametrize(("age", "asked"), [(7, False), (30, True), (70, False), (None, True)])
def test_the_sex_is_asked_first_only_where_pregnancy_is_possible(
    kb: KnowledgeBase, age: int | None, asked: bool
) -> None:
    interview = Interview(kb, {"patient": {"age": age}, "diseases": ["crest"], "history": []})
    opening = []
    while (question := interview.next()) is not None and not question.effect:
        opening.append(question.topic)
        interview.answer(question, "")
    assert ("sex" in opening) == asked and "pattern" in opening


@pytest.mark.parametrize("name", ["x\0y.yaml", "x" * 5000, "no/such/folder/p.yaml"])
def test_a_name_that_no_file_can_have_is_asked_for_again(name: str, tmp_path: Path) -> None:
    done = ask("crest", "stop", name, "kept.yaml", folder=tmp_path)
    assert done.returncode == 0 and "CKB057" in done.stderr and "CKB099" not in done.stderr
    assert yaml.safe_load((tmp_path / "kept.yaml").read_text(encoding="utf-8"))["diseases"] == ["crest"]


def test_a_file_that_cannot_be_written_is_refused_before_the_first_question(tmp_path: Path) -> None:
    done = ask("crest", "stop", options=("-o", "no/such/folder/p.yaml"), folder=tmp_path)
    assert done.returncode == 2 and "CKB057" in done.stderr and "1." not in done.stderr


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that takes no file")
def test_answers_outlive_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    done = ask("crest", "stop", "kept.yaml", options=("-o", "/proc/self/p.yaml"), folder=tmp_path)
    assert done.returncode == 0 and "CKB057" in done.stderr
    assert yaml.safe_load((tmp_path / "kept.yaml").read_text(encoding="utf-8"))["diseases"] == ["crest"]
    silent = ask("crest", "stop", options=("-o", "/proc/self/p.yaml"), folder=tmp_path)
    assert silent.returncode == 2 and "CKB057" in silent.stderr


def test_a_standing_is_named_as_a_cause_only_where_the_verdict_rests_on_it(kb: KnowledgeBase) -> None:
    from calcinosis_kb.report.changes import changes

    before = kb.advise({"diseases": ["jdm"], "patient": {"age": 7}})
    after = kb.advise({"diseases": ["jdm"], "patient": {"age": 7}, "history": []})
    moved = [new for new in after.judged if before.judgement(new.therapy.id).standing != new.standing]
    assert any(new.verdict == "reserve" for new in moved)
    assert not [line for line in changes(before, after) if "last resort (untried)" in line]
    used_up = kb.advise(
        {"diseases": ["jdm"], "patient": {"age": 7}, "history": [{"therapy": "rituximab", "outcome": "worse"}]}
    )
    assert [line for line in changes(after, used_up) if "→ used up (failed)" in line]


def test_who_is_first_is_told_once(kb: KnowledgeBase) -> None:
    from calcinosis_kb.report.changes import changes

    child = {"diseases": ["jdm"], "patient": {"age": 7}}
    before, after = kb.advise(child), kb.advise({**child, "conditions": ["hypertension"], "conditions_complete": False})
    assert " open, first " in changes(kb.advise({}), before)[-1]
    assert not [line for line in changes(before, after) if " open, first " in line]
    assert changes(after, after) == ["No treatment moves."]
