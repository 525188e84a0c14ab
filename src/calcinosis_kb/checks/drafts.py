"""List what is missing in each draft, as warnings, because drafts are left out of every answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from msgspec.structs import replace

from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.documents.kinds import kind_of
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.editing.kinds import KINDS
from calcinosis_kb.errors import Problem

__all__ = ["check_drafts"]


def check_drafts(subject: Subject) -> Iterator[Problem]:
    """Report each draft (CKB064), and every place in it that does not fit its model yet."""
    for draft in subject.drafts:
        kind = kind_of(PurePath(draft.path), KINDS)
        missing = validate(draft.document, kind.content)[1] if kind is not None else []
        message = f"'{draft.id}' is a draft and left out: {len(missing) or 'nothing'} to fill in or correct"
        fix = "fill in what is missing, then remove this line" if missing else "remove this line"
        yield Problem("CKB064", message, draft.place, fix=fix, severity="warning")
        yield from (replace(problem, severity="warning") for problem in missing)
