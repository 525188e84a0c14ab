"""Add a patient to the page: the state of each box, and a summary of tried and untried mechanisms."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from calcinosis_kb.advice.reach import Reached, State, reach
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.map.look import STATES
from calcinosis_kb.map.patient_scene import TITLE
from calcinosis_kb.map.scene import Scene, chosen
from calcinosis_kb.report.graph.reach import STATE_WORDS, state_title

if TYPE_CHECKING:
    from calcinosis_kb.advice.answer import Advice
    from calcinosis_kb.base import KnowledgeBase

__all__ = ["PatientPart"]

_STRIP: tuple[State, ...] = ("failed", "new")
_GLANCE: tuple[State, ...] = (*_STRIP, "ongoing", "helped", "tried", "cannot_tell")
_SHOWN, _LISTED = 8, 20
"""Therapies per state in the strip, and in the panel beside it."""

_NAMED = 3
"""Therapies named beside a mechanism."""


class PatientPart:
    """A patient's states of the boxes: as a view, as data and as HTML summaries."""

    def __init__(self, kb: KnowledgeBase, advice: Advice) -> None:
        self.kb = kb
        self.advice = advice
        self.reached = reach(kb.knowledge, kb.graph, advice)
        self._kinds = {node: kb.graph.nodes[node]["kind"] for node in self.reached}

    def scene(self) -> Scene:
        """The view: the patient's treatments, every mechanism of action with its targets, and calcinosis."""
        graph = self.kb.graph
        taken = [
            node for node, at in self.reached.items() if self._kinds[node] == "therapy" and at.state != "untouched"
        ]
        had = [node for node in taken if self.reached[node].state != "new"]
        shown = [node for node, kind in self._kinds.items() if kind != "therapy"]
        first = [at.by[0] for node, at in self._mechanisms("new")]
        nodes = dict.fromkeys([*had, *first, *shown, OUTCOME_NODE])
        return chosen(graph, nodes, (), TITLE)

    def data(self) -> dict[str, Any]:
        """The state of each box, and its wording."""
        return {node: [at.state, self._words(at)] for node, at in self.reached.items()}

    def strip(self) -> str:
        """A summary above the map as HTML: the therapies of the first states, in rank order."""
        groups = [
            f'<div class="glance state-{state}"><h3>{_heading(state)}</h3>{self._first(self._therapies(state), _SHOWN)}</div>'
            for state in _STRIP
            if self._therapies(state)
        ]
        return f'<div class="map-strip">{self._alert()}{"".join(groups)}</div>'

    def glance(self) -> str:
        """A summary as HTML: first the therapies by state, those that are offered in rank order, then the mechanisms of action."""
        groups = [self._alert()]
        for state in _GLANCE:
            if therapies := self._therapies(state):
                groups.append(
                    f'<div class="glance state-{state}"><h3>{_heading(state)}</h3>{self._first(therapies, _LISTED)}</div>'
                )
        groups.append("<h2>By mechanism of action</h2>")
        for state in _GLANCE:
            items = "".join(self._item(node, at) for node, at in self._mechanisms(state))
            if items:
                groups.append(f'<div class="glance state-{state}"><h3>{_heading(state)}</h3><ul>{items}</ul></div>')
        return f'<div class="patient">{"".join(groups)}</div>'

    def sheet(self) -> tuple[tuple[str, str], ...]:
        """The same as `glance` for a sheet of paper: headings, each with its names, and what is open first."""
        states = sorted(_GLANCE, key=lambda state: state != "new")
        names = self.kb.graph.nodes
        therapies = [(state, [self._ranked(id_) for id_ in self._therapies(state)]) for state in states]
        mechanisms = [
            (state, [f"{names[node]['name']} ({self._names(at.by)})" for node, at in self._mechanisms(state)])
            for state in states
        ]
        return tuple(
            (f"{STATES[state].mark} {state_title(state)}{addition}", "; ".join(named))
            for found, addition in ((therapies, ""), (mechanisms, ", by mechanism of action"))
            for state, named in found
            if named
        )

    def _ranked(self, therapy: str) -> str:
        """The name of a therapy, after its rank if it is open."""
        ranks = {item.therapy.id: item.rank for item in self.advice.options}
        rank = f"{ranks[therapy]} " if self.reached[therapy].state == "new" and ranks.get(therapy) else ""
        return f"{rank}{self.kb.knowledge.therapies[therapy].name}"

    def _therapies(self, state: State) -> list[str]:
        """The therapies in a state, in rank order; a family only where none of its members is among them."""
        found = {node for node, at in self.reached.items() if self._kinds[node] == "therapy" and at.state == state}
        named = (therapy for therapy in found if not found.intersection(self.kb.knowledge.members(therapy)))
        return sorted(named, key=lambda therapy: (self._rank(therapy), therapy))

    def _first(self, therapies: list[str], most: int) -> str:
        """The first therapies as a list; those that are left out rank below each that is named."""
        ranks = {item.therapy.id: item.rank for item in self.advice.options}
        items = []
        for therapy in therapies[:most]:
            rank = f"{ranks[therapy]} " if self.reached[therapy].state == "new" and ranks.get(therapy) else ""
            name = escape(self.kb.knowledge.therapies[therapy].name)
            items.append(
                f'<li>{rank}<a href="#view=focus:{escape(therapy)}&amp;node={escape(therapy)}">{name}</a></li>'
            )
        if len(therapies) > most:
            items.append(f"<li>and {len(therapies) - most} more</li>")
        return f"<ul>{''.join(items)}</ul>"

    def _alert(self) -> str:
        """The number of words that were not understood. The page names nothing that identifies a patient, so no word itself."""
        patient = self.advice.patient
        number = len(patient.unresolved) + sum(not word.understood for word in patient.open_words)
        if not number:
            return ""
        words = "1 word of the record was" if number == 1 else f"{number} words of the record were"
        return f'<p class="alert">{words} not understood: the states may be wrong. <code>calcinosis-kb suggest</code> lists them.</p>'

    def _mechanisms(self, state: State) -> list[tuple[str, Reached]]:
        """The mechanisms of action in a state, in order of their best-ranked therapy."""
        found = [
            (node, at)
            for node, at in self.reached.items()
            if self._kinds[node] == "mechanism_of_action" and at.state == state
        ]
        return sorted(found, key=lambda item: (min(map(self._rank, item[1].by), default=0), item[0]))

    def _rank(self, therapy: str) -> int:
        ranks = {item.therapy.id: item.rank for item in self.advice.options}
        return ranks.get(therapy) or len(self.advice.judged)

    def _item(self, node: str, at: Reached) -> str:
        name = escape(self.kb.graph.nodes[node]["name"])
        return f'<li><a href="#view=focus:{escape(node)}&amp;node={escape(node)}">{name}</a> <span>{escape(self._names(at.by))}</span></li>'

    def _names(self, therapies: Iterable[str]) -> str:
        ordered = sorted(therapies, key=lambda therapy: (self._rank(therapy), therapy))
        names = [self.kb.knowledge.therapies[therapy].name for therapy in ordered]
        more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED + 1 else []
        return "; ".join(names[:_NAMED] + more if more else names)

    def _words(self, at: Reached) -> str:
        by = f" ({self._names(at.by)})" if at.by and at.by != (at.node,) else ""
        return f"{STATE_WORDS[at.state]}{by}."


def _heading(state: State) -> str:
    return f'<span aria-hidden="true">{STATES[state].mark}</span> {state_title(state)}'
