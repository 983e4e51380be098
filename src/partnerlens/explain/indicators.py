"""The options of scorecard indicators as subjects: which facts are candidates, and how they are credited."""

from dataclasses import dataclass
from typing import assert_never

from partnerlens.explain.subject import Credited, Subject
from partnerlens.model.policy import MetricGroup
from partnerlens.model.scorecard import (
    AnyOption,
    Growth,
    Limit,
    NetCustomerAdds,
    NewDeployments,
    People,
    PeopleGrowth,
    Qualifying,
    Revenue,
    Scorecard,
)

_SALE = Credited(MetricGroup.SALE, "subscription_no")
_CUSTOMER_SALE = Credited(MetricGroup.SALE, "customer_no")
_CUSTOMER_USAGE = Credited(MetricGroup.USAGE, "customer_no")
_BILLING = ("billing_lines", "exchange_rates")
_USE = ("activity", "activity_monthly")

UNITS_CREDITED = _CUSTOMER_USAGE
"""Units are credited by their measures; to have all facts of the partner's customers, usage stands for both groups."""


@dataclass(frozen=True)
class Place:
    """Where an option stands: its track, its indicator and its own name."""

    track: str
    indicator: str
    option: str


def option_subject(scorecard: Scorecard, place: Place, *, later: bool) -> Subject:
    """
    Return an option as a subject.

    Args:
        scorecard: the scorecard.
        place: which of its options.
        later: also find what counts in later months only.
    """
    option = scorecard.tracks[place.track].indicators[place.indicator].options[place.option]
    name = place.indicator
    match option:
        case Revenue():
            return Subject(name, _SALE, ("facts_revenue",), _BILLING)
        case NetCustomerAdds():
            return Subject(
                name,
                _CUSTOMER_SALE,
                ("facts_adds", "facts_losses"),
                ("seats",),
                steps=("customer_turns",),
                loss_rule=scorecard.parameters.loss_rule,
            )
        case People() | PeopleGrowth():
            return Subject(name, None, ("found_rule_people",), ("exam_passes",))
        case Growth():
            return _growth(name, option, later=later)
        case NewDeployments():
            steps = ("paid_products", "customer_users", "instance_months")
            return Subject(name, _CUSTOMER_USAGE, ("facts_deployments",), (*_USE, "instances"), steps=steps)
        case Qualifying():
            return Subject(name, UNITS_CREDITED, ("found_units",), (*_USE, *_BILLING))
        case _:
            assert_never(option)


def _growth(name: str, option: Growth, *, later: bool) -> Subject:
    if option.of == "revenue":
        return Subject(name, _SALE, ("facts_revenue",), _BILLING)
    facts = ("facts_growth_users", "facts_growth_reported", *(("facts_growth_later",) if later else ()))
    return Subject(name, _CUSTOMER_USAGE, facts, (*_USE, "users"), steps=("paid_products",))


def credited_by(limit: Limit) -> Credited:
    """Return how customers are credited for a measure of qualifying units."""
    return _CUSTOMER_SALE if limit.measure in {"revenue", "paid_seats"} else _CUSTOMER_USAGE


def definition(option: AnyOption) -> str:  # noqa: PLR0911 - one return for each kind
    """Return what an option measures, as a sentence."""
    match option:
        case Revenue():
            return "Amounts billed over twelve months on subscriptions credited to the partner (sale)."
        case NetCustomerAdds():
            return "Customers added in twelve months, less customers lost that are charged to the partner."
        case People():
            return f"Distinct people who satisfy the exam rule '{option.exam_rule}' at the end of the month."
        case PeopleGrowth():
            return (
                f"Growth of the people who satisfy the exam rule '{option.exam_rule}' since {option.baseline_on}, "
                "as a share of those of that day."
            )
        case NewDeployments():
            return "Deployments whose monthly active users came to reach the threshold within the window."
        case Growth():
            things = {"active_users": "active users", "consumption": "consumption value", "revenue": "revenue"}
            share = ", as a share of the latter" if option.form == "ratio" else ""
            return f"The month's {things[option.of]} less those of the same month a year before{share}."
        case Qualifying():
            compared = {
                "at": "that qualify at the end of the month",
                "difference": "that qualify at the end of the month, less those of a year before",
                "new": "that qualify at the end of the month and did not a year before",
                "both": "that qualify at the end of the month and did a year before",
            }
            units = {"customer": "Customers", "customer_product": "Customers' products", "product": "Products"}
            return f"{units[option.unit]} {compared[option.compare]}."
        case _:
            assert_never(option)


def counted_row(option: AnyOption, scorecard: Scorecard) -> str:  # noqa: PLR0911 - one return for each kind
    """Return what one counted row of an option is, as a sentence."""
    match option:
        case Revenue():
            return "One row for each billed line, in the reporting currency."
        case NetCustomerAdds():
            return "One row for each customer and month in which it was added, or lost (-1)."
        case People():
            return "One row for each person, with the exams that count."
        case PeopleGrowth():
            return "One row for each person who counts now, and for each of the day of the baseline (-1)."
        case NewDeployments():
            one = "instance" if scorecard.parameters.deployment_unit == "instance" else "customer"
            return f"One row for each {one}."
        case Growth():
            if option.of == "revenue":
                return "One row for each billed line of the month, and of the same month a year before (taken away)."
            return "One row for each user of a product in the month, and in the same month a year before (taken away)."
        case Qualifying():
            taken = ", and for each that did a year before (-1)" if option.compare == "difference" else ""
            return f"One row for each unit that qualifies{taken}."
        case _:
            assert_never(option)
