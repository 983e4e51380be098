"""
What codes are called on pages: methods, units, reasons, flags and tiers, as messages to be translated.

Texts of definitions (metrics, reasons of rows, scorecards) are messages too; they stand where they are defined.
"""

from typing import NamedTuple


def _message(text: str) -> str:
    """Mark a text as a message, to be translated where it is shown."""
    return text


class Words(NamedTuple):
    """
    A short text with the sentence that explains it.

    Attributes:
        short: a few words.
        long: a sentence, or two.
    """

    short: str
    long: str


METHODS = {
    "sum_12_months": _message("sum over 12 months"),
    "snapshot": _message("at the end of the month"),
    "ratio_12_months": _message("ratio over 12 months"),
    "ttm_distinct_over_12": _message("distinct users of 12 months, divided by 12"),
    "mean_monthly_distinct": _message("mean of 12 monthly counts"),
}
"""How a value relates to the window, by method."""


KINDS = {
    "revenue": _message("sum over 12 months"),
    "net_customer_adds": _message("adds less losses over 12 months"),
    "new_deployments": _message("deployments over 12 months"),
    "people": _message("at the end of the month"),
    "people_growth": _message("growth since a day"),
    "growth": _message("the month against the same month a year before"),
    "qualifying": _message("what qualifies at the end of the month"),
}
"""How the value of an indicator relates to the window, by the kind of its option."""

SIDES = {
    "numerator": _message("Above the line"),
    "denominator": _message("Below the line"),
    "baseline": _message("Baseline"),
}
"""What the sides of a number are called."""

CAUSES = {
    "entered": _message("Entered"),
    "rolled_off": _message("Left by age"),
    "late_fact": _message("Late fact"),
    "correction": _message("Correction"),
    "rule_change": _message("Other rules"),
}
"""Why a row counts in one edition and not in another, in a few words."""


def _counted(one: str, many: str) -> tuple[str, str]:
    """Mark the two forms of a counted thing as a message."""
    return one, many


COUNTED = {
    "customers": _counted("%(number)s customer", "%(number)s customers"),
    "seats": _counted("%(number)s seat", "%(number)s seats"),
    "people": _counted("%(number)s person", "%(number)s people"),
    "instances": _counted("%(number)s instance", "%(number)s instances"),
    "users": _counted("%(number)s user", "%(number)s users"),
    "points": _counted("%(number)s point", "%(number)s points"),
    "tenants": _counted("%(number)s tenant", "%(number)s tenants"),
    "services": _counted("%(number)s service", "%(number)s services"),
    "workloads": _counted("%(number)s workload", "%(number)s workloads"),
    "rows": _counted("%(number)s row", "%(number)s rows"),
    "partners": _counted("%(number)s partner", "%(number)s partners"),
    "peers": _counted("%(number)s peer", "%(number)s peers"),
}
"""What numbers count, in the form for one and for several."""

NOT_COMPUTABLE = {
    "no_assigned_seats": Words(
        _message("Not computable: no seat is assigned"),
        _message("It is divided by the assigned seats of credited customers; assign seats to users."),
    ),
    "no_responses": Words(
        _message("Not computable: no survey response"),
        _message("It needs at least one survey response of a credited customer within the twelve months."),
    ),
}
"""Why a value is null, by reason, with what would make it a number."""

WITHHELD = {
    "too_few_partners": Words(
        _message("Comparison withheld: too few partners"),
        _message("So few partners are compared here that ranges would show single ones; widen the filter."),
    ),
    "small_band": Words(
        _message("Comparison withheld: a band is too small"),
        _message("One of the four bands would show too few partners; widen the filter."),
    ),
    "visible_customers_only": Words(
        _message("No comparison: one partner's facts"),
        _message("The facts are one partner's own exports; comparing needs the vendor's or a distributor's view."),
    ),
}
"""Why a benchmark is not shown, by reason, with what to do."""

NOT_ENTITLED = Words(
    _message("Not shown: your role does not open this"),
    _message("Ask an account admin of your company for a role that does."),
)
"""What stands where the reader's role opens no value."""

FLAGS = {
    "history_short": Words(
        _message("History is short"),
        _message("The facts begin less than a full window before this month, so the value may be too small."),
    ),
    "visible_customers_only": Words(
        _message("Visible customers only"),
        _message("The facts are one partner's own exports; whether a customer is new is decided by what they show."),
    ),
    "accounts_only": Words(
        _message("Accounts alone are compared"),
        _message("A location has no benchmark of its own; its account has."),
    ),
}
"""What limits a value, by flag."""

POINTS_REASONS = {
    "baseline_too_low": _message("The baseline is too small to earn points."),
    "gate_not_met": _message("People of an earlier step are missing."),
    "below_all_or_nothing": _message("All or nothing: it is below the threshold."),
    "no_threshold": _message("No growth earns points at this size."),
    "at_its_cap": _message("It has all its points."),
    "out_of_reach": _message("No number of units helps."),
    "history_short": _message("History is short."),
}
"""Why an indicator earns nothing, or cannot earn more, by code."""

TIERS = {
    "gold": _message("Gold"),
    "silver": _message("Silver"),
    "qualified": _message("Qualified"),
}
"""The tiers of the scorecards that come with the program; others are shown by their own name."""

GROUPS = {
    "performance": _message("Performance"),
    "capability": _message("Capability"),
    "customer_success": _message("Customer success"),
}
"""The groups of indicators."""

REMEDIES = {
    "outside_window": _message("It belonged to an earlier window; nothing brings it back."),
    "first_month_of_facts": _message("Load the month before, and the change can be told."),
    "already_customer": _message("Nothing: a customer is added only once it has been without paid seats for a month."),
    "channel_not_counted": _message("Sold through EA, CSP or Web Direct, it would count."),
    "ea_before_agreement": _message("Correct the agreement's first day if it began earlier."),
    "ea_after_first_year": _message("Nothing: a new agreement begins a new year."),
    "sandbox": _message("Move the customer to a production instance."),
    "instance_retired": _message("A running production instance would count."),
    "subscription_not_active": _message("Renew the subscription, and its seats count again."),
    "not_intentional": _message("It counts once the users do work of their own in the product."),
    "trial": _message("Convert the trial to a paid subscription."),
    "not_paid": _message("A paid subscription that is active or in grace would count."),
    "outranked": _message("Agree with the customer which association holds on the subscription."),
    "presales_claim": _message("A claim of sale or usage, once approved, is credited."),
    "association_type_not_counted": _message("Another type of association is needed for this metric."),
    "association_not_active": _message("Renew the association; it does not count for months before it begins."),
    "no_association": _message("Become partner of record of the subscription; earlier months are not credited."),
    "exam_not_listed": _message("Pass an exam that is on the list of a workload."),
    "exam_retired": _message("Pass the exam that replaces it."),
    "exam_expired": _message("Renew the certification."),
    "filtered_out": _message("Clear the filter to count it."),
}
"""What would make a row count, by reason; all reasons of outranking share one."""

ASSOCIATION_REMEDY = "outranked"

ITEMS = {
    "account_type": _message("account type"),
    "market_not_served": _message("market not served"),
    "no_product": _message("no associated product"),
    "users": _message("users of the month"),
    "decline": _message("decline since a year before"),
    "publication": _message("the published month"),
    "seats": _message("seats"),
    "billing_lines": _message("billed lines"),
    "activity": _message("activity"),
    "activity_monthly": _message("reported users"),
    "trial": _message("trial"),
    "free": _message("free"),
    "internal": _message("internal"),
    "viral": _message("seats without an invoice"),
    "association_not_active": _message("association not active"),
    "association_type_not_counted": _message("association not credited"),
}
"""What the evidence of findings is about, by code."""
