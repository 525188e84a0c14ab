"""The fields of the form of a patient and the patient file say the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from calcinosis_kb import load
from calcinosis_kb.errors import InputError
from calcinosis_kb.intake.form import as_field, fields_of, read_form
from strategies import examples, patients

KB = load(engines=("reference",))


@examples(400)
@given(patients(KB))
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(data: dict[str, Any]) -> None:
    assert read_form([("patient", as_field(data)), *fields_of(data)]).data == data


@examples(400)
@given(patients(KB))
def test_the_fields_alone_say_what_the_patient_file_says(data: dict[str, Any]) -> None:
    fields = [("patient", "{}"), *fields_of(data)]
    for section in ("conditions", "history"):
        if not data.get(section) and data.get(f"{section}_complete") is False:
            data.pop(section, None)  # an empty list that may not be whole says nothing
    history = data.get("history", [])
    # A form shows no entry that it was not made for: the treatments come with the file.
    carried = as_field({"history": history} if "history" in data else {})
    read = read_form([("patient", carried), *fields[1:]]).data
    assert KB.reader.mapping(read) == KB.reader.mapping(data)


@examples(400)
@given(patients(KB), patients(KB))
def test_a_form_over_another_patient_keeps_what_it_does_not_show(one: dict[str, Any], other: dict[str, Any]) -> None:
    shown = [(name, value) for name, value in fields_of(one) if not name.startswith(("history", "labs", "unit"))]
    read = read_form([("patient", as_field({**other, "case": {"notes": "kept"}})), *shown]).data
    assert read.pop("case") == {"notes": "kept"}
    assert read.get("labs", {}) == other.get("labs", {})
    assert read.get("history") == other.get("history")
    assert read.get("patient", {}) == one.get("patient", {})


@pytest.mark.parametrize("sent", ["[]", "{", "3", '"x"', "null", "[" * 5000, "\ud800"])
def test_a_form_without_a_patient_file_is_refused(sent: str) -> None:
    with pytest.raises(InputError) as caught:
        read_form([("patient", sent)])
    assert caught.value.problems[0].code == "CKB105"


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        ("<5 mg/L", ("<5", "mg/L")),
        ({"comparator": ">", "value": 60, "unit": "mg/L"}, (">60", "mg/L")),
    ],
)
def test_a_result_that_is_only_a_bound_is_shown_and_changed_as_one(result: Any, shown: tuple[str, str]) -> None:
    data = {"labs": {"crp": result}}
    fields = dict(fields_of(data))
    assert (fields["labs.crp"], fields["unit.crp"]) == shown
    kept, bound, exact = (
        read_form([("patient", as_field(data)), *(fields | changed).items()]).data["labs"]["crp"]
        for changed in ({}, {"labs.crp": "<7"}, {"labs.crp": "7"})
    )
    assert (kept, bound, exact) == (result, "<7 mg/L", {"value": 7, "unit": "mg/L"})
