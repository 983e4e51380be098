"""A partner's own books against the billed lines of the facts: pairs, kinds of difference, and totals that add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa

from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.ingest.mapping import Mapping as MappingFile
from partnerlens.months import Month
from partnerlens.reconcile.books import read_books
from partnerlens.reconcile.entry import Entry, Line
from partnerlens.reconcile.kinds import KINDS, Standing, kind_of_reason
from partnerlens.reconcile.matching import Pair, paired
from partnerlens.reconcile.row import ReconciledRow
from partnerlens.reconcile.statement import reconcile_sql
from partnerlens.store import Snapshot
from partnerlens.units import exact_text

_READ = ("partners", "customers", "products", "subscriptions", "associations")
_IN_DIFFERENCE = frozenset({"amount", "currency", "other_month"})


@dataclass(frozen=True)
class Total:
    """
    What the rows of one standing and kind add up to, in the reporting currency.

    Attributes:
        standing: ``matched``, ``different``, ``only_counted`` or ``only_books``.
        kind: which kind of difference.
        rows: how many rows there are.
        booked: the sum of the entries, exactly.
        counted: the sum of the lines that count, exactly.
        difference: ``counted`` less ``booked``.
    """

    standing: str
    kind: str
    rows: int
    booked: str
    counted: str
    difference: str


@dataclass(frozen=True)
class Asked:
    """
    What is compared with what.

    Attributes:
        partner_id: the partner.
        first: the first month that counts.
        last: the last month that counts, the data month.
        reporting_currency: what amounts are converted to.
        time_zone: the program's time zone.
    """

    partner_id: str
    first: Month
    last: Month
    reporting_currency: str
    time_zone: str


@dataclass(frozen=True)
class Reconciliation:
    """
    The books of a partner against what counts.

    Attributes:
        rows: every entry and every counted line once, matched ones last.
        totals: their sums by standing and kind.
        entries: how many entries the books have.
        booked: the sum of all entries in the reporting currency, exactly.
        counted: the sum of all counted lines, which is the number that is compared, exactly.
        unconverted: the sums of entries that have no exchange rate, by currency.
    """

    rows: tuple[ReconciledRow, ...]
    totals: tuple[Total, ...]
    entries: int
    booked: str
    counted: str
    unconverted: Mapping[str, str]

    @property
    def difference(self) -> str:
        """``counted`` less ``booked``; the sum of the differences of all totals."""
        return exact_text(Fraction(self.counted) - Fraction(self.booked))

    @property
    def kinds(self) -> dict[str, str]:
        """The sentence of each kind that rows have."""
        found = {row.kind for row in self.rows}
        return {code: kind.sentence for code, kind in KINDS.items() if code in found}


def reconciled(
    file: Path,
    asked: Asked,
    explained: pa.Table,
    *,
    mapping: MappingFile | None,
    snapshot: Snapshot,
    engine: DuckDBEngine,
) -> Reconciliation:
    """
    Compare a file of books with the rows of a partner's revenue.

    Args:
        file: the books.
        asked: whose they are, and the window.
        explained: the rows that count and those that were near, as the reader may see them, with the columns
            ``item``, ``subscription_id``, ``customer_id``, ``customer_name``, ``product_id``, ``counted``, ``reason``
            and ``amount``.
        mapping: how the file's columns become billed lines; None for the columns of ``BOOKS``.
        snapshot: the facts that the rows were found in.
        engine: where the comparison works; its relations are its own.

    Raises:
        UsageError: the file's ending stands for no known format.
        DefinitionError: the file cannot be read, or rows have faults; each is listed with line and column.
    """
    rows = read_books(engine, file, mapping=mapping, zone=asked.time_zone)
    ground = _Ground(engine, snapshot, asked)
    lines = ground.lines(explained)
    entries = [ground.entry(row) for row in rows]
    return _summed([_row(pair, asked) for pair in paired(entries, lines)], len(entries))


class _Ground:
    """What the books are read against: the partner's subscriptions, the program's products, and the rates."""

    def __init__(self, engine: DuckDBEngine, snapshot: Snapshot, asked: Asked) -> None:
        self.engine, self.asked = engine, asked
        for table in _READ:
            engine.scan(table, snapshot.files(table), snapshot.columns(table))
        first, last = asked.first - 12, asked.last
        engine.scan("billing_lines", snapshot.files("billing_lines", first, last), snapshot.columns("billing_lines"))
        engine.scan("rates", snapshot.files("exchange_rates"), snapshot.columns("exchange_rates"))
        engine.register("asked", pa.table({"partner_id": pa.array([asked.partner_id], pa.string())}))
        engine.keep("held", reconcile_sql("held"))
        held = engine.fetch("SELECT * FROM held ORDER BY subscription_id ASC NULLS LAST").to_pylist()
        self.held = {row["subscription_id"] for row in held}
        self.customers: dict[str, str] = {}
        for row in held:
            self.customers.setdefault(row["customer_name"].casefold(), row["customer_id"])
        self.customers |= {row["customer_id"].casefold(): row["customer_id"] for row in held}
        products = engine.fetch("SELECT product_id, name FROM products").to_pylist()
        self.products = {row["name"].casefold(): row["product_id"] for row in products}
        self.products |= {row["product_id"].casefold(): row["product_id"] for row in products}
        self.rates = {
            (row["month"], row["currency"]): Fraction(row["rate"])
            for row in engine.fetch("SELECT month, currency, rate FROM rates").to_pylist()
        }

    def lines(self, explained: pa.Table) -> list[Line]:
        """The billed lines of the rows."""
        self.engine.register("explained", explained)
        return [
            Line(
                item=row["item"],
                invoice=row["invoice_id"],
                month=row["month"],
                subscription=row["subscription_id"],
                customer_id=row["customer_id"],
                customer=row["customer_name"],
                product=row["product_id"],
                counted=row["counted"],
                reason=row["reason"],
                amount=None if row["amount"] is None else Fraction(row["amount"]),
                currency=row["currency"],
                value=None if row["value"] is None else Fraction(row["value"]),
            )
            for row in self.engine.fetch(reconcile_sql("billed")).to_pylist()
        ]

    def entry(self, row: Mapping[str, Any]) -> Entry:
        """An entry with what it names."""
        amount, currency = Fraction(row["amount"]), row["currency"] or self.asked.reporting_currency
        product = row["product"] or ""
        known = self.products.get(product.casefold())
        return Entry(
            line=row["line"],
            month=row["month"],
            invoice=row["invoice"] or "",
            customer=row["customer"] or "",
            subscription=row["subscription"] or "",
            product=known or product,
            amount=amount,
            currency=currency,
            value=self.value(amount, row["month"], currency),
            customer_id=self.customers.get((row["customer"] or "").casefold()),
            is_held=(row["subscription"] or "") in self.held,
            is_known_product=not product or known is not None,
        )

    def value(self, amount: Fraction, month: int, currency: str) -> Fraction | None:
        """An amount in the reporting currency; None without a rate."""
        if currency == self.asked.reporting_currency:
            return amount
        rate = self.rates.get((month, currency))
        return None if rate is None else amount * rate


def _row(pair: Pair, asked: Asked) -> ReconciledRow:
    entry, line = pair.entry, pair.line
    standing, kind = _standing(pair, asked)
    booked = entry.value if entry else None
    counted = line.value if line and line.counted else None
    return ReconciledRow(
        standing=standing.value,
        kind=kind,
        reason=line.reason if line and not line.counted else None,
        line=entry.line if entry else None,
        item=line.item if line else None,
        invoice=(entry.invoice if entry else "") or (line.invoice if line else None),
        month=str(Month(entry.month)) if entry else None,
        billed_month=str(Month(line.month)) if line else None,
        customer_id=line.customer_id if line else entry.customer_id if entry else None,
        customer=line.customer if line else (entry.customer if entry else "") or None,
        subscription_id=line.subscription if line else (entry.subscription if entry else "") or None,
        product=line.product if line else (entry.product if entry else "") or None,
        amount=_text(entry.amount) if entry else None,
        currency=entry.currency if entry else None,
        billed_amount=_text(line.amount) if line else None,
        billed_currency=line.currency if line and line.amount is not None else None,
        booked=_text(booked),
        counted=_text(counted),
        difference=exact_text((counted or Fraction(0)) - (booked or Fraction(0))),
        group=pair.group,
    )


def _standing(pair: Pair, asked: Asked) -> tuple[Standing, str]:
    """Where an amount is found, and the kind of difference."""
    entry, line = pair.entry, pair.line
    if pair.kind == "matched_in_sum":
        return Standing.MATCHED, pair.kind
    if entry is None:
        is_credit = line is not None and line.value is not None and line.value < 0
        return Standing.ONLY_COUNTED, pair.kind or ("credit_note" if is_credit else "not_booked")
    if line is None:
        return Standing.ONLY_BOOKS, pair.kind or _alone(entry, asked)
    if line.counted:
        return Standing.DIFFERENT if pair.kind in _IN_DIFFERENCE else Standing.MATCHED, pair.kind
    is_moved = pair.kind == "other_month" and line.reason == "outside_window"
    return Standing.ONLY_BOOKS, "other_month" if is_moved else kind_of_reason(line.reason)


def _alone(entry: Entry, asked: Asked) -> str:
    """The kind of an entry for which there is no billed line; of several the first that holds."""
    has_subscription = bool(entry.subscription)
    for kind, holds in (
        ("outside_window", not asked.first.number <= entry.month <= asked.last.number),
        ("not_cloud", not entry.is_known_product),
        ("no_association", not entry.is_held if has_subscription else entry.customer_id is None),
        ("credit_note", entry.amount < 0),
        ("currency", entry.value is None),
        ("adjustment", not has_subscription and not entry.product),
    ):
        if holds:
            return kind
    return "not_billed"


def _summed(rows: Sequence[ReconciledRow], entries: int) -> Reconciliation:
    order = {standing.value: place for place, standing in enumerate(_ORDER)}
    kinds = {code: place for place, code in enumerate(KINDS)}
    listed = sorted(
        rows,
        key=lambda row: (order[row.standing], kinds[row.kind], row.group, row.line or 0, row.item or ""),
    )
    sums: dict[tuple[str, str], list[Fraction]] = {}
    unconverted: dict[str, Fraction] = {}
    for row in listed:
        found = sums.setdefault((row.standing, row.kind), [Fraction(0)] * 3)
        found[0] += 1
        found[1] += Fraction(row.booked or 0)
        found[2] += Fraction(row.counted or 0)
        if row.line is not None and row.booked is None and row.currency and row.amount:
            unconverted[row.currency] = unconverted.get(row.currency, Fraction(0)) + Fraction(row.amount)
    return Reconciliation(
        rows=tuple(listed),
        totals=tuple(
            Total(standing, kind, int(count), exact_text(booked), exact_text(counted), exact_text(counted - booked))
            for (standing, kind), (count, booked, counted) in sums.items()
        ),
        entries=entries,
        booked=exact_text(sum((found[1] for found in sums.values()), Fraction(0))),
        counted=exact_text(sum((found[2] for found in sums.values()), Fraction(0))),
        unconverted={currency: exact_text(amount) for currency, amount in sorted(unconverted.items())},
    )


_ORDER = (Standing.ONLY_BOOKS, Standing.ONLY_COUNTED, Standing.DIFFERENT, Standing.MATCHED)


def _text(amount: Fraction | None) -> str | None:
    return None if amount is None else exact_text(amount)
