"""The rows behind one option of an indicator, found with the build's own steps on the facts of one partner."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from partnerlens.answer.edition import OpenEdition
from partnerlens.build.narrow import keep_product_users
from partnerlens.build.scores import LimitMeasured, ScorePass, ScoreRules, score_months, score_span
from partnerlens.build.span import register_span
from partnerlens.build.step import step_sql
from partnerlens.engine.protocol import Engine
from partnerlens.explain.finding import find_option, judge
from partnerlens.explain.ground import Ground, Question, keep_filter
from partnerlens.explain.indicators import Place, credited_by, option_subject
from partnerlens.explain.statement import explain_sql
from partnerlens.explain.subject import Subject
from partnerlens.explain.term import ALWAYS, YEAR_BEFORE, growth_terms, register_terms, window_terms
from partnerlens.model.ahead import (
    COMPARED,
    YEAR,
    Ints,
    Taking,
    crossing,
    months_counted,
    qualified_then,
    qualifies_now,
)
from partnerlens.model.scorecard import AnyOption, Growth, NewDeployments, People, PeopleGrowth, Qualifying
from partnerlens.model.series import Series, SeriesKind, option_series
from partnerlens.months import Month, months_between
from partnerlens.store import Snapshot


@dataclass(frozen=True)
class _UnitTerm:
    """What units add by the set of months in which they qualify (``Term`` tells the words)."""

    takes: Taking
    side: str = "numerator"
    sign: int = 1
    reason: str | None = None
    is_then: bool = False
    tells_near: bool = False


class OptionRows:
    """
    Finds the rows of options of one scorecard for one partner.

    Args:
        engine: where the relations are named; it holds nothing else.
        snapshot: the facts of the edition.
        edition: the edition.
        rules: the scorecard and what it stands on.
        later: also find what counts in later months only.
    """

    def __init__(
        self, engine: Engine, snapshot: Snapshot, edition: OpenEdition, rules: ScoreRules, *, later: bool
    ) -> None:
        """Remember what to read."""
        self._engine = engine
        self._snapshot = snapshot
        self._edition = edition
        self._rules = rules
        self._later = later
        self._month = edition.month
        self._span = score_span(rules.scorecard, score_months(self._month), edition.manifest.first_month)
        self._values: list[str] = []
        self._near: list[str] = []

    def lay(self, places: Sequence[Place], question: Question) -> None:
        """Name the facts that the options read, narrowed to the partner's customers."""
        subjects = [option_subject(self._rules.scorecard, place, later=self._later) for place in places]
        credited = next((subject.credited for subject in subjects if subject.credited), None)
        tables = [table for subject in subjects for table in (*subject.tables, "seats" if subject.credited else "")]
        use = {"activity"} & set(tables)
        self._base = Subject(
            subjects[0].id, credited, (), tuple(dict.fromkeys(table for table in tables if table not in {"", *use}))
        )
        register_span(self._engine, self._span, reporting_currency=self._rules.reporting_currency)
        Ground(self._engine, self._snapshot, self._edition).lay(self._base, question, self._span)
        months = sorted({month for place in places for month in self._months_of_use(self._option(place))})
        if use:
            self._narrow_use(months)
        if any(self._counts_users(self._option(place)) for place in places):
            keep_product_users(self._engine, self._span, months)

    def find(self, place: Place, market_class: str | None) -> None:
        """
        Find the rows of an option and keep them as the relation ``found``.

        Args:
            place: which option.
            market_class: the class whose numbers it uses; None without classes.
        """
        option = self._option(place)
        subject = option_subject(self._rules.scorecard, place, later=self._later)
        series = self._series(place, market_class)
        self._values, self._near = [], []
        made = ScorePass(self._engine, self._span, self._rules, measured=self._measurer(option))
        made.enter(series, self._month)
        if isinstance(option, Qualifying):
            self._units(option)
            return
        if subject.credited is None:
            self._engine.register("scope_products", pa.table({"product_no": pa.array([], pa.int64())}))
        keep_filter(self._engine)
        self._register_terms(option, series)
        if isinstance(option, NewDeployments):
            self._deployments(subject)
        else:
            find_option(self._engine, subject)

    # What options read

    def _option(self, place: Place) -> AnyOption:
        return self._rules.scorecard.tracks[place.track].indicators[place.indicator].options[place.option]

    def _series(self, place: Place, market_class: str | None) -> Series:
        """The series whose steps are run: the one that names most, and of several classes the partner's."""
        every = option_series(self._rules.scorecard, place.track, place.indicator, place.option)
        then = [series for series in every if series.kind is SeriesKind.PEOPLE_THEN]
        return (
            then[0]
            if then
            else next((series for series in every if series.market_class in {None, market_class}), every[0])
        )

    def _counts_users(self, option: AnyOption) -> bool:
        """Whether an option reads ``product_users``."""
        if isinstance(option, Growth):
            return option.of != "revenue" and self._later
        return isinstance(option, NewDeployments | Qualifying)

    def _months_of_use(self, option: AnyOption) -> list[Month]:
        """The months whose activity an option reads."""
        if isinstance(option, Growth) and option.of != "revenue":
            return score_months(self._month) if self._later else [self._month - YEAR, self._month]
        if isinstance(option, NewDeployments):
            return score_months(self._month)
        if isinstance(option, Qualifying):
            limits = [limit for condition in option.conditions for limit in condition.limits]
            lead = max(limit.months + limit.within - 2 for limit in limits)
            return months_between(max(self._month - YEAR - lead, self._span.base), self._month)
        return []

    def _narrow_use(self, months: Sequence[Month]) -> None:
        """Name the activity of the months that are read, of the partner's customers alone."""
        wanted = set(months)
        files = [
            self._snapshot.folder / file.path
            for file in self._snapshot.fact_files("activity")
            if file.month is None or file.month in wanted
        ]
        self._engine.scan("every_activity", files, self._snapshot.columns("activity"))
        self._engine.keep(
            "activity",
            "SELECT customer_no, user_no, product_no, date, intentional FROM every_activity "
            "WHERE customer_no IN (SELECT customer_no FROM near_customers)",
        )

    def _register_terms(self, option: AnyOption, series: Series) -> None:
        if isinstance(option, People | PeopleGrowth):
            self._register_people_terms(option)
        elif isinstance(option, Growth):
            is_portfolio = series.kind is SeriesKind.PORTFOLIO
            register_terms(
                self._engine, self._span, growth_terms(self._month, later=self._later, is_portfolio=is_portfolio)
            )
        else:
            register_terms(self._engine, self._span, window_terms(self._month))

    def _register_people_terms(self, option: People | PeopleGrowth) -> None:
        terms: list[tuple[int, str, int, str | None]] = [(0, "numerator", 1, None)]
        if isinstance(option, PeopleGrowth):
            terms += [(1, "numerator", -1, "held_on_baseline_day"), (1, "baseline", 1, "held_on_baseline_day")]
        self._engine.register(
            "people_terms",
            pa.table(
                {
                    "moment": pa.array([term[0] for term in terms], pa.int32()),
                    "side": pa.array([term[1] for term in terms], pa.string()),
                    "sign": pa.array([term[2] for term in terms], pa.int32()),
                    "reason": pa.array([term[3] for term in terms], pa.string()),
                }
            ),
        )
        self._engine.register(
            "spells",
            pa.table(
                {
                    "place": pa.array(range(YEAR + 1), pa.int32()),
                    "ahead": pa.array([(1 << (place + 1)) - 1 for place in range(YEAR + 1)], pa.int64()),
                }
            ),
        )

    # Deployments

    def _deployments(self, subject: Subject) -> None:
        if subject.credited is None:
            raise TypeError("deployments are credited")
        for step in (*subject.credited.steps, *subject.steps):
            self._engine.keep(step, step_sql(step, {}))
        months = score_months(self._month)
        self._engine.register(
            "year_places",
            pa.table(
                {
                    "t": pa.array([self._span.t(month) for month in months], pa.int32()),
                    "place": pa.array([1 << place for place in range(len(months))], pa.int64()),
                }
            ),
        )
        self._engine.keep("deployment_sets", explain_sql("deployment_sets"))
        sets = self._distinct_sets("deployment_sets")
        masks = months_counted(sets, crossing(self._rules.scorecard.parameters.deployment_window))
        self._engine.register("set_masks", pa.table({"sets": pa.array(sets), "ahead": pa.array(masks)}))
        judge(self._engine, subject.credited, subject.facts)

    def _distinct_sets(self, relation: str) -> Ints:
        found: Ints = self._engine.fetch(f"SELECT DISTINCT sets FROM {relation} ORDER BY sets")["sets"].to_numpy()
        return found

    # Units

    def _measurer(self, option: AnyOption) -> Callable[[LimitMeasured], None] | None:
        """What keeps the values of each limit, and the customers that the partner is not credited for."""
        if not isinstance(option, Qualifying):
            return None
        conditions: set[int] = set()

        def measured(one: LimitMeasured) -> None:
            name = f"unit_values_{len(self._values)}"
            keeps = option.unit != "customer"
            select = explain_sql("limit_values", **one.choices, words=one.limit.measure, keeps_product=keeps)
            self._engine.keep(name, select)
            self._values.append(name)
            if one.condition in conditions or option.unit == "product":
                return
            conditions.add(one.condition)
            keep_filter(self._engine)
            judge(self._engine, credited_by(one.limit), ("facts_unit_customers",))
            near = f"near_units_{one.condition}"
            self._engine.keep(near, "SELECT * FROM found WHERE reason IS NOT NULL")
            self._near.append(near)

        return measured

    def _units(self, option: Qualifying) -> None:
        keep_filter(self._engine)
        every = " UNION ALL ".join(
            f"SELECT customer_no, product_no, verdict, told FROM {name}" for name in self._values
        )
        self._engine.keep("unit_values", every)
        self._engine.keep("unit_sets", explain_sql("unit_sets"))
        self._register_unit_terms(option)
        near = ""
        if self._near:
            near = f" UNION ALL SELECT * FROM ({explain_sql('near_units', relations=tuple(self._near))}) AS near"
        self._engine.keep("found", f"SELECT * FROM ({explain_sql('found_units')}) AS units{near}")

    def _register_unit_terms(self, option: Qualifying) -> None:
        """Name the relation ``unit_terms``: what a unit adds, and when, by the set of months in which it qualifies."""
        sets = self._distinct_sets("unit_sets")
        now = _UnitTerm(qualifies_now, tells_near=True)
        if option.compare == "difference":
            then = _UnitTerm(qualified_then, sign=-1, reason=YEAR_BEFORE, is_then=True)
            terms = [now, then, replace(then, side="baseline", sign=1, reason=None)]
        else:
            terms = [replace(now, takes=COMPARED[option.compare])]
        near = {"new": "qualified_before", "both": "not_qualified_before"}.get(option.compare)
        qualifies = qualifies_now(sets, 0)
        rows = [
            (each, term, mask, near if is_now and term.tells_near else None)
            for term in terms
            for each, mask, is_now in zip(
                sets.tolist(), months_counted(sets, term.takes).tolist(), np.asarray(qualifies).tolist(), strict=True
            )
        ]
        self._engine.register(
            "unit_terms",
            pa.table(
                {
                    "sets": pa.array([row[0] for row in rows], pa.int64()),
                    "side": pa.array([row[1].side for row in rows], pa.string()),
                    "sign": pa.array([row[1].sign for row in rows], pa.int32()),
                    "reason": pa.array([row[1].reason for row in rows], pa.string()),
                    "is_then": pa.array([row[1].is_then for row in rows], pa.bool_()),
                    "tells_near": pa.array([row[1].tells_near for row in rows], pa.bool_()),
                    "ahead": pa.array([row[2] & ALWAYS for row in rows], pa.int64()),
                    "near_reason": pa.array([row[3] for row in rows], pa.string()),
                }
            ),
        )
