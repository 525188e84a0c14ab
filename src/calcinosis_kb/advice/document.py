"""The JSON document of an answer (docs/json.md)."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from calcinosis_kb.advice.verdicts import Verdict
from calcinosis_kb.knowledge.local import Local
from calcinosis_kb.knowledge.mechanism_paths import Polarity
from calcinosis_kb.patients.document import PatientDocument

__all__ = [
    "AdviceDocument",
    "CheckDocument",
    "EvidenceDocument",
    "HeadDocument",
    "KnowledgeDocument",
    "MechanismDocument",
    "NearlyDocument",
    "NotOfferedDocument",
    "OptionDocument",
    "PublishedDocument",
    "ReasonDocument",
    "RulesDocument",
    "UnknownDocument",
]


class ReasonDocument(Local):
    """A rule that holds."""

    rule: str
    effect: str
    """What the rule does; "standing" for the rule that says what has been tried."""
    text: str
    sources: list[str]
    at: str
    """File and line of the rule."""


class CheckDocument(Local):
    """A fact to establish before the therapy is given."""

    fact: str
    because: str
    rule: str
    would: str
    """The effect that the rule could have."""


class UnknownDocument(Local):
    """A fact that is not recorded."""

    fact: str
    would_affect: list[str]
    """The offered therapies that it could change."""


class NearlyDocument(Local):
    """A rule that would hold if one thing were different."""

    rule: str
    effect: str
    would_need: str
    at: str
    """File and line of the rule."""


class PublishedDocument(Local):
    """A level of evidence as somebody published it."""

    level: str
    scheme: str
    study: str


class EvidenceDocument(Local):
    """What the studies say of a therapy for this patient."""

    level: int
    """OCEBM 2011, derived from the studies."""
    direction: str | None
    """Null if no study states an outcome."""
    treated: int
    responded: int
    response_interval: list[float]
    """The 95 % Wilson interval of the share that responded."""
    direct: bool
    """Whether the figures come from patients of this disease and kind of lesion."""
    published: list[PublishedDocument]
    studies: list[str]
    local_studies: NotRequired[list[str]]
    """Those of the studies that come from an overlay."""


class HeadDocument(Local):
    """What every judgement begins with."""

    therapy: str
    name: str
    family: str | None
    standing: str
    """What has been tried of it."""
    verdict: Verdict


class MechanismDocument(Local):
    """How it would act."""

    new: bool
    status: str
    polarity: Polarity
    paths: list[list[str]]
    """The nodes of each path that is shown."""
    in_words: list[str]


class OptionDocument(HeadDocument):
    """A therapy that is offered."""

    rank: int | None
    """Counts from 1."""
    evidence: EvidenceDocument
    mechanism: MechanismDocument
    label_read: bool
    """Whether a rule says if it may be given in pregnancy, childhood, organ failure, infection or malignancy."""
    check_first: list[CheckDocument]
    reasons: list[ReasonDocument]
    rank_key: list[str]
    """What the rank rests on, in words, most important first."""


class NotOfferedDocument(HeadDocument):
    """A therapy that is not offered."""

    reasons: list[str]
    evidence: EvidenceDocument
    details: list[ReasonDocument]


class KnowledgeDocument(TypedDict):
    """Which knowledge answered."""

    version: str
    hash: str
    overlay: NotRequired[str]
    """The hash of the overlay, if there is one."""


class RulesDocument(TypedDict):
    """Which rules answered."""

    hash: str


class AdviceDocument(TypedDict):
    """The whole answer for one patient: every therapy once."""

    schema: Literal["calcinosis-kb/advice/1"]
    knowledge: KnowledgeDocument
    rules: RulesDocument
    engines: list[str]
    patient: PatientDocument
    options: list[OptionDocument]
    """What is offered, best first."""
    not_offered: list[NotOfferedDocument]
    unknowns: list[UnknownDocument]
    """What is not recorded and could change what is offered, most useful first."""
    warnings: list[ReasonDocument]
    """What the patient takes that may do harm."""
    notice: str
