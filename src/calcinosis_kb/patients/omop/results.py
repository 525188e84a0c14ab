"""Read measurements: the latest result of each test, in the unit of the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from calcinosis_kb.documents.document import Document
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.bound import Comparator
from calcinosis_kb.patients.derived import DECIMALS
from calcinosis_kb.patients.fhir.concept import Concept
from calcinosis_kb.patients.fhir.results import OLDEST, RATIO
from calcinosis_kb.patients.file import LONGEST_WORD
from calcinosis_kb.patients.labs import read_labs
from calcinosis_kb.patients.omop.relations import false, item, small
from calcinosis_kb.patients.omop.vocabulary import Vocabulary
from calcinosis_kb.patients.units import UnitError, convert

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from calcinosis_kb.patients.omop.reading import Reading

__all__ = ["Conversion", "Named", "Spoken", "concepts", "conversions", "items", "measured", "named", "spoken", "tests"]

TABLE = "measurement"

COMPARATORS: dict[int, Comparator] = {4171756: "<", 4171754: "<=", 4172704: ">", 4171755: ">="}
"""The concepts of operators that make a value a bound; 4172703 is "="."""

_EQUAL = 4172703


class Spoken(NamedTuple):
    """What a row says beside its number: test, unit, and the result in words, by concept and as written."""

    concept: int
    source: int
    unit: int
    unit_word: str
    finding: int
    finding_word: str


class Conversion(msgspec.Struct, frozen=True):
    """How the results of a test are read that are said in one way: value × ``factor`` + ``offset``, or a ``finding``; or ``why`` not."""

    test: str
    factor: float | None = None
    offset: float = 0.0
    finding: str | None = None
    why: str = ""


class Named(NamedTuple):
    """The name of a test, and whether a code of LOINC tells what it is."""

    shown: str
    coded: bool


def named(reading: Reading) -> dict[tuple[int, int], Named]:
    """The names of all tests that occur, by concept and source concept."""
    return {pair: Named(said.shown, bool(said.codes("loinc"))) for pair, said in reading.tests.items()}


def tests(reading: Reading) -> dict[tuple[int, int], tuple[str, ...]]:
    """Our tests by concept and source concept, of those that occur."""
    found = {}
    for pair, said in reading.tests.items():
        coded = ((one.system, one.code) for one in said.codings if one.system in ("loinc", "omop"))
        ours = tuple(dict.fromkeys(test for system, code in coded for test in reading.names.coded_labs(system, code)))
        if ours:
            found[pair] = ours
    return found


def concepts(reading: Reading) -> dict[tuple[int, int], Concept]:
    """What the tests that occur are called, by concept and source concept."""
    if not reading.cdm.has(TABLE):
        return {}
    rows = reading.cdm.rows(spoken(reading.table(TABLE)).select("concept", "source").distinct())
    pairs = sorted((row["concept"], row["source"]) for row in rows)
    vocabulary = Vocabulary(reading.cdm, (id_ for pair in pairs for id_ in pair))
    return {pair: Concept(vocabulary.codings(*pair)) for pair in pairs}


def conversions(reading: Reading) -> Iterator[tuple[Spoken, Conversion]]:
    """How each of our tests is read, in each way in which it is said."""
    ours = tests(reading)
    if not ours:
        return
    rows = _of_tests(spoken(reading.table(TABLE)), ours)
    said = sorted(Spoken(**row) for row in reading.cdm.rows(rows.select(*Spoken._fields).distinct()))
    vocabulary = Vocabulary(reading.cdm, (id_ for one in said for id_ in (one.unit, one.finding)))
    for one in said:
        for test in ours[one.concept, one.source]:
            yield one, _conversion(test, one, reading.names, vocabulary)


def _conversion(test: str, said: Spoken, names: Names, vocabulary: Vocabulary) -> Conversion:
    lab = names.knowledge.terms.labs[test]
    if lab.values:
        word = next((one.display for one in vocabulary.codings(said.finding) if one.display), "") or said.finding_word
        read = read_labs(names, Document("record", {}), {test: word[:LONGEST_WORD]}) if word else None
        if read is None or test not in read.results:
            return Conversion(test, why=read.problems[0].message if read else "without a finding")
        return Conversion(test, finding=read.results[test].finding)
    unit = next((one.code for one in vocabulary.codings(said.unit) if one.display), "") or said.unit_word
    unit = unit or (RATIO if lab.unit == RATIO else "")
    if not unit:
        return Conversion(test, why="without a unit")
    try:
        offset = convert(0.0, unit, lab)
        return Conversion(test, convert(1.0, unit, lab) - offset, offset)
    except UnitError as error:
        return Conversion(test, why=f"{test} cannot be read in {unit}: {error}")


def items(reading: Reading) -> list[ir.Table]:
    """Read the latest results of everybody, with the multiples of an upper limit that rules read."""
    rows = measured(reading)
    latest = rows.filter(rows.readable, rows.place == 0)
    labs = reading.names.knowledge.terms.labs
    multiples = small(
        [(test, name) for test in labs if (name := f"{test}_times_upper_limit") in labs], of="string", name="string"
    )
    limited = latest.filter(latest.comparator == "", false(latest.range_high > 0))
    limited = limited.inner_join(multiples, [("test", "of")])
    stated = latest.select(who="person_id", stated="test")
    limited = limited.left_join(stated, [("person_id", "who"), ("name", "stated")])
    limited = limited.filter(limited.stated.isnull())
    share = (limited.value_as_number / limited.range_high).round(DECIMALS)
    return [
        item(latest, "lab", latest.test, latest.comparator + latest.found, latest.value),
        item(limited, "lab", limited.name, "", share),
    ]


def measured(reading: Reading) -> ir.Table:
    """Each result of our tests: ``test``, its ``value`` or what was ``found``, ``comparator``, whether it is ``readable`` (else ``why``),
    and its ``place`` among those of the test, the latest first.
    """
    import ibis

    ways = reading.conversions
    labs = reading.names.knowledge.terms.labs
    by_way = small(
        [
            (n, *said, way.test, way.factor, way.offset, way.finding or "", way.why, *(labs[way.test].possible or (None, None)))
            for n, (said, way) in enumerate(ways)
        ],
        way="int32", c="int64", s="int64", u="int64", uw="string", f="int64", fw="string",
        test="string", factor="float64", offset="float64", found="string", why="string", low="float64", high="float64",
    )  # fmt: skip
    rows = spoken(reading.table(TABLE)).inner_join(reading.days, "person_id")
    age = rows.day.delta(rows.measurement_date, unit="day")
    rows = rows.filter(age >= 0, age <= OLDEST.days)
    rows = rows.inner_join(
        by_way,
        [
            ("concept", "c"),
            ("source", "s"),
            ("unit", "u"),
            ("unit_word", "uw"),
            ("finding", "f"),
            ("finding_word", "fw"),
        ],
    )
    sign = rows.operator_concept_id.coalesce(0)
    rows = rows.mutate(
        value=(rows.value_as_number * rows.factor + rows.offset).round(DECIMALS),
        comparator=ibis.cases(*[(sign == id_, shown) for id_, shown in COMPARATORS.items()], else_=""),
        unsure=sign.notin((0, _EQUAL, *COMPARATORS)),
    )
    above = (rows.value >= rows.low) | rows.comparator.isin((">", ">="))
    below = (rows.value <= rows.high) | rows.comparator.isin(("<", "<="))
    possible = rows.value.notnull() & (rows.low.isnull() | (above & below)) & ~rows.unsure
    rows = rows.mutate(readable=false((rows.found != "") | possible))
    order = [rows.readable.desc(), rows.measurement_date.desc(), rows.measurement_id]
    return rows.mutate(place=ibis.row_number().over(group_by=["person_id", "test"], order_by=order))


def _of_tests(rows: ir.Table, ours: dict[tuple[int, int], Any]) -> ir.Table:
    return rows.semi_join(small(ours, c="int64", s="int64"), [("concept", "c"), ("source", "s")])


def spoken(table: ir.Table) -> ir.Table:
    """The rows with what they say beside the number, without nulls (`Spoken`)."""
    import ibis

    return table.mutate(
        concept=table.measurement_concept_id.coalesce(0),
        source=table.measurement_source_concept_id.coalesce(0),
        unit=table.unit_concept_id.coalesce(0),
        unit_word=table.unit_source_value.coalesce(""),
        finding=table.value_as_concept_id.coalesce(0),
        finding_word=ibis.ifelse(table.value_as_number.isnull(), table.value_source_value.coalesce(""), ""),
    )
