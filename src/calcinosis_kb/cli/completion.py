"""Shell completion: proposes words of the knowledge base from the snapshot that the last command left.

Only the first line of the snapshot is read, since to load it as an answer does would take longer than anybody waits for a word.
It may be one edit old, which costs a proposal and nothing else. Whatever goes wrong, nothing is proposed and nothing is printed.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any

from calcinosis_kb.documents.cache import cache_folder, cached
from calcinosis_kb.knowledge.spelling import CODE_SYSTEMS

__all__ = [
    "as_shell_splits", "codes", "kinds", "labs", "listed", "nodes", "rejoin_words", "sexes",
    "stories", "terms", "therapies", "treatments",
]  # fmt: skip

"""The systems before the colon of a code, where the colon does not end the treatment."""

Proposal = tuple[str, str]
Named = tuple[str, str, tuple[str, ...]]
"""An id, its name, and other names for it."""

_SEPARATORS = ":="
_kept_by_shell: list[str] = []
"""The part of the current word that bash keeps, since it splits words at colons and equals signs."""


def rejoin_words() -> None:
    """Rejoin the words of the line that bash completes: it passes "diltiazem:in" as three words."""
    line = os.environ.get("COMP_WORDS", "")
    number = os.environ.get("COMP_CWORD", "")
    if "_CALCINOSIS_KB_COMPLETE" not in os.environ or "\n" not in line:
        return
    words: list[str] = []
    at, current = int(number) if number.isdecimal() else 0, 0
    joined = False
    for index, word in enumerate(line.split("\n")):
        separates = bool(word) and not word.strip(_SEPARATORS)
        split = len(words) > 1 and (separates or joined)
        joined = separates
        if split:
            words[-1] += word
        else:
            words.append(word)
        if index == at:
            current = len(words) - 1
            word = words[-1].partition("=")[2] if words[-1].startswith("-") else words[-1]
            _kept_by_shell[:] = [word[: max(map(word.rfind, _SEPARATORS)) + 1]] if split else []
    os.environ.update(COMP_WORDS="\n".join(words), COMP_CWORD=str(current))


@contextmanager
def as_shell_splits() -> Iterator[None]:
    """Print proposals without the part that bash keeps."""
    if not any(_kept_by_shell):
        yield
        return
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            yield
    finally:
        for line in printed.getvalue().splitlines():
            print(line.removeprefix(_kept_by_shell[0]))


def listed(vocabulary: str) -> Callable[[str], list[Proposal]]:
    """Complete an entry of a list of a patient: a word of a vocabulary, or "none"."""

    def complete(incomplete: str) -> list[Proposal]:
        nothing: Named = ("none", "there is none", ())
        return _found(incomplete, lambda: (*_vocabulary(vocabulary), nothing))

    return complete


def terms(vocabulary: str) -> Callable[[str], list[Proposal]]:
    """Complete a word of a vocabulary."""
    return lambda incomplete: _found(incomplete, lambda: _vocabulary(vocabulary))


def therapies(incomplete: str) -> list[Proposal]:
    """Complete a therapy or family."""
    return _found(incomplete, lambda: _vocabulary("therapies"))


def treatments(incomplete: str) -> list[Proposal]:
    """Complete a treatment that was tried, and its outcome after a colon."""
    name, colon, said = incomplete.rpartition(":")
    if not colon or name.strip().casefold() in CODE_SYSTEMS:
        nothing: Named = ("none", "nothing was tried", ())
        return _found(incomplete, lambda: (*_vocabulary("therapies"), nothing))
    before = incomplete[: len(incomplete) - len(said.lstrip())]
    return _found(incomplete, lambda: ((f"{before}{id_}", meaning, ()) for id_, meaning in _meanings("outcomes")))


def labs(incomplete: str) -> list[Proposal]:
    """Complete a test up to its equals sign, and after it the findings of a worded test."""

    def every() -> Iterator[Named]:
        for id_, lab in _terms("labs").items():
            values = lab.get("values", ())
            if "=" in incomplete:
                yield from ((f"{id_}={value}", lab["name"], ()) for value in values)
            else:
                yield f"{id_}=", f"{lab['name']}, {' or '.join(values) if values else 'in ' + str(lab.get('unit'))}", ()

    return _found(incomplete, every)


def nodes(incomplete: str) -> list[Proposal]:
    """Complete a node of the map, a theme or a therapy."""

    def every() -> Iterator[Named]:
        knowledge = _knowledge()
        for section in ("nodes", "themes"):
            yield from ((id_, one.get("name", ""), ()) for id_, one in knowledge[section].items())
        yield from _vocabulary("therapies")

    return _found(incomplete, every)


def stories(incomplete: str) -> list[Proposal]:
    """Complete the id of a story."""
    return _found(incomplete, lambda: ((id_, one.get("title", ""), ()) for id_, one in _knowledge()["stories"].items()))


def codes(incomplete: str) -> list[Proposal]:
    """Complete an error code."""
    from calcinosis_kb.codes import CODES

    return _found(incomplete, lambda: ((code, known.title, ()) for code, known in CODES.items()))


def sexes(incomplete: str) -> list[Proposal]:
    """Complete the sex of a patient."""
    return _found(incomplete, lambda: (("female", "", ()), ("male", "", ())))


def kinds(incomplete: str) -> list[Proposal]:
    """Complete a kind of word."""
    from calcinosis_kb.knowledge.reading import VOCABULARIES

    return _found(incomplete, lambda: ((kind, "", ()) for kind in VOCABULARIES))


def _found(incomplete: str, named: Callable[[], Any]) -> list[Proposal]:
    """Return the ids that begin with the typed text, or else other names of one word that do; longer names need quotes."""
    start = incomplete.casefold()
    found: list[Proposal] = []
    # A broken cache, a knowledge base in the middle of an edit, a folder that may not be read: a prompt is not the place to report it.
    with suppress(Exception):
        every: list[Named] = list(named())
        found = [(id_, name) for id_, name, _ in every if id_.casefold().startswith(start)]
        if not found:
            found = [
                (other, name)
                for _, name, others in every
                for other in others
                if other.casefold().startswith(start) and " " not in other
            ]
    # Typer passes on only what begins exactly like what was typed; a name is understood in any case.
    return [(f"{incomplete}{value[len(incomplete) :]}", name) for value, name in found]


def _vocabulary(kind: str) -> Iterator[Named]:
    source = _knowledge()["therapies"] if kind == "therapies" else _terms(kind)
    for id_, one in source.items():
        yield id_, one["name"], (*one.get("aliases", ()), *one.get("brands", ()))
    if kind == "medications":
        yield from _vocabulary("therapies")


def _meanings(kind: str) -> Iterator[tuple[str, str]]:
    yield from ((id_, one.get("meaning") or one["name"]) for id_, one in _terms(kind).items())


def _terms(kind: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _knowledge()["terms"][kind]
    return found


def _knowledge() -> Mapping[str, Any]:
    """Return the knowledge of the newest snapshot of this version, if possible without an overlay; load it if there is none."""
    from calcinosis_kb._version import __version__

    def newest() -> Mapping[str, Any] | None:
        found = sorted(
            cache_folder().glob(f"{__version__}-*.snapshot"),
            key=lambda path: (len(path.name), -path.stat().st_mtime_ns),
        )
        content = cached(found[0]) if found else None
        knowledge: Mapping[str, Any] | None = json.loads(content.partition(b"\n")[0]) if content else None
        return knowledge

    known = newest()
    if known is None:
        from calcinosis_kb.base import load

        # Also for a user without a cache: then every Tab takes as long as an answer.
        known = load(engines=("reference",)).knowledge.model_dump()
    return known
