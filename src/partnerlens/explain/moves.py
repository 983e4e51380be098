"""The changes of rows from state to state, gathered on an engine."""

from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from partnerlens.engine.protocol import Engine
from partnerlens.explain.explanation import BATCH_ROWS
from partnerlens.explain.reasons import REASONS
from partnerlens.explain.row import AMOUNT, amount_text
from partnerlens.explain.statement import explain_sql
from partnerlens.units import exact_text

CHANGE_SCHEMA = pa.schema(
    [
        ("step", pa.int32()),
        ("cause", pa.string()),
        ("source", pa.string()),
        ("load", pa.int64()),
        ("movement", pa.string()),
        ("side", pa.string()),
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
        ("amount_before", AMOUNT),
        ("amount_after", AMOUNT),
        ("change", AMOUNT),
        ("reason_before", pa.string()),
        ("reason_after", pa.string()),
        ("note_before", pa.string()),
        ("note_after", pa.string()),
    ]
)
"""The columns of every difference, in order."""

_COLUMNS = ", ".join(CHANGE_SCHEMA.names)
_AMOUNTS = ("amount_before", "amount_after", "change")
_ORDER = """
    step,
    CASE side WHEN 'numerator' THEN 0 WHEN 'denominator' THEN 1 ELSE 2 END,
    movement,
    month DESC,
    customer_id ASC NULLS FIRST,
    subscription_id ASC NULLS FIRST,
    item ASC NULLS FIRST,
    product_id ASC NULLS FIRST,
    workload ASC NULLS FIRST
"""
_NO_LINKS = pa.table(
    {
        "link": pa.array([], pa.string()),
        "is_correction": pa.array([], pa.int32()),
        "load": pa.array([], pa.int64()),
    }
)


@dataclass(frozen=True)
class Change:
    """
    One row that counts in one state and not, or otherwise, in the next.

    Attributes:
        step: the number of the step between the two editions, from 1.
        cause: why it changed; see ``CHANGE_CAUSES``.
        source: the fact table, or the rules, that the cause lies in; None for the data month.
        load: the latest load that brought one of the facts behind the change; None where that is not known, and for
            rules and months.
        movement: ``entered``, ``left`` or ``changed``.
        side: ``numerator`` or ``denominator``.
        month: the month that the row belongs to (YYYY-MM).
        customer_id: the customer; None for people.
        customer_name: its name.
        country: its location; of people the countries of the partner's locations, separated by ';'.
        subscription_id: the subscription; None where the row belongs to the customer as a whole.
        product_id: the product; None where there are several or none.
        workload: the workload; None where there are several or none.
        item: what identifies the fact: invoice and line, user, person, instance or response.
        association: the associations through which the partner is, or was, credited, separated by ';'.
        location: who holds them: the partner or its locations, separated by ';'.
        amount_before: what the row added; None when it did not count.
        amount_after: what it adds; None when it does not count.
        change: what that makes of the number.
        reason_before: why it counted or did not; None when there was no such row near.
        reason_after: why it counts or does not; None when there is no such row near any more.
        note_before: the note of the row, as in explanations; for operators the partners credited instead.
        note_after: the same, afterwards.
    """

    step: int
    cause: str
    source: str | None
    load: int | None
    movement: str
    side: str
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
    amount_before: str | None
    amount_after: str | None
    change: str
    reason_before: str | None
    reason_after: str | None
    note_before: str | None
    note_after: str | None


@dataclass(frozen=True)
class Total:
    """
    Changes of one step and cause, added up.

    Attributes:
        side: ``numerator`` or ``denominator``.
        cause: their cause.
        source: the fact table, or the rules, that it lies in; None for the data month.
        rows: how many there are.
        entered: how many of them began to count.
        left: how many stopped.
        change: what they make of the number, exactly.
    """

    side: str
    cause: str
    source: str | None
    rows: int
    entered: int
    left: int
    change: str


class Moves:
    """
    The changes of rows from one state to the next, and to the next after it.

    Args:
        engine: where they are kept; closed with them.
    """

    def __init__(self, engine: Engine) -> None:
        """Begin without any state."""
        self._engine = engine
        self._steps = 0
        codes = list(REASONS)
        self._engine.register(
            "precedence",
            pa.table({"reason": pa.array(codes, pa.string()), "place": pa.array(range(len(codes)), pa.int32())}),
        )

    def begin(self, rows: pa.Table, timeless: tuple[str, ...]) -> None:
        """
        Take the rows of the first state.

        Args:
            rows: the columns of ``ROW_SCHEMA``.
            timeless: the sides whose rows go on from one data month to the next.
        """
        self._key("before_rows", rows, timeless)
        self._engine.keep("first_rows", "SELECT * FROM before_rows")

    def step(
        self,
        kind: str,
        source: str | None,
        rows: pa.Table,
        timeless: tuple[str, ...],
        first_months: tuple[str, str],
        links: pa.Table | None,
    ) -> None:
        """
        Take the rows of the next state.

        Args:
            kind: ``facts``, ``rules`` or ``month``.
            source: the table or the rules that differ.
            rows: the rows, as for ``begin``.
            timeless: the sides, as for ``begin``.
            first_months: the first month of the window, before and after.
            links: what leads from rows to the facts that differ; None without such.
        """
        self._steps += 1
        values = {
            "step": (self._steps, pa.int32()),
            "kind": (kind, pa.string()),
            "source": (source, pa.string()),
            "first_before": (first_months[0], pa.string()),
            "first_after": (first_months[1], pa.string()),
        }
        self._engine.register("steps", pa.table({name: pa.array([value], of) for name, (value, of) in values.items()}))
        self._engine.register("fact_links", _NO_LINKS if links is None else links)
        self._key("after_rows", rows, timeless)
        self._engine.keep("moved", explain_sql("moved"))
        self._engine.keep(f"caused_{self._steps}", f"SELECT row_key, {_COLUMNS} FROM ({explain_sql('caused')}) AS made")
        self._engine.keep("before_rows", "SELECT * FROM after_rows")

    def settle(self) -> None:
        """Drop from the changes so far those of rows that are now as they were before the first step."""
        self._engine.keep("last_rows", "SELECT * FROM before_rows")
        self._engine.keep("net_keys", explain_sql("net_keys"))
        for step in range(1, self._steps + 1):
            kept = f"SELECT * FROM caused_{step} WHERE row_key IN (SELECT row_key FROM net_keys)"
            self._engine.keep(f"caused_{step}", kept)
        for name in ("first_rows", "last_rows", "net_keys"):
            self._engine.drop(name)

    def end(self) -> None:
        """Put the changes of all steps together."""
        steps = [f"SELECT {_COLUMNS} FROM caused_{step}" for step in range(1, self._steps + 1)]
        nothing = ", ".join(f"CAST(NULL AS {_sql_type(field)}) AS {field.name}" for field in CHANGE_SCHEMA)
        self._engine.keep("changes", " UNION ALL ".join(steps) or f"SELECT {nothing} WHERE 1 = 0")
        for name in ("before_rows", "after_rows", "moved", "fact_links"):
            self._engine.drop(name)

    def totals(self) -> tuple[Total, ...]:
        """Return the changes added up by side, step and cause."""
        found = self._engine.fetch(
            """
            SELECT
                side,
                cause,
                source,
                count(*) AS rows,
                sum(CASE WHEN movement = 'entered' THEN 1 ELSE 0 END) AS entered,
                sum(CASE WHEN movement = 'left' THEN 1 ELSE 0 END) AS left_rows,
                sum(change) AS change
            FROM changes
            GROUP BY side, step, cause, source
            ORDER BY CASE side WHEN 'numerator' THEN 0 ELSE 1 END, step, cause DESC
            """
        )
        return tuple(
            Total(
                row["side"],
                row["cause"],
                row["source"],
                row["rows"],
                int(row["entered"]),
                int(row["left_rows"]),
                exact_text(Fraction(row["change"])),
            )
            for row in found.to_pylist()
        )

    def rows(self, *, limit: int, offset: int) -> list[Change]:
        """Return some of the changes, in order."""
        table = self._engine.fetch(f"{self._select()} LIMIT {int(limit)} OFFSET {int(offset)}")
        return [Change(**row | {name: amount_text(row[name]) for name in _AMOUNTS}) for row in table.to_pylist()]

    def batches(self) -> pa.RecordBatchReader:
        """Return all changes as Arrow batches, in order; read it to the end before asking for anything else."""
        found = self._engine.stream(self._select(), BATCH_ROWS)
        return pa.RecordBatchReader.from_batches(CHANGE_SCHEMA, (batch.cast(CHANGE_SCHEMA) for batch in found))

    def close(self) -> None:
        """Close the engine."""
        self._engine.close()

    def _key(self, name: str, rows: pa.Table, timeless: tuple[str, ...]) -> None:
        self._engine.register("state_rows", rows)
        self._engine.register("timeless_sides", pa.table({"side": pa.array(timeless, pa.string())}))
        self._engine.keep(name, explain_sql("keyed_rows"))

    def _select(self) -> str:
        return f"SELECT {_COLUMNS} FROM changes ORDER BY {_ORDER}"


def _sql_type(field: pa.Field) -> str:
    """The SQL type of a column, for a difference without any step."""
    if pa.types.is_decimal(field.type):
        return "DECIMAL(38, 18)"
    return "BIGINT" if pa.types.is_integer(field.type) else "VARCHAR"
