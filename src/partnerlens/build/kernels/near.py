"""What kernels read of a pass, and the shared steps that they make in place of SQL."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.build.cells import Ids
from partnerlens.build.kernels.activity import THREADS, MonthFile
from partnerlens.build.kernels.associations import subscription_credit
from partnerlens.build.kernels.billing import RATE_UNITS, revenue
from partnerlens.build.kernels.credit import Dimensions, Links, by_number, by_partner, links_of, numbers
from partnerlens.build.kernels.customer_users import customer_users
from partnerlens.build.kernels.days import NEVER, days_of
from partnerlens.build.kernels.exam_people import exam_people
from partnerlens.build.kernels.facts_read import FactsRead
from partnerlens.build.kernels.kept_use import Use, largest_numbers
from partnerlens.build.kernels.seats import MonthSeats, read_seats
from partnerlens.build.span import Span
from partnerlens.build.step import step_sql
from partnerlens.compiled import Ints
from partnerlens.engine.protocol import Engine
from partnerlens.months import Month
from partnerlens.store import Snapshot
from partnerlens.store.decimals import joined_decimals

READ_BY_KERNELS = ("billed_months", "feed_users")
"""Statements that kernels read beside the relations of the steps that they stand for."""

LARGEST_RATE = 2**63 - 1

MonthCells = list[tuple[int, Ints, Ints, Ints]]
"""For each month its cells and two measures of each."""


class Unfit(Exception):  # noqa: N818 (a way out, not an error)
    """No kernel makes this, or none can hold these facts; the SQL steps can."""


def make_step(engine: Engine, near: "NearScan | None", step: str, words: Mapping[str, int]) -> None:
    """
    Keep the rows of a step under its name, by a kernel where one makes them.

    Args:
        engine: where the steps run.
        near: the facts near the scan; None to keep to the SQL steps.
        step: the step.
        words: see ``step_sql``.
    """
    if near is not None:
        with suppress(Unfit):
            if (made := near.table(step)) is not None:
                engine.register(step, made)
            return
    engine.keep(step, step_sql(step, words))


class NearScan:
    """
    The facts of a pass near the scan.

    Args:
        engine: has the facts, and the relations that the steps read, by name.
        snapshot: where the facts' files are.
        span: the months of the pass.
        partners: the partners' ids.
        products: the products' ids.
        read: the facts that the build has read, and the use of the store's users.
        users: by month, the file of ``product_users``; a pass of metrics needs none.
    """

    def __init__(
        self,
        engine: Engine,
        snapshot: Snapshot,
        span: Span,
        partners: Ids,
        products: Ids,
        read: FactsRead,
        users: Mapping[Month, Path] | None = None,
    ) -> None:
        """Begin the threads; nothing is read yet."""
        self.engine = engine
        self.snapshot = snapshot
        self.span = span
        self.workers = ThreadPoolExecutor(THREADS)
        self._read = read
        self._apart = ThreadPoolExecutor(1)
        # What reads use in the background leaves the other threads to the parts that are made meanwhile.
        self._readers = ThreadPoolExecutor(max(1, THREADS // 2))
        self._reading: Future[Use] | None = None
        self._partners = partners
        self._products = products
        self._users = users or {}
        self._makes = {
            "subscription_credit": self._subscription_credit,
            "subscription_months": self._subscription_months,
            "customer_users": self._customer_users,
            "exam_people": self._exam_people,
            "revenue": self._revenue,
        }

    def close(self) -> None:
        """End the threads."""
        self.workers.shutdown(cancel_futures=True)
        self._apart.shutdown()
        self._readers.shutdown()

    def begin_use(self) -> None:
        """Begin to read the use of the months that windows reach, while other parts are made."""
        self._reading = self._apart.submit(self._use_of, largest_numbers(self.engine), self._readers)

    def use(self) -> Use:
        """
        Return the use of the months that windows reach.

        Raises:
            TooManyPairs: one word cannot hold a set of pairs.
        """
        if self._reading is not None:
            return self._reading.result()
        return self._use_of(largest_numbers(self.engine), self.workers)

    def _use_of(self, largest: Mapping[str, int], workers: ThreadPoolExecutor) -> Use:
        return self._read.use.of([self.span.base + t for t in self.span.windowed()], largest, workers)

    def forget(self) -> None:
        """Free the seats and where sales count; what needs them is made."""
        for name in ("seats", "sale_links"):
            self.__dict__.pop(name, None)

    def table(self, step: str) -> pa.Table | None:
        """
        Return the rows of a step; None when only steps that kernels make would read them.

        Raises:
            Unfit: the SQL step has to make them.
        """
        if step == "association_months":
            return None
        if step in ("sale_cells", "sale_links"):
            self.rates()
            return None
        if step not in self._makes:
            raise Unfit
        return self._makes[step]()

    @cached_property
    def known(self) -> Dimensions:
        """The dimensions."""
        return self._read.dimensions(self._dimensions)

    def _dimensions(self) -> Dimensions:
        customers = self.engine.fetch("SELECT customer_no, country FROM customers")
        listed = sorted(customers["country"].unique().to_pylist())
        ranks = pc.index_in(customers["country"], pa.array(listed, pa.string()))
        rows = self.engine.fetch(
            "SELECT subscription_no, customer_no, product_no, CAST(licence_type = 'paid' AS INTEGER) AS paid, "
            "end_date FROM subscriptions"
        )
        country_of = by_number(customers.set_column(1, "country", ranks), "customer_no", "country")
        customer_of = by_number(rows, "subscription_no", "customer_no")
        ends = np.full(len(customer_of), NEVER, np.int64)
        ends[numbers(rows, "subscription_no")] = days_of(rows["end_date"], NEVER)
        return Dimensions(
            partner_ranks=self._partners.ranks,
            partners=self._partners.sorted,
            product_ranks=self._products.ranks,
            products=self._products.sorted,
            country_of=country_of,
            countries=listed,
            customer_of=customer_of,
            product_of=self._products.ranks[by_number(rows, "subscription_no", "product_no")],
            is_paid=by_number(rows, "subscription_no", "paid") != 0,
            ends=ends,
        )

    @cached_property
    def accounts(self) -> Ints:
        """By partner number, the number of its account; -1 where it has none."""
        rows = self.engine.fetch("SELECT partner_no, parent_partner_no FROM partners")
        found = np.full(int(numbers(rows, "partner_no").max(initial=0)) + 1, -1, np.int64)
        found[numbers(rows, "partner_no")] = pc.fill_null(rows["parent_partner_no"], -1).to_numpy()
        return found

    @cached_property
    def seats(self) -> list[MonthSeats]:
        """The seats of each month of the pass that has any."""
        return read_seats(self.files("seats"), self.workers)

    def files(self, table: str) -> list[MonthFile]:
        """Return the files of a table with the months of the pass."""
        files = self.snapshot.fact_files(table, self.span.base, self.span.last)
        return [
            MonthFile(self.snapshot.folder / file.path, self.span.t(file.month))
            for file in files
            if file.month is not None
        ]

    def counted(self, *, has_predecessor: bool = False) -> list[int]:
        """Return the months ``t`` that are counted now, see ``register_months``."""
        only = "WHERE is_counted AND has_predecessor" if has_predecessor else "WHERE is_counted"
        found: list[int] = self.engine.fetch(f"SELECT t FROM months {only} ORDER BY t")["t"].to_pylist()
        return found

    @cached_property
    def sale_links(self) -> Links:
        """Where the facts of each subscription of a product in scope count."""
        credit = self.engine.fetch("SELECT partner_no, subscription_no, sale FROM subscription_credit WHERE sale <> 0")
        known = self.known
        owners = numbers(credit, "subscription_no")
        is_in_scope = np.zeros(len(known.products), np.bool_)
        scope = self.engine.fetch("SELECT product_no FROM scope_products")
        is_in_scope[known.product_ranks[numbers(scope, "product_no")]] = True
        months = np.where(is_in_scope[known.product_of[owners]], numbers(credit, "sale"), 0)
        customers, partners = known.customer_of[owners], numbers(credit, "partner_no")
        return links_of(owners, customers, partners, months, known, len(known.customer_of))

    @cached_property
    def usage_links(self) -> Links:
        """Where the facts of each customer count."""
        credit = self.engine.fetch("SELECT partner_no, customer_no, usage FROM customer_credit WHERE usage <> 0")
        owners, partners = numbers(credit, "customer_no"), numbers(credit, "partner_no")
        return links_of(owners, owners, partners, numbers(credit, "usage"), self.known, len(self.known.country_of))

    def rates(self) -> dict[int, dict[str, int]]:
        """
        Return the rate of each month and currency, in units of 1e-12.

        Raises:
            Unfit: a rate does not fit 64 bits.
        """
        base = self.span.base.number
        (program,) = self.engine.fetch("SELECT reporting_currency FROM program").to_pylist()
        found: dict[int, dict[str, int]] = {t: {} for t in range(len(self.span.months))}
        for row in self.engine.fetch("SELECT month, currency, rate FROM exchange_rates").to_pylist():
            if (t := row["month"] - base) in found:
                found[t][row["currency"]] = int(row["rate"] * RATE_UNITS)
        for listed in found.values():
            listed[program["reporting_currency"]] = RATE_UNITS
            if max(listed.values()) > LARGEST_RATE:
                raise Unfit
        return found

    def month_revenue(self, links: Links) -> MonthCells:
        """
        Return for each counted month the cells and their revenue, as ten-thousandths and rests.

        Raises:
            Unfit: a rate does not fit 64 bits.
        """
        rates = self.rates()
        billed = self.engine.fetch(step_sql("billed_months", {}))
        # No subscription of a line is missing here; the arrays are by number.
        first, last = (
            by_number(billed, "subscription_no", name) - self.span.base.number for name in ("first_month", "last_month")
        )
        months = set(self.counted())
        files = [file for file in self.files("billing_lines") if file.t in months]
        return revenue(files, rates, (first, last), self.known, links, self.workers)

    # Steps

    def _subscription_credit(self) -> pa.Table:
        known = self.known
        associations = self._read.associations(len(known.customer_of), self.workers)
        rules = self.engine.fetch("SELECT * FROM policy_rules").to_pylist()
        return subscription_credit(associations, self.span, known.ends, rules, self.accounts, self.workers)

    def _subscription_months(self) -> pa.Table:
        known = self.known
        paid, seated = self._read.seat_months(
            self.span, len(known.customer_of), self.files("seats"), lambda: self.seats, self.workers
        )
        subscriptions = np.flatnonzero((paid != 0) & known.is_paid)
        customers = known.customer_of[subscriptions]
        return pa.table(
            {
                "subscription_no": subscriptions,
                "customer_no": customers,
                "product_no": self._products.numbers[known.product_of[subscriptions]],
                "country": pa.array(known.countries, pa.string()).take(pa.array(known.country_of[customers])),
                "paid": paid[subscriptions],
                "seated": seated[subscriptions],
            }
        )

    def _revenue(self) -> pa.Table:
        """The step without products and countries: scorecards add them up."""
        months = self.month_revenue(by_partner(self.sale_links, len(self.known.partners)))
        partners, wholes, rests = (
            np.concatenate([np.zeros(0, np.int64), *(month[column] for month in months)]) for column in (1, 2, 3)
        )
        when = np.repeat([month[0] for month in months], [len(month[1]) for month in months])
        return pa.table(
            {
                "partner_no": self._partners.numbers[partners],
                "t": pa.array(when, pa.int32()),
                "amount": joined_decimals(wholes, rests),
            }
        )

    def _customer_users(self) -> pa.Table:
        """The step, for the months that a counted one looks back to."""
        counted = self.counted()
        wanted = range(min(counted) - 12, max(counted) + 1) if counted else range(0)
        files = {self.span.t(month): path for month, path in self._users.items() if self.span.t(month) in wanted}
        weights = self.engine.fetch("SELECT product_no, weight FROM weights").to_pylist()
        paid = self.engine.fetch("SELECT customer_no, product_no, months FROM paid_products")
        made = customer_users(files, {row["product_no"]: row["weight"] for row in weights}, paid, self.workers)
        if made is None:
            raise Unfit
        return made

    def _exam_people(self) -> pa.Table:
        return exam_people(
            self.snapshot.files("exam_passes"),
            self.accounts,
            self.engine.fetch("SELECT * FROM rule_ways ORDER BY rule, way, exam"),
            self.engine.fetch("SELECT * FROM rule_exams ORDER BY exam"),
            self.engine.fetch("SELECT * FROM moments ORDER BY moment, t"),
        )
