"""Every golden case and published case by the name of its file, as a patient file."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.evaluation.golden import read_cases

__all__ = ["CASES", "data_of"]

Json = dict[str, Any]


def _golden() -> dict[str, Json]:
    cases = read_cases(Checkout.of_package().cases)
    return {document.name.rpartition("/")[2].removesuffix(".case.yaml"): case.patient for document, case in cases}


def _published() -> dict[str, Json]:
    folder = Checkout.of_package().knowledge / "cases"
    return {path.stem: parse(read_text(str(path)), path.name).data for path in sorted(folder.rglob("*.yaml"))}


CASES: dict[str, Json] = {**_golden(), **_published()}
"""The patient of each case, in the order of the names: golden cases first."""


def data_of(name: str) -> Json:
    """The patient file of a case, which may be changed."""
    return deepcopy(CASES[name])
