"""The conditions of a run: the machine, its load, and the version of everything that takes part."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import msgspec

from benchmarks.peers.peers import HERE, NODE, PEERS
from calcinosis_kb._version import __version__

__all__ = ["Conditions", "conditions", "missing"]


class Conditions(msgspec.Struct, frozen=True):
    """Where a run took place. ``load``: the mean number of waiting processes in the minute before it began."""

    processor: str
    processors: int
    memory: str
    system: str
    load: float
    versions: dict[str, str]


def missing() -> list[str]:
    """Return what has to be installed before engines can be compared."""
    there = {
        "pip install -e '.[dev,peers]'": all(map(find_spec, ("clips", "zen"))),
        "Node.js 20 or later": shutil.which(NODE) is not None,
        "npm ci in tests/benchmarks/peers": (HERE / "node_modules").is_dir(),
        "Linux, whose /proc tells memory and times": Path("/proc/self/status").is_file(),
    }
    return [what for what, found in there.items() if not found]


def conditions() -> Conditions:
    """Return the conditions of this moment on this machine, which runs Linux."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next(line.partition(":")[2].strip() for line in cpu.splitlines() if line.startswith("model name"))
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Conditions(
        processor=model,
        processors=os.cpu_count() or 1,
        memory=f"{pages / 2**30:.0f} GiB",
        system=f"{platform.system()} {platform.release()}",
        load=round(os.getloadavg()[0], 2),
        versions={
            "Python": platform.python_version(),
            "Node.js": subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout.strip(),
            **{peer.package: _version(peer.package) for peer in PEERS},
        },
    )


def _version(package: str) -> str:
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked = lock.get(f"node_modules/{package}")
    if package == "calcinosis-kb":  # an older installation may point to this checkout
        return __version__
    return str(locked["version"]) if locked else version(package)
