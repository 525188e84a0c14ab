"""Find the therapies and the rows of an answer that a person names: by number, id, name, brand, code or family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.advice.answer import Advice
    from calcinosis_kb.advice.judgement import Judgement
    from calcinosis_kb.base import KnowledgeBase

__all__ = ["resolve", "row", "rows"]


def resolve(kb: KnowledgeBase, named: str) -> str:
    """Return the id of a therapy or family. Raises `InputError` (CKB029) with the nearest names if there is none."""
    match = kb.names.drug(named)
    if match is not None and match.kind != "medication":
        return match.id
    meant = tuple(id_ for reading in kb.names.treatments(named) for id_ in (*reading.ids, *reading.may_be))
    if len(meant) > 1:
        message = f"'{named}' may mean more than one"
        raise InputError((Problem("CKB029", message, valid=meant, fix="name one of them"),))
    if match is not None:
        message = f"'{named}' is known as a drug that patients take, not as a treatment of calcinosis"
        raise InputError((Problem("CKB029", message, fix="'calcinosis-kb therapies' lists the treatments"),))
    near = tuple(found.id for found in kb.names.nearest_drugs(named) if found.kind != "medication")
    message = f"no therapy is called '{named}'"
    raise InputError((Problem("CKB029", message, nearest=near, fix="'calcinosis-kb therapies' lists them"),))


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
