"""Pydantic models of therapies, studies, references and guidelines.

Only what a source states is filled in. An absent field means that it was not seen; nothing is guessed.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from calcinosis_kb.documents.fields import Count, Day, Id, IsDraft, Model, Names, Text
from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.knowledge.ids import (
    ConditionId,
    DesignId,
    DiseaseId,
    FamilyId,
    FeatureId,
    NodeId,
    PatternId,
    Sources,
    TherapyId,
)
from calcinosis_kb.knowledge.pathophysiology import Confidence, Direction, Edge, OntologyTerm
from calcinosis_kb.knowledge.searchstring import SearchString

__all__ = [
    "GUIDELINES",
    "PREFIXES",
    "REFERENCES",
    "STUDIES",
    "THERAPIES",
    "AgeGroup",
    "Citation",
    "Claim",
    "Counts",
    "Course",
    "Domain",
    "Grade",
    "Guideline",
    "PolarityNote",
    "Prefix",
    "Quote",
    "Reference",
    "RegisteredTrial",
    "ReportedPatient",
    "Result",
    "Statement",
    "Stratum",
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
"""What a result is about: the course of deposits; their prevention; the risk of having them; their course without
treatment; calcium elsewhere (vessels, calciphylaxis); a blood or urine test; an experiment in vitro or in animals."""


Domain = Literal["deposit", "symptoms", "ulcer", "function", "prevention"]
"""What was judged: the deposits themselves; pain, inflammation or infection; ulcers over deposits; the use of a limb or joint;
whether deposits appeared."""

AgeGroup = Literal["child", "adult"]
"""Below 18 years, or not."""


class Citation(Model):
    title: Text | None = None
    """As printed."""
    first_author: Text | None = None
    """The family name of the first author."""
    year: int | None = None
    """The year of publication."""
    journal: Text | None = None
    """The journal, or what it was published in."""
    pmid: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,8}$")] | None = None
    """The PubMed number, in quotes."""
    doi: Annotated[str, StringConstraints(pattern=r"^10\.[0-9]{4,9}/\S+$")] | None = None
    """The DOI without an address: it begins with 10."""
    pmcid: Annotated[str, StringConstraints(pattern=r"^PMC[0-9]+$")] | None = None
    """The number in PubMed Central, with PMC."""


class Counts(Model):
    """How many patients had which course of their calcinosis; an absent count was not stated."""

    complete: Count | None = None
    """Patients whose deposits went away."""
    partial: Count | None = None
    """Patients who improved."""
    none: Count | None = None
    """Patients without a change."""
    worse: Count | None = None
    """Patients who got worse."""


class Grade(Model):
    """A published level of evidence, beside the level that is derived here."""

    scheme: Text
    """The scheme of the level."""
    level: Text
    """The level, as printed."""


class Where(Model):
    """Where a quote was found: from character ``start`` up to ``end`` of the text with this SHA-256."""

    start: Count
    end: Count
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Quote(Model):
    """A few words of a publication, short and verbatim, with the place where they were found."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    where: Where | None = None


class Stratum(Model):
    """The patients of one disease within a result, as far as the source tells them apart from the others."""

    disease: DiseaseId
    """The disease."""
    n: Count | None = None
    """Patients treated."""
    responded: Count | None = None
    """Patients who improved, if the source does not separate complete from partial responses."""
    outcomes: Counts = Counts()
    """Patients by the course of their calcinosis; a count that was not stated is absent."""
    direction: Direction | None = None
    """The direction in this disease; absent if the source does not say."""


class Result(Model):
    """What one publication reports on one therapy.

    A result on patients of several diseases speaks for each of them only through its ``strata``: without these nobody knows
    in which disease the patients responded.
    """

    therapy: TherapyId
    """The id of the therapy, or of the family if the source is not more specific."""
    items: tuple[Text, ...] = ()
    agent: Text
    """The drug or procedure as the source names it, with its route."""
    combined_with: tuple[TherapyId, ...] = ()
    """Other therapies that were given with it as one treatment; the result then speaks for the combination only."""
    populations: tuple[DiseaseId, ...] = ()
    """The diseases of the reported patients."""
    strata: tuple[Stratum, ...] = ()
    """The patients by disease, where the source says who responded."""
    ages: tuple[AgeGroup, ...] = ()
    """The ages of the reported patients."""
    lesions: tuple[PatternId, ...] = ()
    """The patterns of the deposits that were treated."""
    domains: tuple[Domain, ...] = ()
    """What was judged; absent if the source does not say."""
    endpoint: Endpoint = "calcinosis"
    """What the result is about; only the course of calcinosis counts as evidence."""
    design: DesignId | None = None
    """The design of this result, if it differs from that of the study."""
    reviewed_designs: tuple[DesignId, ...] = ()
    """The designs of the studies that a review includes."""
    n: Count | None = None
    """Patients treated."""
    counted: Text | None = None
    """What the outcomes count, if not patients ("treated areas"); such counts are never pooled."""
    responded: Count | None = None
    """Patients who improved, if the source does not separate complete from partial responses."""
    outcomes: Counts = Counts()
    """Patients by the course of their calcinosis; a count that was not stated is absent."""
    measure: Text | None = None
    """How the outcome was measured."""
    dose: Text | None = None
    """The dose, as the source gives it."""
    duration: Text | None = None
    """How long it was given, or when the outcome was judged."""
    adverse_events: Text | None = None
    """Adverse events, as the source gives them."""
    finding: Text
    """What the source found, in one sentence with its figures."""
    quotes: tuple[Quote, ...] = ()
    direction: Direction | None = None
    """The direction of the finding; absent if the source does not say."""
    graded: Grade | None = None
    note: Text | None = None
    """What else a reader has to know."""
    reported_by: Text | None = None
    """The source that was read, if it is not this publication itself."""
    confidence: Confidence
    """How much of the source was read."""


class ReportedPatient(Model):
    """One patient of a report, as far as the source describes the person: the history, the therapy given next, its result."""

    diseases: Annotated[tuple[DiseaseId, ...], Field(min_length=1)]
    """The diseases of the patient."""
    age: Annotated[float, Field(ge=0, lt=130)] | None = None
    """In years, when the therapy was given."""
    ages: AgeGroup | None = None
    """The age group, if the source does not give the age."""
    sex: Literal["female", "male"] | None = None
    """The sex, if the source says."""
    pattern: PatternId | None = None
    """The pattern of the deposits."""
    features: tuple[FeatureId, ...] = ()
    """Complaints and findings of the deposits."""
    failed: tuple[TherapyId, ...] = ()
    """Therapies that had been given for calcinosis before without enough effect, or stopped."""
    given: tuple[TherapyId, ...] = ()
    """The therapy that was given next; several if they were given together; absent if the report ends with what had failed."""
    direction: Direction | None = None
    """What came of it; absent if the source does not say."""
    note: Text | None = None
    """What else a reader has to know."""


class Study(Model):
    """One publication with its results, one per therapy."""

    id: Id
    draft: IsDraft = False
    """Left out of every answer while true."""
    citation: Citation
    """The parts of the citation that were seen."""
    design: DesignId
    """What kind of study it is."""
    results: Annotated[tuple[Result, ...], Field(min_length=1)]
    """One result per therapy."""
    patients: tuple[ReportedPatient, ...] = ()
    """The patients that the source describes one by one, in the order of their treatments."""
    seen: tuple[Text, ...]
    """The addresses at which it was read."""
    overlaps: tuple[Annotated[Id, Names("studies")], ...] = ()
    """Other studies with some of the same patients. Only the study with the most patients in such a group is pooled."""
    independent: Literal[True] | None = None
    """Set if the patients are known to differ from those of other reports by the same first author."""


TrialStatus = Literal["registered", "not_yet_recruiting", "recruiting", "completed", "withdrawn"]


class RegisteredTrial(Model):
    """A trial that a register lists and whose results were not seen: what it gives, to whom, and how far it is."""

    therapies: tuple[TherapyId, ...] = ()
    """The therapies that it gives; absent if it only observes."""
    together: Literal[True] | None = None
    """Set if it gives them as one treatment."""
    diseases: tuple[DiseaseId, ...] = ()
    """The diseases of its patients."""
    ages: tuple[AgeGroup, ...] = ()
    """The ages of its patients."""
    status: TrialStatus
    """As the register said on the page that was seen."""
    planned: Count | None = None
    """Patients planned, or taken in."""
    text: Text
    """What it does and what it measures, in one sentence."""


class Reference(Model):
    """A source that is not itself a study of a treatment: a label, a reference page, a mechanistic paper, a registered trial.

    ``authority``: label (official product text), literature, reference (monograph, guideline page), low
    (machine-written or uncredited: may raise a check, excludes nothing), project (written here, from the others).
    """

    title: Text
    authority: Literal["label", "literature", "reference", "low", "project"]
    """How far the source carries: label, literature, reference, low or project."""
    first_author: Text | None = None
    publisher: Text | None = None
    """Who published it, if it is no paper."""
    year: int | None = None
    pmid: Text | None = None
    doi: Text | None = None
    pmcid: Text | None = None
    trial: RegisteredTrial | None = None
    """The trial, if the source is the entry of a register."""
    seen: tuple[Text, ...] = ()
    """The addresses at which it was read."""
    note: Text | None = None
    """What else a reader has to know."""


class Claim(Model):
    """A sentence about a therapy with its sources; ``check`` is the result of comparing it with other sources."""

    text: Text
    """A sentence about the therapy."""
    sources: Sources
    """The studies, guidelines and references that say so."""
    check: Text | None = None


class Threshold(Model):
    at_least: float
    """The least amount."""
    unit: Text
    """The unit of the amount."""


class AdequateTrial(Model):
    """What an adequate trial of the therapy is. Trials in a history are compared with ``dose`` and ``months``."""

    text: Text
    """What an adequate trial is, in one sentence."""
    dose: Threshold | None = None
    months: float | None = None
    """The shortest time, in months."""
    adults_only: bool = False
    """Set if it is known for adults only."""
    sources: Sources
    """The sources that say so."""


CourseBasis = Literal[
    "time_to_response",
    "time_of_judging",
    "length_of_treatment",
    "shortest_follow_up_accepted",
    "failure_called_after",
    "single_responder",
]
"""What a length of time is: until the first change; until the outcome was judged; of the treatment; the shortest follow-up that
a series accepted; until a failure was called; of the treatment of one patient who responded."""


class Course(Model):
    """A dose and a length of treatment that a source reports.

    None is a bound that the trials of a history are compared with.
    """

    text: Text
    """What the source says, in one sentence."""
    dose: Text | None = None
    window: Text | None = None
    """The length of time, as the source gives it."""
    basis: CourseBasis | None = None
    """What that length is."""
    sources: Sources

    @property
    def says_how_long_to_wait(self) -> bool:
        """Whether its length is a time after which a change may be expected or was judged."""
        return self.basis in ("time_to_response", "time_of_judging")

    @model_validator(mode="after")
    def _says_what_the_length_is(self) -> Course:
        if (self.window is None) != (self.basis is None):
            raise ValueError("give 'window' and 'basis' together")
        return self


class Prefix(Model):
    """A prefix of ontology ids: ``pattern`` is that of the part after the colon, ``uri`` the address before that part."""

    name: Text
    uri: Text
    pattern: Text
    synonyms: tuple[Text, ...] = ()
    """Other spellings, which are errors that name the right one."""


class Codes(Model):
    """Codes of a medicine or treatment. ``atc`` may be a group, which stands for all its substances; ``icd10`` says that it is in use.

    ``cvx`` are codes of vaccines of the Centers for Disease Control and Prevention, read with their names in biopragmatics/obo-db-ingest,
    export/cvx/cvx.tsv, commit 13cd317 (CC0): those whose names tell whether the vaccine is a live one.
    """

    rxnorm: tuple[Text, ...] = ()
    """Codes of RxNorm."""
    atc: tuple[Text, ...] = ()
    """Codes of ATC; a group stands for all its substances."""
    omop: tuple[int, ...] = ()
    """Standard concepts of OMOP."""
    snomed: tuple[Text, ...] = ()
    """Codes of SNOMED CT."""
    icd10pcs: tuple[Text, ...] = ()
    """Codes of ICD-10-PCS."""
    icd10: tuple[Text, ...] = ()
    """Codes of ICD-10 that say that it is in use."""
    cvx: tuple[Text, ...] = ()
    """Codes of vaccines, CVX."""


class PolarityNote(Model):
    """An explanation why the paths of a therapy do not all lower calcinosis.

    Every path through a node in ``raises_through`` raises calcinosis, every other path lowers it. ``expected`` is
    undetermined if the mechanism is known but no edge connects it with calcinosis.
    """

    expected: Literal["both", "raising", "undetermined"]
    raises_through: tuple[NodeId, ...] = ()
    text: Text
    sources: Sources

    @model_validator(mode="after")
    def _says_where(self) -> PolarityNote:
        if (self.expected == "undetermined") == bool(self.raises_through):
            raise ValueError("list the nodes of the raising paths under 'raises_through' (none if undetermined)")
        return self


class Therapy(Model):
    """A therapy, or a family of them.

    ``classes`` are its drug classes (for interactions and generic histories). The paths of its ``mechanisms`` lower calcinosis
    unless ``polarity`` says otherwise (a member without mechanisms has those of its family, with their polarity).

    ``kind``: besides drugs, procedures and families there are measures that stand alone (measure: watching, a diet, stopping what
    drives the deposits), care that goes with every treatment (supportive), exposures for other reasons that may do harm
    (exposure), and whatever results are compared with (comparator).
    """

    id: Id
    draft: IsDraft = False
    """Left out of every answer while true."""
    name: Text
    """The name that is shown."""
    description: Text | None = None
    """What it is, in one sentence."""
    kind: Literal["drug", "procedure", "measure", "supportive", "exposure", "family", "comparator"]
    """Drugs, procedures and measures are judged; docs/knowledge.md explains the others."""
    family: FamilyId | None = None
    """The family of the therapy."""
    reach: Literal["systemic", "local"] = "systemic"
    """Systemic, or local: it treats only the deposit that it is applied to."""
    aim: Literal["deposit", "cause"] = "deposit"
    """What it treats: the deposits or the disease that leads to them, or a metabolic cause (phosphate, calcium, a drug)."""
    invasiveness: Literal["none", "oral", "topical", "injection", "infusion", "minor_procedure", "surgery"] | None = (
        None
    )
    """How it is given; orders options that are otherwise equal."""
    aliases: tuple[Text, ...] = ()
    """Other names."""
    brands: tuple[Text, ...] = ()
    """Names of products."""
    ontology: tuple[OntologyTerm, ...] = ()
    codes: Codes = Codes()
    classes: tuple[Annotated[Id, Names("classes")], ...] = ()
    mechanisms: tuple[Edge, ...] = ()
    """The edges from the therapy in the graph."""
    polarity: PolarityNote | None = None
    claims: tuple[Claim, ...] = ()
    adequate_trial: AdequateTrial | None = None
    courses: tuple[Course, ...] = ()
    """Doses and lengths of treatment in reports."""
    best_responders: tuple[Claim, ...] = ()
    notes: tuple[Claim, ...] = ()
    no_evidence: Text | None = None
    """The reason why no study is listed."""
    no_mechanism: Text | None = None
    """The reason why no mechanism is listed."""
    search: SearchString | None = None
    """The string that `watch` searches the literature with: words, "phrases", AND, OR, NOT and parentheses."""
    last_searched: Day | None = None
    """The day of the last search of the literature."""


Advised = Literal["recommends", "considers", "mentions", "advises_against"]
"""Recommends it; calls it an option; only names it, or reports what others found; advises against it."""


class Statement(Model):
    """What a guideline or review says about one therapy: what it advises, for whom and at which step."""

    therapy: TherapyId
    """The therapy, or the family, that it speaks of."""
    advice: Advised | None = None
    """How far it goes; absent if the part that was read does not say."""
    diseases: tuple[DiseaseId, ...] = ()
    """The diseases that it speaks of, if not those of the guideline."""
    ages: tuple[AgeGroup, ...] = ()
    """The ages that it speaks of, if not those of the guideline."""
    patterns: tuple[PatternId, ...] = ()
    """The patterns of deposits that it is advised for; absent if for any."""
    features: tuple[FeatureId, ...] = ()
    """The features of which one should be present; absent if none is asked for."""
    conditions: tuple[ConditionId, ...] = ()
    """The conditions of which one should be present; absent if none is asked for."""
    and_conditions: tuple[ConditionId, ...] = ()
    """Further conditions of which one should be present as well."""
    after: tuple[TherapyId, ...] = ()
    """Therapies of which one should have been tried first."""
    step: Annotated[int, Field(ge=1, le=9)] | None = None
    """Its place in the order of treatment, 1 for first; absent if the source gives no order."""
    text: Text
    """What the source says, in one sentence."""
    grade: Text | None = None
    """The strength of the recommendation, as printed."""
    strength: Literal["strong", "conditional"] | None = None
    """What the grade says of the strength of the recommendation, if the source explains it in words."""
    certainty: Literal["high", "moderate", "low", "very_low"] | None = None
    """What the grade says of the certainty of the evidence by GRADE, if the source explains it in words."""


GuidelineKind = Literal["guideline", "systematic_review", "review", "expert_opinion", "patient_information"]
"""Opinions of single experts and pages for patients recommend nothing here; such a page counts as a source of low authority."""


class Guideline(Model):
    """What a guideline or review says about therapies. Without statements, ``note`` says how much of it was read."""

    id: Id
    draft: IsDraft = False
    """Left out of every answer while true."""
    kind: GuidelineKind
    """What kind of text it is."""
    short: Text | None = None
    """A few words by which readers know it: the society or the first author, and the year."""
    citation: Citation
    diseases: tuple[DiseaseId, ...] = ()
    """The diseases that its statements speak of; absent if they speak of calcinosis of any cause."""
    ages: tuple[AgeGroup, ...] = ()
    """The ages that its statements speak of; absent if they speak of any."""
    statements: tuple[Statement, ...] = ()
    grading: Text | None = None
    """How it grades its statements, as far as that was seen."""
    confidence: Confidence
    seen: tuple[Text, ...]
    """The addresses at which it was read."""
    note: Text | None = None
    """What else a reader has to know."""


THERAPIES = FileKind("therapy", "knowledge/therapies/*.yaml", Therapy)
STUDIES = FileKind("study", "knowledge/studies/*.yaml", Study)
GUIDELINES = FileKind("guideline", "knowledge/guidelines/*.yaml", Guideline)
REFERENCES = FileKind("references", "knowledge/references/*.yaml", dict[Id, Reference], entries=1)
PREFIXES = FileKind("prefixes", "knowledge/prefixes.yaml", dict[str, Prefix], entries=1)
