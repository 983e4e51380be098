"""The eight metrics of the contribution pages: what each is, in words and in numbers (decisions.md 2)."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from partnerlens.errors import UsageError, did_you_mean


class MetricId(StrEnum):
    """The ids of the eight metrics, in the order of the page."""

    REVENUE = "revenue"
    NEW_CUSTOMERS = "new_customers"
    NET_SEAT_ADDS = "net_seat_adds"
    CERTIFIED_PEOPLE = "certified_people"
    PRODUCTION_INSTANCES = "production_instances"
    MAU = "mau"
    MAU_PER_ASSIGNED_SEAT = "mau_per_assigned_seat"
    NPS = "nps"


class MetricGroupTitle(StrEnum):
    """The three groups of tiles."""

    PERFORMANCE = "Performance"
    CAPABILITY = "Capability"
    SUCCESS = "Customer success"


class MauMethod(StrEnum):
    """The two ways to count monthly active users; one peer set never mixes them."""

    TTM_DISTINCT = "ttm_distinct_over_12"
    MEAN_MONTHLY = "mean_monthly_distinct"


class Method(StrEnum):
    """How the other metrics relate to the window; shown beside each value."""

    SUM = "sum_12_months"
    SNAPSHOT = "snapshot"
    RATIO = "ratio_12_months"


@dataclass(frozen=True)
class Metric:
    """
    One metric.

    Attributes:
        id: its name everywhere.
        title: its name for readers.
        group: the group of tiles it stands in.
        unit: what it counts; ``currency`` stands for the program's reporting currency.
        method: how it relates to the window; None for the two user metrics, whose method the program chooses.
        step: the smallest change of its value, used for the distance to the next band.
        history_months: how many months before the data month it needs; 0 for a snapshot.
        null_reason: why it can be null; empty when it never is.
        definition: one sentence.
    """

    id: MetricId
    title: str
    group: MetricGroupTitle
    unit: str
    method: Method | None
    step: Fraction
    history_months: int
    null_reason: str
    definition: str


METRICS: dict[MetricId, Metric] = {
    metric.id: metric
    for metric in (
        Metric(
            MetricId.REVENUE,
            "Revenue",
            MetricGroupTitle.PERFORMANCE,
            "currency",
            Method.SUM,
            Fraction(1, 100),
            11,
            "",
            "Billed amounts less credits over twelve months, before tax, of subscriptions credited to the partner; "
            "enterprise agreements in their first year only.",
        ),
        Metric(
            MetricId.NEW_CUSTOMERS,
            "New customers",
            MetricGroupTitle.PERFORMANCE,
            "customers",
            Method.SUM,
            Fraction(1),
            12,
            "",
            "Customers that went from no paid seat to at least one, in a month of the last twelve in which the "
            "partner was credited on them.",
        ),
        Metric(
            MetricId.NET_SEAT_ADDS,
            "Net paid seat adds",
            MetricGroupTitle.PERFORMANCE,
            "seats",
            Method.SUM,
            Fraction(1),
            12,
            "",
            "Paid seats added less paid seats lost over twelve months, on subscriptions credited to the partner.",
        ),
        Metric(
            MetricId.CERTIFIED_PEOPLE,
            "Certified people",
            MetricGroupTitle.CAPABILITY,
            "people",
            Method.SNAPSHOT,
            Fraction(1),
            0,
            "",
            "People of all the partner's locations who hold a valid pass of an exam on the list of a workload.",
        ),
        Metric(
            MetricId.PRODUCTION_INSTANCES,
            "Production instances",
            MetricGroupTitle.CAPABILITY,
            "instances",
            Method.SNAPSHOT,
            Fraction(1),
            0,
            "",
            "Production instances that run at the end of the month, at customers credited to the partner.",
        ),
        Metric(
            MetricId.MAU,
            "Monthly active users",
            MetricGroupTitle.SUCCESS,
            "users",
            None,
            Fraction(1, 12),
            11,
            "",
            "Distinct users who acted with intent in the last twelve months, at customers credited to the partner "
            "in that month, divided by twelve.",
        ),
        Metric(
            MetricId.MAU_PER_ASSIGNED_SEAT,
            "Users per assigned seat",
            MetricGroupTitle.SUCCESS,
            "ratio",
            None,
            Fraction(1, 1_000_000),
            11,
            "no_assigned_seats",
            "Monthly active users divided by the seats assigned at the end of the month, at customers credited to "
            "the partner.",
        ),
        Metric(
            MetricId.NPS,
            "Net promoter score",
            MetricGroupTitle.SUCCESS,
            "points",
            Method.RATIO,
            Fraction(1, 1_000_000),
            11,
            "no_responses",
            "Promoters less detractors among the survey responses of twelve months, in hundredths of all responses.",
        ),
    )
}
"""The metrics by id, in the order of the page."""


def metric_id(name: str) -> MetricId:
    """
    Return the metric of a name.

    Raises:
        UsageError: there is none; near names are suggested, or all are listed.
    """
    known = [metric.value for metric in MetricId]
    if name not in known:
        raise UsageError(f"there is no metric '{name}'", did_you_mean(name, known) or f"metrics are {', '.join(known)}")
    return MetricId(name)
