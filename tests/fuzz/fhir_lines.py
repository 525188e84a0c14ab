"""Target: bytes as NDJSON of FHIR, a resource in each line, packed or not."""

from __future__ import annotations

import gzip
import json

from calcinosis_kb.patients.fhir.files import File
from fuzz.fhir_bundle import SAMPLES, read_all, resources

__all__ = ["examine", "seeds"]


def seeds() -> list[bytes]:
    """Some lines of each file of an export, and some resources of each sample."""
    lines = [
        b"".join(gzip.decompress(one.read_bytes()).splitlines(keepends=True)[:2])
        for one in sorted((SAMPLES / "bulk").iterdir())
    ]
    samples = (json.loads(gzip.decompress(one.read_bytes())) for one in sorted(SAMPLES.glob("*.json.gz")))
    whole = ["\n".join(json.dumps(one) for one in resources(sample))[:15_000].encode() for sample in samples]
    small = b'{"resourceType":"Patient","id":"a"}\n\n{"resourceType":"Condition","subject":{"reference":"Patient/b"},"code":{"text":"x"}}\n'
    return [
        *(line for line in lines if len(line) < 15_000),
        *whole,
        small,
        gzip.compress(small, mtime=0),
        small.replace(b"\n", b"\r\n"),
    ]


def examine(data: bytes) -> None:
    """Any lines are read or refused; every line is in one account."""
    read_all([File("export.ndjson", data)])
