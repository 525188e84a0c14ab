"""Lay a first screen out as lines of text: at most 40 lines of 80 columns, whatever the patient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.columns import WIDTH, Line, cut, labelled, wrapped
from calcinosis_kb.advice.past import past_words
from calcinosis_kb.advice.questions import FIRST, Question
from calcinosis_kb.advice.screen import Folded, Group, Row, Screen
from calcinosis_kb.characters import visible
from calcinosis_kb.knowledge.spelling import in_sentence

__all__ = ["HEIGHT", "NOTICE_LINE", "lay_out", "lay_out_briefly"]

HEIGHT = 40
"""The most lines."""

SHOWN_FIRST = 7
"""The number of rows that come before the reasons of any."""

NOTICE_LINE = f"{NOTICE.split('.')[0]}."

_REASONED = 4
"""The number of rows that may show their reasons."""

_ROOM = 16
"""The lines that rows should have."""


@dataclass(frozen=True)
class _Most:
    """The most lines of each list around the rows."""

    head: int
    warning: int
    reserve: int
    not_now: int
    similar: int
    asked: int


_STEPS = (
    _Most(head=2, warning=2, reserve=4, not_now=4, similar=3, asked=3),
    _Most(head=2, warning=2, reserve=2, not_now=2, similar=2, asked=2),
    _Most(head=1, warning=1, reserve=2, not_now=2, similar=1, asked=2),
    _Most(head=1, warning=1, reserve=1, not_now=1, similar=1, asked=2),
)
"""The lists are cut step by step until the rows have room."""

_WHOLE = frozenset({"record", "failed", "results"})
"""The lists in which a slip changes most, so that they are cut last."""

_ASKED = 3
_NAME, _ROUTE, _SEEN = 31, 9, 17
"""The widths of the columns of a row."""

_LONGEST_NAME = 42

_STYLES = {"+": "pro", "!": "con"}
"""The style of a line below a row by its mark."""


def lay_out(screen: Screen, advice: Advice, *, height: int = HEIGHT, top: int | None = None) -> list[Line]:
    """Return the lines of a screen. Rows fold until they fit; with ``top`` exactly so many are shown, however long that is."""
    wanted = min(_ROOM, _size(screen.groups, screen.rows) + _length(screen.rows[:_REASONED]))
    for most in _STEPS:
        above, below = list(_above(screen, advice, most)), list(_below(screen, advice, most))
        room = height - len(above) - len(below)
        if room >= wanted:
            break
    shown = _fitting(screen, room) if top is None else min(top, len(screen.rows))
    body = list(_rows(screen, shown, room - _size(screen.groups, screen.rows[:shown]) if top is None else None))
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


def _above(screen: Screen, advice: Advice, most: _Most) -> Iterator[Line]:
    """The patient, words that were not understood, the past that is open, harmful medicines, and the sentence of counts."""
    for alert in screen.head.alerts[:3]:
        yield from (Line(text, "alert") for text in wrapped(alert, 2))
    if len(screen.head.alerts) > 3:
        yield Line(f"{len(screen.head.alerts) - 3} more to correct: --all names it.", "alert")
    yield from (Line(text, "head") for text in wrapped(screen.head.who, 2))
    for label, words in screen.head.lines:
        yield from (
            Line(text)
            for text in labelled(label, words, most=2 if label in _WHOLE else 1 if label == "deposits" else most.head)
        )
    if advice.patient.record or any(group.words for group in screen.past):  # else "blank" tells it
        yield from (Line(text) for text in labelled("past", list(past_words(screen.past)), most=2, separator=" · "))
    yield from (Line(text, "blank") for text in labelled("BLANK", screen.head.blank, most=1))
    for warning in screen.warnings[:2]:
        yield from (Line(text, "alert") for text in wrapped(f"Taken now, and may do harm: {warning}", most.warning))
    if len(screen.warnings) > 2:
        yield Line(f"{len(screen.warnings) - 2} more taken now may do harm: --all names it.", "alert")
    yield Line("")
    yield from (Line(text) for text in wrapped(screen.counted, 3))


def _fitting(screen: Screen, room: int) -> int:
    """How many rows are shown in full: the first few before the reasons of any, then as many as leave room for the reasons."""
    rows = screen.rows
    fit = max((number for number in range(1, len(rows) + 1) if _size(screen.groups, rows[:number]) <= room), default=1)
    beside = [
        number for number in range(1, fit + 1)
        if _size(screen.groups, rows[:number]) + _length(rows[: min(number, _REASONED)]) <= room
    ]  # fmt: skip
    return min(len(rows), max(min(fit, SHOWN_FIRST), max(beside, default=0)))


def _rows(screen: Screen, shown: int, spare: int | None) -> Iterator[Line]:
    """The groups with the first rows in full; reasons stand below the first of them, in ``spare`` lines, or below each if it is None."""
    rows = screen.rows[:shown]
    whole = {id(row) for row in rows}
    reasons: dict[int, list[str]] = {}
    for row in rows if spare is None else rows[:_REASONED]:
        reasons[id(row)] = _reasons(row) if spare is None else _reasons(row)[: max(spare, 0)]
        spare = None if spare is None else spare - len(reasons[id(row)])
    for index, group in enumerate(screen.groups):
        hidden = [f"{row.rank} {row.name}" for row in group.rows if id(row) not in whole]
        if len(hidden) == len(group.rows):
            folded = labelled("", [f"{group.title}: {hidden[0]}", *hidden[1:]], most=1, column=0)
            yield from (Line(text, "dim") for text in folded)
            continue
        yield _heading(group.title, with_columns=index == 0)
        for row in group.rows:
            if id(row) in whole:
                yield Line(_row(row), "row")
                for text in reasons.get(id(row), []):
                    yield Line(f"     {text}", _STYLES.get(text[0], ""))
        yield from (Line(text, "dim") for text in labelled("", hidden, most=1, column=5))
    if not screen.groups:
        nothing = "Nothing is left to offer: all with patients reported were tried, or something speaks against them."
        yield from (Line(text) for text in wrapped(nothing, 2))


def _length(rows: Sequence[Row]) -> int:
    """The lines that the reasons of some rows take."""
    return sum(len(_reasons(row)) for row in rows)


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
    name = cut(_name(row), _LONGEST_NAME)
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
        start = f"check {len(row.checks)}"
        whole = _whole(row.checks, width - len(start) - 2)
        return f"{start}: {whole}" if whole else start
    number = f", check {len(row.checks)}" if row.checks else ""
    return f"{row.state}{number}" if len(row.state) + len(number) <= width else cut(row.state, width)


def _whole(words: Sequence[str], width: int) -> str:
    """The words that fit whole, in their order: "P, Ca …"."""
    found: list[str] = []
    for word in words:
        if len(", ".join((*found, word))) + (2 if len(found) + 1 < len(words) else 0) <= width:
            found.append(word)
    return f"{', '.join(found)}{' …' if len(found) < len(words) else ''}" if found else ""


def _reasons(row: Row) -> list[str]:
    """The lines below a row: the rest of the family, what speaks most for it, and what gravest against it."""
    pairs = (("+", row.pro), ("!", row.con))
    texts = (*row.others, *(f"{mark} {text}" for mark, text in pairs if text))
    return [cut(text, WIDTH - 5) for text in texts]


def _below(screen: Screen, advice: Advice, most: _Most) -> Iterator[Line]:
    """What is folded away, what is not possible now, patients alike, questions, the next commands and the notice."""
    yield Line("")
    yield from _fold("reserve", screen.reserve, most=most.reserve)
    alongside = [in_sentence(item.name) for item in screen.alongside]
    yield from (Line(text) for text in labelled("alongside", alongside, most=1))
    yield from _fold("NOT NOW", screen.not_now, most=most.not_now)
    yield from (Line(text) for text in labelled("SIMILAR", screen.similar, most=most.similar, separator=" · "))
    yield from (
        Line(text, "ask")
        for text in labelled("ASK", _asked(screen.questions) if screen.questions else [], most=most.asked)
    )
    yield Line("")
    first = screen.rows[0].rank if screen.rows else "THERAPY"
    yield Line(_foot([f"why {first}", f"letter {first}", "compare", "ask", "suggest --all"], _hashes(advice)), "dim")
    yield Line(NOTICE_LINE, "notice")


def _foot(commands: Sequence[str], hashes: str) -> str:
    """The next commands, as many as leave two columns before the hashes; the last stays."""
    for number in range(len(commands) - 1, 0, -1):
        following = " · ".join((*commands[:number], commands[-1]))
        if len(following) + 2 + len(hashes) <= WIDTH:
            break
    return f"{following}{hashes:>{WIDTH - len(following)}}"


def _hashes(advice: Advice) -> str:
    overlay = f", overlay {advice.knowledge.overlay[:8]}" if advice.knowledge.overlay else ""
    return f"knowledge {advice.knowledge.hash[:8]}{overlay}"


def _asked(questions: Sequence[Question]) -> list[str]:
    """The first questions in short, each with the number of the first rows that it could change."""
    first, *others = (f"{number} {question.short}?" for number, question in enumerate(questions[:_ASKED], 1))
    could = f"{first} ({questions[0].first} of the first {FIRST})"
    return [could, *(f"{text} ({question.first})" for text, question in zip(others, questions[1:], strict=False))]


def _fold(label: str, folded: Sequence[Folded], *, most: int) -> Iterator[Line]:
    """Therapies with the reason that they share, in a few lines: fewer names of each reason until all reasons fit."""
    for named in (6, 4, 3, 2, 1):
        parts = [f"{_few(one.names, named)} ({one.why})" for one in folded]
        lines = labelled(label, parts, most=most, separator=" · ", left="reasons")
        if not lines or not lines[-1].endswith((" reasons", "…")):
            break
    yield from (Line(text) for text in lines)


def _few(names: Sequence[str], most: int) -> str:
    return f"{', '.join(names[:most])}{f' + {len(names) - most}' if len(names) > most else ''}"
