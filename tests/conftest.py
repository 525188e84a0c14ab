"""Shared by all tests: the knowledge base, loaded once per process, and the settings of hypothesis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from calcinosis_kb import KnowledgeBase, load
from strategies import SEED

# The same examples in every run; '--hypothesis-profile=thorough' asks for all of them (strategies.examples).
for profile in ("fast", "thorough"):
    settings.register_profile(profile, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
settings.load_profile("fast")


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
