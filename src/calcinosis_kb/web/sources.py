"""Sources as pages show them: a short name, the address of their page, and how far they were read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from textwrap import shorten
from typing import NamedTuple

from markupsafe import Markup

from calcinosis_kb.characters import visible
from calcinosis_kb.knowledge.bibliography import split_at_sources
from calcinosis_kb.knowledge.citations import label
from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["Source", "elsewhere", "linked", "source", "sources"]

_READ = {
    "seen_full_text": "full text",
    "seen_abstract": "abstract",
    "seen_secondary": "second hand",
    "textbook": "textbook",
    "label": "product text",
    "reference": "reference page",
    "literature": "publication",
    "low": "uncredited page",
}
"""How far a study or guideline was read, and of what kind any other source is."""

_LONGEST = 48
"""Characters of the name of a source without author or publisher."""


class Source(NamedTuple):
    """A source: ``read`` says how far it was read or what kind it is, ``local`` whether it comes from an overlay."""

    id: str
    address: str
    name: str
    read: str
    local: bool


def source(knowledge: Knowledge, id_: str) -> Source:
    """Return a source as it is shown."""
    kind = "study" if id_ in knowledge.studies else "guideline" if id_ in knowledge.guidelines else "source"
    return Source(
        id_,
        f"/{kind}/{id_}",
        _name(knowledge, id_) or "unnamed report",
        _READ[knowledge.read(id_) or knowledge.authorities.get(id_, "literature")],
        knowledge.is_local("sources", id_),
    )


def _name(knowledge: Knowledge, id_: str) -> str:
    """The words by which readers know a guideline; of any other source author and year, or else publisher or title, cut."""
    guideline = knowledge.guidelines.get(id_)
    if guideline is not None and guideline.short:
        return guideline.short
    publication = knowledge.publication(id_)
    whole = label(publication) if publication else ""
    cut = shorten(whole, _LONGEST, placeholder=" …")
    return cut if cut.strip(" …") or not whole else f"{whole[:_LONGEST]}…"  # an address is one long word


def sources(knowledge: Knowledge, ids: Iterable[str]) -> Iterator[Source]:
    """Return some sources, each once, without this project."""
    authorities = knowledge.authorities
    return (source(knowledge, id_) for id_ in dict.fromkeys(ids) if authorities.get(id_) != "project")


def linked(knowledge: Knowledge, link: Callable[[str], str], text: str) -> Markup:
    """Return a text of the knowledge base with the ids of sources in it as links."""
    parts = []
    for part, is_source in split_at_sources(knowledge, text):
        if is_source:
            found = source(knowledge, part)
            parts.append(Markup('<a href="{}">{}</a>').format(link(found.address), visible(found.name)))
        else:
            parts.append(Markup.escape(visible(part)))
    return Markup().join(parts)


def elsewhere(knowledge: Knowledge, id_: str) -> Iterator[tuple[str, str]]:
    """Return where a source can be read: the name of each place and its address."""
    publication = knowledge.publication(id_)
    if publication is None:
        return
    if publication.doi:
        yield f"DOI {publication.doi}", f"https://doi.org/{publication.doi}"
    if publication.pmid:
        yield f"PubMed {publication.pmid}", f"https://pubmed.ncbi.nlm.nih.gov/{publication.pmid}/"
    if publication.pmcid:
        yield publication.pmcid, f"https://pmc.ncbi.nlm.nih.gov/articles/{publication.pmcid}/"
