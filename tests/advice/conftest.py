"""Shared by the tests of answers: a base with the overlay of a department (tests/advice/ward)."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase, load
from strategies import ROOT


@pytest.fixture(scope="session")
def ward() -> KnowledgeBase:
    return load(overlay=ROOT / "tests" / "advice" / "ward")
