"""Shared by all tests: one cache per run, the knowledge base, a browser, and the settings of hypothesis."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from calcinosis_kb import KnowledgeBase, load
from strategies import SEED

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The same examples in every run; '--hypothesis-profile=thorough' asks for all of them (strategies.examples).
for profile in ("fast", "thorough"):
    settings.register_profile(profile, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
settings.load_profile("fast")


def pytest_configure(config: pytest.Config) -> None:
    """Give all processes of this run one cache, apart from the user's: the workers of xdist inherit the environment."""
    # The base and the tests are a million objects that stay, and few of an answer's are in a cycle: with the threshold of
    # Python, looking for garbage takes a tenth of the collection of tests and a fifth of each answer.
    gc.set_threshold(100_000, 20, 20)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        cache = tempfile.TemporaryDirectory(prefix="calcinosis-kb-tests-")
        os.environ["XDG_CACHE_HOME"] = cache.name
        config.add_cleanup(cache.cleanup)


def _in_browser(items: list[pytest.Item]) -> list[pytest.Item]:
    return [item for item in items if "browser" in getattr(item, "fixturenames", ())]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Let every test in a browser be slow, and one of them fail for all where there is none and none can be installed."""
    for item in _in_browser(items):
        item.add_marker(pytest.mark.slow)
    yield
    pages = _in_browser(items)
    if pages and not config.option.collectonly and _chromium() is None:
        config.hook.pytest_deselected(items=pages[1:])
        items[:] = [item for item in items if item not in pages[1:]]


def _chromium() -> str | None:
    from browser import find_or_install

    return find_or_install(Path(os.environ["XDG_CACHE_HOME"]))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from browser import MISSING, started

    program = _chromium()
    if program is None:
        pytest.fail(MISSING, pytrace=False)
    with started(program) as browser:
        yield browser


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="session", autouse=True)
def _one_base_for_commands() -> Iterator[None]:
    """Give the commands that run in this process one knowledge base of this checkout, which no test changes.

    Another folder, an overlay, other engines or another cache are loaded as ever.
    """
    from calcinosis_kb import base
    from calcinosis_kb.documents.checkout import Checkout
    from calcinosis_kb.rules.engine import ENGINES

    loaded, ours, cache = base.load, Checkout.of_package(), os.environ["XDG_CACHE_HOME"]
    shared: list[KnowledgeBase] = []

    def load_once(**given: Any) -> KnowledgeBase:
        usual = {"engines": ENGINES, "knowledge": ours.knowledge, "rules": ours.rules, "overlay": None}
        if {**usual, **given} != usual or os.environ.get("XDG_CACHE_HOME") != cache:
            return loaded(**given)
        if not shared:
            shared.append(loaded(**given))
        return shared[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "load", load_once)
        yield


@pytest.fixture(scope="session")
def seed_file() -> Path:
    return SEED
