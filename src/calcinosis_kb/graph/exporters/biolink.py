"""Translate predicates, kinds of node and prefixes to the Biolink Model and the Relation Ontology, for every exporter.

Source: Biolink Model 4.4.6 (https://github.com/biolink/biolink-model, package biolink-model on PyPI): the definition and
``exact_mappings`` of each slot, the ``exact_mappings`` of DirectionQualifierEnum, and its prefix map. Where Biolink gives no
exact equivalent, ``relation`` is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["CATEGORIES", "GENE_OR_CHEMICAL", "PREDICATES", "PREFIXES", "VERSION", "Predicate", "category", "curie"]

VERSION = "4.4.6"
"""The version of the Biolink Model that the tables come from."""


@dataclass(frozen=True)
class Predicate:
    """The equivalents of a predicate of the graph.

    ``biolink``: the Biolink predicate. ``relation``: the exact equivalent in RO, BFO or RDFS. ``directed``: whether the sign
    of the edge is expressed by Biolink's ``object_direction_qualifier``, which belongs to ``affects`` and its children.
    """

    biolink: str
    relation: str | None = None
    directed: bool = False


PREDICATES: dict[str, Predicate] = {
    "acts_on": Predicate("biolink:affects", directed=True),
    "associated_with": Predicate("biolink:associated_with"),
    "causes": Predicate("biolink:causes", "RO:0003303"),
    "contributes_to": Predicate("biolink:contributes_to", "RO:0002326"),
    "has_part": Predicate("biolink:has_part", "BFO:0000051"),
    "negatively_regulates": Predicate("biolink:regulates", "RO:0002212", directed=True),
    "positively_regulates": Predicate("biolink:regulates", "RO:0002213", directed=True),
    # not predisposes_to_condition, which is for chemicals, drugs and treatments: most of these are risk factors
    "predisposes_to": Predicate("biolink:affects_likelihood_of"),
    "subclass_of": Predicate("biolink:subclass_of", "rdfs:subClassOf"),
    # "treats" itself would claim that a treatment works
    "treats": Predicate("biolink:treats_or_applied_or_studied_to_treat"),
}

CATEGORIES: dict[str, str] = {
    "cell": "biolink:Cell",
    "clinical_feature": "biolink:PhenotypicFeature",
    "disease": "biolink:Disease",
    "mechanism_of_action": "biolink:Phenomenon",
    "mediator": "biolink:NamedThing",
    "pathophysiology_process": "biolink:BiologicalProcess",
    "risk_factor": "biolink:NamedThing",
    "therapy": "biolink:Treatment",
    "tissue_change": "biolink:PathologicalAnatomicalStructure",
    "trigger": "biolink:Phenomenon",
}
"""The narrowest Biolink class that holds for every node of the kind."""

GENE_OR_CHEMICAL: dict[str, str] = {"NCBIGene": "biolink:Gene", "CHEBI": "biolink:ChemicalEntity"}
"""The class of a mediator by the ontology of an exact match."""

PREFIXES: dict[str, str] = {
    "BFO": "http://purl.obolibrary.org/obo/BFO_",
    "CHEBI": "http://purl.obolibrary.org/obo/CHEBI_",
    "CL": "http://purl.obolibrary.org/obo/CL_",
    "DRUGBANK": "http://identifiers.org/drugbank/",
    "GO": "http://purl.obolibrary.org/obo/GO_",
    "HP": "http://purl.obolibrary.org/obo/HP_",
    "MAXO": "http://purl.obolibrary.org/obo/MAXO_",
    "MESH": "http://id.nlm.nih.gov/mesh/",
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_",
    "NCBIGene": "http://identifiers.org/ncbigene/",
    "NCIT": "http://purl.obolibrary.org/obo/NCIT_",
    "PMC": "http://europepmc.org/articles/PMC",
    "PMID": "http://www.ncbi.nlm.nih.gov/pubmed/",
    "REACT": "http://www.reactome.org/PathwayBrowser/#/",
    "RO": "http://purl.obolibrary.org/obo/RO_",
    "UniProtKB": "http://purl.uniprot.org/uniprot/",
    "biolink": "https://w3id.org/biolink/vocab/",
    "doi": "https://doi.org/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
"""Addresses of prefixes in Biolink's prefix map.

For DRUGBANK, MESH, NCBIGene and REACT they differ from those of knowledge/prefixes.yaml on purpose: these identify a term in RDF
and must be what other Biolink graphs use; those open its page in a browser.
"""

_SPELLINGS = {"DrugBank": "DRUGBANK", "UniProt": "UniProtKB", "reactome": "REACT"}
"""Which synonym in knowledge/prefixes.yaml is Biolink's spelling; prefixes that are spelt alike are left out."""


def curie(term: str) -> str:
    """Return an ontology id of the knowledge in Biolink's spelling of its prefix.

    >>> curie("DrugBank:DB01394"), curie("GO:0006954")
    ('DRUGBANK:DB01394', 'GO:0006954')
    """
    prefix, _, local = term.partition(":")
    return f"{_SPELLINGS.get(prefix, prefix)}:{local}"


def category(kind: str, exact: Sequence[str]) -> str:
    """Return the Biolink class of a node by its kind, and of a mediator by its exact matches.

    >>> category("mediator", ["NCBIGene:4256"])
    'biolink:Gene'
    >>> category("mediator", [])
    'biolink:NamedThing'
    """
    if kind == "mediator":
        for term in exact:
            known = GENE_OR_CHEMICAL.get(term.partition(":")[0])
            if known:
                return known
    return CATEGORIES[kind]
