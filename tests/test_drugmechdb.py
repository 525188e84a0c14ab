"""Repeat the comparison with DrugMechDB, and compare the page with its result."""

from __future__ import annotations

import re

from calcinosis_kb import KnowledgeBase
from drugmechdb import compare, record, summary, table
from strategies import ROOT

PAGE = (ROOT / "docs" / "drugmechdb.md").read_text(encoding="utf-8")


def test_each_path_is_whole_and_names_where_it_was_read(kb: KnowledgeBase) -> None:
    paths = record()["paths"]
    assert len({path["id"] for path in paths}) == len(paths) == len({path["therapy"] for path in paths})
    for path in paths:
        assert re.fullmatch(r"DB[0-9]{5}_MESH_[CD][0-9]+_[0-9]", path["id"])
        assert path["id"].split("_", 1)[1].rsplit("_", 1)[0].replace("_", ":") == path["disease"]
        assert re.fullmatch("[0-9a-f]{40}", path["commit"])
        assert path["therapy"] in kb.knowledge.therapies
        ends = {end for source, _, target in path["links"] for end in (source, target)}
        assert ends == set(path["nodes"])


def test_the_drug_is_the_therapy(kb: KnowledgeBase) -> None:
    """By an ontology term of ours, where there is one of the same make, or by name."""
    for path in record()["paths"]:
        therapy = kb.knowledge.therapies[path["therapy"]]
        terms = {term.id for term in therapy.ontology}
        name = path["nodes"][path["drug"]]
        found = kb.names.drug(name)
        named = found is not None and found.id == therapy.id
        assert path["drug"] in terms or named or name.lower()[:7] == therapy.name.lower()[:7], path["id"]


def test_the_page_says_what_the_comparison_gives(kb: KnowledgeBase) -> None:
    rows = compare(kb)
    assert summary(rows) in PAGE
    for line in table(kb, rows):
        assert line in PAGE
    assert PAGE.count("| yes |") + PAGE.count("| no |") + PAGE.count("| target only |") == len(rows)


def test_each_difference_is_explained(kb: KnowledgeBase) -> None:
    differing = {kb.knowledge.therapies[row.therapy].name for row in compare(kb) if not row.same_sign}
    assert differing
    assert set(re.findall(r"^- \*\*(.+)\*\*: ", PAGE, re.MULTILINE)) == differing


def test_an_opposite_sign_would_show(kb: KnowledgeBase) -> None:
    row = next(row for row in compare(kb) if row.therapy == "treprostinil")
    assert (row.our_sign, row.their_sign, row.net) == ("+", "+", "-")
    turned = type(row)(**{**vars(row), "their_sign": "-"})
    assert not turned.same_sign
    assert "1 have the opposite sign" in summary([turned])
