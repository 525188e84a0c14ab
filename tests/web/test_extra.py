"""The extra ``web`` installs all that the pages need, the map's layout among it."""

from __future__ import annotations

import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement

from calcinosis_kb.cli.serve import LIBRARIES
from calcinosis_kb.map.files import LAYOUT
from strategies import ROOT


@pytest.mark.parametrize("library", [*LIBRARIES, *LAYOUT, "jwt"])
def test_a_library_of_the_server_comes_with_the_extra(library: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed = {Requirement(line).name for line in project["optional-dependencies"]["web"]}
    names = {name.casefold() for name in packages_distributions()[library]}
    assert names & installed
