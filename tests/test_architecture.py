"""The house: data flows one way, and a small surface stands at its door."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from strategies import ROOT

SOURCE = ROOT / "src" / "calcinosis_kb"
ORDER = {
    "cache": 0, "characters": 0, "errors": 0, "parallel": 0, "output": 1, "source": 1, "codes": 1, "overlay": 2, "schema": 2,
    "knowledge": 3, "attribution": 4, "graph": 4, "patients": 4, "rules": 4, "advice": 5, "snapshot": 6, "base": 7,
    "golden": 8, "evaluation": 8, "inspection": 8, "maintenance": 9, "checking": 9, "comparison": 9, "report": 9, "cli": 10,
}  # fmt: skip
HEAVY = ("networkx", "ibis", "fastapi", "matplotlib", "ruamel", "curies", "stdnum")


def part(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def test_nothing_imports_downstream() -> None:
    for path in SOURCE.rglob("*.py"):
        if part(path) in ("__init__", "__main__"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("calcinosis_kb."):
                imported = (node.module or "").split(".")[1]
                assert ORDER[imported] <= ORDER[part(path)], f"{path.name} imports {node.module}"


def test_modules_stay_short() -> None:
    long = {p.name: n for p in SOURCE.rglob("*.py") if (n := p.read_text(encoding="utf-8").count("\n")) > 400}
    assert long == {}


def test_an_answer_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['calcinosis-kb', 'suggest', '--disease', 'crest', '--format', 'json']\n"
        "from calcinosis_kb.cli import main\n"
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    run = [sys.executable, "-c", script]
    subprocess.run(run, check=True, capture_output=True)  # the first run may have to build the snapshot
    assert subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip() == "[]"
