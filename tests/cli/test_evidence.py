"""Pictures of the evidence show what the data says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.cli.evidence import forest, map_
from calcinosis_kb.errors import InputError
from calcinosis_kb.report.plots.evidence import forest_table, map_table
from calcinosis_kb.report.plots.figure import DIRECTIONS, SUFFIXES


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_data_beside_a_plot_is_text(kb: KnowledgeBase) -> None:
    row = next(row for row in forest_table(kb.knowledge, "diltiazem").rows if row[0] == "balin-2012")
    assert row == ("balin-2012", "2012", "mixed", "", "17", "", "")
    rows = map_table(kb.knowledge).rows
    assert ("acetic_acid_iontophoresis", "systemic_sclerosis", "no_benefit", "1", "3") in rows
    assert {row[2] for row in rows} <= set(DIRECTIONS)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_pictures_are_the_same_bytes_twice_with_data_beside(tmp_path: Path, suffix: str) -> None:
    for name, draw in (("forest", lambda path: forest("Cardizem", path)), ("map", map_)):
        one, other = tmp_path / f"{name}{suffix}", tmp_path / f"{name}-again{suffix}"
        draw(one)
        draw(other)
        assert one.read_bytes() == other.read_bytes()
        rows = read(one.with_name(f"{one.name}.csv"))
        assert len(rows) > 5
        if suffix == ".svg" and name == "forest":
            drawn = one.read_text(encoding="utf-8")
            assert all(row["study"] in drawn for row in rows)


def test_colours_stand_out_from_white() -> None:
    """WCAG 2: at least 4.5 to 1 against the background, for what is read as well as for what is seen."""
    for colour, _, words in DIRECTIONS.values():
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (luminance + 0.05) >= 4.5, words


def test_a_therapy_without_patients_has_no_forest(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        forest("denosumab", tmp_path / "x.svg")
    assert caught.value.problems[0].code == "CKB029"
    assert not list(tmp_path.iterdir())
