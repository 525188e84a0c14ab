"""Prints the groups of ATC that hold nothing that a rule reads, for ``recognised`` in knowledge/terms.yaml; run by hand.

    python docs/words/atc_groups.py "WHO ATC-DDD 2026-04-25.csv"

The index of the WHO Collaborating Centre for Drug Statistics Methodology, as in fabkury/atcd. A group is printed if no substance in it
is ours or in a class of ours, at least two are known to be neither, and at most as many are not known by name (mixtures). Groups of
vaccines, and of what acts where it is applied, are left out.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path

from calcinosis_kb import load
from calcinosis_kb.knowledge.drugnames import SUBSTANCE, DrugNames
from calcinosis_kb.patients.fhir.forms import acts_locally

VACCINES = "J07"
ANYTHING = "unspecified_medical_treatment"


def kind(name: str, drugs: DrugNames) -> str:
    """Whether a substance is ours or in a class of ours, is neither, or is not known."""
    readings = drugs.known(name)
    if not all(reading.understood for reading in readings):
        return "unknown"
    ids = {
        id_
        for reading in readings
        for match in reading.matches
        for id_ in ((match.id,) if match.kind != "other" else match.classes)
    }
    ids.update(id_ for reading in readings for id_ in reading.may_be)
    return "ours" if ids - {ANYTHING} else "neither"


def main() -> None:
    drugs = load().names.drugs
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
        names = {row["atc_code"]: row["atc_name"] for row in csv.DictReader(file)}
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for code, name in names.items():
        if len(code) == SUBSTANCE:
            for length in (3, 4, 5):
                groups[code[:length]][kind(name, drugs)] += 1
    free = {
        group
        for group, found in groups.items()
        if not found["ours"]
        and found["neither"] >= max(2, found["unknown"])
        and not acts_locally(group)
        and not group.startswith(VACCINES)
    }
    print(
        ", ".join(
            sorted(group for group in free if not any(group.startswith(wider) and group != wider for wider in free))
        )
    )


if __name__ == "__main__":
    main()
