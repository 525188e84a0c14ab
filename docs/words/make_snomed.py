"""Makes knowledge/words/snomed.tsv, the words for codes of SNOMED CT, from two public lists; a maintainer runs it by hand.

    python docs/words/make_snomed.py --phenotypes PhenotypeLibrary/inst/cohorts --diseases HumanDiseaseOntology/DOreports/allXREFinDO.tsv

A code is taken if the name beside it is understood as a whole: the list gives the word of this project, and what the word means is
said elsewhere. A code whose name is not understood is not in the list, and neither are those of terms.yaml.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from calcinosis_kb import load
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.spelling import normalise

OUT = Path(__file__).parents[2] / "knowledge/words/snomed.tsv"
HEAD = """\
# Words for codes of SNOMED CT, sorted by code point; made by docs/words/make_snomed.py, not by hand: a correction goes there.
# Fields, parted by a tab: code, a word of terms.yaml or conditions.tsv in normal form.
# Sources: OHDSI/PhenotypeLibrary, inst/cohorts, commit 40106e4 (Apache-2.0), concepts of the domains Condition and Observation; Human
# Disease Ontology, DOreports/allXREFinDO.tsv, commit 9fbefd6 (CC0 1.0), where the first has no name. Codes of SNOMED CT are of SNOMED
# International: who uses them in a product needs its affiliate licence, free in member countries (https://www.snomed.org/get-snomed).
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phenotypes", type=Path, required=True, help="the folder of cohort definitions")
    parser.add_argument("--diseases", type=Path, required=True, help="the cross-references of the disease ontology")
    given = parser.parse_args()
    names = load(engines=("reference",)).names
    named = dict(diseases(given.diseases)) | dict(phenotypes(given.phenotypes))
    lines = [f"{code}\t{word}\n" for code, name in sorted(named.items()) if (word := known(names, code, name))]
    OUT.write_text(HEAD + "".join(lines), encoding="utf-8", newline="\n")


def phenotypes(folder: Path) -> Iterator[tuple[str, str]]:
    """The codes of conditions in cohort definitions, each with its most frequent name."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for file in sorted(folder.glob("*.json")):
        for concept in _concepts(json.loads(file.read_text(encoding="utf-8"))):
            if concept.get("VOCABULARY_ID") == "SNOMED" and concept.get("DOMAIN_ID") in ("Condition", "Observation"):
                found[concept["CONCEPT_CODE"]][concept["CONCEPT_NAME"]] += 1
    yield from ((code, counted.most_common(1)[0][0]) for code, counted in found.items())


def _concepts(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        if "CONCEPT_CODE" in data:
            yield data
        data = list(data.values())
    if isinstance(data, list):
        for one in data:
            yield from _concepts(one)


def diseases(file: Path) -> Iterator[tuple[str, str]]:
    """The codes that the disease ontology gives for its diseases."""
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream, delimiter="\t"):
            system, _, code = row[2].partition(":") if len(row) == len(("id", "label", "xref")) else ("", "", "")
            if system.startswith("SNOMEDCT"):
                yield code, row[1]


def known(names: Names, code: str, name: str) -> str | None:
    """The word for a code, if its name is understood as a whole and the code is not in the vocabulary itself."""
    word = normalise(name)
    own = names.coded_conditions("snomed", code)
    return None if own or not all(reading.understood for reading in names.conditions.known(word)) else word


if __name__ == "__main__":
    main()
