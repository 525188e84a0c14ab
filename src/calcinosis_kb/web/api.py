"""The JSON interface, ``/api/v1/``: the documents of the command line, under addresses.

Each answer is the JSON that a command prints with ``--format json``, byte for byte. Errors are problem details (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, TypeAdapter

from calcinosis_kb.advice.document import AdviceDocument
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.fields import Model
from calcinosis_kb.documents.strict_yaml import as_text, parse
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import InputError, Place, unknown
from calcinosis_kb.graph.exporters.content import content
from calcinosis_kb.graph.exporters.json import node_link
from calcinosis_kb.graph.node_names import NodeNames
from calcinosis_kb.graph.paths import LONGEST, MAX_EDGES, paths
from calcinosis_kb.intake.rows import resolve, row
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.knowledge.mechanism_paths import polarity
from calcinosis_kb.knowledge.models import Study
from calcinosis_kb.knowledge.names import VOCABULARIES
from calcinosis_kb.knowledge.word_search import search
from calcinosis_kb.patients.file import PatientFile
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.patients.sources import is_record_text, open_text
from calcinosis_kb.report import words
from calcinosis_kb.report.documents import TherapyDocument
from calcinosis_kb.report.fhir.guidance import guidance_bundle
from calcinosis_kb.report.graph.paths import PathsReport
from calcinosis_kb.report.render import as_json
from calcinosis_kb.report.therapies import TherapiesReport, TherapyRowDocument
from calcinosis_kb.report.therapy import TherapyReport
from calcinosis_kb.report.version import VersionDocument, version_document
from calcinosis_kb.report.why import FamilyDocument, FamilyReport, WhyDocument, WhyReport
from calcinosis_kb.rules.models import Rule
from calcinosis_kb.web.pages import current, workers
from calcinosis_kb.web.problem import NotFound, ProblemDocument
from calcinosis_kb.web.service import Service

__all__ = ["components", "router"]

T = TypeVar("T")

_JSON = "application/json"
_FHIR = "application/fhir+json"
_SCHEMAS = "#/components/schemas/"
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": meaning,
        "content": {"application/problem+json": {"schema": {"$ref": f"{_SCHEMAS}ProblemDocument"}}},
    }
    for status, meaning in {
        400: "Not what is described here.",
        401: "The token is missing.",
        404: "Nothing has this name.",
        422: "What was sent cannot be used.",
    }.items()
}


def _body(name: str) -> dict[str, Any]:
    """A body in JSON, or in YAML of the same form, which the worker reads: its mistakes are told with their lines."""
    schema = {"schema": {"$ref": f"{_SCHEMAS}{name}"}}
    return {"requestBody": {"required": True, "content": {_JSON: schema, "application/yaml": schema}}}


class WordsRequest(Model):
    """A text to read as a word on a patient. It may tell of one, and so it comes in the body."""

    text: Annotated[str, Field(min_length=1, max_length=300)]
    kinds: tuple[Literal[VOCABULARIES], ...] = VOCABULARIES  # type: ignore[valid-type]
    """The kinds of word that it may be; all if absent."""


class StudyRowDocument(BaseModel):
    """One study in the list of all."""

    id: str
    citation: str
    design: str
    therapies: list[str]


_REQUEST = "request"
"""The name of a body in messages."""

PatientQuery = Annotated[str | None, Query(description="Of a health record with several patients the id of one.")]
DayQuery = Annotated[date | None, Query(description="Read a health record as of this day instead of its own.")]

router = APIRouter(prefix="/api/v1", responses=_ERRORS)


def components() -> dict[str, Any]:
    """Return the schemas that the descriptions of requests and errors refer to, by name."""
    found: dict[str, Any] = {}
    for model in (PatientFile, WordsRequest, ProblemDocument):
        schema = TypeAdapter(model).json_schema(ref_template=f"{_SCHEMAS}{{model}}")
        found.update(schema.pop("$defs", {}))
        found[model.__name__] = schema
    return found


@router.get("/", response_model=VersionDocument, summary="Version and hashes")
async def get_version(request: Request) -> Response:
    """The version, with the hashes of knowledge and rules, the engines and the Python that every answer here depends on."""
    return await current(request, _JSON, version)


@router.post(
    "/advice",
    response_model=AdviceDocument,
    responses={200: {"content": {_FHIR: {"schema": {"type": "object"}}}}},
    openapi_extra=_body("PatientFile"),
    summary="What has not been tried",
)
async def post_advice(request: Request, patient: PatientQuery = None, as_of: DayQuery = None) -> Response:
    """The answer for a patient, who is described as in a patient file (docs/patient-file.md), or for a health record (FHIR R4).

    Whoever accepts application/fhir+json gets it as a FHIR R4 Bundle (docs/fhir-export.md).
    """
    if _FHIR in request.headers.get("accept", ""):
        return await _answer(request, guidance, patient, as_of, media_type=_FHIR)
    return await _answer(request, advice, patient, as_of)


@router.post(
    "/advice/{therapy}",
    response_model=WhyDocument | FamilyDocument,
    openapi_extra=_body("PatientFile"),
    summary="Why one therapy is offered or not",
)
async def post_why(request: Request, therapy: str, patient: PatientQuery = None, as_of: DayQuery = None) -> Response:
    """The full reasoning on a therapy, or on each member of a family; named by id, name, brand, code or number in the answer."""
    return await _answer(request, why, therapy, patient, as_of)


@router.post("/words", openapi_extra=_body("WordsRequest"), summary="How a text is read")
async def post_words(request: Request) -> Response:
    """Every reading of a text as a word on a patient, and the words that contain it."""
    return await _answer(request, read_words)


@router.get("/words", summary="Kinds of word")
async def get_kinds(request: Request) -> Response:
    """The kinds of word that describe a patient."""
    return await current(request, _JSON, kinds)


@router.get("/words/{kind}", summary="Words of one kind")
async def get_words(request: Request, kind: str) -> Response:
    """Every word of one kind, with its names and meaning."""
    return await current(request, _JSON, listed_words, kind)


@router.get("/therapies", response_model=list[TherapyRowDocument], summary="All therapies")
async def get_therapies(request: Request) -> Response:
    """Every therapy with its evidence in all diseases together."""
    return await current(request, _JSON, therapies)


@router.get("/therapies/{therapy}", response_model=TherapyDocument, summary="One therapy or family")
async def get_therapy(request: Request, therapy: str) -> Response:
    """Everything known about a therapy or family, named by id, name, brand or code."""
    return await current(request, _JSON, one_therapy, therapy)


@router.get("/studies", response_model=list[StudyRowDocument], summary="All studies")
async def get_studies(request: Request) -> Response:
    """Every study with its short citation, its design and the therapies that it reports on."""
    return await current(request, _JSON, studies)


@router.get("/studies/{study}", response_model=Study, summary="One study")
async def get_study(request: Request, study: str) -> Response:
    """A study as its file records it (docs/files.md)."""
    return await current(request, _JSON, one_study, study)


@router.get("/graph", summary="The map of mechanisms")
async def get_graph(request: Request) -> Response:
    """The whole graph as node-link JSON, as ``graph export`` writes it (docs/graph-exports.md)."""
    return await current(request, _JSON, graph)


@router.get("/paths/{source}", summary="Paths from a therapy or node")
async def get_paths(
    request: Request,
    source: str,
    target: str = OUTCOME_NODE,
    longest: Annotated[int, Query(ge=1, le=LONGEST, description="The most links of a path.")] = MAX_EDGES,
) -> Response:
    """The paths by which a therapy or node acts on another, best first, with signs and sources."""
    return await current(request, _JSON, paths_between, source, target, longest)


@router.get("/rules", response_model=list[Rule], summary="All rules")
async def get_rules(request: Request) -> Response:
    """Every rule that judges a therapy or its standing (docs/rules.md)."""
    return await current(request, _JSON, rules)


@router.get("/rules/{rule}", response_model=Rule, summary="One rule")
async def get_rule(request: Request, rule: str) -> Response:
    """A rule by its id."""
    return await current(request, _JSON, one_rule, rule)


async def _answer(request: Request, work: Callable[..., str], *args: object, media_type: str = _JSON) -> Response:
    """Return the JSON that a worker makes of the body."""
    return Response(await workers(request).run(work, await request.body(), *args), media_type=media_type)


def version(service: Service) -> str:
    """Return version and hashes as JSON."""
    return _json(version_document(service.kb))


def advice(service: Service, body: bytes, patient: str | None = None, as_of: date | None = None) -> str:
    """Return the answer for a patient file or a health record as JSON."""
    return _json(service.kb.advise(_patient(service, body, patient, as_of)).to_dict())


def guidance(service: Service, body: bytes, patient: str | None = None, as_of: date | None = None) -> str:
    """Return the answer for a patient file or a health record as a FHIR R4 Bundle."""
    return _json(guidance_bundle(service.kb.advise(_patient(service, body, patient, as_of))))


def why(service: Service, body: bytes, named: str, patient: str | None = None, as_of: date | None = None) -> str:
    """Return the reasoning on a therapy or family for a patient file or a health record as JSON."""
    kb = service.kb
    advice = kb.advise(_patient(service, body, patient, as_of))
    explained = [kb.advisor.explain(advice, item.therapy.id) for item in _found(row, kb, advice, named)]
    if len(explained) == 1:
        return _json(WhyReport(advice, explained[0]).document())
    family = named if named.isdecimal() else explained[0].judgement.therapy.family or named
    return _json(FamilyReport(advice, family, explained).document())


def read_words(service: Service, body: bytes) -> str:
    """Return how a text is read as JSON."""
    asked, problems = validate(_document(body), WordsRequest)
    if asked is None:
        raise InputError(tuple(problems))
    names = service.kb.names
    return _json(words.ReadingReport(names, search(names, asked.kinds, asked.text)).data())


def kinds(service: Service) -> str:
    """Return the kinds of word as JSON."""
    return _json(words.KindsReport(service.kb.names).data())


def listed_words(service: Service, kind: str) -> str:
    """Return the words of one kind as JSON."""
    _known("kind of word", kind, VOCABULARIES)
    return _json(words.WordsReport(list(service.kb.names.entries(kind))).data())


def therapies(service: Service) -> str:
    """Return all therapies as JSON."""
    kb = service.kb
    polarities = {option.id: polarity(kb.paths(option.id)) for option in kb.knowledge.options}
    return _json(TherapiesReport(kb.knowledge, polarities).data())


def one_therapy(service: Service, named: str) -> str:
    """Return one therapy or family as JSON."""
    kb = service.kb
    id_ = _found(resolve, kb, named)
    among = {one: kb.paths(one) for one in (id_, *kb.knowledge.members(id_))}
    return _json(TherapyReport(kb.knowledge, kb.rules, id_, among).document())


def studies(service: Service) -> str:
    """Return a row for each study as JSON."""
    knowledge = service.kb.knowledge
    rows = [
        StudyRowDocument(
            id=id_,
            citation=knowledge.cite(id_),
            design=study.design,
            therapies=list(dict.fromkeys(result.therapy for result in study.results)),
        )
        for id_, study in sorted(knowledge.studies.items())
    ]
    return _json([row.model_dump() for row in rows])


def one_study(service: Service, id_: str) -> str:
    """Return a study as JSON."""
    found = service.kb.knowledge.studies
    _known("study", id_, found)
    return _json(_plain(found[id_]))


def graph(service: Service) -> bytes:
    """Return the graph as node-link JSON."""
    return node_link(content(service.kb.graph, service.kb.knowledge))


def paths_between(service: Service, source: str, target: str, longest: int) -> str:
    """Return the paths between two nodes as JSON."""
    kb = service.kb
    nodes = NodeNames(kb.knowledge, kb.names)
    ends = _found(nodes.node, source), _found(nodes.node, target)
    return _json(PathsReport(kb.knowledge, kb.graph, *ends, paths(kb.graph, *ends, max_edges=longest)).document())


def rules(service: Service) -> str:
    """Return all rules as JSON."""
    return _json([_plain(rule) for rule in _every_rule(service).values()])


def one_rule(service: Service, id_: str) -> str:
    """Return a rule as JSON."""
    found = _every_rule(service)
    _known("rule", id_, found)
    return _json(_plain(found[id_]))


def _every_rule(service: Service) -> dict[str, Rule]:
    book = service.kb.rules
    return {rule.id: rule for rule in (*book.standing_rules, *book.verdict_rules)}


def _patient(service: Service, body: bytes, patient: str | None, as_of: date | None) -> Patient:
    """The patient of a patient file; of a health record the one that is named, or the only one."""
    reader = service.kb.reader
    if is_record_text(body):
        return reader.record(open_text(body, reader.names, _REQUEST).read(patient, as_of=as_of))
    return reader.document(_document(body))


def _document(body: bytes) -> Document:
    return parse(as_text(body, Place(_REQUEST)), _REQUEST)


def _json(data: Any) -> str:
    """The bytes that a command prints."""
    return f"{as_json(data, ascii_only=False)}\n"


def _plain(record: BaseModel) -> Mapping[str, Any]:
    plain: dict[str, Any] = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return plain


def _found(find: Callable[..., T], *args: Any) -> T:
    """What a name of the address means. Raises `NotFound` with the nearest names."""
    try:
        return find(*args)
    except InputError as error:
        raise NotFound(error.problems) from None


def _known(noun: str, id_: str, known: Collection[str]) -> None:
    if id_ not in known:
        raise NotFound((unknown(noun, id_, known, fix="use one of the known ids"),))
