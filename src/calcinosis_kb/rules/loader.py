"""Load the files of ``rules/``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import Place, Problem
from calcinosis_kb.rules.models import FactKind, Rule

if TYPE_CHECKING:
    from calcinosis_kb.documents.overlay import Overlay
    from calcinosis_kb.knowledge.models import Therapy

__all__ = ["LoadedRules", "RuleBook", "build_rules"]


class RuleBook(BaseModel):
    """The content of ``rules/``: the vocabulary of facts, and the rules in the order of their files.

    ``local``: ids of the rules from an overlay.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    hash: str
    vocabulary: dict[str, FactKind]
    standing_rules: tuple[Rule, ...]
    verdict_rules: tuple[Rule, ...]
    local: tuple[str, ...] = ()

    def rule(self, id_: str) -> Rule:
        """Return a rule by its id. Raises `KeyError` for an unknown id."""
        for rule in (*self.standing_rules, *self.verdict_rules):
            if rule.id == id_:
                return rule
        raise KeyError(id_)

    def naming(self, therapy: Therapy) -> list[Rule]:
        """The verdict rules that name a therapy or its family; rules for all therapies are not among them."""
        return [
            rule
            for rule in self.verdict_rules
            if (rule.therapies != "all" and therapy.id in rule.therapies)
            or therapy.id in rule.families
            or therapy.family in rule.families
        ]


@dataclass
class LoadedRules:
    """The rules with the place of each part: ``place("colchicine-crcl-30", "when", 0)``."""

    book: RuleBook
    origins: dict[str, tuple[Document, int]] = field(default_factory=dict)
    facts: Document | None = None
    """The file of the vocabulary."""

    def place(self, rule: str, *path: str | int) -> Place:
        document, index = self.origins[rule]
        return document.place((index, *path))


def build_rules(
    root: str,
    documents: dict[str, Document],
    problems: Iterable[Problem],
    *,
    hash_: str,
    overlay: Overlay | None = None,
) -> tuple[LoadedRules, list[Problem]]:
    """Build the rules from parsed documents. Return them without broken files, and the problems.

    A rule of the overlay replaces the rule of the base with the same id. New effects come after those of the base; new standings come
    first, because the first standing that holds decides. ``problems``: those of files that could not be parsed; they are returned
    with the others. Without a readable ``facts.yaml`` the vocabulary is empty.
    """
    problems = list(problems)
    facts = documents.get(f"{root}/facts.yaml")
    vocabulary: dict[str, FactKind] | None = None
    if facts is not None:
        vocabulary, found = validate(facts, dict[str, FactKind])
        problems.extend(found)
    base = _Layer(problems)
    for name, document in documents.items():
        if document is not facts:
            base.read(document, standings=name == f"{root}/standing.yaml")
    local = _Layer(problems)
    if overlay is not None:
        own, found = overlay.documents("rules")
        problems.extend(found)
        for name, document in own.items():
            if name == "rules/facts.yaml":
                problems.append(_undeclarable(document))
            else:
                local.read(document, standings=None)
    book = RuleBook(
        hash=hash_,
        vocabulary=vocabulary or {},
        standing_rules=tuple(_laid(base, local, "standing", first=True)),
        verdict_rules=tuple(_laid(base, local, "verdict", first=False)),
        local=tuple(sorted(local.origins)),
    )
    return LoadedRules(book, {**base.origins, **local.origins}, facts), problems


@dataclass
class _Layer:
    """The rules of the base or of an overlay, by stratum in the order of the files."""

    problems: list[Problem]
    strata: dict[str, list[Rule]] = field(default_factory=lambda: {"standing": [], "verdict": []})
    origins: dict[str, tuple[Document, int]] = field(default_factory=dict)

    def read(self, document: Document, *, standings: bool | None) -> None:
        """Add the rules of a file, which holds standings, effects or (None) either."""
        read: tuple[Rule, ...] | None
        read, found = validate(document, tuple[Rule, ...])
        self.problems.extend(found)
        for index, rule in enumerate(read or ()):
            place = document.place((index, "id"))
            if rule.id in self.origins:
                message = f"the rule '{rule.id}' also stands in {self.origins[rule.id][0].name}"
                self.problems.append(Problem("CKB015", message, place, fix="give it another id"))
            self.origins[rule.id] = (document, index)
            if standings is not None and (rule.standing is not None) != standings:
                message = f"'{rule.id}' gives {'a standing' if rule.standing else 'an effect'} in {document.name}"
                fix = "standings are given in standing.yaml, effects in the other files"
                self.problems.append(Problem("CKB036", message, place, fix=fix))
            placed = rule.model_copy(update={"at": f"{place.file}:{place.line}"})
            self.strata["standing" if rule.standing else "verdict"].append(placed)


def _laid(base: _Layer, local: _Layer, stratum: str, *, first: bool) -> list[Rule]:
    """The rules of a stratum: those of the base, replaced by overlay rules with the same id, and new ones."""
    own = {rule.id: rule for rule in local.strata[stratum]}
    ids = {rule.id for rule in base.strata[stratum]}
    new = [rule for rule in own.values() if rule.id not in ids]
    kept = [own.get(rule.id, rule) for rule in base.strata[stratum] if rule.id in own or rule.id not in local.origins]
    return [*new, *kept] if first else [*kept, *new]


def _undeclarable(document: Document) -> Problem:
    message = "an overlay cannot declare facts: what no part of the program gives would never hold"
    return Problem("CKB081", message, Place(document.name), fix="write the rule with the facts of rules/facts.yaml")
