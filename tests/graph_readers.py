"""Read exports back with common libraries, independently of the exporters."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import networkx as nx
import rdflib

LISTS = {"exact", "broad", "narrow", "related", "context", "sources", "publications"}
OURS = "urn:calcinosis-kb:"


def listed(attributes: dict[str, Any], *without: str) -> dict[str, Any]:
    """Return attributes with their JSON lists parsed, without those that the format adds."""
    kept = {name: value for name, value in attributes.items() if name not in without}
    return {name: json.loads(value) if name in LISTS else value for name, value in kept.items()}


def graphml(data: bytes) -> nx.MultiDiGraph[str]:
    return _rebuilt(nx.read_graphml(io.BytesIO(data), edge_key_type=str, force_multigraph=True))


def gexf(data: bytes) -> nx.MultiDiGraph[str]:
    read = nx.read_gexf(io.BytesIO(data))
    read = read if read.is_multigraph() else nx.MultiDiGraph(read)
    meta = json.loads(re.search(rb"<description>(.*?)</description>", data)[1])  # type: ignore[index]
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(**meta)
    for id_, attributes in read.nodes(data=True):
        graph.add_node(id_, name=attributes["label"], **listed(attributes, "label"))
    for source, target, attributes in read.edges(data=True):
        key = attributes.get("networkx_key", attributes["id"])
        graph.add_edge(source, target, key, **listed(attributes, "id", "networkx_key"))
    return graph


def node_link(data: bytes) -> nx.MultiDiGraph[str]:
    return nx.node_link_graph(json.loads(data), edges="edges")


def cytoscape(data: bytes) -> nx.MultiDiGraph[str]:
    read = nx.cytoscape_graph(json.loads(data))
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(**read.graph)
    for id_, attributes in read.nodes(data=True):
        graph.add_node(id_, **{name: value for name, value in attributes.items() if name not in ("id", "value")})
    for source, target, key, attributes in read.edges(keys=True, data=True):
        added = ("source", "target", "key")
        graph.add_edge(source, target, key, **{name: value for name, value in attributes.items() if name not in added})
    return graph


def parsed(data: bytes) -> rdflib.Graph:
    """The triples of a JSON-LD document."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated")  # rdflib's parser calls its own old class
        return rdflib.Graph().parse(data=data.decode(), format="json-ld")


def json_ld(data: bytes) -> nx.MultiDiGraph[str]:
    """Rebuild a graph from its triples alone."""
    triples = parsed(data)
    names = {expanded: short for short, expanded in _terms(json.loads(data)["@context"]).items()}
    about = _described(triples, rdflib.URIRef(OURS + "graph"), names)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(**{key: about[key] for key in ("name", "version", "hash", "license")})
    found = sorted({str(subject) for subject in triples.subjects() if str(subject).startswith(OURS)} - {OURS + "graph"})
    biolink = rdflib.Namespace("https://w3id.org/biolink/vocab/")
    for subject in found:
        node = rdflib.URIRef(subject)
        if (node, rdflib.RDF.type, biolink.Association) not in triples:
            attributes = _described(triples, node, names)
            matches = {match: attributes.get(match, []) for match in ("exact", "broad", "narrow", "related")}
            wanted = ["name", "kind", "description", "theme"]
            kept = {name: attributes[name] for name in wanted if name in attributes}
            graph.add_node(subject.removeprefix(OURS), **kept, **matches)
    for subject in found:
        edge = rdflib.URIRef(subject)
        if (edge, rdflib.RDF.type, biolink.Association) in triples:
            attributes = _described(triples, edge, names)
            ends = [str(triples.value(edge, end)).removeprefix(OURS) for end in (rdflib.RDF.subject, rdflib.RDF.object)]
            lists = {name: attributes.get(name, []) for name in ("context", "sources", "publications")}
            wanted = ["predicate", "sign", "strength", "claim", "confidence", "effect", "direction"]
            kept = {name: attributes[name] for name in wanted if name in attributes}
            graph.add_edge(*ends, subject.removeprefix(f"{OURS}edge/"), **kept, **lists)
    return graph


def _terms(context: dict[str, Any]) -> dict[str, str]:
    prefixes = {name: value["@id"] if isinstance(value, dict) else value for name, value in context.items()}

    def expand(value: str) -> str:
        prefix, _, local = value.partition(":")
        return prefixes[prefix] + local if prefix in prefixes and not local.startswith("//") else value

    return {name: expand(value) for name, value in prefixes.items() if not value.endswith(("/", "_", "#", ":", "PMC"))}


def _described(triples: rdflib.Graph, subject: rdflib.URIRef, names: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for predicate, value in triples.predicate_objects(subject):
        name = names.get(str(predicate))
        if name in LISTS:
            found.setdefault(name, []).append(_curie(str(value)) if name not in ("context", "sources") else str(value))
        elif name:
            found[name] = str(value)
    return {name: sorted(value) if isinstance(value, list) else value for name, value in found.items()}


_EXPANDED = {
    "http://identifiers.org/drugbank/": "DrugBank:",
    "http://purl.uniprot.org/uniprot/": "UniProt:",
    "http://www.reactome.org/PathwayBrowser/#/": "reactome:",
    "http://identifiers.org/ncbigene/": "NCBIGene:",
    "http://id.nlm.nih.gov/mesh/": "MESH:",
    "http://www.ncbi.nlm.nih.gov/pubmed/": "PMID:",
    "http://europepmc.org/articles/PMC": "PMC:",
    "https://doi.org/": "doi:",
}


def _curie(iri: str) -> str:
    for start, prefix in _EXPANDED.items():
        if iri.startswith(start):
            return prefix + iri.removeprefix(start)
    return iri.removeprefix("http://purl.obolibrary.org/obo/").replace("_", ":", 1)


def kgx(files: dict[str, bytes]) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(**json.loads(files["about.json"]))
    spelled = {"DRUGBANK": "DrugBank", "UniProtKB": "UniProt", "REACT": "reactome"}

    def known(terms: list[str]) -> list[str]:
        parts = [term.partition(":") for term in terms]
        return [f"{spelled.get(prefix, prefix)}:{local}" for prefix, _, local in parts]

    for row in _rows(files["nodes.tsv"]):
        wanted = ["name", "kind", "description", "theme"]
        kept = {name: _text(row[name]) for name in wanted if row[name]}
        columns = {"exact": "xref", "broad": "broad_xref", "narrow": "narrow_xref", "related": "related_xref"}
        graph.add_node(
            _ours(row["id"]), **kept, **{name: known(_list(row[column])) for name, column in columns.items()}
        )
    for row in _rows(files["edges.tsv"]):
        wanted = ["sign", "strength", "claim", "confidence", "effect", "direction"]
        kept = {name: _text(row[name]) for name in wanted if row[name]}
        kept["predicate"] = _ours(row["original_predicate"])
        lists = {name: _list(row[name]) for name in ("context", "sources", "publications")}
        graph.add_edge(_ours(row["subject"]), _ours(row["object"]), _ours(row["id"]), **kept, **lists)
    return graph


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    lines = data.decode().split("\n")[:-1]
    header = lines[0].split("\t") if lines else []
    for line in lines[1:]:
        yield dict(zip(header, line.split("\t"), strict=True))


def _ours(curie: str) -> str:
    return _text(curie.removeprefix("calcinosis:"))


def _list(cell: str) -> list[str]:
    return [_text(one) for one in cell.split("|")] if cell else []


def _text(escaped: str) -> str:
    plain = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r", "\\p": "|"}
    return re.sub(r"\\.", lambda found: plain[found[0]], escaped)


def dot(data: bytes) -> nx.MultiDiGraph[str]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)  # pydot calls pyparsing by its old names
        import pydot

        [read] = pydot.graph_from_dot_data(data.decode()) or []
    attributes = {name: _unquoted(value) for name, value in read.get_attributes().items() if name != "rankdir"}
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(**attributes)
    for node in read.get_nodes():
        held = {name: _unquoted(value) for name, value in node.get_attributes().items()}
        graph.add_node(_unquoted(node.get_name()), name=held.pop("label"), **listed(held))
    for edge in read.get_edges():
        held = {name: _unquoted(value) for name, value in edge.get_attributes().items()}
        ends = _unquoted(edge.get_source()), _unquoted(edge.get_destination())
        graph.add_edge(*ends, held.pop("key"), **listed(held, "arrowhead", "style"))
    return graph


def _unquoted(value: Any) -> str:
    inner = value[1:-1] if value.startswith('"') else value
    plain = {"\\\\": "\\", '\\"': '"', "\\n": "\n", "\\r": "\r"}
    return re.sub(r"\\.", lambda found: plain[found[0]], inner)


def table(data: bytes) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in csv.DictReader(io.StringIO(data.decode(), newline="")):
        held = listed({name: value for name, value in row.items() if value}, "record", "id", "source", "target")
        if row["record"] == "node":
            graph.add_node(row["id"], **held)
        else:
            graph.add_edge(row["source"], row["target"], row["id"], **held)
    return graph


def mermaid(data: bytes) -> nx.MultiDiGraph[str]:
    """Mermaid holds ids, names, ends, predicate, sign and strength, and no keys."""
    text = data.decode()
    about = re.findall(r"^  %% (name|version|hash|license): (.*)$", text, re.MULTILINE)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(**{name: json.loads(value) for name, value in about})
    ids = {number: json.loads(id_) for number, id_ in re.findall(r"^  %% (n\d+): (.*)$", text, re.MULTILINE)}
    for number, name in re.findall(r'^  (n\d+)\["(.*)"\]$', text, re.MULTILINE):
        graph.add_node(ids[number], name=re.sub(r"#(\d+);", lambda found: chr(int(found[1])), name))
    edge = re.compile(r'^  (n\d+) (\S+)\|"(.*) \(([+-]), (\w+)\)"\| (n\d+)$', re.MULTILINE)
    for source, arrow, predicate, sign, strength, target in edge.findall(text):
        assert arrow.endswith("x") is (sign == "-")
        assert ("." in arrow) is (strength != "established")
        attributes = {"predicate": predicate.replace(" ", "_"), "sign": sign, "strength": strength}
        graph.add_edge(ids[source], ids[target], **attributes)
    return graph


def _rebuilt(read: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(
        **{key: value for key, value in read.graph.items() if not key.endswith("_default")}
    )
    for id_, attributes in read.nodes(data=True):
        graph.add_node(id_, **listed(attributes))
    for source, target, key, attributes in read.edges(keys=True, data=True):
        graph.add_edge(source, target, key, **listed(attributes))
    return graph


READERS: dict[str, Callable[[bytes], nx.MultiDiGraph[str]]] = {
    ".graphml": graphml,
    ".gexf": gexf,
    ".cyjs": cytoscape,
    ".json": node_link,
    ".jsonld": json_ld,
    ".dot": dot,
    ".csv": table,
}
"""What reads back everything; Mermaid reads back part of it."""
