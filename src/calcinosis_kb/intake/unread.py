"""Words of a patient file that were not understood, or mean several things, and what somebody says that they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from calcinosis_kb.intake.form import treatments
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.models import Patient, Where

__all__ = ["Unread", "drop_word", "replace_word", "unread"]

_DRUGS = frozenset({"history", "medications", "allergies"})


@dataclass(frozen=True)
class Unread:
    """A word of a list, with the words that it may be: id and name. ``several`` if it is known, with more than one meaning."""

    where: Where
    named: str
    nearest: tuple[tuple[str, str], ...]
    several: bool = False


def unread(patient: Patient, names: Names) -> Iterator[Unread]:
    """Yield every word of a patient that somebody must explain."""
    for word in patient.unresolved:
        yield Unread(word.where, word.named, tuple(_named(names, word.where, word.nearest)))
    for open_ in patient.open_words:
        if not open_.understood:
            yield Unread(open_.where, open_.named, tuple(_named(names, open_.where, open_.may_be)), several=True)


def _named(names: Names, where: Where, ids: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    knowledge, terms = names.knowledge, names.knowledge.terms
    for id_ in ids:
        if where in _DRUGS and id_ in knowledge.therapies:
            yield id_, knowledge.therapies[id_].name
        elif where in _DRUGS and id_ in terms.medications:
            yield id_, terms.medications[id_].name
        else:
            known = getattr(terms, where, {}).get(id_) or terms.conditions.get(id_) or terms.diseases.get(id_)
            yield id_, known.name if known else id_.replace("_", " ")


def replace_word(data: dict[str, Any], where: str, named: str, meant: str) -> None:
    """Write another word in its place; other words of the same entry stay."""
    if where == "labs" and isinstance(data.get("labs"), dict):
        data["labs"] = {meant if test == named else test: result for test, result in data["labs"].items()}
    for _, entry in treatments(data) if where in ("history", "outcomes") else ():
        if where == "history":
            entry["therapy"] = _replaced(str(entry.get("therapy")), named, meant)
        elif _as_outcome(entry) == named:
            entry["outcome"] = meant
    for section, key in _lists(data, where):
        section[key] = list(dict.fromkeys(_replaced(str(word), named, meant) for word in section[key]))


def drop_word(data: dict[str, Any], where: str, named: str) -> None:
    """Take an entry out of its list; a list without entries is then not recorded."""
    if where == "outcomes":
        replace_word(data, where, named, "unknown")
    elif where == "labs" and isinstance(data.get("labs"), dict):
        data["labs"].pop(named, None)
    elif where == "history":
        data["history"] = [entry for _, entry in treatments(data) if entry.get("therapy") != named]
    for section, key in _lists(data, where):
        section[key] = [word for word in section[key] if word != named]
        if not section[key]:
            del section[key]
            section.pop(f"{key}_complete", None)
    if where == "history" and not data["history"]:
        del data["history"]
        data.pop("history_complete", None)


def _lists(data: dict[str, Any], where: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The lists that may hold a word of a kind; allergies are also written among conditions."""
    section = data.get("calcinosis") if where in ("sites", "features") else data
    for key in (where, "conditions") if where == "allergies" else (where,):
        if key != "history" and isinstance(section, dict) and isinstance(section.get(key), list):
            yield section, key


def _as_outcome(entry: dict[str, Any]) -> str:
    return f"{entry.get('therapy')}: {entry.get('outcome')}"


def _replaced(entry: str, named: str, meant: str) -> str:
    return meant if entry.strip() == named.strip() else entry.replace(named, meant)
