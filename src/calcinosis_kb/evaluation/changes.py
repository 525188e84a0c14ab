"""Compare two versions of knowledge and rules by the answers that they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from calcinosis_kb.advice.answer import Advice, Judgement
from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.documents.fingerprint import yaml_files
from calcinosis_kb.documents.overlay import Overlay
from calcinosis_kb.errors import CalcinosisError
from calcinosis_kb.evaluation.golden import read_cases
from calcinosis_kb.evaluation.published import read_published
from calcinosis_kb.knowledge.grading import Evidence
from calcinosis_kb.loading import contents
from calcinosis_kb.patients.models import Patient

__all__ = ["AnswerChange", "Comparison", "EvidenceChange", "Version", "compare", "golden_and_published", "open_version"]

Kind = Literal["entered", "left", "verdict", "moved", "added", "removed", "unanswered"]
Ask = Callable[[KnowledgeBase], Patient]
"""A case, as a function that reads its patient with the words of one version."""


@dataclass(frozen=True)
class Version:
    """One version of the data, with the folder that holds ``knowledge`` and ``rules``."""

    name: str
    root: Path
    kb: KnowledgeBase


@dataclass(frozen=True)
class AnswerChange:
    """A changed judgement on one therapy for one case, with the files and rules that caused it."""

    case: str
    therapy: str
    kind: Kind
    before: str
    after: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class EvidenceChange:
    """A changed level, direction or pooled response of a therapy over all diseases."""

    therapy: str
    before: str
    after: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """The changes, and the number of cases that were asked. ``to_dict`` is what ``diff --format json`` prints."""

    asked: int
    files: tuple[str, ...]
    answers: tuple[AnswerChange, ...]
    evidence: tuple[EvidenceChange, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "asked": self.asked,
            "files": list(self.files),
            "answers": [asdict(change) for change in self.answers],
            "evidence": [asdict(change) for change in self.evidence],
        }


def open_version(name: str, root: Path, overlay: Overlay | None = None) -> Version:
    """Open the version in a folder, with an overlay, for the reference engine. Raises `KnowledgeError` if it cannot be read."""
    made = contents(root / "knowledge", root / "rules", overlay)
    return Version(name, root, KnowledgeBase(made, ("reference",), root / "knowledge" / "words"))


def golden_and_published(cases: Path, published: Path) -> dict[str, Ask]:
    """Return the golden and published cases by name, each as a function that reads its patient with one version."""
    asked: dict[str, Ask] = {}
    if cases.is_dir():
        for document, case in read_cases(cases):
            asked[document.name] = lambda kb, mapping=case.patient: kb.reader.mapping(mapping)  # type: ignore[misc]
    for path in yaml_files(published):
        asked[f"knowledge/cases/{path.name}"] = lambda kb, file=path: _published(kb, file)  # type: ignore[misc]
    return asked


def _published(kb: KnowledgeBase, file: Path) -> Patient:
    patients = [case.patient for case in read_published(file, kb.reader)]
    if len(patients) != 1 or patients[0] is None:
        raise CalcinosisError(())
    return patients[0]


def compare(
    old: Version, new: Version, asked: Mapping[str, Ask], *, progress: Callable[[str], None] = lambda _: None
) -> Comparison:
    """Ask both versions the same cases and return every difference with its causes, by case and therapy."""
    files = tuple(_changed_files(old.root, new.root))
    causes = _Causes(old, new, files)
    answers: list[AnswerChange] = []
    for name, ask in asked.items():
        progress(name)
        answers.extend(_answers(name, _advice(old.kb, ask), _advice(new.kb, ask), causes))
    return Comparison(len(asked), files, tuple(answers), tuple(_evidence(old.kb, new.kb, causes)))


def _advice(kb: KnowledgeBase, ask: Ask) -> Advice | None:
    try:
        return kb.advisor.advise(ask(kb))
    except CalcinosisError:
        return None


def _changed_files(old: Path, new: Path) -> Iterator[str]:
    for section in ("knowledge", "rules"):
        names = {path.relative_to(root).as_posix() for root in (old, new) for path in yaml_files(root / section)}
        yield from (name for name in sorted(names) if _bytes(old / name) != _bytes(new / name))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _answers(case: str, before: Advice | None, after: Advice | None, causes: _Causes) -> Iterator[AnswerChange]:
    if before is None or after is None:
        if before is not after:
            states = ("cannot be read", "is answered") if before is None else ("is answered", "cannot be read")
            yield AnswerChange(case, "", "unanswered", *states, causes.files)
        return
    old = {item.therapy.id: item for item in before.judged}
    new = {item.therapy.id: item for item in after.judged}
    moved = _moved(before, after)
    for therapy in sorted(old.keys() | new.keys()):
        one, other = old.get(therapy), new.get(therapy)
        kind = _kind(one, other) or ("moved" if therapy in moved else None)
        if kind is not None:
            yield AnswerChange(case, therapy, kind, _in_words(one), _in_words(other), causes.of(therapy, one, other))


def _kind(before: Judgement | None, after: Judgement | None) -> Kind | None:
    """The kind of change, but for a move."""
    if before is None or after is None:
        return "added" if before is None else "removed"
    if before.offered != after.offered:
        return "entered" if after.offered else "left"
    return "verdict" if before.verdict != after.verdict else None


def _moved(before: Advice, after: Advice) -> set[str]:
    """The therapies that stand elsewhere among those with the verdict that they had.

    A rank that shifts only because others moved, came or left is no change of this therapy.
    """
    ranks = {(item.therapy.id, item.verdict): item.rank for item in before.judged if item.listed}
    same = {item.therapy.id: item.rank for item in after.judged if (item.therapy.id, item.verdict) in ranks}
    old = [item.therapy.id for item in before.judged if item.therapy.id in same]
    blocks = SequenceMatcher(None, old, list(same), autojunk=False).get_matching_blocks()
    kept = {therapy for block in blocks for therapy in old[block.a : block.a + block.size]}
    return {therapy for (therapy, _), rank in ranks.items() if therapy in same.keys() - kept and rank != same[therapy]}


def _in_words(item: Judgement | None) -> str:
    if item is None:
        return "not known"
    return f"{item.verdict}, rank {item.rank}" if item.rank else item.verdict


def _evidence(old: KnowledgeBase, new: KnowledgeBase, causes: _Causes) -> Iterator[EvidenceChange]:
    options = {option.id for kb in (old, new) for option in kb.knowledge.options}
    for therapy in sorted(options):
        before, after = _graded(old, therapy), _graded(new, therapy)
        if before != after:
            yield EvidenceChange(therapy, before, after, causes.of(therapy, None, None))


def _graded(kb: KnowledgeBase, therapy: str) -> str:
    if therapy not in kb.knowledge.therapies:
        return "not known"
    evidence: Evidence = kb.knowledge.evidence(therapy)
    pooled = f", {evidence.response.responded} of {evidence.response.treated}" if evidence.response.treated else ""
    return f"level {evidence.level}, {(evidence.direction or 'no direction').replace('_', ' ')}{pooled}"


class _Causes:
    """Finds the changed files and rules that concern a therapy."""

    def __init__(self, old: Version, new: Version, files: Sequence[str]) -> None:
        self.old, self.new, self.files = old.kb, new.kb, tuple(files)
        self.rules = {
            **{rule.id: rule.at for rule in (*old.kb.rules.standing_rules, *old.kb.rules.verdict_rules)},
            **{rule.id: rule.at for rule in (*new.kb.rules.standing_rules, *new.kb.rules.verdict_rules)},
        }

    def of(self, therapy: str, before: Judgement | None, after: Judgement | None) -> tuple[str, ...]:
        """The rules that fire in only one version and the changed files on the therapy, or else every changed file."""
        found: dict[str, None] = {}
        if before is not None and after is not None:
            held = [{(reason.rule, reason.effect) for reason in item.reasons} for item in (before, after)]
            for rule, _ in sorted(held[0] ^ held[1]):
                found[f"{self.rules.get(rule, 'rules')} ({rule})"] = None
        found.update(dict.fromkeys(name for name in self.files if therapy in self._named_in(name)))
        return tuple(found) or self.files

    def _named_in(self, name: str) -> set[str]:
        """The therapies that a knowledge file is about, with the members of families."""
        section, stem = name.split("/")[1], Path(name).stem
        about: set[str] = set()
        for known in (self.old.knowledge, self.new.knowledge):
            if section == "therapies":
                about.add(stem)
            elif section == "studies" and stem in known.studies:
                about.update(result.therapy for result in known.studies[stem].results)
            elif section == "guidelines" and stem in known.guidelines:
                about.update(statement.therapy for statement in known.guidelines[stem].statements)
            about.update(member for family in tuple(about) for member in known.members(family))
        return about
