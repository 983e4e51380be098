"""One pass of the build: the parts that are wanted, for a run of data months, from facts to result tables."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

import pyarrow as pa

from partnerlens.build.cells import Cells, CellSeries, Naming, cells_of_rows, partner_ids, product_ids
from partnerlens.build.kernels.facts_read import FactsRead
from partnerlens.build.kernels.near import NearScan, Unfit, make_step
from partnerlens.build.kernels.parts import KERNEL_PARTS, kernel_cells
from partnerlens.build.part import Part, SetOf
from partnerlens.build.span import (
    Span,
    register_bits,
    register_exams,
    register_months,
    register_policy,
    register_scope,
    register_span,
)
from partnerlens.build.step import step_sql
from partnerlens.engine.protocol import Engine
from partnerlens.model.facts import TABLES
from partnerlens.model.policy import CreditPolicy
from partnerlens.model.workload import WorkloadCatalog
from partnerlens.months import WINDOW_MONTHS, Month
from partnerlens.progress import Progress
from partnerlens.store import Snapshot
from partnerlens.store.layout import INTERNAL_TABLES


@dataclass(frozen=True)
class Rules:
    """
    The definitions that a build applies.

    Attributes:
        policy: who is credited.
        workloads: which exams count.
        reporting_currency: what amounts are converted to.
    """

    policy: CreditPolicy
    workloads: WorkloadCatalog
    reporting_currency: str


@dataclass(frozen=True)
class PartMonth:
    """The result tables of one part for one month."""

    part: Part
    month: Month
    tables: Mapping[str, pa.Table]


class Pass:
    """
    A run of data months on one engine.

    Args:
        engine: where the steps run.
        snapshot: the facts.
        span: the data months.
        rules: the definitions.
        progress: told of each step and month.
        read: the facts that the build has read, where kernels make the largest parts beside the engine; the results
            are the same.
    """

    def __init__(
        self,
        engine: Engine,
        snapshot: Snapshot,
        span: Span,
        rules: Rules,
        progress: Progress,
        *,
        read: FactsRead | None = None,
    ) -> None:
        """Name the facts and the small relations; nothing is computed yet."""
        self._engine = engine
        self._span = span
        self._progress = progress
        self._words = {"product_words": 1, "pair_words": 1}
        scan_facts(engine, snapshot, span)
        register_span(engine, span, reporting_currency=rules.reporting_currency)
        register_policy(engine, span, rules.policy)
        lists = register_exams(engine, span, rules.workloads)
        self._naming = self._name(lists)
        self._kept: set[str] = set()
        self._done, self._todo = 0, 0
        self._counting = Lock()
        naming = self._naming
        self._near = NearScan(engine, snapshot, span, naming.partners, naming.products, read) if read else None

    def results(self, wanted: Mapping[Part, Collection[Month]], priors: Mapping[Part, pa.Table]) -> Iterator[PartMonth]:
        """
        Yield the result tables of the wanted parts and months.

        Steps that several parts share run once; what no later part needs is dropped as soon as it is not needed,
        so that the memory of one pass stays small.

        Args:
            wanted: the parts and their months.
            priors: for parts that go on from earlier results, the cells of the month before their first one.
        """
        self._todo = len({step for part in wanted for step in part.steps}) + sum(map(len, wanted.values()))
        parts = list(wanted)
        # While the months of a part are given their form and written, the next one is made.
        ahead = ThreadPoolExecutor(1)

        def begun(place: int) -> Future[Cells]:
            part = parts[place]
            return ahead.submit(self._made, part, sorted(wanted[part]), priors.get(part), parts[place:])

        try:
            # Alone, users have every thread for themselves once they ask for what is read.
            if self._near is not None and len(parts) > 1 and any(part.name == "users" for part in parts):
                self._near.begin_use()
            making = begun(0)
            for place, part in enumerate(parts):
                series = CellSeries(part, making.result())
                if place + 1 < len(parts):
                    making = begun(place + 1)
                for month in sorted(wanted[part]):
                    self._progress(f"{part.name.replace('_', ' ')} of {month}", self._done, self._todo)
                    yield PartMonth(part, month, series.at(self._span.t(month)))
                    self._step_is_done()
        finally:
            ahead.shutdown(cancel_futures=True)
            if self._near is not None:
                self._near.close()

    def _made(self, part: Part, months: Sequence[Month], prior: pa.Table | None, left: Sequence[Part]) -> Cells:
        """The cells of a part, the first of those that are left; steps that none of these needs are dropped before."""
        needed = {step for later in left for step in later.steps}
        for step in self._kept - needed:
            self._engine.drop(step)
        self._kept &= needed
        return self._cells(part, months, prior)

    def _step_is_done(self) -> None:
        with self._counting:
            self._done += 1

    def _cells(self, part: Part, months: Sequence[Month], prior: pa.Table | None) -> Cells:
        """The cells of a part, by a kernel where there is one that can hold them."""
        first, last = self._span.t(months[0]), self._span.t(months[-1])
        register_months(self._engine, self._span, goes_on(first, last) if prior is not None else self._span.windowed())
        if self._near is not None and part.name in KERNEL_PARTS:
            with suppress(Unfit):
                self._keep(KERNEL_PARTS[part.name])
                return kernel_cells(self._near, part, prior)
        self._keep(part.steps)
        return cells_of_rows(
            part, self._rows(part, prior), self._naming, after=first - 1 if prior is not None else None
        )

    def _keep(self, steps: Sequence[str]) -> None:
        for step in steps:
            if step not in self._kept:
                self._progress(step.replace("_", " "), self._done, self._todo)
                self._run(step)
                self._kept.add(step)
                self._step_is_done()

    def _rows(self, part: Part, prior: pa.Table | None) -> pa.Table:
        """The rows of a part's last step, with the cells it goes on from as rows of month -1."""
        made = f"SELECT * FROM {part.steps[-1]}"
        if prior is None:
            return self._engine.fetch(made)
        self._engine.register("prior", prior)
        measures = ", ".join(f"prior.{name}" for name in part.measures)
        return self._engine.fetch(
            f"""
            SELECT partners.partner_no, products.product_no, prior.country, CAST(-1 AS INTEGER) AS t, {measures}
            FROM prior
            JOIN partners ON partners.partner_id = prior.partner_id
            JOIN products ON products.product_id = prior.product_id
            UNION ALL
            {made}
            """
        )

    def _name(self, lists: list[str]) -> Naming:
        products = self._engine.fetch("SELECT product_no AS no, product_id AS id FROM products ORDER BY product_no")
        numbers = [(number,) for number in products["no"].to_pylist()]
        register_scope(self._engine, products["no"].to_pylist())
        self._words["product_words"] = register_bits(self._engine, "product_bits", ["product_no"], numbers)
        return Naming(
            partners=partner_ids(self._engine),
            products=product_ids(self._engine),
            members={
                SetOf.PRODUCTS: [(identifier,) for identifier in products["id"].to_pylist()],
                SetOf.WORKLOADS: [(name,) for name in lists],
                SetOf.PAIRS: [],
            },
        )

    def _run(self, step: str) -> None:
        if step == "pairs":
            self._run_pairs()
        else:
            make_step(self._engine, self._near, step, self._words)

    def _run_pairs(self) -> None:
        """Give each pair in use a bit; only then is it known how many words a set of pairs has."""
        pairs = self._engine.fetch(
            f"""
            SELECT found.product_no, found.workload_no, p.product_id, w.workload
            FROM ({step_sql("pairs", self._words)}) AS found
            JOIN products p ON p.product_no = found.product_no
            JOIN workloads w ON w.workload_no = found.workload_no
            ORDER BY found.product_no, found.workload_no
            """
        ).to_pylist()
        numbers = [(pair["product_no"], pair["workload_no"]) for pair in pairs]
        self._words["pair_words"] = register_bits(self._engine, "pairs", ["product_no", "workload_no"], numbers)
        self._naming.members[SetOf.PAIRS] = [(pair["product_id"], pair["workload"]) for pair in pairs]


def scan_facts(engine: Engine, snapshot: Snapshot, span: Span) -> None:
    """Name a relation for each fact table and internal table, with the months of a pass."""
    for table in (*TABLES, *INTERNAL_TABLES):
        engine.scan(table, snapshot.files(table, span.base, span.last), snapshot.columns(table))


def goes_on(first: int, last: int) -> list[int]:
    """Return the months that lead from the cells of ``first - 1`` to those of ``last``: entering and leaving ones."""
    return [*range(first - WINDOW_MONTHS, last - WINDOW_MONTHS + 1), *range(first, last + 1)]
