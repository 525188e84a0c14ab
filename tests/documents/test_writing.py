"""A failed write leaves the old file whole and no other file behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from calcinosis_kb.documents.writing import make_folder, write_file
from calcinosis_kb.errors import InputError


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("old")
    path.chmod(0o640)
    write_file(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o640)
    assert [left.name for left in tmp_path.iterdir()] == ["a.yaml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_text("old")
    link.symlink_to("real.yaml")
    write_file(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_what_cannot_be_written_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.iterdir())
    for name in ("nowhere/x.svg", "file/x.svg", "folder", f"{'x' * 300}.svg"):
        with pytest.raises(InputError, match="CKB057"):
            write_file(tmp_path / name, b"new")
    with pytest.raises(InputError, match="CKB057"):
        make_folder(tmp_path / "file" / "inside")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "file").read_text() == "kept"
