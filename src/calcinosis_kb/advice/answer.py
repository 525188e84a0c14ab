"""The answer for a patient: every therapy once, offered or not, with its reasons. ``to_dict`` gives its JSON (docs/json.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from calcinosis_kb.advice import display
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.past import OpenPast, Past
from calcinosis_kb.advice.questions import Question, questions
from calcinosis_kb.advice.ranking import PLACES
from calcinosis_kb.advice.reasons import Reason
from calcinosis_kb.advice.similar import SimilarPatient
from calcinosis_kb.advice.stamp import stamp
from calcinosis_kb.knowledge.bibliography import source_document
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.patients.models import Patient

if TYPE_CHECKING:
    from calcinosis_kb.advice.document import AdviceDocument
    from calcinosis_kb.advice.mentions import Mention

__all__ = ["NOTICE", "SCHEMA", "Advice"]

SCHEMA: Final = "calcinosis-kb/advice/2"
NOTICE = (
    "Decision support for professionals, never an order. Nothing is approved for calcinosis cutis and most of the "
    "evidence is single cases and small series. Check the current local label before any prescription."
)


@dataclass(frozen=True)
class Advice:
    """The whole answer for one patient; the results of the studies in ``without`` were left out."""

    patient: Patient
    judged: tuple[Judgement, ...]
    warnings: tuple[Reason, ...]
    similar: tuple[SimilarPatient, ...]
    engines: tuple[str, ...]
    rules_hash: str
    knowledge: Knowledge = field(compare=False)
    without: frozenset[str] = frozenset()
    mentions: Mapping[str, tuple[Mention, ...]] = field(default_factory=dict)
    """By therapy the entries that may have meant it."""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What is not recorded and could change what is offered, merged into questions, the most telling first."""
        return questions(self.patient, self.options, self.knowledge)

    @property
    def past(self) -> Past:
        """What the record tells of the past."""
        return Past(self.patient, self.mentions)

    @cached_property
    def open_past(self) -> tuple[OpenPast, ...]:
        """What the record leaves open of the past, each with its therapies in the order of the answer."""
        return self.past.open(self.judged)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The ids of all sources of the reasons, of the evidence and of what is advised, sorted."""
        reasons = (reason for item in self.judged for reason in item.reasons)
        said = {source for reason in (*reasons, *self.warnings) for source in reason.sources}
        advised = (source for item in self.judged for source in (*item.advised.sources, *item.advised.against))
        return tuple(sorted(said.union(advised, *(item.studies for item in self.judged))))

    @property
    def options(self) -> tuple[Judgement, ...]:
        """The therapies that have a rank, best first: what is offered, then the last resorts (verdict ``reserve``)."""
        return tuple(item for item in self.judged if item.listed)

    @property
    def unproven(self) -> tuple[Judgement, ...]:
        """The therapies that no patient has been reported with, or with no stated course of the calcinosis, by name."""
        return tuple(item for item in self.judged if item.verdict == "unproven")

    @property
    def not_offered(self) -> tuple[Judgement, ...]:
        """The therapies that something speaks against, by verdict and name."""
        return tuple(item for item in self.judged if not item.listed and item.verdict != "unproven")

    @cached_property
    def rows(self) -> int:
        """The number of decisions that are open, each a row of the first screen."""
        main = (item for item in self.options if item.offered and PLACES[item.key.place] != "alongside")
        return len({item.rank for item in main})

    def place(self, item: Judgement) -> str:
        """Where a therapy stands in the answer: "row 2 of 16", as on the first screen."""
        if not item.offered:
            return "last resort" if item.listed else "not offered"
        return "alongside" if PLACES[item.key.place] == "alongside" else f"row {item.rank} of {self.rows}"

    def __repr__(self) -> str:
        """The first screen; ``to_dict`` has everything."""
        return display.as_text(self)

    def _repr_html_(self) -> str:
        return display.as_html(self)

    def _repr_markdown_(self) -> str:
        return display.as_markdown(self)

    def judgement(self, therapy: str) -> Judgement:
        """Return the judgement on one therapy. Raises `KeyError` for an id that is not an option."""
        for item in self.judged:
            if item.therapy.id == therapy:
                return item
        raise KeyError(therapy)

    def to_dict(self) -> AdviceDocument:
        """The answer as plain data: the JSON that ``suggest --format json`` prints."""
        return {
            "schema": SCHEMA,
            "knowledge": stamp(self.knowledge)["knowledge"],
            "rules": {"hash": self.rules_hash},
            "engines": list(self.engines),
            "patient": self.patient.to_dict(),
            "options": [item._option() for item in self.options],
            "not_offered": [item._not_offered() for item in self.not_offered],
            "unproven": [item._not_offered() for item in self.unproven],
            "similar": [item.to_dict() for item in self.similar],
            "unknowns": [question.to_dict() for question in self.questions],
            "open_past": [group.to_dict() for group in self.open_past],
            "warnings": [item.to_dict() for item in self.warnings],
            "sources": [source_document(self.knowledge, source) for source in self.sources],
            "notice": NOTICE,
        }
