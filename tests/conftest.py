"""What the tests share: the knowledge base, loaded once, with hypothesis's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from calcinosis_kb import KnowledgeBase, load
from strategies import SEED

settings.register_profile("default", deadline=None)
settings.load_profile("default")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The tests keep their snapshot away from the user's."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def kb(_own_cache: None) -> KnowledgeBase:
    return load()


@pytest.fixture(scope="session")
def seed_file() -> Path:
    return SEED
