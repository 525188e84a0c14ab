"""Check the integrity of the knowledge: references exist, counts add up, families form no cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from calcinosis_kb.errors import Place, Problem, unknown
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.models import Guideline, ReportedPatient, Result, Statement, Stratum, Study
from calcinosis_kb.knowledge.quotations import plausible
from calcinosis_kb.knowledge.references import missing_in_knowledge
from calcinosis_kb.knowledge.stories import check_stories

__all__ = ["crosscheck"]

Path = tuple[str | int, ...]

_SAID = {"advice", "step", "text", "grade"}
"""What a statement says; its other fields say on what and for whom."""


def crosscheck(loaded: Loaded, broken: Collection[str] = ()) -> list[Problem]:
    """Return all problems of integrity (CKB014 to CKB016, CKB018, CKB019, CKB060, CKB089, CKB091), in the order of the files.

    ``broken`` are ids in files that cannot be read; references to them are not reported.
    """
    check = _Integrity(loaded)
    problems = [
        *missing_in_knowledge(loaded, broken),
        *check.therapies(),
        *check.studies(),
        *check.guidelines(),
        *check.findings(),
        *check_stories(loaded, broken),
    ]
    if not problems and not broken:
        # The search for evidence and mechanisms follows references, so these must be valid first.
        problems = [problem for option in loaded.knowledge.options for problem in check.supported(option.id)]
    return sorted(problems, key=lambda problem: (problem.place or Place(""), problem.code, problem.message))


class _Integrity:
    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.knowledge: Knowledge = loaded.knowledge

    def _place(self, section: str, id_: str, path: Path) -> Place:
        return self.loaded.documents[(section, id_)].place(path)

    def therapies(self) -> Iterator[Problem]:
        for id_, therapy in self.knowledge.therapies.items():
            if therapy.family is not None:
                yield from self._family(id_, self._place("therapies", id_, ("family",)))
            for index, edge in enumerate(therapy.mechanisms):
                if edge.source != id_:
                    place = self._place("therapies", id_, ("mechanisms", index, "source"))
                    message = f"a mechanism of '{id_}' starts at '{edge.source}'"
                    yield Problem("CKB014", message, place, fix=f"write 'source: {id_}'")

    def _family(self, id_: str, place: Place) -> Iterator[Problem]:
        seen = [id_]
        family = self.knowledge.therapies[id_].family
        while family in self.knowledge.therapies:
            if family in seen:
                if family == id_:  # members outside the cycle are correct
                    message = f"the families form a cycle: {' → '.join([*seen, family])}"
                    yield Problem("CKB018", message, place, fix="a family cannot be a member of its own member")
                return
            seen.append(family)
            family = self.knowledge.therapies[family].family
        parent = self.knowledge.therapies[id_].family
        if parent in self.knowledge.therapies and self.knowledge.therapies[parent].kind != "family":
            yield Problem("CKB018", f"'{parent}' is not a family", place, fix=f"write 'kind: family' in {parent}.yaml")

    def supported(self, id_: str) -> Iterator[Problem]:
        therapy = self.knowledge.therapies[id_]
        place = self._place("therapies", id_, ("id",))
        if not self.knowledge.mechanisms(id_) and not therapy.no_mechanism:
            fix = "add an edge under 'mechanisms', here or in its family, or give the reason under 'no_mechanism'"
            yield Problem("CKB019", f"'{id_}' has no mechanism of action and no reason for that", place, fix=fix)
        if not self.knowledge.findings(id_) and not therapy.no_evidence:
            fix = "add a study, or give the reason under 'no_evidence'"
            yield Problem("CKB019", f"no study reports on '{id_}', and no reason is given", place, fix=fix)

    def studies(self) -> Iterator[Problem]:
        for id_, study in self.knowledge.studies.items():
            for index, result in enumerate(study.results):
                path: Path = ("results", index)
                yield from self._counts(id_, path, result, patients=not result.counted)
                yield from self._combined(id_, path, result)
                yield from self._strata(id_, path, result)
                yield from self._quotes(id_, path, result)
            for index, patient in enumerate(study.patients):
                yield from self._patient(id_, ("patients", index), patient, study)

    def guidelines(self) -> Iterator[Problem]:
        for id_, guideline in self.knowledge.guidelines.items():
            said: dict[str, int] = {}
            for index, statement in enumerate(guideline.statements):
                path: Path = ("statements", index)
                yield from self._advice(id_, path, guideline, statement)
                first = said.setdefault(statement.model_dump_json(exclude=_SAID), index)
                if first != index:
                    place = self._place("guidelines", id_, (*path, "therapy"))
                    message = f"statement {first + 1} is on '{statement.therapy}' in the same situation"
                    yield Problem("CKB089", message, place, fix="say for whom each is, or make one of them")

    def _advice(self, id_: str, path: Path, guideline: Guideline, statement: Statement) -> Iterator[Problem]:
        if statement.step is not None and statement.advice not in ("recommends", "considers"):
            place = self._place("guidelines", id_, (*path, "step"))
            message = f"step {statement.step} of a treatment that is not advised"
            yield Problem("CKB089", message, place, fix="write 'advice: recommends' or 'considers', or remove 'step'")
        if statement.therapy in statement.after:
            place = self._place("guidelines", id_, (*path, "after", statement.after.index(statement.therapy)))
            message = f"'{statement.therapy}' is to follow itself"
            yield Problem("CKB089", message, place, fix="name what should have been tried before it")
        if statement.advice == "recommends" and guideline.kind in ("expert_opinion", "patient_information"):
            place = self._place("guidelines", id_, (*path, "advice"))
            message = f"a source of kind '{guideline.kind}' recommends nothing here"
            yield Problem("CKB089", message, place, fix="write 'considers' or 'mentions'")

    def _counts(self, id_: str, path: Path, of: Result | Stratum, *, patients: bool = True) -> Iterator[Problem]:
        """Check the counts of a result, or of its patients of one disease; they need not be ``patients``."""
        given = {key: count for key, count in of.outcomes if count is not None}
        if of.n == 0:
            place = self._place("studies", id_, (*path, "n"))
            yield Problem("CKB016", "n is 0", place, fix="leave n out if the source does not state it")
        if of.n is not None and patients and sum(given.values()) > of.n:
            parts = " + ".join(f"{key} {count}" for key, count in given.items())
            message = f"the outcomes add up to more than the {of.n} treated: {parts}"
            place = self._place("studies", id_, (*path, "outcomes"))
            yield Problem("CKB016", message, place, fix="correct a count, or n")
        place = self._place("studies", id_, (*path, "responded"))
        if of.responded is not None and (of.n is None or of.responded > of.n):
            message = f"{of.responded} responded of {'unknown' if of.n is None else of.n} treated"
            yield Problem("CKB016", message, place, fix="give n, at least as large as responded")
        responders = given.get("complete", 0) + given.get("partial", 0)
        if of.responded is not None and responders > of.responded:
            message = f"complete and partial make {responders}, more than the {of.responded} that responded"
            yield Problem("CKB016", message, place, fix="correct one of the counts")

    def _combined(self, id_: str, path: Path, result: Result) -> Iterator[Problem]:
        for index, therapy in enumerate(result.combined_with):
            if therapy == result.therapy:
                place = self._place("studies", id_, (*path, "combined_with", index))
                message = f"'{therapy}' is combined with itself"
                yield Problem("CKB091", message, place, fix="name what was given with it")

    def _strata(self, id_: str, path: Path, result: Result) -> Iterator[Problem]:
        told = sum(stratum.n or 0 for stratum in result.strata)
        if result.n is not None and told > result.n:
            place = self._place("studies", id_, (*path, "strata"))
            message = f"the patients by disease add up to {told}, more than the {result.n} treated"
            yield Problem("CKB016", message, place, fix="correct a count, or n")
        seen: set[str] = set()
        for index, stratum in enumerate(result.strata):
            at: Path = (*path, "strata", index)
            yield from self._counts(id_, at, stratum, patients=not result.counted)
            place = self._place("studies", id_, (*at, "disease"))
            if not set(self.knowledge.ancestors("diseases", stratum.disease)).intersection(result.populations):
                message = f"the result does not report on '{stratum.disease}'"
                yield Problem(
                    "CKB091", message, place, result.populations, fix="add the disease to 'populations', or correct it"
                )
            if stratum.disease in seen:
                message = f"'{stratum.disease}' is there twice"
                yield Problem("CKB091", message, place, fix="make one entry of the two")
            seen.add(stratum.disease)

    def _patient(self, id_: str, path: Path, patient: ReportedPatient, study: Study) -> Iterator[Problem]:
        therapies = tuple(
            dict.fromkeys(id_ for result in study.results for id_ in (result.therapy, *result.combined_with))
        )
        for index, therapy in enumerate(patient.given):
            if not any(self._same_or_family(therapy, other) for other in therapies):
                place = self._place("studies", id_, (*path, "given", index))
                message = f"the patient was given '{therapy}', on which no result reports"
                yield Problem("CKB091", message, place, therapies, fix="add the result, or correct the therapy")
        diseases = tuple(dict.fromkeys(disease for result in study.results for disease in result.populations))
        if diseases and not self.knowledge.related_diseases(frozenset(diseases)).intersection(patient.diseases):
            place = self._place("studies", id_, (*path, "diseases"))
            message = f"no result is on {' or '.join(repr(disease) for disease in patient.diseases)}"
            yield Problem("CKB091", message, place, diseases, fix="add the disease to 'populations', or correct it")

    def _same_or_family(self, one: str, other: str) -> bool:
        families = {id_: therapy.family for id_ in (one, other) if (therapy := self.knowledge.therapies.get(id_))}
        return one == other or families.get(one) == other or families.get(other) == one

    def _quotes(self, id_: str, path: Path, result: Result) -> Iterator[Problem]:
        for number, quote in enumerate(result.quotes):
            where = quote.where
            if where is not None and not plausible(quote.text, where.start, where.end):
                message = f"a quote of {len(quote.text)} characters does not fit from {where.start} to {where.end}"
                fix = "remove 'where' and let 'calcinosis-kb quotes TEXT --write' find the quote again"
                place = self._place("studies", id_, (*path, "quotes", number, "where"))
                yield Problem("CKB060", message, place, fix=fix)

    def findings(self) -> Iterator[Problem]:
        """Values under ``implies`` that are not among the values of the test."""
        for id_, lab in self.knowledge.terms.labs.items():
            for finding in lab.implies:
                if finding not in lab.values:
                    place = self._place("file", "knowledge/terms.yaml", ("labs", id_, "implies", finding))
                    yield unknown(f"finding of {id_}", finding, lab.values, place)
