"""The JSON document of an answer as typed dictionaries (docs/json.md)."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from calcinosis_kb.advice.similar import SimilarDocument
from calcinosis_kb.advice.stamp import KnowledgeDocument, RulesDocument
from calcinosis_kb.advice.state import State
from calcinosis_kb.advice.verdicts import Verdict
from calcinosis_kb.knowledge.bibliography import SourceDocument
from calcinosis_kb.knowledge.grading import Seen
from calcinosis_kb.knowledge.local import Local
from calcinosis_kb.knowledge.mechanism_paths import Polarity
from calcinosis_kb.patients.document import EntryDocument, PatientDocument

__all__ = [
    "AdviceDocument",
    "CheckDocument",
    "EvidenceDocument",
    "ExpectationDocument",
    "HeadDocument",
    "MechanismDocument",
    "NearlyDocument",
    "NotOfferedDocument",
    "OpenPastDocument",
    "OptionDocument",
    "PublishedDocument",
    "ReasonDocument",
    "UnknownDocument",
]


class ReasonDocument(Local):
    """A rule that holds."""

    rule: str
    effect: str
    """What the rule does; "standing" for the rule about past treatment."""
    text: str
    sources: list[str]
    at: str
    """File and line of the rule."""


class CheckDocument(Local):
    """A fact to find out before giving the therapy."""

    fact: str
    because: str
    rule: str
    would: str
    """The effect that the rule could have."""


class UnknownDocument(Local):
    """A question about what is not recorded."""

    fact: str
    """The fact that stands for the question."""
    facts: list[str]
    """All facts that the answer settles."""
    question: str
    would_affect: list[str]
    """The therapies with a rank that it could change."""
    first: int
    """The number of the first ten decisions among them."""


class NearlyDocument(Local):
    """A rule that would hold if one thing were different."""

    rule: str
    effect: str
    would_need: str
    at: str
    """File and line of the rule."""


class OpenPastDocument(TypedDict):
    """Therapies of which the record does not tell whether they were tried for calcinosis."""

    why: Literal["not_found", "may_have_been", "not_stated"]
    """not_found: the record does not name it. may_have_been: something in the record may have been it. not_stated: it was taken,
    and what for or what came of it is not stated."""
    therapies: list[str]
    words: list[str]
    """The words of the record that leave it open."""
    entries: list[EntryDocument]
    """The entries from which these words were taken, if the patient was read from a health record."""


class PublishedDocument(Local):
    """A level of evidence as published, in its own scheme."""

    level: str
    scheme: str
    study: str


class ExpectationDocument(TypedDict):
    """The expected response in this disease."""

    response: float
    interval: list[float]


class EvidenceDocument(Local):
    """What studies found for a therapy, as it applies to this patient."""

    level: int
    """OCEBM 2011, derived from the studies."""
    direction: str | None
    """Null if no study states an outcome."""
    treated: int
    responded: int
    response_interval: list[float]
    """The 95 % Wilson interval of the share that responded."""
    expected: ExpectationDocument
    domains: list[str]
    """What improved: deposit, symptoms, ulcer, function, prevention."""
    direct: bool
    """Whether the figures come from patients of this disease and kind of lesion."""
    published: list[PublishedDocument]
    studies: list[str]
    local_studies: NotRequired[list[str]]
    """The studies that come from an overlay."""


class HeadDocument(Local):
    """The fields that every judgement begins with."""

    therapy: str
    name: str
    family: str | None
    standing: str
    """What past treatment says about it, such as "untried" or "failed"."""
    verdict: Verdict
    seen: Seen
    """What studies saw."""
    state: State
    """What the record says against giving it now."""
    step: int | None
    """Its place in the order of treatment that guidelines and reviews give; null if they give none."""


class MechanismDocument(Local):
    """How it should act on calcinosis."""

    new: bool
    status: str
    polarity: Polarity
    paths: list[list[str]]
    """The nodes of each shown path."""
    in_words: list[str]


class OptionDocument(HeadDocument):
    """A therapy that is offered, or a last resort."""

    rank: int | None
    """Counts decisions from 1; members of one family can share it."""
    evidence: EvidenceDocument
    mechanism: MechanismDocument
    label_read: bool
    """Whether a rule says if it may be given in pregnancy, childhood, organ failure, infection or malignancy."""
    check_first: list[CheckDocument]
    reasons: list[ReasonDocument]
    rank_key: list[str]
    """The criteria of the rank in words, most important first."""


class NotOfferedDocument(HeadDocument):
    """A therapy that is not offered."""

    reasons: list[str]
    evidence: EvidenceDocument
    details: list[ReasonDocument]


class AdviceDocument(TypedDict):
    """The answer for one patient: every therapy once."""

    schema: Literal["calcinosis-kb/advice/2"]
    knowledge: KnowledgeDocument
    rules: RulesDocument
    engines: list[str]
    patient: PatientDocument
    options: list[OptionDocument]
    """The offered therapies, best first, then the last resorts (verdict ``reserve``)."""
    not_offered: list[NotOfferedDocument]
    """The therapies that something speaks against."""
    unproven: list[NotOfferedDocument]
    """The therapies that no patient has been reported with, or with no stated course of the calcinosis."""
    similar: list[SimilarDocument]
    """The published patients most like this one: experience, and never a reason for a verdict."""
    unknowns: list[UnknownDocument]
    """Questions that could change what is offered, those that concern most of the first ten decisions first."""
    open_past: list[OpenPastDocument]
    """The therapies of standing ``cannot_tell``, by what leaves it open whether they were tried."""
    warnings: list[ReasonDocument]
    """Medicines taken now that may do harm."""
    sources: list[SourceDocument]
    """All sources of the reasons and of the evidence, by id."""
    notice: str
