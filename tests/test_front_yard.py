"""The files that a visitor meets first are valid, current and true: README, licences, citation, forms, workflows."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import date
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from calcinosis_kb import __version__
from strategies import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("citation-file-format", [ROOT / "CITATION.cff"]),
        ("github-workflows", WORKFLOWS),
        ("github-issue-config", [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"]),
        ("github-issue-forms", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))),
    ],
)
def test_files_that_others_read_fit_their_schema(schema: str, files: list[Path]) -> None:
    assert files
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_citation_agrees_with_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == __version__
    assert citation["authors"] == PROJECT["authors"]
    assert citation["keywords"] == PROJECT["keywords"]
    assert date.fromisoformat(citation["date-released"])
    assert citation["license"] == PROJECT["license"].split(" AND ")


MAY_WRITE = {"release.yml": {"publish"}, "watch.yml": {"issue"}}
"""Jobs that write by their nature: they run nothing but what puts a finished result in its place."""


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_pin_actions_and_only_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    writing = {name for name, job in workflow["jobs"].items() if "write" in str(job.get("permissions"))}
    assert writing <= MAY_WRITE.get(path.name, set())
    assert "concurrency" in workflow
    assert "secrets." not in text
    used = re.findall(r"uses: (.*)", text)
    assert used
    for action in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_workflows_cover_every_supported_python() -> None:
    tested = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
    prefix = "Programming Language :: Python :: "
    assert tested["jobs"]["test"]["strategy"]["matrix"]["python"] == [
        classifier.removeprefix(prefix) for classifier in PROJECT["classifiers"] if classifier.startswith(prefix)
    ]


def test_the_picture_of_the_readme_is_current(tmp_path: Path) -> None:
    """Drawn anew it differs by the hash of the knowledge at most: `calcinosis-kb graph draw` with the words of docs/map.md."""
    drawn = tmp_path / "warfarin.svg"
    command = ["graph", "draw", "--path", "warfarin", "dystrophic_calcinosis", "-o", str(drawn)]
    subprocess.run([sys.executable, "-m", "calcinosis_kb", *command], cwd=ROOT, check=True)
    now, then = (
        re.sub(r"knowledge [0-9a-f]{16}", "", path.read_text("utf-8")) for path in (drawn, ROOT / "docs" / drawn.name)
    )
    assert now == then, "draw docs/warfarin.svg anew, as docs/map.md says"


def licence_table() -> dict[str, dict[str, str]]:
    """The README's licence of every package, per column of its table ('' for the packages that are always installed)."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in README.splitlines() if line.startswith("|")]
    columns = ["" if name == "always" else name.removeprefix("extra `").removesuffix("`") for name in rows[0][1:]]
    table: dict[str, dict[str, str]] = {column: {} for column in columns}
    for licence, *cells in rows[2:]:
        for column, cell in zip(columns, cells, strict=True):
            table[column] |= dict.fromkeys(cell.split(", ") if cell else [], licence.strip("*"))
    return table


def test_licences_are_listed_for_every_dependency() -> None:
    ours = ("test", "docs", "dev", "release", "peers", "fuzz")
    extras = {name: wanted for name, wanted in PROJECT["optional-dependencies"].items() if name not in ours}
    assert {column: set(packages) for column, packages in licence_table().items()} == {
        column: {Requirement(line).name for line in lines}
        for column, lines in {"": PROJECT["dependencies"], **extras}.items()
    }


ABBREVIATIONS = {
    "Apache-2.0": r"Apache-2\.0|Apache Software License",
    "BSD": r"BSD",
    "GPL": r"(?<!Lesser )\bGeneral Public License|\bGPL-[23]",
    "LGPL": r"LGPL|Lesser General Public",
    "MIT": r"\bMIT\b(?!-)|Permission is hereby granted, free of charge",
    "MIT-CMU": r"MIT-CMU|HPND",
    "PSF": r"PSF|Python Software Foundation",
}


def stated_licence(package: str) -> str:
    """The names of its licence in the metadata of an installed package; of a whole text the first line."""
    stated = metadata(package)
    classifiers = [line for line in stated.get_all("Classifier") or [] if line.startswith("License")]
    return "\n".join(
        [*(stated[key].partition("\n")[0] for key in ("License-Expression", "License") if key in stated), *classifiers]
    ).strip()


INSTALLED_LATE = {
    one.name for extra in ("postgres", "spark") for one in map(Requirement, PROJECT["optional-dependencies"][extra])
} | {"pyspark", "psycopg"}
"""What the slow tests alone need is installed before them."""


@pytest.mark.parametrize(
    ("package", "licence"),
    [
        pytest.param(
            package, licence, marks=[pytest.mark.slow] if package in INSTALLED_LATE - {"ibis-framework"} else []
        )
        for package, licence in sorted({pair for packages in licence_table().values() for pair in packages.items()})
    ],
)
def test_a_licence_is_the_one_that_the_package_states(package: str, licence: str) -> None:
    requirements = map(Requirement, PROJECT["dependencies"])
    if any(one.name == package and one.marker and not one.marker.evaluate() for one in requirements):
        return  # pyproject leaves it out on this Python, so no metadata can be compared
    stated = stated_licence(package)
    assert not stated or re.search(ABBREVIATIONS[licence], stated), stated


def required(packages: set[str]) -> set[str]:
    """Every installed package that these pull in, by normal name."""
    found: set[str] = set()
    waiting = list(packages)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        try:
            wanted = [Requirement(line) for line in distribution(name).requires or []]
        except PackageNotFoundError:
            continue
        found.add(name)
        waiting += [one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


def test_no_package_is_under_the_gpl_but_those_that_the_table_names() -> None:
    table = licence_table()
    found = {
        column: {name for name in required(set(packages)) if re.search(ABBREVIATIONS["GPL"], stated_licence(name))}
        for column, packages in table.items()
    }
    assert found == {
        column: {name for name, licence in packages.items() if licence == "GPL"} for column, packages in table.items()
    }


def test_the_layers_of_the_architecture_page_are_those_of_the_contract() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = page.partition("```text\n")[2].partition("```")[0]
    drawn = [re.split(r"  +", line)[0] for line in picture.splitlines() if line != " ↓"]
    assert drawn == pyproject["tool"]["importlinter"]["contracts"][0]["layers"]


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_paths_that_a_page_names_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:[\w.]+/)+[\w.]*|[\w/]+\.(?:py|yaml|toml|md))`", text))
    assert paths
    for path in paths:
        assert (ROOT / path).exists() or (ROOT / "src" / "calcinosis_kb" / path).exists(), path
