"""
The parts of a month's result: one small table of cells for each thing that metrics are computed from.

A part names the steps that make it, the facts it depends on and how the months of its cells roll up to a
data month. The answer rooms read the same names.
"""

from dataclasses import dataclass
from enum import StrEnum

from partnerlens.model.metric import MauMethod

SET_TABLE_SUFFIX = "_sets"
"""Ending of the name of the table that lists the members of a part's sets."""


class Roll(StrEnum):
    """How the rows of a step give the cells of data month ``t``."""

    WINDOW = "window"
    """Rows of a month add up over the twelve months that end with it."""
    RUNNING = "running"
    """Rows are changes; all up to the month add up."""
    MONTH = "month"
    """Rows are the month's own."""
    MASK = "mask"
    """A row holds in the data months of its ``held`` mask."""


class SetOf(StrEnum):
    """What the members of a cell's sets are."""

    PRODUCTS = "products"
    PAIRS = "pairs"
    WORKLOADS = "workloads"


@dataclass(frozen=True, eq=False)
class Part:
    """
    One table of cells.

    Attributes:
        name: its name in editions, and of the step whose rows are rolled.
        steps: the SQL files that make it, in order; shared steps run once.
        tables: the fact tables it depends on.
        reach: how many months before the data month its facts may lie.
        roll: how months roll up.
        keys: key columns beside the partner and the sets, in the order of the result.
        sets: columns that hold a set, each stored in words (``NAME_0`` ...) by the step.
        set_of: what the sets hold; None without sets.
        measures: the numbers of a cell, with their SQL types.
    """

    name: str
    steps: tuple[str, ...]
    tables: tuple[str, ...]
    reach: int
    roll: Roll
    keys: tuple[str, ...]
    measures: dict[str, str]
    sets: tuple[str, ...] = ()
    set_of: SetOf | None = None

    @property
    def goes_on(self) -> bool:
        """Whether the cells of a month follow from those of the month before and of the months that enter and leave."""
        return self.roll is Roll.WINDOW and not self.sets


_CREDIT = ("association_months", "subscription_credit")
_SALE_CELLS = ("sale_cells", "sale_links")
_CUSTOMER_CREDIT = (*_CREDIT, "subscription_months", "customer_credit")
_DIMENSIONS = ("partners", "customers", "subscriptions")
_BY_PRODUCT = ("product_id", "country")
_SEATS_CREDIT = (*_DIMENSIONS, "associations", "seats")
_USERS = (*_CUSTOMER_CREDIT, "user_state", "pairs", "coverage", "views", "view_users")

PARTS: tuple[Part, ...] = (
    Part(
        "cohort",
        (*_CREDIT, "subscription_months", "cohort"),
        _SEATS_CREDIT,
        11,
        Roll.MASK,
        _BY_PRODUCT,
        {},
    ),
    Part(
        "revenue",
        (*_CREDIT, *_SALE_CELLS, "revenue"),
        (*_DIMENSIONS, "associations", "billing_lines", "exchange_rates"),
        11,
        Roll.WINDOW,
        _BY_PRODUCT,
        {"amount": "DECIMAL(38,18)"},
    ),
    Part(
        "seat_changes",
        (*_CREDIT, *_SALE_CELLS, "seat_changes"),
        _SEATS_CREDIT,
        12,
        Roll.WINDOW,
        _BY_PRODUCT,
        {"change": "BIGINT"},
    ),
    Part(
        "adds",
        (*_CUSTOMER_CREDIT, "adds"),
        _SEATS_CREDIT,
        12,
        Roll.WINDOW,
        ("country",),
        {"customers": "BIGINT"},
        sets=("before", "after"),
        set_of=SetOf.PRODUCTS,
    ),
    Part(
        "assigned",
        (*_CUSTOMER_CREDIT, "usage_cells", "usage_links", "assigned"),
        _SEATS_CREDIT,
        0,
        Roll.MONTH,
        _BY_PRODUCT,
        {"assigned": "BIGINT"},
    ),
    Part(
        "instances",
        (*_CUSTOMER_CREDIT, "instance_months", "running_instances"),
        (*_SEATS_CREDIT, "instances"),
        0,
        Roll.MASK,
        _BY_PRODUCT,
        {"instances": "BIGINT"},
    ),
    Part(
        "responses",
        (*_CUSTOMER_CREDIT, "responses"),
        (*_SEATS_CREDIT, "survey_responses"),
        11,
        Roll.WINDOW,
        _BY_PRODUCT,
        {"net_promoters": "BIGINT", "responses": "BIGINT"},
    ),
    Part(
        "people",
        ("people",),
        ("partners", "exam_passes"),
        0,
        Roll.MONTH,
        ("country", "person"),
        {"people": "BIGINT"},
        sets=("lists",),
        set_of=SetOf.WORKLOADS,
    ),
)
"""The parts that do not depend on the program's settings."""

_USER_TABLES = (*_SEATS_CREDIT, "activity", "activity_monthly")

USERS: dict[MauMethod, Part] = {
    MauMethod.TTM_DISTINCT: Part(
        "users",
        (*_USERS, "users_ttm"),
        _USER_TABLES,
        11,
        Roll.RUNNING,
        ("country",),
        {"users": "BIGINT"},
        sets=("used",),
        set_of=SetOf.PAIRS,
    ),
    MauMethod.MEAN_MONTHLY: Part(
        "users",
        (*_USERS, "feed_users", "users_monthly"),
        _USER_TABLES,
        11,
        Roll.WINDOW,
        ("country",),
        {"users": "BIGINT"},
        sets=("used",),
        set_of=SetOf.PAIRS,
    ),
}
"""The part of the user metrics, by method."""


def parts_of(method: MauMethod) -> tuple[Part, ...]:
    """Return the parts of a month's result under a method of counting users."""
    return (*PARTS, USERS[method])
