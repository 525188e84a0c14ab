"""The ibis expression that makes the signature of everybody inside the database that holds their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calcinosis_kb.cohort.layout import CALCIUM, LIMITED, PROVISIONAL, Field, Layout
from calcinosis_kb.patients.bound import COMPARATORS
from calcinosis_kb.patients.derived import DECIMALS, bedside_schwartz, ckd_epi_2021, corrected_calcium

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["signatures"]

_TESTS = ("creatinine", "height", "albumin", "corrected_calcium")
"""Tests from which others are derived."""


def signatures(items: ir.Table, persons: ir.Table, layout: Layout) -> ir.Table:
    """Return ``person_id``, ``dead``, and the words of the signature, ``w0`` and so on, of each person.

    ``unplaced`` tells that something is known of a person for which the layout has no place.
    """
    import ibis

    people = persons.select("person_id", "age", "sex", "dead")
    flags, values = _flags(items, layout), _values(items, layout)
    joined = people.left_join(values, "person_id").drop("person_id_right")
    joined = _derived(joined)
    joined = joined.left_join(flags, "person_id").drop("person_id_right")
    words = {f"w{n}": joined[f"f{n}"].coalesce(0) + _quantities(joined, layout, n) for n in range(layout.words)}
    return joined.select(
        "person_id",
        "dead",
        unplaced=joined.unplaced.coalesce(ibis.literal(False)),
        **{name: word.cast("int64") for name, word in words.items()},
    )


def _flags(items: ir.Table, layout: Layout) -> ir.Table:
    """The items without a value of each person, as sums of their bits by word."""
    import ibis

    places = [
        (*item[:3], item.value or 0.0, field.word, number << field.offset)
        for field in layout.fields
        for number, item in enumerate(field.items, 1)
        if not item.measured
    ]
    names = ("k", "i", "d", "v", "word", "bits")
    catalogue = ibis.memtable(
        {name: [place[n] for place in places] for n, name in enumerate(names)},
        schema={"k": "string", "i": "string", "d": "string", "v": "float64", "word": "int64", "bits": "int64"},
    )
    there = _unmeasured(items)
    there = there.mutate(number=there.value.coalesce(0.0))
    placed = there.left_join(catalogue, [("kind", "k"), ("id", "i"), ("detail", "d"), ("number", "v")])
    sums = {f"f{n}": ibis.ifelse(placed.word == n, placed.bits, 0).sum() for n in range(layout.words)}
    # Databases add whole numbers up in a wider type; ibis, which does not know of it, leaves a direct cast out.
    whole = {name: total.cast("decimal(38, 0)").cast("int64") for name, total in sums.items()}
    return placed.group_by("person_id").agg(unplaced=placed.word.isnull().any(), **whole)


def _unmeasured(items: ir.Table) -> ir.Table:
    """The items that are words, findings or bounds."""
    detail = items.detail.coalesce("")
    return items.mutate(detail=detail).filter(lambda table: table.value.isnull() | table.detail.isin(list(COMPARATORS)))


def _values(items: ir.Table, layout: Layout) -> ir.Table:
    """The sizes, and the results of the tests that are read, as a column each."""
    measured = items.filter(items.value.notnull(), ~items.detail.coalesce("").isin(list(COMPARATORS)))
    fields = [field.items[0] for kind in ("lab", "largest") for field in layout.by_kind.get(kind, ())]
    read = {("lab", id_) for id_ in _TESTS} | {item[:2] for item in fields if item.measured}
    values = {
        f"{kind}_{id_}": measured.value.max(where=(measured.kind == kind) & (measured.id == id_))
        for kind, id_ in sorted(read)
    }
    return measured.group_by("person_id").agg(**values)


def _derived(table: ir.Table) -> ir.Table:
    """Estimate the GFR and correct calcium as `calcinosis_kb.patients.derived.derive_labs` does."""
    import ibis

    creatinine, age, sex, height = table.lab_creatinine, table.age, table.sex, table.lab_height
    by_sex = {
        one: ckd_epi_2021(creatinine, age, one, least=ibis.least, greatest=ibis.greatest) for one in ("female", "male")
    }
    adult = ibis.cases((sex == "female", by_sex["female"]), (sex == "male", by_sex["male"]))
    child = bedside_schwartz(creatinine, height)
    estimated = ibis.cases((age >= 18, adult), (age >= 1, child))
    estimated = ibis.ifelse(creatinine > 0, estimated, ibis.null("float64"))
    corrected = table.lab_corrected_calcium.coalesce(
        corrected_calcium(table.lab_calcium, table.lab_albumin).round(DECIMALS)
    )
    return table.mutate(
        lab_egfr=table.lab_egfr.coalesce(estimated.round(DECIMALS)),
        **{
            f"lab_{CALCIUM}": corrected,
            f"lab_{CALCIUM}_{PROVISIONAL}": ibis.ifelse(corrected.isnull(), table.lab_calcium, ibis.null("float64")),
        },
    )


def _quantities(table: ir.Table, layout: Layout, word: int) -> ir.IntegerValue:
    """The bits of the fields of a word that hold sex, age and results."""
    import ibis

    total = ibis.literal(0, "int64")
    for field in layout.fields:
        if field.word == word and (number := _number(table, field, layout)) is not None:
            total = total + number.coalesce(0).cast("int64") * (1 << field.offset)
    return total


def _number(table: ir.Table, field: Field, layout: Layout) -> ir.IntegerValue | None:
    """The number of the item of a field that each person has; None for what is counted as a flag."""
    import ibis

    kind, id_, detail, _ = field.items[0]
    if kind == "sex":
        return ibis.cases(*((table.sex == item.id, number) for number, item in enumerate(field.items, 1)))
    if not field.items[0].measured:
        return None
    column = table.age if kind == "age" else table[f"{kind}_{id_}_{detail}" if detail else f"{kind}_{id_}"]
    limits = layout.limits[LIMITED.get(kind, (kind, id_))]
    region = ibis.literal(1)
    for limit in limits.at:
        # PostgreSQL casts no truth value to a number of 64 bits.
        region = region + ibis.ifelse(column > limit, 1, 0) + ibis.ifelse(column >= limit, 1, 0)
    # ibis takes the sum for wide and would leave a later cast to 64 bits out; databases add up in 32.
    return ibis.ifelse(column.notnull(), region, 0).cast("int16")
