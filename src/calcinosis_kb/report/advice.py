"""The report of ``suggest``: the answer on the first screen, the detail below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calcinosis_kb.advice.answer import NOTICE, Advice, Judgement, Reason
from calcinosis_kb.advice.questions import FIRST, fact_label
from calcinosis_kb.knowledge.evidence_words import evidence_words
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.report.blocks import Alert, Block, Heading, Marked, Table, Text
from calcinosis_kb.report.patient import patient_blocks
from calcinosis_kb.report.report import Report

if TYPE_CHECKING:
    from calcinosis_kb.advice.document import AdviceDocument

__all__ = ["DETAILED", "MARKS", "STANDING_MARKS", "AdviceReport", "fact_label", "version_line"]

MARKS = {
    "support": "+",
    "prefer": "+",
    "note": "-",
    "warn": "✗",
    "caution": "!",
    "reserve": "!",
    "doubt": "~",
    "avoid": "✗",
    "against": "✗",
    "not_applicable": "✗",
}
_WOULD = {
    "check": "Before giving it",
    "avoid": "Not recorded; would rule it out",
    "not_applicable": "Not recorded; could make it unsuitable",
    "reserve": "Not recorded; would make it a last resort",
    "caution": "Not recorded; would call for caution",
}
_SHORT = 2
DETAILED = 10
"""Number of options shown in full; ``why`` shows any other."""
_SECTIONS = {
    "medication": "current medications",
    "condition": "other conditions",
    "allergy": "allergies",
    "feature": "features",
}
"""The section of a record for each kind of fact; its last word is the field of `Patient`."""


@dataclass(frozen=True)
class AdviceReport(Report):
    """The answer for one patient, printed by ``suggest``."""

    advice: Advice
    knowledge: Knowledge

    def data(self) -> AdviceDocument:
        """The answer as ``Advice.to_dict`` returns it."""
        return self.advice.to_dict()

    def blocks(self) -> Iterator[Block]:
        """The patient, harmful medicines, offered therapies, other therapies, missing information; then each option in detail.

        Therapies without reported patients are listed in a line, to keep the table short. Every therapy is named once.
        """
        advice, knowledge = self.advice, self.knowledge
        yield from patient_blocks(advice.patient, knowledge)
        for warning in advice.warnings:
            yield Alert(f"Taken now, and may do harm: {_with_source(warning, knowledge)}")
        alongside = [item for item in advice.options if item.therapy.kind == "supportive"]
        ideas = [item for item in advice.options if item not in alongside and _only_an_idea(item)]
        main = [item for item in advice.options if item not in alongside and item not in ideas]
        yield Heading("Not yet tried, or still open")
        if main:
            yield Table(
                ("#", "Therapy", "Tried", "Verdict", "Evidence", "Check first"),
                [_row(item, advice.patient, knowledge) for item in main],
                ratios=(2, 16, 8, 8, 20, 20),
            )
        elif not advice.options:
            yield Text("This knowledge base has nothing left to offer.")
        if ideas:
            named = "; ".join(f"{item.rank} {item.name}" for item in ideas)
            yield Text(f"By mechanism or opinion only, no patient reported: {named}.")
        if alongside:
            named = "; ".join(f"{item.rank} {item.name}" for item in alongside)
            yield Text(f"Alongside any of them: {named}.")
        yield Heading("Not offered")
        refused = [item for item in advice.not_offered if item.therapy.kind != "exposure"]
        if refused:
            yield Table(
                ("Therapy", "Verdict", "Why not"),
                [(item.name, _words(item.verdict), _why_not(item)) for item in refused],
                ratios=(16, 14, 48),
            )
        exposures = [item.name for item in advice.not_offered if item.therapy.kind == "exposure"]
        if exposures:
            yield Text(f"Exposures that may add to calcinosis, not treatments: {'; '.join(exposures)}.")
        if advice.questions:
            yield Heading("Questions, the most telling first")
            yield Marked(
                [
                    ("?", f"{question.text} It {question.effect}.{LOCAL if question.local else ''}")
                    for question in advice.questions[:FIRST]
                ]
            )
        yield Text("")
        yield Text(NOTICE, style="italic")
        yield Text(version_line(advice), style="dim")
        if advice.knowledge.overlay:
            yield Text("(local) marks what comes from the overlay or depends on it.", style="dim")
        if knowledge.drafts:
            yield Text(f"Drafts, left out of this answer: {', '.join(sorted(knowledge.drafts))}.", style="yellow")
        notes = _notes([*main[:DETAILED], *filter(_is_detailed, refused)], knowledge)
        if notes:
            yield Heading("Notes on several therapies", level=2)
            yield Marked([("-", f"{number}: {text}") for text, number in notes.items()])
        if any(item.paths for item in advice.options):
            yield Text(
                "→ marks a mechanism that should lower calcinosis, unless it says that it should raise it.", style="dim"
            )
        for item in main[:DETAILED]:
            yield Heading(f"{item.rank}. {item.name}: {_words(item.verdict)}", level=2)
            yield Marked(list(_detail(item, knowledge, notes)))
        if main[DETAILED:]:
            yield Heading("Other options in brief", level=2)
            yield Marked([("-", _brief(item, knowledge, notes)) for item in main[DETAILED:]])
        if ideas or alongside:
            yield Heading("By mechanism or opinion only, and supportive care", level=2)
            yield Marked([("-", _idea(item, knowledge)) for item in (*ideas, *alongside)])
        if ideas or alongside or main[DETAILED:]:
            yield Text(
                "'calcinosis-kb why THERAPY FILE' explains any of them: paths, evidence, rules, what to check first."
            )
        for item in refused:
            if _is_detailed(item):
                yield Heading(f"{item.name}: {_words(item.verdict)}", level=2)
                yield Marked(list(_reasons(item.reasons, knowledge, notes)))


def _is_detailed(item: Judgement) -> bool:
    """Whether more is to be said of a therapy that is not offered than its row says."""
    return len(item.reasons) > 1 or item.therapy.adequate_trial is not None


def _notes(items: Sequence[Judgement], knowledge: Knowledge) -> dict[str, int]:
    """Number the reasons shared by several therapies, so that each is printed once.

    A reason that cites a fact of this patient is not among them: it is printed with each therapy.
    """
    texts = Counter(
        _with_source(reason, knowledge)
        for item in items
        for reason in item.reasons[1:]
        if not reason.text.endswith("]")
    )
    return {text: number for number, text in enumerate((t for t, times in texts.items() if times > 2), 1)}


def _reasons(reasons: Sequence[Reason], knowledge: Knowledge, notes: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Reasons with their marks; those printed as notes are referred to by number, at the end."""
    noted: dict[str, list[int]] = {}
    for reason in reasons:
        mark, text = MARKS.get(reason.effect, "-"), _with_source(reason, knowledge)
        if text in notes:
            noted.setdefault(mark, []).append(notes[text])
        else:
            yield mark, text
    for mark, numbers in noted.items():
        yield mark, f"See note{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}."


def _brief(item: Judgement, knowledge: Knowledge, notes: Mapping[str, int]) -> str:
    """The rules that prefer it or call for caution; its standing if there are none."""
    main = [reason for reason in item.reasons[1:] if reason.effect in ("prefer", "caution")] or list(item.reasons[:1])
    return f"{item.rank} {item.name}: {' '.join(text for _, text in _reasons(main, knowledge, notes))}"


def _only_an_idea(item: Judgement) -> bool:
    """Whether no patient with a stated outcome was reported and the patient's history does not bear on it."""
    return item.evidence.patients == 0 and item.standing in ("untried", "sibling_tried") and item.verdict == "consider"


def _idea(item: Judgement, knowledge: Knowledge) -> str:
    """One line: its best path, or its evidence if it has no path."""
    why = next((_way(path) for path in item.paths), None) or _evidence_detail(item)
    against = [
        reason.shown for reason in item.reasons if reason.effect == "caution" and not _is_general(reason, knowledge)
    ]
    return " ".join([f"{item.rank} {item.name}:", why, *against])


def _is_general(reason: Reason, knowledge: Knowledge) -> bool:
    """Whether its only source is the method of this project, so that it applies to many therapies alike."""
    return all(_is_project(source, knowledge) for source in reason.sources)


STANDING_MARKS = {
    "untried": "new",
    "sibling_tried": "family tried",
    "cannot_tell": "may have had",
    "ongoing": "being taken",
    "other_purpose": "other purpose",
    "inadequate": "too little",
    "partial": "partly helped",
    "worked": "helped",
    "recurred": "came back",
    "failed": "failed",
    "not_tolerated": "not tolerated",
}
"""A standing in the words of a table row."""


def _standing(item: Judgement, patient: Patient) -> str:
    """The standing in a row; "being taken" comes before every other."""
    taken = any(drug.id == item.therapy.id for drug in patient.medications or ())
    return STANDING_MARKS["ongoing" if taken else item.standing]


def _row(item: Judgement, patient: Patient, knowledge: Knowledge) -> tuple[str, ...]:
    return (
        str(item.rank),
        item.name,
        _standing(item, patient),
        _words(item.verdict),
        evidence_words(item.evidence),
        _short_checks(item, patient, knowledge),
    )


def _short_checks(item: Judgement, patient: Patient, knowledge: Knowledge) -> str:
    """The first missing facts and how many more there are, required tests before facts that would rule the therapy out.

    "label not read" comes first: what the label would ask for is not known.
    """
    asked = [(_asked_label(check.fact, patient, knowledge), check.local) for check in item.check_first]
    local = {label for label, is_local in asked if is_local}
    labels = list(dict.fromkeys(label for label, _ in asked))
    # Whole missing sections concern every therapy; facts that only this one asks for are more useful.
    labels.sort(key=lambda label: label in _SECTIONS.values() or label.startswith("allergy"))
    named = ", ".join(f"{label}{LOCAL if label in local else ''}" for label in labels[:_SHORT])
    rest = len(labels) - _SHORT
    shown = f"{named} + {rest} more" if rest > 0 else named or "–"
    return shown if item.label_read else f"label not read; {shown}" if named else "label not read"


def _asked_label(fact: str, patient: Patient, knowledge: Knowledge) -> str:
    """The label of a missing fact, or of the whole section if all of it is missing."""
    section = _SECTIONS.get(fact.partition(":")[0])
    return section if section and getattr(patient, section.rpartition(" ")[2]) is None else fact_label(fact, knowledge)


def _why_not(item: Judgement) -> str:
    """The deciding reasons, without the details that are printed below."""
    deciding = {"avoid": "avoid", "not_advised": "against", "not_applicable": "not_applicable"}.get(
        item.verdict, "standing"
    )
    first = [reason for reason in item.reasons if reason.effect == deciding] or list(item.reasons[:1])
    more = [reason for reason in item.reasons if reason.effect == "against" and reason not in first]
    shown = ((reason.text.split(" An adequate trial:")[0], reason.local) for reason in (*first, *more))
    return " ".join(f"{text}{LOCAL if local else ''}" for text, local in shown)


def _way(path: MechanismPath) -> str:
    """A path in words, without "it should lower it", which is printed once for all."""
    return path.words.replace(" So it should lower it.", "")


def _detail(item: Judgement, knowledge: Knowledge, notes: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    yield "-", item.reasons[0].shown
    yield "-", f"Evidence: {_evidence_detail(item)}"
    for path in item.paths:
        yield "→", _way(path)
    yield from _reasons(item.reasons[1:], knowledge, notes)
    asked: set[str] = set()
    for would, title in _WOULD.items():
        checks = [check for check in item.check_first if check.would == would and check.fact not in asked]
        if checks and would == "check":
            for check in checks:
                mark = LOCAL if check.local else ""
                yield "?", f"{title}, {fact_label(check.fact, knowledge)}: {check.because}{mark}"
                asked.add(check.fact)
        elif checks:
            local = {check.fact for check in checks if check.local}
            facts = dict.fromkeys(
                f"{fact_label(check.fact, knowledge)}{LOCAL if check.fact in local else ''}" for check in checks
            )
            yield "?", f"{title}: {', '.join(facts)}."


def _evidence_detail(item: Judgement) -> str:
    parts = [evidence_words(item.evidence)]
    findings = item.evidence.findings
    studies = dict.fromkeys(f"{finding.study.id}{LOCAL if finding.local else ''}" for finding in findings)
    if studies:
        parts.append(f"from {', '.join(studies)}")
    local = {finding.study.id for finding in (*findings, *item.evidence.others) if finding.local}
    parts.extend(
        f"published as level {grade.level} ({grade.scheme}, {study}{LOCAL if study in local else ''})"
        for study, grade in item.published
    )
    if item.therapy.no_evidence and item.evidence.direction is None:
        parts.append(f"{item.therapy.no_evidence.rstrip('.')}{LOCAL if item.own else ''}")
    return "; ".join(parts).rstrip(".") + "."


def _with_source(reason: Reason, knowledge: Knowledge) -> str:
    sources = [source for source in reason.sources if not _is_project(source, knowledge)]
    cited = f" ({', '.join(sources)})" if sources else ""
    return f"{reason.text}{cited}{LOCAL if reason.local else ''}"


def _is_project(source: str, knowledge: Knowledge) -> bool:
    return source in knowledge.references and knowledge.references[source].authority == "project"


def version_line(advice: Advice) -> str:
    """Return the versions and hashes of the knowledge and rules, and the engines, that gave the answer."""
    engines = " and ".join(advice.engines)
    overlay = f", overlay {advice.knowledge.overlay}" if advice.knowledge.overlay else ""
    return (
        f"Knowledge {advice.knowledge.version} ({advice.knowledge.hash}), rules {advice.rules_hash}{overlay}, "
        f"judged by {engines}."
    )


def _words(word: str) -> str:
    return word.replace("_", " ")
