"""The judgement on one therapy, and its document."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.advice.answer import NOTICE, Advice
from calcinosis_kb.advice.document import AdviceDocument
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.knowledge.recommendations import LAST_STEP, Advised, Recommendation
from strategies import SEED


@pytest.fixture(scope="module")
def advice(kb: KnowledgeBase) -> Advice:
    return kb.advise(kb.reader.file(str(SEED)))


def test_the_document_has_the_shape_that_is_declared(advice: Advice) -> None:
    document = advice.to_dict()
    checked = TypeAdapter(AdviceDocument).validate_python(document, strict=True)
    assert checked == document  # a member that is not declared would be gone
    assert (document["schema"], document["notice"]) == ("calcinosis-kb/advice/2", NOTICE)
    assert document["knowledge"] == {"version": advice.knowledge.version, "hash": advice.knowledge.hash}
    assert (document["rules"], document["engines"]) == ({"hash": advice.rules_hash}, list(advice.engines))
    assert [one["id"] for one in document["sources"]] == list(advice.sources)
    assert [one["why"] for one in document["open_past"]] == [group.kind for group in advice.open_past]
    assert [one["case"] for one in document["similar"]] == [near.experience.id for near in advice.similar]
    assert [one["rule"] for one in document["warnings"]] == [reason.rule for reason in advice.warnings]


def test_each_therapy_is_in_the_document_with_what_was_judged(advice: Advice) -> None:
    document = advice.to_dict()
    items = (*advice.options, *advice.not_offered, *advice.unproven)
    shown = (*document["options"], *document["not_offered"], *document["unproven"])
    assert {item.therapy.id for item in items} == {item.therapy.id for item in advice.judged} and len(items) == len(
        shown
    )
    for item, one in zip(items, shown, strict=True):
        assert (one["therapy"], one["name"], one["family"]) == (item.therapy.id, item.therapy.name, item.therapy.family)
        assert (one["standing"], one["verdict"], one["state"]) == (item.standing, item.verdict, item.state)
        assert one["seen"] == item.evidence.seen and "local" not in one
        assert one["step"] == (None if item.advised.step == LAST_STEP else item.advised.step)
        evidence, response = one["evidence"], item.evidence.response
        assert (evidence["level"], evidence["direction"]) == (item.evidence.level, item.evidence.direction)
        assert (evidence["treated"], evidence["responded"]) == (response.treated, response.responded)
        assert tuple(evidence["response_interval"]) == response.interval
        assert tuple(evidence["expected"]["interval"]) == item.expected.interval
        assert evidence["expected"]["response"] == item.expected.response
        assert (evidence["direct"], tuple(evidence["domains"])) == (item.evidence.direct, tuple(item.evidence.domains))
        assert tuple(evidence["studies"]) == item.studies
        assert [(grade["study"], grade["level"], grade["scheme"]) for grade in evidence["published"]] == [
            (study, grade.level, grade.scheme) for study, grade in item.published
        ]


def test_what_is_listed_tells_its_rank_its_checks_and_its_paths(advice: Advice) -> None:
    for item, one in zip(advice.options, advice.to_dict()["options"], strict=True):
        assert item.to_dict() == one
        assert (one["rank"], one["label_read"], one["rank_key"]) == (item.rank, item.label_read, item.key.words())
        assert [check["fact"] for check in one["check_first"]] == [check.fact for check in item.check_first]
        assert [(reason["rule"], reason["effect"], reason["text"], reason["at"]) for reason in one["reasons"]] == [
            (reason.rule, reason.effect, reason.text, reason.at) for reason in item.reasons
        ]
        mechanism = one["mechanism"]
        assert (mechanism["status"], mechanism["new"]) == (item.mechanism, item.mechanism == "new")
        assert (mechanism["polarity"], mechanism["in_words"]) == (item.polarity, [path.words for path in item.paths])
        assert mechanism["paths"] == [list(path.nodes) for path in item.paths] and "local" not in mechanism


def test_what_is_not_listed_tells_why_not(advice: Advice) -> None:
    document = advice.to_dict()
    for item, one in zip(
        (*advice.not_offered, *advice.unproven), (*document["not_offered"], *document["unproven"]), strict=True
    ):
        assert item.to_dict() == one and one["reasons"] == [reason.shown for reason in item.reasons]
        assert [detail["rule"] for detail in one["details"]] == [reason.rule for reason in item.reasons]


def test_only_what_is_asked_about_has_checks(advice: Advice) -> None:
    refused = [
        item for item in advice.judged if item.verdict in ("avoid", "not_applicable", "exhausted", "not_advised")
    ]
    assert refused and not any(item.check_first for item in refused)
    assert all(item.grounds.checks == item.check_first for item in (*advice.options, *advice.unproven))
    assert any(item.grounds.checks for item in refused)


@pytest.mark.parametrize(
    ("therapy", "said"),
    [("minocycline", "<Judgement: minocycline, suggest, rank 1>"), ("warfarin", "<Judgement: warfarin, exhausted>")],
)
def test_a_judgement_is_one_line_at_a_prompt(advice: Advice, therapy: str, said: str) -> None:
    item: Judgement = advice.judgement(therapy)
    assert repr(item) == said
    with pytest.raises(KeyError):
        advice.judgement("no-such-therapy")


def test_what_decides_on_advice_is_asked_gravest_first(kb: KnowledgeBase) -> None:
    opens: list[tuple[str, Advised]] = [
        ("a", "considered"),
        ("b", "recommended"),
        ("c", "advised_against"),
        ("d", "contested"),
    ]
    advised = Recommendation(open=tuple((("lab", name), would) for name, would in opens), local=True)
    checks = kb.advisor.judge.advice_checks(advised)
    assert [(check.fact, check.would) for check in checks] == [
        ("c", "against"),
        ("b", "support"),
        ("a", "prefer"),
        ("d", "doubt"),
    ]
    assert all(check.local and not check.unread for check in checks)
    assert [check.rule for check in checks] == [
        "guideline-advises-against", "guideline-recommends", "guideline-considers", "guidelines-disagree",
    ]  # fmt: skip
    assert all(check.because == kb.rules.rule(check.rule).because for check in checks)
