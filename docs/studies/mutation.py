"""Mutation testing: change the code in one small place at a time, and see whether a test notices (docs/reliability.md).

    pip install -e '.[test]' coverage libcst mutmut
    python docs/studies/mutation.py build/mutants src/calcinosis_kb/advice --tests tests/advice --share 0.1

The changes are those of mutmut. It puts all of them into one file and so leaves out what is decorated or runs at import:
properties, models, tables. Here each is a module of its own, which a forked process imports in place of the file. It runs the
tests that run the changed statement, the fastest first. Interrupted, it goes on where it was; asked again, it runs what has
survived and what is new.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import coverage
import pytest
from rich.progress import track

from mutants import ROOT, Mutant, mutants

SECONDS = 20.0
"""The tests of one change take at most this long together: the slowest are left out."""

ARGUMENTS = ("-n", "0", "-x", "--assert", "plain", "-p", "no:cacheprovider", "--rootdir", str(ROOT))


class _Recorder:
    """Which tests run which line, and how long they take. What runs at import or for all tests has the context ""."""

    def __init__(self, files: Sequence[Path], cache: Path) -> None:
        self.files, self.cache = [str(path) for path in files], cache
        self.coverage = coverage.Coverage(data_file=None, include=self.files)
        self.seconds: dict[str, float] = {}
        self.failed = ""
        self.coverage.start()

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        os.environ["XDG_CACHE_HOME"] = str(self.cache)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.coverage.switch_context(item.nodeid)
        self.seconds[item.nodeid] = -time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] += time.process_time()
            self.coverage.switch_context("")

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Generator[None, object, object]:
        if fixturedef.scope == "function":
            return (yield)
        item, begun = request._pyfuncitem, time.process_time()
        self.coverage.switch_context("")
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] -= time.process_time() - begun
            self.coverage.switch_context(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid

    def record(self) -> dict[str, Any]:
        self.coverage.stop()
        data = self.coverage.get_data()
        lines = {str(Path(file).relative_to(ROOT)): data.contexts_by_lineno(file) for file in self.files}
        return {"seconds": self.seconds, "lines": lines, "libraries": _libraries()}


def _libraries() -> list[str]:
    """What the tests import of libraries: a process that has imported it all forks into ones that need not."""
    files = {name: getattr(module, "__file__", None) or "" for name, module in list(sys.modules.items())}
    return sorted(name for name, file in files.items() if "site-packages" in file)


class _Asked:
    """Runs tests in an order, and tells the first that fails."""

    def __init__(self, tests: Sequence[str], cache: Path | None) -> None:
        self.order, self.cache = {test: number for number, test in enumerate(tests)}, cache
        self.failed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        if self.cache:
            os.environ["XDG_CACHE_HOME"] = str(self.cache)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.order[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


def _forked(work: Callable[[], Any], seconds: float = 0) -> Any:
    """What a function returns in a forked process, or None where it takes too much of the processor."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        if seconds:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
        silent = io.StringIO()
        with os.fdopen(writing, "w", encoding="utf-8") as told, redirect_stdout(silent), redirect_stderr(silent):
            try:
                json.dump(work(), told)
            except BaseException:
                traceback.print_exc(file=sys.__stderr__)
                os._exit(1)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        answer = told.read()
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) in (-signal.SIGXCPU, -signal.SIGKILL):
        return None
    return json.loads(answer)


def _record(files: Sequence[Path], tests: Sequence[str], cache: Path) -> Any:
    """Run the tests once without a change."""

    def work() -> dict[str, Any]:
        recorder = _Recorder(files, cache)
        code = pytest.main([*ARGUMENTS, *tests], plugins=[recorder])
        return {"failed": recorder.failed or str(code)} if code else recorder.record()

    return _forked(work)


def _tests_of(mutant: Mutant, record: dict[str, Any]) -> list[str]:
    """The tests to ask about a change, as many as there is time for; none where nothing runs it.

    First those that run it, then the others, since what one test made may be kept for all that follow; of both first those of the
    module, and then the fastest.
    """
    lines, seconds, own = record["lines"][mutant.path], record["seconds"], f"{Path(mutant.path).stem}.py"
    contexts = {context for line in mutant.statement for context in lines.get(str(line), ())}
    chosen, left = [], SECONDS if contexts or mutant.at_import else 0.0
    for name in sorted(seconds, key=lambda name: (name not in contexts, own not in name, seconds[name], name)):
        left -= seconds[name]
        if left < 0:
            break
        chosen.append(name)
    return chosen


def _ask(mutant: Mutant, record: dict[str, Any], cache: Path) -> dict[str, Any]:
    """Whether a test notices a change, and which."""
    tests = _tests_of(mutant, record)
    told = {"id": mutant.id, "path": mutant.path, "line": mutant.line, "change": mutant.change}
    if not tests:
        return {**told, "result": "survived", "by": "no test runs it"}
    # What loading runs must be run again by the changed code; anything else may read the snapshot of what was loaded.
    lines = record["lines"][mutant.path]
    loads = any("" in lines.get(str(line), ()) for line in mutant.statement) and not mutant.path.startswith(ABOVE)

    def work() -> dict[str, str]:
        get_code = SourceFileLoader.get_code

        def changed(self: SourceFileLoader, fullname: str) -> CodeType | None:
            if self.path == str(ROOT / mutant.path):
                return compile(mutant.source, self.path, "exec", dont_inherit=True)
            return get_code(self, fullname)

        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(SourceFileLoader, "get_code", changed)
            own = None if loads else Path(shutil.copytree(cache, Path(folder) / "cache"))
            asked = _Asked(tests, own)
            code = pytest.main([*ARGUMENTS, *tests], plugins=[asked])
        return {"result": "killed" if code else "survived", "by": asked.failed or ("import" if code else "")}

    begun = time.monotonic()
    answer = _forked(work, 60 + 3 * SECONDS) or {"result": "killed", "by": "time"}
    return {**told, **answer, "tests": len(tests), "seconds": round(time.monotonic() - begun, 1)}


ABOVE = tuple(f"src/calcinosis_kb/{package}/" for package in ("advice", "cohort", "evaluation", "report", "web"))
"""Packages that loading does not use."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="a folder; remove it to begin anew")
    parser.add_argument("code", type=Path, nargs="+", help="files and folders to change")
    parser.add_argument("--tests", nargs="+", required=True, help="files and folders of tests")
    parser.add_argument("--share", type=float, default=1.0, help="of the changes of each file (default: 1, all)")
    parser.add_argument("--draw", default="", help="any word: another one draws another share")
    given = parser.parse_args()
    files = sorted(path.resolve() for code in given.code for path in ([code] if code.is_file() else code.rglob("*.py")))
    of_file = {str(path.relative_to(ROOT)): mutants(path, given.share, given.draw) for path in files}
    chosen = [mutant for made, _ in of_file.values() for mutant in made]
    given.results.mkdir(parents=True, exist_ok=True)
    cache, asked, known = given.results / "cache", given.results / "mutants.jsonl", given.results / "tests.json"
    if not known.exists():
        known.write_text(json.dumps(_record(files, given.tests, cache.resolve())), encoding="utf-8")
    record = json.loads(known.read_text(encoding="utf-8"))
    if "failed" in record:
        known.unlink()
        sys.exit(f"Without any change, this fails: {record['failed']}")
    for name in record["libraries"]:
        with suppress(Exception):
            importlib.import_module(name)
    results = {}
    if asked.exists():
        results = {one["id"]: one for one in map(json.loads, asked.read_text(encoding="utf-8").splitlines())}
    with asked.open("a", encoding="utf-8") as file:
        for mutant in track(chosen, "Asking the tests"):
            if results.get(mutant.id, {}).get("result") != "killed":
                results[mutant.id] = _ask(mutant, record, cache)
                print(json.dumps(results[mutant.id], ensure_ascii=False), file=file, flush=True)
    _tell([results[mutant.id] for mutant in chosen], Counter({name: number for name, (_, number) in of_file.items()}))


def _tell(results: Sequence[dict[str, Any]], all_: Counter[str]) -> None:
    from calcinosis_kb.knowledge.grading import wilson

    asked, killed = (
        Counter(one["path"] for one in results if one["result"] in kinds)
        for kinds in ({"killed", "survived"}, {"killed"})
    )
    for name in sorted(all_):
        print(f"| {name} | {all_[name]} | {asked[name]} | {killed[name]} |")
    low, high = wilson(killed.total(), asked.total())
    share = f"{killed.total() / asked.total():.1%}, {low:.1%} to {high:.1%}"
    print(f"| together | {all_.total()} | {asked.total()} | {killed.total()}: {share} |")
    for one in results:
        if one["result"] == "survived":
            print(f"{one['path']}:{one['line']}: {one['by']}\n{one['change']}")


if __name__ == "__main__":
    main()
