"""Where a source is used: the therapies, rules, links of the map and stories that cite it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.web.service import Service

__all__ = ["Use", "uses"]


class Use(NamedTuple):
    """A place where a source is cited: what kind it is, the name of what cites it, its page, and the text that rests on the source."""

    kind: str
    name: str
    address: str
    text: str


@lru_cache(maxsize=1)
def uses(service: Service) -> Mapping[str, tuple[Use, ...]]:
    """Return the uses of each source that is used, in the order of the knowledge base."""
    found: dict[str, list[Use]] = {}
    for sources, use in _every_use(service):
        for id_ in dict.fromkeys(sources):
            found.setdefault(id_, []).append(use)
    return {id_: tuple(dict.fromkeys(every)) for id_, every in found.items()}


def _every_use(service: Service) -> Iterator[tuple[Iterable[str], Use]]:
    knowledge = service.kb.knowledge
    for id_, therapy in knowledge.therapies.items():
        for sources, text in _of_therapy(therapy):
            yield sources, Use("treatment", therapy.name, f"/therapy/{id_}", text)
    for rule in service.kb.rules.verdict_rules:
        named = [*([] if rule.therapies == "all" else rule.therapies), *rule.families]
        address = f"/therapy/{named[0]}#rule-{rule.id}" if named else "/therapies"
        yield rule.sources, Use("rule", rule.title, address, rule.because)
    for edge in knowledge.edges.values():
        kind = "therapy" if edge.source in knowledge.therapies else "node"
        known = knowledge.therapies.get(edge.source) or knowledge.nodes[edge.source]
        yield edge.sources, Use("link of the map", known.name, f"/{kind}/{edge.source}", edge.claim)
    for id_, story in knowledge.stories.items():
        for sentence in story.sentences:
            yield sentence.sources, Use("story", story.title, f"/story/{id_}", sentence.text)


def _of_therapy(therapy: Therapy) -> Iterator[tuple[Iterable[str], str]]:
    for claim in (*therapy.claims, *therapy.best_responders, *therapy.notes):
        yield claim.sources, claim.text
    if therapy.adequate_trial:
        yield therapy.adequate_trial.sources, therapy.adequate_trial.text
    for course in therapy.courses:
        yield course.sources, course.text
    if therapy.polarity:
        yield therapy.polarity.sources, therapy.polarity.text
