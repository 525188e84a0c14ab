"""The knowledge base as a user of the library holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calcinosis_kb.advice.advisor import Advisor
from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.contents import Contents
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE, Knowledge
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.experience import Experience
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.patients.reader import PatientReader
from calcinosis_kb.rules.engine import ENGINES, EngineName
from calcinosis_kb.rules.loader import RuleBook
from calcinosis_kb.snapshot import cached_contents

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from calcinosis_kb.knowledge.mechanism_paths import MechanismPath

__all__ = ["KnowledgeBase", "load"]


def load(
    *,
    engines: Sequence[EngineName] = ENGINES,
    knowledge: Path | str | None = None,
    rules: Path | str | None = None,
    overlay: Path | str | None = None,
) -> KnowledgeBase:
    """The knowledge base: what ships with the package, or other folders of the same make, with a local overlay (docs/overlay.md).

    ``engines`` are those that judge every answer; where durable_rules cannot be imported, "reference" answers alone.
    Raises `KnowledgeError` where the YAML is wrong, `InputError` where only a missing engine is wanted (CKB052) or the
    overlay cannot be read (CKB080 to CKB082).

    >>> kb = load()
    >>> advice = kb.advise({"diseases": ["crest"], "history": [{"therapy": "Cardizem", "outcome": "ineffective"}]})
    >>> advice.judgement("diltiazem").verdict
    'exhausted'
    """
    layer = None
    if overlay is not None:
        from calcinosis_kb.documents.overlay import read_overlay

        layer = read_overlay(overlay)
    package = Checkout.of_package()
    folder = Path(knowledge) if knowledge else package.knowledge
    contents = cached_contents(folder, Path(rules) if rules else package.rules, layer)
    return KnowledgeBase(contents, engines, folder / "words")


class KnowledgeBase:
    """Knowledge, rules and graph, ready to answer; may be used from several threads.

    `load` makes one; the constructor is not part of the public interface. Stable are ``advise``, ``knowledge``, ``rules``,
    ``graph``, ``names`` and ``paths``.
    """

    def __init__(self, contents: Contents, engines: Sequence[EngineName], words: Path) -> None:
        self._contents = contents
        self._engines = tuple(engines)
        self._words = words

    def __repr__(self) -> str:
        rules = len(self.rules.standing_rules) + len(self.rules.verdict_rules)
        return f"<KnowledgeBase: {self.knowledge!r}, {rules} rules>"

    @property
    def knowledge(self) -> Knowledge:
        """Therapies, studies, references, guidelines, nodes, edges and terms."""
        return self._contents.knowledge

    @property
    def rules(self) -> RuleBook:
        """The rules and the vocabulary of facts that they read."""
        return self._contents.rules

    @property
    def experience(self) -> tuple[Experience, ...]:
        """The published patients: who they were, what was given next, and what came of it."""
        return self._contents.experience

    @cached_property
    def graph(self) -> MultiDiGraph[str]:
        """The networkx MultiDiGraph: nodes and therapies by id, edges by their id as key."""
        from calcinosis_kb.graph.build import build_graph

        return build_graph(self.knowledge)

    @cached_property
    def advisor(self) -> Advisor:
        """The rules, compiled for the engines."""
        return Advisor(
            self.knowledge,
            self.rules,
            self._contents.strata,
            self._contents.paths,
            self.names,
            self._engines,
            self.experience,
        )

    @cached_property
    def reader(self) -> PatientReader:
        """Reads patient files against this knowledge."""
        return PatientReader(self.knowledge, self._contents.divides, self._words)

    @property
    def names(self) -> Names:
        """Resolves what clinicians type."""
        return self.reader.names

    def advise(self, patient: Mapping[str, Any] | Patient) -> Advice:
        """The answer for a patient: a mapping in the shape of the patient file, or a `Patient`.

        Raises `InputError` where the mapping cannot be read, `InternalFault` where the engines differ.
        """
        return self.advisor.advise(patient if isinstance(patient, Patient) else self.reader.mapping(patient))

    def paths(self, therapy: str, target: str = OUTCOME_NODE) -> list[MechanismPath]:
        """The paths by which a therapy reaches a target, best first. Raises `KeyError` for an unknown id."""
        if target == OUTCOME_NODE and therapy in self._contents.paths:
            return list(self._contents.paths[therapy])
        from calcinosis_kb.graph.paths import paths

        return paths(self.graph, therapy, target)
