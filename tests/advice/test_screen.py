"""The first screen fits every patient, says nothing that the answer does not hold, and counts each therapy once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.advice.columns import WIDTH
from calcinosis_kb.advice.layout import HEIGHT, _foot, _state, lay_out, lay_out_briefly
from calcinosis_kb.advice.questions import FIRST
from calcinosis_kb.advice.screen import SEEN_MARKS, Row, Screen, _titles, elsewhere_words, named, screen
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.knowledge.evidence_words import patients_words
from calcinosis_kb.knowledge.grading import LEAST_FOR_SHARE, SEEN
from calcinosis_kb.knowledge.recommendations import LAST_STEP
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.report.screen import ScreenReport

PUBLISHED = sorted(Path("knowledge/cases").glob("*.yaml"))
GOLDEN = sorted(Path("tests/cases").glob("*.case.yaml"))
WOMAN = {"patient": {"age": 30, "sex": "female"}, "diseases": ["crest"], "history": []}


def advice_of(kb: KnowledgeBase, case: Path) -> Advice:
    if case in PUBLISHED:
        return kb.advise(kb.reader.file(str(case)))
    return kb.advise(parse(case.read_text(encoding="utf-8"), case.name).data["patient"])


Property = Callable[[Advice, Screen], None]
PROPERTIES: list[Property] = []
"""What must hold of every answer and its screen."""


def of_every_answer(holds: Property) -> Property:
    PROPERTIES.append(holds)
    return holds


@pytest.mark.parametrize("case", [*PUBLISHED, *GOLDEN], ids=lambda case: case.name.partition(".")[0])
def test_every_screen_has_the_properties(kb: KnowledgeBase, case: Path) -> None:
    advice = advice_of(kb, case)
    shown = screen(advice)
    for holds in PROPERTIES:
        holds(advice, shown)


@of_every_answer
def every_screen_fits_40_lines_of_80_columns(advice: Advice, shown: Screen) -> None:
    lines = lay_out(shown, advice)
    assert len(lines) <= HEIGHT == 40
    assert re.search(r" {2}knowledge [0-9a-f]{8}", lines[-2].text) and lines[-2].text.startswith("why ")
    assert max(len(line.text) for line in lines) <= WIDTH < 80
    assert not any("\n" in line.text for line in (*lines, *lay_out_briefly(shown)))


@of_every_answer
def every_therapy_is_counted_once(advice: Advice, shown: Screen) -> None:
    assert sum(number for number, _ in shown.counts) == len(advice.judged)
    rows = [item.therapy.id for row in shown.rows for item in row.items]
    folded = [item.therapy.id for one in (*shown.reserve, *shown.not_now) for item in one.items]
    named = [*rows, *folded, *(item.therapy.id for item in shown.alongside)]
    assert len(named) == len(set(named))
    assert set(named) >= {item.therapy.id for item in advice.options}


@of_every_answer
def headings_are_true_of_every_row(_: Advice, shown: Screen) -> None:
    for group in shown.groups:
        for row in group.rows:
            others = {name for line in row.others for name in line[2:].partition(":")[0].split(", ")}
            assert len(row.items) - len(others) >= 1
            for item in row.items[: len(row.items) - len(others)]:
                seen = item.evidence.seen
                if group.title.startswith("Helped"):
                    assert item.verdict in ("continue", "retry")
                elif group.title.startswith("What drives"):
                    assert item.therapy.aim == "cause" and any(reason.effect == "support" for reason in item.reasons)
                elif group.title.startswith("Before any"):
                    assert item.therapy.kind == "measure"
                    assert any(reason.effect == "support" for reason in item.reasons)
                elif group.title.startswith("May be recommended"):
                    assert item.advised.advised != "recommended" and item.advised.guided < LAST_STEP
                    assert {fact for fact, would in item.advised.open if would == "recommended"}
                elif group.title.startswith("Recommended"):
                    assert item.advised.advised == "recommended" and item.advised.sources
                elif group.title.startswith(("Seen in other", "Seen in patients")):
                    assert seen == "elsewhere"
                elif group.title.startswith("Seen in"):
                    assert seen == "in_disease"
                else:
                    assert group.title.startswith("Offered, though") and seen not in ("in_disease", "elsewhere")


@of_every_answer
def what_stands_under_seen_has_helped_somebody(_: Advice, shown: Screen) -> None:
    """An opinion that it helps does not outweigh that nobody who was reported was helped."""
    for group in shown.groups:
        for item in (item for row in group.rows for item in row.items if group.title.startswith("Seen in")):
            own = [finding for finding in item.evidence.findings if finding.design.patients and finding.counts]
            assert not own or any(finding.helped for finding in own), item.therapy.id


@of_every_answer
def each_decision_is_one_row_and_ranks_ascend_over_the_whole_screen(_: Advice, shown: Screen) -> None:
    rows = [row for group in shown.groups for row in group.rows]
    ranks = [row.rank for row in rows]
    assert ranks == sorted(set(ranks))
    assert all({item.rank for item in row.items} == {row.rank} for row in rows)


def test_where_it_was_seen_is_true_of_treated_deposits_too(kb: KnowledgeBase) -> None:
    """A local treatment that was seen in many patients of this disease does not speak for universal deposits."""
    for pattern, said in (("universalis", "single deposits"), ("multifocal", "few with her own")):
        advice = kb.advise({**WOMAN, "calcinosis": {"pattern": pattern}})
        titles = [group.title for group in screen(advice).groups if group.title.startswith("Seen in other")]
        assert titles and all(said in title for title in titles)
        assert elsewhere_words(advice) in "".join(titles)


@of_every_answer
def a_share_of_fewer_than_five_patients_has_no_percentage(advice: Advice, shown: Screen) -> None:
    text = "\n".join(line.text for line in lay_out(shown, advice))
    assert not re.search(r"\d ?%", re.sub(r"\[.*?\]", "", text.partition("state\n")[2].partition("\n\n")[0]))
    for item in advice.judged:
        if item.evidence.response.treated < LEAST_FOR_SHARE:
            assert "%" not in patients_words(item.evidence)


@of_every_answer
def the_csv_has_every_therapy_and_the_patient(advice: Advice, shown: Screen) -> None:
    table = ScreenReport(advice).table()
    column = {name: index for index, name in enumerate(table.columns)}
    assert [row[column["therapy"]] for row in table.rows] == [item.therapy.id for item in advice.judged]
    assert {len(row) for row in table.rows} == {len(table.columns)}
    for row, item in zip(table.rows, advice.judged, strict=True):
        assert row[column["verdict"]] == item.verdict and row[column["state"]] == item.state
        assert bool(row[column["why_not"]]) == (not item.offered)
        assert row[column["patient"]].startswith(shown.head.who)
        assert all(warning.text in row[column["warnings"]] for warning in advice.warnings)
        assert all(alert in row[column["not_understood"]] for alert in shown.head.alerts)


def first(advice: Advice) -> list[Row]:
    return [row for row in screen(advice).rows if row.rank <= FIRST]


def states(advice: Advice) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {item.therapy.id: (row.state, row.checks) for row in first(advice) for item in row.items}


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case.stem)
def test_filling_in_the_three_blanks_changes_a_state_in_the_first_ten(kb: KnowledgeBase, case: Path) -> None:
    record = dict(parse(case.read_text(encoding="utf-8"), case.name).data)
    record.pop("case")
    before = kb.advise(record)
    for field in ("medications", "conditions", "allergies"):
        record[field] = record.get(field) or []
        record[f"{field}_complete"] = True
    assert states(before) != states(kb.advise(record))


@pytest.mark.parametrize(
    ("fact", "therapy", "state"),
    [
        ({"calcinosis": {"features": ["infection"]}}, "extracorporeal_shock_wave_lithotripsy", "ruled_out"),
        ({"allergies": ["rituximab"]}, "rituximab", "ruled_out"),
        ({"labs": {"hbsag": "positive"}}, "rituximab", "ruled_out"),
        ({"history": [{"therapy": "minocycline", "outcome": "ineffective"}]}, "minocycline", "used_up"),
    ],
)
def test_entering_a_fact_visibly_moves_a_state(
    kb: KnowledgeBase, fact: dict[str, Any], therapy: str, state: str
) -> None:
    before, after = kb.advise(WOMAN), kb.advise({**WOMAN, **fact})
    assert before.judgement(therapy).state != after.judgement(therapy).state == state
    assert repr(before) != repr(after)


def test_a_question_less_is_a_check_less(kb: KnowledgeBase) -> None:
    complete = {**WOMAN, "patient": {"age": 60, "sex": "female"}, "medications": [], "conditions": [], "allergies": []}
    before = screen(kb.advise(complete))
    after = screen(kb.advise({**complete, "labs": {"hbsag": "negative", "anti_hbc": "negative"}}))
    asked = {row.name: row.checks for row in before.rows}
    rituximab = next(row for row in after.rows if row.name == "rituximab")
    assert set(asked["rituximab"]) - set(rituximab.checks) == {"HBsAg, anti-HBc"}


def test_members_of_a_family_share_a_line(kb: KnowledgeBase) -> None:
    shown = screen(kb.advise({**WOMAN, "diseases": ["dermatomyositis"], "calcinosis": {"pattern": "multifocal"}}))
    names = [row.name for row in shown.rows]
    assert any(name.startswith("sodium thiosulfate") for name in names)
    thiosulfate = next(row for row in shown.rows if row.best.therapy.family == "sodium_thiosulfate")
    assert len(thiosulfate.items) > 1
    assert any(name.startswith("adalimumab, infliximab") for name in names)


def test_what_is_taken_tried_or_possibly_tried_is_marked(kb: KnowledgeBase) -> None:
    record = {
        **WOMAN,
        "history": [{"therapy": "minocycline", "outcome": "partial"}, {"therapy": "nifedipine", "for": "other"}],
        "medications": ["rituximab"],
    }
    marks = {item.therapy.id: row.standing for row in screen(kb.advise(record)).rows for item in row.items}
    assert marks["minocycline"] == "partly helped" and marks["rituximab"] == "may have had"
    assert "" in marks.values()


def test_the_top_rows_are_shown_in_full_however_many(kb: KnowledgeBase) -> None:
    advice = kb.advise(WOMAN)
    shown = screen(advice)
    for top in (1, 3, len(shown.rows)):
        lines = [line for line in lay_out(shown, advice, top=top) if line.style == "row"]
        assert len(lines) == top


def test_with_no_therapy_left_the_screen_says_so(kb: KnowledgeBase) -> None:
    every = [{"therapy": option.id, "outcome": "ineffective"} for option in kb.knowledge.options]
    advice = kb.advise({**WOMAN, "history": every})
    lines = [line.text for line in lay_out(screen(advice), advice)]
    assert any("Nothing is left to offer" in line for line in lines)
    assert max(map(len, lines)) <= WIDTH and len(lines) <= HEIGHT


def test_the_next_commands_never_run_into_the_hashes() -> None:
    for rank in ("1", "23", "THERAPY"):
        for hashes in ("knowledge 7e75c33b", "knowledge 7e75c33b, overlay 12345678"):
            foot = _foot([f"why {rank}", f"letter {rank}", "compare", "ask", "suggest --all"], hashes)
            assert len(foot) <= WIDTH and f"suggest --all  {hashes}" in re.sub(" {2,}", "  ", foot)


@of_every_answer
def the_state_of_a_row_has_no_cut_word(_: Advice, shown: Screen) -> None:
    for row in shown.rows:
        for width in range(8, 40):
            label, words = _state(row, width).partition(": ")[::2]
            if label.startswith("check"):
                assert set(words.removesuffix(" …").split(", ")) <= {*", ".join(row.checks).split(", "), ""}
                assert len(_state(row, width)) <= width


@of_every_answer
def patients_of_another_disease_are_named_where_the_heading_does_not_say_so(advice: Advice, shown: Screen) -> None:
    own = advice.knowledge.same_diseases(frozenset(advice.patient.diseases or ()))
    for group in shown.groups:
        for row in group.rows if group.title.startswith(("Recommended", "Helped", "Offered, though it did")) else ():
            evidence = row.best.evidence
            populations = {name for finding in evidence.findings for name in finding.result.populations}
            if evidence.patients and not evidence.direct and populations and own.isdisjoint(populations):
                assert " in " in row.seen, row.name


@of_every_answer
def a_patient_alike_can_be_found(advice: Advice, shown: Screen) -> None:
    for near in advice.similar:
        one = near.experience
        publication = advice.knowledge.publication(one.study) if one.study else one.citation
        if publication and publication.first_author:
            assert any(publication.first_author in said for said in shown.similar)
        elif publication and (publication.doi or publication.title):
            assert any((publication.doi or publication.title or "")[:20] in said for said in shown.similar)


def test_no_row_says_that_it_may_have_been_had_if_nothing_is_recorded(kb: KnowledgeBase) -> None:
    record = {key: value for key, value in WOMAN.items() if key != "history"}
    assert not any(row.standing for row in screen(kb.advise(record)).rows)
    assert any(row.standing for row in screen(kb.advise({**record, "medications": ["rituximab"]})).rows)


def test_every_thing_seen_has_a_mark() -> None:
    assert set(SEEN_MARKS) == set(SEEN)


@of_every_answer
def who_recommends_is_named_in_a_few_whole_words(_: Advice, shown: Screen) -> None:
    for row in shown.rows:
        if row.pro.startswith("recommended by"):
            assert len(row.pro) <= WIDTH - 7 and "…" not in row.pro and "et al" not in row.pro


@pytest.mark.parametrize("number", [0, 1, 2, 3, 5])
def test_no_warning_vanishes_without_a_count(kb: KnowledgeBase, number: int) -> None:
    advice = kb.advise(WOMAN)
    shown = replace(screen(advice), warnings=tuple(f"Harm {count}." for count in range(number)))
    text = "\n".join(line.text for line in lay_out(shown, advice))
    assert sum(f"Harm {count}." in text for count in range(number)) == min(number, 2)
    assert (f"{number - 2} more taken now may do harm: --all" in text) is (number > 2)


def test_only_those_who_recommend_are_named_as_recommending(kb: KnowledgeBase) -> None:
    advice = kb.advise({"patient": {"age": 7}, "diseases": ["jdm"], "history": []})
    row = next(row for row in screen(advice).rows if row.best.therapy.id == "methotrexate")
    said = row.best.advised
    assert set(said.recommending) < set(said.sources)
    only_consider = [kb.knowledge.guidelines[id_].short for id_ in said.sources if id_ not in said.recommending]
    assert row.pro.startswith("recommended by") and not any(name and name in row.pro for name in only_consider)
    assert len(row.pro.split(", ")) <= len(said.recommending)


@pytest.mark.parametrize(
    ("sex", "whose", "own"), [("female", "her", "her own"), ("male", "his", "his own"), (None, "this", "this one")]
)
def test_the_headings_say_this(kb: KnowledgeBase, sex: str | None, whose: str, own: str) -> None:
    advice = kb.advise({"patient": {"age": 30, "sex": sex}, "diseases": ["crest"], "history": []})
    assert _titles(advice) == {
        "tried": "Helped, taken now, or not yet judged",
        "cause": "What drives the deposits comes first",
        "measure": "Before any treatment",
        "recommended": f"Recommended for {whose} disease, and not recorded as given",
        "depends": f"May be recommended for {whose} disease: what is not recorded decides",
        "in_disease": f"Seen in {whose} disease",
        "elsewhere": f"Seen in other or mixed diseases, or in few with {own}",
        "outcome_not_stated": "Offered, though the course of the reported patients was not told",
        "mechanism_only": "Offered, though no patient was reported",
        "no_benefit": "Offered, though it did not help in the patients reported",
        "harm": "Offered, though it did harm in patients reported",
    }


def test_without_a_disease_nothing_is_said_of_others(kb: KnowledgeBase) -> None:
    assert _titles(kb.advise({"history": []}))["elsewhere"] == "Seen in patients"


@of_every_answer
def each_kind_of_therapy_is_counted_in_the_same_words(advice: Advice, shown: Screen) -> None:
    words = ("open", "alongside", "in reserve", "unproven", "failed", "ruled out", "not applicable", "advised against")
    assert [word for _, word in shown.counts] == [*words, "exposures"]
    count = {word: number for number, word in shown.counts}
    of: list[tuple[str, bool]] = [(item.verdict, item.therapy.kind == "exposure") for item in advice.judged]
    places = [advice.place(item) for item in advice.judged]
    rows = {f"row {row.rank} of {len(shown.rows)}" for row in shown.rows}
    assert set(places) - {"alongside", "last resort", "not offered"} == rows
    assert count["open"] == sum(place in rows for place in places)
    assert count["alongside"] == places.count("alongside") == len(shown.alongside)
    assert count["in reserve"] == places.count("last resort")
    assert count["unproven"] == sum(verdict == "unproven" for verdict, _ in of)
    for verdict, word in (
        ("exhausted", "failed"), ("avoid", "ruled out"), ("not_applicable", "not applicable"), ("not_advised", "advised against"),
    ):  # fmt: skip
        assert count[word] == of.count((verdict, False))


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"patient": {"age": 7, "sex": "female"}, "diseases": ["jdm"]}, {"child"}),
        (
            {"patient": {"age": 63}, "diseases": ["crest"], "calcinosis": {"features": ["infection"]}},
            {"infection", "CREST"},
        ),
    ],
)
def test_a_caution_is_told_with_the_fact_that_gives_it(
    kb: KnowledgeBase, record: dict[str, Any], told: set[str]
) -> None:
    states = {row.state for row in screen(kb.advise({"history": [], **record})).rows}
    assert {f"caution: {word}" for word in told} <= states
    assert not any(state.endswith(("age", "years")) for state in states)


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (["sodium_thiosulfate_iv", "sodium_thiosulfate_topical"], "sodium thiosulfate: intravenous, topical"),
        (["adalimumab", "infliximab"], "adalimumab, infliximab"),
        (["sodium_thiosulfate_iv"], "sodium thiosulfate, intravenous"),
    ],
)
def test_the_members_of_a_family_are_named_together(kb: KnowledgeBase, items: list[str], said: str) -> None:
    advice = kb.advise(WOMAN)
    assert named([advice.judgement(id_) for id_ in items], kb.knowledge) == said


@of_every_answer
def what_is_folded_stands_in_the_order_of_ranks_with_the_largest_group_first(_: Advice, shown: Screen) -> None:
    for groups in (shown.reserve, shown.not_now):
        assert [len(one.items) for one in groups] == sorted((len(one.items) for one in groups), reverse=True)
        for one in groups:
            order = [(item.rank or 0, item.key[2:]) for item in one.items]
            assert order == sorted(order) and one.why
    ranks = [item.rank for one in shown.reserve for item in one.items]
    assert all(ranks) and len({item.therapy.id for one in shown.reserve for item in one.items}) == len(ranks)


@of_every_answer
def the_randomised_are_those_whose_evidence_is_of_a_trial(advice: Advice, shown: Screen) -> None:
    tried = [
        item for item in advice.judged if item.offered and item.evidence.findings and item.evidence.level in (1, 2)
    ]
    assert list(shown.trials) == [in_sentence(item.name) for item in tried]
    assert ("none tried in a randomised trial" in shown.counted) is not bool(tried)


def test_a_trial_is_named_above_the_rows(kb: KnowledgeBase) -> None:
    shown = screen(kb.advise({**WOMAN, "history": [{"therapy": "warfarin", "outcome": "effective"}]}))
    assert shown.trials == ("warfarin",) and "Randomised: warfarin." in shown.counted


@of_every_answer
def what_patients_alike_were_given_is_named(advice: Advice, shown: Screen) -> None:
    for near in advice.similar:
        known = [
            advice.knowledge.therapies[id_].name for id_ in near.experience.given if id_ in advice.knowledge.therapies
        ]
        assert any(all(in_sentence(name) in said for name in known) for said in shown.similar)
    assert not any("None" in said for said in shown.similar)
