"""Tables for a terminal of 80 columns: nothing that is copied is broken, and no table is a column of single letters."""

from __future__ import annotations

import re

import pytest

from calcinosis_kb import KnowledgeBase
from commandline import call


@pytest.mark.parametrize(("command", "most"), [(("coverage",), 200), (("therapies",), 160)])
def test_a_table_is_readable_at_eighty_columns(kb: KnowledgeBase, command: tuple[str, ...], most: int) -> None:
    done = call(*command)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) <= most and max(map(len, lines)) <= 80
    whole = " ".join(done.stdout.split())
    single = [word for option in kb.knowledge.options for word in re.findall(r"[\w-]{5,}", option.name)]
    assert [word for word in single if word not in whole] == []
