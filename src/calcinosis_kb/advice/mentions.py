"""Find the therapies that an entry of the history or of the medicines may have meant: vague words, families, classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.models import Patient, Where

__all__ = ["Mention", "meanings", "uncertain_therapies", "vague_mentions"]


class Mention(NamedTuple):
    """An entry of the history or of the medicines that may have meant a therapy, and why."""

    where: Where
    named: str
    why: str


def uncertain_therapies(patient: Patient, names: Names) -> dict[str, str]:
    """Return the therapies that may have been tried because an entry is vague or unreadable, with the first reason."""
    return {therapy: found[0].why for therapy, found in vague_mentions(patient, names).items()}


def vague_mentions(patient: Patient, names: Names) -> dict[str, tuple[Mention, ...]]:
    """Return the therapies that may have been tried because an entry is vague or unreadable, with all such entries.

    A family stands for its members, a class ("immunosuppressants") for its therapies, an abbreviation for its meanings. A word that
    was not understood may mean any therapy; among the medicines, any drug.
    """
    knowledge = names.knowledge
    found: dict[str, dict[Mention, None]] = {}

    def note(therapies: Iterable[str], where: Where, named: str, why: str) -> None:
        mention = Mention(where, named, why)
        for therapy in therapies:
            found.setdefault(therapy, {})[mention] = None

    for trial in patient.trials:
        if trial.kind in ("family", "medication") and trial.therapy and trial.given:
            why = f"the history says only '{trial.named}'"
            note(meanings(trial.therapy, names), "history", trial.named, why)
    for word in patient.open_words:
        if word.where in ("history", "medications"):
            may_be = (therapy for id_ in word.may_be for therapy in meanings(id_, names))
            note(may_be, word.where, word.named, f"'{word.named}' in the {word.where} has several meanings")
    for item in patient.unresolved:
        if item.where in ("history", "medications"):
            why = f"'{item.named}' in the {item.where} was not understood"
            note(_any_of(item.where, knowledge), item.where, item.named, why)
    named = {trial.therapy for trial in patient.trials}
    for drug in patient.medications or ():
        if drug.id not in named:
            why = f"'{drug.named}' is being taken, and the history does not say what for"
            note(meanings(drug.id, names), "medications", drug.named, why)
    return {therapy: tuple(mentions) for therapy, mentions in found.items()}


def _any_of(where: Where, knowledge: Knowledge) -> list[str]:
    """What a word that was not understood may mean: any therapy; among the medicines no procedure or measure."""
    drugs = where == "medications"
    return [option.id for option in knowledge.options if not drugs or option.kind not in ("procedure", "measure")]


def meanings(id_: str, names: Names) -> tuple[str, ...]:
    """The therapies that the id of a therapy, a family or a class may stand for."""
    if any(option.id == id_ for option in names.knowledge.options):
        return (id_,)
    return names.knowledge.members(id_) or names.could_be(id_)
