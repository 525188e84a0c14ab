"""Find the rows of an answer that a command line names: by number, therapy, brand or family."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from calcinosis_kb.cli.therapies import resolve
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.advice.answer import Advice, Judgement
    from calcinosis_kb.base import KnowledgeBase

__all__ = ["is_patient_file", "row", "rows"]


def is_patient_file(named: str) -> bool:
    """Whether an argument names a patient file instead of a row: "-", a name that ends like one, or a file or pipe of that name.

    A number is always a row.
    """
    if named.isdecimal():
        return False
    path = Path(named)
    return named == "-" or path.suffix in (".yaml", ".yml", ".json") or (path.exists() and not path.is_dir())


def row(kb: KnowledgeBase, advice: Advice, named: str) -> tuple[Judgement, ...]:
    """Return the therapies of one row: those with the number, the therapy, or the members of the family, best ranked first.

    Raises `InputError` (CKB029) if there is no such row.
    """
    if named.isdecimal():
        found = tuple(item for item in advice.options if item.rank == int(named))
        if not found:
            last = max((item.rank or 0 for item in advice.options), default=0)
            fix = f"the rows of this answer are 1 to {last}" if last else "no therapy of this answer has a number"
            raise InputError((Problem("CKB029", f"there is no row {named}", fix=fix),))
        return found
    id_ = resolve(kb, named)
    ids = kb.knowledge.members(id_) or (id_,)
    judged = tuple(sorted((item for item in advice.judged if item.therapy.id in ids), key=_order))
    if not judged:
        fix = "'calcinosis-kb therapy' shows what is known about it"
        raise InputError((Problem("CKB029", f"'{id_}' is only compared with, and not judged", fix=fix),))
    return judged


def rows(kb: KnowledgeBase, advice: Advice, named: str) -> list[tuple[Judgement, ...]]:
    """Return the rows of a list with commas: "2,5", "rituximab, 5". A name may itself have a comma in it."""
    parts = [part.strip() for part in named.split(",") if part.strip()]
    if not parts:
        raise InputError((Problem("CKB029", "no row is named", fix="name rows by number or therapy: 2,5"),))
    found: list[tuple[Judgement, ...]] = []
    while parts:
        numbered = (index for index, part in enumerate(parts) if part.isdecimal())
        longest = next(numbered, len(parts))
        end = next((end for end in range(longest, 1, -1) if kb.names.drug(", ".join(parts[:end]))), 1)
        found.append(row(kb, advice, ", ".join(parts[:end])))
        parts = parts[end:]
    return list({tuple(item.therapy.id for item in items): items for items in found}.values())


def _order(item: Judgement) -> tuple[bool, int, str]:
    return item.rank is None, item.rank or 0, item.therapy.name
