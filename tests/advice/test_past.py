"""What a record leaves open of the past: three groups that follow from the standing, each with its entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.head import head
from calcinosis_kb.advice.layout import lay_out
from calcinosis_kb.advice.past import OpenPast, past_words
from calcinosis_kb.advice.screen import screen
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.patients.account import Account, Entry, State
from calcinosis_kb.patients.record_reading import RecordReading
from calcinosis_kb.report.advice import AdviceReport
from calcinosis_kb.report.render import as_markdown
from calcinosis_kb.report.screen import ScreenReport

CASES = [*sorted(Path("knowledge/cases").glob("*.yaml")), *sorted(Path("tests/cases").glob("*.case.yaml"))]
BY_RULE = {
    "standing-history-incomplete": "not_found",
    "standing-named-only-vaguely": "may_have_been",
    "standing-purpose-unclear": "not_stated",
    "standing-outcome-unknown": "not_stated",
}
"""The group by the rule that gave the standing."""

RECORD: dict[str, Any] = {
    "patient": {"age": 60, "sex": "female"},
    "diseases": ["crest"],
    "history_complete": False,
    "history": [
        {"therapy": "infliximab", "for": "unclear", "outcome": "ongoing"},
        {"therapy": "verapamil", "for": "other", "outcome": "ongoing"},
    ],
    "medications": ["immunosuppressant", "infliximab", "Qwertamab 10 mg", "verapamil"],
}


def _twice(word: str) -> tuple[tuple[str, str], ...]:
    return ("history", word), ("medications", word)


ACCOUNT = Account(
    [
        Entry("MedicationStatement", "1", "used", "Remsima", "", "2023-01-02", _twice("infliximab")),
        Entry("MedicationStatement", "2", "used", "Skilarence", gave=(("medications", "immunosuppressant"),)),
        Entry("MedicationStatement", "3", "unresolved", "Qwertamab 10 mg", gave=(("medications", "Qwertamab 10 mg"),)),
        Entry("MedicationStatement", "4", "used", "verapamil", gave=_twice("verapamil")),
        Entry("Condition", "5", "recognised", "asthma"),
    ]
)  # fmt: skip


def read(kb: KnowledgeBase, *without: str) -> Advice:
    """The answer to the record, without the medicines that are named."""
    data = {**RECORD, "medications": [word for word in RECORD["medications"] if word not in without]}
    reading = RecordReading(data, ACCOUNT, date(2023, 10, 16), dead=False, day_from="Composition.date", form="FHIR R4")
    return kb.advise(kb.reader.record(reading))


def groups(advice: Advice) -> dict[str, list[OpenPast]]:
    found: dict[str, list[OpenPast]] = {}
    for group in advice.open_past:
        found.setdefault(group.kind, []).append(group)
    return found


@pytest.mark.parametrize("purpose", ["as written", "unclear"])
def test_the_group_is_that_of_the_rule_that_gave_the_standing(kb: KnowledgeBase, purpose: str) -> None:
    seen: set[str | None] = set()
    for case in CASES[::14]:
        data = parse(case.read_text(encoding="utf-8"), case.name).data
        data = dict(data.get("patient", {}) if case.name.endswith(".case.yaml") else data)
        history = [
            dict(trial, **({"for": purpose} if purpose == "unclear" else {})) for trial in data.get("history") or ()
        ]
        advice = kb.advise({**data, "history": history, "history_complete": False})
        for item in advice.judged:
            rule = item.reasons[0].rule
            assert advice.past.openness(item) == BY_RULE.get(rule), (case.name, item.therapy.id, rule)
            seen.add(advice.past.openness(item))
        listed = [one.therapy.id for group in advice.open_past for one in group.items]
        assert len(listed) == len(set(listed))
    assert seen >= {None, "not_found"} | ({"not_stated"} if purpose == "unclear" else set())


def test_each_group_names_its_entries(kb: KnowledgeBase) -> None:
    found = groups(read(kb, "Qwertamab 10 mg"))
    assert [(group.names, [entry.id for entry in group.entries]) for group in found["not_stated"]] == [
        (["infliximab"], ["1"])
    ]
    (vague,) = found["may_have_been"]
    assert vague.words == ("immunosuppressant",) and [entry.id for entry in vague.entries] == ["2"]
    assert "methotrexate" in vague.names and "verapamil" not in vague.names
    (rest,) = found["not_found"]
    assert "sodium thiosulfate, intravenous" in rest.names and not rest.words and not rest.entries


def test_while_a_medicine_is_not_understood_no_drug_is_merely_not_found(kb: KnowledgeBase) -> None:
    advice = read(kb)
    (rest,) = groups(advice)["not_found"]
    assert {item.therapy.kind for item in rest.items} <= {"procedure", "measure"}
    unread = [group for group in groups(advice)["may_have_been"] if "Qwertamab 10 mg" in group.words]
    assert unread and all("3" in [entry.id for entry in group.entries] for group in unread)


def test_a_patient_file_that_leaves_something_open_has_the_groups_without_entries(kb: KnowledgeBase) -> None:
    advice = kb.advise(RECORD)
    assert [group.words for group in advice.open_past] == [group.words for group in read(kb).open_past]
    assert not any(group.entries for group in advice.open_past)
    assert "record" not in advice.to_dict()["patient"]


def test_the_screen_tells_the_record_the_day_and_what_is_open(kb: KnowledgeBase) -> None:
    advice = read(kb)
    text = " ".join(" ".join(line.text for line in lay_out(screen(advice), advice)).split())
    assert (
        "FHIR R4, read as of 2023-10-16 (Composition.date): 5 entries, 1 not understood, 3 used, 1 without consequence"
        in text
    )
    assert "1 taken, not stated what for (infliximab)" in text and "may have been taken ('Qwertamab 10 mg' + 1)" in text
    assert "1 not found in this record" not in text


def test_no_row_of_an_incomplete_history_is_called_new(kb: KnowledgeBase) -> None:
    for advice in (read(kb), read(kb, "Qwertamab 10 mg")):
        open_ = [row for row in screen(advice).rows if row.best.standing == "cannot_tell"]
        assert open_ and {row.standing for row in open_} <= {"taken", "may have had", "not found"}
        assert "| new |" not in as_markdown(ScreenReport(advice).blocks())


def test_a_word_of_a_record_is_not_guessed_at(kb: KnowledgeBase) -> None:
    reading = RecordReading({"allergies": ["diazepam tablet xyz"]}, Account(), date(2023, 1, 1), dead=False)
    typed, read_ = kb.reader.mapping(reading.data), kb.reader.record(reading)
    assert all(not word.nearest for word in read_.unresolved)
    assert [word.named for word in read_.unresolved] == [word.named for word in typed.unresolved]


def test_the_documents_have_the_record_and_the_groups(kb: KnowledgeBase) -> None:
    advice = read(kb)
    data = advice.to_dict()
    record = data["patient"]["record"]
    assert (record["read_as_of"], record["entries"], sum(record["counts"].values())) == ("2023-10-16", 5, 5)
    assert [entry["id"] for entry in record["not_relied_on"]] == ["3"]
    assert {group["why"] for group in data["open_past"]} == {"not_stated", "may_have_been", "not_found"}
    for text in (as_markdown(AdviceReport(advice).blocks()), as_markdown(ScreenReport(advice).blocks())):
        assert "'Remsima' (MedicationStatement/1, 2023-01-02)" in text and "Not found in this record" in text


def test_the_record_changes_no_judgement(kb: KnowledgeBase) -> None:
    advice = read(kb)
    plain = kb.advise(replace_record(advice))
    assert [(item.therapy.id, item.verdict, item.rank) for item in advice.judged] == [
        (item.therapy.id, item.verdict, item.rank) for item in plain.judged
    ]
    assert replace(advice, patient=plain.patient) == plain


def replace_record(advice: Advice) -> Any:
    from msgspec import structs

    return structs.replace(advice.patient, record=None)


def test_a_medicine_of_the_past_that_was_not_understood_may_have_been_any_drug(kb: KnowledgeBase) -> None:
    unread = Entry("MedicationRequest", "9", "unresolved", "Qwertamab 10 mg", "not understood", "2015-01-01")
    reading = RecordReading({"history": [], "history_complete": False}, Account([unread]), date(2020, 1, 1), dead=False)
    found = groups(kb.advise(kb.reader.record(reading)))
    (vague,) = found["may_have_been"]
    assert vague.entries == (unread,) and vague.words == ("Qwertamab 10 mg",) and "rituximab" in vague.names
    assert {item.therapy.kind for group in found["not_found"] for item in group.items} <= {"procedure", "measure"}


def test_the_head_tells_what_became_of_each_entry_of_a_record(kb: KnowledgeBase) -> None:
    states: list[State] = ["used", "ignored", "recognised", "unresolved", "doubtful", "used"]
    account = Account([Entry("Condition", str(number), state, "gout") for number, state in enumerate(states)])
    data: dict[str, Any] = {"diseases": ["crest"], "conditions": ["gout"]}

    def told(**parts: Any) -> tuple[str, ...]:
        reading = RecordReading(
            {**data, **parts}, account, date(2023, 10, 16), dead=False, day_from="today", form="FHIR R4"
        )
        patient = kb.reader.record(reading)
        return dict(head(patient, kb.knowledge).lines)["record"]

    entries = ("1 not understood", "1 doubtful", "2 used", "1 without consequence", "1 ignored")
    assert told()[0].endswith(": 6 entries") and told()[1:] == (*entries, "calcinosis not named")
    assert told(conditions=["calcinosis_cutis"])[1:] == entries
    assert told(history=[{"therapy": "diltiazem", "for": "calcinosis", "outcome": "unknown"}])[1:] == entries
    assert told(history=[{"therapy": "diltiazem", "for": "other", "outcome": "unknown"}])[-1] == "calcinosis not named"
    account = Account([Entry("Condition", "1", "used", "gout")])
    assert told()[0].endswith(": 1 entry") and told()[1:] == ("1 used", "calcinosis not named")


def test_what_is_open_is_told_in_a_few_words(kb: KnowledgeBase) -> None:
    judged = kb.advise({"diseases": ["crest"], "history": []}).judged
    past = (
        OpenPast("not_found", judged[:3]),
        OpenPast("not_stated", judged[3:4], ("a",)),
        OpenPast("not_stated", judged[4:5], ("b",)),
        OpenPast("may_have_been", judged[5:7], ("immuno_suppressant",)),
        OpenPast("may_have_been", judged[7:8], ("one", "two")),
    )
    name = in_sentence(judged[3].name)
    assert list(past_words(past)) == [
        f"2 taken, not stated what for ({name} + 1)",
        "3 may have been taken ('immuno suppressant' + 2)",
        "3 not found in this record",
    ]
    assert list(past_words(past[3:4])) == ["2 may have been taken ('immuno suppressant')"]
    assert past[4].because == "'one', 'two'"
    assert replace(past[4], entries=(ACCOUNT.entries[0],)).because == ACCOUNT.entries[0].said
    assert dict(past[3].to_dict()) == {
        "why": "may_have_been",
        "therapies": [item.therapy.id for item in judged[5:7]],
        "words": ["immuno_suppressant"],
        "entries": [],
    }
