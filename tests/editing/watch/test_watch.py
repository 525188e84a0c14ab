"""The watch against a server that answers as the services do: what is new, once, whatever happens on the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.editing.fmt import rewrite
from calcinosis_kb.editing.new import NewFile
from calcinosis_kb.editing.watch.run import Watch, Watched
from calcinosis_kb.editing.watch.services import services
from calcinosis_kb.errors import InputError
from calcinosis_kb.knowledge.models import Study, Therapy
from calcinosis_kb.knowledge.searches import SearchLog, read_searches
from calcinosis_kb.report.watch import flow
from literature_services import FAULTS, Library, Paper, Server, serving
from strategies import ROOT

DAY = date(2026, 12, 1)
THERAPY = "diltiazem"
PATHS = ("/pubmed/esearch.fcgi", "/pubmed/esummary.fcgi", "/europe_pmc/search", "/clinicaltrials/studies")


class Clock:
    """A clock that only sleeping moves; ``stop_after`` interrupts, as Ctrl-C does, at the so many-th sleep."""

    def __init__(self, stop_after: int = 10**6) -> None:
        self.now, self.slept, self.left = 0.0, [], stop_after  # type: ignore[var-annotated]

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "calcinosis-kb-watch"


@pytest.fixture
def base(tmp_path: Path) -> Callable[[str], Checkout]:
    """Checkouts with the studies and the therapies of this one, which is all that the watch reads and writes."""

    def make(name: str) -> Checkout:
        root = tmp_path / name
        for part in ("knowledge/studies", "knowledge/therapies"):
            shutil.copytree(ROOT / part, root / part)
        shutil.copy(ROOT / "knowledge/terms.yaml", root / "knowledge")
        (root / "rules").mkdir()
        shutil.copy(ROOT / "rules/facts.yaml", root / "rules")
        return Checkout(root)

    return make


@pytest.fixture
def small(tmp_path: Path) -> Checkout:
    """A checkout with one therapy and no study."""
    root = tmp_path / "small"
    (root / "knowledge" / "therapies").mkdir(parents=True)
    shutil.copy(ROOT / f"knowledge/therapies/{THERAPY}.yaml", root / "knowledge" / "therapies")
    return Checkout(root)


def watch(
    kb: KnowledgeBase,
    server: Server,
    checkout: Checkout,
    *,
    clock: Clock | None = None,
    day: date = DAY,
    only_list: bool = False,
    therapies: tuple[str, ...] = (THERAPY,),
    since: date | None = None,
) -> list[Watched]:
    clock = clock or Clock()
    asked = services(
        day, {"CALCINOSIS_KB_SERVICES": server.address}, "name@example.org", clock=clock, sleep=clock.sleep
    )
    logs, problems = read_searches(checkout.knowledge)
    assert problems == []
    known = {id_: log for id_, (_, log) in logs.items()}
    workshop = NewFile.read(checkout)
    return Watch.open(kb.knowledge, asked, day, workshop, known, since=since, only_list=only_list).run(therapies)


def tree(checkout: Checkout) -> dict[str, bytes]:
    return {str(path.relative_to(checkout.root)): path.read_bytes() for path in sorted(checkout.root.rglob("*.yaml"))}


def drafts(checkout: Checkout) -> dict[str, dict[str, str]]:
    """The citations of the drafts, by id."""
    found = {}
    for path in sorted((checkout.root / "knowledge" / "studies").glob("*.yaml")):
        data = parse(read_text(path), path.name).data
        if data.get("draft") is True:
            found[data["id"]] = data["citation"]
    return found


def some(number: int) -> Library:
    """A library of some new publications, of which both services have a third each and share a third, and two trials."""
    of = (("pubmed",), ("europe_pmc",), ("pubmed", "europe_pmc"))
    papers = [
        Paper(f"{_ORDINALS[n % 26]}{n}: the {n * n} letters of {_ORDINALS[-1 - n % 26]}", f"Author{_ORDINALS[n % 26]} B",
              doi=f"10.1234/new.{n}" if n % 2 else "", pmid=str(91_000_000 + n), of=of[n % 3])
        for n in range(number)
    ]  # fmt: skip
    return Library(papers, [("NCT00000001", "Diltiazem in calcinosis"), ("NCT00000002", "Another trial")])


_ORDINALS = [f"{letter}{letter.upper()}lpha" for letter in "abcdefghijklmnopqrstuvwxyz"]


def test_what_is_new_is_drafted_with_what_the_service_said(kb: KnowledgeBase, small: Checkout) -> None:
    library = Library([Paper("Diltiazem and a made-up calcinosis", "van Toorn R", 2026, "10.1234/A", "91000001")])
    with serving(library) as server:
        (one,) = watch(kb, server, small)
    assert drafts(small) == {
        "van-toorn-2026": {
            "title": "Diltiazem and a made-up calcinosis", "first_author": "van Toorn", "year": 2026, "journal": "J Ex",
            "pmid": "91000001", "doi": "10.1234/A",
        }
    }  # fmt: skip
    (decided,) = one.decided
    assert decided.reasons == ("its title names diltiazem, calcinosis", "2026")
    therapy = parse(read_text(small.root / f"knowledge/therapies/{THERAPY}.yaml"), "x.yaml").data
    assert therapy["last_searched"] == DAY.isoformat()
    assert Therapy.model_validate({**therapy, "last_searched": DAY}).search == kb.knowledge.therapies[THERAPY].search


@pytest.mark.slow
def test_the_files_that_are_written_are_canonical_and_keep_comments(kb: KnowledgeBase, small: Checkout) -> None:
    library = some(5)
    with serving(library) as server:
        watch(kb, server, small)
        log = small.root / f"knowledge/searches/{THERAPY}.yaml"
        assert not rewrite(log, small.root, write=False)
        assert not rewrite(small.root / f"knowledge/therapies/{THERAPY}.yaml", small.root, write=False)
        log.write_text(
            log.read_text().replace("    decision: drafted\n", "    # read soon\n    decision: drafted\n", 1)
        )
        before = log.read_text()
        server.library.papers.append(Paper("A later one on diltiazem", doi="10.1234/later", pmid="91000099"))
        watch(kb, server, small, day=date(2026, 12, 8))
    after = log.read_text()
    assert "# read soon\n" in after
    assert after.split("records:")[1].startswith(before.split("records:")[1])
    assert "91000099" in after


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"503 for long"}))
def test_a_fault_that_passes_loses_nothing(kb: KnowledgeBase, small: Checkout, path: str, fault: str) -> None:
    with serving(some(7)) as server:
        server.fail(path, fault, times=2)
        (one,) = watch(kb, server, small, only_list=True)
    assert one.problems == []
    assert flow(one)._asdict() == {
        "identified": 11, "unread": 0, "duplicates": 2, "doi": 0, "pmid": 0, "title": 0, "before": 0, "excluded": 0,
        "trials": 2, "drafted": 7,
    }  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("fault", ["429 with a time to wait", "500", "503 for long", "JSON cut off", "wrong types"])
def test_a_fault_that_stays_is_told_and_the_rest_is_kept(
    kb: KnowledgeBase, small: Checkout, path: str, fault: str
) -> None:
    with serving(some(7)) as server:
        server.fail(path, fault)
        (one,) = watch(kb, server, small, only_list=True)
        assert [problem.code for problem in one.problems] == ["CKB120"]
        assert not one.is_current
        assert sum(flow(one)[1:]) == flow(one).identified
        read = {search.service for search in one.searches if not search.incomplete}
        kept = {key for paper in server.library.papers if read & set(paper.of) for key in [paper.pmid]}
        assert kept <= {decided.record.citation.pmid for decided in one.decided}
        server.heal()
        (again,) = watch(kb, server, small, only_list=True)
    assert again.problems == []
    assert len(again.decided) == 9


def test_an_incomplete_search_does_not_move_the_day_and_is_taken_up_again(kb: KnowledgeBase, small: Checkout) -> None:
    with serving(some(7)) as server:
        server.fail("/europe_pmc/search", "500")
        (one,) = watch(kb, server, small)
        assert not one.is_current
        assert f"last_searched: '{DAY}'" not in read_text(small.root / f"knowledge/therapies/{THERAPY}.yaml")
        early = drafts(small)
        assert len(early) == 5
        server.heal()
        (one,) = watch(kb, server, small, day=date(2026, 12, 2))
    assert one.searches[1].since is None  # asked for everything once more
    assert one.searches[0].since == DAY
    assert len(drafts(small)) == 7
    assert drafts(small).items() >= early.items()
    assert "last_searched: '2026-12-02'" in read_text(small.root / f"knowledge/therapies/{THERAPY}.yaml")


@pytest.mark.parametrize(
    "entry", [None, 3, {}, {"title": 7}, {"title": ["x"]}, {"error": "cannot get document summary"}]
)
def test_a_record_that_cannot_be_read_is_counted(kb: KnowledgeBase, small: Checkout, entry: object) -> None:
    library = some(6)
    library.entries = {library.papers[0].title: entry, library.papers[1].title: entry}
    with serving(library) as server:
        (one,) = watch(kb, server, small, only_list=True)
        assert [problem.code for problem in one.problems] == ["CKB120", "CKB120"]
        assert flow(one).unread == 2
        assert flow(one).drafted == 4
        library.entries = {}
        (again,) = watch(kb, server, small, only_list=True)
    assert (again.problems, flow(again).drafted) == ([], 6)


def test_without_a_network_no_file_changes(kb: KnowledgeBase, small: Checkout) -> None:
    before = tree(small)
    with serving(Library()) as server:
        gone = server
    with pytest.raises(InputError, match="CKB119"):
        watch(kb, gone, small)
    assert tree(small) == before


def test_one_service_that_is_not_there_is_asked_once(kb: KnowledgeBase, small: Checkout) -> None:
    clock = Clock()
    with serving(some(4)) as server:
        asked = services(DAY, {"CALCINOSIS_KB_SERVICES": server.address}, clock=clock, sleep=clock.sleep)
        asked.europe_pmc.client.base = "http://127.0.0.1:9"
        done = Watch.open(kb.knowledge, asked, DAY, NewFile.read(small), {}, only_list=True).run(
            [THERAPY, "colchicine"]
        )
    assert [[search.service for search in one.searches if search.incomplete] for one in done] == [["europe_pmc"]] * 2
    assert asked.europe_pmc.client.asked == 1


def test_an_excluded_record_is_never_drafted_again(kb: KnowledgeBase, small: Checkout) -> None:
    with serving(some(3)) as server:
        watch(kb, server, small)
        log = small.root / f"knowledge/searches/{THERAPY}.yaml"
        for id_ in drafts(small):
            (small.root / f"knowledge/studies/{id_}.yaml").unlink()
        text = log.read_text().replace("decision: drafted", "decision: excluded\n    reason: No patient.")
        log.write_text(text)
        shutil.copy(ROOT / "knowledge/therapies/colchicine.yaml", small.root / "knowledge/therapies")
        one, other = watch(kb, server, small, day=date(2026, 12, 8), therapies=(THERAPY, "colchicine"))
    assert drafts(small) == {}
    assert (flow(one).excluded, flow(other).excluded) == (3, 3)
    assert "in the search for diltiazem: No patient." in (small.root / "knowledge/searches/colchicine.yaml").read_text(
        encoding="utf-8"
    )


def test_one_publication_is_drafted_once_for_all_therapies(kb: KnowledgeBase, small: Checkout) -> None:
    shutil.copy(ROOT / "knowledge/therapies/colchicine.yaml", small.root / "knowledge/therapies")
    with serving(some(3)) as server:
        one, other = watch(kb, server, small, therapies=("colchicine", THERAPY))
    assert (flow(one).drafted, flow(other).drafted) == (3, 0)
    assert sum(flow(other)[3:6]) == 3
    assert len(drafts(small)) == 3


def test_a_trial_is_listed_and_a_retracted_paper_is_not_drafted(kb: KnowledgeBase, small: Checkout) -> None:
    library = Library(
        [Paper("A retracted paper on diltiazem", pmid="91000001", types=("Journal Article", "Retracted Publication"))],
        [("NCT00000001", "Diltiazem in calcinosis"), ("NCT01572844", "One that the base may know")],
    )
    (small.root / "knowledge/references").mkdir()
    shutil.copy(ROOT / "knowledge/references/trials.yaml", small.root / "knowledge/references")
    with serving(library) as server:
        (one,) = watch(kb, server, small)
    records = {decided.record.trial: decided.record for decided in one.decided}
    assert records[None].decision == "excluded"
    assert records[None].reason == "retracted, says pubmed"
    assert (records["NCT00000001"].decision, records["NCT00000001"].status) == ("listed", "not yet recruiting")
    assert (records["NCT01572844"].by, records["NCT01572844"].source) == ("trial", "nct01572844-registry")
    assert drafts(small) == {}


def test_days_left_out_do_not_count_as_searched(kb: KnowledgeBase, small: Checkout) -> None:
    with serving(some(2)) as server:
        (one,) = watch(kb, server, small, since=date(2026, 11, 30))  # last searched on 2026-11-25
        assert not one.is_current
        (one,) = watch(kb, server, small, since=date(2026, 11, 25))
        assert one.is_current
        asked = [parameters for path, parameters in server.asked if path in PATHS]
    assert {"datetype": "edat", "mindate": "2026/11/30", "maxdate": "2026/12/01"}.items() <= asked[0].items()
    assert any("FIRST_IDATE:[2026-11-30 TO 2026-12-01]" in one.get("query", "") for one in asked)
    assert any(one.get("filter.advanced") == "AREA[StudyFirstPostDate]RANGE[2026-11-30,2026-12-01]" for one in asked)


def test_the_services_are_asked_politely(kb: KnowledgeBase, small: Checkout, cache: Path) -> None:
    clock = Clock()
    with serving(some(6)) as server:
        server.fail("/pubmed/esearch.fcgi", "429 with a time to wait", times=1)
        watch(kb, server, small, clock=clock, only_list=True)
        first = list(server.asked)
        assert 7.0 in clock.slept
        assert {"tool": "calcinosis-kb", "email": "name@example.org"}.items() <= first[0][1].items()
        watch(kb, server, small, clock=clock, only_list=True)
        assert server.asked == first  # from the copies
        assert [path.name for path in cache.iterdir()] == [DAY.isoformat()]
        watch(kb, server, small, day=date(2026, 12, 2), only_list=True)
    assert [path.name for path in cache.iterdir()] == ["2026-12-02"]


@pytest.fixture(scope="module")
def library(kb: KnowledgeBase) -> Library:
    """200 publications: 14 that the base holds by DOI, 13 by PubMed number, 13 by near title, and 160 new ones."""
    studies = [study for _, study in sorted(kb.knowledge.studies.items())]
    used: set[str] = set()

    def some_of(number: int, fits: Callable[[Study], object]) -> Iterator[Study]:
        found = [study for study in studies if study.id not in used and fits(study)][:number]
        assert len(found) == number
        used.update(study.id for study in found)
        return iter(found)

    by_doi = [
        Paper(f"Known by its DOI {n}", "Doe J", 2026, (study.citation.doi or "").upper(), str(92_000_000 + n))
        for n, study in enumerate(some_of(14, lambda study: study.citation.doi))
    ]
    by_pmid = [
        Paper(f"Known by its number {n}", "Roe J", 2026, "", study.citation.pmid or "", ("pubmed", "europe_pmc"))
        for n, study in enumerate(some_of(13, lambda study: study.citation.pmid))
    ]
    by_title = [
        Paper(f"{(study.citation.title or '').upper().replace(':', ' -')}", study.citation.first_author or "",
              (study.citation.year or 0) + 1, of=("europe_pmc",))
        for study in some_of(13, lambda study: len(study.citation.title or "") > 40 and study.citation.year
                             and study.citation.first_author)
    ]  # fmt: skip
    new = some(160)
    return Library([*by_doi, *by_pmid, *by_title, *new.papers], new.trials)


@pytest.mark.slow
def test_of_200_records_exactly_the_160_new_ones_are_drafted(
    kb: KnowledgeBase, base: Callable[[str], Checkout], library: Library
) -> None:
    """Twice the same, and the same if the watch is interrupted again and again and goes on."""
    whole = base("whole")
    new = {paper.pmid for paper in library.papers[40:]}
    with serving(library) as server:
        (one,) = watch(kb, server, whole)
        counts = flow(one)
        assert (counts.doi, counts.pmid, counts.title, counts.drafted, counts.trials) == (14, 13, 13, 160, 2)
        assert sum(counts[1:]) == counts.identified == len(library.of("pubmed")) + len(library.of("europe_pmc")) + 2
        assert {citation["pmid"] for citation in drafts(whole).values()} == new
        first, requests = tree(whole), server.count()
        (again,) = watch(kb, server, whole)
        assert (flow(again), tree(whole)) == (counts, first)
        (later,) = watch(kb, server, whole, day=date(2026, 12, 8), only_list=True)
        assert (flow(later).drafted, flow(later).before, flow(later).trials) == (0, 162, 0)

        shutil.rmtree(Path(str(whole.root.parent / "cache")))
        server.asked.clear()
        interrupted, resumed = base("interrupted"), 0
        while True:
            try:
                watch(kb, server, interrupted, clock=Clock(stop_after=0))
            except KeyboardInterrupt:
                resumed += 1
                assert drafts(interrupted) == {}
            else:
                break
        assert resumed > 1
        assert server.count() == requests  # no page was fetched twice
    assert tree(interrupted) == first
    (_, log), *_ = read_searches(whole.knowledge)[0].values()
    assert isinstance(log, SearchLog)


@pytest.mark.slow
def test_a_watch_that_is_cut_off_while_it_writes_is_finished_later(
    kb: KnowledgeBase, small: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Checkout(shutil.copytree(small.root, tmp_path / "other"))
    opened = NewFile.study
    left = 3

    def cut_off(self: NewFile, *arguments: object) -> Path:
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt
        return opened(self, *arguments)  # type: ignore[arg-type]

    with serving(some(6)) as server:
        watch(kb, server, other)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(NewFile, "study", cut_off)
            watch(kb, server, small)
        assert len(drafts(small)) == 2
        watch(kb, server, small)
    assert tree(small) == tree(other)
