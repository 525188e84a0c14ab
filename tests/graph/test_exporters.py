"""Every export format reads back to the same graph, whatever the names in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import networkx as nx
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.codes import CODES
from calcinosis_kb.errors import InputError
from calcinosis_kb.graph.exporters import biolink
from calcinosis_kb.graph.exporters.biolink import CATEGORIES, PREDICATES, PREFIXES, VERSION
from calcinosis_kb.graph.exporters.content import LICENCE, content
from calcinosis_kb.graph.exporters.formats import FORMATS, export
from calcinosis_kb.graph.exporters.kgx import kgx as write_kgx
from calcinosis_kb.knowledge.citations import curie
from calcinosis_kb.knowledge.pathophysiology import Context, Node, Predicate, Strength
from graph_readers import READERS, kgx, mermaid, parsed
from strategies import ROOT, examples

DOCS = ROOT / "docs" / "graph-exports.md"


@pytest.fixture(scope="module")
def whole(kb: KnowledgeBase) -> nx.MultiDiGraph[str]:
    return content(kb.graph, kb.knowledge)


def canonical(graph: nx.MultiDiGraph[str], *, ordered: bool = True, about: bool = True) -> Any:
    """Return nodes and edges with their attributes; ``ordered=False`` for RDF, which keeps neither order nor repetition of a list."""

    def held(attributes: dict[str, Any]) -> dict[str, Any]:
        return {k: v if ordered or not isinstance(v, list) else sorted(set(v)) for k, v in attributes.items()}

    nodes = {id_: held(attributes) for id_, attributes in graph.nodes(data=True)}
    edges = {(s, t, key): held(attributes) for s, t, key, attributes in graph.edges(keys=True, data=True)}
    assert len(edges) == graph.number_of_edges()
    return nodes, edges, dict(graph.graph) if about else {}


def brief(graph: nx.MultiDiGraph[str]) -> Any:
    """Return the part of a graph that Mermaid can hold."""
    nodes = {id_: attributes["name"] for id_, attributes in graph.nodes(data=True)}
    said = ("predicate", "sign", "strength")
    edges = Counter((s, t, *(held[name] for name in said)) for s, t, held in graph.edges(data=True))
    return nodes, edges, dict(graph.graph)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", READERS)
def test_the_graph_reads_back(whole: nx.MultiDiGraph[str], suffix: str) -> None:
    how = {"ordered": suffix != ".jsonld", "about": suffix != ".csv"}  # a CSV has no place for the licence
    assert canonical(READERS[suffix](FORMATS[suffix](whole)), **how) == canonical(whole, **how)


def test_kgx_reads_back(whole: nx.MultiDiGraph[str]) -> None:
    assert canonical(kgx(write_kgx(whole))) == canonical(whole)


def test_mermaid_reads_back(whole: nx.MultiDiGraph[str]) -> None:
    assert brief(mermaid(FORMATS[".mmd"](whole))) == brief(whole)


def test_what_is_exported(kb: KnowledgeBase, whole: nx.MultiDiGraph[str]) -> None:
    assert {*READERS, ".mmd"} == set(FORMATS)
    assert set(whole) == set(kb.graph)
    assert set(whole.edges(keys=True)) == set(kb.graph.edges(keys=True))
    assert whole.graph == {
        "name": "calcinosis-kb", "version": kb.knowledge.version, "hash": kb.knowledge.hash, "license": LICENCE,
    }  # fmt: skip
    assert whole.nodes["mgp"]["exact"] == ["NCBIGene:4256"]
    [edge] = [held for *_, key, held in whole.edges(keys=True, data=True) if key == "e256"]
    assert edge["sources"] == ["dalbeth-2014", "jrheum-mechanisms-table"]
    assert edge["publications"] == [curie(kb.knowledge.references["dalbeth-2014"])]
    assert "effect" not in edge


TEXT = st.text(
    st.one_of(
        st.sampled_from(list("\"'<>&|=#;\\\n\t`%{}[](),–µé→漢🙂 ")),
        st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")),
    ),
    min_size=1,
    max_size=12,
)
IDS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,6}", fullmatch=True)
CURIES = st.builds(
    "{}:{}".format, st.sampled_from(["GO", "DrugBank", "UniProt", "reactome", "CHEBI"]), st.integers(1, 9)
)


@st.composite
def graphs(draw: st.DrawFn) -> nx.MultiDiGraph[str]:
    """Draw small multigraphs: self-loops, parallel edges, absent values, empty lists, hostile names."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name="calcinosis-kb", version="1", hash="0", license=LICENCE)
    kinds = st.sampled_from(sorted(get_args(Node.model_fields["kind"].annotation)))
    for id_ in draw(st.lists(IDS, min_size=1, max_size=4, unique=True)):
        matches = {
            match: draw(st.lists(CURIES, max_size=2, unique=True)) for match in ("exact", "broad", "narrow", "related")
        }
        graph.add_node(id_, name=draw(TEXT), kind=draw(kinds), theme=draw(IDS), **matches)
        if draw(st.booleans()):
            graph.nodes[id_]["description"] = draw(TEXT)
    ends = st.sampled_from(sorted(graph))
    for key in draw(st.lists(IDS, max_size=5, unique=True)):
        papers = st.lists(st.sampled_from(["PMID:1", "PMC:2", "doi:10.1/x(2)"]), max_size=2, unique=True)
        held = {
            "predicate": draw(st.sampled_from(get_args(Predicate))),
            "sign": draw(st.sampled_from("+-")),
            "strength": draw(st.sampled_from(get_args(Strength))),
            "context": draw(st.lists(st.sampled_from(get_args(Context)), max_size=2, unique=True)),
            "claim": draw(TEXT),
            "confidence": "textbook",
            "sources": draw(st.lists(IDS, max_size=2, unique=True)),
            "publications": draw(papers),
        }
        graph.add_edge(draw(ends), draw(ends), key, **held)
        if draw(st.booleans()):
            graph.edges[next(e for e in graph.edges(keys=True) if e[2] == key)]["effect"] = draw(TEXT)
    return graph


NASTY = examples(400)


@pytest.mark.parametrize("suffix", READERS)
@NASTY
@given(graph=graphs())
def test_nasty_names_read_back(suffix: str, graph: nx.MultiDiGraph[str]) -> None:
    how = {"ordered": suffix != ".jsonld", "about": suffix != ".csv"}
    assert canonical(READERS[suffix](FORMATS[suffix](graph)), **how) == canonical(graph, **how)


@NASTY
@given(graph=graphs())
def test_nasty_names_read_back_from_kgx_and_mermaid(graph: nx.MultiDiGraph[str]) -> None:
    assert canonical(kgx(write_kgx(graph))) == canonical(graph)
    assert brief(mermaid(FORMATS[".mmd"](graph))) == brief(graph)


@pytest.mark.parametrize("suffix", [".graphml", ".gexf"])
def test_a_character_that_xml_cannot_hold_is_refused(whole: nx.MultiDiGraph[str], suffix: str) -> None:
    graph = whole.copy()
    graph.nodes["mgp"]["name"] = "matrix\rGla"
    with pytest.raises(InputError, match="CKB058"):
        FORMATS[suffix](graph)


def test_json_ld_says_the_right_triples(whole: nx.MultiDiGraph[str]) -> None:
    triples = parsed(FORMATS[".jsonld"](whole))
    ours, ro = rdflib.Namespace("urn:calcinosis-kb:"), rdflib.Namespace("http://purl.obolibrary.org/obo/RO_")
    biolink = rdflib.Namespace("https://w3id.org/biolink/vocab/")
    assert (ours.moa_microtubule_inhibition, ro["0002212"], ours.nlrp3_inflammasome) in triples
    assert (ours.colchicine, ro["0003303"], ours.moa_microtubule_inhibition) in triples
    assert (ours.pamidronate, rdflib.RDFS.subClassOf, ours.bisphosphonate) in triples
    assert (ours.colchicine, rdflib.RDF.type, biolink.Treatment) in triples
    same = rdflib.URIRef("http://identifiers.org/drugbank/DB01394")
    assert (ours.colchicine, rdflib.SKOS.exactMatch, same) in triples
    assert (ours["edge/e260"], biolink.object_direction_qualifier, rdflib.Literal("decreased")) in triples
    assert (ours["edge/e260"], rdflib.RDF.predicate, biolink.affects) in triples
    assert (ours.graph, rdflib.DCTERMS.license, rdflib.URIRef(LICENCE)) in triples


def test_kgx_has_the_columns_of_its_documentation(whole: nx.MultiDiGraph[str]) -> None:
    files = write_kgx(whole)
    nodes, edges = (files[name].decode().split("\n")[0].split("\t") for name in ("nodes.tsv", "edges.tsv"))
    assert nodes[:5] == ["id", "category", "name", "description", "xref"]
    assert edges[:5] == ["id", "subject", "predicate", "object", "category"]
    assert {"relation", "knowledge_level", "agent_type", "publications"} <= set(edges)
    known = {line.split("\t")[0] for line in files["nodes.tsv"].decode().split("\n")[1:-1]}
    for line in files["edges.tsv"].decode().split("\n")[1:-1]:
        row = dict(zip(edges, line.split("\t"), strict=True))
        assert {row["subject"], row["object"]} <= known
        assert row["predicate"].startswith("biolink:")


def test_the_table_of_terms_covers_the_vocabulary_and_is_printed() -> None:
    assert sorted(PREDICATES) == sorted(get_args(Predicate))
    assert sorted(CATEGORIES) == sorted(get_args(Node.model_fields["kind"].annotation))
    page = DOCS.read_text(encoding="utf-8")
    assert f"Biolink Model {VERSION}" in page
    for name, known in PREDICATES.items():
        relation = f"`{known.relation}`" if known.relation else "none"
        assert f"| `{name}` | `{known.biolink}` | {relation} |" in page
        assert known.relation is None or known.relation.partition(":")[0] in PREFIXES
    for kind, class_ in CATEGORIES.items():
        assert f"| `{kind}` | `{class_}` |" in page


def test_every_prefix_of_the_knowledge_is_known_to_biolink_under_a_synonym(kb: KnowledgeBase) -> None:
    others = set()
    for prefix, known in kb.knowledge.prefixes.items():
        spelt = biolink.curie(f"{prefix}:1").removesuffix(":1")
        assert spelt in (prefix, *known.synonyms)
        if PREFIXES[spelt] != known.uri:
            others.add(spelt)
    assert others == {"DRUGBANK", "MESH", "NCBIGene", "REACT"}, "these addresses differ on purpose"


def test_the_same_graph_gives_the_same_bytes(whole: nx.MultiDiGraph[str]) -> None:
    """In another process, with another hash seed."""
    script = (
        "import hashlib\n"
        "from calcinosis_kb import load\n"
        "from calcinosis_kb.graph.exporters.content import content\n"
        "from calcinosis_kb.graph.exporters.formats import FORMATS\n"
        "from calcinosis_kb.graph.exporters.kgx import kgx\n"
        "kb = load(); graph = content(kb.graph, kb.knowledge)\n"
        "data = [write(graph) for write in FORMATS.values()] + list(kgx(graph).values())\n"
        "print(hashlib.sha256(b''.join(data)).hexdigest())\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            text=True,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert b"lastmodified" not in FORMATS[".gexf"](whole)


def test_the_fix_of_an_unknown_format_names_every_format() -> None:
    of_the_graph = CODES["CKB056"].fix.partition(";")[0]
    assert set(re.findall(r"\.[a-z]+", of_the_graph)) == set(FORMATS)


def test_an_unknown_suffix_names_the_valid_ones(whole: nx.MultiDiGraph[str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"CKB056(.|\n)*\.graphml"):
        export(whole, str(tmp_path / "graph.xlsx"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [f"graph{suffix}" for suffix in FORMATS] + ["kgx/"])
def test_a_failed_export_leaves_what_was_there(
    whole: nx.MultiDiGraph[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    target = tmp_path / name.rstrip("/")
    export(whole, f"{tmp_path}/{name}")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    real = Path.write_bytes

    def half(self: Path, data: bytes) -> int:
        """Fail as a full disk does, after the first bytes of the last file."""
        if self.name in ("nodes.tsv",):
            return real(self, data)
        real(self, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(InputError, match=r"CKB057(.|\n)*No space left"):
        export(whole, f"{tmp_path}/{name}")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    other = tmp_path / "fresh" / name
    other.parent.mkdir()
    with pytest.raises(InputError, match="CKB057"):
        export(whole, f"{other.parent}/{name}")
    assert list(other.parent.iterdir()) == []
    assert target.exists()


def test_a_folder_is_kgx_and_keeps_its_other_files(whole: nx.MultiDiGraph[str], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    written = export(whole, str(tmp_path))
    assert written == [tmp_path / name for name in ("nodes.tsv", "edges.tsv", "about.json")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["about.json", "edges.tsv", "mine.txt", "nodes.tsv"]
    assert canonical(kgx({path.name: path.read_bytes() for path in written})) == canonical(whole)
    export(whole, f"{tmp_path}/new/")
    assert (tmp_path / "new" / "edges.tsv").read_bytes() == (tmp_path / "edges.tsv").read_bytes()
