"""The report of ``letter``: what was discussed for one patient, in the words of a letter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from typing_extensions import TypedDict

from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.head import STARRED, head
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.reasons import Reason
from calcinosis_kb.advice.screen import LABEL_NOT_READ, LABEL_READ_IN_PART, Rows, named, screen
from calcinosis_kb.advice.stamp import KnowledgeDocument, RulesDocument
from calcinosis_kb.advice.verdicts import OFFERED
from calcinosis_kb.knowledge.bibliography import Bibliography, SourceDocument, source_document
from calcinosis_kb.knowledge.grading import MECHANISM_LEVEL, Evidence, Finding, pool, pooled
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.mechanism_paths import best_by_sign
from calcinosis_kb.knowledge.recommendations import LAST_STEP
from calcinosis_kb.knowledge.spelling import enumerated, in_sentence
from calcinosis_kb.patients.document import PatientDocument
from calcinosis_kb.patients.models import FOR_CALCINOSIS, Patient, Trial
from calcinosis_kb.report.blocks import Block, Heading, Marked, Text
from calcinosis_kb.report.reasoning import way_words
from calcinosis_kb.report.report import Report

__all__ = ["PARTS", "USUAL_PARTS", "DiscussedDocument", "LetterDocument", "LetterReport", "Part"]

Part = Literal["history", "reasons", "checks", "mechanism", "sources"]
PARTS: tuple[Part, ...] = get_args(Part)
"""What may be left out of a letter. What was not understood is always said."""

USUAL_PARTS = frozenset(PARTS) - {"mechanism"}
"""The parts of a letter if nothing else is asked for."""

_TITLE = "Calcinosis cutis: treatment options (decision support)"
_APPROVED = "Nothing is approved for this indication."

_COURSES = {
    "ineffective": "Tried without success",
    "worse": "Got worse under",
    "not_tolerated": "Not tolerated",
    "partial": "Helped in part",
    "effective": "Helped",
    "recurred": "Helped, then came back after",
    "ongoing": "Being taken",
    "contraindicated": "Judged contraindicated",
    "declined": "Declined",
    "unknown": "Tried, with a result that is not recorded",
}
"""The words before the treatments for calcinosis of each outcome."""

_DESIGNS = {
    1: "systematic review of randomised trials",
    2: "randomised trial",
    3: "cohorts, no randomised trial",
    4: "case series and single reports",
}
"""The best design by its level."""

_WENT = {"benefit": "improved", "mixed": "had mixed results", "no_benefit": "did not improve", "harm": "got worse"}
_NOT_OFFERED = {
    "reserve": "a last resort here",
    "unproven": "unproven here",
    "avoid": "not now",
    "not_advised": "advised against",
    "not_applicable": "does not apply here",
}
_HELPED = ("in_disease", "elsewhere")
"""What was seen of therapies that are worth telling when they are ruled out."""

_LABELS = {
    LABEL_NOT_READ: "No label of it was read.",
    LABEL_READ_IN_PART: "What was read of its label does not speak of all that may apply.",
}

_WEIGHED = ("avoid", "not_applicable", "against", "reserve", "caution")
"""The effects of the reasons that a letter tells, gravest first."""

_NAMED = 3
"""The number of diseases that are named; more are counted."""

_REPORTS = 5
"""The number of reports that are cited for the evidence on one therapy, the largest first."""


class DiscussedDocument(TypedDict):
    """One row that was discussed."""

    therapies: list[str]
    text: str


class LetterDocument(TypedDict):
    """What was discussed, as the parts of a letter; numbers in brackets count the sources from 1."""

    schema: Literal["calcinosis-kb/letter/1"]
    knowledge: KnowledgeDocument
    rules: RulesDocument
    engines: list[str]
    patient: PatientDocument
    title: str
    about: str
    history: list[str]
    not_understood: list[str]
    discussed: list[DiscussedDocument]
    not_now: list[str]
    sources: list[SourceDocument]
    notice: str


@dataclass(frozen=True)
class LetterReport(Report):
    """What was discussed for one patient, printed by ``letter``: the rows with their therapies, best ranked first.

    ``date`` stands in the heading of the text, and never in the data, which is the same on any day.
    """

    advice: Advice
    rows: tuple[tuple[Judgement, ...], ...]
    parts: Collection[Part] = USUAL_PARTS
    date: str = ""

    @property
    def knowledge(self) -> Knowledge:
        return self.advice.knowledge

    def data(self) -> LetterDocument:
        """The parts of the letter as texts."""
        whole = self.advice.to_dict()
        bibliography = self._bibliography()
        return {
            "schema": "calcinosis-kb/letter/1",
            "knowledge": whole["knowledge"],
            "rules": whole["rules"],
            "engines": whole["engines"],
            "patient": whole["patient"],
            "title": _TITLE,
            "about": about(self.advice.patient, self.knowledge),
            "history": self._history(),
            "not_understood": list(head(self.advice.patient, self.knowledge).alerts),
            "discussed": [
                {"therapies": [item.therapy.id for item in items], "text": text}
                for items, text in zip(self.rows, self._discussed(bibliography), strict=True)
            ],
            "not_now": self._not_now(),
            "sources": [source_document(self.knowledge, source) for source in bibliography],
            "notice": NOTICE,
        }

    def blocks(self) -> Iterator[Block]:
        """The letter, from its heading to the versions."""
        advice, bibliography = self.advice, self._bibliography()
        shown = head(advice.patient, self.knowledge)
        yield Heading(f"{_TITLE}, {self.date}" if self.date else _TITLE)
        yield Text(" ".join((about(advice.patient, self.knowledge), *self._history())))
        if shown.alerts:
            yield Text(" ".join(shown.alerts))
        blank = [words for words in shown.blank if not words.endswith(STARRED)]
        if blank and "history" in self.parts:
            yield Text(f"Not recorded: {', '.join(blank)}.")
        yield Heading("Discussed", level=2)
        for number, text in enumerate(self._discussed(bibliography), 1):
            yield Text(f"{number}. {text}")
        yield from map(Text, self._not_now())
        yield Text(_APPROVED)
        if len(bibliography):
            yield Heading("Sources", level=2)
            yield Marked([("-", entry) for entry in bibliography.entries()])
        yield Text(f"Decision support for professionals, never an order. {versions(advice)}")

    def _bibliography(self) -> Bibliography:
        return Bibliography(self.knowledge) if "sources" in self.parts else _Uncited(self.knowledge)

    def _history(self) -> list[str]:
        if "history" not in self.parts:
            return []
        patient = self.advice.patient
        source = (
            f"Taken from a health record ({patient.record.form}) as it was on {patient.record.today}."
            if patient.record
            else ""
        )
        return [*filter(None, (source,)), *history(patient, self.knowledge)]

    def _discussed(self, bibliography: Bibliography) -> list[str]:
        return [" ".join(self._row(items, bibliography)) for items in self.rows]

    def _row(self, items: Sequence[Judgement], bibliography: Bibliography) -> Iterator[str]:
        """What is said of one row: name, evidence, advice, what to weigh, what to do before, and which members are not open."""
        listed = [item for item in items if item.listed] or list(items)
        best, row = listed[0], Rows(self.advice).of(tuple(listed))
        verdict = "" if best.verdict in OFFERED else _NOT_OFFERED.get(best.verdict, row.standing)
        inside = ", ".join(part for part in (row.route, verdict) if part)
        several = f"of {in_sentence(best.name)}, " if len(listed) > 1 else ""
        name = _title(listed, self.knowledge)
        evidence = f"{several}{self._evidence(best.evidence, bibliography)}"
        advised = _advised(best, bibliography)
        told = [advised, evidence] if best.advised.advised == "recommended" else [evidence, advised]
        yield f"{name}{f' ({inside})' if inside else ''}: {told[0]}"
        yield from (f"{text[:1].upper()}{text[1:]}" for text in told[1:] if text)
        if "mechanism" in self.parts:
            yield from _mechanism(best)
        if "reasons" in self.parts:
            yield from _weighed(best.reasons, bibliography)
        if row.checks and "checks" in self.parts:
            yield from _before(row.checks)
        for verdict in dict.fromkeys(item.verdict for item in items if item not in listed):
            names = "; ".join(in_sentence(item.name) for item in items if item.verdict == verdict)
            yield f"{_NOT_OFFERED.get(verdict, 'already tried').capitalize()}: {names}."

    def _evidence(self, evidence: Evidence, bibliography: Bibliography) -> str:
        """The evidence as a sentence: "5 of 10 patients with systemic sclerosis improved (case series and single reports) [1, 2]."."""
        if evidence.seen == "outcome_not_stated":
            return "patients have been reported, the course of their calcinosis was not."
        if evidence.direction is None:
            return "no patient has been reported."
        response = pool(evidence.deciding)
        counted = 0 < evidence.patients <= 2 * response.treated
        told = pooled(evidence.deciding) if counted else list(evidence.deciding)
        reports = sorted(told, key=lambda finding: (-finding.patients, finding.study.id))
        ids = list(dict.fromkeys(finding.study.id for finding in reports))
        more = f", the largest of {len(ids)} reports" if len(ids) > _REPORTS else ""
        cited = f"{bibliography.cite(ids[:_REPORTS])}{LOCAL if any(finding.local for finding in told) else ''}"
        if not evidence.patients:
            return f"{_by_review(evidence.level, _WENT[evidence.direction])}{cited}."
        who = self._diseases(finding for finding in told if finding.patients)
        if counted:
            said = f"{response.responded} of {_patients(response.treated)}{who} improved"
        else:
            said = f"{_patients(evidence.patients)}{who} {_WENT[evidence.direction]}"
        return f"{said} ({_DESIGNS[min(finding.level for finding in told)]}{more}){cited}."

    def _diseases(self, told: Iterable[Finding]) -> str:
        """The diseases of the reported patients, without those that are a form of another one that is named."""
        found = dict.fromkeys(id_ for finding in told for id_ in finding.result.populations)
        broadest = [id_ for id_ in found if not set(self.knowledge.ancestors("diseases", id_)[1:]).intersection(found)]
        names = [in_sentence(self.knowledge.terms.diseases[id_].name) for id_ in broadest]
        if not names:
            return ""
        return f" with {enumerated(names, 'or')}" if len(names) <= _NAMED else f" with any of {len(names)} diseases"

    def _not_now(self) -> list[str]:
        """What a recorded fact rules out for now, of what helped in patients, one sentence per fact."""
        told = []
        for folded in screen(self.advice).not_now:
            seen = [item for item in folded.items if item.verdict == "avoid" and item.evidence.seen in _HELPED]
            if seen:
                told.append(f"Not now ({folded.why}): {'; '.join(in_sentence(item.name) for item in seen)}.")
        return told


class _Uncited(Bibliography):
    """Stands in for the sources of a letter that names none."""

    def cite(self, sources: Iterable[str]) -> str:  # noqa: ARG002
        return ""


def _mechanism(item: Judgement) -> Iterator[str]:
    """How it may act: the best path of either sign."""
    for path in best_by_sign(item.paths, 1):
        yield f"It may {'lower' if path.sign == '-' else 'raise'} calcinosis by way of {way_words(path)}."


def _by_review(level: int, went: str) -> str:
    """What is said where only a review or an opinion states a course."""
    if level < MECHANISM_LEVEL:
        return f"a review reports that patients {went}"
    return f"no patient with a stated course has been reported; reviewers or experts say that patients {went}"


def _advised(item: Judgement, bibliography: Bibliography) -> str:
    """What guidelines and reviews advise for this patient, for and against; empty if they say nothing on it."""
    advised, parts = item.advised, []
    step = f" as step {advised.step}" if advised.step < LAST_STEP else ""
    options = [source for source in advised.sources if source not in advised.recommending]
    if advised.advised == "depends":
        parts.append(f"advised for some such patients, as the record does not tell{bibliography.cite(options)}")
    else:
        if advised.recommending:
            parts.append(f"recommended{step}{bibliography.cite(advised.recommending)}")
        if options:
            named = "" if advised.recommending else step
            parts.append(f"considered an option{named}{bibliography.cite(options)}")
    if advised.against:
        parts.append(f"advised against by{bibliography.cite(advised.against)}")
    return f"{'; '.join(parts)}{LOCAL if advised.local else ''}." if parts else ""


def _patients(number: int) -> str:
    return f"{number} patient{'' if number == 1 else 's'}"


def _title(items: Sequence[Judgement], knowledge: Knowledge) -> str:
    """The name of a row; of several members of a family with the family before them, unless it is in their names."""
    name, family = named(items, knowledge), knowledge.family(items[0].therapy.id)
    if len(items) > 1 and family and not name.startswith(in_sentence(family.name)):
        name = f"{family.name}: {name}"
    return f"{name[:1].upper()}{name[1:]}"


def about(patient: Patient, knowledge: Knowledge) -> str:
    """Return the disease and the deposits as a sentence; nothing that identifies a person."""
    terms = knowledge.terms
    diseases = [in_sentence(terms.diseases[id_].name) for id_ in patient.diseases or ()]
    named = enumerated(diseases, "and") or (
        "underlying disease not recorded" if patient.diseases is None else "no underlying disease"
    )
    pattern = f", {in_sentence(terms.patterns[patient.pattern].name)} calcinosis" if patient.pattern else ", calcinosis"
    deposits = "" if not patient.pattern and named.endswith("calcinosis") else pattern
    features = [in_sentence(terms.features[id_].name) for id_ in patient.features or ()]
    complaints = f" with {enumerated(features, 'and')}" if features else ""
    size = f", up to {patient.largest_mm:g} mm" if patient.largest_mm else ""
    text = f"{named}{deposits}{complaints}{size}."
    return f"{text[:1].upper()}{text[1:]}"


def history(patient: Patient, knowledge: Knowledge) -> Iterator[str]:
    """Yield what was tried for the calcinosis as sentences by outcome, doses that are not recorded said so."""
    own = [trial for trial in patient.trials if trial.kind in _TRIED and trial.purpose in FOR_CALCINOSIS]
    for outcome, words in _COURSES.items():
        trials = [trial for trial in own if trial.outcome == outcome]
        if trials:
            yield f"{words}: {', '.join(dict.fromkeys(_tried(trial, knowledge) for trial in trials))}."
    given = [trial for trial in own if trial.outcome not in ("contraindicated", "declined")]
    without = [trial for trial in given if not (trial.dose or trial.months or trial.duration)]
    if given and len(without) == len(given):
        yield "Doses and durations are not recorded."
    elif without:
        yield f"No dose or duration is recorded of {', '.join(_name(trial, knowledge) for trial in without)}."
    if not own:
        yield "Nothing has been tried for it." if patient.history_complete else "What has been tried is not recorded."
    elif not patient.history_complete:
        yield "More may have been tried."


_TRIED = ("therapy", "family", "relative", "medication", "recognised")
"""The kinds of entries of a history that name something given."""


def _tried(trial: Trial, knowledge: Knowledge) -> str:
    duration = trial.duration or trial.lasted
    purpose = "purpose not recorded" if trial.purpose == "unclear" else ""
    parts = (trial.dose or "", duration, trial.adverse_event or "", purpose)
    shown = [part for part in parts if part and part not in trial.named]
    amount = f" ({', '.join(shown)})" if shown else ""
    return f"{_name(trial, knowledge)}{amount}"


def _name(trial: Trial, knowledge: Knowledge) -> str:
    """A treatment as it was written; an id as its name."""
    known = knowledge.therapies.get(trial.therapy or "") if trial.named == trial.therapy else None
    return in_sentence(known.name) if known else trial.named.replace("_", " ")


def _before(checks: Sequence[str]) -> Iterator[str]:
    """What to know before the first dose, and how far the label was read."""
    known = [check for check in checks if check not in _LABELS]
    if known:
        yield f"Before it: {', '.join(known)}."
    yield from (_LABELS[check] for check in checks if check in _LABELS)


def _weighed(reasons: Iterable[Reason], bibliography: Bibliography) -> Iterator[str]:
    """The reasons against it that rest on a fact of this patient, gravest first, with that fact."""
    found = [reason for reason in reasons if reason.effect in _WEIGHED and reason.facts]
    for reason in sorted(found, key=lambda reason: _WEIGHED.index(reason.effect)):
        told = f"{reason.said.rstrip('.')}{bibliography.cite(reason.sources)}{LOCAL if reason.local else ''}"
        yield f"To weigh ({in_sentence(reason.facts)}): {told}."


def versions(advice: Advice) -> str:
    """Return the versions that gave the answer, for the end of a letter."""
    from calcinosis_kb._version import __version__

    overlay = f", overlay {advice.knowledge.overlay}" if advice.knowledge.overlay else ""
    return f"calcinosis-kb {__version__}, knowledge {advice.knowledge.hash}, rules {advice.rules_hash}{overlay}."
