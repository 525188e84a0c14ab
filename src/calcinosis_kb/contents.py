"""All that an answer is made from: what loading makes of the YAML, and a snapshot keeps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.patients.experience import Experience
from calcinosis_kb.rules.compiler import compile_rules, scopes
from calcinosis_kb.rules.engine import Evaluator
from calcinosis_kb.rules.loader import RuleBook

__all__ = ["Contents", "Strata"]


class Strata(NamedTuple):
    """The compiled rules: those that give standings, and those that judge with the standings as facts."""

    standing: Evaluator
    verdict: Evaluator


@dataclass(frozen=True)
class Contents:
    """Sound knowledge and rules, every therapy's paths to calcinosis, and the published patients: all of an answer."""

    knowledge: Knowledge
    rules: RuleBook
    paths: dict[str, tuple[MechanismPath, ...]]
    experience: tuple[Experience, ...]

    @cached_property
    def strata(self) -> Strata:
        """The rules, compiled for both engines."""
        every, vocabulary = scopes(self.knowledge), self.rules.vocabulary
        return Strata(
            Evaluator(compile_rules(self.rules.standing_rules, vocabulary, every)),
            Evaluator(compile_rules(self.rules.verdict_rules, vocabulary, every)),
        )
