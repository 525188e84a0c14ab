"""What is known, as pydantic models: therapies, studies, references, guidelines.

Only what a source showed is filled in; an absent field was not seen, never guessed.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from calcinosis_kb.documents.fields import Count, Day, Id, IsDraft, Model, Names, Text
from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.knowledge.ids import DesignId, DiseaseId, FamilyId, NodeId, Sources, TherapyId
from calcinosis_kb.knowledge.pathophysiology import Confidence, Direction, Edge, OntologyTerm

__all__ = [
    "GUIDELINES",
    "PREFIXES",
    "REFERENCES",
    "STUDIES",
    "THERAPIES",
    "Citation",
    "Claim",
    "Counts",
    "Grade",
    "Guideline",
    "PolarityNote",
    "Prefix",
    "Quote",
    "Reference",
    "Result",
    "Statement",
    "Study",
    "Therapy",
    "Threshold",
    "Where",
]


Endpoint = Literal[
    "calcinosis",
    "prevention",
    "risk_of_calcinosis",
    "natural_course",
    "other_calcification",
    "biomarker",
    "model",
]
"""What a result is about: the course of deposits; their prevention; the risk of having them; their course without a
treatment; calcium elsewhere (vessels, calciphylaxis); a blood or urine test; a test tube or an animal."""


class Citation(Model):
    title: Text | None = None
    """As printed."""
    first_author: Text | None = None
    """The family name of the first author."""
    year: int | None = None
    """The year of publication."""
    journal: Text | None = None
    pmid: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,8}$")] | None = None
    """The number in PubMed, in quotes."""
    doi: Annotated[str, StringConstraints(pattern=r"^10\.[0-9]{4,9}/\S+$")] | None = None
    """Begins with 10. and has no address before it."""
    pmcid: Annotated[str, StringConstraints(pattern=r"^PMC[0-9]+$")] | None = None


class Counts(Model):
    """How many patients had which course of their calcinosis; an absent count was not stated."""

    complete: Count | None = None
    partial: Count | None = None
    none: Count | None = None
    worse: Count | None = None


class Grade(Model):
    """A level that somebody published, beside the one that is derived here."""

    scheme: Text
    level: Text


class Where(Model):
    """Where a quote was found: from the character ``start`` up to ``end`` of the text that has this SHA-256."""

    start: Count
    end: Count
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Quote(Model):
    """A few words of a publication, exactly as they stand there (a long quotation is not fair), and where they were found."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    where: Where | None = None


class Result(Model):
    """What one publication reports of one therapy."""

    therapy: TherapyId
    """The id of the therapy, or of the family where the source names no more."""
    items: tuple[Text, ...] = ()
    agent: Text
    """The drug or procedure as the source names it, with its route."""
    populations: tuple[DiseaseId, ...] = ()
    """The diseases of the patients who are reported."""
    endpoint: Endpoint = "calcinosis"
    """What the result is about; only the course of calcinosis counts as evidence."""
    design: DesignId | None = None
    """Where this result was had by another design than the study's."""
    reviewed_designs: tuple[DesignId, ...] = ()
    n: Count | None = None
    """Patients treated."""
    counted: Text | None = None
    """What the outcomes count where it is not patients ("treated areas"); such counts are never pooled."""
    responded: Count | None = None
    """Patients who got better, where the source does not tell complete from partial."""
    outcomes: Counts = Counts()
    """Patients by the course of their calcinosis; a count that was not stated is absent."""
    measure: Text | None = None
    """What the outcome was judged by."""
    dose: Text | None = None
    duration: Text | None = None
    adverse_events: Text | None = None
    finding: Text
    """What the source found, in a sentence with its figures."""
    quotes: tuple[Quote, ...] = ()
    direction: Direction | None = None
    """Where the finding points; absent if the source does not say."""
    graded: Grade | None = None
    note: Text | None = None
    reported_by: Text | None = None
    """The source that was read, where it is not this publication itself."""
    confidence: Confidence
    """How much of the source was read."""


class Study(Model):
    """One publication, with one result per therapy that it reports on."""

    id: Id
    draft: IsDraft = False
    """Left out of every answer while true."""
    citation: Citation
    """What was seen of it, and no more."""
    design: DesignId
    """What kind of study it is."""
    results: Annotated[tuple[Result, ...], Field(min_length=1)]
    """One result a therapy that it reports on."""
    seen: tuple[Text, ...]
    """The addresses at which it was read."""
    overlaps: tuple[Annotated[Id, Names("studies")], ...] = ()
    """Other studies that report some of the same patients. Of such a group, the study with the most patients is pooled."""
    independent: Literal[True] | None = None
    """Set where the patients are known not to be those of other reports by the same first author."""


class Reference(Model):
    """A source that is not itself a study of a treatment: a label, a reference page, a mechanistic paper.

    ``authority``: label (official product text), literature, reference (monograph, guideline page), low
    (machine-written or uncredited: may raise a check, excludes nothing), project (written here, from the others).
    """

    title: Text
    authority: Literal["label", "literature", "reference", "low", "project"]
    first_author: Text | None = None
    publisher: Text | None = None
    year: int | None = None
    pmid: Text | None = None
    doi: Text | None = None
    pmcid: Text | None = None
    seen: tuple[Text, ...] = ()
    note: Text | None = None


class Claim(Model):
    """A sentence about a therapy with where it comes from; ``check`` says what checking it against other sources found."""

    text: Text
    """A sentence about the therapy."""
    sources: Sources
    """The studies, guidelines and references that say so."""
    check: Text | None = None


class Threshold(Model):
    at_least: float
    unit: Text


class AdequateTrial(Model):
    """What a fair trial would have been. ``dose`` and ``months`` are the figures that a trial is compared with."""

    text: Text
    dose: Threshold | None = None
    months: float | None = None
    adults_only: bool = False
    sources: Sources


class Prefix(Model):
    """A prefix of ontology ids: ``pattern`` is what the part after the colon looks like, ``uri`` what stands before it."""

    name: Text
    uri: Text
    pattern: Text
    synonyms: tuple[Text, ...] = ()
    """Other spellings, which are refused with the right one named."""


class Codes(Model):
    rxnorm: tuple[Text, ...] = ()
    atc: tuple[Text, ...] = ()
    omop: tuple[int, ...] = ()
    snomed: tuple[Text, ...] = ()
    icd10pcs: tuple[Text, ...] = ()


class PolarityNote(Model):
    """What the paths of a therapy to calcinosis do where they do not simply lower it, and why that is no mistake.

    ``raises_through`` names nodes: every path through one of them raises, every other path lowers. ``expected`` is
    undetermined where a mechanism is known that no edge connects with calcinosis.
    """

    expected: Literal["both", "raising", "undetermined"]
    raises_through: tuple[NodeId, ...] = ()
    text: Text
    sources: Sources

    @model_validator(mode="after")
    def _says_where(self) -> PolarityNote:
        if (self.expected == "undetermined") == bool(self.raises_through):
            raise ValueError(
                "say under 'raises_through' which nodes the raising paths go through (undetermined has none)"
            )
        return self


class Therapy(Model):
    """A therapy, or a family of them.

    ``reach``: systemic, or local (it treats only the deposit that it is applied to). ``invasiveness`` orders options
    that are otherwise equal. ``classes`` are the drug classes it belongs to (interactions, generic histories).
    ``no_evidence`` says why no study is listed, ``no_mechanism`` why no mechanism is. ``mechanisms`` are the edges that
    leave the therapy in the graph; its paths lower calcinosis unless ``polarity`` says otherwise (a member takes it from
    its family with the mechanisms). ``last_searched`` is the day on which the literature on it was last searched.

    ``kind``: beside drugs, procedures and families there is what accompanies every treatment (supportive), what patients
    are exposed to for other reasons and may do harm (exposure), and what results are read against (comparator).
    """

    id: Id
    draft: IsDraft = False
    """Left out of every answer while true."""
    name: Text
    """As it is printed."""
    description: Text | None = None
    """What it is, in a sentence."""
    kind: Literal["drug", "procedure", "supportive", "exposure", "family", "comparator"]
    """Drugs and procedures are judged; docs/knowledge.md tells of the others."""
    family: FamilyId | None = None
    """The family that it belongs to."""
    reach: Literal["systemic", "local"] = "systemic"
    invasiveness: Literal["oral", "topical", "injection", "infusion", "minor_procedure", "surgery"] | None = None
    """How it is given; orders options that are otherwise equal."""
    aliases: tuple[Text, ...] = ()
    brands: tuple[Text, ...] = ()
    ontology: tuple[OntologyTerm, ...] = ()
    codes: Codes = Codes()
    classes: tuple[Annotated[Id, Names("classes")], ...] = ()
    mechanisms: tuple[Edge, ...] = ()
    """The edges that leave it in the graph."""
    polarity: PolarityNote | None = None
    claims: tuple[Claim, ...] = ()
    adequate_trial: AdequateTrial | None = None
    best_responders: tuple[Claim, ...] = ()
    notes: tuple[Claim, ...] = ()
    no_evidence: Text | None = None
    """Why no study of it is listed."""
    no_mechanism: Text | None = None
    """Why no mechanism of it is listed."""
    last_searched: Day | None = None


class Statement(Model):
    therapy: TherapyId
    text: Text
    grade: Text | None = None


class Guideline(Model):
    """What a guideline or review says of therapies; without a statement, ``note`` says how much of it was read."""

    id: Id
    draft: IsDraft = False
    """Left out of every answer while true."""
    kind: Literal["guideline", "systematic_review", "review"]
    citation: Citation
    statements: tuple[Statement, ...] = ()
    grading: Text | None = None
    confidence: Confidence
    seen: tuple[Text, ...]
    note: Text | None = None


THERAPIES = FileKind("therapy", "knowledge/therapies/*.yaml", Therapy)
STUDIES = FileKind("study", "knowledge/studies/*.yaml", Study)
GUIDELINES = FileKind("guideline", "knowledge/guidelines/*.yaml", Guideline)
REFERENCES = FileKind("references", "knowledge/references/*.yaml", dict[Id, Reference], entries=1)
PREFIXES = FileKind("prefixes", "knowledge/prefixes.yaml", dict[str, Prefix], entries=1)
