"""An explanation: what was asked, what the number is, and its rows, found on an engine of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Self

import pyarrow as pa

from partnerlens.engine.protocol import Engine
from partnerlens.explain.ground import Viewer
from partnerlens.explain.reasons import REASONS
from partnerlens.explain.row import LEAVING_SCHEMA, ROW_SCHEMA, LeavingRow, Row, leaving_rows_of, rows_of
from partnerlens.explain.statement import explain_sql
from partnerlens.export.totals import rows_digest
from partnerlens.model.result import Filter
from partnerlens.months import Month
from partnerlens.units import exact_text

SIDES = ("numerator", "denominator", "baseline")
"""The sides of a number that rows add up to, in the order of rows."""

BATCH_ROWS = 65_536
"""Most rows of one batch of an export."""

_COLUMNS = ", ".join(f"made.{name}" for name in ROW_SCHEMA.names)

_ORDER = """
    CASE made.side WHEN 'numerator' THEN 0 WHEN 'denominator' THEN 1 ELSE 2 END,
    made.counted DESC,
    made.month DESC,
    made.customer_id ASC NULLS FIRST,
    made.subscription_id ASC NULLS FIRST,
    made.item ASC NULLS FIRST,
    made.reason ASC,
    made.product_id ASC NULLS FIRST,
    made.workload ASC NULLS FIRST
"""
"""The order of rows; no two rows of an explanation agree in all of these."""

_CHOSEN = " AND ".join(
    f"(chosen.{name} IS NULL OR made.{name} = chosen.{name})" for name in ("customer_id", "reason", "leaves_in")
)
"""What rows have to be of; see ``Explanation._choose``."""

_LARGEST = (
    "abs(made.numerator) DESC NULLS LAST, abs(made.denominator) DESC NULLS LAST, abs(made.baseline) DESC NULLS LAST, "
    "made.customer_id ASC NULLS FIRST"
)


@dataclass(frozen=True)
class SideTotal:
    """
    What the counted rows of one side add up to.

    Attributes:
        side: ``numerator``, ``denominator`` or ``baseline``.
        rows: how many there are.
        amount: their exact sum.
    """

    side: str
    rows: int
    amount: str


@dataclass(frozen=True)
class CustomerTotal:
    """
    What the counted rows of one customer add up to.

    Attributes:
        customer_id: the customer.
        customer_name: its name; None where the facts have none.
        country: its location; None where the facts have none.
        rows: how many rows there are.
        amounts: their exact sum by side.
    """

    customer_id: str
    customer_name: str | None
    country: str | None
    rows: int
    amounts: Mapping[str, str]


@dataclass(frozen=True)
class ReasonTotal:
    """
    What the rows that do not count for one reason would add.

    Attributes:
        reason: the reason.
        rows: how many there are.
        amount: their exact sum; None where a partner viewer may not see one of the amounts.
    """

    reason: str
    rows: int
    amount: str | None


@dataclass(frozen=True)
class LeavingMonth:
    """
    What changes one side of a number in one of the next twelve months if nothing is added.

    Attributes:
        month: the month (YYYY-MM).
        side: ``numerator`` or ``baseline``.
        leaves: how many rows leave.
        customers: how many customers these are of; 0 for people.
        comes: how many rows come, because the month a year before moves on.
        difference: what the side's sum changes by, exactly.
    """

    month: str
    side: str
    leaves: int
    customers: int
    comes: int
    difference: str


@dataclass(frozen=True)
class IndicatorHeading:
    """
    What an explanation of an indicator says beside.

    Attributes:
        scorecard: the scorecard's id.
        version: which of its versions.
        is_published: whether the edition holds it; otherwise it was computed from the edition's facts.
        track: the track.
        option: the option whose value is explained.
        other_options: the indicator's other options.
        credit_policy: the credit policy that holds for it.
        threshold: the value that earns all points, exact; None where no value does.
        points: what the indicator earns, exact.
        max: the most points.
        reason: why it earns nothing, or less than its value says, such as ``baseline_too_low``; None otherwise.
    """

    scorecard: str
    version: str
    is_published: bool
    track: str
    option: str
    other_options: tuple[str, ...]
    credit_policy: str
    threshold: str | None
    points: str
    max: str
    reason: str | None


@dataclass(frozen=True)
class Heading:
    """
    What an explanation says above its rows.

    Attributes:
        partner_id: the partner.
        partner_name: its name.
        subject: the metric's id.
        title: its name for readers.
        definition: what it is, in a sentence.
        counted_rows: what one counted row is, in a sentence.
        unit: what the value counts; the currency code for revenue.
        method: how it is measured over the window.
        month: the data month.
        first_month: the first month of the window; the data month itself for a state at its end.
        edition: the number of the edition.
        filter: what the question was limited to.
        viewer: who asked.
        value: as in the answer; None when null.
        numerator: exact, as in the answer.
        denominator: exact, as in the answer; None for sums and counts. That of a growth is its baseline, and has the
            rows of that side.
        null_reason: why the value is null; None when it is not.
        flags: what limits the value, such as ``history_short``.
        rule_sets: the digest of each rule set that decides about the rows, by name.
        parameters: the settings that the edition was built with.
        names_people: whether rows name users or people.
        baseline: of a growth, what it is measured from, exact; None otherwise.
        indicator: of an indicator, where it stands in its scorecard; None for metrics.
    """

    partner_id: str
    partner_name: str
    subject: str
    title: str
    definition: str
    counted_rows: str
    unit: str
    method: str
    month: Month
    first_month: Month
    edition: int
    filter: Filter
    viewer: Viewer
    value: str | None
    numerator: str | None
    denominator: str | None
    null_reason: str | None
    flags: tuple[str, ...]
    rule_sets: Mapping[str, str]
    parameters: Mapping[str, str]
    names_people: bool
    baseline: str | None = None
    indicator: IndicatorHeading | None = None

    @property
    def window(self) -> str:
        """The months whose facts count, such as ``2023-04 to 2024-03``; one month for a state at its end."""
        return str(self.month) if self.first_month == self.month else f"{self.first_month} to {self.month}"


class Explanation:
    """
    The rows behind one value of one partner, and those that were near.

    It holds an engine with the partner's facts until it is closed; use it in a ``with`` block. Rows come in one order:
    side, counted rows first, later months first, then customer, subscription and item.

    Args:
        engine: where the relations ``found`` and all that it refers to are.
        heading: what is said above the rows.
        expected: what the counted rows of each side have to add up to.
    """

    def __init__(self, engine: Engine, heading: Heading, expected: Mapping[str, Fraction]) -> None:
        """Add up what there is; rows are read when asked for."""
        self._engine = engine
        self.heading = heading
        self._expected = dict(expected)
        self._totals = engine.fetch(explain_sql("totals")).to_pylist()

    @property
    def counted(self) -> tuple[SideTotal, ...]:
        """What the counted rows add up to, for each side that the value has rows on."""
        return tuple(self._side(side) for side in SIDES if side in self._expected)

    @property
    def not_counted(self) -> dict[str, int]:
        """How many rows do not count, by reason, in order of precedence; reasons without rows are left out."""
        found: dict[str, int] = {}
        for total in self._totals:
            if not total["counted"]:
                found[total["reason"]] = found.get(total["reason"], 0) + total["rows"]
        return {code: found[code] for code in REASONS if code in found}

    @property
    def not_counted_totals(self) -> tuple[ReasonTotal, ...]:
        """What the rows that do not count would add, by reason, in order of precedence."""
        return tuple(self._reason_total(code, rows) for code, rows in self.not_counted.items())

    @property
    def reasons(self) -> dict[str, str]:
        """The sentence of each reason that rows have, counted or not."""
        codes = {total["reason"] for total in self._totals}
        return {code: reason.sentence for code, reason in REASONS.items() if code in codes}

    @property
    def ties_out(self) -> bool:
        """
        Whether the counted rows add up exactly to the number shown.

        They do, unless the version of Partnerlens that built the edition counted in another way than this one.
        """
        return all(Fraction(total.amount) == self._expected[total.side] for total in self.counted)

    def rows_there(self, *, counted: bool | None = None) -> int:
        """Return how many rows there are, of those that count (True), those that do not (False), or all (None)."""
        return sum(total["rows"] for total in self._totals if counted in {None, total["counted"]})

    def rows(
        self,
        *,
        counted: bool | None = None,
        customer: str | None = None,
        reason: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Row]:
        """
        Return some of the rows, in order.

        Args:
            counted: those that count (True), those that do not (False), or all (None).
            customer: only those of this customer; None for all.
            reason: only those with this reason; None for all.
            limit: at most so many.
            offset: how many to skip.
        """
        self._choose(customer_id=customer, reason=reason)
        wanted = f"{_select(_COLUMNS, counted=counted, chosen=True)} LIMIT {int(limit)} OFFSET {int(offset)}"
        return rows_of(self._engine.fetch(wanted))

    def customer_rows_there(self, customer: str) -> int:
        """Return how many counted rows a customer has."""
        self._choose(customer_id=customer)
        return int(self._engine.fetch(explain_sql("customers_there"))["rows"][0].as_py() or 0)

    def customers_there(self) -> int:
        """Return how many customers have counted rows; 0 where rows are of people."""
        self._choose()
        return int(self._engine.fetch(explain_sql("customers_there"))["customers"][0].as_py())

    def customers(self, *, limit: int = 50, offset: int = 0) -> list[CustomerTotal]:
        """
        Return some of the customers with what their counted rows add up to, the largest amounts first.

        Args:
            limit: at most so many.
            offset: how many to skip.
        """
        every = f"SELECT * FROM ({explain_sql('customers')}) AS made ORDER BY {_LARGEST}"
        found = self._engine.fetch(f"{every} LIMIT {int(limit)} OFFSET {int(offset)}")
        return [
            CustomerTotal(
                row["customer_id"],
                row["customer_name"],
                row["country"],
                row["rows"],
                {side: exact_text(Fraction(row[side])) for side in SIDES if side in self._expected},
            )
            for row in found.to_pylist()
        ]

    def batches(self, *, counted: bool | None = None) -> pa.RecordBatchReader:
        """
        Return all rows as Arrow batches with the columns of ``ROW_SCHEMA``, in order, for an export of any size.

        Read it to the end before asking the explanation for anything else.

        Args:
            counted: those that count (True), those that do not (False), or all (None).
        """
        found = self._engine.stream(_select(_COLUMNS, counted=counted), BATCH_ROWS)
        return pa.RecordBatchReader.from_batches(ROW_SCHEMA, (batch.cast(ROW_SCHEMA) for batch in found))

    def digest(self) -> str:
        """Return the digest of the counted rows: that which their exports state (``partnerlens.export.totals``)."""
        return rows_digest(self.batches(counted=True))

    def leaving(self, *, month: str | None = None, limit: int = 50, offset: int = 0) -> list[LeavingRow]:
        """
        Return what changes the number in the next twelve months if nothing is added, by month; see ``LeavingRow``.

        Of growth, what moves on with the month a year before is told only when the explanation was asked for it.

        Args:
            month: only what changes it in this month (YYYY-MM); None for all twelve.
            limit: at most so many.
            offset: how many to skip.
        """
        self._choose(leaves_in=month)
        wanted = f"{_leaving(chosen=True)} LIMIT {int(limit)} OFFSET {int(offset)}"
        return leaving_rows_of(self._engine.fetch(wanted))

    def leaving_there(self, month: str | None = None) -> int:
        """Return how many rows ``leaving`` has, of one month or of all."""
        return sum(each.leaves + each.comes for each in self.leaving_months() if month in {None, each.month})

    def leaving_batches(self) -> pa.RecordBatchReader:
        """Return all of ``leaving`` as Arrow batches with the columns of ``LEAVING_SCHEMA``; see ``batches``."""
        found = self._engine.stream(_leaving(), BATCH_ROWS)
        return pa.RecordBatchReader.from_batches(LEAVING_SCHEMA, (batch.cast(LEAVING_SCHEMA) for batch in found))

    def leaving_months(self) -> tuple[LeavingMonth, ...]:
        """Return what ``leaving`` adds up to, by month and side."""
        made = self._engine.fetch(explain_sql("leaving_months")).to_pylist()
        return tuple(
            LeavingMonth(**row | {"difference": exact_text(Fraction(row["difference"]))})
            for row in sorted(made, key=lambda row: (row["month"], SIDES.index(row["side"])))
        )

    def close(self) -> None:
        """Close the engine; the heading and the totals stay."""
        self._engine.close()

    def __enter__(self) -> Self:
        """Return the explanation; it closes when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the explanation."""
        self.close()

    def _choose(self, **chosen: str | None) -> None:
        """Name the relation ``chosen``: one row with what rows have to be of; null for all."""
        names = ("customer_id", "reason", "leaves_in")
        self._engine.register("chosen", pa.table({name: pa.array([chosen.get(name)], pa.string()) for name in names}))

    def _reason_total(self, code: str, rows: int) -> ReasonTotal:
        mine = [total for total in self._totals if not total["counted"] and total["reason"] == code]
        if sum(total["known"] for total in mine) < rows:
            return ReasonTotal(code, rows, None)
        return ReasonTotal(code, rows, exact_text(sum((Fraction(total["amount"]) for total in mine), Fraction(0))))

    def _side(self, side: str) -> SideTotal:
        mine = [total for total in self._totals if total["counted"] and total["side"] == side]
        amount = sum((Fraction(total["amount"]) for total in mine), Fraction(0))
        return SideTotal(side, sum(total["rows"] for total in mine), exact_text(amount))


def _select(columns: str, *, counted: bool | None, chosen: bool = False) -> str:
    """The SELECT of all rows, those that count, or those that do not, in order; ``chosen`` of them alone."""
    kept = {None: "1 = 1", True: "made.counted", False: "NOT made.counted"}[counted]
    return f"SELECT {columns} FROM ({explain_sql('rows')}) AS made {_kept(kept, chosen=chosen)} ORDER BY {_ORDER}"


def _leaving(*, chosen: bool = False) -> str:
    """The SELECT of what leaves and comes, by month; ``chosen`` of it alone."""
    columns = ", ".join(f"made.{name}" for name in LEAVING_SCHEMA.names)
    order = f"made.leaves_in ASC, made.change DESC, {_ORDER}, made.difference ASC"
    kept = _kept("1 = 1", chosen=chosen)
    return f"SELECT {columns} FROM ({explain_sql('leaving')}) AS made {kept} ORDER BY {order}"


def _kept(condition: str, *, chosen: bool) -> str:
    """What keeps rows: a condition, and for ``chosen`` the relation of that name."""
    return f"CROSS JOIN chosen WHERE {condition} AND {_CHOSEN}" if chosen else f"WHERE {condition}"
