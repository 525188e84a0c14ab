"""Write a synthetic bulk export of FHIR R4: NDJSON as Synthea's exporter makes it, of any number of patients.

What is said of a patient is drawn from the machine-made records in tests/patients/samples: concepts, units, doses and statuses are theirs,
ids, dates and who has what are not. ``python tests/benchmarks/fhir_export.py FOLDER PATIENTS`` writes one.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

__all__ = ["write_export"]

SAMPLES = Path(__file__).parents[1] / "patients" / "samples"

OFTEN = {
    "Encounter": 10,
    "Condition": 7,
    "MedicationRequest": 9,
    "Observation": 16,
    "Procedure": 6,
    "AllergyIntolerance": 1,
}
"""How many resources of a type a patient has, on average: as in the samples, whose oldest patients have ten times as many."""

_YEAR = re.compile(r'"(?:19|20)[0-9]{2}(-[0-9]{2}-[0-9]{2}T)')


def write_export(folder: Path, patients: int, seed: int = 1) -> None:
    """Write one file for each type of resource into a folder."""
    chance = random.Random(seed)
    templates = {kind: [_template(one) for one in found] for kind, found in _samples().items()}
    with ExitStack() as open_files:
        files = {
            kind: open_files.enter_context((folder / f"{kind}.000.ndjson").open("w", encoding="utf-8"))
            for kind in ("Patient", *OFTEN)
        }
        for n in range(patients):
            _write_patient(files, templates, f"{n:08x}-0000-4000-8000-{chance.getrandbits(48):012x}", chance)


def _write_patient(
    files: Mapping[str, IO[str]], templates: dict[str, list[str]], id_: str, chance: random.Random
) -> None:
    born = chance.randint(1930, 2010)
    dead = chance.random() < 0.1
    person: dict[str, Any] = {"resourceType": "Patient", "id": id_, "gender": chance.choice(("female", "male"))}
    person |= {"birthDate": f"{born}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"}
    person |= {"name": [{"use": "official", "family": f"Family{chance.randint(1, 999)}"}]}
    if dead:
        person["deceasedDateTime"] = "2022-11-05T10:00:00-05:00"
    files["Patient"].write(json.dumps(person, separators=(",", ":")) + "\n")
    for kind, often in OFTEN.items():
        for n in range(min(int(chance.expovariate(1 / often)), 10 * often)):
            year = chance.randint(max(born, 1990), 2022)
            line = chance.choice(templates[kind]).replace("@ID@", f"{id_[:-4]}{n:04x}").replace("@PATIENT@", id_)
            files[kind].write(_YEAR.sub(rf'"{year}\1', line) + "\n")


def _template(resource: dict[str, Any]) -> str:
    """A resource as a line with places for its id and its patient, without references to what is not written."""
    kept = {key: value for key, value in resource.items() if key not in ("encounter", "reasonReference", "text")}
    subject = "patient" if "patient" in kept else "subject"
    return json.dumps({**kept, "id": "@ID@", subject: {"reference": "Patient/@PATIENT@"}}, separators=(",", ":"))


def _samples() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for name in ("Asa_Hermiston", "Max_Dicki"):
        bundle = json.loads(gzip.decompress((SAMPLES / f"{name}.json.gz").read_bytes()))
        for entry in bundle["entry"]:
            found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    for path in sorted((SAMPLES / "bulk").iterdir()):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            one = json.loads(line)
            found.setdefault(one.get("resourceType", ""), []).append(one)
    return found


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True)
    write_export(target, int(sys.argv[2]))
