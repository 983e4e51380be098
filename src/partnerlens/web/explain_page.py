"""What the page behind a number shows: its context."""

from dataclasses import dataclass
from typing import ClassVar

from partnerlens.web.page import Frame, Link, State
from partnerlens.web.partner import Months
from partnerlens.web.turning import Pages


@dataclass(frozen=True)
class CustomerSum:
    """
    The counted rows of one customer.

    Attributes:
        name: the customer's name.
        id: its id.
        country: its location.
        rows: how many rows it has.
        amounts: their sums, one for each side.
        href: the page with its rows.
    """

    name: str
    id: str
    country: str
    rows: str
    amounts: tuple[str, ...]
    href: str


@dataclass(frozen=True)
class ReasonSum:
    """
    The rows that do not count for one reason.

    Attributes:
        code: the reason.
        sentence: what it says.
        remedy: what would make the rows count.
        rows: how many there are.
        amount: what they would add; empty where that is not shown.
        href: the page with the rows.
    """

    code: str
    sentence: str
    remedy: str
    rows: str
    amount: str
    href: str


@dataclass(frozen=True)
class RowLine:
    """
    One row as text.

    Attributes:
        month: its month.
        customer: the customer's name.
        subscription: the subscription.
        product: the product, or the workload.
        item: what identifies the fact.
        association: through what the partner is credited, or is not.
        amount: what it adds, or would add.
        reason: why it counts, or does not.
        leaves: the first month in which it no longer counts; empty where that is not known.
        note: for operators, who is credited instead; otherwise more about the fact.
    """

    month: str
    customer: str
    subscription: str
    product: str
    item: str
    association: str
    amount: str
    reason: str
    leaves: str
    note: str


@dataclass(frozen=True)
class ExplainPage:
    """
    The rows behind one number.

    Attributes:
        frame: what stands around the page.
        back: the page that the number stands on.
        title: the number in a sentence.
        months: the data months to choose from.
        chips: the filters that hold.
        clear: the link without filters; None where none is set.
        basis: what the number rests on.
        notices: what to know: a shared link, names left out, rows that do not add up.
        tab: the tab that is shown.
        tabs: the links to the three tabs.
        within: whose rows are listed, or for which reason; empty for the sums.
        up: the link from rows back to the sums; None where sums are shown.
        customers: the counted rows by customer.
        sides: what the columns of sums are called.
        totals: the sum of all counted rows for each side, and how many rows there are.
        total_rows: how many rows count.
        arithmetic: how the sums make the number; empty where the sum is the number.
        reasons: the rows that do not count by reason.
        rows: rows, where they are listed.
        has_notes: whether any of the rows has a note.
        pages: where the list stands; None where it is whole.
        definition: what the metric is.
        counted_rows: what one counted row is.
        method: how it relates to the window.
        window: the months of the window, as text.
        strip: the months of two windows; each with its name and whether it counts.
        rules: digests of the rule sets, settings and filters, by name.
        exports: the rows as files; empty where the role does not open them.
        empty: why there are no rows; None where there are.
    """

    template: ClassVar[str] = "explain.html"

    frame: Frame
    back: Link
    title: str
    months: Months
    chips: tuple[Link, ...]
    clear: Link | None
    basis: tuple[str, ...]
    notices: tuple[str, ...]
    tab: str
    tabs: tuple[Link, ...]
    within: str
    up: Link | None
    customers: tuple[CustomerSum, ...]
    sides: tuple[str, ...]
    totals: tuple[str, ...]
    total_rows: str
    arithmetic: str
    reasons: tuple[ReasonSum, ...]
    rows: tuple[RowLine, ...]
    has_notes: bool
    pages: Pages | None
    definition: str
    counted_rows: str
    method: str
    window: str
    strip: tuple[tuple[str, bool], ...]
    rules: tuple[tuple[str, str], ...]
    exports: tuple[Link, ...]
    empty: State | None
