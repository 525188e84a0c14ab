"""The account of records of OMOP: what became of every row, by table and id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from calcinosis_kb.knowledge.mentions import called_off
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.results import OLDEST
from calcinosis_kb.patients.file import LONGEST_WORD
from calcinosis_kb.patients.omop import conditions, drugs, procedures, results
from calcinosis_kb.patients.omop.drugs import GAP, LONG_OVER
from calcinosis_kb.patients.omop.senses import ONCE, STANDINGS, Sense
from calcinosis_kb.patients.omop.tables import EVENTS, NOT_READ

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from calcinosis_kb.patients.omop.reading import Reading

__all__ = ["entries"]

Row = dict[str, Any]
Taken = frozenset[tuple[str, str]]

_LISTS = {
    "medication": "medications", "trial": "history", "condition": "conditions", "disease": "diseases", "allergy": "allergies",
}  # fmt: skip
_DATES = {"observation_period": "observation_period_start_date", "visit_occurrence": "visit_start_date"}


def entries(reading: Reading, taken: dict[int, Taken]) -> Iterator[tuple[int, Entry]]:
    """Yield each row of the persons who are read, with the person; ``taken`` is what their patient files took, as kind and id."""
    yield from _of_tables(reading)
    for table in (drugs.TABLE, conditions.CONDITIONS, conditions.OBSERVATIONS, *procedures.TABLES):
        if reading.cdm.has(table):
            yield from _events(reading, table, _standing_of(reading, table), taken)
    if reading.cdm.has(results.TABLE):
        yield from _results(reading)


def _standing_of(reading: Reading, table: str) -> ir.Table:
    """The rows of a table of events with what tells how each stands on the day of reading."""
    rows = reading.rows(table)
    if table == drugs.TABLE:
        return drugs.exposures(rows)
    if table in procedures.TABLES:
        return procedures.done(table, rows)
    return (conditions.occurrences if table == conditions.CONDITIONS else conditions.observations)(reading, rows)


def _of_tables(reading: Reading) -> Iterator[tuple[int, Entry]]:
    """The rows that are not events: who the person is, the dates of the record, and what is not read."""
    for row in reading.cdm.rows(reading.persons()):
        gave = tuple(("patient", field) for field in ("age", "sex") if row[field] is not None)
        yield row["person_id"], Entry("person", str(row["person_id"]), "used", gave=gave)
    for row in _sorted(reading, reading.table("death"), "death_date"):
        yield row["person_id"], Entry("death", str(row["person_id"]), "used", when=_shown(row["death_date"]))
    for table, day in _DATES.items():
        for row in _sorted(reading, reading.table(table), f"{table}_id") if reading.cdm.has(table) else ():
            why = "read for its dates"
            yield row["person_id"], Entry(table, str(row[f"{table}_id"]), "recognised", why=why, when=_shown(row[day]))
    for table, id_ in NOT_READ.items():
        for row in _sorted(reading, reading.table(table), id_) if reading.cdm.has(table) else ():
            yield row["person_id"], Entry(table, str(row[id_]), "ignored", why="not read")


def _events(reading: Reading, table: str, rows: ir.Table, taken: dict[int, Taken]) -> Iterator[tuple[int, Entry]]:
    event, senses = EVENTS[table], reading.resolution(table).senses
    seen: set[tuple[Any, ...]] = set()
    for row in _sorted(reading, rows, event.id):
        sense, when = senses[row["sense"]], row[event.day]
        stands = STANDINGS[row["when"]] if "when" in row else ""
        same = tuple(value for name, value in row.items() if name != event.id)
        if same in seen:
            state, why, gave = _state("ignored", "the same row again")
        elif when is not None and when > row["day"]:
            state, why, gave = _state("ignored", "after the day of reading")
        elif sense.why:
            state, why, gave = "unresolved", sense.why, _open(row, sense, stands, reading.names)
        elif table == drugs.TABLE:
            state, why, gave = _drug(row, sense, taken.get(row["person_id"], frozenset()))
        else:
            state, why, gave = _standing(stands, sense, taken.get(row["person_id"], frozenset()))
        seen.add(same)
        yield row["person_id"], Entry(table, str(row[event.id]), state, sense.said.shown, why, _shown(when), gave)


def _state(
    state: State, why: str, gave: tuple[tuple[str, str], ...] = ()
) -> tuple[State, str, tuple[tuple[str, str], ...]]:
    return state, why, gave


def _open(row: Row, sense: Sense, stands: str, names: Names) -> tuple[tuple[str, str], ...]:
    """The list that is left open by what was not understood, with its name there."""
    if not stands:
        over = row["stopped"] or row["gap"] > LONG_OVER
        lists = [] if over else ["medications"]
    else:
        lists = [gift.id for gift in sense.gifts if gift.kind == "unread" and gift.when == stands]
    return tuple((list_, _unread(sense.said.shown, list_, names)) for list_ in lists)


def _unread(word: str, list_: str, names: Names) -> str:
    """A word that a patient file does not understand either: the number of an unknown code may be one of another system."""
    word = word[:LONGEST_WORD]
    read = names.conditions.known(word) if list_ == "conditions" else names.drugs.known(word)
    understood = not word or called_off(word) or all(reading.understood for reading in read)
    return f"an entry of the {list_} that was not understood" if understood else word


def _drug(row: Row, sense: Sense, taken: Taken) -> tuple[State, str, tuple[tuple[str, str], ...]]:
    gap, stopped = row["gap"], row["stopped"]
    current = not stopped and gap <= GAP
    ids = [gift for gift in sense.gifts if gift.kind == "trial" or current]
    gave = tuple((_LISTS[gift.kind], gift.id) for gift in ids if (gift.kind, gift.id) in taken)
    goes_on = all((gift.kind, gift.id) in taken for gift in sense.gifts if gift.kind == "medication")
    if sense.gifts and row["drug_exposure_start_date"] is None and row["drug_exposure_end_date"] is None:
        return _state("doubtful", "without a date", gave)
    lasting = any(gift.when != ONCE for gift in sense.gifts)
    if lasting and not (current or stopped or goes_on) and gap <= LONG_OVER:
        return _state(
            "doubtful", f"ended {gap} days before the day of reading; whether it is still taken is not told", gave
        )
    return _state("used", "", gave) if gave else _state("recognised", "" if current else "no longer taken")


def _standing(stands: str, sense: Sense, taken: Taken) -> tuple[State, str, tuple[tuple[str, str], ...]]:
    state, why = sense.told.get(stands, ("recognised", ""))
    given = {(_kind(gift.kind), gift.id) for gift in sense.gifts if gift.when == stands and gift.kind != "unread"}
    gave = tuple((_LISTS[kind], id_) for kind, id_ in sorted(given & taken))
    if state == "used" and given and not gave and not any(kind == "denial" for kind, _ in given):
        return _state("recognised", why)
    return _state(state, why, gave)


def _kind(kind: str) -> str:
    return "disease" if kind == "various" else kind


def _results(reading: Reading) -> Iterator[tuple[int, Entry]]:
    """Every measurement: one of our tests may count as several, of which the first that was used decides."""
    read: dict[int, list[Row]] = {}
    for row in reading.cdm.rows(results.measured(reading)):
        read.setdefault(row["measurement_id"], []).append(row)
    named = results.named(reading)
    ours = results.tests(reading)
    for row in _sorted(
        reading, results.spoken(reading.table(results.TABLE)).inner_join(reading.days, "person_id"), "measurement_id"
    ):
        pair = row["concept"], row["source"]
        told = [_result(one) for one in read.get(row["measurement_id"], ())]
        if pair not in ours:
            told = [_other(row, coded=named[pair].coded)]
        state, why, gave = next((one for one in told if one[0] == "used"), told[0] if told else _not_now(row))
        shown = named[pair].shown or row["measurement_source_value"] or ""
        yield (
            row["person_id"],
            Entry(results.TABLE, str(row["measurement_id"]), state, shown, why, _shown(row["measurement_date"]), gave),
        )


def _result(row: Row) -> tuple[State, str, tuple[tuple[str, str], ...]]:
    if row["readable"] and row["place"] == 0:
        return _state("used", "only a bound" if row["comparator"] else "", (("labs", row["test"]),))
    if row["readable"]:
        return _state("ignored", "a later result of the same test is there")
    if row["why"]:
        return _state("unresolved", row["why"])
    if row["unsure"]:
        return _state("doubtful", "a sign stands before it that was not understood")
    return (
        _state("doubtful", "not a possible result")
        if row["value"] is not None
        else _state("ignored", "without a value")
    )


def _not_now(row: Row) -> tuple[State, str, tuple[tuple[str, str], ...]]:
    day: date | None = row["measurement_date"]
    if day is None:
        return _state("doubtful", "without a date")
    return _state("ignored", "after the day of reading" if day > row["day"] else f"older than {OLDEST.days} days")


def _other(row: Row, *, coded: bool) -> tuple[State, str, tuple[tuple[str, str], ...]]:
    if coded:
        return _state("recognised", "")
    if row["value_as_number"] is None and not row["finding"] and not row["finding_word"]:
        return _state("ignored", "without a value")
    return _state("unresolved", "without a LOINC code")


def _sorted(reading: Reading, rows: ir.Table, id_: str) -> Iterable[Row]:
    return sorted(reading.cdm.rows(rows), key=lambda row: (row["person_id"], row[id_] is None, row[id_]))


def _shown(day: date | None) -> str:
    return day.isoformat() if day else ""
