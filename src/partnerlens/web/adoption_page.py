"""What the pages of customers and their licences show: their contexts."""

from dataclasses import dataclass
from typing import ClassVar

from partnerlens.web.chart import Spark
from partnerlens.web.page import Frame, Link, State
from partnerlens.web.partner import Months
from partnerlens.web.pickers import Picker
from partnerlens.web.turning import Pages


@dataclass(frozen=True)
class ShareTile:
    """
    One figure of the portfolio, or of a customer.

    Attributes:
        id: its name in the page.
        title: its title.
        value: the figure; empty where there is none.
        made_of: what it is made of, such as ``26 assigned of 47 sold``.
        own: the same of the partner's own licences; empty for the whole program.
        state: why there is no figure; empty where there is one.
        spark: the line of twelve months; None without values.
        series: each of the twelve months with the figure, and with the own one.
        has_own: whether there are own ones.
        definition: what it is.
    """

    id: str
    title: str
    value: str
    made_of: str
    own: str
    state: str
    spark: Spark | None
    series: tuple[tuple[str, str, str], ...]
    has_own: bool
    definition: str


@dataclass(frozen=True)
class BucketLine:
    """
    One bucket of 20 %.

    Attributes:
        name: from where to where.
        is_over: whether it is the one above 100 %.
        deployment: how many customers lie in it by deployment.
        deployment_bar: these in hundredths of the fullest bucket.
        usage: how many customers lie in it by usage.
        usage_bar: these in hundredths of the fullest bucket.
    """

    name: str
    is_over: bool
    deployment: str
    deployment_bar: float
    usage: str
    usage_bar: float


@dataclass(frozen=True)
class Share:
    """
    A percentage with its bar.

    Attributes:
        text: the percentage; a dash where there is none.
        bar: it in hundredths of the bar's width, at most 100.
        is_over: whether it is above 100 %.
    """

    text: str
    bar: float
    is_over: bool


@dataclass(frozen=True)
class Figures:
    """
    Licences as text.

    Attributes:
        sold: licences sold.
        assigned: licences assigned.
        active: licences used in the last 28 days; a dash where that is not known.
        deployment: assigned per sold.
        usage: active per entitlement.
    """

    sold: str
    assigned: str
    active: str
    deployment: Share
    usage: Share


@dataclass(frozen=True)
class LicenceLine:
    """
    The licences of a customer, a product or a workload.

    Attributes:
        name: what they are of.
        id: its id; empty where the name says it all.
        href: its page; empty without one.
        country: the customer's location; empty for others.
        figures: the licences.
        own: the partner's own licences sold; empty for the whole program.
        unused: licences not in use; empty where that is not shown.
        causes: why usage is above 100 %, each in a sentence with its code.
        corrected: usage without what inflates it; empty where it is not above 100 %.
        method: how active licences are counted; empty where that is not shown.
        advice: the scenarios that fit, each as code and title.
    """

    name: str
    id: str
    href: str
    country: str
    figures: Figures
    own: str
    unused: str
    causes: tuple[tuple[str, str], ...]
    corrected: str
    method: str
    advice: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AdviceCard:
    """
    The advice for one scenario.

    Attributes:
        code: its name in the page.
        title: the problem.
        customers: how many customers it fits; empty on the page of one.
        fits: how that is found.
        consider: what may be behind it.
        attempt: what to try.
    """

    code: str
    title: str
    customers: str
    fits: str
    consider: str
    attempt: str


@dataclass(frozen=True)
class Column:
    """
    A column by which the customers can be ordered.

    Attributes:
        title: its title.
        href: the link that orders by it.
        is_here: whether they are ordered by it.
        is_falling: whether the largest come first.
        is_number: whether it holds numbers.
    """

    title: str
    href: str
    is_here: bool
    is_falling: bool
    is_number: bool


@dataclass(frozen=True)
class AdoptionPage:
    """
    Deployment and usage of a portfolio.

    Attributes:
        frame: what stands around the page.
        title: whose customers they are.
        subject: the partner's id; empty for the whole program.
        action: the address that the filters are sent to.
        kept: what the form of filters keeps of the address.
        months: the data months to choose from.
        pickers: the three filters.
        chips: the chosen filter values, each with the link that removes it.
        clear: the link without filters; None where none is set.
        share: the link that keeps month and edition.
        exports: the licences as files; empty where the role does not open them.
        basis: what the numbers rest on.
        notices: what to know: about a shared link, and what limits the figures.
        announcement: what a screen reader says after a filter changed.
        empty: why there are no customers; None where there are.
        tiles: the figures of the portfolio.
        methods: how active licences are counted.
        left_out: what is not counted because nobody bought it, or that it is counted.
        switch: the link that counts it too, or leaves it out again; None where there is nothing of the kind.
        buckets: the distribution of customers.
        columns: the columns by which customers can be ordered.
        has_own: whether there are own licences beside those of all partners.
        customers: the customers of this part of the list.
        total: how many customers there are.
        pages: where the list stands; None where it is whole.
        workloads: the workloads over all customers.
        products: the products over all customers.
        advice: the advice for the scenarios that fit some of the customers.
    """

    template: ClassVar[str] = "adoption.html"

    frame: Frame
    title: str
    subject: str
    action: str
    kept: tuple[tuple[str, str], ...]
    months: Months
    pickers: tuple[Picker, ...]
    chips: tuple[Link, ...]
    clear: Link | None
    share: Link
    exports: tuple[Link, ...]
    basis: tuple[str, ...]
    notices: tuple[str, ...]
    announcement: str
    empty: State | None
    tiles: tuple[ShareTile, ...]
    methods: str
    left_out: str
    switch: Link | None
    buckets: tuple[BucketLine, ...]
    columns: tuple[Column, ...]
    has_own: bool
    customers: tuple[LicenceLine, ...]
    total: str
    pages: Pages | None
    workloads: tuple[LicenceLine, ...]
    products: tuple[LicenceLine, ...]
    advice: tuple[AdviceCard, ...]


@dataclass(frozen=True)
class MonthLine:
    """
    One of a customer's twelve months.

    Attributes:
        month: the month.
        sold: licences sold; empty where the partner had no credit on the customer then.
        assigned: licences assigned.
        active: licences used in the last 28 days of the month.
        deployment: assigned per sold.
        usage: active per entitlement.
        own: the partner's own licences sold.
        revenue: what was billed on subscriptions that credit the partner; empty without any, or where the role opens
            no money.
    """

    month: str
    sold: str
    assigned: str
    active: str
    deployment: str
    usage: str
    own: str
    revenue: str


@dataclass(frozen=True)
class StandingLine:
    """
    An association of the partner with a subscription of the customer.

    Attributes:
        subscription: the subscription.
        product: its product.
        association: the type, with its claim.
        partner: the partner, or the location of it.
        months: each of the twelve months with whether it holds then.
        said: from when to when it holds, in words.
    """

    subscription: str
    product: str
    association: str
    partner: str
    months: tuple[tuple[str, bool], ...]
    said: str


@dataclass(frozen=True)
class AdoptionCustomerPage:
    """
    One customer with its licences.

    Attributes:
        frame: what stands around the page.
        back: the page of the portfolio.
        name: the customer's name.
        id: its id.
        country: its location.
        months: the data months to choose from.
        basis: what the numbers rest on.
        notices: what to know: filters that hold, licences that are left out or counted.
        switch: the link that counts what nobody bought too, or leaves it out again; None where there is none.
        empty: why there are no licences; None where there are.
        tiles: the figures of the customer.
        has_own: whether there are own licences beside those of all partners.
        has_revenue: whether the role opens money.
        products: its products.
        workloads: its workloads.
        advice: the advice for the scenarios that fit it.
        history: the twelve months, latest first.
        standings: the partner's associations.
    """

    template: ClassVar[str] = "adoption_customer.html"

    frame: Frame
    back: Link
    name: str
    id: str
    country: str
    months: Months
    basis: tuple[str, ...]
    notices: tuple[str, ...]
    switch: Link | None
    empty: State | None
    tiles: tuple[ShareTile, ...]
    has_own: bool
    has_revenue: bool
    products: tuple[LicenceLine, ...]
    workloads: tuple[LicenceLine, ...]
    advice: tuple[AdviceCard, ...]
    history: tuple[MonthLine, ...]
    standings: tuple[StandingLine, ...]
