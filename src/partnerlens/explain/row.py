"""One row of an explanation, in every form that it takes: an object, and an Arrow batch."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from partnerlens.units import exact_text

AMOUNT = pa.decimal128(38, 18)
"""The type of ``amount`` in batches; every amount is exact in it."""

ROW_SCHEMA = pa.schema(
    [
        ("metric", pa.string()),
        ("side", pa.string()),
        ("counted", pa.bool_()),
        ("reason", pa.string()),
        ("month", pa.string()),
        ("customer_id", pa.string()),
        ("customer_name", pa.string()),
        ("country", pa.string()),
        ("subscription_id", pa.string()),
        ("product_id", pa.string()),
        ("workload", pa.string()),
        ("item", pa.string()),
        ("association", pa.string()),
        ("location", pa.string()),
        ("amount", AMOUNT),
        ("leaves_in", pa.string()),
        ("note", pa.string()),
    ]
)
"""The columns of every explanation, in order."""


LEAVING_SCHEMA = pa.schema([*ROW_SCHEMA, ("change", pa.string()), ("cause", pa.string()), ("difference", AMOUNT)])
"""The columns of what changes a number in later months."""


@dataclass(frozen=True)
class Row:
    """
    One fact behind a number, or near it.

    Attributes:
        metric: the metric's id.
        side: ``numerator``, ``denominator`` or ``baseline``; sums and counts have numerators only.
        counted: whether it counts.
        reason: why it counts or does not; see ``REASONS``.
        month: the month it belongs to (YYYY-MM); of a state, the data month.
        customer_id: the customer; None for people.
        customer_name: its name.
        country: its location; for people the countries of the partner's locations, separated by ';'.
        subscription_id: the subscription; None where the fact belongs to the customer as a whole.
        product_id: the product; None where there are several or none.
        workload: the workload; None where there are several or none.
        item: what identifies the fact: invoice and line ('INVOICE/LINE'), user, person, instance or response.
        association: the types of association (with claim, such as CPOR/OSA) through which the partner is credited,
            separated by ';'; of a row that does not count for want of credit, those that its reason speaks of.
        location: who holds them: the partner or its locations, separated by ';'.
        amount: what the row adds, or would add, exactly; None where a partner viewer may not see it.
        leaves_in: the first month (YYYY-MM) in which a counted row no longer counts if nothing is added; None where
            that is not known.
        note: for operators, the partners that are credited instead, separated by ';'; otherwise the amount as billed,
            the exams of a person, or the days of an instance.
    """

    metric: str
    side: str
    counted: bool
    reason: str
    month: str
    customer_id: str | None
    customer_name: str | None
    country: str | None
    subscription_id: str | None
    product_id: str | None
    workload: str | None
    item: str | None
    association: str | None
    location: str | None
    amount: str | None
    leaves_in: str | None
    note: str | None


@dataclass(frozen=True)
class LeavingRow(Row):
    """
    One fact that leaves a number, or comes to it, in a later month if nothing is added.

    Attributes:
        leaves_in: the month (YYYY-MM) in which the number changes.
        change: ``leaves``, or ``comes`` where what counts moves on: the month a year before is another one then.
        cause: why; see ``LEAVING_CAUSES``.
        difference: what the side's sum changes by, exactly; above 0 where something is no longer taken away.
    """

    change: str
    cause: str
    difference: str


def leaving_rows_of(table: pa.Table) -> list[LeavingRow]:
    """Return the rows of an Arrow table with the columns of ``LEAVING_SCHEMA``; amounts become exact texts."""
    return [
        LeavingRow(
            **values
            | {"amount": amount_text(values["amount"]), "difference": exact_text(Fraction(values["difference"]))}
        )
        for values in table.to_pylist()
    ]


def rows_of(table: pa.Table) -> list[Row]:
    """Return the rows of an Arrow table with the columns of ``ROW_SCHEMA``; amounts become exact texts."""
    return [Row(**values | {"amount": amount_text(values["amount"])}) for values in table.to_pylist()]


def amount_text(amount: Decimal | None) -> str | None:
    """
    Return an amount exactly, without trailing zeros.

    >>> amount_text(Decimal("12.500000000000000000")), amount_text(None)
    ('12.5', None)
    """
    return None if amount is None else exact_text(Fraction(amount))
