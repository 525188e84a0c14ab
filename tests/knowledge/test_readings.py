"""Read words whole: not only what they mean, but how sure that is, and what was written beside the name (readings.yaml)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match, Reading
from calcinosis_kb.knowledge.word_search import search

TABLE: dict[str, dict[str, str]] = yaml.load(
    Path(__file__).with_name("readings.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
)


def told(reading: Reading) -> str:
    """A reading on one line: its state, what it means, what it leaves open, what was written beside it, and when it was."""
    beside = {name: getattr(reading, name) for name in ("route", "dose", "duration", "purpose")}
    parts = (
        reading.state,
        " + ".join(map(meant, reading.matches)),
        f"may be {' '.join(reading.may_be)}" if reading.may_be else "",
        f"like {' '.join(reading.nearest)}" if reading.nearest else "",
        ", ".join(f"{name} {value}" for name, value in beside.items() if value),
        reading.told if reading.told != "present" else "",
    )
    return "; ".join(filter(None, parts))


def meant(match: Match) -> str:
    return f"{match.kind} {match.id}" + (f" ({' '.join(match.classes)})" if match.classes else "")


def _term(names: Names, kind: str, text: str) -> Iterable[Reading]:
    return (names.terms_of(kind).read(text),)


def readers(names: Names) -> dict[str, Callable[[str], Iterable[Reading]]]:
    return {
        "treatments": names.treatments,
        "given topically": lambda text: names.treatments(text, "topical"),
        "conditions": names.condition,
        "allergies": names.allergies,
        "mentions": names.mentioned,
        **{kind: partial(_term, names, kind) for kind in ("diseases", "sites", "features")},
    }


@pytest.mark.parametrize(("kind", "written"), [(kind, written) for kind, rows in TABLE.items() for written in rows])
def test_a_word_is_read_whole(kb: KnowledgeBase, kind: str, written: str) -> None:
    found = tuple(readers(kb.names)[kind](written))
    parts = [told(one) if one.text == written else f"[{one.text}] {told(one)}" for one in found]
    assert " | ".join(parts) == TABLE[kind][written]


def test_a_word_of_a_record_is_read_alike_and_likened_to_nothing(kb: KnowledgeBase) -> None:
    record = kb.names.without_suggestions()
    assert [(one.state, one.nearest) for one in record.treatments("diltiazam")] == [("not_understood", ())]
    assert [(one.state, one.nearest) for one in record.condition("hart failure")] == [("not_understood", ())]
    assert record.condition("HIV+") == kb.names.condition("HIV+")
    assert kb.names.treatments("diltiazam")[0].nearest == ("diltiazem",)  # for who types, nothing has changed


@pytest.mark.parametrize(
    ("kinds", "text", "read", "holding"),
    [
        (("sites",), "elbow", ["sites: ours; site elbow"], ["elbow"]),
        # Of several kinds, those that understand it; if none does, those that know something like it.
        (("sites", "features", "labs"), "pain", ["features: ours; feature pain"], ["pain"]),
        (("labs", "outcomes"), "faild", ["outcomes: not_understood; like ineffective"], []),
        (("labs",), "Creatinine", ["labs: ours; lab creatinine"], ["creatinine_clearance", "creatinine"]),
        (("labs",), "xyz", ["labs: not_understood"], []),
        (("outcomes",), "failed", ["outcomes: ours; outcome ineffective"], ["ineffective"]),
        (("diseases",), "MCTD", ["diseases: ours; disease mixed_ctd"], ["mixed_ctd"]),
        (("conditions",), "no diabetes", ["conditions: recognised"], []),
        (("sites", "labs"), "", [], []),
    ],
)
def test_a_word_is_looked_for(
    kb: KnowledgeBase, kinds: tuple[str, ...], text: str, read: list[str], holding: list[str]
) -> None:
    found = search(kb.names, kinds, text)
    assert (found.text, found.kinds) == (text, kinds)
    assert [f"{kind}: {told(reading)}" for kind, reading in found.readings] == read
    assert [entry.id for entry in found.holding] == holding
    assert found.understood == any("not_understood" not in one for one in read)
