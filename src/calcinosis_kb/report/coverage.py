"""What the knowledge covers and where it is thin: studies and patients by therapy and disease, and rules by therapy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from calcinosis_kb.knowledge.library import Knowledge
from calcinosis_kb.report.blocks import Block, Heading, Table, Text
from calcinosis_kb.report.evidence import SHORT_NAMES
from calcinosis_kb.report.therapy import rules_of
from calcinosis_kb.rules.loader import RuleBook

__all__ = ["coverage_blocks", "coverage_data"]


def coverage_data(knowledge: Knowledge, rules: RuleBook) -> dict[str, Any]:
    """For each option its primary studies and patients by disease, its rules, and what is missing.

    Patients are those of studies that report patients of their own, on the course of calcinosis; a study that names several
    diseases counts with all of its patients under each, because hardly any source tells them apart. ``unread`` counts
    results whose course was not in the part that was read.
    """
    return {
        "diseases": list(knowledge.terms.diseases),
        "therapies": [_therapy(knowledge, rules, option.id) for option in knowledge.options],
    }


def _therapy(knowledge: Knowledge, rules: RuleBook, id_: str) -> dict[str, Any]:
    therapy = knowledge.therapies[id_]
    own = [f for f in knowledge.findings(id_) if f.design.patients and f.result.endpoint == "calcinosis"]
    by_disease: dict[str, dict[str, int]] = {}
    for finding in own:
        for disease in finding.result.populations or ("not_stated",):
            cell = by_disease.setdefault(disease, {"studies": 0, "patients": 0})
            cell["studies"] += 1
            cell["patients"] += finding.result.n or 0
    return {
        "therapy": id_,
        "name": therapy.name,
        "studies": len({finding.study.id for finding in own}),
        "patients": sum(finding.result.n or 0 for finding in own),
        "unread": sum(finding.result.direction is None for finding in own),
        "by_disease": {disease: by_disease[disease] for disease in sorted(by_disease)},
        "rules": len(rules_of(knowledge, rules, id_)),
        "mechanism": bool(knowledge.mechanisms(id_)),
        "adequate_trial": therapy.adequate_trial is not None,
        "codes": bool(therapy.codes.rxnorm or therapy.codes.atc or therapy.codes.snomed or therapy.codes.icd10pcs),
    }


def coverage_blocks(knowledge: Knowledge, rules: RuleBook) -> Iterator[Block]:
    """The matrix of therapies and diseases, best covered first, then what is missing."""
    data = coverage_data(knowledge, rules)
    diseases = [disease for disease in data["diseases"] if any(disease in t["by_disease"] for t in data["therapies"])]
    ordered = sorted(data["therapies"], key=lambda therapy: (-therapy["studies"], therapy["name"]))
    yield Heading("Studies (patients) by therapy and disease")
    yield Table(
        ("Therapy", "All", "Rules", *(SHORT_NAMES.get(disease, disease) for disease in diseases)),
        [_row(therapy, diseases) for therapy in ordered if therapy["studies"]],
    )
    yield Text(
        "A study of several diseases counts under each of them with all of its patients; reviews are not counted."
    )
    yield Heading("Gaps")
    yield Table(
        ("What is missing", "Therapies"),
        [
            (title, ", ".join(therapy["name"] for therapy in data["therapies"] if lacks(therapy)))
            for title, lacks in _GAPS.items()
        ],
        ratios=(20, 60),
    )


_GAPS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "no study of patients": lambda therapy: not therapy["studies"],
    "no study with a stated course": lambda therapy: 0 < therapy["studies"] <= therapy["unread"],
    "no mechanism": lambda therapy: not therapy["mechanism"],
    "no adequate trial": lambda therapy: not therapy["adequate_trial"],
    "no rule of its own": lambda therapy: not therapy["rules"],
    "no code": lambda therapy: not therapy["codes"],
}


def _row(therapy: dict[str, Any], diseases: list[str]) -> tuple[str, ...]:
    cells = (therapy["by_disease"].get(disease) for disease in diseases)
    shown = (f"{cell['studies']} ({cell['patients']})" if cell else "–" for cell in cells)
    return (therapy["name"], f"{therapy['studies']} ({therapy['patients']})", str(therapy["rules"]), *shown)
