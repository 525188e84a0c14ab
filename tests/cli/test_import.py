"""Health records at the command line: imported as a patient file, and taken wherever a patient file is."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb.characters import visible
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.patients.account import STATES, Account, Entry
from calcinosis_kb.patients.annotated import annotated
from calcinosis_kb.patients.record_reading import RecordReading
from commandline import call
from strategies import SEED, examples

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
WOMAN = {"resourceType": "Patient", "id": "p1", "birthDate": "1963-05-01", "gender": "female"}
DEAD = {"resourceType": "Patient", "id": "p2", "birthDate": "1950-01-01", "deceasedDateTime": "2019-03-01"}


def order(text: str, status: str = "active", patient: str = "p1", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest", "id": f"order-{text.split()[0]}", "status": status, "intent": "order",
        "authoredOn": "2020-02-03", "subject": {"reference": f"Patient/{patient}"}, "medicationCodeableConcept": {"text": text}, **more,
    }  # fmt: skip


def written(folder: Path, *resources: dict[str, Any]) -> str:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    path = folder / "record.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    return str(path)


@pytest.fixture
def record(tmp_path: Path) -> str:
    return written(tmp_path, WOMAN, order("diltiazem"), order("colchicine", "stopped"), order("Qwertamab 10 mg"))


def answer(*arguments: str, text: str | None = None) -> dict[str, Any]:
    done = call("suggest", *arguments, "--engine", "reference", "-f", "json", text=text)
    assert done.returncode == 0, done.stderr
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def test_a_record_is_shown_what_needs_a_reader_first(record: str) -> None:
    shown = call("import", record).stdout
    assert "FHIR R4, read as of 2020-02-03 (MedicationRequest authoredOn): 4 entries" in shown
    assert shown.index("Not understood") < shown.index("Qwertamab 10 mg") < shown.index("Used")


def test_what_belongs_to_nobody_is_shown_and_counted(tmp_path: Path) -> None:
    (tmp_path / "Patient.ndjson").write_text("\n".join(map(json.dumps, (WOMAN, DEAD))), encoding="utf-8")
    lost = {key: value for key, value in order("diltiazem").items() if key != "subject"}
    lines = (*map(json.dumps, (order("colchicine"), lost)), "{broken")
    (tmp_path / "MedicationRequest.ndjson").write_text("\n".join(lines), encoding="utf-8")
    shown = call("import", str(tmp_path), "--patient", "p1")
    assert "Beside the record, of nobody here (2)" in shown.stdout and "names no patient" in shown.stdout
    data = json.loads(call("import", str(tmp_path), "--patient", "p1", "-f", "json").stdout)
    assert len(data["entries"]) == 2 and [one["state"] for one in data["apart"]] == ["ignored", "unresolved"]
    assert data["patient_file"]["medications"] == ["colchicine"] and not data["patient_file"]["medications_complete"]


def test_what_an_entry_gave_is_named(record: str) -> None:
    entries = json.loads(call("import", record, "-f", "json").stdout)["entries"]
    assert next(one["gave"] for one in entries if one["resource"] == "Patient") == {"patient": ["age", "sex"]}
    assert "age, sex" in call("import", record).stdout


def test_an_answer_claims_no_more_than_its_record(tmp_path: Path) -> None:
    nuts = {
        "resourceType": "AllergyIntolerance", "id": "a1", "patient": {"reference": "Patient/p1"}, "code": {"text": "peanuts"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
    }  # fmt: skip
    thin = written(tmp_path, WOMAN, order("levothyroxine"), nuts)
    shown = " ".join(call("suggest", thin).stdout.split())
    assert "none medicines or allergies of consequence here" in shown and "calcinosis not named" in shown
    named = {**order("diltiazem"), "reasonCode": [{"text": "calcinosis cutis"}]}
    assert "calcinosis not named" not in call("suggest", written(tmp_path, WOMAN, named)).stdout


def test_why_says_of_the_past_what_the_rows_say(record: str, tmp_path: Path) -> None:
    assert "· may have had ·" in call("why", "rituximab", record).stdout
    thin = written(tmp_path, WOMAN, order("levothyroxine"))
    assert "· not found ·" in call("why", "rituximab", thin).stdout
    assert "as it was on 2020-02-03" in " ".join(call("letter", "1", thin).stdout.split())


def test_the_imported_file_gives_the_answer_of_the_record(record: str, tmp_path: Path) -> None:
    file = tmp_path / "patient.yaml"
    done = call("import", record, "-o", str(file))
    assert done.returncode == 0 and f"calcinosis-kb suggest {file}" in done.stderr
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# FHIR R4, read as of 2020-02-03") and "# unresolved: 'Qwertamab 10 mg'" in text
    one, other = answer(record), answer(str(file))
    assert one["options"] == other["options"] and one["not_offered"] == other["not_offered"]
    assert one["patient"].pop("record")["counts"]["unresolved"] == 1
    for patient in (one["patient"], other["patient"]):
        for word in patient["unresolved"]:
            del word["nearest"]
    assert one["patient"] == other["patient"]


def test_a_file_is_never_replaced(record: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("diseases: [crest]", encoding="utf-8")
    done = call("import", record, "-o", str(tmp_path / "mine.yaml"))
    assert done.returncode == 2 and "CKB074" in done.stderr and not done.stdout
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "diseases: [crest]"


@pytest.mark.parametrize(
    "command",
    [["why", "diltiazem"], ["letter", "diltiazem"], ["compare", "diltiazem", "minocycline"], ["graph", "patient"]],
)
def test_every_command_for_a_patient_takes_a_record(record: str, command: list[str]) -> None:
    done = call(*command, record, "--engine", "reference")
    assert done.returncode == 0 and done.stdout, done.stderr


def test_a_row_may_follow_a_folder_of_records(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "Patient.ndjson").write_text(json.dumps(WOMAN), encoding="utf-8")
    (folder / "MedicationRequest.ndjson").write_text(json.dumps(order("diltiazem")), encoding="utf-8")
    assert "diltiazem" in call("why", str(folder), "diltiazem").stdout.casefold()
    assert call("compare", "diltiazem", "minocycline", str(folder)).returncode == 0


def test_a_record_may_come_on_standard_input(record: str) -> None:
    piped = answer("-", text=Path(record).read_text(encoding="utf-8"))
    assert piped["options"] == answer(record)["options"]


def test_entries_that_say_the_same_are_told_together(tmp_path: Path) -> None:
    orders = [order("Qwertamab", id=f"q{n}", authoredOn=f"20{n:02}-01-01") for n in range(10, 27)]
    record = written(tmp_path, WOMAN, *orders)
    assert re.search(
        r"Qwertamab .* 2010-01-01 to .* 17 ×", " ".join(call("import", record, COLUMNS="120").stdout.split())
    )
    call("import", record, "-o", str(tmp_path / "patient.yaml"))
    text = (tmp_path / "patient.yaml").read_text(encoding="utf-8")
    assert "# unresolved: 'Qwertamab' (MedicationRequest/q26, 2026-01-01) and 16 more" in text
    assert len(json.loads(call("import", record, "-f", "json").stdout)["entries"]) == 18


def test_of_several_patients_one_is_chosen(tmp_path: Path) -> None:
    both = written(tmp_path, WOMAN, DEAD, order("diltiazem"))
    none = call("suggest", both)
    assert none.returncode == 2 and "CKB107" in none.stderr
    assert "p1 (female, born 1963-05-01)" in none.stderr and "p2 (born 1950-01-01, dead)" in none.stderr
    assert answer(both, "--patient", "p1")["patient"]["patient"]["sex"] == "female"
    assert "CKB107" in call("suggest", both, "--patient", "p3").stderr


@pytest.mark.slow
def test_a_map_is_drawn_of_one_of_several_patients(tmp_path: Path) -> None:
    both, out = written(tmp_path, WOMAN, DEAD, order("diltiazem")), tmp_path / "map.svg"
    none = call("graph", "draw", "--patient", both, "-o", str(out))
    assert none.returncode == 2 and "CKB107" in none.stderr and "'--record ID'" in none.stderr and not out.exists()
    assert call("graph", "draw", "--patient", both, "--record", "p1", "-o", str(out)).returncode == 0 and out.exists()


@pytest.mark.parametrize("command", ["suggest", "import"])
def test_nothing_is_suggested_for_the_dead(tmp_path: Path, command: str) -> None:
    file = tmp_path / "patient.yaml"
    more = ("-o", str(file)) if command == "import" else ()
    done = call(command, written(tmp_path, DEAD, order("diltiazem", patient="p2")), *more)
    assert done.returncode == 1 and "CKB114" in done.stderr and "has died" in done.stderr
    assert not file.exists() and "Open" not in done.stdout
    assert ("has died" in done.stdout) is (command == "import")


def test_the_day_of_reading_can_be_given(record: str) -> None:
    told = answer(record, "--as-of", "2025-05-02")["patient"]
    assert (told["patient"]["age"], told["record"]["read_as_of"], told["record"]["day_from"]) == (
        62,
        "2025-05-02",
        "the user",
    )


@pytest.mark.parametrize("options", [["--as-of", "2020-01-01"], ["--patient", "p1"], ["--history-complete"]])
def test_options_for_records_do_not_fit_a_patient_file(options: list[str]) -> None:
    for given_ in ([str(SEED)], ["--disease", "crest"]):
        done = call("suggest", *given_, *options)
        assert done.returncode == 2 and f"{options[0]} is for health records" in done.stderr, done.stderr


def standings(data: dict[str, Any]) -> dict[str, str]:
    return {one["therapy"]: one["standing"] for key in ("options", "not_offered", "unproven") for one in data[key]}


def test_a_history_is_whole_only_if_the_user_says_so(tmp_path: Path) -> None:
    record = written(tmp_path, WOMAN, order("diltiazem"), order("colchicine", "stopped"))
    assert "untried" not in standings(answer(record)).values()
    whole = standings(answer(record, "--history-complete"))
    assert whole["rituximab"] == "untried" and whole["diltiazem"] == "cannot_tell"


@pytest.mark.parametrize(
    "status", ["stopped", *(pytest.param(one, marks=pytest.mark.slow) for one in ("active", "on-hold"))]
)
def test_a_medicine_that_was_not_understood_leaves_every_drug_open(tmp_path: Path, status: str) -> None:
    record = written(tmp_path, WOMAN, order("diltiazem"), order("Qwertamab 10 mg", status))
    found = answer(record, "--history-complete")
    drugs = {
        therapy for group in found["open_past"] if group["why"] == "may_have_been" for therapy in group["therapies"]
    }
    assert standings(found)["rituximab"] == "cannot_tell" and "rituximab" in drugs


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("diseases: [crest]", "CKB106"),
        ('{"resourceType": "Bundle", "entry": [', "CKB106"),
        ("", "CKB003"),
        ("[]", "CKB106"),
    ],
)
def test_what_is_no_record_cannot_be_imported(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    done = call("import", str(tmp_path / "x.json"))
    assert done.returncode == 2 and code in done.stderr and "fix:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_record_is_held_to_its_specification_on_demand(tmp_path: Path) -> None:
    assert call("import", written(tmp_path, WOMAN, order("diltiazem")), "--strict").returncode == 0
    done = call("import", written(tmp_path, WOMAN, order("diltiazem", authoredOn="yesterday")), "--strict")
    assert done.returncode == 2 and "CKB109" in done.stderr and "authoredOn" in done.stderr and not done.stdout


ANYTHING = st.text(max_size=20)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@examples(300)
@given(
    words=st.lists(
        st.one_of(WORDS, st.just("true"), st.just("12"), st.sampled_from(("a\nb", "a\u202eb\u200b", "\x1b[2J"))),
        max_size=4,
    ),
    said=ANYTHING,
    why=ANYTHING,
)
def test_whatever_a_record_is_called_its_file_reads_back(words: list[str], said: str, why: str) -> None:
    entries = [
        Entry("X", said, STATES[n % 5], said, why, said, (("medications", word),)) for n, word in enumerate(words)
    ]
    data = {
        "patient": {"age": 63, "sex": None},
        "history": [{"therapy": word, "adverse_event": f"{word}\n\n{word}"} for word in words],
        "medications": words,
        "conditions": [],
        "labs": {"height": {"value": 1.5, "unit": "cm"}},
    }
    reading = RecordReading(data, Account(entries), date(2020, 1, 1), dead=False, day_from=said, form="FHIR R4")
    text = annotated(reading)
    assert parse(text, "file").data == data
    assert visible(text) == text, "nothing hides in it"


@pytest.mark.slow
def test_a_database_of_omop_is_taken_like_a_record(tmp_path: Path) -> None:
    pytest.importorskip("ibis")
    cdm = tmp_path / "cdm"
    cdm.mkdir()
    (cdm / "person.csv").write_text(
        "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth\n7,8532,1963,5,1\n8,8507,1950,1,1\n",
        encoding="utf-8",
    )
    (cdm / "visit_occurrence.csv").write_text(
        "visit_occurrence_id,person_id,visit_start_date,visit_end_date\n1,7,2020-02-03,2020-02-03\n", encoding="utf-8"
    )
    told = answer(str(cdm), "--patient", "7")["patient"]
    assert told["patient"]["sex"] == "female" and told["record"]["form"].startswith("OMOP CDM")
    assert "CKB107" in call("suggest", str(cdm)).stderr
    assert "CKB116" in call("import", str(cdm), "--patient", "7", "--strict").stderr
