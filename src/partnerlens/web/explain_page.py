"""What the pages behind a number show: their contexts."""

from dataclasses import dataclass
from typing import ClassVar

from partnerlens.web.page import Frame, Link, State
from partnerlens.web.partner import Choice, Months
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
class MonthSum:
    """
    What changes one side of a number in one of the next twelve months.

    Attributes:
        month: the month.
        side: the side; empty where the number has one.
        leaves: how many rows leave.
        customers: of how many customers; empty for people.
        comes: how many rows come; empty for none.
        difference: what the sum changes by.
        href: the page with the rows of the month.
        is_here: whether these rows are shown.
    """

    month: str
    side: str
    leaves: str
    customers: str
    comes: str
    difference: str
    href: str
    is_here: bool


@dataclass(frozen=True)
class LeavingLine:
    """
    One row that leaves a number, or comes to it.

    Attributes:
        row: the row.
        month: the month in which the number changes.
        cause: why.
        difference: what the sum changes by.
    """

    row: RowLine
    month: str
    cause: str
    difference: str


@dataclass(frozen=True)
class Listing:
    """
    What is listed on a tab.

    Attributes:
        customers: sums by customer.
        reasons: sums by reason.
        rows: rows.
        months: what leaves, by month.
        leaving: the rows that leave.
        within: whose rows they are, for which reason, or in which month; empty for the sums.
        pages: where the list stands.
    """

    customers: tuple[CustomerSum, ...] = ()
    reasons: tuple[ReasonSum, ...] = ()
    rows: tuple[RowLine, ...] = ()
    months: tuple[MonthSum, ...] = ()
    leaving: tuple[LeavingLine, ...] = ()
    within: str = ""
    pages: Pages | None = None


@dataclass(frozen=True)
class BridgeLine:
    """
    One line of a bridge.

    Attributes:
        name: a month, or what became of rows.
        rows: how many; empty for a month.
        amount: the sum, or what it changes by.
    """

    name: str
    rows: str
    amount: str


@dataclass(frozen=True)
class BridgeTable:
    """
    How one side of a number became that of the next month.

    Attributes:
        side: the side; empty where the number has one.
        before: the month before.
        spans: what entered, left by age, and was corrected.
        after: the month.
    """

    side: str
    before: BridgeLine
    spans: tuple[BridgeLine, ...]
    after: BridgeLine


@dataclass(frozen=True)
class CauseSum:
    """
    The changes with one cause.

    Attributes:
        side: the side of the number.
        cause: the cause, in a few words.
        sentence: what it says.
        source: the fact table or the rules that it lies in; empty for the data month.
        rows: how many rows there are.
        change: what they make of the number.
    """

    side: str
    cause: str
    sentence: str
    source: str
    rows: str
    change: str


@dataclass(frozen=True)
class ChangeLine:
    """
    One row that counts in one edition and not, or otherwise, in the other.

    Attributes:
        cause: the cause, in a few words.
        month: its month.
        customer: the customer's name.
        subscription: the subscription.
        product: the product, or the workload.
        item: what identifies the fact.
        before: what it added; empty where it did not count.
        after: what it adds; empty where it does not count.
        change: the difference.
        reason: why it did not count before, or does not now.
    """

    cause: str
    month: str
    customer: str
    subscription: str
    product: str
    item: str
    before: str
    after: str
    change: str
    reason: str


@dataclass(frozen=True)
class Changes:
    """
    The rows that differ between two editions.

    Attributes:
        causes: added up by cause.
        has_sides: whether the number has rows on two sides.
        lines: the rows.
        pages: where the list stands; None where it is whole.
        hides_people: whether names of people and users are left out.
    """

    causes: tuple[CauseSum, ...]
    has_sides: bool
    lines: tuple[ChangeLine, ...]
    pages: Pages | None
    hides_people: bool


@dataclass(frozen=True)
class Since:
    """
    What became of a number since the month before.

    Attributes:
        sentence: in a sentence.
        tables: the bridge of each side.
        changes: the rows.
    """

    sentence: str
    tables: tuple[BridgeTable, ...]
    changes: Changes


@dataclass(frozen=True)
class DifferencePage:
    """
    A metric of a partner in two editions, for operators.

    Attributes:
        frame: what stands around the page.
        back: the page of the number.
        title: the page's title.
        action: the address that the choice of editions is sent to.
        before: the editions to begin with.
        after: the editions to end with.
        kept: what the form keeps of the address.
        sentence: what became of the number; empty where nothing is compared.
        changes: the rows; None where nothing is compared.
        exports: the rows as files.
        empty: why there is nothing to compare; None where there is.
    """

    template: ClassVar[str] = "difference.html"

    frame: Frame
    back: Link
    title: str
    action: str
    before: tuple[Choice, ...]
    after: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    sentence: str
    changes: Changes | None
    exports: tuple[Link, ...]
    empty: State | None


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
        standing: of an indicator, where it stands in its scorecard and what it earns; empty for metrics.
        basis: what the number rests on.
        notices: what to know: a shared link, names left out, rows that do not add up.
        tab: the tab that is shown.
        tabs: the links to the tabs.
        listing: what the tab lists.
        since: what became of the number since the month before; None on other tabs.
        others: the pages that hold the number against others: bands, and for operators two editions.
        options: the other options of an indicator.
        up: the link from rows back to the sums; None where sums are shown.
        sides: what the columns of sums are called.
        totals: the sum of all counted rows for each side, and how many rows there are.
        total_rows: how many rows count.
        arithmetic: how the sums make the number; empty where the sum is the number.
        has_notes: whether any of the rows has a note.
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
    standing: tuple[str, ...]
    basis: tuple[str, ...]
    notices: tuple[str, ...]
    tab: str
    tabs: tuple[Link, ...]
    listing: Listing
    since: Since | None
    others: tuple[Link, ...]
    options: tuple[Link, ...]
    up: Link | None
    sides: tuple[str, ...]
    totals: tuple[str, ...]
    total_rows: str
    arithmetic: str
    has_notes: bool
    definition: str
    counted_rows: str
    method: str
    window: str
    strip: tuple[tuple[str, bool], ...]
    rules: tuple[tuple[str, str], ...]
    exports: tuple[Link, ...]
    empty: State | None
