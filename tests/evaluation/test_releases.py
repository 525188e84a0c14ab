"""Two releases are compared by what the code of each answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.errors import InputError
from calcinosis_kb.evaluation.releases import Release, ask_release, compare_releases, patients
from calcinosis_kb.evaluation.revisions import DATA, extract
from calcinosis_kb.report.releases import ReleaseReport
from calcinosis_kb.report.render import as_markdown
from strategies import ROOT

FIRST_RELEASE = "09ab3a9"
ASKED = {
    name: patient
    for name, patient in patients(ROOT / "tests" / "cases", ROOT / "knowledge" / "cases").items()
    if Path(name).name in {"seed-patient.case.yaml", "nunes-2019-1.yaml", "all-against-cinacalcet.case.yaml"}
}


def asked(name: str, root: Path, work: Path) -> Release:
    work.mkdir()
    return ask_release(name, root, ASKED, work, progress=lambda _: None)


@pytest.mark.slow
def test_releases_differ_by_what_each_answers_itself(tmp_path: Path, kb: KnowledgeBase) -> None:
    assert len(ASKED) == 3
    old = asked(FIRST_RELEASE, extract(ROOT, FIRST_RELEASE, tmp_path / "tree", ("src", *DATA)), tmp_path / "old")
    new = asked("now", ROOT, tmp_path / "new")
    assert (old.version, new.knowledge, new.rules) == ("0.1.0", kb.knowledge.hash, kb.rules.hash)
    for case, patient in ASKED.items():
        judged = {one.therapy.id: (one.verdict, one.listed, one.rank) for one in kb.advise(patient).judged}
        told = new.answers[case]
        assert told is not None
        assert {therapy: (one.verdict, one.listed, one.rank) for therapy, one in told.items()} == judged
    found = compare_releases(old, new)
    assert found.both
    assert all(change.before != change.after for change in found.changes)
    assert {change.kind for change in found.changes if change.therapy not in old.names} == {"added"}
    report = ReleaseReport(found)
    assert len(report.table().rows) == len(old.names.keys() & new.names.keys())
    assert as_markdown(report.blocks()).startswith(f"# Which answers changed: 0.1.0 → {new.version}")
    assert not compare_releases(new, new).changes


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nowhere_to_be_found", "No module named 'nowhere_to_be_found'"),
        ("class CalcinosisError(Exception): ...\ndef load(**_): raise SystemExit(0)", "it ended early"),
        (
            "class CalcinosisError(Exception): ...\ndef load(**_): print('Loading')",
            "it prints 'Loading' among its answers",
        ),
    ],
)
def test_a_release_that_does_not_run_here_is_told(tmp_path: Path, code: str, said: str) -> None:
    package = tmp_path / "tree" / "src" / "calcinosis_kb"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(code)
    with pytest.raises(InputError, match="CKB125") as refused:
        asked("old", tmp_path / "tree", tmp_path / "work")
    assert said in str(refused.value)
