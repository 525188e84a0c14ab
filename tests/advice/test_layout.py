"""The lines of a screen, of rows that are made up: what is shown whole, what folds, and where the columns stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.head import Head
from calcinosis_kb.advice.layout import lay_out, lay_out_briefly
from calcinosis_kb.advice.questions import Question
from calcinosis_kb.advice.screen import Folded, Group, Row, Screen

LAID_OUT: dict[str, str] = yaml.safe_load(Path(__file__).with_name("screens.yaml").read_text(encoding="utf-8"))
"""The lines of each screen, behind the style of those that have one."""

WIDE = "sodium thiosulfate: intravenous, intralesional, topical"
LONG = "The open-label study enrolled moderate to severe, widespread calcinosis and followed it for a year."


@pytest.fixture(scope="module")
def advice(kb: KnowledgeBase) -> Advice:
    """An answer, of which a screen shows no more than the hash of the knowledge."""
    return kb.advise({"patient": {"age": 30, "sex": "female"}, "diseases": ["crest"], "history": []})


@pytest.fixture(scope="module")
def screens(advice: Advice) -> dict[str, Screen]:
    by_id = {item.therapy.id: item for item in advice.judged}
    by_seen = {item.evidence.seen: item for item in advice.judged}

    def row(rank: int, name: str, seen: str = "3 of 9 better", state: str = "ready", **parts: object) -> Row:
        best = replace(by_seen["in_disease" if rank < 4 else "elsewhere"], rank=rank)
        usual = {"others": (), "route": "tablets", "checks": (), "standing": "", "pro": "", "con": ""}
        return Row(items=(best,), name=name, seen=seen, state=state, **{**usual, **parts})  # type: ignore[arg-type]

    def folded(*reasons: tuple[str, Sequence[str]]) -> tuple[Folded, ...]:
        return tuple(Folded(tuple(by_id[id_] for id_ in ids), why) for why, ids in reasons)

    def question(short: str, first: int) -> Question:
        return Question(short, (short,), f"{short}?", short, ("rituximab",), first)

    one = Head("30-year-old woman · CREST", (), (("failed", ("colchicine",)),), ("size",))
    empty = Screen(one, (), ((0, "open"), (3, "unproven"), (0, "in reserve")), (), (), (), (), (), (), (), ())
    rows = (
        row(1, "minocycline", state="check", checks=("ALT", "eGFR", "pregnancy", "all allergies"), pro="It fits."),
        row(2, "rituximab", route="infusion", state="caution: infection", checks=("HBsAg",), con="Infected in 2 of 9."),
        row(3, WIDE, "number not stated", others=("◐ oral: 2, mixed",), pro=LONG, con=LONG, state="check", checks=("systolic BP",)),
        row(4, "surgical debulking", standing="family tried", state="caution: limited systemic sclerosis", checks=("ALT",)),
        row(5, "intravenous immunoglobulin", route="infusion", state="reserve"),
    )  # fmt: skip
    groups = (
        Group("Seen in her disease", rows[:3]),
        Group("Seen in other or mixed diseases, in few with her own", rows[3:]),
    )
    whole = replace(
        empty,
        counts=((6, "open"), (1, "alongside"), (2, "unproven"), (0, "failed")),
        trials=("warfarin",),
        groups=groups,
        alongside=(by_id["analgesia"], by_id["wound_care"]),
        reserve=folded(("thin evidence", ["colchicine", "warfarin"]), ("harm", ["thalidomide"])),
        not_now=folded(("infection", ["co2_laser"])),
        questions=(
            question("TB screen", 8),
            question("largest deposit", 2),
            question("pregnancy", 0),
            question("age", 0),
        ),
        similar=("rituximab helped (Daoussis 2012)", "colchicine did not help (a report)"),
    )
    loud = Head(
        f"{one.who} · {'and a disease with a long name ' * 4}".strip(),
        ("First alert. " * 12, "Second alert.", "Third alert.", "Fourth alert.", "Fifth alert."),
        (
            ("record", tuple(f"{number} entries of one kind" for number in range(9))),
            ("deposits", tuple(f"complaint {number}" for number in range(12))),
            ("takes", tuple(f"medicine {number}" for number in range(30))),
        ),
        tuple(f"section {number}" for number in range(12)),
    )
    many = tuple(row(number, f"therapy {number}", con="It may harm." if number % 2 else "") for number in range(1, 31))
    crowded = replace(
        whole,
        head=loud,
        warnings=("Warfarin promotes calcification, [warfarin] and more of it. " * 3, "Second.", "Third.", "Fourth."),
        groups=(Group("Seen in her disease", many[:20]), Group("Seen elsewhere", many[20:])),
        reserve=folded(
            *((f"a rather long reason of the number {n}", ["colchicine", "warfarin", "thalidomide"]) for n in range(9))
        ),
        similar=tuple(f"therapy {number} helped somebody (Author {number})" for number in range(9)),
    )
    single = replace(empty, counts=((1, "open"), (2, "failed")), groups=(Group("Seen in her disease", rows[:1]),))
    alarmed = replace(single, head=crowded.head, warnings=crowded.warnings)
    return {"empty": empty, "single": single, "whole": whole, "crowded": crowded, "alarmed": alarmed}


@pytest.mark.parametrize("name", [name for name in LAID_OUT if "briefly" not in name])
def test_a_screen_is_laid_out_like_this(screens: dict[str, Screen], advice: Advice, name: str) -> None:
    screen, *given = name.split(", ")
    options = {option: int(number) for option, _, number in (part.partition(" ") for part in given)}
    shown = lay_out(screens[screen], advice, **options)
    lines = [f"{line.style}|{line.text}" for line in shown]
    assert "\n".join(lines).replace(advice.knowledge.hash[:8], "01234567") == LAID_OUT[name].rstrip("\n")


@pytest.mark.parametrize("name", [name for name in LAID_OUT if "briefly" in name])
def test_a_screen_is_told_briefly_like_this(screens: dict[str, Screen], name: str) -> None:
    shown = lay_out_briefly(screens[name.partition(",")[0]])
    assert "\n".join(f"{line.style}|{line.text}" for line in shown) == LAID_OUT[name].rstrip("\n")
