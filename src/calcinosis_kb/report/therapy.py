"""The reports of ``therapies`` and ``therapy``: evidence, mechanisms, claims with sources, rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from calcinosis_kb.knowledge.grading import Finding, once
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.local import Local, local_key
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, best_by_sign, polarity
from calcinosis_kb.knowledge.models import Claim, Course, Guideline, RegisteredTrial, Statement, Therapy
from calcinosis_kb.report.advice import MARKS
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.evidence import counts_words, evidence_words, finding_interval
from calcinosis_kb.report.report import Report
from calcinosis_kb.rules.loader import RuleBook

__all__ = [
    "FindingDocument",
    "RegisteredTrialDocument",
    "RuleDocument",
    "StatementDocument",
    "TherapyReport",
]

_SHOWN_PATHS = 3
"""Number of paths shown per sign; 'calcinosis-kb graph path' shows all."""

_NAMED_DISEASES = 3
"""Number of diseases of a statement that are named; the JSON names all."""


class FindingDocument(Local):
    """One result of a study."""

    study: str
    therapy: str
    year: int | None
    level: int
    design: str
    populations: list[str]
    n: int | None
    responded: int | None
    not_stated: int
    """Patients whose outcome is not stated."""
    pooled: bool
    direction: str | None
    endpoint: str
    finding: str
    confidence: str
    """How much of the source was read."""


class StatementDocument(Local):
    """A statement of a guideline or review: how far it goes, for whom, at which step. An empty list means any."""

    guideline: str
    kind: str
    therapy: str
    advice: str | None
    diseases: list[str]
    ages: list[str]
    patterns: list[str]
    features: list[str]
    conditions: list[str]
    after: list[str]
    """Therapies of which one should have been tried first."""
    step: int | None
    text: str
    grade: str | None


class RegisteredTrialDocument(Local):
    """A trial that a register lists and whose results were not seen."""

    reference: str
    therapies: list[str]
    together: bool | None
    """Whether it gives them as one treatment."""
    diseases: list[str]
    ages: list[str]
    status: str
    planned: int | None
    text: str


class RuleDocument(Local):
    """A rule that names the therapy or its family."""

    rule: str
    effect: str | None
    at: str
    """File and line."""


@dataclass(frozen=True)
class TherapyReport(Report):
    """One therapy or family, printed by ``therapy``."""

    knowledge: Knowledge
    rules: RuleBook
    id_: str
    paths: Sequence[MechanismPath]

    def data(self) -> dict[str, Any]:
        """Everything known about the therapy or family."""
        therapy = self.knowledge.therapies[self.id_]
        findings = _findings(self.knowledge, self.id_)
        pooled = once(finding for finding in findings if finding.poolable)
        return {
            **therapy.model_dump(mode="json", exclude={"mechanisms"}, exclude_none=True),
            **local_key(self.knowledge.is_local("therapies", self.id_)),
            **({"overlay": self.knowledge.overlay} if self.knowledge.overlay else {}),
            "evidence": [_finding_data(finding, pooled) for finding in findings],
            "statements": [
                {
                    "guideline": guideline.id,
                    "kind": guideline.kind,
                    **statement.model_dump(mode="json"),
                    **local_key(self.knowledge.is_local("guidelines", guideline.id)),
                }
                for guideline, statement in self.knowledge.statements(self.id_)
            ],
            "registered_trials": [
                {
                    "reference": id_,
                    **trial.model_dump(mode="json"),
                    **local_key(self.knowledge.is_local("references", id_)),
                }
                for id_, trial in self.knowledge.registered_trials(self.id_)
            ],
            "mechanisms": [
                {
                    **edge.model_dump(mode="json", exclude_none=True),
                    **local_key(self.knowledge.is_local("edges", edge.id)),
                }
                for edge in self.knowledge.mechanisms(self.id_)
            ],
            "polarity": polarity(self.paths),
            **(
                {"polarity_text": said.text, "polarity_sources": list(said.sources)}
                if (said := self.knowledge.polarity(self.id_))
                else {}
            ),
            "rules": [
                {"rule": rule.id, "effect": rule.effect, "at": rule.at, **local_key(rule.id in self.rules.local)}
                for rule in self.rules.naming(therapy)
            ],
            "sources": {source: self.knowledge.cite(source) for source in _sources(self.knowledge, self.id_)},
        }

    def blocks(self) -> Iterator[Block]:
        """The studies, statements of guidelines, mechanisms, claims, rules and sources."""
        therapy = self.knowledge.therapies[self.id_]
        family = self.knowledge.family(self.id_)
        own = self.knowledge.mark("therapies", self.id_)
        yield Heading(f"{therapy.name}{own}")
        if therapy.description:
            yield Text(f"{therapy.description}{own}")
        yield Text(f"{_who(therapy, self.knowledge)}{own}")
        evidence = self.knowledge.evidence(self.id_)
        yield Text(f"All diseases together: {evidence_words(evidence).replace(', indirect', '')}.", style="bold")
        if evidence.response.groups > 1:
            yield Text(f"Responses are added up over {evidence.response.groups} groups of patients, each counted once.")
        if therapy.no_evidence:
            yield Text(f"{therapy.no_evidence}{own}")
        for title, findings in (
            ("Studies", self.knowledge.findings(self.id_)),
            (
                f"Studies of {family.name if family else ''} without naming the agent",
                self.knowledge.findings(family.id) if family else (),
            ),
        ):
            if findings:
                yield Heading(title, level=2)
                yield _evidence_table(findings)
                yield Marked([("-", f"{f.study.id}: {f.result.finding}{_aside(f)}{_mark(f)}") for f in findings])
        graded = list(self.knowledge.published_grades(self.id_))
        if graded:
            yield Heading("Published levels of evidence", level=2)
            yield Marked(
                [
                    ("-", f"{g.level} ({g.scheme}): {study}{self.knowledge.mark('studies', study)}")
                    for study, g in graded
                ]
            )
        statements = list(self.knowledge.statements(self.id_))
        if statements:
            yield Heading("Guidelines and reviews", level=2)
            yield Marked([("-", self._said(guideline, statement)) for guideline, statement in statements])
        trials = list(self.knowledge.registered_trials(self.id_))
        if trials:
            yield Heading("Registered trials", level=2)
            yield Marked([("-", self._registered(id_, trial)) for id_, trial in trials])
        yield Heading(f"How it would act: {polarity(self.paths)}", level=2)
        if said := self.knowledge.polarity(self.id_):
            yield Text(f"{said.text} ({', '.join(said.sources)}){own}")
        nothing = (
            f"{therapy.no_mechanism}{own}"
            if therapy.no_mechanism
            else "No causal path of the graph leads to calcinosis."
        )
        yield Marked([("→", path.words) for path in best_by_sign(self.paths, _SHOWN_PATHS)] or [("-", nothing)])
        if therapy.adequate_trial:
            yield Heading("An adequate trial", level=2)
            yield Text(f"{therapy.adequate_trial.text} ({', '.join(therapy.adequate_trial.sources)}){own}")
        if therapy.courses:
            yield Heading("Doses and durations in reports", level=2)
            yield Marked([("-", f"{_course(course)}{own}") for course in therapy.courses])
        for title, claims in (
            ("What sources say", therapy.claims),
            ("Best responders", therapy.best_responders),
            ("Notes", therapy.notes),
        ):
            if claims:
                yield Heading(title, level=2)
                yield Marked([("-", f"{_claim(claim)}{own}") for claim in claims])
        mentioned = self.rules.naming(therapy)
        if mentioned:
            yield Heading("Rules that mention it", level=2)
            marks = dict.fromkeys(self.rules.local, LOCAL)
            yield Marked(
                [
                    (MARKS.get(r.effect or "", "?"), f"{r.title} ({r.effect}; {r.at}){marks.get(r.id, '')}")
                    for r in mentioned
                ]
            )
        yield Heading("Sources", level=2)
        yield Marked(
            [("-", f"{source}: {self.knowledge.cite(source)}") for source in _sources(self.knowledge, self.id_)]
        )

    def _said(self, guideline: Guideline, statement: Statement) -> str:
        """ "Recommends as step 1 (juvenile dermatomyositis, child): With high-dose corticosteroid … [1B] (share-jdm-2017)"."""
        known, terms = self.knowledge, self.knowledge.terms
        diseases = [terms.diseases[id_].name for id_ in statement.diseases]
        names = [
            *(diseases if len(diseases) <= _NAMED_DISEASES else [f"{len(diseases)} diseases"]),
            *statement.ages,
            *(terms.patterns[id_].name for id_ in statement.patterns),
            *(terms.features[id_].name for id_ in statement.features),
            *(terms.conditions[id_].name for id_ in statement.conditions),
        ]
        advice = (statement.advice or "says").replace("_", " ").capitalize()
        step = f" as step {statement.step}" if statement.step else ""
        after = f" after {' or '.join(known.therapies[id_].name for id_ in statement.after)}" if statement.after else ""
        whom = f" ({', '.join(name[0].lower() + name[1:] for name in names)})" if names else ""
        grade = f" [{statement.grade}]" if statement.grade else ""
        return f"{advice}{step}{after}{whom}: {statement.text}{grade} ({guideline.id}){known.mark('guidelines', guideline.id)}"

    def _registered(self, id_: str, trial: RegisteredTrial) -> str:
        planned = f", {trial.planned} planned" if trial.planned is not None else ""
        status = trial.status.replace("_", " ")
        return f"{trial.text} {status.capitalize()}{planned} ({id_}){self.knowledge.mark('references', id_)}"


def _findings(knowledge: Knowledge, id_: str) -> tuple[Finding, ...]:
    family = knowledge.family(id_)
    return (*knowledge.findings(id_), *(knowledge.findings(family.id) if family else ()))


def _finding_data(finding: Finding, pooled: Collection[Finding]) -> FindingDocument:
    return {
        "study": finding.study.id,
        "therapy": finding.result.therapy,
        "year": finding.study.citation.year,
        "level": finding.level,
        "design": finding.result.design or finding.study.design,
        "populations": list(finding.result.populations),
        "n": finding.result.n,
        "responded": finding.responded,
        "not_stated": finding.not_stated,
        "pooled": finding in pooled,
        "direction": finding.result.direction,
        "endpoint": finding.result.endpoint,
        "finding": finding.result.finding,
        "confidence": finding.result.confidence,
        **local_key(finding.local),
    }


def _who(therapy: Therapy, knowledge: Knowledge) -> str:
    parts = [therapy.kind, f"of the family {therapy.family}" if therapy.family else ""]
    if therapy.kind == "family":
        parts.append(f"members: {', '.join(knowledge.members(therapy.id))}")
    codes = [f"RxNorm {code}" for code in therapy.codes.rxnorm] + [f"ATC {code}" for code in therapy.codes.atc]
    brands = f"brands {', '.join(therapy.brands)}" if therapy.brands else ""
    return "; ".join(part for part in (*parts, *codes, brands) if part)


def _evidence_table(findings: Sequence[Finding]) -> Table:
    rows = []
    for finding in findings:
        diseases = ", ".join(finding.result.populations).replace("_", " ") or "not stated"
        direction = (finding.result.direction or "not stated").replace("_", " ")
        if finding.result.endpoint != "calcinosis":
            direction = f"{direction} ({finding.result.endpoint.replace('_', ' ')})"
        row = (
            f"{finding.study.id}{_mark(finding)}",
            str(finding.level),
            counts_words(finding),
            finding_interval(finding) or "–",
            direction,
            diseases,
        )
        rows.append(row)
    columns = ("Study", "Level", "Responded", "95 %", "Direction", "Patients with")
    return Table(columns, rows, ratios=(18, 5, 10, 9, 12, 22))


def _mark(finding: Finding) -> str:
    return LOCAL if finding.local else ""


def _aside(finding: Finding) -> str:
    overlaps = finding.study.overlaps
    parts = [
        finding.result.note or "",
        f"Some of its patients are in {', '.join(overlaps)} too, and are counted once." if overlaps else "",
        f"As reported by {finding.result.reported_by}." if finding.result.reported_by else "",
    ]
    shown = " ".join(part for part in parts if part)
    return f" Note: {shown}" if shown else ""


def _course(course: Course) -> str:
    length = f"{course.window}, {(course.basis or '').replace('_', ' ')}" if course.window else ""
    measured = "; ".join(part for part in (course.dose, length) if part)
    return f"{course.text}{f' [{measured}]' if measured else ''} ({', '.join(course.sources)})"


def _claim(claim: Claim) -> str:
    checked = f" Checked: {claim.check}" if claim.check else ""
    return f"{claim.text} ({', '.join(claim.sources)}){checked}"


def _sources(knowledge: Knowledge, id_: str) -> list[str]:
    therapy = knowledge.therapies[id_]
    claims = (*therapy.claims, *therapy.best_responders, *therapy.notes)
    found = {source for claim in claims for source in claim.sources}
    found |= {finding.study.id for finding in _findings(knowledge, id_)}
    found |= {source for edge in knowledge.mechanisms(id_) for source in edge.sources}
    found |= set(therapy.adequate_trial.sources if therapy.adequate_trial else ())
    found |= {source for course in therapy.courses for source in course.sources}
    found |= {trial for trial, _ in knowledge.registered_trials(id_)}
    found |= set(said.sources if (said := knowledge.polarity(id_)) else ())
    found |= {guideline.id for guideline, _ in knowledge.statements(id_)}
    return sorted(found)
