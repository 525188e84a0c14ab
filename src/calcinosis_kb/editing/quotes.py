"""Compare the quotes of the studies with local texts and record where each was found. The texts are never stored."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.editing.comments import all_comments
from calcinosis_kb.editing.fmt import formatted
from calcinosis_kb.editing.passages import nearest_passage
from calcinosis_kb.errors import InputError, InternalFault, Place, Problem, unknown
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.models import Quote, Study, Where
from calcinosis_kb.knowledge.normalform import normal_form
from calcinosis_kb.knowledge.quotations import Found, find

__all__ = ["Comparison", "Outcome", "Text", "compare_quotes", "read_texts", "with_records"]

Outcome = Literal["found", "not found", "no text"]


@dataclass(frozen=True)
class Text:
    """A text to compare with: the name of its file, and its content without a byte order mark."""

    name: str
    content: str

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text as UTF-8. It equals that of the file, unless the file begins with a byte order mark."""
        return hashlib.sha256(self.content.encode()).hexdigest()


@dataclass(frozen=True)
class Comparison:
    """One quote compared with the text of its study. ``where`` is set if it was found, ``problem`` if not."""

    study: str
    therapy: str
    path: tuple[int, int]
    quote: Quote
    outcome: Outcome
    where: Where | None = None
    problem: Problem | None = None

    @property
    def record(self) -> str:
        """Whether the recorded place is the place that was found."""
        if self.quote.where is None:
            return "none yet"
        if self.where is None:
            return "not checked" if self.outcome == "no text" else "differs"
        if self.where == self.quote.where:
            return "agrees"
        return "of another text" if self.where.sha256 != self.quote.where.sha256 else "differs"


def read_texts(path: Path, study: str | None, studies: Mapping[str, Study]) -> tuple[dict[str, Text], list[Problem]]:
    """Read the texts by study: files ``<study id>.txt`` in a folder, or one file, named so or of ``study``.

    Raises `InputError` for an unknown study (CKB062) or a file that cannot be read (CKB001 to CKB005). A file in a folder
    that is not named after a study is a warning.
    """
    if study is not None and study not in studies:
        raise InputError((_unknown(study, None, studies),))
    if not path.is_dir():
        id_ = study or path.stem
        text = Text(str(path), read_text(path))
        if id_ not in studies:
            raise InputError((_unknown(id_, Place(str(path)), studies),))
        return {id_: text}, []
    files = sorted(path.glob("*.txt"), key=lambda file: file.name)
    warnings = [
        _unknown(file.stem, Place(str(file)), studies, stray=True) for file in files if file.stem not in studies
    ]
    wanted = [file for file in files if file.stem in studies and study in (None, file.stem)]
    return {file.stem: Text(str(file), read_text(file)) for file in wanted}, warnings


def _unknown(id_: str, place: Place | None, studies: Iterable[str], *, stray: bool = False) -> Problem:
    fix = "call the file <study id>.txt" if stray else "name the study with --study ID"
    problem = unknown("study", id_, studies, place, code="CKB062", fix=fix)
    return replace(problem, severity="warning") if stray else problem


def compare_quotes(loaded: Loaded, texts: Mapping[str, Text]) -> list[Comparison]:
    """Compare every quote of every study with the study's text, by study id and in the order of the file."""
    compared: list[Comparison] = []
    for id_, study in sorted(loaded.knowledge.studies.items()):
        text = texts.get(id_)
        form = normal_form(text.content) if text and any(result.quotes for result in study.results) else None
        for index, result in enumerate(study.results):
            for number, quote in enumerate(result.quotes):
                at = (id_, result.therapy, (index, number), quote)
                if text is None or form is None:
                    compared.append(Comparison(*at, "no text"))
                    continue
                found = find(quote.text, form)
                if isinstance(found, Found):
                    where = Where(start=found.start, end=found.end, sha256=text.sha256)
                    compared.append(Comparison(*at, "found", where))
                    continue
                path = ("results", index, "quotes", number, "text")
                place = loaded.documents[("studies", id_)].place(path)
                reason = None if found is None else found.reason
                compared.append(Comparison(*at, "not found", problem=_missing(quote.text, text, place, reason)))
    return compared


def _missing(quote: str, text: Text, place: Place, reason: str | None) -> Problem:
    fix = "copy the words from the source exactly, or remove the quote"
    if reason is not None:
        return Problem("CKB061", f"the quote is refused: {reason}", place, fix=fix)
    passage = nearest_passage(quote, normal_form(text.content))
    if passage is None:
        return Problem("CKB061", f"{text.name} has nothing like this quote", place, fix=fix)
    line = text.content.count("\n", 0, passage.start) + 1
    column = passage.start - (text.content.rfind("\n", 0, passage.start) + 1) + 1
    message = f"the quote differs from {text.name}:{line}:{column}: {'; '.join(passage.differences)}"
    return Problem("CKB061", message, place, nearest=(f'"{passage.text}"',), fix=fix)


def with_records(text: str, name: str, records: Mapping[tuple[int, int], Where]) -> str:
    """Return the text of a study's file with the places of its quotes, by the index of the result and of the quote in it.

    The text is in canonical form with its comments. Raises `InternalFault` (CKB063) if anything else would change.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    style = YAML(typ="rt")
    style.preserve_quotes = True
    style.width = 10**9
    style.indent(mapping=2, sequence=4, offset=2)
    data = style.load(text)
    expected = parse(text, name).data
    for (result, quote), where in records.items():
        entry = CommentedMap(where.model_dump())
        entry.fa.set_flow_style()
        data["results"][result]["quotes"][quote]["where"] = entry
        expected["results"][result]["quotes"][quote]["where"] = where.model_dump()
    stream = io.StringIO()
    style.dump(data, stream)
    changed = formatted(stream.getvalue(), name, Study)
    same = json.dumps(parse(changed, name).data, sort_keys=True) == json.dumps(expected, sort_keys=True)
    if not same or all_comments(changed) != all_comments(text):
        message = "more than the place of a quote would change, so the file was left as it is"
        fix = "write 'where' by hand, and please report it with the file"
        raise InternalFault((Problem("CKB063", message, Place(name), fix=fix),))
    return changed
