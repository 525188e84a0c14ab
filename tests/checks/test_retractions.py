"""Look up sources in a Retraction Watch CSV. Every row is invented, in the format of Crossref's file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb.checks.retractions import Consulted, check_retractions
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.knowledge.citations import normal_doi, normal_pmid
from calcinosis_kb.knowledge.loader import Loaded, load_knowledge
from strategies import ROOT

HEADER = (
    "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,RetractionDate,RetractionDOI,"
    "RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes,"
)

Check = Callable[..., tuple[Consulted, list[Problem]]]


def row(
    doi: str = "unavailable",
    pmid: str = "0",
    nature: str = "Retraction",
    date: str = "3/9/2021 0:00",
    record: str = "1",
) -> str:
    fields = [record, "A title, with\na line break", "", "", "", "", "", "Åse B;C D", "", "Research Article;", date, "10.9999/notice",
              "0", "1/1/2001 0:00", doi, pmid, nature, "+Error in Data;+Paper Mill;", "No", "", ""]  # fmt: skip
    stream = io.StringIO()
    csv.writer(stream).writerow(fields)
    return stream.getvalue().rstrip("\r\n")


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load_knowledge(ROOT / "knowledge")


@pytest.fixture
def check(loaded: Loaded, tmp_path: Path) -> Check:
    def run(*rows: str, encoding: str = "utf-8") -> tuple[Consulted, list[Problem]]:
        file = tmp_path / "retraction_watch.csv"
        file.write_bytes("\n".join([HEADER, *rows, ""]).encode(encoding))
        return check_retractions(loaded, file)

    return run


@pytest.fixture(scope="module")
def cited(loaded: Loaded) -> dict[str, tuple[str, str, str]]:
    """A study, a guideline and a reference with a DOI: its id, the DOI, and where the DOI stands, by the file's text."""
    known = loaded.knowledge
    dois = {
        "studies": {id_: study.citation.doi for id_, study in known.studies.items()},
        "guidelines": {id_: guideline.citation.doi for id_, guideline in known.guidelines.items()},
        "references": {id_: reference.doi for id_, reference in known.references.items()},
    }
    found: dict[str, tuple[str, str, str]] = {}
    for kind, entries in dois.items():
        for path in sorted((ROOT / "knowledge" / kind).glob("*.yaml")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                key, _, value = line.strip().partition("doi: ")
                doi = value.strip("'")
                ids = [id_ for id_, known_doi in entries.items() if known_doi == doi]
                if not key and len(ids) == 1 and kind not in found:
                    column = line.index("doi: ") + len("doi: ") + 1
                    found[kind] = (ids[0], doi, f"knowledge/{kind}/{path.name}:{number}:{column}")
    return found


@pytest.mark.parametrize("kind", ["studies", "guidelines", "references"])
def test_a_retraction_stops_at_the_line_of_the_doi(
    check: Check, cited: dict[str, tuple[str, str, str]], kind: str
) -> None:
    id_, doi, place = cited[kind]
    consulted, problems = check(row("10.9999/another"), row(f"https://doi.org/{doi.upper()}", record="77"))
    assert [(p.code, p.severity, str(p.place)) for p in problems if f"'{id_}'" in p.message] == [
        ("CKB065", "error", place)
    ]
    assert "record 77" in problems[0].message
    assert "2021-03-09" in problems[0].message
    assert "Error in Data; Paper Mill" in problems[0].message
    assert (consulted.rows, consulted.unreadable, str(consulted.newest)) == (2, 0, "2021-03-09")


def test_a_pmid_is_enough(check: Check, loaded: Loaded) -> None:
    id_, pmid = next((i, s.citation.pmid) for i, s in sorted(loaded.knowledge.studies.items()) if s.citation.pmid)
    _, problems = check(row("10.9999/another", pmid))
    assert any(p.code == "CKB065" and f"'{id_}'" in p.message and "10.9999/another" in p.message for p in problems)


def test_what_is_no_identifier_never_matches(check: Check) -> None:
    consulted, problems = check(
        row("unavailable", "0"), row("Unavailable", ""), row("", "0"), row("n/a", "unavailable")
    )
    assert (problems, consulted.rows, consulted.notes) == ([], 4, ())
    assert consulted.unidentified > 0
    assert f"{consulted.unidentified} have neither" in str(consulted)


STUDY = "studies"


@pytest.mark.parametrize(
    ("notices", "codes", "notes"),
    [
        ([("Retraction", "1/2/2020 0:00"), ("Reinstatement", "1/3/2020 0:00")], [], 2),
        ([("Retraction", "2020-01-02"), ("Reinstatement", "1/2/2020 0:00")], [], 2),
        ([("Reinstatement", "1/3/2020 0:00"), ("Retraction", "1/4/2020 0:00")], ["CKB065"], 1),
        ([("Retraction", ""), ("Reinstatement", "1/3/2020 0:00")], ["CKB065"], 1),
        ([("Retraction", "1/2/2020 0:00"), ("Reinstatement", "")], ["CKB065"], 1),
        ([("Expression of concern", "1/2/2020 0:00")], ["CKB066"], 0),
        ([("Expression of Concern", "1/2/2020 0:00"), ("Retraction", "1/3/2020 0:00")], ["CKB066", "CKB065"], 0),
        ([("Correction", "1/2/2020 0:00")], [], 1),
        ([("Mystery", "1/2/2020 0:00")], ["CKB067"], 0),
        ([("Retraction", "13/45/2020 0:00")], ["CKB065"], 0),
    ],
)
def test_each_kind_of_notice(
    check: Check, cited: dict[str, tuple[str, str, str]], notices: list[tuple[str, str]], codes: list[str], notes: int
) -> None:
    id_, doi, _ = cited[STUDY]
    consulted, problems = check(*(row(doi, "0", nature, date, str(n)) for n, (nature, date) in enumerate(notices)))
    told = [problem for problem in problems if f"'{id_}'" in problem.message]
    assert sorted(problem.code for problem in told) == sorted(codes)
    assert {problem.severity for problem in told if problem.code != "CKB065"} <= {"warning"}
    assert len([note for note in consulted.notes if note.startswith(f"{id_}: ")]) == notes


def test_rows_that_cannot_be_read_are_counted_and_searched(
    check: Check, cited: dict[str, tuple[str, str, str]]
) -> None:
    _, doi, _ = cited[STUDY]
    _, other, _ = cited["guidelines"]
    unclosed = f'5,"a quote that is never closed, {other},' + "x" * 200_000
    consulted, problems = check("1,2,3", f"9,too few,{doi}", row(), unclosed, row(record="6"))
    assert consulted.rows - consulted.unreadable >= 1
    assert consulted.unreadable >= 3
    assert f"{consulted.unreadable} of its rows could not be read" in str(consulted)
    assert {problem.code for problem in problems} == {"CKB067"}
    assert {doi, other} <= {normal for p in problems if (normal := _doi_at(p))}


def _doi_at(problem: Problem) -> str:
    assert problem.place is not None
    line = (ROOT / problem.place.file).read_text(encoding="utf-8").splitlines()[problem.place.line - 1]
    return line.partition("doi: ")[2].strip("'")


def test_two_encodings_and_a_byte_order_mark(
    loaded: Loaded, cited: dict[str, tuple[str, str, str]], tmp_path: Path
) -> None:
    _, doi, _ = cited[STUDY]
    file = tmp_path / "mixed.csv"
    lines = [row().encode("latin-1"), row(doi).encode("utf-8")]
    file.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join([HEADER.encode(), *lines]))
    consulted, problems = check_retractions(loaded, file)
    assert (consulted.rows, consulted.unreadable) == (2, 0)
    assert {problem.code for problem in problems} == {"CKB065"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "CKB003"),
        (HEADER.encode() + b"\n", "CKB068"),
        (b"doi,journal\n10.1234/x,J\n", "CKB068"),
        (HEADER.replace("RetractionNature,", "").encode() + b"\n1,2\n", "CKB068"),
        (b"\x00\x01\xff\xfe" * 50_000, "CKB068"),
        (HEADER.replace(",", ";").encode(), "CKB068"),
        (b'"' + b"x" * 300_000, "CKB068"),
    ],
)
def test_another_file_is_refused(loaded: Loaded, tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        check_retractions(loaded, file)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_no_file_and_a_folder(loaded: Loaded, tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.csv", "CKB001"), (tmp_path, "CKB002")):
        with pytest.raises(InputError) as caught:
            check_retractions(loaded, path)
        assert caught.value.problems[0].code == code


def test_how_far_it_has_come_is_told(loaded: Loaded, tmp_path: Path) -> None:
    file = tmp_path / "rw.csv"
    file.write_text("\n".join([HEADER, *(row(record=str(n)) for n in range(500))]), encoding="utf-8")
    told: list[str] = []
    check_retractions(loaded, file, told.append)
    percents = [int(text.split()[-2]) for text in told]
    assert percents == sorted(set(percents))
    assert percents[-1] == 100


@given(st.binary(max_size=400))
def test_no_bytes_end_in_a_traceback(loaded: Loaded, tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(HEADER.encode() + b"\n" + content)
    try:
        consulted, _ = check_retractions(loaded, file)
    except InputError as error:
        assert error.problems[0].code == "CKB068"
    else:
        assert 0 <= consulted.unreadable <= consulted.rows


@given(st.from_regex(r"10\.[0-9]{4}/[a-z0-9.()-]{1,20}", fullmatch=True))
def test_a_doi_is_the_same_however_it_is_written(doi: str) -> None:
    for written in (
        doi,
        doi.upper(),
        f" https://doi.org/{doi}",
        f"http://dx.doi.org/{doi}",
        f"doi:{doi}",
        f"DOI: {doi.upper()}",
    ):
        assert normal_doi(written) == doi


@given(st.integers(1, 99_999_999))
def test_a_pmid_is_the_same_with_zeros_in_front(pmid: int) -> None:
    assert normal_pmid(f" {pmid:08d}") == normal_pmid(str(pmid)) == str(pmid)
