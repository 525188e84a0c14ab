"""The page of a therapy or family: its evidence by disease, how it would act, what is advised, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from calcinosis_kb.knowledge.evidence_words import (
    LEVELS,
    cited_as,
    counts_words,
    evidence_words,
    expected_words,
    finding_interval,
)
from calcinosis_kb.knowledge.expected import ResponseModel
from calcinosis_kb.knowledge.grading import Finding, derive
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath, best_by_sign, polarity
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.person import Person
from calcinosis_kb.knowledge.primary import Told, told_by_disease
from calcinosis_kb.report.forest import forest
from calcinosis_kb.report.plots.figure import DIRECTIONS
from calcinosis_kb.report.therapy import course_words, statement_words
from calcinosis_kb.rules.models import EFFECTS, Rule
from calcinosis_kb.web.reading import cases
from calcinosis_kb.web.reading.section import Record, Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["THERAPY"]

_PATHS = 2
"""Number of paths that are drawn per sign; the map has all."""

_EFFECTS = {
    "avoid": "It must not be given",
    "against": "Advised against",
    "not_applicable": "It does not apply",
    "warn": "Taken now, it may do harm",
    "reserve": "A last resort",
    "caution": "It needs care",
    "check": "To be known or done first",
    "prefer": "It suits these patients",
    "support": "It suits these patients",
    "doubt": "Doubts about its effect",
    "note": "To be known",
}
"""What each effect of a rule means for the therapy."""


class Seen(NamedTuple):
    """What one result says of one disease: ``of`` the therapy (a member of the family whose page it is)."""

    of: Therapy
    finding: Finding
    apart: bool
    counts: str
    interval: str


def therapies(service: Service) -> Mapping[str, Record]:
    """Every therapy and family by id, in order of their names."""
    known = service.kb.knowledge.therapies
    ordered = sorted(known.values(), key=lambda therapy: therapy.name.casefold())
    return {one.id: Record(one.name, (*one.aliases, *one.brands)) for one in ordered}


def therapy_page(service: Service, id_: str, links: Links | None = None) -> str:
    """Return the page of a therapy or family."""
    kb, knowledge = service.kb, service.kb.knowledge
    therapy, family = knowledge.therapies[id_], knowledge.family(id_)
    members = [knowledge.therapies[member] for member in knowledge.members(id_)]
    ours = [therapy, *members]
    findings = [finding for one in ours for finding in knowledge.findings(one.id)]
    evidence = derive(findings) if members else knowledge.evidence(id_)
    every = Person(diseases=frozenset(knowledge.terms.diseases))
    expected = None if members else ResponseModel(knowledge).expect(id_, every)
    primary = {
        id(finding.result)
        for one in ours
        for told in told_by_disease(knowledge, one.id).values()
        for finding, _ in told
    }
    return service.render(
        "reading/therapy.html",
        f"/therapy/{id_}",
        links,
        therapy=therapy,
        family=family,
        members=members,
        siblings=[knowledge.therapies[one] for one in knowledge.members(family.id) if one != id_] if family else [],
        evidence=evidence_words(evidence).replace(", indirect", ""),
        expected=expected_words(expected) if expected and expected.worth else None,
        by_disease=_by_disease(knowledge, ours),
        forest=[group for group in forest(knowledge, id_) if group.lines],
        others=[finding for finding in findings if _is_other(finding, primary)],
        polarity=polarity(path for one in ours for path in kb.paths(one.id)),
        polarity_note=knowledge.polarity(id_),
        paths=list(_paths(service, ours)),
        statements=[(guideline, statement_words(knowledge, said)) for guideline, said in knowledge.statements(id_)],
        trials=list(knowledge.registered_trials(id_)),
        courses=[(course_words(course), course.sources) for course in therapy.courses],
        rules=_rules(kb.rules.naming(therapy)),
        cases=list(cases.given(service, {one.id for one in ours})),
        directions=DIRECTIONS,
        levels=LEVELS,
        cited_as=cited_as,
    )


def _by_disease(knowledge: Knowledge, ours: list[Therapy]) -> dict[str, list[Seen]]:
    """What was seen of some therapies by disease, in the order of the vocabulary."""
    found: dict[str, list[Seen]] = {}
    for therapy in ours:
        for disease, told in told_by_disease(knowledge, therapy.id).items():
            found.setdefault(disease, []).extend(_seen(therapy, one) for one in told)
    order = list(knowledge.terms.diseases)
    return dict(sorted(found.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def _seen(therapy: Therapy, told: Told) -> Seen:
    return Seen(therapy, told.finding, told.apart, counts_words(told.finding), finding_interval(told.finding))


def _is_other(finding: Finding, primary: set[int]) -> bool:
    """Whether a result is not among those by disease: of a review, or not on the course of calcinosis."""
    return (
        not (finding.design.patients and finding.result.endpoint == "calcinosis") and id(finding.result) not in primary
    )


def _paths(service: Service, ours: list[Therapy]) -> Iterator[MechanismPath]:
    """The best paths of the therapy; of a family also the best of each member that has mechanisms of its own."""
    first, *members = ours
    yield from best_by_sign(service.kb.paths(first.id), _PATHS)
    for member in members:
        if any(edge.predicate == "causes" for edge in member.mechanisms):
            yield from best_by_sign(service.kb.paths(member.id), 1)


def _rules(rules: list[Rule]) -> dict[str, list[Rule]]:
    """The rules by what they mean, gravest first."""
    found: dict[str, list[Rule]] = {}
    for effect in EFFECTS:
        same = [rule for rule in rules if rule.effect == effect]
        if same:
            found.setdefault(_EFFECTS[effect], []).extend(same)
    return found


THERAPY = Section("/therapy/{id}", "treatment", therapy_page, therapies, nouns="treatments and families of treatments")
