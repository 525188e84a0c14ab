"""Lay a first screen out as lines of text: at most 40 lines of 80 columns, whatever the patient."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.questions import FIRST, Question
from calcinosis_kb.advice.screen import Folded, Group, Row, Screen
from calcinosis_kb.characters import visible
from calcinosis_kb.knowledge.spelling import in_sentence

__all__ = ["HEIGHT", "WIDTH", "Line", "lay_out", "lay_out_briefly"]

HEIGHT, WIDTH = 40, 78
"""The most lines, and the most columns: two less than 80, since "…" takes three columns where only ASCII can be printed."""

SHOWN_FIRST = 7
"""The number of rows that come before the reasons of any."""

NOTICE_LINE = f"{NOTICE.split('.')[0]}."

_REASONED = 4
"""The number of rows that may show their reasons."""

_ROOM, _TIGHTEST = 16, 2
"""The lines that rows should have, and the steps in which the lists around them are cut for it."""

_ASKED = 6
_LABEL = 10
_NAME, _ROUTE, _SEEN = 31, 9, 17
"""The widths of the columns of a row."""

_LONGEST_NAME = 42
NO_BREAK = "\N{NO-BREAK SPACE}"


class Line(NamedTuple):
    """A line and its style: "" or the name of a style in `calcinosis_kb.report.render`."""

    text: str
    style: str = ""


def lay_out(screen: Screen, advice: Advice, *, height: int = HEIGHT, top: int | None = None) -> list[Line]:
    """Return the lines of a screen. Rows fold until they fit; with ``top`` exactly so many are shown, however long that is."""
    for tight in range(_TIGHTEST + 1):
        above, below = list(_above(screen, tight)), list(_below(screen, advice, tight))
        room = height - len(above) - len(below)
        if room >= _ROOM:
            break
    body = list(_rows(screen, room, top))
    return [Line(visible(line.text).rstrip(), line.style) for line in (*above, *body, *below)]


def lay_out_briefly(screen: Screen) -> list[Line]:
    """Return a line for each alert, for the patient and for each open therapy, and nothing else."""
    alerts = [*screen.head.alerts, *(f"Taken now, and may do harm: {warning}" for warning in screen.warnings)]
    lines = [
        *(Line(alert, "alert") for alert in alerts),
        Line(screen.head.who, "head"),
        *(Line(_row(row), "row") for row in screen.rows),
        Line(NOTICE_LINE, "notice"),
    ]
    return [Line(visible(line.text).rstrip(), line.style) for line in lines]


def _above(screen: Screen, tight: int) -> Iterator[Line]:
    """The patient, words that were not understood, harmful medicines, and the sentence of counts."""
    for alert in screen.head.alerts[:3]:
        yield from (Line(text, "alert") for text in _wrapped(alert, 2))
    if len(screen.head.alerts) > 3:
        yield Line(f"{len(screen.head.alerts) - 3} more words were not understood: --all names them.", "alert")
    yield from (Line(text, "head") for text in _wrapped(screen.head.who, 2))
    for label, words in screen.head.lines:
        yield from (Line(text) for text in _labelled(label, words, most=1 if tight or label == "deposits" else 2))
    yield from (Line(text, "blank") for text in _labelled("BLANK", screen.head.blank, most=1))
    for warning in screen.warnings[:2]:
        yield from (
            Line(text, "alert") for text in _wrapped(f"Taken now, and may do harm: {warning}", 1 if tight else 2)
        )
    yield Line("")
    yield from (Line(text) for text in _wrapped(screen.counted, 3))


def _rows(screen: Screen, room: int, top: int | None) -> Iterator[Line]:
    """The groups with as many rows as fit, then with reasons for the first of them."""
    rows = screen.rows
    shown = len(rows) if top is None else min(top, len(rows))
    if top is None:
        while shown > 1 and _size(screen.groups, rows[:shown]) > room:
            shown -= 1
        kept = min(shown, SHOWN_FIRST)
        spare = room - _size(screen.groups, rows[:kept])
        shown = max(kept, min(shown, kept + spare - sum(len(_reasons(row)) for row in rows[:_REASONED])))
        while shown > kept and _size(screen.groups, rows[:shown]) > room:
            shown -= 1
        spare = room - _size(screen.groups, rows[:shown])
    else:
        spare = 2 * shown
    reasons: dict[int, list[str]] = {}
    for row in rows[: min(shown, _REASONED if top is None else shown)]:
        reasons[id(row)] = _reasons(row)[: max(spare, 0)]
        spare -= len(reasons[id(row)])
    whole = {id(row) for row in rows[:shown]}
    for index, group in enumerate(screen.groups):
        hidden = [f"{row.rank} {row.name}" for row in group.rows if id(row) not in whole]
        if len(hidden) == len(group.rows):
            yield from (
                Line(text, "dim")
                for text in _labelled("", [f"{group.title}: {hidden[0]}", *hidden[1:]], most=1, column=0)
            )
            continue
        yield _heading(group.title, with_columns=index == 0)
        for row in group.rows:
            if id(row) in whole:
                yield Line(_row(row), "row")
                yield from (
                    Line(f"     {text}", "pro" if text.startswith("+") else "con") for text in reasons.get(id(row), [])
                )
        yield from (Line(text, "dim") for text in _labelled("     ", hidden, most=1, column=5))
    if not screen.groups:
        yield Line("Nothing is left to offer: all with patients reported were tried, or something speaks against them.")


def _size(groups: Sequence[Group], shown: Sequence[Row]) -> int:
    """The lines that the groups take with some rows shown and the others folded."""
    whole = {id(row) for row in shown}
    kept = [sum(id(row) in whole for row in group.rows) for group in groups]
    return sum(1 + number + (0 < number < len(group.rows)) for number, group in zip(kept, groups, strict=True))


def _heading(title: str, *, with_columns: bool) -> Line:
    columns = f"{'patients':<{_SEEN}} state" if with_columns else ""
    return Line(f"{title.upper():<{_NAME + 5}} {columns}" if len(title) < _NAME + 5 else title.upper(), "group")


def _row(row: Row) -> str:
    """Rank, mark, name, patients and state; a long name, such as a family with its members, takes from the state."""
    name = _cut(_name(row), _LONGEST_NAME)
    seen = f"{row.seen:<{_SEEN}}" if len(name) <= _NAME else f"{row.seen} "
    start = f"{row.rank:>2} {row.mark} {name:<{_NAME}} {seen}"
    return f"{start} {_state(row, WIDTH - len(start) - 1)}"


def _name(row: Row) -> str:
    """The name with its standing, or else with the route, as far as there is room."""
    if row.standing:
        return f"{row.name} · {row.standing}"
    room = _NAME - _ROUTE - 1
    return f"{row.name:<{room}} {row.route}" if len(row.name) <= room else row.name


def _state(row: Row, width: int) -> str:
    """The state with the number of things to check and the first of them, as far as there is room."""
    if row.state == "check":
        return _cut(f"check {len(row.checks)}: {', '.join(row.checks)}", width)
    number = f", check {len(row.checks)}" if row.checks else ""
    return f"{row.state}{number}" if len(row.state) + len(number) <= width else _cut(row.state, width)


def _reasons(row: Row) -> list[str]:
    """The lines below a row: what speaks most for it, and what gravest against it."""
    pairs = (("+", row.pro), ("!", row.con))
    return [_cut(f"{mark} {text}", WIDTH - 5) for mark, text in pairs if text]


def _below(screen: Screen, advice: Advice, tight: int) -> Iterator[Line]:
    """What is folded away, what is not possible now, patients alike, questions, the next commands and the notice."""
    yield Line("")
    yield from _fold("reserve", screen.reserve, most=1 if tight > 1 else 2)
    alongside = [in_sentence(item.name) for item in screen.alongside]
    yield from (Line(text) for text in _labelled("alongside", alongside, most=1))
    yield from _fold("NOT NOW", screen.not_now, most=1 if tight else 2)
    yield from (Line(text) for text in _labelled("SIMILAR", screen.similar, most=1 if tight else 2, separator=" · "))
    yield from (
        Line(text, "ask") for text in _labelled("ASK", _asked(screen.questions) if screen.questions else [], most=2)
    )
    yield Line("")
    first = screen.rows[0].rank if screen.rows else 1
    yield Line(
        f"why {first} · suggest --all · --brief{f'knowledge {advice.knowledge.hash[:8]}':>{WIDTH - 31 - len(str(first))}}",
        "dim",
    )
    yield Line(NOTICE_LINE, "notice")


def _asked(questions: Sequence[Question]) -> list[str]:
    """The first questions in short, each with the number of the first rows that it could change."""
    first, *others = (f"{number} {question.short}?" for number, question in enumerate(questions[:_ASKED], 1))
    could = f"{first} ({questions[0].first} of the first {FIRST})"
    return [could, *(f"{text} ({question.first})" for text, question in zip(others, questions[1:], strict=False))]


def _fold(label: str, folded: Sequence[Folded], *, most: int) -> Iterator[Line]:
    """Therapies with the reason that they share, in a few lines: fewer names of each reason until all reasons fit."""
    for named in (6, 4, 3, 2, 1):
        parts = [f"{_few(one.names, named)} ({one.why})" for one in folded]
        lines = _labelled(label, parts, most=most, separator=" · ")
        if not lines or not lines[-1].endswith((" more", "…")):
            break
    yield from (Line(text) for text in lines)


def _few(names: Sequence[str], most: int) -> str:
    return f"{', '.join(names[:most])}{f' + {len(names) - most}' if len(names) > most else ''}"


def _labelled(label: str, words: Sequence[str], *, most: int, separator: str = ", ", column: int = _LABEL) -> list[str]:
    """Words behind a label in at most so many lines; those that do not fit are counted: "+ 3 more"."""
    lines: list[str] = []
    for number in range(len(words), 0, -1):
        more = f" + {len(words) - number} more" if number < len(words) else ""
        lines = textwrap.wrap(f"{separator.join(words[:number])}{more}", WIDTH - column, break_on_hyphens=False)
        if len(lines) <= most:
            break
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(f"{lines[most - 1]} …", WIDTH - column)]
    return [f"{label if not index else '':<{column}}{line}" for index, line in enumerate(lines)]


def _wrapped(text: str, most: int) -> list[str]:
    # "16 in reserve" stays on one line
    together = re.sub(r"(?<=[0-9]) (?=[a-z])", NO_BREAK, text)
    lines = textwrap.wrap(together, WIDTH, max_lines=most, placeholder=" …", break_on_hyphens=False)
    return [line.replace(NO_BREAK, " ") for line in lines]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"
