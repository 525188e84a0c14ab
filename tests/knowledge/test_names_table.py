"""Read what clinicians write, and compare with the meanings recorded in words.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from calcinosis_kb import load
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Reading

TABLE: dict[str, list[dict[str, Any]]] = yaml.load(
    Path(__file__).with_name("words.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
)
RIGHT = 0.9
"""The part of the words that has to be read rightly; the rest may be reported, none may be read wrongly."""


@dataclass(frozen=True)
class Table:
    """How the words of one kind were read; ``wrong`` and ``missed`` are lines to print."""

    right: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(load().knowledge)


def readers(names: Names) -> dict[str, Callable[[str], Iterable[Reading]]]:
    return {
        "treatments": names.treatments,
        "medicines": names.treatments,
        "conditions": names.condition,
        "diseases": lambda text: [names.terms_of("diseases").read(text)],
    }


@pytest.mark.parametrize("kind", TABLE)
def test_words_are_read_for_what_they_mean(names: Names, kind: str) -> None:
    """At least nine tenths are understood, and none is misunderstood."""
    table = judge(names, kind)
    assert not table.wrong, "\n".join(table.wrong)
    assert table.right >= RIGHT * len(TABLE[kind]), "\n".join(table.missed)


@pytest.mark.parametrize("kind", TABLE)
def test_a_slip_of_the_pen_is_asked_and_not_judged(names: Names, kind: str) -> None:
    for row in TABLE[kind]:
        if row.get("asked"):
            for reading in readers(names)[kind](row["written"]):
                assert not reading.ids, row["written"]


def test_no_word_stands_twice() -> None:
    for kind, rows in TABLE.items():
        written = [row["written"] for row in rows]
        assert len(written) == len(set(written)), kind


def judge(names: Names, kind: str) -> Table:
    right = 0
    wrong: list[str] = []
    missed: list[str] = []
    for row in TABLE[kind]:
        found = tuple(readers(names)[kind](row["written"]))
        if "means" not in row:
            understood = all(reading.understood for reading in found)
            right, missed = (
                (right + 1, missed) if understood else (right, [*missed, f"{row['written']}: not understood"])
            )
            continue
        meant = row["means"] if isinstance(row["means"], list) else [row["means"]] if row["means"] else []
        line = (
            f"{row['written']}: {', '.join(meant) or 'none of ours'}; read as {[_shown(reading) for reading in found]}"
        )
        sure = {id_ for reading in found for id_ in reading.ids}
        likely = sure.union(*(_likely(names, reading) for reading in found))
        allowed = {above for id_ in meant for above in _around(names, kind, id_)}
        if any(id_ not in allowed for id_ in sure):
            wrong.append(line)
        elif row.get("asked"):
            asked = [reading.nearest[0] for reading in found if reading.nearest]
            if meant == asked:
                right += 1
            else:
                missed.append(line)
        elif (not meant and not likely) or likely.intersection(meant):
            right += 1
        else:
            missed.append(line)
    return Table(right, tuple(wrong), tuple(missed))


def _likely(names: Names, reading: Reading) -> set[str]:
    """What a reading may mean: ids that it leaves open, and the classes and families of a medicine."""
    drugs = (match for match in reading.matches if match.kind in ("medication", "other"))
    return {*reading.may_be, *(id_ for match in drugs for id_ in names.classes(match) if id_ != match.id)}


def _around(names: Names, kind: str, id_: str) -> set[str]:
    """A meaning and what it is a kind of or has for kinds: a brand of rivaroxaban may be read as it or as its class."""
    vocabulary = {"medicines": "medications", "conditions": "conditions"}.get(kind)
    if vocabulary is None:
        return {id_}
    terms = getattr(names.knowledge.terms, vocabulary)
    narrower = {other for other in terms if id_ in names.knowledge.ancestors(vocabulary, other)}
    return {id_, *names.knowledge.ancestors(vocabulary, id_), *narrower}


def _shown(reading: Reading) -> str:
    return f"{reading.state} {', '.join((*reading.ids, *reading.may_be))}".strip()
