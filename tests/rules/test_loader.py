"""The rule book: the files and an overlay, a rule by its id, and the rules that name a therapy."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase, KnowledgeError
from calcinosis_kb.documents.overlay import Overlay
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.rules.loader import LoadedRules, build_rules
from calcinosis_kb.rules.models import EFFECTS


@pytest.mark.parametrize(
    ("therapy", "rule", "named"),
    [
        ("diltiazem", "diltiazem-av-block", True),
        ("verapamil", "diltiazem-av-block", False),
        ("pamidronate", "bisphosphonate-severe-renal", True),
        ("bisphosphonate", "bisphosphonate-severe-renal", True),
        ("diltiazem", "bisphosphonate-severe-renal", False),
        ("diltiazem", "evidence-mixed", False),
    ],
)
def test_a_therapy_is_named_by_its_own_rules_and_those_of_its_family(
    kb: KnowledgeBase, therapy: str, rule: str, named: bool
) -> None:
    assert (kb.rules.rule(rule) in kb.rules.naming(kb.knowledge.therapies[therapy])) is named


def test_there_is_no_rule_of_an_unknown_id(kb: KnowledgeBase) -> None:
    with pytest.raises(KeyError):
        kb.rules.rule("no-such-rule")


def text(id_: str, decides: str = "effect: note", title: str = "base") -> str:
    return f"- id: {id_}\n  title: {title}\n  therapies: all\n  {decides}\n  because: b\n"


BASE = {
    "facts.yaml": "patient: {meaning: m, attributes: {age: {type: number, meaning: m}}}\n",
    "fit.yaml": text("fit-one") + text("fit-two"),
    "standing.yaml": text("standing-failed", "standing: failed") + text("standing-untried", "standing: untried"),
}


def built(overlay: dict[str, str] | None = None, **files: str) -> tuple[LoadedRules, list[str]]:
    """The rules of some files and an overlay, and what is said of them."""
    texts = {**BASE, **{f"{name}.yaml": text for name, text in files.items()}}
    documents = {f"rules/{name}": parse(text, f"rules/{name}", error=KnowledgeError) for name, text in texts.items()}
    local = Overlay("ward", {f"rules/{name}": text for name, text in overlay.items()}) if overlay else None
    loaded, problems = build_rules("rules", documents, [], hash_="h", overlay=local)
    return loaded, [str(problem) for problem in problems]


def titles(loaded: LoadedRules) -> tuple[dict[str, str], dict[str, str]]:
    book = loaded.book
    return {r.id: r.title for r in book.standing_rules}, {r.id: r.title for r in book.verdict_rules}


def test_standings_and_effects_are_kept_apart_in_the_order_of_the_files() -> None:
    loaded, problems = built()
    standings, verdicts = titles(loaded)
    assert not problems and loaded.book.local == () and loaded.book.hash == "h"
    assert (list(standings), list(verdicts)) == (["standing-failed", "standing-untried"], ["fit-one", "fit-two"])
    assert [rule.at for rule in loaded.book.verdict_rules] == ["rules/fit.yaml:1", "rules/fit.yaml:6"]
    assert str(loaded.place("fit-two", "title")) == "rules/fit.yaml:7:10"
    assert list(loaded.book.vocabulary) == ["patient"] and loaded.facts is not None


def test_new_standings_of_an_overlay_come_first_and_new_effects_last() -> None:
    loaded, problems = built(
        {
            "ward.yaml": text("ward-note", title="ward")
            + text("ward-standing", "standing: worked", title="ward")
            + text("fit-one", title="ward")
            + text("standing-untried", "standing: ongoing", title="ward")
        }
    )
    assert not problems
    assert titles(loaded) == (
        {"ward-standing": "ward", "standing-failed": "base", "standing-untried": "ward"},
        {"fit-one": "ward", "fit-two": "base", "ward-note": "ward"},
    )
    assert loaded.book.local == ("fit-one", "standing-untried", "ward-note", "ward-standing")
    assert loaded.place("fit-one").file == "ward/rules/ward.yaml" and loaded.place("fit-two").file == "rules/fit.yaml"


def test_an_effect_of_an_overlay_takes_the_place_of_a_standing_of_the_same_id() -> None:
    loaded, problems = built({"ward.yaml": text("standing-failed")})
    assert not problems
    assert titles(loaded) == (
        {"standing-untried": "base"},
        {"fit-one": "base", "fit-two": "base", "standing-failed": "base"},
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"more": text("fit-one")},
            "CKB015 rules/more.yaml:1:7\n  the rule 'fit-one' also stands in rules/fit.yaml\n  fix: give it another id",
        ),
        (
            {"more": text("more", "standing: failed")},
            "CKB036 rules/more.yaml:1:7\n  'more' gives a standing in rules/more.yaml\n"
            "  fix: standings are given in standing.yaml, effects in the other files",
        ),
        (
            {"standing": text("more")},
            "CKB036 rules/standing.yaml:1:7\n  'more' gives an effect in rules/standing.yaml\n"
            "  fix: standings are given in standing.yaml, effects in the other files",
        ),
        (
            {"more": text("more", "effect:")},
            f"CKB013 rules/more.yaml:4:10\n  'effect' is empty\n  valid: {', '.join(EFFECTS)}\n  fix: give one of the valid words",
        ),
        (
            {"more": text("more", "standing:")},
            "CKB013 rules/more.yaml:4:12\n  'standing' is empty\n"
            "  valid: untried, sibling_tried, cannot_tell, ongoing, other_purpose, inadequate, failed, partial",
        ),
        (
            {"more": text("more", "effect: nought").replace("  because: b\n", "")},
            "CKB013 rules/more.yaml:4:11",
        ),
    ],
)
def test_a_mistake_in_a_file_of_rules_is_told(files: dict[str, str], said: str) -> None:
    loaded, problems = built(None, **files)
    assert problems[0].startswith(said)
    assert list(titles(loaded)[1])[:2] == ["fit-one", "fit-two"]


def test_a_mistake_in_the_facts_leaves_the_rules() -> None:
    loaded, (problem,) = built(facts="patient: {meaning: m}\n")
    assert "attributes" in problem and not loaded.book.vocabulary and titles(loaded)[1]


def test_an_overlay_cannot_declare_facts() -> None:
    loaded, (problem,) = built({"facts.yaml": BASE["facts.yaml"], "ward.yaml": text("ward-note")})
    assert problem == (
        "CKB081 ward/rules/facts.yaml\n  an overlay cannot declare facts: what no part of the program gives would never hold\n"
        "  fix: write the rule with the facts of rules/facts.yaml"
    )
    assert "ward-note" in titles(loaded)[1] and list(loaded.book.vocabulary) == ["patient"]
