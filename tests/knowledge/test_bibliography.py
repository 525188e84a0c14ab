"""Sources are numbered where they are cited and listed with their identifier and how much was read."""

from __future__ import annotations

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.bibliography import READ, Bibliography, source_document


def test_sources_are_numbered_in_the_order_of_their_first_citation(kb: KnowledgeBase) -> None:
    sources = Bibliography(kb.knowledge)
    assert sources.cite(["narvaez-2019"]) == " [1]"
    assert sources.cite(["daoussis-2012", "narvaez-2019"]) == " [1, 2]"
    assert list(sources) == ["narvaez-2019", "daoussis-2012"] and len(sources) == 2
    assert sources.cite([]) == ""
    assert sources.entries()[1] == (
        "[2] Daoussis 2012, Semin Arthritis Rheum, doi:10.1016/j.semarthrit.2011.11.007; read: abstract"
    )


def test_this_project_is_no_source(kb: KnowledgeBase) -> None:
    project = [id_ for id_, kind in kb.knowledge.authorities.items() if kind == "project"]
    sources = Bibliography(kb.knowledge)
    assert project and sources.cite(project) == "" and not sources.entries()


def test_every_source_has_an_entry_and_says_how_much_was_read(kb: KnowledgeBase) -> None:
    knowledge = kb.knowledge
    sources = Bibliography(knowledge)
    for id_ in knowledge.authorities:
        document = source_document(knowledge, id_)
        assert (document["read"] is None) == (id_ in knowledge.references)
        if document["doi"]:
            assert f"doi:{document['doi']}" in sources.entry(id_)
        if document["authority"] != "project":
            assert sources.entry(id_).endswith(tuple(READ.values()))
