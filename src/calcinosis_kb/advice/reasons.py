"""What speaks for or against a therapy, what to find out first, and what would nearly hold: rules put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from calcinosis_kb.knowledge.knowledge import LOCAL
from calcinosis_kb.knowledge.local import local_key

if TYPE_CHECKING:
    from calcinosis_kb.advice.document import CheckDocument, NearlyDocument, ReasonDocument

__all__ = ["Check", "Nearly", "Reason"]


class Reason(NamedTuple):
    """A rule that holds, in words. ``effect`` is "standing" for the rule about past treatment.

    ``title`` says in a few words what the rule is about; ``general`` if it is a rule on all therapies. ``local`` if it depends on
    an overlay: through its rule, its sources or a fact that the rule read. ``facts``: the facts of the record behind it, which
    end its text in brackets.
    """

    rule: str
    effect: str
    text: str
    sources: tuple[str, ...]
    at: str
    title: str
    general: bool
    local: bool
    facts: str

    @property
    def said(self) -> str:
        """The text without the facts of the record."""
        return self.text.removesuffix(f" [{self.facts}]") if self.facts else self.text

    @property
    def shown(self) -> str:
        """The text, marked if it is local."""
        return f"{self.text}{LOCAL if self.local else ''}"

    def to_dict(self) -> ReasonDocument:
        return {
            "rule": self.rule,
            "effect": self.effect,
            "text": self.text,
            "sources": list(self.sources),
            "at": self.at,
            **local_key(self.local),
        }


class Check(NamedTuple):
    """A fact to find out before giving a therapy; ``would`` is the effect that it could have (avoid, caution, support).

    ``unread`` if it is asked for only because no label that was read covers it.
    """

    fact: str
    because: str
    rule: str
    would: str
    local: bool = False
    unread: bool = False

    def to_dict(self) -> CheckDocument:
        return {
            "fact": self.fact,
            "because": self.because,
            "rule": self.rule,
            "would": self.would,
            **local_key(self.local),
        }


class Nearly(NamedTuple):
    """A near miss: a rule that would hold if one thing were different, with that thing in words."""

    rule: str
    effect: str
    would_need: str
    at: str
    local: bool = False

    def to_dict(self) -> NearlyDocument:
        return {
            "rule": self.rule,
            "effect": self.effect,
            "would_need": self.would_need,
            "at": self.at,
            **local_key(self.local),
        }
