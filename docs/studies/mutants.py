"""Mutants: all small changes of a file, and a sample of them (see mutation.py)."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from itertools import accumulate
from math import ceil
from pathlib import Path
from textwrap import indent
from types import CodeType

import libcst
from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

__all__ = ["ROOT", "Mutant", "mutants"]

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Mutant:
    """One change: its place, the lines it removes and adds, the lines of its statement, and the whole changed module."""

    id: str
    path: str
    line: int
    change: str
    statement: range
    at_import: bool
    source: str


class _Visitor(MutationVisitor):  # type: ignore[misc]  # mutmut need not be installed
    """Visits decorated functions too, which mutmut leaves out because it could not call them by another name."""

    def _skip_node_and_children(self, node: libcst.CSTNode) -> bool:
        if isinstance(node, libcst.FunctionDef) and node.decorators:
            return False
        if isinstance(node, libcst.Assign) and any(_name(target.target) == "__all__" for target in node.targets):
            return True
        return bool(super()._skip_node_and_children(node))


def _name(node: libcst.CSTNode) -> str:
    return node.value if isinstance(node, libcst.Name) else ""


@dataclass(frozen=True)
class _Edit:
    """A text in place of a part of a file."""

    id: str
    line: int
    begin: int
    end: int
    text: str


def _edits(path: Path, text: str) -> Iterator[_Edit]:
    wrapper, lines = MetadataWrapper(libcst.parse_module(text), unsafe_skip_copy=True), text.splitlines(keepends=True)
    visitor = _Visitor(mutation_operators, IgnoredCode(set(), set(), set()))
    wrapper.visit(visitor)
    places = wrapper.resolve(WhitespaceInclusivePositionProvider)
    starts, seen = [0, *accumulate(map(len, lines))], Counter[str]()
    for mutation in visitor.mutations:
        before, after = map(wrapper.module.code_for_node, (mutation.original_node, mutation.mutated_node))
        place = places[mutation.original_node]
        begin, end = (starts[at.line - 1] + at.column for at in (place.start, place.end))
        if isinstance(mutation.original_node, libcst.Match):  # libcst writes a node without the indentation around it
            after = indent(after, " " * place.start.column).lstrip()
        key = "\0".join((path.name, lines[place.start.line - 1].strip(), before, after))
        seen[key] += 1
        yield _Edit(sha256(f"{key}\0{seen[key]}".encode()).hexdigest()[:12], place.start.line, begin, end, after)


def mutants(path: Path, share: float = 1.0, draw: str = "") -> tuple[list[Mutant], int]:
    """A share of the changes of a file, and how many there are. Those whose hash is the lowest: no edit elsewhere changes the choice.

    Another ``draw`` is another share.

    A change that leaves the bytecode as it is, such as that of an annotation, is none.
    """
    text = path.read_text(encoding="utf-8")
    name, tree = str(path.relative_to(ROOT)), ast.parse(text)
    unchanged, made = compile(tree, name, "exec"), []
    edits = sorted(
        _edits(path, text),
        key=lambda edit: sha256(f"{draw}{edit.id}".encode()).hexdigest() if draw else edit.id,
    )
    for edit in edits[: ceil(len(edits) * share)]:
        source = text[: edit.begin] + edit.text + text[edit.end :]
        if _compiled(source, name) not in (None, unchanged):
            change = _change(text.splitlines(), source.splitlines())
            made.append(Mutant(edit.id, name, edit.line, change, *_statement(tree, edit.line), source))
    return made, len(edits)


def _change(before: Sequence[str], after: Sequence[str]) -> str:
    different = list(unified_diff(before, after, n=0, lineterm=""))[2:]
    return "\n".join(f"{line[0]} {line[1:].strip()}" for line in different if line[0] in "-+")


def _compiled(source: str, name: str) -> CodeType | None:
    with suppress(SyntaxError):
        return compile(source, name, "exec")
    return None


def _statement(tree: ast.Module, line: int) -> tuple[range, bool]:
    """The lines of the innermost statement around one (of its head, where it has a body), and whether it runs at import."""
    around = [
        node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    innermost = max(around, key=lambda node: node.lineno)
    body = getattr(innermost, "body", None)
    last = max(line, body[0].lineno - 1) if body else innermost.end_lineno or line
    in_function = any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node is not innermost for node in around
    )
    return range(innermost.lineno, last + 1), not in_function
