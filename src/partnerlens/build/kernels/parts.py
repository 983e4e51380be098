"""Which parts kernels make, and from what: the facts near the scan, and the steps that stay in SQL."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from partnerlens.build.cells import Added, Cells, MonthRows
from partnerlens.build.kernels.activity import PairBits, TooManyPairs
from partnerlens.build.kernels.credit import Links, numbers
from partnerlens.build.kernels.near import NearScan, Unfit
from partnerlens.build.kernels.seats import assigned_seats, seat_changes
from partnerlens.build.kernels.user_cells import user_cells
from partnerlens.build.kernels.users import Turns, user_turns
from partnerlens.build.part import Part, Roll
from partnerlens.build.span import Span
from partnerlens.build.step import step_sql
from partnerlens.compiled import Ints
from partnerlens.store import Snapshot
from partnerlens.store.decimals import split_decimals

_CREDIT = ("association_months", "subscription_credit")
_CUSTOMER_CREDIT = (*_CREDIT, "subscription_months", "customer_credit")

KERNEL_PARTS: dict[str, tuple[str, ...]] = {
    "revenue": _CREDIT,
    "seat_changes": _CREDIT,
    "assigned": _CUSTOMER_CREDIT,
    "users": _CUSTOMER_CREDIT,
}
"""The parts that kernels make, with the steps that they stand on."""

SMALLEST_PASS = 10_000_000
"""Rows of a pass from which on kernels are used: below, loading them takes about as long as the SQL steps."""


def kernel_cells(near: NearScan, part: Part, prior: pa.Table | None) -> Cells:
    """
    Return the cells of a part of ``KERNEL_PARTS`` for the counted months; its steps are there.

    Args:
        near: the facts.
        part: the part.
        prior: for a part that goes on from earlier results, the cells of the month before the first data month.

    Raises:
        Unfit: the SQL steps have to make it.
    """
    match part.name:
        case "revenue":
            links = near.sale_links
            return _product_cells(near, part, links, near.month_revenue(links), prior)
        case "seat_changes":
            links = near.sale_links
            counted = near.counted(has_predecessor=True)
            changes = seat_changes(near.seats, counted, near.known, links, near.workers)
            return _product_cells(near, part, links, changes, prior)
        case "assigned":
            links = near.usage_links
            results = range(near.span.t(near.span.first), near.span.t(near.span.last) + 1)
            assigned = assigned_seats(near.seats, results, near.known, links, near.workers)
            return _product_cells(near, part, links, assigned, prior)
    near.forget()
    return _users(near, part)


def kernels_pay(snapshot: Snapshot, span: Span) -> bool:
    """Whether a pass reads so many rows that loading the kernels pays."""
    read = (snapshot.fact_files(table, span.base, span.last) for table in ("activity", "seats", "billing_lines"))
    return sum(file.rows for files in read for file in files) >= SMALLEST_PASS


def _product_cells(
    near: NearScan, part: Part, links: Links, rows: Sequence[MonthRows], prior: pa.Table | None
) -> Cells:
    """Cells by partner, product and country from the cells and numbers of each month, and those of the month before."""
    known = near.known
    if prior is not None:
        rows = [(-1, *_prior_cells(near, part, links, prior)), *rows]
    is_used = np.zeros(links.places.size, np.bool_)
    for _, cells, *_ in rows:
        is_used[cells] = True
    used = np.flatnonzero(is_used)
    place_of = np.cumsum(is_used, dtype=np.int32) - np.int32(1)
    partners, products, countries = links.places.keys(used)
    return Cells(
        {
            "partner_id": (partners, known.partners),
            "product_id": (products, known.products),
            "country": (countries, known.countries),
        },
        [],
        Added(
            part.roll,
            _columns(part),
            ((t, place_of[cells], *values) for t, cells, *values in rows),
            cells=len(used),
            after=None if prior is None else near.span.t(near.span.first) - 1,
        ),
    )


def _columns(part: Part) -> tuple[str, ...]:
    """The measures of a part as columns of whole numbers; amounts are two."""
    (name,) = part.measures
    return (name, f"{name}_rest") if part.measures[name].startswith("DECIMAL") else (name,)


def _prior_cells(near: NearScan, part: Part, links: Links, prior: pa.Table) -> tuple[Ints, ...]:
    """The cells of earlier results and their measures; whoever has one is credited within the pass."""
    known = near.known
    ranks = [
        _ranks(prior[name], listed)
        for name, listed in (
            ("partner_id", known.partners),
            ("product_id", known.products),
            ("country", known.countries),
        )
    ]
    try:
        cells = links.places.cells(*ranks)
    except KeyError:
        raise Unfit from None
    if len(_columns(part)) > 1:
        return (cells, *split_decimals(prior[next(iter(part.measures))]))
    return (cells, numbers(prior, *part.measures))


def _ranks(column: pa.ChunkedArray, listed: list[str]) -> Ints:
    """The place of each text in a list that holds it."""
    texts = column.combine_chunks()
    rank_of = {text: rank for rank, text in enumerate(listed)}
    ranks = np.array([rank_of[text] for text in texts.dictionary.to_pylist()], np.int64)
    found: Ints = ranks[texts.indices.to_numpy()]
    return found


def _users(near: NearScan, part: Part) -> Cells:
    span, known = near.span, near.known
    windowed = sum(1 << t for t in span.windowed())
    coverage = near.usage_links
    workloads = near.engine.fetch("SELECT workload_no, workload FROM workloads").to_pylist()
    names = {row["workload_no"]: row["workload"] for row in workloads}
    places = _user_places(near, coverage)
    try:
        use = near.use()
        bits = PairBits(len(known.product_ranks) - 1, max(names, default=0))
        for pair in use.pairs:
            bits.meet(*pair)
        fed = _fed(near, bits) if part.roll is Roll.WINDOW else []
    except TooManyPairs:
        raise Unfit from None
    turns = user_turns(
        use.rows(len(known.country_of), span.base),
        coverage,
        places,
        span.result_bits,
        windowed,
        is_monthly=part.roll is Roll.WINDOW,
        workers=near.workers,
    )
    pairs: list[tuple[str, ...]] = [
        (known.products[known.product_ranks[product]], names[workload]) for product, workload in bits.pairs
    ]
    try:
        return user_cells([*turns, *fed], part.roll, known.partners, known.countries, pairs, near.workers)
    except OverflowError:
        raise Unfit from None


def _user_places(near: NearScan, coverage: Links) -> Ints:
    """Partner and country of each row of coverage as one number."""
    places = coverage.places
    return (places.partners * len(near.known.countries) + places.countries)[coverage.place_of]


def _fed(near: NearScan, bits: PairBits) -> list[Turns]:
    """The counts of feeds without users."""
    known = near.known
    rows = near.engine.fetch(step_sql("feed_users", {}))
    if not len(rows):
        return []
    pairs = list(zip(rows["product_no"].to_pylist(), rows["workload_no"].to_pylist(), strict=True))
    bit_of = {pair: bits.meet(*pair) for pair in set(pairs)}
    countries = known.country_of[numbers(rows, "customer_no")]
    places = known.partner_ranks[numbers(rows, "partner_no")] * len(known.countries) + countries
    turns = np.array([bit_of[pair] for pair in pairs], np.int64) << 6 | numbers(rows, "t")
    sets = np.array([1 << bit for bit in range(len(bits.pairs))], np.int64)
    return [Turns(places, turns, numbers(rows, "users"), sets)]
