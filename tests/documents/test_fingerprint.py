"""A folder's marks change with its files, and only with them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from calcinosis_kb.documents.fingerprint import change_mark, content_hash


def written(folder: Path) -> Path:
    (folder / "below").mkdir(parents=True)
    (folder / "words").mkdir()
    for name in ("one.yaml", "below/two.yaml", "words/three.tsv", "other.txt"):
        path = folder / name
        path.write_text(name)
        os.utime(path, (1, 1))
    return folder


CHANGES: dict[str, tuple[Callable[[Path], object], bool, bool]] = {
    "nothing": (Path.stat, False, False),
    "another content of the same size": (lambda folder: (folder / "one.yaml").write_text("ONE.yaml"), True, True),
    "another time": (lambda folder: os.utime(folder / "below/two.yaml", (2, 2)), False, True),
    "another name": (lambda folder: (folder / "one.yaml").rename(folder / "four.yaml"), True, True),
    "a file more": (lambda folder: (folder / "below/five.yaml").write_text(""), True, True),
    "a word list": (lambda folder: (folder / "words/three.tsv").write_text("more"), True, False),
    "a file that is not read": (lambda folder: (folder / "other.txt").write_text("more"), False, False),
}
"""A change, whether it changes the hash of the content, and whether it changes the mark of the YAML files."""


@pytest.mark.parametrize("change", CHANGES)
def test_a_mark_changes_with_what_is_read(change: str, tmp_path: Path) -> None:
    folder = written(tmp_path / "folder")
    before = content_hash(folder), change_mark(folder, ".yaml")
    make, content, mark = CHANGES[change]
    make(folder)
    assert (content_hash(folder) != before[0], change_mark(folder, ".yaml") != before[1]) == (content, mark)
