"""One row of a comparison, as an object and as an Arrow batch."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa

AMOUNT = pa.decimal128(38, 18)
"""The type of amounts in batches; every amount is exact in it."""

ROW_SCHEMA = pa.schema(
    [
        ("standing", pa.string()),
        ("kind", pa.string()),
        ("reason", pa.string()),
        ("line", pa.int64()),
        ("item", pa.string()),
        ("invoice", pa.string()),
        ("month", pa.string()),
        ("billed_month", pa.string()),
        ("customer_id", pa.string()),
        ("customer", pa.string()),
        ("subscription_id", pa.string()),
        ("product", pa.string()),
        ("amount", AMOUNT),
        ("currency", pa.string()),
        ("billed_amount", AMOUNT),
        ("billed_currency", pa.string()),
        ("booked", AMOUNT),
        ("counted", AMOUNT),
        ("difference", AMOUNT),
        ("group", pa.int64()),
    ]
)
"""The columns of every comparison, in order."""


@dataclass(frozen=True)
class ReconciledRow:
    """
    One entry of the books with its billed line, or one of them alone.

    Attributes:
        standing: ``matched``, ``different``, ``only_counted`` or ``only_books``.
        kind: which kind of difference; see ``KINDS``.
        reason: of a line that does not count, why; None otherwise.
        line: the entry's line in the file; None without an entry.
        item: the billed line (``INVOICE/LINE``); None without one.
        invoice: the invoice, of the books where they name it.
        month: the month of the entry (YYYY-MM); None without an entry.
        billed_month: the month of the billed line; None without one.
        customer_id: the customer; None where the partner has none of that name.
        customer: the customer as named.
        subscription_id: the subscription as named.
        product: the product as named, or that of the subscription.
        amount: the entry's amount in its currency.
        currency: its currency.
        billed_amount: the line's amount as billed; None without one, or where the reader may not see it.
        billed_currency: its currency.
        booked: the entry's amount in the reporting currency; None without an entry, or without a rate.
        counted: the line's amount in the reporting currency, where it counts; None otherwise.
        difference: ``counted`` less ``booked``, where nothing stands for 0.
        group: rows that agree in their sum share a number above 0; 0 otherwise.
    """

    standing: str
    kind: str
    reason: str | None
    line: int | None
    item: str | None
    invoice: str | None
    month: str | None
    billed_month: str | None
    customer_id: str | None
    customer: str | None
    subscription_id: str | None
    product: str | None
    amount: str | None
    currency: str | None
    billed_amount: str | None
    billed_currency: str | None
    booked: str | None
    counted: str | None
    difference: str
    group: int


_AMOUNTS = ("amount", "billed_amount", "booked", "counted", "difference")


def rows_table(rows: Sequence[ReconciledRow]) -> pa.Table:
    """Return rows as an Arrow table with the columns of ``ROW_SCHEMA``."""
    listed = [asdict(row) for row in rows]
    columns = [
        pa.array([row[field.name] for row in listed], pa.string()).cast(AMOUNT)
        if field.name in _AMOUNTS
        else pa.array([row[field.name] for row in listed], field.type)
        for field in ROW_SCHEMA
    ]
    return pa.Table.from_arrays(columns, schema=ROW_SCHEMA)
