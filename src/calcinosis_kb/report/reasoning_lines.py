"""The reasoning on one therapy, laid out in 24 lines of a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.columns import LABEL, WIDTH, Line, cut, labelled, wrapped
from calcinosis_kb.advice.head import head
from calcinosis_kb.advice.judgement import Explanation
from calcinosis_kb.advice.layout import NOTICE_LINE
from calcinosis_kb.advice.screen import ROUTES
from calcinosis_kb.characters import visible
from calcinosis_kb.knowledge.bibliography import Bibliography
from calcinosis_kb.report.reasoning import Reasoning, Said, reasoning, way_words

__all__ = ["HEIGHT", "lay_out_reasoning"]

HEIGHT = 24
"""The most lines on one therapy, without words that were not understood."""

_ENTRY = 2 * WIDTH - 20
"""The longest entry of a source, so that it fits two lines."""

_STUDIES, _REASONS, _CHANGES = 4, 3, 2
"""The most lines of each kind."""


def lay_out_reasoning(explanation: Explanation, advice: Advice) -> list[Line]:
    """Return the reasoning as lines: each reason on two lines if there is room, and the sources in what is left."""
    alerts = [
        Line(text, "alert") for alert in head(advice.patient, advice.knowledge).alerts for text in wrapped(alert, 2)
    ]
    said = reasoning(explanation, advice)
    for most in (2, 1):
        sources = Bibliography(advice.knowledge)
        lines = list(_lines(said, sources, most))
        entries = [line for entry in sources.entries(_ENTRY) for line in _entry(entry)]
        room = HEIGHT - len(lines) - 1
        if len(entries) <= room:
            break
    if len(entries) > room:
        entries = [*entries[: room - 1], Line("… more sources: why --all", "dim")]
    every = (*alerts, *lines, *entries, Line(NOTICE_LINE, "notice"))
    return [Line(visible(line.text).rstrip(), line.style) for line in every]


def _entry(entry: str) -> list[Line]:
    """A source on one line, or on two; its identifier is never broken."""
    lines = textwrap.wrap(
        entry,
        WIDTH,
        subsequent_indent="    ",
        max_lines=2,
        placeholder=" …",
        break_on_hyphens=False,
        break_long_words=False,
    )
    return [Line(line, "dim") for line in lines]


def _lines(said: Reasoning, sources: Bibliography, most: int) -> Iterator[Line]:
    """The lines above the sources, ``most`` for each reason."""
    yield Line(cut(_title(said), WIDTH), "head")
    yield from _section("decided", [said.decided], most=2)
    yield from _section("seen", [said.seen], most=2)
    for study in _studies(said.studies, sources):
        yield Line(f"{'':<{LABEL}}{cut(study, WIDTH - LABEL)}")
    for label, mark, reasons in (("for", "+", said.pro), ("against", "!", said.con)):
        cited = [reason.cited(sources) for reason in reasons]
        for index, text in enumerate(cited[:_REASONS]):
            parts = labelled("" if index else label, [f"{mark} {text}"], most=most)
            yield from (Line(part, "pro" if mark == "+" else "con") for part in parts)
    yield from _section("before", [f"[ ] {tick}" for tick in said.before], most=1, separator="  ")
    if said.rules_out:
        yield from _section("ruled out", [f"by {said.rules_out[0]}", *said.rules_out[1:]], most=1)
    for path in said.paths:
        yield Line(cut(f"{'lowers by' if path.sign == '-' else 'raises by':<{LABEL}}{way_words(path)}", WIDTH), "dim")
    for index, (effect, facts) in enumerate(said.changes[:_CHANGES]):
        words = [f"{effect.replace('_', ' ')} if {facts[0]}", *facts[1:]]
        yield from _section("" if index else "changes", words, most=1)
    yield from _section("expected", [f"response {said.expected}"], most=1)


def _section(label: str, words: Sequence[str], *, most: int, separator: str = ", ") -> Iterator[Line]:
    yield from (Line(text) for text in labelled(label, words, most=most, separator=separator))


def _title(said: Reasoning) -> str:
    item = said.item
    parts = (
        ROUTES.get(item.therapy.invasiveness or "", ""),
        said.standing,
        f"state: {item.state.replace('_', ' ')}",
    )
    return f"{item.name}: {item.verdict.replace('_', ' ')}, {said.place} · {' · '.join(part for part in parts if part)}"


def _studies(studies: Sequence[Said], sources: Bibliography) -> list[str]:
    shown = [study.cited(sources) for study in studies[:_STUDIES]]
    left = len(studies) - len(shown)
    return [*shown[:-1], f"{shown[-1]} + {left} more"] if left else shown
