"""
Why a row counts or does not: every reason code with its sentence, and which of them each metric gives.

The codes are stable; pages, exports and the API show the sentence beside the code.
"""

from dataclasses import dataclass

from partnerlens.model.metric import MauMethod, MetricId


@dataclass(frozen=True)
class Reason:
    """
    One reason.

    Attributes:
        code: its name in rows.
        counts: whether rows with it count.
        sentence: what it says to a reader.
    """

    code: str
    counts: bool
    sentence: str


def _outranked(association: str) -> Reason:
    return Reason(
        f"outranked_by_{association.lower()}",
        counts=False,
        sentence=f"The partner's association would be credited, but a {association} association on the subscription "
        "takes the credit at the end of the month.",
    )


_COUNTED = (
    Reason("billed", counts=True, sentence="A billed line, or a credit, of a subscription credited to the partner."),
    Reason("added", counts=True, sentence="The customer went from no paid seat to at least one in this month."),
    Reason("seats_added", counts=True, sentence="The subscription has more paid seats than the month before."),
    Reason("seats_lost", counts=True, sentence="The subscription has fewer paid seats than the month before."),
    Reason("certified", counts=True, sentence="The person holds a valid pass of an exam on a selected list."),
    Reason("in_production", counts=True, sentence="The instance runs in production at the end of the month."),
    Reason("active_user", counts=True, sentence="The user acted with intent while the partner was credited."),
    Reason("reported_users", counts=True, sentence="A feed without users reports this number of active users."),
    Reason("assigned", counts=True, sentence="Seats of the subscription that are assigned at the end of the month."),
    Reason("promoter", counts=True, sentence="The customer answered 9 or 10."),
    Reason("neutral", counts=True, sentence="The customer answered 7 or 8."),
    Reason("detractor", counts=True, sentence="The customer answered 0 to 6."),
    Reason("lost", counts=True, sentence="The customer went from at least one paid seat to none, which is charged."),
    Reason("deployed", counts=True, sentence="The users came to reach the threshold within the window."),
    Reason("qualifies", counts=True, sentence="The unit keeps the limits of the indicator."),
    Reason(
        "year_before",
        counts=True,
        sentence="It was there a year before the data month, and is taken away: the indicator counts what came since.",
    ),
    Reason(
        "held_on_baseline_day",
        counts=True,
        sentence="The person satisfied the rule on the day that growth is measured from.",
    ),
)

_NOT_COUNTED = (
    Reason("outside_window", counts=False, sentence="The fact lies in the twelve months before the window."),
    Reason(
        "first_month_of_facts",
        counts=False,
        sentence="The facts begin in this month, so there is no month before it to compare with.",
    ),
    Reason(
        "already_customer",
        counts=False,
        sentence="The customer had paid seats in the month before the partner's credit began, so it is no add.",
    ),
    Reason("channel_not_counted", counts=False, sentence="Revenue counts the channels EA, CSP and Web Direct only."),
    Reason("ea_before_agreement", counts=False, sentence="The line was billed before its enterprise agreement began."),
    Reason(
        "ea_after_first_year",
        counts=False,
        sentence="Revenue of an enterprise agreement counts in its first twelve calendar months only.",
    ),
    Reason(
        "added_too_long_ago",
        counts=False,
        sentence="The customer was lost, but not added in the twelve months before, so the loss is charged to nobody.",
    ),
    Reason("sandbox", counts=False, sentence="The instance is a sandbox, and only production instances count."),
    Reason("instance_retired", counts=False, sentence="The instance was retired by the end of the month."),
    Reason(
        "subscription_not_active",
        counts=False,
        sentence="The subscription is suspended or deprovisioned at the end of the month.",
    ),
    Reason(
        "no_production_instance",
        counts=False,
        sentence="The users reached the threshold, but no production instance of a qualifying product runs.",
    ),
    Reason("below_deployment_size", counts=False, sentence="The users reached the threshold in no month of the year."),
    Reason("deployed_before", counts=False, sentence="The users did not cross the threshold within the window."),
    Reason("product_without_rate", counts=False, sentence="The scorecard gives no value to a user of this product."),
    Reason("qualified_before", counts=False, sentence="The unit qualified a year before too, so it is not new."),
    Reason("not_qualified_before", counts=False, sentence="The unit qualifies now, but did not a year before."),
    Reason("below_minimum", counts=False, sentence="What it measures is below the smallest value that qualifies."),
    Reason("above_maximum", counts=False, sentence="What it measures is above the largest value that qualifies."),
    Reason("not_intentional", counts=False, sentence="The users were seen, but none of what they did was intentional."),
    Reason("trial", counts=False, sentence="The subscription is a trial, and a trial is not paid."),
    Reason(
        "not_paid",
        counts=False,
        sentence="The subscription is not paid: free or internal, or without an active or in-grace state that month.",
    ),
    Reason(
        "product_not_paid",
        counts=False,
        sentence="The customer has no paid subscription of the product at the end of the month.",
    ),
    *(_outranked(association) for association in ("CPOR", "CSP", "DPOR", "PAL", "ADVISOR")),
    Reason("presales_claim", counts=False, sentence="The partner's claim is a pre-sales claim, which is not credited."),
    Reason(
        "association_type_not_counted",
        counts=False,
        sentence="The partner's association is of a type or claim that the credit policy gives nothing for here.",
    ),
    Reason(
        "association_not_active",
        counts=False,
        sentence="The partner has an association, but not at the end of this month.",
    ),
    Reason(
        "not_qualifying_product",
        counts=False,
        sentence="The product, or that of the partner's association, is not among the products of the scorecard.",
    ),
    Reason("no_association", counts=False, sentence="The partner has no association on this subscription."),
    Reason("exam_not_in_rule", counts=False, sentence="The exam rule of the indicator does not name the exam."),
    Reason("exam_not_listed", counts=False, sentence="The exam is on no list that holds for the month."),
    Reason(
        "exam_retired",
        counts=False,
        sentence="The exam is retired: the pass does not lie before its retirement, or does not count any more.",
    ),
    Reason("exam_expired", counts=False, sentence="The pass has expired by the end of the month."),
    Reason(
        "exam_missing",
        counts=False,
        sentence="The exam counts, but the rule needs others too, which the person does not hold.",
    ),
    Reason(
        "not_best_option",
        counts=False,
        sentence="It counts for another option of the indicator than the one whose value is shown.",
    ),
    Reason("filtered_out", counts=False, sentence="The row would count, but the filter leaves it out."),
)

REASONS: dict[str, Reason] = {reason.code: reason for reason in (*_COUNTED, *_NOT_COUNTED)}
"""
All reasons by code.

Those of rows that do not count stand in order of precedence: where several hold, a row has the first. Two exceptions:
of a customer's associations the one with the first reason speaks; and a person's reason is that of the pass which comes
nearest to counting, that is the last one in this order.
"""

_BY_ASSOCIATION = (
    *(f"outranked_by_{association}" for association in ("cpor", "csp", "dpor", "pal", "advisor")),
    "presales_claim",
    "association_type_not_counted",
    "association_not_active",
)
_BY_SUBSCRIPTION = (*_BY_ASSOCIATION, "no_association")
_BY_CUSTOMER = ("trial", "not_paid", *_BY_ASSOCIATION)
_OF_USERS = ("active_user", "reported_users", "outside_window", "not_intentional", *_BY_CUSTOMER, "filtered_out")

METRIC_REASONS: dict[MetricId, tuple[str, ...]] = {
    MetricId.REVENUE: (
        "billed",
        "outside_window",
        "channel_not_counted",
        "ea_before_agreement",
        "ea_after_first_year",
        *_BY_SUBSCRIPTION,
        "filtered_out",
    ),
    MetricId.NEW_CUSTOMERS: (
        "added",
        "outside_window",
        "first_month_of_facts",
        "already_customer",
        *_BY_CUSTOMER,
        "filtered_out",
    ),
    MetricId.NET_SEAT_ADDS: (
        "seats_added",
        "seats_lost",
        "outside_window",
        "first_month_of_facts",
        "trial",
        "not_paid",
        *_BY_SUBSCRIPTION,
        "filtered_out",
    ),
    MetricId.CERTIFIED_PEOPLE: ("certified", "exam_not_listed", "exam_retired", "exam_expired", "filtered_out"),
    MetricId.PRODUCTION_INSTANCES: ("in_production", "sandbox", "instance_retired", *_BY_CUSTOMER, "filtered_out"),
    MetricId.MAU: _OF_USERS,
    MetricId.MAU_PER_ASSIGNED_SEAT: (
        "active_user",
        "reported_users",
        "assigned",
        "outside_window",
        "subscription_not_active",
        "not_intentional",
        *_BY_CUSTOMER,
        "filtered_out",
    ),
    MetricId.NPS: ("promoter", "neutral", "detractor", "outside_window", *_BY_CUSTOMER, "filtered_out"),
}
"""The reasons that rows of a metric can have; those of rows that do not count in order of precedence."""

_SCOPED = (*_BY_ASSOCIATION, "not_qualifying_product")
_SCOPED_CUSTOMER = ("trial", "not_paid", *_SCOPED)
_REVENUE = (
    "billed",
    "outside_window",
    "channel_not_counted",
    "ea_before_agreement",
    "ea_after_first_year",
    *_SCOPED,
    "no_association",
)
_RULE = ("exam_not_in_rule", "exam_retired", "exam_expired", "exam_missing")

INDICATOR_REASONS: dict[str, tuple[str, ...]] = {
    "revenue": (*_REVENUE, "not_best_option"),
    "net_customer_adds": (
        "added",
        "lost",
        "outside_window",
        "first_month_of_facts",
        "already_customer",
        "added_too_long_ago",
        *_SCOPED_CUSTOMER,
        "no_association",
        "not_best_option",
    ),
    "people": ("certified", *_RULE, "not_best_option"),
    "people_growth": ("certified", "held_on_baseline_day", *_RULE, "not_best_option"),
    "new_deployments": (
        "deployed",
        "no_production_instance",
        "below_deployment_size",
        "deployed_before",
        *_SCOPED_CUSTOMER,
        "no_association",
        "not_best_option",
    ),
    "growth": (
        "active_user",
        "reported_users",
        "year_before",
        *_REVENUE[:5],
        "product_without_rate",
        "not_intentional",
        "trial",
        "not_paid",
        "product_not_paid",
        *_SCOPED,
        "no_association",
        "not_best_option",
    ),
    "qualifying": (
        "qualifies",
        "year_before",
        "qualified_before",
        "not_qualified_before",
        "below_minimum",
        "above_maximum",
        *_SCOPED_CUSTOMER,
        "no_association",
        "not_best_option",
    ),
}
"""The reasons that rows of an indicator can have, by the kind of its option; those that do not count in order."""

LEAVING_CAUSES: dict[str, str] = {
    "window": "The fact leaves the window.",
    "base_month": "The month a year before moves on.",
    "exam_expired": "A pass expires.",
    "exam_retired": "A retired exam stops counting.",
}
"""Why a row leaves a number, or comes to it, in a later month, by code."""

COUNTED_ROWS: dict[MetricId, str] = {
    MetricId.REVENUE: "One row for each billed line, in the reporting currency.",
    MetricId.NEW_CUSTOMERS: "One row for each customer and month in which it was added.",
    MetricId.NET_SEAT_ADDS: "One row for each subscription and month in which its paid seats changed.",
    MetricId.CERTIFIED_PEOPLE: "One row for each person, with the exams that count.",
    MetricId.PRODUCTION_INSTANCES: "One row for each instance.",
    MetricId.MAU: "One row for each user, with the last month of use.",
    MetricId.MAU_PER_ASSIGNED_SEAT: "One row for each user, and one for each subscription with twelve times its seats.",
    MetricId.NPS: "Two rows for each response: 100, 0 or -100 above the line, and 1 below it.",
}
"""What one counted row of a metric is, as a sentence."""

MONTHLY_USER_ROWS = "One row for each user and month, and one for each count that a feed without users reports."
"""What one counted row of the two user metrics is where users are counted by month."""


def counted_rows(metric: MetricId, method: MauMethod) -> str:
    """Return what one counted row of a metric is, as a sentence."""
    if method is MauMethod.MEAN_MONTHLY and metric is MetricId.MAU:
        return MONTHLY_USER_ROWS
    if method is MauMethod.MEAN_MONTHLY and metric is MetricId.MAU_PER_ASSIGNED_SEAT:
        return f"{MONTHLY_USER_ROWS} One for each subscription, with twelve times its assigned seats."
    return COUNTED_ROWS[metric]
