"""The report of ``coverage``: what the knowledge covers, by therapy and disease, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calcinosis_kb.advice.stamp import Stamp, stamp
from calcinosis_kb.checks.searches import STALE, months_behind
from calcinosis_kb.graph.gaps import gaps, treatments
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge
from calcinosis_kb.knowledge.local import local_key
from calcinosis_kb.knowledge.primary import NOT_STATED, primary_findings
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.report import Report
from calcinosis_kb.rules.loader import RuleBook

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["CoverageReport", "lacking", "unreached"]


@dataclass(frozen=True)
class CoverageReport(Report):
    """The coverage of the knowledge, printed by ``coverage``."""

    knowledge: Knowledge
    rules: RuleBook
    graph: MultiDiGraph[str]

    def stamp(self) -> Stamp:
        """The knowledge and the rules that it is about."""
        return stamp(self.knowledge, self.rules.hash)

    def data(self) -> dict[str, Any]:
        """For each option its primary studies and patients by disease, its rules, and what is missing.

        Only studies with patients of their own and results on the course of calcinosis count. A study of several diseases counts
        under each of them with all its patients, because hardly any source reports them separately. ``unread``: results whose
        outcome was not in the part that was read. ``thin_claims``: claims and notes whose only sources are machine-written,
        uncredited or of this project. ``months_since_search``: months from the therapy's last search to the latest search of any
        therapy. ``graph_gaps``: processes that lead to calcinosis and that no therapy firmly acts on.
        """
        return {
            "diseases": list(self.knowledge.terms.diseases),
            "therapies": [_therapy(self.knowledge, self.rules, option.id) for option in self.knowledge.options],
            "graph_gaps": [
                {
                    "node": gap.node,
                    "name": self.graph.nodes[gap.node]["name"],
                    "kind": gap.kind,
                    **local_key(self.knowledge.is_local("nodes", gap.node)),
                }
                for gap in gaps(self.graph, treatments(self.knowledge))
            ],
            **({"drafts": self.knowledge.drafts} if self.knowledge.drafts else {}),
        }

    def blocks(self) -> Iterator[Block]:
        """The matrix of therapies and diseases, best covered first, then what is missing."""
        data = self.data()
        yield Heading("Studies (patients) by therapy and disease")
        yield Table(
            ("Therapy", "All", "Rules", "By disease"),
            [_row(therapy, data["diseases"], self.knowledge) for therapy in _covered(data)],
            whole=(1, 2),
        )
        yield Text(
            "A study of several diseases counts under each of them with all of its patients; reviews are not counted."
        )
        yield Heading("Gaps")
        yield Marked(
            [
                (
                    "-",
                    f"{title}: {', '.join(map(_name, therapies)) or 'none'}",
                )
                for title, therapies in lacking(data).items()
            ]
        )
        yield Heading("Processes that lead to calcinosis and that no therapy firmly acts on")
        yield Marked(
            [
                (
                    "-",
                    f"{title}: {', '.join(map(_name, processes)) or 'none'}",
                )
                for title, processes in unreached(data).items()
            ]
        )
        if self.knowledge.drafts:
            yield Heading("Drafts (left out)")
            yield Table(("Draft", "File"), list(self.knowledge.drafts.items()))
        yield Heading("Last search of the literature")
        searched = sorted({therapy["last_searched"] or "" for therapy in data["therapies"]}, reverse=True)
        yield Table(
            ("Day", "Months before the latest", "Therapies"),
            [_searched(day, [t for t in data["therapies"] if (t["last_searched"] or "") == day]) for day in searched],
        )

    def table(self) -> Table:
        """The studies and patients of every therapy with any, one row per disease."""
        rows = [
            (therapy["therapy"], disease, str(cell["studies"]), str(cell["patients"]))
            for therapy in _covered(self.data())
            for disease, cell in therapy["by_disease"].items()
        ]
        return Table(("therapy", "disease", "studies", "patients"), rows)


def lacking(data: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the therapies of the report's data that lack something, by what they lack."""
    return {title: [one for one in data["therapies"] if lacks(one)] for title, lacks in _GAPS.items()}


def unreached(data: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the processes of the report's data that no therapy firmly acts on, by how far therapies reach."""
    return {title: [gap for gap in data["graph_gaps"] if gap["kind"] == kind] for kind, title in _REACHED.items()}


def _covered(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The therapies with studies of patients, best covered first."""
    ordered = sorted(data["therapies"], key=lambda therapy: (-therapy["studies"], therapy["name"]))
    return [therapy for therapy in ordered if therapy["studies"]]


def _therapy(knowledge: Knowledge, rules: RuleBook, id_: str) -> dict[str, Any]:
    therapy = knowledge.therapies[id_]
    own = primary_findings(knowledge, id_)
    mentioned = rules.naming(therapy)
    local = (
        knowledge.is_local("therapies", id_)
        or any(finding.local for finding in own)
        or any(rule.id in rules.local for rule in mentioned)
    )
    by_disease: dict[str, dict[str, int]] = {}
    for finding in own:
        for disease in finding.result.populations or (NOT_STATED,):
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
        "rules": len(mentioned),
        "mechanism": bool(knowledge.mechanisms(id_)),
        "adequate_trial": therapy.adequate_trial is not None,
        "thin_claims": _thin_claims(knowledge, id_),
        "last_searched": therapy.last_searched.isoformat() if therapy.last_searched else None,
        "months_since_search": months_behind(knowledge, id_),
        "codes": bool(therapy.codes.rxnorm or therapy.codes.atc or therapy.codes.snomed or therapy.codes.icd10pcs),
        **local_key(local),
    }


def _thin_claims(knowledge: Knowledge, id_: str) -> int:
    """The number of claims and notes of a therapy without a label, paper or monograph among their sources."""
    therapy = knowledge.therapies[id_]
    authorities = knowledge.authorities
    claims = (*therapy.claims, *therapy.best_responders, *therapy.notes)
    return sum(all(authorities[source] in _THIN for source in claim.sources) for claim in claims)


def _searched(day: str, therapies: list[dict[str, Any]]) -> tuple[str, str, str]:
    months = therapies[0]["months_since_search"]
    return (day or "never", "–" if months is None else str(months), str(len(therapies)))


_THIN = frozenset({"low", "project"})
_REACHED = {
    "unreached": "no therapy by any path",
    "contested": "only by a contested link",
    "indirect": "therapies, none of them directly",
}

_GAPS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "no study of patients": lambda therapy: not therapy["studies"],
    "no study with a stated course": lambda therapy: 0 < therapy["studies"] <= therapy["unread"],
    "no mechanism": lambda therapy: not therapy["mechanism"],
    "no adequate trial": lambda therapy: not therapy["adequate_trial"],
    "no rule of its own": lambda therapy: not therapy["rules"],
    "a claim from uncredited or own pages only": lambda therapy: therapy["thin_claims"],
    "search 24 months before the latest": lambda therapy: (therapy["months_since_search"] or 0) >= STALE,
    "no code": lambda therapy: not therapy["codes"],
}


def _name(item: dict[str, Any]) -> str:
    return f"{item['name']}{LOCAL if item.get('local') else ''}"


def _row(therapy: dict[str, Any], diseases: list[str], knowledge: Knowledge) -> tuple[str, ...]:
    cells = {disease: therapy["by_disease"].get(disease) for disease in (*diseases, NOT_STATED)}
    shown = (
        f"{knowledge.disease_in_short(disease)} {cell['studies']} ({cell['patients']})"
        for disease, cell in cells.items()
        if cell
    )
    return (_name(therapy), f"{therapy['studies']} ({therapy['patients']})", str(therapy["rules"]), ", ".join(shown))
