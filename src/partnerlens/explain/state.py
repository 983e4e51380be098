"""The rows of a metric in any state: facts of one time, rules of one time, and a data month."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import pyarrow as pa

from partnerlens.answer.edition import OpenEdition
from partnerlens.answer.selection import Selection
from partnerlens.engine.protocol import Engine
from partnerlens.explain.finding import find_rows
from partnerlens.explain.ground import Ground, Question, RuleBook, Viewer
from partnerlens.explain.metrics import metric_subject
from partnerlens.explain.row import ROW_SCHEMA
from partnerlens.explain.statement import explain_sql
from partnerlens.model.metric import MauMethod, MetricId
from partnerlens.model.result import Filter
from partnerlens.months import WINDOW_MONTHS, Month
from partnerlens.store import Snapshot

_COLUMNS = ", ".join(f"made.{name}" for name in ROW_SCHEMA.names)


@dataclass(frozen=True)
class _History:
    """Where the facts begin, in the place of a manifest."""

    first_month: Month | None


@dataclass(frozen=True)
class _Standing:
    """What the ground reads of an edition, for a state that no edition holds."""

    month: Month
    manifest: _History
    countries: frozenset[str]


@dataclass(frozen=True)
class State:
    """
    What the rows of a number follow from.

    Attributes:
        facts: the facts.
        rules: the definitions.
        method: how users are counted.
        month: the data month.
        workloads_of: the workloads of each product.
        countries: the locations of customers and of certified people; those without facts do no harm.
    """

    facts: Snapshot
    rules: RuleBook
    method: MauMethod
    month: Month
    workloads_of: Mapping[str, frozenset[str]]
    countries: frozenset[str]

    @property
    def first_month(self) -> Month:
        """The first month of the window."""
        return self.month - (WINDOW_MONTHS - 1)


def timeless_sides(metric: MetricId, method: MauMethod) -> tuple[str, ...]:
    """Return the sides of a metric whose rows go on from one data month to the next, so that their month tells less."""
    if metric_subject(metric, method).is_snapshot:
        return ("numerator",)
    by_user = ("numerator",) if method is MauMethod.TTM_DISTINCT else ()
    match metric:
        case MetricId.MAU:
            return by_user
        case MetricId.MAU_PER_ASSIGNED_SEAT:
            return (*by_user, "denominator")
        case _:
            return ()


def state_rows(
    state: State, metric: MetricId, partner_id: str, *, asked: Filter, viewer: Viewer, engine: Callable[[], Engine]
) -> pa.Table:
    """
    Return the rows of a metric of a partner in a state, those that count and those that do not.

    Args:
        state: the state.
        metric: the metric.
        partner_id: the partner; one that the facts do not know has no rows.
        asked: the filter, with ids for products.
        viewer: operators see every candidate; partners nothing that says who else is credited, or for how much.
        engine: opens an engine, which is closed again.

    Returns:
        The columns of ``ROW_SCHEMA``, in no order.
    """
    running = engine()
    try:
        # The ground reads no more of an edition than a standing has.
        standing = _Standing(state.month, _History(min(state.facts.months("seats"), default=None)), state.countries)
        ground = Ground(running, state.facts, cast("OpenEdition", standing), state.rules)
        subject = metric_subject(metric, state.method)
        ground.prepare(subject, Question(partner_id, Selection(asked, state.workloads_of), viewer))
        find_rows(running, subject, by_pair=bool(asked.products or asked.workloads))
        return running.fetch(f"SELECT {_COLUMNS} FROM ({explain_sql('rows')}) AS made").cast(ROW_SCHEMA)
    finally:
        running.close()
