"""Each word of a patient file is used, has no consequence here, or is reported and leaves its list incomplete."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import Advice, InputError, KnowledgeBase
from calcinosis_kb.report.render import as_markdown
from calcinosis_kb.report.screen import ScreenReport
from strategies import examples, patients

LISTS = ("history", "medications", "conditions", "allergies", "sites", "features")
COMPLETE: dict[str, Any] = {"history": [], "medications": [], "conditions": [], "allergies": []}
UNKNOWN_WORD = "Wundermittel"


def record(where: str, word: str, **others: Any) -> dict[str, Any]:
    """Return a completely recorded patient with one word in one list."""
    base: dict[str, Any] = {"diseases": ["crest"], **COMPLETE, **others}
    if where in ("sites", "features"):
        return {**base, "calcinosis": {where: [word]}}
    given_as: Any = {"therapy": word, "outcome": "ineffective"} if where == "history" else word
    return {**base, where: [*base[where], given_as]}


def words(kb: KnowledgeBase) -> st.SearchStrategy[str]:
    """Names of ours, their halves and pairs, doses, and any text."""
    terms = kb.knowledge.terms
    known = sorted(
        {
            *(name for therapy in kb.knowledge.therapies.values() for name in (therapy.name, *therapy.aliases)),
            *(term.name for term in (*terms.conditions.values(), *terms.medications.values(), *terms.sites.values())),
        }
    )
    named = st.sampled_from(known)
    slips = st.tuples(named, st.integers(0, 30)).map(lambda pair: pair[0][: pair[1]] + pair[0][pair[1] + 1 :])
    joined = st.tuples(named, st.sampled_from(["/", " + ", " and ", ", ", " "]), st.one_of(named, st.just("foo"))).map(
        "".join
    )
    dosed = st.tuples(named, st.sampled_from([" 10 mg bid", " 1 g x2", " for 3 months", " iv", " cream"])).map("".join)
    return st.one_of(named, slips, joined, dosed, st.text(max_size=40))


@examples(250)
@given(data=st.data())
def test_each_word_is_used_or_changes_nothing_or_is_reported(kb: KnowledgeBase, data: st.DataObject) -> None:
    where, word = data.draw(st.sampled_from(LISTS)), data.draw(words(kb))
    advice = kb.advise(record(where, word))
    patient = advice.patient
    left = [item for item in patient.unresolved if item.where == where]
    open_ = [item for item in patient.open_words if item.where == where]
    recognised = [item for item in patient.recognised if item.where == where]
    # An allergy or a disease that stands among the conditions is used as one.
    used = {
        "history": [trial for trial in patient.trials if trial.therapy],
        "medications": patient.medications,
        "conditions": (
            *(patient.conditions or ()),
            *(patient.allergies or ()),
            *(patient.diseases or ())[1:],
            *patient.unresolved,
        ),
        "allergies": patient.allergies,
        "sites": patient.sites,
        "features": patient.features,
    }[where]
    assert (
        used
        or left
        or open_
        or recognised
        or (where == "conditions" and patient.diseases == ("limited_ssc_crest",) and known_disease(kb, word))
    )
    for item in left:
        assert shown_everywhere(advice, item.named)
    standings = {item.therapy.id: item.standing for item in advice.judged}
    if where == "history":
        assert patient.history_complete is not bool(left)
        if left:
            assert not {"untried", "sibling_tried"} & set(standings.values())
        for meant in open_:
            for id_ in meant.may_be:
                for therapy in (id_, *kb.knowledge.members(id_), *kb.names.could_be(id_)):
                    assert standings.get(therapy) not in ("untried", "sibling_tried")
    if where == "medications" and left:
        drugs = {option.id for option in kb.knowledge.options if option.kind == "drug"}
        assert not {standings[id_] for id_ in drugs} & {"untried", "sibling_tried"}
    if where in ("medications", "conditions", "allergies"):
        assert getattr(patient, f"{where}_complete") is not bool(left) or (
            where == "conditions" and bool(patient.unresolved)
        )


def known_disease(kb: KnowledgeBase, word: str) -> bool:
    return any(match.id == "limited_ssc_crest" for reading in kb.names.condition(word) for match in reading.matches)


def shown_everywhere(advice: Advice, named: str) -> bool:
    """Whether a word that was not understood stands in the JSON, and above the first table of Markdown and CSV."""
    assert named in {item["named"] for item in advice.to_dict()["patient"]["unresolved"]}
    report = ScreenReport(advice)
    table = report.table()
    blocks = list(report.blocks())
    assert all("Not " in row[table.columns.index("not_understood")] for row in table.rows)
    return "Not understood" in as_markdown(blocks).split("\n| ")[0]


@examples(150)
@given(data=st.data())
def test_a_hazard_in_an_unknown_word_is_asked_about(kb: KnowledgeBase, data: st.DataObject) -> None:
    """Replacing a recorded entry by an unknown word never removes a hazard: it is asked about instead."""
    patient = data.draw(patients(kb))
    lists = [key for key in ("conditions", "medications", "allergies") if patient.get(key)]
    if not lists:
        return
    where = data.draw(st.sampled_from(lists))
    index = data.draw(st.integers(0, len(patient[where]) - 1))
    before = kb.advise(patient)
    changed = {**patient, where: [*patient[where][:index], UNKNOWN_WORD, *patient[where][index + 1 :]]}
    after = kb.advise(changed)
    for item in before.judged:
        hazards = {reason.rule for reason in item.reasons if reason.effect in ("avoid", "caution", "not_applicable")}
        now = after.judgement(item.therapy.id)
        if now.offered:
            asked = {check.rule for check in now.check_first} | {reason.rule for reason in now.reasons}
            missing = {rule for rule in hazards - asked if reads(kb, rule, where)}
            assert not missing, (item.therapy.id, missing)


def reads(kb: KnowledgeBase, rule: str, where: str) -> bool:
    """Whether a rule reads that a fact of a kind is recorded, not only that it is absent."""
    kind = {"conditions": "condition", "medications": "medication", "allergies": "allergy"}[where]
    return any(
        clause.kind == kind and not clause.negated
        for part in kb.advisor.verdict_rules.compiled
        if part.rule == rule
        for clause in part.clauses
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pamidronate", "Aredia"),
        ("methotrexate", "MTX"),
        ("methotrexate", "metotrexato"),
        ("azathioprine", "AZA"),
        ("azathioprine", "IMURAN"),
        ("diltiazem", "rxnorm:3443"),
        ("diltiazem", "C08DB01"),
        ("zoledronic acid", "ácido zoledrónico"),
        ("intravenous immunoglobulin", "IVIg"),
        ("sodium thiosulfate topical", "STS cream"),
        ("systemic corticosteroids", "pred"),
        ("surgery", "chirurgie"),
        ("iloprost", "Ventavis"),
    ],
)
def test_another_name_changes_no_answer(kb: KnowledgeBase, one: str, other: str) -> None:
    answers = []
    for name in (one, other):
        answer = kb.advise(record("history", name, medications=["nifedipine"])).to_dict()
        answers.append(
            [
                (item["therapy"], item["standing"], item["verdict"])
                for item in (*answer["options"], *answer["not_offered"])
            ]
        )
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("where", "one", "other"),
    [
        ("conditions", "heart failure", "CHF"),
        ("conditions", "kidney failure", "ESRD"),
        ("conditions", "kidney failure", "N18.6"),
        ("conditions", "deep vein thrombosis", "DVT"),
        ("conditions", "tuberculosis", "TB"),
        ("medications", "beta_blocker", "carvedilol"),
        ("medications", "nsaid", "ibuprofen"),
        ("medications", "loop_diuretic", "Furosemide 40 mg"),
        ("medications", "anticoagulant", "enoxaparin"),
        ("medications", "angiotensin_receptor_blocker", "losartan 50 mg od"),
        ("allergies", "pamidronate", "Aredia"),
    ],
)
def test_another_word_raises_the_same_rules(kb: KnowledgeBase, where: str, one: str, other: str) -> None:
    """What is said of the class is said of its member; the member may have rules of its own beside it."""
    plain, named = (
        {
            item.therapy.id: {r.rule for r in item.reasons if r.effect in ("avoid", "caution")}
            for item in kb.advise(record(where, word)).judged
        }
        for word in (one, other)
    )
    assert {id_: rules - named[id_] for id_, rules in plain.items() if rules - named[id_]} == {}


@examples(60)
@given(data=st.data())
def test_case_accents_and_order_change_no_answer(kb: KnowledgeBase, data: st.DataObject) -> None:
    terms = kb.knowledge.terms
    condition = data.draw(st.sampled_from(sorted(term.name for term in terms.conditions.values())))
    drug = data.draw(st.sampled_from(sorted(term.name for term in terms.medications.values())))
    one = kb.advise({"conditions": [condition, "anaemia"], "medications": [drug, "nifedipine"]})
    other = kb.advise({"conditions": ["Anæmia", condition.upper()], "medications": ["NIFEDIPINE", drug.swapcase()]})
    assert [(j.therapy.id, j.verdict, j.rank) for j in one.judged] == [
        (j.therapy.id, j.verdict, j.rank) for j in other.judged
    ]


def test_what_is_recognised_blankets_nothing(kb: KnowledgeBase) -> None:
    advice = kb.advise(record("history", "metformin 850 mg"))
    standings = {item.standing for item in advice.judged}
    assert standings == {"untried"}
    assert advice.patient.unresolved == ()


def test_likeness_neither_narrows_nor_judges(kb: KnowledgeBase) -> None:
    advice = kb.advise(record("history", "diltiazam"))
    assert {item.standing for item in advice.judged} == {"cannot_tell"}
    assert advice.patient.unresolved[0].nearest[0] == "diltiazem"
    assert kb.advise(record("allergies", "diazepam")).judgement("diltiazem").verdict != "avoid"


@pytest.mark.parametrize("text", ["CTX", "ADA"])
def test_an_ambiguous_abbreviation_is_never_guessed(kb: KnowledgeBase, text: str) -> None:
    advice = kb.advise(record("history", text))
    (word,) = advice.patient.open_words
    assert all(
        advice.judgement(id_).standing == "cannot_tell"
        for id_ in word.may_be
        if id_ in {o.id for o in kb.knowledge.options}
    )
    assert advice.judgement("rituximab").standing == "untried"


def test_several_in_one_are_one_trial_each(kb: KnowledgeBase) -> None:
    patient = kb.advise(record("history", "MTX 15 mg/wk + HCQ 200 mg bid")).patient
    assert [(trial.therapy, trial.dose) for trial in patient.trials] == [
        ("methotrexate", "15 mg/wk"),
        ("hydroxychloroquine", "200 mg bid"),
    ]
    stopped = kb.advise({**COMPLETE, "history": [{"therapy": "MTX/HCQ", "outcome": "not_tolerated"}]})
    assert stopped.judgement("methotrexate").standing == "cannot_tell"
    assert "which of them was not tolerated is not recorded" in " ".join(stopped.patient.notes)


def test_a_dose_in_the_name_is_the_dose(kb: KnowledgeBase) -> None:
    (trial,) = kb.advise(record("history", "diltiazem 60 mg/day 2 months", patient={"age": 50})).patient.trials
    assert (trial.dose, trial.months, trial.adequacy) == ("60 mg/day", 2.0, "inadequate")


def test_what_helped_or_was_given_too_little_comes_first(kb: KnowledgeBase) -> None:
    history = [
        {"therapy": "diltiazem 60 mg/day 2 months", "outcome": "ineffective"},
        {"therapy": "rituximab", "outcome": "effective"},
    ]
    advice = kb.advise({"diseases": ["crest"], **COMPLETE, "history": history, "patient": {"age": 50, "sex": "m"}})
    assert [(item.therapy.id, item.verdict) for item in advice.options[:2]] == [
        ("rituximab", "continue"),
        ("diltiazem", "retry"),
    ]


def test_the_family_of_what_failed_is_tried(kb: KnowledgeBase) -> None:
    assert kb.advise(record("history", "iloprost")).judgement("treprostinil").standing == "sibling_tried"
    painful = {"calcinosis": {"features": ["pain"]}}
    untried = kb.advise({**record("history", "colchicine"), **painful})
    failed = kb.advise({**record("history", "surgery"), **painful})
    assert failed.judgement("surgical_excision").standing == "cannot_tell"
    untried = kb.advise({"diseases": ["crest"], **COMPLETE, "calcinosis": {"features": ["pain"]}})
    assert failed.judgement("surgical_excision").key > untried.judgement("surgical_excision").key


def test_a_contraindication_is_no_trial(kb: KnowledgeBase) -> None:
    child = {"patient": {"age": 7}, "diseases": ["jdm"], **COMPLETE}
    entry = {"therapy": "prednisone", "outcome": "contraindicated"}
    advice = kb.advise({**child, "history": [entry]})
    assert advice.judgement("systemic_corticosteroids").verdict == "avoid"
    assert "biologics-fit-refractory-juvenile-dermatomyositis" not in {
        r.rule for r in advice.judgement("infliximab").reasons
    }
    misspelt = kb.advise({**child, "history": [{**entry, "therapy": "prednislone"}]})
    asked = {check.rule for check in misspelt.judgement("systemic_corticosteroids").check_first}
    assert "judged-contraindicated-before" in asked


def test_a_severity_word_bounds_the_test_and_a_result_is_the_word(kb: KnowledgeBase) -> None:
    word = kb.advise(record("conditions", "severe kidney impairment"))
    number = kb.advise({**record("conditions", "anaemia"), "labs": {"egfr": {"value": 29.97, "unit": "mL/min/1.73m2"}}})
    for therapy in ("zoledronic_acid", "methotrexate", "probenecid"):
        assert word.judgement(therapy).verdict == number.judgement(therapy).verdict
    for advice in (word, number):
        assert "condition:renal_impairment_severe" not in {
            fact for question in advice.questions for fact in question.facts
        }


@pytest.mark.parametrize(
    ("labs", "pregnant"),
    [("positive", True), ("negative", False)],
)
def test_a_pregnancy_test_says_whether_she_is_pregnant(kb: KnowledgeBase, labs: str, pregnant: bool) -> None:
    patient = {"patient": {"age": 30, "sex": "f"}, **COMPLETE, "labs": {"pregnancy_test": labs}}
    assert kb.reader.mapping(patient).pregnant is pregnant


def test_a_positive_pregnancy_test_outweighs_a_no(kb: KnowledgeBase) -> None:
    patient = {
        "patient": {"age": 30, "sex": "female", "pregnant": False},
        **COMPLETE,
        "conditions": ["could_become_pregnant"],
        "labs": {"pregnancy_test": "positive"},
    }
    advice = kb.advise(patient)
    assert advice.patient.pregnant is True
    assert "does not fit together" in advice.patient.notes[0]
    assert {advice.judgement(drug).verdict for drug in ("mycophenolate", "methotrexate")} == {"avoid"}


@pytest.mark.parametrize("word", ["no diabetes", "denies asthma", "family history of breast cancer", "none"])
def test_what_is_denied_is_no_condition(kb: KnowledgeBase, word: str) -> None:
    patient = kb.reader.mapping(record("conditions", word))
    assert patient.conditions == ()
    assert [item.named for item in patient.recognised] == [word]
    assert patient.conditions_complete


def test_what_is_only_suspected_is_left_open(kb: KnowledgeBase) -> None:
    advice = kb.advise(record("conditions", "?suspected tuberculosis"))
    assert advice.patient.conditions == ()
    assert "tuberculosis" in advice.patient.open_words[0].may_be
    assert advice.judgement("infliximab").verdict != "avoid"
    assert any(
        check.fact == "condition:active_severe_infection" for check in advice.judgement("infliximab").check_first
    )


def test_an_allergy_among_the_conditions_is_an_allergy(kb: KnowledgeBase) -> None:
    patient = kb.reader.mapping(record("conditions", "aspirin allergy"))
    assert [drug.id for drug in patient.allergies or ()] == ["aspirin"]


def test_what_leaves_something_open_is_not_told_as_without_consequence(kb: KnowledgeBase) -> None:
    advice = kb.advise(record("conditions", "osteonecrosis"))
    assert advice.patient.recognised == ()
    assert "osteonecrosis_of_the_jaw" in advice.patient.open_words[0].may_be
    checked = {check.fact for check in advice.judgement("denosumab").check_first}
    assert "condition:osteonecrosis_of_the_jaw" in checked


def test_a_negation_is_no_site(kb: KnowledgeBase) -> None:
    assert kb.reader.mapping(record("sites", "no hand involvement")).sites == ()
    assert kb.reader.mapping(record("sites", "left posterior thigh")).sites == ("thigh",)


def test_no_label_is_not_the_better_label(kb: KnowledgeBase) -> None:
    """Each therapy that is given is judged in pregnancy, or says that no label was read for it."""
    patient = {"patient": {"age": 30, "sex": "female", "pregnant": True}, "diseases": ["crest"], **COMPLETE}
    for item in kb.advise(patient).judged:
        told = [
            r
            for r in item.reasons
            if r.rule == "unread-pregnancy"
            or r.effect in ("avoid", "reserve", "caution", "against", "not_applicable", "note")
        ]
        assert told or item.therapy.kind == "measure", item.therapy.id


def test_a_textless_record_is_refused_and_no_data_is_lost(kb: KnowledgeBase) -> None:
    with pytest.raises(InputError):
        kb.reader.mapping({"diseases": ["wombat disease"]})
    kept = kb.reader.mapping(record("conditions", "\N{RIGHT-TO-LEFT OVERRIDE}evil <img>"))
    assert json.loads(json.dumps(kept.to_dict()))["unresolved"][0]["named"].endswith("<img>")
