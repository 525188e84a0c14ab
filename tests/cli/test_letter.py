"""``letter`` and ``compare``: rows by number, name, brand or family, in every format."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from contextlib import chdir
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.cli.patient import is_patient_file
from calcinosis_kb.errors import InputError
from calcinosis_kb.intake.rows import rows
from calcinosis_kb.knowledge.grading import MECHANISM_LEVEL
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.report.letter import LetterReport
from commandline import call
from strategies import SEED

CREST = ("--disease", "crest", "--feature", "infection", "--condition", "pregnancy")


def run(*arguments: str, text: str | None = None) -> str:
    done = call(*arguments, text=text)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_a_letter_says_what_was_tried_discussed_and_on_what_it_rests(kb: KnowledgeBase) -> None:
    told = one_line(run("letter", "rituximab,minocycline", str(SEED)))
    assert "universal calcinosis with pain, infection and loss of function." in told
    assert (
        "Tried without success: diltiazem, colchicine, pamidronate, zoledronic acid, warfarin, surgical excision."
        in told
    )
    assert "Doses and durations are not recorded." in told
    assert re.search(
        r"1\. Rituximab \(infusion\): \d+ of \d+ patients with systemic sclerosis improved \(.*?\) \[\d", told
    )
    assert "Before it: HBsAg" in told and "2. Minocycline (tablets): " in told
    assert "Not now (infection): " in told and "Nothing is approved for this indication." in told
    assert f"knowledge {kb.knowledge.hash}, rules {kb.rules.hash}" in told
    cited = {int(number) for marks in re.findall(r"\[([\d, ]+)\]", told) for number in marks.split(", ")}
    listed = {int(number) for number in re.findall(r"- \[(\d+)\]", told)}
    assert cited == listed == set(range(1, len(listed) + 1))


def test_a_letter_asks_for_no_person_and_no_date() -> None:
    told = run("letter", "1", str(SEED))
    assert not re.search(r"\b63\b|woman|female|years?-old|\b20\d\d-\d\d-\d\d\b", told)
    assert told == run("letter", "1", str(SEED))


def test_a_letter_tells_what_was_not_understood_and_what_amounts_are_known() -> None:
    tried = ("--tried", "diltiazam: ineffective", "--tried", "colchicine 1 mg/day 6 months: not tolerated, diarrhoea")
    told = one_line(run("letter", "rituximab", "--disease", "dm", *tried, "--tried", "MTX: partial"))
    assert "Not understood in history: 'diltiazam' (Diltiazem?)." in told
    assert "Not tolerated: colchicine 1 mg/day 6 months (diarrhoea). Helped in part: MTX." in told
    assert "No dose or duration is recorded of MTX." in told and "More may have been tried." in told


def test_what_is_recommended_is_said_first_and_few_reports_are_cited() -> None:
    told = one_line(run("letter", "methotrexate", "--disease", "jdm", "--age", "7", "--tried", "none"))
    assert re.search(r"1\. Methotrexate \(tablets\): recommended as step 1 \[", told)
    told = one_line(run("letter", "surgical excision", "--disease", "crest", "--feature", "pain"))
    assert len(re.findall(r"- \[\d+\]", told)) < 20
    told = one_line(run("letter", "surgical excision", "--disease", "other", "--pattern", "tumoral"))
    assert re.search(r"the largest of \d\d reports\) \[1, 2, 3, 4, 5\]", told)


def test_a_letter_in_markdown_and_as_data() -> None:
    shown = run("letter", "rituximab", *CREST, "-f", "md")
    assert shown.startswith("# Calcinosis cutis") and "## Discussed" in shown and "- \\[1\\] " in shown
    data = json.loads(run("letter", "rituximab", *CREST, "-f", "json"))
    assert data["schema"] == "calcinosis-kb/letter/1"
    assert [one["therapies"] for one in data["discussed"]] == [["rituximab"]]
    assert data["discussed"][0]["text"].replace("[", "\\[").replace("]", "\\]") in shown
    assert data["sources"][0]["id"] and data["not_now"] and data["history"]


def test_what_is_not_open_is_said_of_a_family_and_of_a_therapy() -> None:
    told = one_line(run("letter", "bisphosphonates, denosumab, warfarin", *CREST))
    assert re.search(r"1\. Bisphosphonates: .*?Not now: .*?pamidronate", told)
    assert re.search(r"2\. Denosumab \(.*?not now\)", told) and re.search(r"3\. Warfarin \(.*?not now\)", told)


@pytest.mark.parametrize(
    ("named", "ids"),
    [
        ("1,2", 2),
        ("MabThera", ["rituximab"]),
        ("sodium thiosulfate, intravenous", ["sodium_thiosulfate_iv"]),
        ("rituximab, sodium thiosulfate, topical, 3", 3),
        ("rituximab,rituximab", ["rituximab"]),
    ],
)
def test_rows_are_named_in_many_ways(kb: KnowledgeBase, named: str, ids: int | list[str]) -> None:
    found = rows(kb, kb.advise({"diseases": ["crest"]}), named)
    if isinstance(ids, int):
        assert len(found) == ids
    else:
        assert [item.therapy.id for row in found for item in row] == ids


@pytest.mark.parametrize("named", ["99", "0", "rituximb", "", ",", "placebo"])
def test_a_row_that_is_not_there_is_an_error(kb: KnowledgeBase, named: str) -> None:
    with pytest.raises(InputError) as caught:
        rows(kb, kb.advise({"diseases": ["crest"]}), named)
    assert [problem.code for problem in caught.value.problems] == ["CKB029"]


@pytest.mark.parametrize("named", [("rituximab", "minocycline"), ("1", "2", "sts"), ("bisphosphonates",)])
def test_a_comparison_fits_eighty_columns_and_breaks_no_word(named: tuple[str, ...]) -> None:
    shown = run("compare", *named, str(SEED))
    assert max(map(len, shown.splitlines())) <= 80
    table = shown[shown.index("Verdict") : shown.index("Levels of evidence")]
    for aspect in ("Verdict", "Seen", "Expected", "State", "Route", "How"):
        assert re.search(rf"^{aspect} ", table, re.M), aspect
    words = set(re.findall(r"[a-z]{3,}", " ".join(line[10:] for line in table.splitlines())))
    data = json.loads(run("compare", *named, str(SEED), "-f", "json"))
    known = set(re.findall(r"[a-z]{3,}", run("compare", *named, str(SEED), "-f", "md")))
    assert words <= known, words - known
    assert data["schema"] == "calcinosis-kb/compare/1" and 2 <= len(data["therapies"]) <= 3


def test_a_comparison_as_rows_of_therapies() -> None:
    read = list(csv.DictReader(io.StringIO(run("compare", "MabThera", "sts", str(SEED), "-f", "csv"))))
    assert read[0]["therapy"] == "rituximab"
    assert read[1]["therapy"].startswith("sodium_thiosulfate") and "topical" in read[1]["with it"]


@pytest.mark.parametrize(
    "arguments",
    [("compare", "rituximab"), ("compare", "1", "2", "3", "4"), ("compare", "rituximab", "MabThera"), ("compare",)],
)
def test_two_or_three_different_therapies_are_compared(arguments: tuple[str, ...]) -> None:
    assert call(*arguments, *([] if arguments == ("compare",) else [str(SEED)])).returncode == 2


def test_the_patient_may_be_named_first_or_piped() -> None:
    text = SEED.read_text(encoding="utf-8")
    assert run("letter", str(SEED), "1") == run("letter", "1", str(SEED)) == run("letter", "1", "-", text=text)
    assert run("compare", str(SEED), "1", "2") == run("compare", "1", "2", "-", text=text)


def test_what_was_given_for_a_purpose_that_is_not_recorded_is_told(tmp_path: Path) -> None:
    file = tmp_path / "patient.yaml"
    file.write_text(
        "diseases: [crest]\nhistory:\n- {therapy: diltiazem, for: unclear, outcome: ineffective}\n"
        "- {therapy: methotrexate, for: underlying_disease, outcome: effective}\n",
        encoding="utf-8",
    )
    told = one_line(run("letter", "rituximab", str(file)))
    assert "Tried without success: diltiazem (purpose not recorded)." in told
    assert "Nothing has been tried for it" not in told and "methotrexate" not in told


def test_a_letter_credits_each_source_with_what_it_says() -> None:
    told = one_line(run("letter", "methotrexate", "--disease", "jdm", "--age", "7", "--tried", "none"))
    assert re.search(r"recommended as step 1 \[[\d, ]+\]; considered an option \[[\d, ]+\]\.", told)
    told = one_line(run("letter", "warfarin", "--disease", "crest", "--tried", "none"))
    assert re.search(r"[Aa]dvised against by \[\d", told)
    told = one_line(run("letter", "methotrexate", "--disease", "jdm", "--tried", "none"))
    assert re.search(r"[Aa]dvised for some such patients, as the record does not tell \[\d", told)


def test_the_diseases_of_a_letter_are_those_of_the_patients_who_decide(kb: KnowledgeBase) -> None:
    advice = kb.advise({"diseases": ["crest"], "history": []})
    told = 0
    for item in advice.judged:
        evidence = item.evidence
        if len(evidence.deciding) == len(evidence.findings) or not evidence.patients:
            continue
        text = LetterReport(advice, ((item,),)).data()["discussed"][0]["text"]
        own = {id_ for one in evidence.deciding if one.patients for id_ in one.result.populations}
        others = {id_ for one in evidence.findings for id_ in one.result.populations} - own
        sentence = next(part for part in re.split(r"(?<=\.) ", text) if "patient" in part)
        for id_ in others - {above for one in own for above in kb.knowledge.ancestors("diseases", one)}:
            assert in_sentence(kb.knowledge.terms.diseases[id_].name) not in sentence, item.therapy.id
        told += 1
    assert told


def test_a_review_without_patients_of_its_own_is_named_as_a_review(kb: KnowledgeBase) -> None:
    advice = kb.advise({"diseases": ["crest"], "history": []})
    told = set()
    for item in advice.judged:
        evidence = item.evidence
        if evidence.direction and not evidence.patients and evidence.seen != "outcome_not_stated":
            text = LetterReport(advice, ((item,),)).data()["discussed"][0]["text"]
            review = evidence.level < MECHANISM_LEVEL
            assert ("a review reports that patients" in text.casefold()) is review, item.therapy.id
            assert ("reviewers or experts say" in text) is not review, item.therapy.id
            assert "[1" in text
            told.add(review)
    assert told


def test_a_number_is_a_row_and_a_pipe_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "1").write_text("diseases: [dm]\n", encoding="utf-8")
    (tmp_path / "rituximab").mkdir()
    with chdir(tmp_path):
        assert not is_patient_file("1") and not is_patient_file("rituximab")
        assert is_patient_file("-") and is_patient_file("missing.yaml")
    os.mkfifo(tmp_path / "pipe")
    assert is_patient_file(str(tmp_path / "pipe"))


def test_one_therapy_is_not_called_therapies() -> None:
    done = call("compare", "rituximab", "rituximab", "--disease", "crest")
    assert done.returncode == 2 and "there is only one therapy to compare" in done.stderr


@pytest.mark.parametrize("two", [("--brief", "--all"), ("--top", "3", "--all"), ("--brief", "--top", "3")])
def test_two_amounts_to_show_are_refused(two: tuple[str, ...]) -> None:
    done = call("suggest", "--disease", "crest", *two)
    assert done.returncode == 2 and "CKB028" in done.stderr and "cannot be given together" in done.stderr


def test_a_disease_that_is_a_calcinosis_is_named_once(kb: KnowledgeBase) -> None:
    about = LetterReport(kb.advise({"diseases": ["metastatic calcification"]}), ()).data()["about"]
    assert about == "Metastatic calcinosis."


def test_how_far_a_label_was_read_is_nothing_to_do_before_a_treatment(kb: KnowledgeBase) -> None:
    advice = kb.advise({"diseases": ["crest"]})
    letter = LetterReport(advice, tuple((item,) for item in advice.options)).data()
    told = " ".join(one["text"] for one in letter["discussed"])
    before = re.findall(r"Before it: ([^.]*)\.", told)
    assert before and not [words for words in before if "label" in words]
    assert "What was read of its label does not speak of all that may apply." in told
