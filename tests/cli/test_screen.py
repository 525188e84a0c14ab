"""A screen at the command line, of records that are read one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commandline import call

WOMAN = {"resourceType": "Patient", "id": "p1", "birthDate": "1963-05-01", "gender": "female"}
GOUT = {
    "resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}, "recordedDate": "2020-02-03", "code": {"text": "Gout"},
}  # fmt: skip


@pytest.mark.slow
def test_a_source_without_calcinosis_gives_columns_and_no_row(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    record, out = tmp_path / "record.ndjson", tmp_path / "out.parquet"
    record.write_text("\n".join(map(json.dumps, (WOMAN, GOUT))), encoding="utf-8")
    done = call("screen", str(record), "-o", str(out), "--summary", str(tmp_path / "summary"))
    assert done.returncode == 0, done.stderr
    assert "1 people, of whom 0 are dead and 1 have no calcinosis on record" in done.stderr and "'--all'" in done.stderr
    table = pq.read_table(out)
    assert table.num_rows == 0 and table.column_names[:3] == ["person_id", "therapy", "standing"]
    assert "0 people were judged" in (tmp_path / "summary" / "summary.md").read_text(encoding="utf-8")
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.slow
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    record = tmp_path / "record.ndjson"
    record.write_text("\n".join(map(json.dumps, (WOMAN, GOUT))), encoding="utf-8")
    done = call("screen", str(record), "-o", str(record / "out.parquet"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "CKB057" in done.stderr and "fix: check the folder" in done.stderr
