"""A health record as a patient file with comments: behind each line the entries of the record that gave it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from calcinosis_kb.characters import visible
from calcinosis_kb.patients.account import Entry
from calcinosis_kb.patients.record_reading import RecordReading

__all__ = ["annotated"]

_TOLD = 3
"""The number of entries that a comment names; the others are counted."""


def annotated(reading: RecordReading) -> str:
    """Return the patient file of a record as text. It reads back as ``reading.data``; the comments are for people."""
    return "\n".join((*_head(reading), *_sections(reading), ""))


def _head(reading: RecordReading) -> Iterator[str]:
    """What was read, as of which day, and the entries that were not understood or not relied on, as comments."""
    counts = ", ".join(f"{number} {state}" for state, number in reading.account.counts.items() if number)
    yield _comment(f"{reading.said}. Entries: {counts or 'none'}.")
    open_ = [entry for entry in reading.account.entries if entry.state in ("unresolved", "doubtful")]
    for same in _alike(open_):
        why = f": {same[0].why}" if same[0].why else ""
        yield _comment(f"{same[0].state}: {_told(same)}{why}")


def _alike(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Entries of which the record says the same together, in its order."""
    found: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.state, entry.resource, entry.named, entry.why), []).append(entry)
    return list(found.values())


def _told(same: list[Entry]) -> str:
    """The latest of entries that say the same, and the number of the others."""
    latest = max(same, key=lambda entry: entry.day)
    return f"{latest.said}{f' and {len(same) - 1} more' if len(same) > 1 else ''}"


def _sections(reading: RecordReading) -> Iterator[str]:
    for key, value in reading.data.items():
        if isinstance(value, list) and value:
            yield f"{key}:"
            for item in value:
                yield from _lines([item], _source(reading, key, _word(item)))
        elif isinstance(value, dict) and value:
            yield f"{key}:"
            for name, inner in value.items():
                yield from (f"  {line}" for line in _lines({name: inner}, _source(reading, key, str(name))))
        else:
            yield from _lines({key: value}, "")


def _word(item: Any) -> str:
    return str(item["therapy"]) if isinstance(item, dict) else str(item)


def _source(reading: RecordReading, where: str, word: str) -> str:
    """The entries that gave a word of a list, as the text of a comment."""
    entries = [_told(same) for same in _alike(reading.account.giving(where, word))]
    more = f"; {len(entries) - _TOLD} more" if len(entries) > _TOLD else ""
    return f"{'; '.join(entries[:_TOLD])}{more}"


def _lines(value: Any, source: str) -> list[str]:
    """A value as lines of YAML, with its source behind the first."""
    import yaml

    def dumped(*, allow_unicode: bool) -> str:
        text: str = yaml.dump(
            value,
            Dumper=_dumper(),
            allow_unicode=allow_unicode,
            sort_keys=False,
            width=sys.maxsize,
            default_flow_style=False,
        )
        return text

    text = dumped(allow_unicode=True)
    if visible(text) != text:  # a direction mark would show another text than the one that is read
        text = dumped(allow_unicode=False)
    first, *others = text.rstrip("\n").split("\n")
    return [f"{first}  {_comment(source)}" if source else first, *others]


def _comment(text: str) -> str:
    """A comment of one line, whatever the record holds."""
    return f"# {visible(' '.join(text.split()))}"


def _dumper() -> Any:
    """The safe dumper of YAML, which writes a text with line ends on one line."""
    import yaml

    class OneLine(yaml.SafeDumper):
        pass

    def text(dumper: Any, value: str) -> Any:
        style = None if value.isprintable() else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    OneLine.add_representer(str, text)
    return OneLine
