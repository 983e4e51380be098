"""An explanation: what was asked, what the number is, and its rows, found on an engine of its own."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.csv as pa_csv

from partnerlens.engine.protocol import Engine
from partnerlens.explain.ground import Viewer
from partnerlens.explain.reasons import REASONS
from partnerlens.explain.row import ROW_SCHEMA, Row, as_written, rows_of
from partnerlens.explain.statement import explain_sql
from partnerlens.model.result import Filter
from partnerlens.months import Month
from partnerlens.units import exact_text

SIDES = ("numerator", "denominator", "baseline")
"""The sides of a number that rows add up to, in the order of rows."""

BATCH_ROWS = 65_536
"""Most rows of one batch of an export."""

_COLUMNS = ", ".join(f"made.{name}" for name in ROW_SCHEMA.names)
_TEXTS = ", ".join(f"CAST(made.{name} AS VARCHAR) AS {name}" for name in ROW_SCHEMA.names)

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
        denominator: exact, as in the answer; None for sums and counts.
        null_reason: why the value is null; None when it is not.
        flags: what limits the value, such as ``history_short``.
        rule_sets: the digest of each rule set that decides about the rows, by name.
        parameters: the settings that the edition was built with.
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

    def rows(self, *, counted: bool | None = None, limit: int = 50, offset: int = 0) -> list[Row]:
        """
        Return some of the rows, in order.

        Args:
            counted: those that count (True), those that do not (False), or all (None).
            limit: at most so many.
            offset: how many to skip.
        """
        wanted = f"{_select(_COLUMNS, counted=counted)} LIMIT {int(limit)} OFFSET {int(offset)}"
        return rows_of(self._engine.fetch(wanted))

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
        """
        Return a digest of the counted rows: the same for the same rows, whoever asks and however they are paged.

        It is the SHA-256 of their CSV (UTF-8, lines that end with a line feed, no header, the columns of
        ``ROW_SCHEMA``): each value in double quotes, with double quotes in it doubled, amounts without trailing zeros,
        and nothing between the commas where there is no value.
        """
        sink = _HashingSink()
        texts = pa.schema([(name, pa.string()) for name in ROW_SCHEMA.names])
        options = pa_csv.WriteOptions(include_header=False, quoting_style="all_valid")
        with pa_csv.CSVWriter(pa.PythonFile(sink, mode="w"), texts, write_options=options) as writer:
            for batch in self._engine.stream(_select(_TEXTS, counted=True), BATCH_ROWS):
                writer.write_batch(as_written(batch))
        return sink.hash.hexdigest()

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

    def _side(self, side: str) -> SideTotal:
        mine = [total for total in self._totals if total["counted"] and total["side"] == side]
        amount = sum((Fraction(total["amount"]) for total in mine), Fraction(0))
        return SideTotal(side, sum(total["rows"] for total in mine), exact_text(amount))


def _select(columns: str, *, counted: bool | None) -> str:
    """The SELECT of all rows, those that count, or those that do not, in order."""
    kept = "" if counted is None else "WHERE made.counted" if counted else "WHERE NOT made.counted"
    return f"SELECT {columns} FROM ({explain_sql('rows')}) AS made {kept} ORDER BY {_ORDER}"


class _HashingSink(io.RawIOBase):
    """Takes bytes and keeps their digest alone."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.hash.update(data)
        return len(data)
