"""The months that one pass of the build works on, and the small relations that its steps read beside the facts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa

from partnerlens.build.step import WORD_BITS
from partnerlens.engine.protocol import Engine
from partnerlens.model.policy import CreditPolicy
from partnerlens.model.workload import WorkloadCatalog
from partnerlens.months import WINDOW_MONTHS, Month, months_between

LEAD_MONTHS = 13
"""
Months before the first data month that a pass may read: the window begins at M-11, its changes are measured
from M-12, and going on from the results of M-1 takes away what happened in M-12, measured from M-13.
"""

LARGEST_SPAN = 36
"""
Most data months of one pass: with the lead, bits 0 to 48, which a window shifts by eleven more
and a change by one.
"""


@dataclass(frozen=True)
class Span:
    """
    The data months of one pass.

    Month ``t`` of a pass is ``first - 13 + t``; masks hold it as bit ``t``.

    Attributes:
        first: the first data month.
        last: the last data month.
        facts_from: the first month of facts (the first with seats); None when there are no seats.
    """

    first: Month
    last: Month
    facts_from: Month | None

    @property
    def base(self) -> Month:
        """The month of bit 0."""
        return self.first - LEAD_MONTHS

    def t(self, month: Month) -> int:
        """Return the bit of a month."""
        return month - self.base

    @property
    def months(self) -> list[Month]:
        """All months of the pass, lead included."""
        return months_between(self.base, self.last)

    def windowed(self) -> range:
        """Return the months ``t`` that lie in the window of a data month."""
        return range(self.t(self.first) - WINDOW_MONTHS + 1, self.t(self.last) + 1)

    @property
    def result_bits(self) -> int:
        """The mask of the data months."""
        return sum(1 << self.t(month) for month in months_between(self.first, self.last))

    def has_predecessor(self, month: Month) -> bool:
        """Whether changes of a month are known: it lies after the first month of facts and within the pass."""
        return self.facts_from is not None and month > self.facts_from and month > self.base


def register_months(engine: Engine, span: Span, counted: Collection[int]) -> None:
    """
    Name the relation ``months``.

    Args:
        engine: where to name it.
        span: the months.
        counted: the months ``t`` whose rows the next step is asked for; ``is_counted`` marks them, and ``is_read``
            those and the months before them, which changes are measured from.
    """
    months = span.months
    engine.register(
        "months",
        pa.table(
            {
                "t": pa.array([span.t(month) for month in months], pa.int32()),
                "month": pa.array([month.number for month in months], pa.int32()),
                "bit": pa.array([1 << span.t(month) for month in months], pa.int64()),
                "is_result": pa.array([month >= span.first for month in months], pa.bool_()),
                "is_counted": pa.array([span.t(month) in counted for month in months], pa.bool_()),
                "is_read": pa.array(
                    [bool({span.t(month), span.t(month) + 1} & set(counted)) for month in months], pa.bool_()
                ),
                "has_predecessor": pa.array([span.has_predecessor(month) for month in months], pa.bool_()),
            }
        ),
    )


def register_span(engine: Engine, span: Span, *, reporting_currency: str) -> None:
    """Name the relations ``months``, ``days``, ``span`` and ``program``."""
    register_months(engine, span, span.windowed())
    days = [
        (month.first_day + timedelta(days=offset), span.t(month))
        for month in span.months
        for offset in range((month.last_day - month.first_day).days + 1)
    ]
    engine.register(
        "days",
        pa.table(
            {
                "day": pa.array([day for day, _ in days], pa.date32()),
                "t": pa.array([t for _, t in days], pa.int32()),
                "bit": pa.array([1 << t for _, t in days], pa.int64()),
                "is_windowed": pa.array([t in span.windowed() for _, t in days], pa.bool_()),
            }
        ),
    )
    engine.register(
        "span",
        pa.table(
            {
                "first_month": pa.array([span.base.number], pa.int32()),
                "last_month": pa.array([span.last.number], pa.int32()),
                "result_bits": pa.array([span.result_bits], pa.int64()),
            }
        ),
    )
    engine.register("program", pa.table({"reporting_currency": pa.array([reporting_currency], pa.string())}))


def register_policy(engine: Engine, span: Span, policy: CreditPolicy) -> None:
    """Name the relation ``policy_rules``: one row for each rule and group, with the months in which it credits."""
    rows = [
        {
            "association": rule.association,
            "claim": rule.claim,
            "metric_group": group.value,
            "yields_to": rule.yields_to,
            "months": sum(
                1 << span.t(month) for month in span.months if rule.since_month is None or month >= rule.since_month
            ),
        }
        for rule in policy.rules
        for group in rule.groups
    ]
    text = pa.string()
    schema = pa.schema(
        [
            ("association", text),
            ("claim", text),
            ("metric_group", text),
            ("yields_to", text),
            ("months", pa.int64()),
        ]
    )
    engine.register("policy_rules", pa.Table.from_pylist(rows, schema))


def register_scope(engine: Engine, numbers: Sequence[int]) -> None:
    """Name the relation ``scope_products``: the numbers of the products that count."""
    engine.register("scope_products", pa.table({"product_no": pa.array(numbers, pa.int64())}))


def register_exams(engine: Engine, span: Span, workloads: WorkloadCatalog) -> list[str]:
    """
    Name the relation ``valid_exams``: the exams that count in each data month, by list.

    Returns:
        The workload of each bit of ``list_bit``.
    """
    retired = {exam.code: exam for exam in workloads.retired_exams}
    rows = []
    for month in months_between(span.first, span.last):
        for bit, workload in enumerate(workloads.workloads):
            for exam in {exam for listed in workload.lists if listed.holds(month) for exam in listed.exams}:
                end = retired.get(exam)
                if end and end.counts_until < month.last_day:
                    continue
                rows.append(
                    {
                        "exam": exam,
                        "t": span.t(month),
                        "last_day": month.last_day,
                        "passed_before": end.retired_on if end else None,
                        "list_bit": 1 << bit,
                    }
                )
    schema = pa.schema(
        [
            ("exam", pa.string()),
            ("t", pa.int32()),
            ("last_day", pa.date32()),
            ("passed_before", pa.date32()),
            ("list_bit", pa.int64()),
        ]
    )
    engine.register("valid_exams", pa.Table.from_pylist(rows, schema))
    return [workload.name for workload in workloads.workloads]


def register_bits(engine: Engine, name: str, columns: Sequence[str], members: Sequence[Sequence[int]]) -> int:
    """
    Name a relation that gives each member of a set its word and bit.

    Args:
        engine: where to name it.
        name: the relation.
        columns: the member's number columns, such as ``product_no``.
        members: the members' numbers, in the order of their bits.

    Returns:
        How many words the sets need; at least 1.
    """
    data = {column: pa.array([member[index] for member in members], pa.int64()) for index, column in enumerate(columns)}
    data["word"] = pa.array([index // WORD_BITS for index in range(len(members))], pa.int32())
    data["bit"] = pa.array([1 << (index % WORD_BITS) for index in range(len(members))], pa.int64())
    engine.register(name, pa.table(data))
    return max(1, -(-len(members) // WORD_BITS))
