"""A signature tells of a person what their items tell, wherever in a word an item stands."""

from __future__ import annotations

import pytest

from calcinosis_kb.cohort.item import Item
from calcinosis_kb.cohort.layout import Layout
from calcinosis_kb.cohort.limits import Limits
from calcinosis_kb.cohort.signatures import signatures

LIMITS = {
    ("patient", "age"): Limits((2.0, 18.0, 55.0)),
    ("lab", "egfr"): Limits((15.0, 30.0, 45.0, 60.0, 90.0)),
    ("lab", "calcium"): Limits((8.5,)),
}
VALUES = (4.0, 15.0, 29.9, 30.0, 75.0, 120.0)


@pytest.mark.parametrize("flags", [1, *range(20, 32), 56, 130])
def test_a_quantity_is_read_back_from_every_place_in_a_word(flags: int) -> None:
    import ibis

    conditions = [Item("condition", f"c{number:03}") for number in range(flags)]
    layout = Layout([*conditions, Item("sex", "female"), Item("sex", "male")], LIMITS)
    people = range(1, len(VALUES) + 1)
    rows: list[tuple[object, ...]] = [
        (person, "lab", "egfr", "", value) for person, value in zip(people, VALUES, strict=True)
    ]
    rows += [(person, *conditions[-person % flags][:3], None) for person in people]
    items = ibis.memtable(
        rows, schema={"person_id": "int64", "kind": "string", "id": "string", "detail": "string", "value": "float64"}
    )
    persons = ibis.memtable(
        [(person, 10.0 * person, "male" if person % 2 else "female", False) for person in people],
        schema={"person_id": "int64", "age": "float64", "sex": "string", "dead": "boolean"},
    )
    backend = ibis.duckdb.connect()
    found = backend.to_pyarrow(signatures(items, persons, layout)).to_pylist()
    assert sorted(row["person_id"] for row in found) == list(people)
    for row in found:
        person = row["person_id"]
        egfr, age = LIMITS["lab", "egfr"], LIMITS["patient", "age"]
        assert set(layout.read([row[f"w{word}"] for word in range(layout.words)])) == {
            conditions[-person % flags],
            Item("sex", "male" if person % 2 else "female"),
            Item("age", "", "", age.inside(age.region(10.0 * person))),
            Item("lab", "egfr", "", egfr.inside(egfr.region(VALUES[person - 1]))),
        }
