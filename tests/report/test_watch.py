"""What the report of a watch says of a record that a service gave, whatever the service wrote."""

from __future__ import annotations

from datetime import date

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.editing.watch.deciding import Decided
from calcinosis_kb.editing.watch.run import Watched
from calcinosis_kb.knowledge.models import Citation
from calcinosis_kb.knowledge.searches import SearchRecord
from calcinosis_kb.report.render import as_markdown
from calcinosis_kb.report.watch import LONGEST, WatchReport


def printed(kb: KnowledgeBase, citation: Citation) -> str:
    record = SearchRecord(
        citation=citation, services=("pubmed",), found=date(2026, 12, 1), decision="drafted", source="doe-2026"
    )
    watched = Watched("colchicine", (), (Decided(record, (), True),), 0, 0, True)
    return as_markdown(WatchReport(kb.knowledge, [watched], (), ()).blocks())


def test_a_draft_is_named_without_a_judgement(kb: KnowledgeBase) -> None:
    """A mark that speaks for a treatment elsewhere would be read as one here."""
    text = printed(kb, Citation(title="Two cases", first_author="Doe", year=2026))
    assert "- draft doe-2026: Doe 2026: Two cases\n" in text


@pytest.mark.parametrize("name", ["title", "first_author"])
def test_a_text_without_end_does_not_fill_the_screen(kb: KnowledgeBase, name: str) -> None:
    text = printed(
        kb, Citation.model_validate({"title": "Two cases", "first_author": "Doe", "year": 2026, name: "ø" * 9000})
    )
    assert text.count("ø") == LONGEST
    assert "ø …" in text
