"""
Scorecards: how a program turns contribution into points and a tier (decisions.md 4).

A scorecard is data. It says which measures count, over which products and under which credit policy, how many
points a value earns, and what makes a tier. Code knows kinds of measures and rules of points, not programs.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from partnerlens.definition import Definition
from partnerlens.model.policy import Source
from partnerlens.model.workload import Exam


def _form(value: object) -> str:
    """Tell the two forms of a value that may differ by market class, so that faults name the one that was meant."""
    return "table" if isinstance(value, dict) else "one"


Positive = Annotated[Decimal, Field(gt=0)]
_PositiveByClass = Annotated[Positive, Tag("one")] | Annotated[dict[str, Positive], Tag("table")]
ByClass = Annotated[_PositiveByClass, Discriminator(_form)]
"""A number above 0 for every market class, or one for each class by its name."""

LossRule = Literal["all_associated", "credited_within_12_months"]
DeploymentWindow = Literal["ttm12", "base_m12_obs11", "base_m12_obs12"]
DeploymentUnit = Literal["tenant", "instance"]
BaselinePopulation = Literal["as_of", "current_portfolio"]
Rounding = Literal["none", "floor_metric_points", "round_half_up_total"]
LocatedBy = Literal["customer", "partner"]


class Parameters(Definition):
    """
    The readings that a scorecard chooses among (domain.md, N1, D1, D2, G1 and the tiers of 1.2).

    Attributes:
        loss_rule: whom a lost customer costs a customer add: every partner with credit the month before
            (``all_associated``), or those that got the credit for adding it within the 12 months before.
        deployment_window: the month that a deployment starts from and those it is watched in: ``ttm12`` = the first of
            the twelve months up to the data month, and the other eleven; ``base_m12_obs11`` = the month a year before
            the data month, and the eleven after it; ``base_m12_obs12`` = the same, and the twelve after it.
        deployment_unit: what a deployment counts: the customer (``tenant``), or each of its production instances.
        baseline_population: whose users are the level of a year before: of the customers credited then (``as_of``), or
            of those credited now.
        rounding: of points, before they are held against a tier: none; each indicator's down to whole ones; or the
            total's half up to whole ones.
    """

    loss_rule: LossRule = "all_associated"
    deployment_window: DeploymentWindow = "ttm12"
    deployment_unit: DeploymentUnit = "tenant"
    baseline_population: BaselinePopulation = "as_of"
    rounding: Rounding = "none"


class ProductList(Definition):
    """
    Products that qualify: those of a listed family, name or id, compared without case.

    Attributes:
        families: families, such as Customer Engagement.
        names: product names.
        ids: product ids.
        except_names: names of products that do not qualify although a family or id says so.
    """

    families: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    except_names: tuple[str, ...] = ()


class ExamRule(Definition):
    """
    What a person has to hold: all of a list, or any of it. An entry is an exam's code or the name of another rule.

    Attributes:
        all_of: every entry is needed; None where ``any_of`` is given.
        any_of: one entry is enough; None where ``all_of`` is given.
    """

    all_of: tuple[str, ...] | None = Field(None, min_length=1)
    any_of: tuple[str, ...] | None = Field(None, min_length=1)


class Band(Definition):
    """
    One band of ``banded_growth``: the growth that a baseline of this size needs.

    Attributes:
        baseline: the smallest baseline of the band, in people or users; it ends where the next band begins.
        growth: the growth that earns all points, as a ratio (0.35 is 35 %); None where no growth does.
    """

    baseline: Positive
    growth: Positive | None = None


Bands = Annotated[tuple[Band, ...], Field(min_length=1)]
BandsByClass = Annotated[Annotated[Bands, Tag("one")] | Annotated[dict[str, Bands], Tag("table")], Discriminator(_form)]


class Gate(Definition):
    """
    People who are needed before a measure of people earns anything: one step of a ladder of certifications.

    Attributes:
        exam_rule: what they have to hold.
        people: how many of them.
    """

    exam_rule: str
    people: Annotated[int, Field(ge=1)]


class Option(Definition):
    """
    One measure of an indicator, with the rule that gives it points.

    Attributes:
        points: the rule: ``linear`` = share of the threshold; ``step`` = the same for whole steps only;
            ``all_or_nothing``; ``banded_growth`` = all or nothing, the needed growth by size of the baseline.
        threshold: the value that earns all points; None for ``banded_growth`` only. Ratios as fractions (0.35).
        step: the size of one step of ``step``, in the unit of the value.
        bands: the bands of ``banded_growth`` by class, or one list for all, by rising baseline.
        minimum_baseline: the smallest baseline (in users, people or the measure's unit) that can earn points.
        policy: the credit policy, where it is not the scorecard's.
        products: the product list, where it is not the track's.
        cost: what one unit costs in the search for the cheapest path, where the reader gives nothing else.
    """

    points: Literal["linear", "step", "all_or_nothing", "banded_growth"] = "linear"
    threshold: ByClass | None = None
    step: Positive = Decimal(1)
    bands: BandsByClass | None = None
    minimum_baseline: ByClass | None = None
    policy: str | None = None
    products: str | None = None
    cost: Positive = Decimal(1)


class Revenue(Option):
    """Billed amounts of twelve months, by subscription credit (sale). Unit: the reporting currency."""

    kind: Literal["revenue"]


class NetCustomerAdds(Option):
    """Customers added less customers lost in twelve months; the loss rule is a parameter. Unit: customers."""

    kind: Literal["net_customer_adds"]


class People(Option):
    """
    Distinct people who satisfy an exam rule at the end of the month. Unit: people.

    Attributes:
        exam_rule: what they hold.
        gates: people of other exam rules who are needed before any point is earned.
    """

    kind: Literal["people"]
    exam_rule: str
    gates: tuple[Gate, ...] = ()


class PeopleGrowth(Option):
    """
    Growth of these people since a day, as a share of those who satisfied the rule on it. Unit: ratio.

    Attributes:
        exam_rule: what they hold.
        baseline_on: the day that growth is measured from.
    """

    kind: Literal["people_growth"]
    exam_rule: str
    baseline_on: date


class NewDeployments(Option):
    """
    Customers, or their production instances, whose users crossed a number within the window.

    Attributes:
        users: the number of monthly active users of a customer that has to be reached.
    """

    kind: Literal["new_deployments"]
    users: ByClass


class Growth(Option):
    """
    A month's measure against the same month a year before, over all customers credited (usage; sale for revenue).

    Attributes:
        of: what grows: active users, their consumption value, or the revenue of the month.
        form: ``ratio`` = (now - then) / then; ``difference`` = now - then.
        rates: for ``consumption``, the value of one active user by product name, family or workload.
    """

    kind: Literal["growth"]
    of: Literal["active_users", "consumption", "revenue"] = "active_users"
    form: Literal["ratio", "difference"] = "ratio"
    rates: dict[str, Positive] | None = None


class Limit(Definition):
    """
    One limit that a unit has to keep in a month.

    Attributes:
        measure: what is limited: revenue, paid seats, active users, consumption value, or active users as a share of
            paid seats.
        minimum: the smallest value that passes.
        maximum: the largest value that passes; None for no limit.
        months: the measure is summed over so many months that end with the month.
        within: it is enough to pass in one of so many months that end with the month.
        rates: for ``consumption``, as in ``Growth``.
    """

    measure: Literal["revenue", "paid_seats", "active_users", "consumption", "active_share"]
    minimum: ByClass
    maximum: Positive | None = None
    months: Annotated[int, Field(ge=1, le=12)] = 1
    within: Annotated[int, Field(ge=1, le=12)] = 1
    rates: dict[str, Positive] | None = None


class Condition(Definition):
    """
    Limits that a unit has to keep together, over products and a credit policy of its own where it says so.

    Attributes:
        per: whether the limits are on the unit's sums over products, or all on one and the same product.
        limits: all have to hold in the month.
        products: the product list, where it is not the option's.
        policy: the credit policy, where it is not the option's.
    """

    per: Literal["unit", "product"] = "unit"
    limits: tuple[Limit, ...] = Field(min_length=1)
    products: str | None = None
    policy: str | None = None


class Qualifying(Option):
    """
    Units that meet a condition, counted at the end of the month and compared with a year before.

    Attributes:
        unit: what is counted: customers, pairs of customer and product, or products.
        conditions: a unit qualifies in a month in which it meets one of them.
        compare: ``at`` = those that qualify now; ``difference`` = now less a year before; ``new`` = now and not a
            year before; ``both`` = now and a year before.
    """

    kind: Literal["qualifying"]
    unit: Literal["customer", "customer_product", "product"]
    conditions: tuple[Condition, ...] = Field(min_length=1)
    compare: Literal["at", "difference", "new", "both"] = "difference"


AnyOption = Annotated[
    Revenue | NetCustomerAdds | People | PeopleGrowth | NewDeployments | Growth | Qualifying,
    Field(discriminator="kind"),
]


class Indicator(Definition):
    """
    One line of a score.

    Attributes:
        title: its name for readers.
        group: the group it is shown in.
        max: the most points it gives.
        located_by: whose country decides the market class of its thresholds.
        unit: what one unit of it is called: customers, people, tenants; ``currency`` for the reporting currency.
        combine: with several options, the best of them counts (``best``), or their points are added up to the
            maximum (``sum``).
        options: the measures by name; most indicators have one, ``value``.
    """

    title: str
    group: Literal["performance", "capability", "customer_success"]
    max: Positive
    located_by: LocatedBy = "customer"
    unit: str
    combine: Literal["best", "sum"] = "best"
    options: dict[str, AnyOption] = Field(min_length=1)


class Tier(Definition):
    """
    A level that a partner can reach.

    Attributes:
        name: its id, such as gold.
        points: the score that reaches it; None where the conditions alone decide.
        every_indicator: whether every indicator must have more than 0 points.
        conditions: for indicators by id, the value of their first option that has to be reached.
    """

    name: str
    points: Positive | None = None
    every_indicator: bool = False
    conditions: dict[str, ByClass] = Field(default_factory=dict)


class Track(Definition):
    """
    One of the scores of a scorecard, such as Customer Engagement.

    Attributes:
        title: its name for readers.
        products: the product list that its facts must be on.
        indicators: by id, in the order of the page.
        tiers: its tiers, where they are not the scorecard's, best first.
    """

    title: str
    products: str
    indicators: dict[str, Indicator] = Field(min_length=1)
    tiers: tuple[Tier, ...] = ()


class MarketClasses(Definition):
    """
    The classes that thresholds differ by.

    Attributes:
        market: the market list (markets.toml) and the name of the class of partners in it: one customer, or for
            indicators located by the partner the partner itself, in a listed country is enough.
        otherwise: the name of the class of all others.
    """

    market: str
    otherwise: str


class TrackChoice(Definition):
    """
    Which track's score is the partner's.

    Attributes:
        by: ``each`` = every track is a score of its own; ``best`` = the highest; ``size`` = a measure decides.
        measure: for ``size``, what is counted.
        minimum: for ``size``, from here on the partner is large.
        large: the track of large partners.
        small: the track of the others.
    """

    by: Literal["each", "best", "size"] = "each"
    measure: Qualifying | None = None
    minimum: Positive | None = None
    large: str | None = None
    small: str | None = None


class Scorecard(Definition):
    """
    One dated version of a scorecard.

    Attributes:
        id: its name; several versions share it.
        title: its name for readers.
        source: where it was published.
        change: what this version changed.
        effective_from: the first day it holds; also the name of the version.
        effective_until: the last day; None while nothing ends it but the next version.
        credit_policy: the credit policy of its measures.
        parameters: the readings it chooses.
        classes: the market classes; None where thresholds do not differ.
        tracks: its scores by id.
        choice: which track counts.
        tiers: best first; those of every track that has none of its own.
        exam_rules: what people have to hold, by name.
        exams: exams that were retired, with how long they count.
        product_lists: the products that qualify, by name.
    """

    id: str
    title: str
    source: Source
    change: str = ""
    effective_from: date
    effective_until: date | None = None
    credit_policy: str
    parameters: Parameters = Parameters()
    classes: MarketClasses | None = None
    tracks: dict[str, Track] = Field(min_length=1)
    choice: TrackChoice = TrackChoice()
    tiers: tuple[Tier, ...] = ()
    exam_rules: dict[str, ExamRule] = Field(default_factory=dict)
    exams: tuple[Exam, ...] = ()
    product_lists: dict[str, ProductList] = Field(min_length=1)

    @property
    def version(self) -> str:
        """The name of this version: the day it began."""
        return self.effective_from.isoformat()

    def tiers_of(self, track: str) -> tuple[Tier, ...]:
        """Return the tiers of a track, best first."""
        return self.tracks[track].tiers or self.tiers


class Market(Definition):
    """A list of countries that a market class is told by (ISO 3166-1 alpha-2)."""

    name: str
    source: Source
    countries: tuple[Annotated[str, Field(pattern="^[A-Z]{2}$")], ...] = Field(min_length=1)


class MarketCatalog(Definition):
    """All market lists."""

    id: str
    markets: tuple[Market, ...]

    def countries(self, name: str) -> frozenset[str]:
        """Return the countries of a list; raises KeyError when there is none of that name."""
        for market in self.markets:
            if market.name == name:
                return frozenset(market.countries)
        raise KeyError(name)
