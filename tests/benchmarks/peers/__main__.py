"""Compare our engines with others, and write docs/peers.md, docs/peers.svg and docs/studies/peers.json.

``cd tests``, then ``python -m benchmarks.peers``; docs/peers.md says what has to be installed. It takes some minutes, and ends with exit
code 1 and what differs if two engines do not fire the same, or with 2 if something has to be installed first.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter

import msgspec

from benchmarks.peers.conditions import conditions, missing
from benchmarks.peers.measurement import Difference, measure
from benchmarks.peers.page import Run, with_figures
from benchmarks.peers.plot import draw
from calcinosis_kb import load

__all__: list[str] = []

DOCS = Path(__file__).parents[3] / "docs"


def main() -> int:
    started = perf_counter()

    def tell(step: str) -> None:
        print(f"{perf_counter() - started:5.0f} s  {step}", file=sys.stderr, flush=True)

    if lacking := missing():
        print(f"missing: {'; '.join(lacking)}. See docs/peers.md.", file=sys.stderr)
        return 2
    found = conditions()
    with tempfile.TemporaryDirectory() as folder:
        try:
            run = Run(found, measure(load(), Path(folder), tell))
        except Difference as difference:
            print(difference, file=sys.stderr)
            return 1
    kept = msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n"
    (DOCS / "studies" / "peers.json").write_bytes(kept)
    (DOCS / "peers.svg").write_bytes(draw(run.figures))
    page = DOCS / "peers.md"
    page.write_text(with_figures(page.read_text(encoding="utf-8"), run), encoding="utf-8")
    tell("wrote docs/peers.md, docs/peers.svg and docs/studies/peers.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
