"""Every golden case, with both engines."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.document import Document
from calcinosis_kb.evaluation.golden import GoldenCase, ask, read_cases

CASES = list(read_cases(Checkout.of_package().cases))


@pytest.mark.parametrize(("document", "case"), CASES, ids=[document.name for document, _ in CASES])
def test_the_answer_is_what_the_case_expects(kb: KnowledgeBase, document: Document, case: GoldenCase) -> None:
    problems = ask(kb, document, case).problems
    assert not problems, "\n".join(map(str, problems))


def test_a_wrong_expectation_is_noticed(kb: KnowledgeBase) -> None:
    document, case = next(pair for pair in CASES if pair[0].name.endswith("seed-patient.case.yaml"))
    wrong = case.model_copy(update={"first": "warfarin", "order": ("nifedipine", "rituximab"), "unresolved": ("x",)})
    problems = ask(kb, document, wrong).problems
    assert [problem.code for problem in problems] == ["CKB037"] * 3
