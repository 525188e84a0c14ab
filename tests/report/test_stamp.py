"""Every document and every text that is kept says which knowledge, and which rules, it depends on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.report.plots.figure import SUFFIXES, figure, rendered
from commandline import call
from strategies import SEED

COMMANDS = {
    ("suggest", str(SEED)): True, ("why", "rituximab", str(SEED)): True, ("why", "bisphosphonates", str(SEED)): True,
    ("ask", str(SEED)): True, ("compare", "rituximab", "minocycline", str(SEED)): True,
    ("graph", "patient", str(SEED)): True, ("coverage",): True, ("therapy", "warfarin"): False,
    ("story", "warfarin-paradox"): False, ("graph", "path", "warfarin"): False, ("graph", "gaps"): False,
    ("graph", "neighbours", "warfarin"): False, ("graph", "compare", "warfarin", "diltiazem"): False,
    ("graph", "without", "warfarin"): False, ("graph", "conflicts"): False,
}  # fmt: skip
"""Commands whose JSON is an object, each with whether it depends on the rules as well."""


@pytest.mark.parametrize(
    ("command", "on_rules"),
    [pytest.param(*one, marks=[pytest.mark.slow] * (str(SEED) in one[0])) for one in COMMANDS.items()],
)
def test_a_document_and_a_page_name_the_knowledge(command: tuple[str, ...], on_rules: bool, kb: KnowledgeBase) -> None:
    document = json.loads(call(*command, "--format", "json").stdout)
    assert document["knowledge"] == {"version": kb.knowledge.version, "hash": kb.knowledge.hash}
    page = call(*command, "--format", "md").stdout
    assert page.count(kb.knowledge.hash) == 1
    if on_rules:
        assert document["rules"] == {"hash": kb.rules.hash}
        assert page.count(kb.rules.hash) == 1


@pytest.mark.slow
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_picture_names_what_it_was_made_with(suffix: str) -> None:
    drawn = figure(Path(f"x{suffix}"), 2, 2)
    assert b"Knowledge 1.0" in rendered(drawn, suffix, "Knowledge 1.0")
    assert b"Knowledge" not in rendered(drawn, suffix)
