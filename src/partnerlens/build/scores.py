"""One pass over the facts for a scorecard: its series by partner, for a run of months."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa

from partnerlens.build.cells import in_order, partner_ids
from partnerlens.build.exam_ways import exam_ways
from partnerlens.build.kernels.near import NearScan, make_step
from partnerlens.build.listed import is_listed, rate_of
from partnerlens.build.span import Span, register_months, register_policy, register_scope, register_span
from partnerlens.build.step import step_sql
from partnerlens.engine.protocol import Engine
from partnerlens.model.policy import CreditPolicy
from partnerlens.model.scorecard import (
    Condition,
    Growth,
    Limit,
    MarketCatalog,
    NewDeployments,
    Qualifying,
    Scorecard,
)
from partnerlens.model.series import Series, SeriesKind, number_of, scorecard_series
from partnerlens.months import Month, months_between

LOOK_BACK = 12
"""A year before the data month; and as many months ahead."""

_CREDIT = ("association_months", "subscription_credit", "subscription_months", "customer_credit")
_USERS = (*_CREDIT, "paid_products")

STEPS: dict[SeriesKind, tuple[str, ...]] = {
    SeriesKind.REVENUE: (
        "association_months",
        "subscription_credit",
        "sale_cells",
        "sale_links",
        "revenue",
        "score_revenue",
    ),
    SeriesKind.ADDS: (*_CREDIT, "customer_turns", "credited_adds", "score_adds"),
    SeriesKind.LEVEL: (*_USERS, "customer_users", "score_level_as_of"),
    SeriesKind.PORTFOLIO: (*_USERS, "customer_users", "score_level_current_portfolio"),
    SeriesKind.CROSSINGS: (*_USERS, "customer_users", "instance_months", "score_crossings"),
    SeriesKind.MARKET: (*_CREDIT, "score_markets"),
}
"""The steps of each kind of series, in order; losses, people and units have more to choose."""

UNIT_STEPS = (*_USERS, "customer_revenue", "customer_seats", "unit_measures")
"""The steps that the tests of qualifying units stand on."""

LASTING_STEPS = frozenset({"association_months", "subscription_months", "instance_months"})
"""Steps that depend neither on a credit policy nor on a product list."""

MEASURE_COLUMNS = {
    "revenue": "revenue",
    "paid_seats": "seats",
    "active_users": "users",
    "consumption": "weighted",
    "active_share": "active_share",
}


@dataclass(frozen=True)
class ScoreRules:
    """
    The definitions that a scorecard is measured by.

    Attributes:
        scorecard: the scorecard.
        policies: the credit policies that it names.
        markets: the market lists.
        reporting_currency: what amounts are converted to.
    """

    scorecard: Scorecard
    policies: Mapping[str, CreditPolicy]
    markets: MarketCatalog
    reporting_currency: str


@dataclass(frozen=True)
class LimitMeasured:
    """
    A limit of qualifying units whose measures (``unit_measures``, ``limit_months``) are on the engine.

    Attributes:
        condition: the number of its condition.
        limit: the limit.
        choices: what the files about its sums ask for, see ``qualified_limit.sql``.
    """

    condition: int
    limit: Limit
    choices: Mapping[str, object]


Measuring = Callable[[LimitMeasured], None]


@dataclass
class _Scope:
    """What the kept steps were made for."""

    policy: str = ""
    products: str = ""
    weights: tuple[tuple[int, Decimal], ...] = ()
    kept: set[str] = field(default_factory=set)


class ScorePass:
    """
    The series of a scorecard for some months, on one engine.

    Args:
        engine: where the steps run. The facts have their names, and ``product_users`` is there
            (customer_no, product_no, month, users).
        span: the months; it begins early enough for ``series_lead``.
        rules: the definitions.
        measured: told of each limit of qualifying units, while its measures are there.
        near: the facts near the scan, where kernels make the largest steps; the results are the same.
    """

    def __init__(
        self,
        engine: Engine,
        span: Span,
        rules: ScoreRules,
        *,
        measured: Measuring | None = None,
        near: NearScan | None = None,
    ) -> None:
        """Name the small relations; nothing is computed yet."""
        self._engine = engine
        self._near = near
        self._measured = measured
        self._span = span
        self._rules = rules
        register_span(engine, span, reporting_currency=rules.reporting_currency)
        self._products = engine.fetch(
            "SELECT product_no, product_id, name, family, workloads FROM products ORDER BY product_no"
        ).to_pylist()
        self._scope = _Scope()
        self._wanted: list[int] = []
        self._tables: list[tuple[str, str]] = []

    def results(self, months: Sequence[Month]) -> Iterator[tuple[Month, pa.Table]]:
        """
        Yield, for each month, the table of all series: ``partner_id``, ``series``, ``place``, ``amount``.

        Rows are sorted by partner, series and place; there is none for an amount of 0.
        """
        wanted = sorted(self._span.t(month) for month in months)
        self._wanted = wanted
        register_months(self._engine, self._span, wanted)
        if self._rules.scorecard.classes:
            countries = sorted(self._rules.markets.countries(self._rules.scorecard.classes.market))
            self._engine.register("market_countries", pa.table({"country": pa.array(countries, pa.string())}))
        every = scorecard_series(self._rules.scorecard)
        self._people([series for series in every if series.exam_rule is not None], wanted)
        scoped = [series for series in every if series.exam_rule is None]
        # Series of one policy and product list come together, so that their steps run once.
        for series in sorted(scoped, key=lambda series: (series.policy, series.products)):
            self._enter(series)
            self._keep(series)
        yield from self._by_month(months)

    def enter(self, series: Series, month: Month) -> None:
        """
        Name the small relations that the steps of a series read, for one month; no step runs but those of units.

        People get their rule and moments (the end of the month, or the day of a baseline), units the relation
        ``qualified_units``, everything else policy, scope, weights and threshold.

        Args:
            series: the series.
            month: the data month.
        """
        self._wanted = [self._span.t(month)]
        register_months(self._engine, self._span, self._wanted)
        if series.exam_rule is not None:
            self._register_people([series], self._wanted)
            return
        self._enter(series)
        if isinstance(series.option, Qualifying):
            self._units(series, series.option)
            return
        self._weigh(series.option.rates if isinstance(series.option, Growth) else None)
        if isinstance(series.option, NewDeployments):
            self._threshold(number_of(series.option.users, series.market_class))

    def _enter(self, series: Series) -> None:
        """Make the steps that follow be of the series' policy and products."""
        if (series.policy, series.products) == (self._scope.policy, self._scope.products):
            return
        stays = self._scope.kept & LASTING_STEPS
        self._drop(self._scope.kept - stays)
        register_policy(self._engine, self._span, self._rules.policies[series.policy])
        register_scope(self._engine, self._in_scope(series.products))
        self._scope = _Scope(series.policy, series.products, kept=set(stays))

    def _keep(self, series: Series) -> None:
        option = series.option
        match series.kind:
            case SeriesKind.UNITS:
                if isinstance(option, Qualifying):
                    self._qualified(series, option)
                return
            case SeriesKind.LOSSES:
                rule = self._rules.scorecard.parameters.loss_rule
                steps = (*STEPS[SeriesKind.ADDS][:-1], f"losses_{rule}", f"score_losses_{rule}")
            case _:
                steps = STEPS[series.kind]
        self._weigh(option.rates if isinstance(option, Growth) else None)
        if isinstance(option, NewDeployments):
            self._threshold(number_of(option.users, series.market_class))
        self._run(steps[:-1])
        self._add(series.name, step_sql(steps[-1], {}))

    def _run(self, steps: Sequence[str]) -> None:
        for step in steps:
            if step not in self._scope.kept:
                make_step(self._engine, self._near, step, {"product_words": 1})
                self._scope.kept.add(step)
        if self._near is not None:
            # Where sales count is of this policy and these products, and what is made of the seats is kept.
            self._near.forget()

    def _add(self, name: str, select: str) -> None:
        table = f"score_rows_{len(self._tables)}"
        self._engine.keep(
            table, f"SELECT partner_no, t, place, CAST(amount AS DECIMAL(38, 18)) AS amount FROM ({select}) AS made"
        )
        self._tables.append((name, table))

    def _drop(self, steps: set[str]) -> None:
        for step in steps:
            self._engine.drop(step)

    def _weigh(self, rates: Mapping[str, Decimal] | None) -> None:
        """Name the relation ``weights``: what one active user of each product counts for; 1 without rates."""
        numbers = self._in_scope(self._scope.products)
        rated = {
            product["product_no"]: Decimal(1) if rates is None else rate_of(product, rates)
            for product in self._products
            if product["product_no"] in numbers
        }
        weights = tuple((number, rate) for number, rate in rated.items() if rate)
        if weights == self._scope.weights and "customer_users" in self._scope.kept:
            return
        stale = self._scope.kept & {"customer_users", "unit_measures"}
        self._drop(stale)
        self._scope.kept -= stale
        self._scope.weights = weights
        self._engine.register(
            "weights",
            pa.table(
                {
                    "product_no": pa.array([number for number, _ in weights], pa.int64()),
                    "weight": pa.array([rate for _, rate in weights], pa.decimal128(18, 6)),
                }
            ),
        )

    def _threshold(self, users: Decimal) -> None:
        by_instance = self._rules.scorecard.parameters.deployment_unit == "instance"
        self._engine.register(
            "threshold",
            pa.table(
                {
                    "users": pa.array([users], pa.decimal128(38, 18)),
                    "is_by_instance": pa.array([by_instance], pa.bool_()),
                }
            ),
        )

    def _in_scope(self, name: str) -> list[int]:
        listed = self._rules.scorecard.product_lists[name]
        return [product["product_no"] for product in self._products if is_listed(product, listed)]

    # People

    def _people(self, wanted: list[Series], months: Sequence[int]) -> None:
        """Keep the rows of every series of people, from one reading of the passes."""
        if not wanted:
            return
        names, days = self._register_people(wanted, months)
        make_step(self._engine, self._near, "exam_people", {})
        for series in wanted:
            moment = 0 if series.day is None else 1 + days.index(series.day)
            self._add(
                series.name,
                "SELECT partner_no, t, place, people AS amount FROM exam_people "
                f"WHERE rule = {names[series.exam_rule or '']} AND moment = {moment}",
            )
        self._engine.drop("exam_people")

    def _register_people(self, wanted: Sequence[Series], months: Sequence[int]) -> tuple[dict[str, int], list[date]]:
        """Name the rules and the moments of series of people; return the rules' numbers and the moments' days."""
        days = sorted({series.day for series in wanted if series.day is not None})
        names = {series.exam_rule or "": number for number, series in enumerate(wanted)}
        self._register_rules(names)
        moments = [
            (moment, t, day or self._span.months[t].last_day)
            for moment, day in enumerate([None, *days])
            for t in months
        ]
        self._engine.register(
            "moments",
            pa.table(
                {
                    "moment": pa.array([moment for moment, _, _ in moments], pa.int32()),
                    "t": pa.array([t for _, t, _ in moments], pa.int32()),
                    "day": pa.array([day for *_, day in moments], pa.date32()),
                    "month": pa.array([Month.of(day).number for *_, day in moments], pa.int32()),
                }
            ),
        )
        return names, days

    def _register_rules(self, names: Mapping[str, int]) -> None:
        """Name the relations ``rule_ways`` and ``rule_exams``."""
        rules = self._rules.scorecard.exam_rules
        ways = [
            (number, way, exam, len(exams))
            for name, number in names.items()
            for way, exams in enumerate(exam_ways(rules, name))
            for exam in sorted(exams)
        ]
        self._engine.register(
            "rule_ways",
            pa.table(
                {
                    "rule": pa.array([row[0] for row in ways], pa.int32()),
                    "way": pa.array([row[1] for row in ways], pa.int32()),
                    "exam": pa.array([row[2] for row in ways], pa.string()),
                    "exams": pa.array([row[3] for row in ways], pa.int64()),
                }
            ),
        )
        retired = {exam.code: exam for exam in self._rules.scorecard.exams}
        exams = sorted({row[2] for row in ways})
        until = [retired[exam].counts_until if exam in retired else None for exam in exams]
        self._engine.register(
            "rule_exams",
            pa.table(
                {
                    "exam": pa.array(exams, pa.string()),
                    "passed_before": pa.array(
                        [retired[exam].retired_on if exam in retired else None for exam in exams], pa.date32()
                    ),
                    "counts_until": pa.array(until, pa.date32()),
                    # The last month at whose end it counts.
                    "last_month": pa.array(
                        [Month.of(day + timedelta(days=1)).number - 1 if day else None for day in until], pa.int32()
                    ),
                }
            ),
        )

    # Qualifying units

    def _units(self, series: Series, option: Qualifying) -> list[str]:
        """Keep the relation ``qualified_units``; return the relations that it was made of."""
        met = []
        for number, condition in enumerate(option.conditions):
            policy, products = condition.policy or series.policy, condition.products or series.products
            self._enter(Series("", series.kind, policy, products))
            met.append(self._condition(number, option, condition, series.market_class))
        self._engine.keep("qualified_units", " UNION ".join(f"SELECT * FROM {table}" for table in met))
        places = range(-LOOK_BACK, LOOK_BACK + 1)
        self._engine.register(
            "places",
            pa.table(
                {
                    "place": pa.array(places, pa.int32()),
                    "bit": pa.array([1 << (place + LOOK_BACK) for place in places], pa.int64()),
                }
            ),
        )
        return met

    def _qualified(self, series: Series, option: Qualifying) -> None:
        met = self._units(series, option)
        self._add(series.name, step_sql("score_qualified", {}))
        for table in [*met, "qualified_units"]:
            self._engine.drop(table)

    def _condition(self, number: int, option: Qualifying, condition: Condition, market_class: str | None) -> str:
        by_customer, by_product = option.unit != "product", option.unit != "customer"
        tables = []
        for place, limit in enumerate(condition.limits):
            self._weigh(limit.rates)
            self._run(UNIT_STEPS)
            self._register_limit(limit)
            table = f"limit_{number}_{place}"
            choices = {
                "by_customer": by_customer,
                "by_product": by_product or condition.per == "product",
                "measure": MEASURE_COLUMNS[limit.measure],
                "minimum": f"{number_of(limit.minimum, market_class):f}",
                "maximum": None if limit.maximum is None else f"{limit.maximum:f}",
            }
            self._engine.keep(table, step_sql("qualified_limit", {}, **choices))
            if self._measured is not None:
                self._measured(LimitMeasured(number, limit, choices))
            tables.append(table)
        product = "product_no" if by_product else "CAST(0 AS BIGINT)"
        kept = f"condition_{number}"
        together = " INTERSECT ".join(f"SELECT * FROM {table}" for table in tables)
        self._engine.keep(
            kept,
            f"SELECT DISTINCT partner_no, customer_no, {product} AS product_no, t, place FROM ({together}) AS every",
        )
        for table in tables:
            self._engine.drop(table)
        return kept

    def _register_limit(self, limit: Limit) -> None:
        """
        Name the relation ``limit_months``: the months summed for each data month and place.

        After the data month nothing is added: sums of several months lose those that leave, and what is measured in
        one month stays as it is.
        """
        rows = []
        for t in self._wanted:
            for place in range(-LOOK_BACK, LOOK_BACK + 1):
                for run in range(limit.within):
                    loses = limit.measure == "revenue" and limit.months > 1
                    last = t + (place if loses else min(place, 0)) - run
                    rows.append((t, place, run, last - limit.months + 1, min(last, t)))
        names = ("t", "place", "run", "first_t", "last_t")
        self._engine.register(
            "limit_months",
            pa.table({name: pa.array([row[index] for row in rows], pa.int32()) for index, name in enumerate(names)}),
        )

    # Results

    def _by_month(self, months: Sequence[Month]) -> Iterator[tuple[Month, pa.Table]]:
        names = sorted(name for name, _ in self._tables)
        made = " UNION ALL ".join(
            f"SELECT partner_no, t, CAST({names.index(name)} AS INTEGER) AS series_no, place, amount FROM {table}"
            for name, table in self._tables
        )
        rows = self._engine.fetch(f"SELECT * FROM ({made}) AS made WHERE made.amount <> 0").combine_chunks()
        for _, table in self._tables:
            self._engine.drop(table)
        ids = partner_ids(self._engine)
        keys = {name: rows[name].to_numpy().astype(np.int64) for name in ("series_no", "place")}
        keys["partner"] = ids.rank(rows["partner_no"].to_numpy())
        # Few distinct small numbers are sorted without comparing, and the rows of one month in the cache.
        when = rows["t"].to_numpy().astype(np.int8)
        by_month = np.argsort(when, kind="stable")
        edges = np.searchsorted(when[by_month], np.arange(len(self._span.months) + 1))
        texts = {"partner": pa.array(ids.sorted, pa.string()), "series_no": pa.array(names, pa.string())}
        for month in sorted(months):
            t = self._span.t(month)
            chosen = by_month[edges[t] : edges[t + 1]]
            chosen = chosen[in_order([keys[name][chosen] for name in ("partner", "series_no", "place")])]
            labels = {
                name: pa.DictionaryArray.from_arrays(pa.array(keys[name][chosen], pa.int32()), of_codes)
                for name, of_codes in texts.items()
            }
            yield (
                month,
                pa.table(
                    {
                        "partner_id": labels["partner"],
                        "series": labels["series_no"],
                        "place": pa.array(keys["place"][chosen], pa.int32()),
                        "amount": rows["amount"].take(pa.array(chosen)),
                    }
                ),
            )


def score_span(scorecard: Scorecard, months: Sequence[Month], facts_from: Month | None) -> Span:
    """Return the pass that makes a scorecard's series for some months: sums of a year before need a year more."""
    return Span(min(months) - series_lead(scorecard), max(months), facts_from)


def series_lead(scorecard: Scorecard) -> int:
    """Return how many months before those of the pass's own lead the series may read."""
    units = any(series.kind is SeriesKind.UNITS for series in scorecard_series(scorecard))
    return LOOK_BACK if units else 0


def score_months(month: Month) -> list[Month]:
    """Return the months whose series a score of ``month`` is made from: a year before and the twelve since."""
    return months_between(month - LOOK_BACK, month)
