"""What the page of findings shows: its context."""

from dataclasses import dataclass
from typing import ClassVar

from partnerlens.web.page import Frame, Link, State
from partnerlens.web.partner import Months
from partnerlens.web.turning import Pages


@dataclass(frozen=True)
class FindingLine:
    """
    One finding.

    Attributes:
        code: its code.
        severity: ``high``, ``medium`` or ``low``.
        severity_name: what the severity is called.
        sentence: what it says.
        stake: what is at stake; empty where nothing is added up, or where the role does not open it.
        remedy: what to do.
        source: where the rule comes from.
        rows: the link to its rows.
        is_open: whether its rows are shown.
    """

    code: str
    severity: str
    severity_name: str
    sentence: str
    stake: str
    remedy: str
    source: str
    rows: Link
    is_open: bool


@dataclass(frozen=True)
class FindingGroup:
    """
    Findings that a reader can do the same about.

    Attributes:
        id: its name in addresses.
        title: what it is called.
        lines: its findings, the most severe first.
    """

    id: str
    title: str
    lines: tuple[FindingLine, ...]


@dataclass(frozen=True)
class EvidenceLine:
    """
    One row behind a finding as text.

    Attributes:
        month: its month.
        customer: the customer's name.
        customer_id: its id.
        subscription: the subscription.
        product: the product.
        item: what else it is about.
        amount: what is at stake.
        note: more about it.
    """

    month: str
    customer: str
    customer_id: str
    subscription: str
    product: str
    item: str
    amount: str
    note: str


@dataclass(frozen=True)
class FindingsPage:
    """
    What is odd about a partner.

    Attributes:
        frame: what stands around the page.
        action: where the form with the data month leads.
        months: the data months to choose from.
        basis: what the findings rest on.
        notices: what to know: a shared link, what is left out.
        summary: how many there are by severity.
        groups: the findings by what the reader can do.
        within: the finding whose rows are shown; None where none is chosen.
        up: the link back to all findings.
        rows: its rows.
        columns: which columns of rows hold anything.
        pages: where the list of rows stands; None where it is whole.
        undecided: what cannot be decided, with its code, and why.
        exports: the rows as files; empty where the role does not open them.
        empty: why there is nothing to show; None where there is.
    """

    template: ClassVar[str] = "findings.html"

    frame: Frame
    action: str
    months: Months
    basis: tuple[str, ...]
    notices: tuple[str, ...]
    summary: str
    groups: tuple[FindingGroup, ...]
    within: FindingLine | None
    up: Link
    rows: tuple[EvidenceLine, ...]
    columns: frozenset[str]
    pages: Pages | None
    undecided: tuple[tuple[str, str, str], ...]
    exports: tuple[Link, ...]
    empty: State | None
