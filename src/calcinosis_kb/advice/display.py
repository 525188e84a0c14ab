"""Show an answer at a Python prompt (one line) and in a notebook (a table of the offered therapies)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calcinosis_kb.characters import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calcinosis_kb.advice.answer import Advice, Judgement

__all__ = ["as_html", "as_line", "as_markdown"]

_COLUMNS = ("#", "Therapy", "Tried", "Verdict", "Checks")
_SIGN = re.compile(r"[^A-Za-z0-9À-ɏ ,.;:()%/–-]")
_NAMED = 3
"""Number of therapies named in the line."""


def as_line(advice: Advice) -> str:
    """Return one line: how many therapies are offered, and the first of them."""
    first = ", ".join(item.therapy.id for item in advice.options[:_NAMED])
    offered, others = len(advice.options), len(advice.not_offered)
    return f"<Advice: {offered} offered{f' ({first}, …)' if first else ''}, {others} not offered>"


def as_html(advice: Advice) -> str:
    """Return the offered therapies as an HTML table, with what was not understood above and the notice below. Escapes all text."""
    head = "".join(f"<th>{column}</th>" for column in _COLUMNS)
    body = "".join(
        f"<tr>{''.join(f'<td>{_escaped(cell)}</td>' for cell in _cells(item))}</tr>" for item in advice.options
    )
    above, below = ("".join(f"<p>{_escaped(line)}</p>" for line in part(advice)) for part in (_above, _below))
    return f"{above}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def as_markdown(advice: Advice) -> str:
    """Return the same as Markdown."""
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *(tuple(map(_escaped, _cells(item))) for item in advice.options)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n\n".join([*map(_escaped, _above(advice)), table, *map(_escaped, _below(advice))])


def _cells(item: Judgement) -> tuple[str, ...]:
    checks = dict.fromkeys(check.fact.replace("_", " ") for check in item.check_first)
    words = (item.standing.replace("_", " "), item.verdict.replace("_", " "))
    return (str(item.rank), item.name, *words, str(len(checks)) if checks else "–")


def _above(advice: Advice) -> Iterator[str]:
    yield from (f"Not understood: {word.named}." for word in advice.patient.unresolved)
    yield from (f"Not certain: {word.named}." for word in advice.patient.open_words if not word.understood)
    yield from (f"Taken now, and may do harm: {warning.text}" for warning in advice.warnings)


def _below(advice: Advice) -> Iterator[str]:
    from calcinosis_kb.advice.answer import NOTICE

    yield f"{len(advice.not_offered)} therapies are not offered."
    yield NOTICE
    overlay = f", overlay {advice.knowledge.overlay}" if advice.knowledge.overlay else ""
    yield f"Knowledge {advice.knowledge.version} ({advice.knowledge.hash}), rules {advice.rules_hash}{overlay}."


def _escaped(text: str) -> str:
    """Escape every sign that HTML or Markdown could interpret as a character reference, which both understand.

    >>> _escaped("<b> a|b _c_")
    '&#60;b&#62; a&#124;b &#95;c&#95;'
    """
    return _SIGN.sub(lambda sign: f"&#{ord(sign[0])};", visible(text))
