"""The container file builds this version, and what it starts has no rights and writes nothing but temporary files."""

from __future__ import annotations

import json
import re
import shlex
import tomllib

import pytest

from calcinosis_kb import __version__
from calcinosis_kb.cli.serve import serve
from strategies import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage: a name in capitals and what follows it, with continued lines as one."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Containerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line.split(maxsplit=1) for line in re.sub(r"\\\n", " ", text).splitlines() if line.strip()]
    found: list[list[tuple[str, str]]] = []
    for name, rest in lines:
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest))
    return found


def last(name: str) -> str:
    """What the image itself says by an instruction."""
    return [rest for one, rest in stages()[-1] if one == name][-1]


def test_the_image_says_which_version_it_is() -> None:
    labels = dict(word.split("=", 1) for word in shlex.split(last("LABEL")))
    told = {name.removeprefix("org.opencontainers.image."): value for name, value in labels.items()}
    project = PYPROJECT["project"]
    assert told == {
        "title": project["name"],
        "description": project["description"],
        "version": __version__,
        "licenses": project["license"],
    }


def test_each_stage_begins_with_a_release_of_one_distribution() -> None:
    images = {stage[0][1].split(" AS ")[0] for stage in stages()}
    assert len(images) == 1
    assert re.fullmatch(r"docker\.io/library/debian:[a-z]+-slim", images.pop())


def test_the_image_has_no_compiler_and_its_user_no_rights() -> None:
    *_, image = stages()
    names = [name for name, _ in image]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last("USER"))
    assert names.index("USER") > max(index for index, name in enumerate(names) if name in ("RUN", "COPY"))
    installed = {word for name, rest in image if name == "RUN" for word in shlex.split(rest)}
    assert not installed & {"gcc", "python3-dev", "sudo", "curl", "pip"}
    written = dict(word.split("=", 1) for word in shlex.split(last("ENV")) if not word.startswith("PATH="))
    assert set(written.values()) == {"/tmp"}


def test_what_it_starts_listens_where_it_is_asked() -> None:
    command = json.loads(last("CMD"))
    assert command[0] == "serve"
    options = dict(zip(command[2::2], command[3::2], strict=True))
    assert options == {"--host": "0.0.0.0", "--port": last("EXPOSE")}
    assert {name.removeprefix("--") for name in options} <= set(serve.__annotations__)
    assert f"http://127.0.0.1:{last('EXPOSE')}/api/v1/" in last("HEALTHCHECK")


@pytest.mark.parametrize(
    "needed", ["src", "pyproject.toml", PYPROJECT["project"]["readme"], *PYPROJECT["project"]["license-files"]]
)
def test_the_build_sees_what_a_wheel_is_made_from(needed: str) -> None:
    forced = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    shown = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    assert {needed, *forced} <= shown
    assert all((ROOT / name).exists() for name in shown)
