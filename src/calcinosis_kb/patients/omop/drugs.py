"""Read exposures to drugs: what was tried, what is taken on the day of reading, and what may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from calcinosis_kb.patients.fhir import taking
from calcinosis_kb.patients.omop.relations import false, item, small
from calcinosis_kb.patients.omop.senses import ONCE, Gift

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from calcinosis_kb.patients.omop.reading import Reading

__all__ = ["GAP", "LONG_OVER", "Drugs", "exposures", "items"]

GAP = taking.GAP.days
"""As many days without a drug belong to one course, as in a drug era of OMOP."""

LONG_OVER = taking.LONG_OVER.days
"""After as many days without it a drug is no longer taken; between `GAP` and this it may be."""

TABLE = "drug_exposure"

_LEFT = Gift("", "unread", "medications")
"""What an exposure gives that was not understood."""


class Drugs(NamedTuple):
    """What is understood, the ``trials`` apart; ``doubtful`` are those (``person_id``) who may still take something."""

    trials: ir.Table
    items: list[ir.Table]
    doubtful: ir.Table


def items(reading: Reading) -> Drugs:
    """Read the drugs of everybody. A course of a therapy is one trial, of whatever strengths; OMOP tells neither purpose nor outcome."""
    import ibis

    senses = reading.resolution(TABLE).senses
    rows = exposures(reading.events(TABLE))
    each = rows.group_by("person_id", "sense").agg(gap=rows.gap.min(where=~rows.stopped))
    given_by = [(*sense.gifts, *([_LEFT] if sense.why else ())) for sense in senses]
    gifts = {gift: n for n, gift in enumerate(dict.fromkeys(gift for given in given_by for gift in given))}
    gives = [(number, gifts[gift]) for number, given in enumerate(given_by) for gift in given]
    given = each.inner_join(small(gives, number="int32", gift="int32"), [("sense", "number")])
    told = given.group_by("person_id", "gift").agg(gap=given.gap.min())
    named = small([(n, *gift) for gift, n in gifts.items()], gift="int32", when="string", kind="string", id="string")
    told = told.inner_join(named, "gift")
    taken = false(told.gap <= GAP)
    trials = told.filter(told.kind == "trial")
    medicines = told.filter(told.kind == "medication", taken)
    doubtful = told.filter(told.kind != _LEFT.kind, told.when != ONCE, told.gap > GAP, told.gap <= LONG_OVER)
    left = told.filter(told.kind == _LEFT.kind, false(told.gap <= LONG_OVER))
    return Drugs(
        item(trials, "trial", trials.id, ibis.ifelse(taken, "unclear/ongoing", "unclear/unknown")),
        [
            item(medicines, "medication", medicines.id),
            item(left, left.kind, left.id),
        ],
        doubtful.select("person_id").distinct(),
    )


def exposures(rows: ir.Table) -> ir.Table:
    """Each exposure with the days since the drug was last covered (``gap``), and whether it was ``stopped``.

    The end is mandatory in OMOP and often only the start again: the longer of it and the supply counts. Without a date it may be taken.
    """
    import ibis

    start, end = rows.drug_exposure_start_date, rows.drug_exposure_end_date
    supply = rows.days_supply.coalesce(0).cast("int64")
    lasted = ibis.greatest(end.delta(start, unit="day").coalesce(0), supply, 0)
    gap = ibis.coalesce(rows.day.delta(start, unit="day") - lasted, rows.day.delta(end, unit="day"), LONG_OVER)
    return rows.mutate(gap=gap.cast("int64"), stopped=rows.stop_reason.notnull())
