"""The report of ``therapy``: evidence, what guidelines say, mechanisms, claims with sources, rules; of a family, its members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from calcinosis_kb.knowledge.bibliography import Bibliography
from calcinosis_kb.knowledge.evidence_words import LEVELS, cited_as, evidence_words, expected_words
from calcinosis_kb.knowledge.expected import Expectation, ResponseModel
from calcinosis_kb.knowledge.grading import Finding, derive, once
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.local import Local, local_key
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, best_by_sign, polarity
from calcinosis_kb.knowledge.models import Claim, Course, Guideline, RegisteredTrial, Statement, Therapy
from calcinosis_kb.knowledge.person import Person
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.detail import MARKS
from calcinosis_kb.report.findings import described_patients, finding_document, findings_blocks
from calcinosis_kb.report.report import KnowledgeReport
from calcinosis_kb.report.therapies import COLUMNS, row_document, therapy_rows
from calcinosis_kb.rules.loader import RuleBook

__all__ = [
    "RegisteredTrialDocument",
    "RuleDocument",
    "StatementDocument",
    "TherapyReport",
    "course_words",
    "statement_words",
]

_SHOWN_PATHS = 3
"""Number of paths shown per sign; 'calcinosis-kb graph path' shows all."""

_NAMED_DISEASES = 3
"""Number of diseases of a statement that are named; the JSON names all."""


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
    and_conditions: list[str]
    after: list[str]
    """Therapies of which one should have been tried first."""
    step: int | None
    text: str
    grade: str | None
    strength: str | None
    """What the grade says of the strength of the recommendation, if the source explains it: strong or conditional."""
    certainty: str | None
    """What the grade says of the certainty of the evidence by GRADE, if the source explains it."""


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
class TherapyReport(KnowledgeReport):
    """One therapy or family, printed by ``therapy``. ``paths`` are those of the therapy and, of a family, of its members, by id."""

    knowledge: Knowledge
    rules: RuleBook
    id_: str
    paths: Mapping[str, Sequence[MechanismPath]]

    @property
    def therapy(self) -> Therapy:
        return self.knowledge.therapies[self.id_]

    @cached_property
    def members(self) -> tuple[Therapy, ...]:
        """The members of a family; none for any other therapy."""
        return tuple(self.knowledge.therapies[id_] for id_ in self.knowledge.members(self.id_))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The results on the therapy, on its members, and on its family where the source names no member."""
        family = self.knowledge.family(self.id_)
        ids = (self.id_, *(member.id for member in self.members), *([family.id] if family else []))
        return tuple(finding for id_ in ids for finding in self.knowledge.findings(id_))

    @property
    def polarity(self) -> str:
        return polarity(path for paths in self.paths.values() for path in paths)

    def _polarities(self) -> dict[str, str]:
        return {id_: polarity(paths) for id_, paths in self.paths.items()}

    def _expected(self, id_: str) -> Expectation:
        """The expected response in all diseases alike."""
        return ResponseModel(self.knowledge).expect(id_, Person(diseases=frozenset(self.knowledge.terms.diseases)))

    def data(self) -> dict[str, Any]:
        """Everything known about the therapy or family."""
        therapy, known = self.therapy, self.knowledge
        pooled = once(finding for finding in self.findings if finding.poolable)
        expected = self._expected(self.id_)
        said = known.polarity(self.id_)
        given = {self.id_, *(member.id for member in self.members)}
        return {
            **therapy.model_dump(mode="json", exclude={"mechanisms"}, exclude_none=True),
            **local_key(known.is_local("therapies", self.id_)),
            **({"overlay": known.overlay} if known.overlay else {}),
            "members": [row_document(known, member, self._polarities()[member.id]) for member in self.members],
            "evidence": [finding_document(finding, pooled) for finding in self.findings],
            "expected": {
                "response": expected.response,
                "interval": list(expected.interval),
                "patients": expected.worth,
            },
            "patients": [
                {"study": id_, **patient.model_dump(mode="json"), **local_key(known.is_local("studies", id_))}
                for id_, study in sorted(known.studies.items())
                for patient in study.patients
                if given.intersection(patient.given)
            ],
            "statements": [
                {
                    "guideline": guideline.id,
                    "kind": guideline.kind,
                    **statement.model_dump(mode="json"),
                    **local_key(known.is_local("guidelines", guideline.id)),
                }
                for guideline, statement in known.statements(self.id_)
            ],
            "registered_trials": [
                {"reference": id_, **trial.model_dump(mode="json"), **local_key(known.is_local("references", id_))}
                for id_, trial in known.registered_trials(self.id_)
            ],
            "mechanisms": [
                {**edge.model_dump(mode="json", exclude_none=True), **local_key(known.is_local("edges", edge.id))}
                for edge in known.mechanisms(self.id_)
            ],
            "polarity": self.polarity,
            **({"polarity_text": said.text, "polarity_sources": list(said.sources)} if said else {}),
            "rules": [
                {"rule": rule.id, "effect": rule.effect, "at": rule.at, **local_key(rule.id in self.rules.local)}
                for rule in self.rules.naming(therapy)
            ],
            "sources": {source: known.cite(source) for source in self._sources()},
        }

    def blocks(self) -> Iterator[Block]:
        """The evidence, what guidelines say, mechanisms, claims, rules and sources."""
        bibliography = Bibliography(self.knowledge)
        yield from self._head()
        yield from self._studies(bibliography)
        yield from self._advised(bibliography)
        yield from self._mechanism(bibliography)
        yield from self._courses(bibliography)
        yield from self._claims(bibliography)
        yield from self._rules()
        yield Text(LEVELS, style="dim")
        if len(bibliography):
            yield Heading("Sources", level=2)
            yield Marked([("-", entry) for entry in bibliography.entries()])

    def _own(self) -> str:
        return self.knowledge.mark("therapies", self.id_)

    def _head(self) -> Iterator[Block]:
        therapy, own = self.therapy, self._own()
        yield Heading(f"{therapy.name}{own}")
        if therapy.description:
            yield Text(f"{therapy.description}{own}")
        yield Text(f"{_who(therapy, self.knowledge)}{own}")
        evidence = self.knowledge.evidence(self.id_)
        if self.members:
            yield Heading("Its members", level=2)
            yield Table(COLUMNS, list(therapy_rows(self.knowledge, self.members, self._polarities())), whole=(1, 2, 3))
            evidence = derive(self.findings)
        whole = "All members and diseases" if self.members else "All diseases"
        yield Text(f"{whole} together: {evidence_words(evidence).replace(', indirect', '')}.", style="bold")
        if evidence.response.groups > 1:
            yield Text(f"Responses are added up over {evidence.response.groups} groups of patients, each counted once.")
        expected = self._expected(self.id_)
        if expected.worth and not self.members:
            yield Text(f"Expected response, all diseases alike: {expected_words(expected)}.")
        if therapy.no_evidence:
            yield Text(f"{therapy.no_evidence}{own}")

    def _studies(self, bibliography: Bibliography) -> Iterator[Block]:
        """The results by therapy; of a family by member, of a member also those that name the family only."""
        known = self.knowledge
        family = known.family(self.id_)
        groups = [("Studies that name no member" if self.members else "Studies", self.id_)]
        groups += [(f"Studies of {member.name}", member.id) for member in self.members]
        groups += [(f"Studies of {family.name} that name no member", family.id)] if family else []
        for title, id_ in groups:
            yield from findings_blocks(title, known.findings(id_), known, bibliography)
        described = list(described_patients(known, [self.id_, *(one.id for one in self.members)], bibliography))
        if described:
            yield Heading("Patients described one by one", level=2)
            yield Marked([("-", line) for line in described])
        graded = list(known.published_grades(self.id_))
        if graded:
            yield Heading("Published levels of evidence", level=2)
            lines = (
                f"{grade.level} ({grade.scheme}): {cited_as(known, id_)}{bibliography.cite([id_])}"
                for id_, grade in graded
            )
            yield Marked([("-", line) for line in lines])

    def _advised(self, bibliography: Bibliography) -> Iterator[Block]:
        statements = list(self.knowledge.statements(self.id_))
        if statements:
            yield Heading("Guidelines and reviews", level=2)
            yield Marked([("-", self._said(guideline, statement, bibliography)) for guideline, statement in statements])
        trials = list(self.knowledge.registered_trials(self.id_))
        if trials:
            yield Heading("Registered trials", level=2)
            yield Marked([("-", self._registered(id_, trial, bibliography)) for id_, trial in trials])

    def _mechanism(self, bibliography: Bibliography) -> Iterator[Block]:
        """How it would act; of a family also how the members act that have mechanisms of their own."""
        therapy, own = self.therapy, self._own()
        yield Heading(f"How it would act: {self.polarity}", level=2)
        if said := self.knowledge.polarity(self.id_):
            yield Text(f"{said.text}{bibliography.cite(said.sources)}{own}")
        shown = [("→", path.words) for path in best_by_sign(self.paths[self.id_], _SHOWN_PATHS)]
        for member in self.members:
            if any(edge.predicate == "causes" for edge in member.mechanisms):
                shown.extend(("→", path.words) for path in best_by_sign(self.paths[member.id], 1))
        nothing = (
            f"{therapy.no_mechanism}{own}"
            if therapy.no_mechanism
            else "No causal path of the graph leads to calcinosis."
        )
        yield Marked(shown or [("-", nothing)])

    def _courses(self, bibliography: Bibliography) -> Iterator[Block]:
        adequate, own = self.therapy.adequate_trial, self._own()
        if adequate:
            yield Heading("An adequate trial", level=2)
            yield Text(f"{adequate.text}{bibliography.cite(adequate.sources)}{own}")
        if self.therapy.courses:
            yield Heading("Doses and durations in reports", level=2)
            yield Marked(
                [
                    ("-", f"{course_words(course)}{bibliography.cite(course.sources)}{own}")
                    for course in self.therapy.courses
                ]
            )

    def _claims(self, bibliography: Bibliography) -> Iterator[Block]:
        therapy, own = self.therapy, self._own()
        for title, claims in (
            ("What sources say", therapy.claims),
            ("Best responders", therapy.best_responders),
            ("Notes", therapy.notes),
        ):
            if claims:
                yield Heading(title, level=2)
                yield Marked([("-", f"{_claim(claim, bibliography)}{own}") for claim in claims])

    def _rules(self) -> Iterator[Block]:
        mentioned = self.rules.naming(self.therapy)
        if mentioned:
            yield Heading("Rules that mention it", level=2)
            marks = dict.fromkeys(self.rules.local, LOCAL)
            lines = [
                (MARKS.get(rule.effect or "", "?"), f"{rule.title} ({rule.effect}; {rule.at}){marks.get(rule.id, '')}")
                for rule in mentioned
            ]
            yield Marked(lines)

    def _said(self, guideline: Guideline, statement: Statement, bibliography: Bibliography) -> str:
        cited = f"{bibliography.cite([guideline.id])}{self.knowledge.mark('guidelines', guideline.id)}"
        return f"{statement_words(self.knowledge, statement)}{cited}"

    def _registered(self, id_: str, trial: RegisteredTrial, bibliography: Bibliography) -> str:
        planned = f", {trial.planned} planned" if trial.planned is not None else ""
        status = trial.status.replace("_", " ")
        return f"{trial.text} {status.capitalize()}{planned}{bibliography.cite([id_])}{self.knowledge.mark('references', id_)}"

    def _sources(self) -> list[str]:
        """The ids of all sources, sorted."""
        known, therapy = self.knowledge, self.therapy
        claims = (*therapy.claims, *therapy.best_responders, *therapy.notes)
        found = {source for claim in claims for source in claim.sources}
        found |= {finding.study.id for finding in self.findings}
        found |= {source for edge in known.mechanisms(self.id_) for source in edge.sources}
        found |= set(therapy.adequate_trial.sources if therapy.adequate_trial else ())
        found |= {source for course in therapy.courses for source in course.sources}
        found |= {trial for trial, _ in known.registered_trials(self.id_)}
        found |= set(said.sources if (said := known.polarity(self.id_)) else ())
        found |= {guideline.id for guideline, _ in known.statements(self.id_)}
        return sorted(found)


def statement_words(knowledge: Knowledge, statement: Statement) -> str:
    """Return what is advised: "Recommends as step 1 (juvenile dermatomyositis, child): With high-dose corticosteroid … [1B]"."""
    terms = knowledge.terms
    diseases = [terms.diseases[id_].name for id_ in statement.diseases]
    names = [
        *(diseases if len(diseases) <= _NAMED_DISEASES else [f"{len(diseases)} diseases"]),
        *statement.ages,
        *(terms.patterns[id_].name for id_ in statement.patterns),
        *(terms.features[id_].name for id_ in statement.features),
        *(terms.conditions[id_].name for id_ in (*statement.conditions, *statement.and_conditions)),
    ]
    advice = (statement.advice or "says").replace("_", " ").capitalize()
    step = f" as step {statement.step}" if statement.step else ""
    after = f" after {' or '.join(knowledge.therapies[id_].name for id_ in statement.after)}" if statement.after else ""
    whom = f" ({', '.join(name[0].lower() + name[1:] for name in names)})" if names else ""
    grade = f" [{statement.grade}]" if statement.grade else ""
    return f"{advice}{step}{after}{whom}: {statement.text}{grade}"


def course_words(course: Course) -> str:
    """Return a dose and length of treatment of a report: "… (1 g twice; 12 months, time of judging)"."""
    length = f"{course.window}, {(course.basis or '').replace('_', ' ')}" if course.window else ""
    measured = "; ".join(part for part in (course.dose, length) if part)
    return f"{course.text}{f' ({measured})' if measured else ''}"


def _who(therapy: Therapy, knowledge: Knowledge) -> str:
    family = knowledge.family(therapy.id)
    codes = [f"RxNorm {code}" for code in therapy.codes.rxnorm] + [f"ATC {code}" for code in therapy.codes.atc]
    parts = (
        therapy.kind,
        f"of the family {family.name}" if family else "",
        *codes,
        f"brands {', '.join(therapy.brands)}" if therapy.brands else "",
    )
    return "; ".join(part for part in parts if part)


def _claim(claim: Claim, bibliography: Bibliography) -> str:
    cited = bibliography.cite(claim.sources)
    checked = f" Checked: {claim.check}" if claim.check else ""
    return f"{bibliography.number(claim.text)}{cited}{bibliography.number(checked)}"
