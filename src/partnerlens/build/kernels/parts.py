"""Which parts kernels make, and from what: the facts near the scan, and the steps that stay in SQL."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.build.cells import Added, Cells, Naming
from partnerlens.build.kernels.activity import THREADS, MonthFile, PairBits, TooManyPairs, read_activity
from partnerlens.build.kernels.billing import RATE_UNITS, revenue
from partnerlens.build.kernels.credit import Dimensions, Links, by_number, links_of, numbers
from partnerlens.build.kernels.seats import MonthSeats, assigned_seats, read_seats, seat_changes, seat_months
from partnerlens.build.kernels.user_cells import user_cells
from partnerlens.build.kernels.users import Turns, user_turns
from partnerlens.build.part import Part, Roll
from partnerlens.build.span import Span
from partnerlens.build.step import step_sql
from partnerlens.compiled import Ints
from partnerlens.engine.protocol import Engine
from partnerlens.store import Snapshot

_CREDIT = ("association_months", "subscription_credit")
_CUSTOMER_CREDIT = (*_CREDIT, "subscription_months", "customer_credit")

KERNEL_PARTS: dict[str, tuple[str, ...]] = {
    "revenue": _CREDIT,
    "seat_changes": _CREDIT,
    "assigned": _CUSTOMER_CREDIT,
    "users": _CUSTOMER_CREDIT,
}
"""The parts that kernels make, with the steps that they stand on."""

READ_BY_KERNELS = ("billed_months", "feed_users")
"""Statements that kernels read beside these."""

SMALLEST_PASS = 10_000_000
"""Rows of a pass from which on kernels are used: below, loading them takes about as long as the SQL steps."""

LARGEST_RATE = 2**63 - 1


class Unfit(Exception):  # noqa: N818 (a way out, not an error)
    """A kernel cannot hold these facts; the SQL steps can."""


class Kernels:
    """
    The parts of a pass that kernels make.

    Args:
        engine: has the facts and the steps by name.
        snapshot: where the facts' files are.
        span: the months of the pass.
        naming: what partners and products are called.
        reporting_currency: what amounts are converted to.
    """

    def __init__(self, engine: Engine, snapshot: Snapshot, span: Span, naming: Naming, reporting_currency: str) -> None:
        """Read the dimensions; nothing is computed yet."""
        self._engine = engine
        self._snapshot = snapshot
        self._span = span
        self._naming = naming
        self._reporting_currency = reporting_currency
        self._workers = ThreadPoolExecutor(THREADS)
        self._known = self._dimensions()
        self._seats: list[MonthSeats] | None = None

    def close(self) -> None:
        """End the threads."""
        self._workers.shutdown(cancel_futures=True)

    def subscription_months(self) -> pa.Table:
        """Return the rows of the step ``subscription_months``."""
        known = self._known
        seen = seat_months(self._month_seats(), len(known.customer_of))
        seen = seen.filter(pa.array(known.is_paid[numbers(seen, "subscription_no")]))
        subscriptions = numbers(seen, "subscription_no")
        customers = known.customer_of[subscriptions]
        products = self._naming.products.numbers[known.product_of[subscriptions]]
        countries = pa.array(known.countries, pa.string()).take(pa.array(known.country_of[customers]))
        columns = [seen["subscription_no"], customers, products, countries, seen["paid"], seen["seated"]]
        return pa.table(columns, ["subscription_no", "customer_no", "product_no", "country", "paid", "seated"])

    def cells(self, part: Part) -> Cells:
        """
        Return the cells of a part of ``KERNEL_PARTS`` for all months; its steps are there.

        Raises:
            Unfit: the SQL steps have to make it.
        """
        match part.name:
            case "revenue":
                return self._revenue(part)
            case "seat_changes":
                links = self._sale_links()
                counted = [t for t in self._span.windowed() if self._span.has_predecessor(self._span.months[t])]
                rows = seat_changes(self._month_seats(), counted, self._known, links, self._workers)
                return self._product_cells(part, links, rows, ("change",))
            case "assigned":
                links = self._usage_links()
                results = range(self._span.t(self._span.first), self._span.t(self._span.last) + 1)
                rows = assigned_seats(self._month_seats(), results, self._known, links, self._workers)
                return self._product_cells(part, links, rows, ("assigned",))
        self._seats = None
        return self._users(part)

    def _dimensions(self) -> Dimensions:
        naming = self._naming
        customers = self._engine.fetch("SELECT customer_no, country FROM customers")
        listed = sorted(customers["country"].unique().to_pylist())
        ranks = pc.index_in(customers["country"], pa.array(listed, pa.string()))
        rows = self._engine.fetch(
            "SELECT subscription_no, customer_no, product_no, CAST(licence_type = 'paid' AS INTEGER) AS paid "
            "FROM subscriptions"
        )
        country_of = by_number(customers.set_column(1, "country", ranks), "customer_no", "country")
        return Dimensions(
            partner_ranks=naming.partners.ranks,
            partners=naming.partners.sorted,
            product_ranks=naming.products.ranks,
            products=naming.products.sorted,
            country_of=country_of,
            countries=listed,
            customer_of=by_number(rows, "subscription_no", "customer_no"),
            product_of=naming.products.ranks[by_number(rows, "subscription_no", "product_no")],
            is_paid=by_number(rows, "subscription_no", "paid") != 0,
        )

    def _files(self, table: str) -> list[MonthFile]:
        """The files of a table with the months of the pass."""
        files = self._snapshot.fact_files(table, self._span.base, self._span.last)
        return [
            MonthFile(self._snapshot.folder / file.path, self._span.t(file.month))
            for file in files
            if file.month is not None
        ]

    def _month_seats(self) -> list[MonthSeats]:
        if self._seats is None:
            self._seats = read_seats(self._files("seats"), self._workers)
        return self._seats

    def _sale_links(self) -> Links:
        credit = self._engine.fetch("SELECT partner_no, subscription_no, sale FROM subscription_credit WHERE sale <> 0")
        owners = numbers(credit, "subscription_no")
        known = self._known
        return links_of(
            owners,
            known.customer_of[owners],
            numbers(credit, "partner_no"),
            numbers(credit, "sale"),
            known,
            len(known.customer_of),
        )

    def _usage_links(self) -> Links:
        credit = self._engine.fetch("SELECT partner_no, customer_no, usage FROM customer_credit WHERE usage <> 0")
        owners = numbers(credit, "customer_no")
        known = self._known
        return links_of(
            owners, owners, numbers(credit, "partner_no"), numbers(credit, "usage"), known, len(known.country_of)
        )

    def _revenue(self, part: Part) -> Cells:
        span = self._span
        rates: dict[int, dict[str, int]] = {t: {} for t in span.windowed()}
        for row in self._engine.fetch("SELECT month, currency, rate FROM exchange_rates").to_pylist():
            if 0 <= (t := row["month"] - span.base.number) < len(span.months):
                rates.setdefault(t, {})[row["currency"]] = int(row["rate"] * RATE_UNITS)
        for listed in rates.values():
            listed[self._reporting_currency] = RATE_UNITS
            if max(listed.values()) > LARGEST_RATE:
                raise Unfit
        billed = self._engine.fetch(step_sql("billed_months", {}))
        # No subscription of a line is missing here; the arrays are by number.
        first, last = (
            by_number(billed, "subscription_no", name) - span.base.number for name in ("first_month", "last_month")
        )
        links = self._sale_links()
        files = [file for file in self._files("billing_lines") if file.t in span.windowed()]
        found = revenue(files, rates, (first, last), self._known, links, self._workers)
        return self._product_cells(part, links, found, ("amount", "amount_rest"))

    def _product_cells(
        self, part: Part, links: Links, rows: Sequence[tuple[Any, ...]], measures: tuple[str, ...]
    ) -> Cells:
        """Cells by partner, product and country from the cells and numbers of each month."""
        known = self._known
        cells = np.concatenate([np.zeros(0, np.int64), *(row[1] for row in rows)])
        when = np.concatenate([np.zeros(0, np.int8), *(np.full(len(row[1]), row[0], np.int8) for row in rows)])
        values = {
            name: np.concatenate([np.zeros(0, np.int64), *(row[2 + place] for row in rows)])
            for place, name in enumerate(measures)
        }
        is_used = np.zeros(len(links.places.partners) * links.places.products, np.bool_)
        is_used[cells] = True
        used = np.flatnonzero(is_used)
        cell_of = (np.cumsum(is_used, dtype=np.int32) - np.int32(1))[cells]
        partners, products, countries = links.places.keys(used)
        return Cells(
            {
                "partner_id": (partners, known.partners),
                "product_id": (products, known.products),
                "country": (countries, known.countries),
            },
            [],
            Added(part.roll, when, cell_of, values, cells=len(used)),
        )

    def _users(self, part: Part) -> Cells:
        span, known = self._span, self._known
        reached = span.windowed()
        windowed = sum(1 << t for t in reached)
        coverage = self._usage_links()
        counted = np.zeros(len(known.country_of), np.int64)
        owners = np.repeat(np.arange(len(counted)), np.diff(coverage.starts))
        np.bitwise_or.at(counted, owners, coverage.months & windowed)
        workloads = self._engine.fetch("SELECT workload_no, workload FROM workloads").to_pylist()
        names = {row["workload_no"]: row["workload"] for row in workloads}
        bits = PairBits(len(known.product_ranks) - 1, max(names, default=0))
        files = [file for file in self._files("activity") if file.t in reached]
        places = self._user_places(coverage)
        try:
            use = read_activity(files, bits, counted, self._workers)
            fed = self._fed(bits) if part.roll is Roll.WINDOW else []
        except TooManyPairs:
            raise Unfit from None
        turns = user_turns(
            use,
            coverage,
            places,
            span.result_bits,
            windowed,
            is_monthly=part.roll is Roll.WINDOW,
            workers=self._workers,
        )
        del use
        pairs: list[tuple[str, ...]] = [
            (known.products[known.product_ranks[product]], names[workload]) for product, workload in bits.pairs
        ]
        try:
            return user_cells([*turns, *fed], part.roll, known.partners, known.countries, pairs, self._workers)
        except OverflowError:
            raise Unfit from None

    def _user_places(self, coverage: Links) -> Ints:
        """Partner and country of each row of coverage as one number."""
        partners, _, countries = coverage.places.keys(coverage.bases)
        return partners * len(self._known.countries) + countries

    def _fed(self, bits: PairBits) -> list[Turns]:
        """The counts of feeds without users."""
        known = self._known
        rows = self._engine.fetch(step_sql("feed_users", {}))
        if not len(rows):
            return []
        pairs = list(zip(rows["product_no"].to_pylist(), rows["workload_no"].to_pylist(), strict=True))
        bit_of = {pair: bits.meet(*pair) for pair in set(pairs)}
        countries = known.country_of[numbers(rows, "customer_no")]
        places = known.partner_ranks[numbers(rows, "partner_no")] * len(known.countries) + countries
        turns = np.array([bit_of[pair] for pair in pairs], np.int64) << 6 | numbers(rows, "t")
        sets = np.array([1 << bit for bit in range(len(bits.pairs))], np.int64)
        return [Turns(places, turns, numbers(rows, "users"), sets)]


def kernels_pay(snapshot: Snapshot, span: Span) -> bool:
    """Whether a pass reads so many rows that loading the kernels pays."""
    read = (snapshot.fact_files(table, span.base, span.last) for table in ("activity", "seats", "billing_lines"))
    return sum(file.rows for files in read for file in files) >= SMALLEST_PASS
