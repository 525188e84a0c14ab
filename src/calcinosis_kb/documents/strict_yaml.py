"""Parse strict YAML into plain data, with the line and column of every key and value.

PyYAML's C parser gives the events; the tree is built here, without recursion. What YAML 1.1 accepts silently is an error with
a line: duplicate keys, ``NO`` as false, ``012`` as octal, ``1:30`` as 90, tags, exploding aliases, nesting that would
exhaust the stack, text that is not UTF-8, files that are too large.
"""

from __future__ import annotations

import re
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from calcinosis_kb.documents.document import Document, Path_
from calcinosis_kb.errors import CalcinosisError, InputError, Place, Problem

__all__ = ["as_text", "parse", "read_text"]

MAX_BYTES = 1_000_000
"""No file of the knowledge base or of a patient comes near a megabyte; a larger one is a mistake or an attack."""
MAX_DEPTH = 32
MAX_NODES = 200_000

_STARTS = frozenset({yaml.MappingStartEvent, yaml.SequenceStartEvent})
_ENDS = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})
_LEAVES = frozenset({yaml.ScalarEvent, yaml.AliasEvent})
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = {"", "~", "null"}
_BOOL = {"true": True, "false": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?\Z")
# Scalars that YAML 1.1 would read as something other than the text that was typed.
_TREACHEROUS = re.compile(
    r"""(?xi: yes|no|on|off )\Z
      | [-+]?0[0-7_]+\Z | [-+]?0[xob][0-9a-fA-F_]+\Z | [-+]?[0-9][0-9_]*_[0-9_]*\Z
      | [-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?\Z
      | [-+]?\.(?i:inf)\Z | \.(?i:nan)\Z | [-+]?\.[0-9]+\Z | [-+]?[0-9]+\.\Z | [-+]?[0-9]+[eE][-+]?[0-9]+\Z
      | (?:True|TRUE|False|FALSE|Null|NULL)\Z | <<\Z | =\Z """,
    re.VERBOSE,
)

# Fast path for most scalars: they begin with a letter that no treacherous word begins with.
_PLAIN = re.compile(r"[a-eg-mp-su-xzA-EG-MP-SU-XZ]")


def _refuse(error: type[CalcinosisError], code: str, message: str, place: Place, fix: str) -> NoReturn:
    raise error((Problem(code, message, place, fix=fix),))


def read_text(path: Path | str, *, name: str | None = None, error: type[CalcinosisError] = InputError) -> str:
    """Read at most ``MAX_BYTES`` of UTF-8 from a file, or from standard input for ``-``.

    Raises ``error`` (CKB001 to CKB005) if the file is missing, a directory, empty, binary or too large.
    """
    place = Place(name or str(path))
    if str(path) == "-":
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        place = Place("<standard input>")
    else:
        file = Path(path)
        try:
            mode = file.stat().st_mode
            if not stat.S_ISDIR(mode):
                with file.open("rb") as stream:
                    raw = stream.read(MAX_BYTES + 1)
        except FileNotFoundError:
            _refuse(error, "CKB001", "there is no such file", place, "check the path; '-' reads standard input")
        except OSError as problem:
            _refuse(
                error,
                "CKB001",
                f"the file cannot be read: {problem.strerror}",
                place,
                "check its permissions",
            )
        if stat.S_ISDIR(mode):
            _refuse(error, "CKB002", "this is a directory, not a file", place, "name one file in it")
    return as_text(raw, place, error=error)


def as_text(raw: bytes, place: Place, *, error: type[CalcinosisError] = InputError) -> str:
    """Return the text of a file or a request. Raises ``error`` (CKB003 to CKB005) if it is empty, binary or too large."""
    if len(raw) > MAX_BYTES:
        _refuse(
            error,
            "CKB005",
            f"the file is larger than {MAX_BYTES:,} bytes",
            place,
            "give one patient or record",
        )
    if not raw.strip():
        _refuse(
            error, "CKB003", "the file is empty", place, "'calcinosis-kb new' writes each kind of file with its keys"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        _refuse(
            error,
            "CKB004",
            f"byte {problem.start} is not UTF-8 text",
            Place(place.file, line, 1),
            "save it as UTF-8",
        )
    if "\0" in text:
        _refuse(error, "CKB004", "this is a binary file", place, "give a YAML or JSON text")
    return text


def parse(text: str, name: str, *, error: type[CalcinosisError] = InputError) -> Document:
    """Parse a YAML or JSON text.

    >>> document = parse("a: {b: 1}", "x.yaml")
    >>> document.data, str(document.place(("a", "b")))
    ({'a': {'b': 1}}, 'x.yaml:1:8')

    Raises ``error``: CKB006 syntax, CKB007 duplicate key, CKB008 a scalar YAML would change, CKB009 aliases or tags,
    CKB017 nesting.
    """
    return _Builder(name, error).build(text)


@dataclass
class _Builder:
    name: str
    error: type[CalcinosisError]

    def build(self, text: str) -> Document:
        self.document = Document(self.name, None, text=text)
        try:
            events = self._events(text)
        except yaml.YAMLError as problem:
            self._syntax(problem)
        self._replay(events)
        return self.document

    def _events(self, text: str) -> list[Any]:
        """All events of the single document, with the depth checked one by one, because libyaml itself would recurse."""
        kept: list[Any] = []
        depth = documents = 0
        parser = _LOADER(text)
        # Taking each event directly needs two thirds of the time of yaml.parse, which also peeks.
        for event in iter(parser.get_event, None):
            kind = type(event)
            if kind is yaml.StreamEndEvent:
                break
            if kind in _STARTS:
                depth += 1
                if depth > MAX_DEPTH:
                    self._stop("CKB017", f"nested deeper than {MAX_DEPTH} levels", event, "flatten it")
            elif kind in _ENDS:
                depth -= 1
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._stop("CKB006", "a second document starts here", event, "keep one document per file")
                continue
            elif kind not in _LEAVES:
                continue
            if len(kept) > MAX_NODES:
                self._stop("CKB009", f"more than {MAX_NODES:,} values", event, "split the file")
            kept.append(event)
        return kept

    def _replay(self, events: list[Any]) -> None:
        """Build the data from events. An alias replays the events of its anchor, and every replayed event is counted."""
        targets = self._targets(events)
        marks, key_marks = self.document.marks, self.document.key_marks
        containers: list[Any] = []
        paths: list[Path_] = []
        queue = events[::-1]
        key: str | None = None
        nodes = 0
        while queue:
            event = queue.pop()
            kind = type(event)
            nodes += 1
            if nodes > MAX_NODES or len(containers) > MAX_DEPTH:
                self._stop(
                    "CKB009",
                    f"aliases expand to more than {MAX_NODES:,} values or {MAX_DEPTH} levels",
                    event,
                    "write the values out",
                )
            if kind is yaml.AliasEvent:
                if id(event) not in targets:
                    self._stop("CKB009", f"alias *{event.anchor} has no anchor before it", event, "write it out")
                queue.extend(reversed(events[targets[id(event)]]))
                continue
            if kind in _ENDS:
                containers.pop()
                paths.pop()
                continue
            mark = event.start_mark
            container = containers[-1] if containers else None
            if container is None:
                path: Path_ = ()
            elif type(container) is list:
                path = (*paths[-1], len(container))
            elif key is None:
                key = self._key(event, container, paths[-1])
                key_marks[(*paths[-1], key)] = (mark.line, mark.column)
                continue
            else:
                path = (*paths[-1], key)
            marks[path] = (mark.line, mark.column)
            value: Any
            if kind is yaml.ScalarEvent:
                value = self._scalar(event)
            else:
                self._no_tag(event)
                value = {} if kind is yaml.MappingStartEvent else []
            if container is None:
                self.document.data = value
            elif key is not None:
                container[key] = value
            else:
                container.append(value)
            key = None
            if kind is not yaml.ScalarEvent:
                containers.append(value)
                paths.append(path)

    def _targets(self, events: list[Any]) -> dict[int, slice]:
        """The events that each alias stands for, by the identity of the alias event.

        They are those of the last anchor of its name before the alias.
        """
        if not any(type(event) is yaml.AliasEvent for event in events):
            return {}
        starts: dict[int, int] = {}
        anchors: dict[str, int] = {}
        open_: list[int] = []
        ends: dict[int, int] = {}
        for index, event in enumerate(events):
            if type(event) in _ENDS:
                ends[open_.pop()] = index
            elif type(event) is yaml.AliasEvent:
                if event.anchor in anchors:
                    starts[id(event)] = anchors[event.anchor]
            else:
                if event.anchor:
                    anchors[event.anchor] = index
                if type(event) in _STARTS:
                    open_.append(index)
        return {alias: slice(start, ends.get(start, start) + 1) for alias, start in starts.items()}

    def _key(self, event: Any, mapping: dict[str, Any], path: Path_) -> str:
        if type(event) is not yaml.ScalarEvent:
            self._stop("CKB011", "a key must be a word", event, "write 'key: value'")
        key: str = event.value
        if not event.style and _TREACHEROUS.match(key):
            self._stop("CKB008", f"YAML reads the key {key!r} as something else", event, f'write "{key}"')
        if key in mapping:
            first = self.document.key_marks[(*path, key)][0] + 1
            self._stop("CKB007", f"the key {key!r} is repeated (first at line {first})", event, "keep one")
        return key

    def _scalar(self, event: Any) -> Any:
        self._no_tag(event)
        text: str = event.value
        if event.style:
            return text
        if text in _NULL:
            return None
        if text in _BOOL:
            return _BOOL[text]
        if _PLAIN.match(text):
            return text
        if _TREACHEROUS.match(text):
            self._stop(
                "CKB008",
                f"YAML reads {text!r} as something else",
                event,
                f"write true or false, a plain decimal number, or the text in quotes: '{text}'",
            )
        if _INT.match(text):
            return int(text) if len(text) < 19 else text
        if _FLOAT.match(text):
            return float(text)
        return text

    def _no_tag(self, event: Any) -> None:
        if event.tag is not None and event.tag != "!":
            self._stop("CKB009", f"the tag {event.tag!r} is not allowed", event, "remove the tag")

    def _place(self, event: Any) -> Place:
        return Place(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _stop(self, code: str, message: str, event: Any, fix: str) -> NoReturn:
        _refuse(self.error, code, message, self._place(event), fix)

    def _syntax(self, problem: yaml.YAMLError) -> NoReturn:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        place = Place(self.name, mark.line + 1, mark.column + 1) if mark else Place(self.name)
        what = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "not YAML"
        if "maximum nesting depth" in what:  # newer libyaml scans ahead and reports the depth itself
            _refuse(self.error, "CKB017", f"nested deeper than {MAX_DEPTH} levels", place, "flatten it")
        fix = "check the indentation, quotes and colons on this line and the one above"
        _refuse(self.error, "CKB006", f"this is not YAML: {what}", place, fix)
