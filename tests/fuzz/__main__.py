"""Fuzz one target, guided by coverage: ``python -m fuzz TARGET [options of libFuzzer] [folder that keeps what is found]``.

Names of files instead of a folder are run once each, which repeats a finding.
"""

from __future__ import annotations

import sys
import tempfile
from hashlib import sha256
from importlib import import_module
from pathlib import Path

__all__ = ["TARGETS", "main"]

TARGETS = (
    "fhir_bundle", "fhir_lines", "hook_request", "omop_cells", "patient_file", "rule_file", "typed_words", "yaml_text",
)  # fmt: skip
"""The modules beside this one that examine an input."""

LIMITS = ("-timeout=120", "-rss_limit_mb=2048", "-max_len=20000")
"""Seconds, memory and bytes of one input. What a target itself checks is narrower."""


def main() -> None:
    """Run the target of the first argument; libFuzzer ends the process."""
    name, *given = sys.argv[1:] or [""]
    if name not in TARGETS:
        sys.exit(f"usage: python -m fuzz TARGET [options of libFuzzer] [folder]; targets: {', '.join(TARGETS)}")
    import atheris

    # All through the run: the package imports much of itself only when it is needed.
    with atheris.instrument_imports(include=["calcinosis_kb"]), tempfile.TemporaryDirectory() as work:
        target = import_module(f"fuzz.{name}")
        options = [*LIMITS, *given]
        if not any(Path(one).is_file() for one in given):
            options += _seeds(target.seeds(), Path(work))
        changed = {"custom_mutator": target.mutate} if hasattr(target, "mutate") else {}
        atheris.Setup([sys.argv[0], *options], target.examine, **changed)
        atheris.Fuzz()


def _seeds(seeds: list[bytes], work: Path) -> list[str]:
    from fuzz.dictionary import words

    folder, dictionary = work / "seeds", work / "words.dict"
    folder.mkdir()
    for seed in seeds:
        (folder / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words())
    dictionary.write_text("".join(f'"{word}"\n' for word in escaped), "ascii")
    return [f"-dict={dictionary}", str(folder)]


if __name__ == "__main__":
    main()
