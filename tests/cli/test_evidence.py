"""Pictures of the evidence show what the data says."""

from __future__ import annotations

import csv
import re
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
    table = forest_table(kb.knowledge, "diltiazem")
    row = next(dict(zip(table.columns, row, strict=True)) for row in table.rows if row[1] == "balin-2012")
    assert (row["year"], row["responded"], row["treated"], row["not_stated"]) == ("2012", "9", "17", "8")
    assert row["low"] == row["high"] == ""
    rows = map_table(kb.knowledge).rows
    assert ("acetic_acid_iontophoresis", "systemic_sclerosis", "no_benefit", "1", "3") in rows
    assert {row[2] for row in rows} <= set(DIRECTIONS)


@pytest.mark.slow
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
            assert "Balin 2012 · 7 diseases · retrospective cohort" in drawn and "9 + ? of 17" in drawn
            assert "Nair [n.d.]" in drawn and not any(row["study"] in drawn for row in rows if "-" in row["study"])


def test_a_family_is_drawn_member_by_member(tmp_path: Path) -> None:
    picture = tmp_path / "family.svg"
    forest("bisphosphonates", picture)
    drawn = picture.read_text(encoding="utf-8")
    for heading in ("Source names no member", "Alendronate", "Etidronate", "Pamidronate"):
        assert f">{heading}<" in drawn
    assert {"bisphosphonate", "alendronate", "etidronate"} <= {row["therapy"] for row in read(Path(f"{picture}.csv"))}


def test_the_patients_are_written_beside_each_mark_of_the_map(kb: KnowledgeBase, tmp_path: Path) -> None:
    picture = tmp_path / "map.svg"
    map_(picture)
    drawn = re.findall(r">(\d+)</text>", picture.read_text(encoding="utf-8"))
    assert sorted(drawn) == sorted(row[4] for row in map_table(kb.knowledge).rows if row[4] != "0")


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
