"""The knowledge as one immutable object, with the look-ups that the rest of the package needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from calcinosis_kb.knowledge.citations import short_citation
from calcinosis_kb.knowledge.grading import Evidence, Finding, derive
from calcinosis_kb.knowledge.models import (
    Citation,
    Grade,
    Guideline,
    PolarityNote,
    Prefix,
    Reference,
    RegisteredTrial,
    Statement,
    Study,
    Therapy,
)
from calcinosis_kb.knowledge.pathophysiology import (
    CONFIDENCES,
    Confidence,
    Edge,
    Node,
    Outline,
    Question,
    Story,
    ThemeOutline,
)
from calcinosis_kb.knowledge.terms import Bound, LimitBySex, Terms

__all__ = ["LOCAL", "OUTCOME_NODE", "Knowledge"]

_CALCINOSIS = "calcinosis_cutis"

LOCAL = " (local)"
"""Mark in texts for whatever comes from an overlay or depends on it."""

OUTCOME_NODE = "dystrophic_calcinosis"
"""The node of the graph that therapies are meant to lower."""

UNJUDGED = frozenset({"family", "comparator"})


class Knowledge(BaseModel):
    """The content of ``knowledge/``; ``hash`` is the hash of its files.

    With an overlay, ``overlay`` is the hash of its files and ``local`` lists the ids that come from it, by section
    (therapies, studies, references, guidelines, nodes, edges, … and each vocabulary of the terms). ``drafts`` maps the ids of
    unfinished records, which are left out, to their files.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    version: str
    hash: str
    therapies: dict[str, Therapy]
    studies: dict[str, Study]
    references: dict[str, Reference]
    guidelines: dict[str, Guideline]
    nodes: dict[str, Node]
    edges: dict[str, Edge]
    questions: dict[str, Question]
    themes: dict[str, ThemeOutline]
    outline: Outline
    stories: dict[str, Story]
    terms: Terms
    prefixes: dict[str, Prefix]
    overlay: str | None = None
    local: dict[str, tuple[str, ...]] = {}
    drafts: dict[str, str] = {}

    def __repr__(self) -> str:
        """One line, because the content is too long for a prompt."""
        sources = len(self.studies) + len(self.references) + len(self.guidelines)
        return f"<Knowledge {self.version} ({self.hash}): {len(self.therapies)} therapies, {sources} sources>"

    __str__ = __repr__

    def is_local(self, section: str, id_: str) -> bool:
        """Whether a record comes from an overlay; ``sources`` are studies, references and guidelines."""
        if section == "sources":
            return any(id_ in self.local.get(kind, ()) for kind in ("studies", "references", "guidelines"))
        return id_ in self.local.get(section, ())

    def mark(self, section: str, id_: str) -> str:
        """The mark of a record that comes from an overlay; empty for any other."""
        return LOCAL if self.is_local(section, id_) else ""

    @cached_property
    def options(self) -> tuple[Therapy, ...]:
        """The therapies that are judged, by id. Families are judged through their members, comparators never."""
        return tuple(self.therapies[id_] for id_ in sorted(self.therapies) if self.therapies[id_].kind not in UNJUDGED)

    def family(self, therapy: str) -> Therapy | None:
        """The family of a therapy, or None."""
        family = self.therapies[therapy].family
        return self.therapies[family] if family else None

    def members(self, family: str) -> tuple[str, ...]:
        """The ids of the therapies of a family, in order."""
        return tuple(therapy.id for therapy in self.options if therapy.family == family)

    def mechanisms(self, therapy: str) -> tuple[Edge, ...]:
        """The edges from a therapy to its mechanisms of action, or those of its family if it has none."""
        edges = tuple(edge for edge in self.therapies[therapy].mechanisms if edge.predicate == "causes")
        family = self.family(therapy)
        return edges or (self.mechanisms(family.id) if family else ())

    def polarity(self, therapy: str) -> PolarityNote | None:
        """The note of a therapy whose paths do not only lower, or that of its family if it has the mechanisms of its family."""
        own = self.therapies[therapy]
        family = self.family(therapy)
        if own.polarity or family is None or any(edge.predicate == "causes" for edge in own.mechanisms):
            return own.polarity
        return self.polarity(family.id)

    @cached_property
    def _findings(self) -> dict[str, tuple[Finding, ...]]:
        found: dict[str, list[Finding]] = {}
        designs = self.terms.designs
        for id_ in sorted(self.studies):
            study = self.studies[id_]
            for result in study.results:
                reviewed = tuple(designs[design] for design in result.reviewed_designs)
                design = designs[result.design or study.design]
                found.setdefault(result.therapy, []).append(
                    Finding(study, result, design, reviewed, self.is_local("studies", id_))
                )
        return {therapy: tuple(findings) for therapy, findings in found.items()}

    def findings(self, therapy: str) -> tuple[Finding, ...]:
        """The results on exactly this therapy or family, by study id."""
        return self._findings.get(therapy, ())

    def evidence(
        self,
        therapy: str,
        diseases: frozenset[str] = frozenset(),
        *,
        universal: bool = False,
        without: frozenset[str] = frozenset(),
    ) -> Evidence:
        """The evidence on a therapy for a patient with these diseases.

        A finding, or the part of it that `Finding.within` can tell apart, is direct if its patients had a disease of the
        patient, a form of it or the disease it is a form of; a word for various diseases is none. The findings on a local therapy
        are about the treated deposits, so for ``universal`` disease they are indirect. What says nothing about such a
        patient is not counted. Studies in ``without`` are ignored.
        """
        findings = [finding for finding in self.findings(therapy) if finding.study.id not in without]
        local = self.therapies[therapy].reach == "local"
        findings = [f for f in findings if self._speaks(f.result.populations, diseases, local=local)]
        if universal and local:
            return derive(findings)
        related = self.same_diseases(diseases)
        return derive(findings, direct=[part for finding in findings if (part := finding.within(related))])

    def immune_mediated(self, diseases: Collection[str]) -> bool | None:
        """Whether some of these diseases are immune-mediated; None if that is not known of any, or if both kinds are among them."""
        known = {self.terms.diseases[disease].immune_mediated for disease in diseases} - {None}
        return next(iter(known)) if len(known) == 1 else None

    def _speaks(self, populations: tuple[str, ...], diseases: frozenset[str], *, local: bool) -> bool:
        """Whether patients of some diseases say anything about a patient with others.

        Those with an immune-mediated disease say nothing about another cause, nor the other way round. Among the other causes only
        the same one does, or any if the treatment is local and so acts on the deposit whatever made it.
        """
        theirs, ours = self.immune_mediated(populations), self.immune_mediated(diseases)
        if theirs is None or ours is None:
            return True
        if ours or theirs:
            return ours == theirs
        return local or not self.related_diseases(diseases).isdisjoint(populations)

    def needed(self, features: Collection[str]) -> frozenset[str]:
        """The domains in which a patient with these features needs an effect, as far as they are known."""
        return frozenset(domain for feature in features if (domain := self.terms.features[feature].domain))

    def same_diseases(self, diseases: frozenset[str]) -> frozenset[str]:
        """The diseases whose patients have the same disease: `related_diseases` without words for various diseases."""
        return frozenset(id_ for id_ in self.related_diseases(diseases) if not self.terms.diseases[id_].various)

    def related_diseases(self, diseases: frozenset[str]) -> frozenset[str]:
        """The diseases, everything that they are a form of, and every form of them."""
        broader = {above for disease in diseases for above in self.ancestors("diseases", disease)}
        narrower = {id_ for id_ in self.terms.diseases if diseases.intersection(self.ancestors("diseases", id_))}
        return frozenset(broader | narrower)

    def disease_in_short(self, disease: str) -> str:
        """The abbreviation of a disease, else its name; of "not_stated" its words."""
        term = self.terms.diseases.get(disease)
        return (term.short or term.name) if term else disease.replace("_", " ")

    @cached_property
    def definitions(self) -> tuple[tuple[str, str, Bound], ...]:
        """The conditions that a test defines, each with the test and the limit."""
        conditions = self.terms.conditions.items()
        return tuple((id_, lab, bound) for id_, condition in conditions for lab, bound in condition.defined_by.items())

    @cached_property
    def suggestions(self) -> tuple[tuple[str, str, LimitBySex], ...]:
        """The conditions that a test makes likely, each with the test and the limit."""
        conditions = self.terms.conditions.items()
        return tuple(
            (id_, lab, limit) for id_, condition in conditions for lab, limit in condition.suggested_by.items()
        )

    @cached_property
    def implications(self) -> tuple[tuple[str, str], ...]:
        """The tests of which a finding implies a condition, each with the condition."""
        return tuple((lab, id_) for lab, test in self.terms.labs.items() for id_ in test.implies.values())

    def is_calcinosis(self, word: str) -> bool:
        """Whether the id of a condition or disease is of calcinosis itself: calcinosis cutis, or a disease that no immune system causes."""
        if word in self.terms.conditions:
            return _CALCINOSIS in self.ancestors("conditions", word)
        disease = self.terms.diseases.get(word)
        return disease is not None and disease.immune_mediated is False and not disease.various

    def ancestors(self, vocabulary: str, term: str) -> tuple[str, ...]:
        """A term and everything that it is a kind of, nearest first."""
        cached = self._ancestors.get((vocabulary, term))
        if cached is not None:
            return cached
        terms = getattr(self.terms, vocabulary)
        found: list[str] = []
        queue = [term]
        while queue:
            id_ = queue.pop(0)
            if id_ not in found:
                found.append(id_)
                queue.extend(getattr(terms.get(id_), "broader", ()))
        return self._ancestors.setdefault((vocabulary, term), tuple(found))

    def overlapping(self, vocabulary: str, term: str) -> frozenset[str]:
        """All terms that can be true together with a term: the ancestors of the term and of each of its kinds."""
        found = self._overlapping.get((vocabulary, term))
        if found is None:
            above = (self.ancestors(vocabulary, id_) for id_ in getattr(self.terms, vocabulary))
            found = frozenset(id_ for terms in above if term in terms for id_ in terms)
        return self._overlapping.setdefault((vocabulary, term), found)

    @cached_property
    def _overlapping(self) -> dict[tuple[str, str], frozenset[str]]:
        return {}

    @cached_property
    def _ancestors(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return {}

    def published_grades(self, therapy: str) -> Iterator[tuple[str, Grade]]:
        """The levels of evidence that others published for a therapy or its family, each with the id of the study."""
        family = self.family(therapy)
        for id_ in (therapy, *([family.id] if family else [])):
            for finding in self.findings(id_):
                if finding.result.graded:
                    yield finding.study.id, finding.result.graded

    def statements(self, therapy: str) -> tuple[tuple[Guideline, Statement], ...]:
        """What guidelines and reviews say about a therapy or its family, each with the diseases and ages that it speaks of."""
        return self._statements.get(therapy, ())

    @cached_property
    def _statements(self) -> dict[str, tuple[tuple[Guideline, Statement], ...]]:
        found: dict[str, list[tuple[Guideline, Statement]]] = {id_: [] for id_ in self.therapies}
        for _, guideline in sorted(self.guidelines.items()):
            for statement in guideline.statements:
                of = {"diseases": statement.diseases or guideline.diseases, "ages": statement.ages or guideline.ages}
                said = (guideline, statement.model_copy(update=of))
                for id_, therapy in self.therapies.items():
                    if statement.therapy in (id_, therapy.family):
                        found[id_].append(said)
        return {id_: tuple(every) for id_, every in found.items()}

    def registered_trials(self, therapy: str) -> Iterator[tuple[str, RegisteredTrial]]:
        """The registered trials that give a therapy or its family, each with the id of its reference."""
        wanted = {therapy, self.therapies[therapy].family}
        for id_ in sorted(self.references):
            trial = self.references[id_].trial
            if trial is not None and wanted.intersection(trial.therapies):
                yield id_, trial

    @cached_property
    def authorities(self) -> dict[str, str]:
        """The authority of every source; that of studies and guidelines is "literature", that of pages for patients "low"."""
        return {
            **dict.fromkeys(self.studies, "literature"),
            **{
                id_: "low" if guideline.kind == "patient_information" else "literature"
                for id_, guideline in self.guidelines.items()
            },
            **{id_: reference.authority for id_, reference in self.references.items()},
        }

    @cached_property
    def tests_of_conditions(self) -> dict[str, str]:
        """The test that decides each condition, or its broadest form that a test decides or helps to find."""
        first: dict[str, str] = {}
        for lab, conditions in self._conditions_of_tests.items():
            for condition in conditions:
                first.setdefault(condition, lab)
        above = {id_: reversed(self.ancestors("conditions", id_)) for id_ in self.terms.conditions}
        found = {id_: next((first[one] for one in lines if one in first), None) for id_, lines in above.items()}
        return {id_: lab for id_, lab in found.items() if lab}

    @cached_property
    def leading_tests(self) -> dict[str, str]:
        """For each test the one that stands for all tests of the same condition."""
        tests = self.tests_of_conditions
        return {
            lab: next((tests.get(id_, lab) for id_ in conditions), lab)
            for lab, conditions in self._conditions_of_tests.items()
        }

    @cached_property
    def _conditions_of_tests(self) -> dict[str, list[str]]:
        """The conditions that each test implies, defines or helps to find."""
        defined: dict[str, list[str]] = {lab: [] for lab in self.terms.labs}
        for id_, condition in self.terms.conditions.items():
            for lab in condition.defined_by:
                defined[lab].append(id_)
        labs = self.terms.labs
        return {lab: [*test.implies.values(), *defined[lab], *test.tells_of] for lab, test in labs.items()}

    def publication(self, source: str) -> Citation | Reference | None:
        """The bibliographic record of a study, guideline or reference, which share one space of ids, or None."""
        if source in self.references:
            return self.references[source]
        record = self.studies.get(source) or self.guidelines.get(source)
        return record.citation if record else None

    def read(self, source: str) -> Confidence | None:
        """How much of a study (of its best read result) or guideline was read; None for a reference."""
        if source in self.studies:
            return min((result.confidence for result in self.studies[source].results), key=CONFIDENCES.index)
        return self.guidelines[source].confidence if source in self.guidelines else None

    def cite(self, source: str) -> str:
        """A source as a short citation, marked if it comes from an overlay. An unknown id is returned unchanged."""
        publication = self.publication(source)
        return short_citation(publication, source) + self.mark("sources", source) if publication else source
