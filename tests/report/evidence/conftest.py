"""The tables of the evidence, made once."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.report.evidence.content import content
from calcinosis_kb.report.evidence.tables import Table


@pytest.fixture(scope="session")
def tables(kb: KnowledgeBase) -> dict[str, Table]:
    return content(kb.knowledge)
