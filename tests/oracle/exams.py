"""Exam lists by workload, retired exams, and the passes that certify a person."""

from dataclasses import dataclass
from datetime import date

from oracle.months import last_day
from oracle.selection import Filter, workloads_of
from oracle.world import Row, World, keyed

CUSTOMER_ENGAGEMENT = "Customer Engagement"
FINANCE_AND_OPERATIONS = "Finance and Operations"
LAST_MONTH_OF_FIVE_EXAMS = "2019-10"

FIVE_EXAMS: dict[str, frozenset[str]] = {
    CUSTOMER_ENGAGEMENT: frozenset({"MB2-715", "MB2-716", "MB2-717", "MB2-718", "MB2-877"}),
    FINANCE_AND_OPERATIONS: frozenset({"MB6-894", "70-535", "MB6-895", "MB6-896", "MB6-897"}),
}
"""The lists until 2019-10 (domain.md 1.1)."""

ASSOCIATE_EXAMS: dict[str, frozenset[str]] = {
    CUSTOMER_ENGAGEMENT: frozenset(
        {
            "MB-200",
            "PL-200",
            "MB-210",
            "MB-220",
            "MB-230",
            "MB-240",
            "MB6-898",
            "PL-400",
            "MB-400",
            "MB2-716",
        }
    ),
    FINANCE_AND_OPERATIONS: frozenset(
        {
            "MB-300",
            "MB-310",
            "MB-320",
            "MB-330",
            "MB6-897",
            "MB6-898",
            "MB-500",
            "MB-700",
            "MB6-894",
            "MB-800",
        }
    ),
}
"""The lists from 2019-11: the exams of the associate certifications (domain.md 2.3, 1.2)."""


@dataclass(frozen=True)
class Retirement:
    """An exam counts when passed before `retired_on`, up to and including `counts_until`."""

    retired_on: date
    counts_until: date


END_OF_2020 = Retirement(date(2020, 12, 31), date(2021, 12, 31))
END_OF_JANUARY_2021 = Retirement(date(2021, 1, 31), date(2022, 1, 31))

RETIRED: dict[str, Retirement] = {
    "MB-200": END_OF_2020,
    "MB-400": END_OF_2020,
    "MB2-716": END_OF_JANUARY_2021,
    "MB6-898": END_OF_JANUARY_2021,
    "MB6-897": END_OF_JANUARY_2021,
    "MB6-894": END_OF_JANUARY_2021,
}


def selected_exams(world: World, chosen: Filter, month: str) -> frozenset[str]:
    """Return the exams on the month's lists of the workloads that the filter selects."""
    lists = FIVE_EXAMS if month <= LAST_MONTH_OF_FIVE_EXAMS else ASSOCIATE_EXAMS
    names = set(lists)
    if chosen.products:
        products = keyed(world, "products", "product_id")
        sold = [workloads_of(products[name]) for name in chosen.products if name in products]
        names &= set().union(*sold)
    if chosen.workloads:
        names &= chosen.workloads
    return frozenset().union(*(lists[name] for name in names))


def is_valid(exam_pass: Row, month: str) -> bool:
    """Say whether a pass holds at the end of the month: passed, not expired, not retired."""
    end = last_day(month)
    if exam_pass["passed_on"] > end:
        return False
    if exam_pass["expires_on"] is not None and exam_pass["expires_on"] <= end:
        return False
    retirement = RETIRED.get(exam_pass["exam"])
    return retirement is None or (exam_pass["passed_on"] < retirement.retired_on and retirement.counts_until >= end)
