"""Compare two versions of knowledge and rules by the answers that they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal, NamedTuple

from calcinosis_kb.advice.verdicts import Verdict
from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.documents.drafts import is_draft
from calcinosis_kb.documents.fingerprint import yaml_files
from calcinosis_kb.documents.overlay import Overlay
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.errors import CalcinosisError
from calcinosis_kb.evaluation.golden import read_cases
from calcinosis_kb.evaluation.published import read_published
from calcinosis_kb.knowledge.grading import Evidence
from calcinosis_kb.knowledge.searches import SEARCHES
from calcinosis_kb.loading import contents
from calcinosis_kb.patients.models import Patient

__all__ = [
    "AnswerChange",
    "Comparison",
    "EvidenceChange",
    "Judged",
    "Version",
    "answer_changes",
    "compare",
    "golden_and_published",
    "open_version",
]

Kind = Literal["entered", "left", "verdict", "moved", "added", "removed", "unanswered"]
Ask = Callable[[KnowledgeBase], Patient]
"""A case, as a function that reads its patient with the words of one version."""


class Judged(NamedTuple):
    """A version's judgement on one therapy for one case, without its texts; ``fired`` are rules with their effects."""

    verdict: Verdict
    offered: bool
    listed: bool
    rank: int | None
    fired: frozenset[tuple[str, str]]

    def __str__(self) -> str:
        return f"{self.verdict}, rank {self.rank}" if self.rank else self.verdict


Causes = Callable[[str, Judged | None, Judged | None], tuple[str, ...]]
"""Names what made the judgement on a therapy differ."""


@dataclass(frozen=True)
class Version:
    """One version of the data: the folder that holds ``knowledge`` and ``rules``, with an overlay.

    It remembers what it has answered, so that one version can be compared with several.
    """

    name: str
    root: Path
    kb: KnowledgeBase
    overlay: Overlay | None = None
    _answers: dict[str, dict[str, Judged] | None] = field(default_factory=dict, repr=False, compare=False)

    def judged(self, case: str, ask: Ask) -> dict[str, Judged] | None:
        """The judgement on each therapy for a case, in the order of the answer; None where it cannot read or answer the case."""
        if case not in self._answers:
            self._answers[case] = _judged(self.kb, ask)
        return self._answers[case]

    def files(self) -> set[str]:
        """The names of its files."""
        on_disk = (path for section in ("knowledge", "rules") for path in yaml_files(self.root / section))
        names = {path.relative_to(self.root).as_posix() for path in on_disk}
        return names if self.overlay is None else names | self.overlay.texts.keys()

    def content(self, name: str) -> bytes | None:
        """The content of a file; that of the overlay goes before the one in the folder."""
        if self.overlay is not None and name in self.overlay.texts:
            return self.overlay.texts[name].encode()
        path = self.root / name
        return path.read_bytes() if path.is_file() else None

    def answers_read(self, name: str) -> bool:
        """Whether its answers read a file: one that is there, and neither a draft nor a record of searches."""
        content = self.content(name)
        if content is None or name.startswith(f"knowledge/{SEARCHES.folder}/"):
            return False
        return b"draft:" not in content or not is_draft(parse(content.decode(), name).data)


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
    return Version(name, root, KnowledgeBase(made, ("reference",), root / "knowledge" / "words"), overlay)


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
    names = sorted(old.files() | new.files())
    files = tuple(name for name in names if old.content(name) != new.content(name))
    causes = _Causes(old, new, [name for name in files if old.answers_read(name) or new.answers_read(name)])
    answers: list[AnswerChange] = []
    for name, ask in asked.items():
        progress(name)
        answers.extend(_answers(name, old.judged(name, ask), new.judged(name, ask), causes))
    return Comparison(len(asked), files, tuple(answers), tuple(_evidence(old.kb, new.kb, causes)))


def _judged(kb: KnowledgeBase, ask: Ask) -> dict[str, Judged] | None:
    try:
        judged = kb.advisor.advise(ask(kb)).judged
    except CalcinosisError:
        return None
    return {
        item.therapy.id: Judged(
            item.verdict,
            item.offered,
            item.listed,
            item.rank,
            frozenset((reason.rule, reason.effect) for reason in item.reasons),
        )
        for item in judged
    }


def _answers(
    case: str, before: dict[str, Judged] | None, after: dict[str, Judged] | None, causes: _Causes
) -> Iterator[AnswerChange]:
    if before is None or after is None:
        if before is not after:
            states = ("cannot be read", "is answered") if before is None else ("is answered", "cannot be read")
            yield AnswerChange(case, "", "unanswered", *states, causes.files)
        return
    yield from answer_changes(case, before, after, causes.of)


def answer_changes(
    case: str, before: Mapping[str, Judged], after: Mapping[str, Judged], causes: Causes
) -> Iterator[AnswerChange]:
    """Yield the changed judgements of a case that both versions answer, by therapy."""
    moved = _moved(before, after)
    for therapy in sorted(before.keys() | after.keys()):
        one, other = before.get(therapy), after.get(therapy)
        kind = _kind(one, other) or ("moved" if therapy in moved else None)
        if kind is not None:
            yield AnswerChange(case, therapy, kind, _in_words(one), _in_words(other), causes(therapy, one, other))


def _kind(before: Judged | None, after: Judged | None) -> Kind | None:
    """The kind of change, but for a move."""
    if before is None or after is None:
        return "added" if before is None else "removed"
    if before.offered != after.offered:
        return "entered" if after.offered else "left"
    return "verdict" if before.verdict != after.verdict else None


def _moved(before: Mapping[str, Judged], after: Mapping[str, Judged]) -> set[str]:
    """The therapies that stand elsewhere among those with the verdict that they had.

    A rank that shifts only because others moved, came or left is no change of this therapy.
    """
    ranks = {(therapy, item.verdict): item.rank for therapy, item in before.items() if item.listed}
    same = {therapy: item.rank for therapy, item in after.items() if (therapy, item.verdict) in ranks}
    old = [therapy for therapy in before if therapy in same]
    blocks = SequenceMatcher(None, old, list(same), autojunk=False).get_matching_blocks()
    kept = {therapy for block in blocks for therapy in old[block.a : block.a + block.size]}
    return {therapy for (therapy, _), rank in ranks.items() if therapy in same.keys() - kept and rank != same[therapy]}


def _in_words(item: Judged | None) -> str:
    return "not known" if item is None else str(item)


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
    """Finds the rules, and the changed files that answers read, that concern a therapy."""

    def __init__(self, old: Version, new: Version, files: Sequence[str]) -> None:
        self.old, self.new, self.files = old.kb, new.kb, tuple(files)
        self.rules = {
            **{rule.id: rule.at for rule in (*old.kb.rules.standing_rules, *old.kb.rules.verdict_rules)},
            **{rule.id: rule.at for rule in (*new.kb.rules.standing_rules, *new.kb.rules.verdict_rules)},
        }

    def of(self, therapy: str, before: Judged | None, after: Judged | None) -> tuple[str, ...]:
        """The rules that fire in only one version and the changed files on the therapy, or else every changed file."""
        found: dict[str, None] = {}
        if before is not None and after is not None:
            for rule, _ in sorted(before.fired ^ after.fired):
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
