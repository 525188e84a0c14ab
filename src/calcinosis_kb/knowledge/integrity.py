"""Whether the knowledge holds together: every id exists, every count adds up, no family goes in a circle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from calcinosis_kb.errors import Place, Problem, nearest
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.models import Result
from calcinosis_kb.knowledge.pathophysiology import Edge
from calcinosis_kb.knowledge.quotations import plausible
from calcinosis_kb.knowledge.stories import check_stories

__all__ = ["crosscheck"]

Path = tuple[str | int, ...]


def crosscheck(loaded: Loaded, broken: Collection[str] = ()) -> list[Problem]:
    """Everything in the knowledge that does not hold together (CKB014 to CKB016, CKB018, CKB019, CKB060), in file order.

    ``broken`` are ids that stand in files that cannot be read: what refers to them is not wrong for that.
    """
    check = _Crosscheck(loaded, broken)
    problems = [
        *check.therapies(),
        *check.studies(),
        *check.graph(),
        *check.guidelines(),
        *check.terms(),
        *check_stories(loaded, broken),
    ]
    if not problems and not broken:
        # Looking for evidence and mechanisms follows the references, so they must hold first.
        problems = [problem for option in loaded.knowledge.options for problem in check.supported(option.id)]
    return sorted(problems, key=lambda problem: (problem.place or Place(""), problem.code, problem.message))


class _Crosscheck:
    def __init__(self, loaded: Loaded, broken: Collection[str]) -> None:
        self.loaded = loaded
        self.broken = broken
        self.knowledge: Knowledge = loaded.knowledge
        self.sources = {*self.knowledge.studies, *self.knowledge.references, *self.knowledge.guidelines}
        self.nodes = {*self.knowledge.nodes, *self.knowledge.therapies}

    def _place(self, section: str, id_: str, path: Path) -> Place:
        return self.loaded.documents[(section, id_)].place(path)

    def _known(self, word: str, words: Collection[str], what: str, place: Place) -> Iterator[Problem]:
        if word not in words and word not in self.broken:
            near = nearest(word, words)
            fix = f"write '{near[0]}', or add '{word}'" if near else f"add '{word}', or correct it"
            yield Problem("CKB014", f"there is no {what} '{word}'", place, nearest=near, fix=fix)

    def _sources(self, sources: Iterable[str], section: str, id_: str, path: Path) -> Iterator[Problem]:
        for index, source in enumerate(sources):
            place = self._place(section, id_, (*path, "sources", index))
            yield from self._known(source, self.sources, "study, reference or guideline", place)

    def therapies(self) -> Iterator[Problem]:
        for id_, therapy in self.knowledge.therapies.items():
            if therapy.family is not None:
                place = self._place("therapies", id_, ("family",))
                yield from self._known(therapy.family, self.knowledge.therapies, "therapy", place)
                yield from self._family(id_, place)
            for index, class_ in enumerate(therapy.classes):
                place = self._place("therapies", id_, ("classes", index))
                yield from self._known(class_, self.knowledge.terms.medications, "medication class", place)
            for key in ("claims", "best_responders", "notes"):
                for index, claim in enumerate(getattr(therapy, key)):
                    yield from self._sources(claim.sources, "therapies", id_, (key, index))
            if therapy.adequate_trial:
                yield from self._sources(therapy.adequate_trial.sources, "therapies", id_, ("adequate_trial",))
            if therapy.polarity:
                yield from self._sources(therapy.polarity.sources, "therapies", id_, ("polarity",))
                for index, node in enumerate(therapy.polarity.raises_through):
                    place = self._place("therapies", id_, ("polarity", "raises_through", index))
                    yield from self._known(node, self.nodes, "node", place)
            for index, edge in enumerate(therapy.mechanisms):
                yield from self._edge(edge, "therapies", id_, ("mechanisms", index))
                if edge.source != id_:
                    place = self._place("therapies", id_, ("mechanisms", index, "source"))
                    message = f"a mechanism of '{id_}' starts at '{edge.source}'"
                    yield Problem("CKB014", message, place, fix=f"write 'source: {id_}'")

    def _family(self, id_: str, place: Place) -> Iterator[Problem]:
        seen = [id_]
        family = self.knowledge.therapies[id_].family
        while family in self.knowledge.therapies:
            if family in seen:
                if family == id_:  # the members of a circle that are not in it are right
                    message = f"the family goes in a circle: {' → '.join([*seen, family])}"
                    yield Problem("CKB018", message, place, fix="a family has no member above itself")
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
            fix = (
                "add an edge under 'mechanisms', in it or in its family, or say under 'no_mechanism' why there is none"
            )
            yield Problem("CKB019", f"'{id_}' has no mechanism of action and nothing says why", place, fix=fix)
        if not self.knowledge.findings(id_) and not therapy.no_evidence:
            fix = "add a study, or say under 'no_evidence' why there is none"
            yield Problem("CKB019", f"no study reports on '{id_}' and nothing says why", place, fix=fix)

    def studies(self) -> Iterator[Problem]:
        terms = self.knowledge.terms
        for id_, study in self.knowledge.studies.items():
            yield from self._known(study.design, terms.designs, "design", self._place("studies", id_, ("design",)))
            for index, result in enumerate(study.results):
                path: Path = ("results", index)
                place = self._place("studies", id_, (*path, "therapy"))
                yield from self._known(result.therapy, self.knowledge.therapies, "therapy", place)
                if result.design:
                    place = self._place("studies", id_, (*path, "design"))
                    yield from self._known(result.design, terms.designs, "design", place)
                for number, population in enumerate(result.populations):
                    place = self._place("studies", id_, (*path, "populations", number))
                    yield from self._known(population, terms.diseases, "disease", place)
                for number, design in enumerate(result.reviewed_designs):
                    place = self._place("studies", id_, (*path, "reviewed_designs", number))
                    yield from self._known(design, terms.designs, "design", place)
                yield from self._counts(id_, path, result)
                yield from self._quotes(id_, path, result)

    def _counts(self, id_: str, path: Path, result: Result) -> Iterator[Problem]:
        given = {key: count for key, count in result.outcomes if count is not None}
        if result.n == 0:
            place = self._place("studies", id_, (*path, "n"))
            yield Problem("CKB016", "nobody was treated", place, fix="leave n out where the source does not say it")
        if result.n is not None and not result.counted and sum(given.values()) > result.n:
            parts = " + ".join(f"{key} {count}" for key, count in given.items())
            message = f"the outcomes add up to more than the {result.n} treated: {parts}"
            place = self._place("studies", id_, (*path, "outcomes"))
            yield Problem("CKB016", message, place, fix="correct a count, or n")
        place = self._place("studies", id_, (*path, "responded"))
        if result.responded is not None and (result.n is None or result.responded > result.n):
            message = f"{result.responded} responded of {'unknown' if result.n is None else result.n} treated"
            yield Problem("CKB016", message, place, fix="give n, at least as large as responded")
        responders = given.get("complete", 0) + given.get("partial", 0)
        if result.responded is not None and responders > result.responded:
            message = f"complete and partial make {responders}, more than the {result.responded} that responded"
            yield Problem("CKB016", message, place, fix="correct one of the counts")

    def _quotes(self, id_: str, path: Path, result: Result) -> Iterator[Problem]:
        for number, quote in enumerate(result.quotes):
            where = quote.where
            if where is not None and not plausible(quote.text, where.start, where.end):
                message = f"a quote of {len(quote.text)} characters cannot stand from {where.start} to {where.end}"
                fix = "take 'where' out and let 'calcinosis-kb quotes TEXT --write' find the quote again"
                place = self._place("studies", id_, (*path, "quotes", number, "where"))
                yield Problem("CKB060", message, place, fix=fix)

    def _edge(self, edge: Edge, section: str, id_: str, path: Path) -> Iterator[Problem]:
        for end in ("source", "target"):
            place = self._place(section, id_, (*path, end))
            yield from self._known(getattr(edge, end), self.nodes, "node", place)
        yield from self._sources(edge.sources, section, id_, path)

    def graph(self) -> Iterator[Problem]:
        own = {edge.id for therapy in self.knowledge.therapies.values() for edge in therapy.mechanisms}
        for id_, edge in self.knowledge.edges.items():
            if id_ not in own:
                document = self.loaded.documents[("edges", id_)]
                index = next(number for number, raw in enumerate(document.data["edges"]) if raw["id"] == id_)
                yield from self._edge(edge, "edges", id_, ("edges", index))

        for id_, question in self.knowledge.questions.items():
            document = self.loaded.documents[("questions", id_)]
            index = next(number for number, raw in enumerate(document.data["questions"]) if raw["id"] == id_)
            for number, node in enumerate(question.nodes):
                yield from self._known(node, self.nodes, "node", document.place(("questions", index, "nodes", number)))

    def guidelines(self) -> Iterator[Problem]:
        for id_, guideline in self.knowledge.guidelines.items():
            for index, statement in enumerate(guideline.statements):
                place = self._place("guidelines", id_, ("statements", index, "therapy"))
                yield from self._known(statement.therapy, self.knowledge.therapies, "therapy", place)

    def terms(self) -> Iterator[Problem]:
        for section, vocabulary in self.knowledge.terms:
            names = set(vocabulary) | ({*self.knowledge.therapies} if section == "medications" else set())
            for id_, term in vocabulary.items():
                for index, broader in enumerate(term.broader):
                    place = self._place("file", "knowledge/terms.yaml", (section, id_, "broader", index))
                    yield from self._known(broader, names, f"term of {section}", place)
        for id_, lab in self.knowledge.terms.labs.items():
            for finding, condition in lab.implies.items():
                place = self._place("file", "knowledge/terms.yaml", ("labs", id_, "implies", finding))
                yield from self._known(finding, lab.values, f"finding of {id_}", place)
                yield from self._known(condition, self.knowledge.terms.conditions, "condition", place)
        terms = self.knowledge.terms
        quantities = {id_ for id_, lab in terms.labs.items() if lab.unit}
        for id_, bounded in terms.conditions.items():
            for test in bounded.defined_by:
                place = self._place("file", "knowledge/terms.yaml", ("conditions", id_, "defined_by", test))
                yield from self._known(test, quantities, "test with a unit", place)
        words = {*self.knowledge.therapies, *terms.medications, *terms.conditions, *terms.diseases}
        for id_, open_ in terms.ambiguous.items():
            for index, meant in enumerate(open_.may_be):
                place = self._place("file", "knowledge/terms.yaml", ("ambiguous", id_, "may_be", index))
                yield from self._known(meant, words, "therapy, medicine, condition or disease", place)
