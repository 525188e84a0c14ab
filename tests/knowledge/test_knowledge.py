"""The look-ups of a small `Knowledge`: families, mechanisms, kinds of a term, evidence for a patient, citations."""

from __future__ import annotations

import pytest

from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.loader import build_knowledge


def _edge(id_: str, source: str, predicate: str = "causes") -> str:
    return (
        f"{{id: {id_}, source: {source}, predicate: {predicate}, target: binding, sign: '+', strength: plausible, "
        "context: [in_vitro], claim: It binds., confidence: seen_abstract, sources: [label]}"
    )


FILES = {
    "terms.yaml": """
patterns: {}
sites: {}
features: {}
purposes: {}
outcomes: {}
conditions: {}
medications: {}
labs: {}
designs: {case_series: {name: case series, level: 4, patients: true}}
diseases:
  connective: {name: connective tissue disease}
  sclerosis: {name: systemic sclerosis, broader: [connective]}
  crest: {name: CREST, broader: [sclerosis]}
  lupus: {name: lupus, broader: [connective]}
""",
    "prefixes.yaml": "{}",
    "outline.yaml": "{sentence: {text: Metals act., edges: []}, parts: {all: {name: All}}, therapies: all}",
    "therapies/metals.yaml": f"""
id: metals
name: Metals
kind: family
mechanisms: [{_edge("e1", "metals")}]
polarity: {{expected: undetermined, text: Unknown., sources: [label]}}
""",
    "therapies/zinc.yaml": "{id: zinc, name: Zinc, kind: drug, family: metals}",
    "therapies/tin.yaml": f"{{id: tin, name: Tin, kind: drug, family: metals, reach: local, mechanisms: [{_edge('e2', 'tin')}]}}",
    "therapies/placebo.yaml": "{id: placebo, name: Placebo, kind: comparator}",
    "references/labels.yaml": "label: {title: Zinc tablets, authority: label, publisher: A factory, year: 2021}",
    "studies/a-2020.yaml": """
id: a-2020
citation: {first_author: A, year: 2020, title: Zinc in systemic sclerosis, pmid: '7'}
design: case_series
seen: []
results:
- {therapy: zinc, agent: zinc, populations: [sclerosis], n: 4, outcomes: {complete: 4}, finding: It helped.,
   direction: benefit, confidence: seen_abstract}
- {therapy: tin, agent: tin, populations: [sclerosis], n: 3, outcomes: {none: 3}, finding: It did not help.,
   direction: no_benefit, confidence: seen_abstract}
""",
    "studies/b-2021.yaml": """
id: b-2021
citation: {}
design: case_series
seen: []
results:
- {therapy: zinc, agent: zinc, populations: [lupus], n: 5, outcomes: {none: 5}, finding: It did not help.,
   direction: no_benefit, confidence: seen_abstract}
""",
}


@pytest.fixture(scope="module")
def known() -> Knowledge:
    documents = {f"knowledge/{name}": parse(text, f"knowledge/{name}") for name, text in FILES.items()}
    loaded, problems = build_knowledge(documents, [], hash_="")
    assert loaded is not None
    assert problems == []
    return loaded.knowledge


def test_a_family_is_judged_through_its_members_and_a_comparator_never(known: Knowledge) -> None:
    assert [option.id for option in known.options] == ["tin", "zinc"]
    assert known.members("metals") == ("tin", "zinc")
    assert known.family("zinc") is known.therapies["metals"]
    assert known.family("metals") is None


@pytest.mark.parametrize(
    ("therapy", "edge", "polarity"),
    [("metals", "e1", "undetermined"), ("zinc", "e1", "undetermined"), ("tin", "e2", None)],
)
def test_a_member_acts_as_its_family_unless_it_has_a_mechanism(
    known: Knowledge, therapy: str, edge: str, polarity: str | None
) -> None:
    assert [found.id for found in known.mechanisms(therapy)] == [edge]
    note = known.polarity(therapy)
    assert (note and note.expected) == polarity


@pytest.mark.parametrize(
    ("disease", "above", "related"),
    [
        ("crest", ("crest", "sclerosis", "connective"), {"crest", "sclerosis", "connective"}),
        ("sclerosis", ("sclerosis", "connective"), {"crest", "sclerosis", "connective"}),
        ("connective", ("connective",), {"crest", "sclerosis", "connective", "lupus"}),
        ("unheard_of", ("unheard_of",), {"unheard_of"}),
    ],
)
def test_a_disease_is_related_to_what_it_is_a_form_of_and_to_its_forms(
    known: Knowledge, disease: str, above: tuple[str, ...], related: set[str]
) -> None:
    assert known.ancestors("diseases", disease) == above
    assert known.related_diseases(frozenset({disease})) == related


@pytest.mark.parametrize(
    ("therapy", "diseases", "universal", "without", "direct", "direction", "treated"),
    [
        ("zinc", {"crest"}, False, set(), True, "benefit", 4),
        ("zinc", {"lupus"}, False, set(), True, "no_benefit", 5),
        ("zinc", set(), False, set(), False, "mixed", 9),
        ("zinc", {"crest"}, False, {"a-2020"}, False, "no_benefit", 5),
        ("tin", {"crest"}, False, set(), True, "no_benefit", 3),
        ("tin", {"crest"}, True, set(), False, "no_benefit", 3),
        ("placebo", {"crest"}, False, set(), False, None, 0),
    ],
)
def test_evidence_is_that_of_the_disease_where_there_is_any(
    known: Knowledge, therapy: str, diseases: set[str], universal: bool, without: set[str], direct: bool,
    direction: str | None, treated: int,
) -> None:  # fmt: skip
    evidence = known.evidence(therapy, frozenset(diseases), universal=universal, without=frozenset(without))
    assert (evidence.direct, evidence.direction, evidence.response.treated) == (direct, direction, treated)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a-2020", "A, 2020, Zinc in systemic sclerosis, PMID 7"),
        ("b-2021", "b-2021 (local)"),
        ("label", "A factory, 2021, Zinc tablets"),
        ("c-2022", "c-2022"),
    ],
)
def test_a_source_is_cited_and_marked_if_it_is_local(known: Knowledge, source: str, text: str) -> None:
    local = known.model_copy(update={"local": {"studies": ("b-2021",)}})
    assert local.cite(source) == text
    assert known.cite(source) == text.removesuffix(LOCAL)


def test_a_knowledge_shows_itself_on_one_line(known: Knowledge) -> None:
    assert repr(known) == str(known) == f"<Knowledge {known.version} (): 4 therapies, 3 sources>"
