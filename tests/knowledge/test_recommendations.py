"""What is advised for a patient, who is credited with it, and what a fact that is not recorded could change."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.person import Person
from calcinosis_kb.knowledge.recommendations import Missing, Recommendation, missing, recommend

JDM = frozenset({"juvenile_dermatomyositis"})
AGE: Missing = ("patient", "age")


def advised(kb: KnowledgeBase, therapy: str, person: Person, *unknown: Missing) -> Recommendation:
    return recommend(kb.knowledge, therapy, person, unknown=unknown)


def test_an_age_that_is_not_recorded_is_not_that_of_an_adult(kb: KnowledgeBase) -> None:
    child = advised(kb, "methotrexate", Person(JDM, "child"))
    adult = advised(kb, "methotrexate", Person(JDM, "adult"))
    unknown = advised(kb, "methotrexate", Person(JDM), AGE)
    assert (child.advised, adult.advised, unknown.advised) == ("recommended", "none", "depends")
    assert child.open == adult.open == () and unknown.open == ((AGE, "recommended"),)
    assert unknown.guided == child.guided < adult.guided
    assert unknown.sources == child.sources and not unknown.recommending


@pytest.mark.parametrize("kind", ["patient", "lesion", "feature", "condition"])
def test_whatever_advice_depends_on_is_asked_for_where_it_would_change_the_advice(kb: KnowledgeBase, kind: str) -> None:
    asked = {fact for fact in missing(kb.knowledge) if fact[0] == kind}
    diseases = [Person(frozenset({id_})) for id_ in kb.knowledge.terms.diseases]
    found = {
        fact
        for person in diseases
        for therapy in kb.knowledge.options
        for fact, would in recommend(kb.knowledge, therapy.id, person, unknown=asked).open
        if would != recommend(kb.knowledge, therapy.id, person).advised
    }
    assert found and found <= asked


def test_a_fact_that_is_recorded_as_absent_opens_nothing(kb: KnowledgeBase) -> None:
    for therapy in kb.knowledge.options:
        assert advised(kb, therapy.id, Person(JDM, "adult")).open == ()


def test_only_those_who_recommend_are_credited_with_it(kb: KnowledgeBase) -> None:
    seen = set()
    for disease in kb.knowledge.terms.diseases:
        for ages in ("child", "adult"):
            for therapy in kb.knowledge.options:
                said = advised(kb, therapy.id, Person(frozenset({disease}), ages))
                statements = kb.knowledge.statements(therapy.id)
                recommend_it = {guideline.id for guideline, one in statements if one.advice == "recommends"}
                assert set(said.recommending) <= recommend_it & set(said.sources)
                assert bool(said.recommending) >= (said.advised == "recommended")
                seen.add(bool(set(said.sources) - set(said.recommending)) and said.advised == "recommended")
    assert True in seen  # some recommended therapies are also only considered by others
