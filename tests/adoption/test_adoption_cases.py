"""Deployment and usage of a program whose every percentage is worked by hand (``licences_program``)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from partnerlens.adoption import Adoption, Counts
from partnerlens.app import Workspace
from partnerlens.errors import NotFoundError
from partnerlens.months import Month


@pytest.fixture(scope="module")
def workspace(licences_home):
    """Open the program."""
    with Workspace.open(licences_home) as opened:
        yield opened


@pytest.fixture(scope="module")
def alder(workspace) -> Adoption:
    """Return what alder sees."""
    return workspace.adoption("alder")


def line(adoption: Adoption, customer: str, product: str):
    """Return the line of a customer and product."""
    (found,) = [one for one in adoption.lines if (one.customer_id, one.product_id) == (customer, product)]
    return found


def by_customer(adoption: Adoption, customer: str):
    """Return a customer."""
    (found,) = [one for one in adoption.customers if one.customer_id == customer]
    return found


def test_a_portfolio_is_the_ratio_of_sums_with_the_partners_own_beside_it(alder):
    """26 of 47 sold licences are assigned, not the mean of percentages; of its own 21 of 32."""
    assert (alder.all, alder.own) == (Counts(47, 26, 23, 47), Counts(32, 21, 24, 32))
    assert (alder.all.deployment, alder.all.usage) == (Fraction(26, 47), Fraction(23, 47))


def test_totals_count_other_partners_and_direct_purchases(alder, workspace):
    """Oak's five seats of another partner and gum's ten direct ones are in the totals; hay is not alder's."""
    assert (by_customer(alder, "oak").all.sold, by_customer(alder, "oak").own.sold) == (15, 10)
    assert (by_customer(alder, "gum").all.sold, by_customer(alder, "gum").own.sold) == (15, 5)
    assert "hay" not in {customer.customer_id for customer in alder.customers}
    assert [customer.customer_id for customer in workspace.adoption("birch").customers] == ["hay", "oak"]


def test_the_program_counts_every_customer_once_and_has_nothing_of_its_own(workspace):
    """54 licences: alder's customers and hay; own is left empty."""
    program = workspace.adoption()

    assert (program.all.sold, program.own) == (54, None)


def test_active_is_used_with_intent_within_28_days(alder):
    """Oak: three users; one was a day too early and one had no intent."""
    assert line(alder, "oak", "sales").all == Counts(15, 13, 3, 15)
    assert line(alder, "oak", "sales").method == "users_28_days"


def test_users_are_not_split_between_partners(alder):
    """A user says nothing about the subscription, so alder's own active licences at oak are its active seats."""
    assert line(alder, "oak", "sales").own == Counts(10, 8, 4, 10)
    assert line(alder, "oak", "sales").own_method == "active_seats"


def test_onedrive_counts_with_sharepoint(alder, workspace):
    """Elm: a used both and counts once; the filter of either takes both."""
    assert {(group.id, group.all.active) for group in alder.workloads if group.id == "SharePoint"} == {
        ("SharePoint", 2)
    }
    assert workspace.adoption("alder", workloads=["OneDrive"]).all == Counts(4, 4, 2, 4)


def test_a_products_licences_count_for_each_of_its_workloads(alder):
    """Suite has thirteen licences, for Exchange and for Teams; cob's c3 used Teams alone."""
    found = {group.id: group.all for group in alder.workloads}

    assert found["Exchange"] == Counts(13, 3, 5, 13)
    assert found["Teams"] == Counts(13, 3, 3, 13)


def test_no_percentage_without_a_denominator(alder):
    """Kip has no licence: null, not 0."""
    kip = line(alder, "kip", "sales").all

    assert (kip.deployment, kip.usage, kip.active) == (None, None, None)


@pytest.mark.parametrize(
    ("customer", "product", "usage", "cause", "corrected"),
    [
        ("ash", "sales", Fraction(2), "D-09a", Fraction(1)),
        ("bay", "sales", Fraction(3, 2), "D-09b", Fraction(3, 4)),
        ("cob", "suite", Fraction(3), "D-09c", Fraction(1)),
        ("yew", "social", Fraction(5, 3), "D-09d", Fraction(1)),
        ("fir", "suite", Fraction(5, 2), "D-09e", Fraction(3, 2)),
    ],
)
def test_usage_above_100_percent_is_shown_with_its_cause(alder, customer, product, usage, cause, corrected):
    """The figure is not clipped; the cause and the figure without it stand beside."""
    found = line(alder, customer, product)

    assert (found.all.usage, found.causes, found.corrected_usage) == (usage, (cause,), corrected)


def test_what_nobody_bought_is_left_out_and_can_be_counted(alder, workspace):
    """Two trials and a free product with ten thousand seats; included, they take the percentages with them."""
    left_out = {(entry.customer_id, entry.licence, entry.seats) for entry in alder.left_out}
    included = workspace.adoption("alder", include_trials=True)

    assert left_out == {("elm", "trial", 25), ("cob", "trial", 2), ("ivy", "viral", 10_000)}
    assert (included.all.sold, included.left_out) == (47 + 25 + 2 + 10_000, ())
    assert line(included, "cob", "suite").causes == ()


def test_customers_are_distributed_over_buckets_of_20_percent(alder):
    """A bucket begins with its lower end; 100 % is in the last one, more has its own, and so has no percentage."""
    deployment = [bucket.customers for bucket in alder.buckets("deployment")]
    usage = [bucket.customers for bucket in alder.buckets("usage")]

    assert deployment == [1, 2, 0, 0, 6, 0, 1]
    assert usage == [2, 1, 1, 0, 0, 5, 1]


def test_unused_licences_are_ranked(alder):
    """Not assigned, or assigned and not active, product by product: gum 14 + 1, oak 2 + 10, new 3 + 1."""
    ranked = [(one.customer_id, one.unassigned, one.inactive) for one in alder.sorted_customers("unused")[:5]]

    assert ranked == [("gum", 14, 1), ("oak", 2, 10), ("new", 3, 1), ("elm", 0, 2), ("yew", 2, 0)]
    assert (alder.unassigned, alder.inactive) == (21, 14)


def test_customers_can_be_ordered_by_share_and_name(alder):
    """Those without a share come last."""
    lowest = [one.customer_id for one in alder.sorted_customers("deployment")]

    assert (lowest[:3], lowest[-1]) == (["gum", "new", "yew"], "kip")
    assert [one.customer_id for one in alder.sorted_customers("usage")][:2] == ["gum", "new"]
    assert [one.customer_id for one in alder.sorted_customers("name")][:2] == ["ash", "bay"]


def test_advice_is_for_the_customers_that_it_fits(alder):
    """Low for three months: gum and yew by deployment, oak by usage; new has its first licences since May."""
    assert alder.advice == {
        "gum": ("low_adoption",),
        "oak": ("low_adoption",),
        "yew": ("low_adoption",),
        "new": ("new_to_software",),
    }


def test_the_trend_has_twelve_months_and_says_where_nothing_is_known(alder):
    """New joined in May; before 2024-01 there are no facts."""
    points = {str(point.month): point for point in alder.trend}

    assert len(points) == 12
    assert [points[month].all.sold for month in ("2024-04", "2024-05", "2024-06")] == [43, 47, 47]
    assert not points["2023-12"].is_seen
    assert points["2024-06"].all == alder.all


def test_a_customers_page_has_own_revenue_and_own_associations_alone(workspace):
    """Oak pays alder 100 a month and birch 987, and birch is nowhere in what alder is told."""
    oak = workspace.customer_adoption("alder", "oak")

    assert oak.revenue == {Month.parse(f"2024-0{month}"): Decimal(100) for month in range(1, 7)}
    assert [(one.partner_id, one.subscription_id, len(one.months)) for one in oak.standings] == [("alder", "s1", 6)]
    assert oak.adoption.all == Counts(15, 13, 3, 15)
    assert "birch" not in repr(oak) + repr(workspace.adoption("alder"))


@pytest.mark.parametrize("customer", ["hay", "nowhere"])
def test_a_customer_of_others_is_as_one_that_does_not_exist(workspace, customer):
    """The error is the same for both."""
    with pytest.raises(NotFoundError, match=f"there is no customer '{customer}' in 2024-06"):
        workspace.customer_adoption("alder", customer)
