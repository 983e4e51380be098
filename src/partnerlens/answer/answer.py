"""Answer questions from an edition: the eight metrics of one partner, or one metric of all."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from threading import Lock
from typing import cast

from partnerlens.answer.benchmark import Banding, Bands, Bar, bands_shown, make_bands
from partnerlens.answer.cells import Bools
from partnerlens.answer.edition import OpenEdition
from partnerlens.answer.selection import Selection
from partnerlens.answer.turns import Turns
from partnerlens.answer.values import RATIOS, Numbers, credited, numbers_of
from partnerlens.model.metric import METRICS, Metric, MetricId
from partnerlens.model.result import Answer, Filter, MetricAnswer, PartnerValue, SeriesPoint, Trend
from partnerlens.months import WINDOW_MONTHS, Month, window
from partnerlens.units import exact_text, ratio_text

KEPT_FILTERS = 2048
"""How many filters' bands one edition keeps: about 25 kB each, whatever the number of partners."""


@dataclass(frozen=True)
class Comparison:
    """
    One metric of every partner under one filter; it says nothing about who asks.

    Attributes:
        numbers: the values.
        cohort: which partners are compared.
        bar: the bands.
    """

    numbers: Numbers
    cohort: Bools
    bar: Bar


class Answers:
    """
    The questions that one edition answers; several threads may ask at once.

    What is kept of a filter are the bands of the eight metrics, which are the same for all who ask.

    Args:
        edition: the edition.
    """

    def __init__(self, edition: OpenEdition) -> None:
        """Start with nothing computed."""
        self.edition = edition
        self._bands: OrderedDict[Filter, dict[MetricId, Bands]] = OrderedDict()
        self._lock = Lock()
        self._turns = Turns()

    def warm(self) -> None:
        """Read what answers need, and compare the partners under no filter and under each single value."""
        edition = self.edition
        if edition.partners:
            edition.trail(0)
        single = [
            Filter(),
            *(Filter(products=frozenset({product})) for product in edition.product_names),
            *(Filter(workloads=frozenset({workload})) for workload in edition.workloads),
            *(Filter(countries=frozenset({country})) for country in edition.countries),
        ]
        for asked in single[:KEPT_FILTERS]:
            self.bands(asked)

    def answer(self, partner_id: str, asked: Filter, *, exact_ranges: bool) -> Answer:
        """
        Return the eight metrics of a partner.

        Args:
            partner_id: the partner.
            asked: the filter.
            exact_ranges: whether range ends are shown exactly (program operators) or rounded outward (partners).

        Raises:
            NotFoundError: the partner or a filter value is unknown.
        """
        with self._turns.turn():
            return self._answered(partner_id, asked, exact_ranges=exact_ranges)

    def _answered(self, partner_id: str, asked: Filter, *, exact_ranges: bool) -> Answer:
        edition = self.edition
        position = edition.position(partner_id)
        selection = Selection(edition.checked(asked), edition.workloads_of)
        bands = self.bands(selection.filter)
        trail = edition.trail(position)
        sums = trail.sums(selection)
        months = numbers_of(sums)
        is_compared = bool(edition.is_account[position] and credited(sums)[WINDOW_MONTHS - 1])
        return Answer(
            partner_id=partner_id,
            partner_name=edition.partners[position].name,
            month=edition.month,
            edition=edition.number,
            filter=selection.filter,
            metrics=tuple(
                self._metric(
                    METRICS[metric], months[metric], bands[metric], is_compared=is_compared, exact_ranges=exact_ranges
                )
                for metric in MetricId
            ),
        )

    def values(self, metric: MetricId, asked: Filter) -> list[PartnerValue]:
        """
        Return one metric of every partner, accounts and locations, by partner id.

        Raises:
            NotFoundError: a filter value is unknown.
        """
        edition = self.edition
        comparison = self.comparisons(edition.checked(asked))[metric]
        flags = self._flags(METRICS[metric], edition.month)
        rows = []
        for index, partner in enumerate(edition.partners):
            value, numerator, denominator = number_texts(comparison.numbers, index)
            rows.append(
                PartnerValue(
                    partner.id,
                    value,
                    numerator,
                    denominator,
                    comparison.bar.band(index),
                    bool(comparison.cohort[index]),
                    flags,
                )
            )
        return rows

    def bands(self, asked: Filter) -> dict[MetricId, Bands]:
        """Return the bands of each metric under a checked filter, from memory when it was asked before."""
        with self._lock:
            if asked in self._bands:
                self._bands.move_to_end(asked)
                return self._bands[asked]
        edition = self.edition
        parameters = edition.manifest.parameters
        banding = cast(Banding, parameters["banding"])
        peers = edition.cells().peers(
            Selection(asked, edition.workloads_of), edition.is_account, at_cuts=banding == "quartile"
        )
        made = {
            metric: make_bands(
                METRICS[metric],
                values,
                k=int(parameters["k"]),
                banding=banding,
                own_customers_alone=edition.manifest.visible_customers_only,
            )
            for metric, values in peers.items()
        }
        with self._lock:
            self._bands[asked] = made
            if len(self._bands) > KEPT_FILTERS:
                self._bands.popitem(last=False)
        return made

    def comparisons(self, asked: Filter) -> dict[MetricId, Comparison]:
        """Return each metric of every partner under a checked filter; the bands alone are kept."""
        edition, bands = self.edition, self.bands(asked)
        sums = edition.cells().sums(Selection(asked, edition.workloads_of))
        cohort = credited(sums) & edition.is_account
        return {
            metric: Comparison(numbers, cohort, Bar(bands[metric], numbers, cohort & ~numbers.is_null))
            for metric, numbers in numbers_of(sums).items()
        }

    def _metric(
        self, metric: Metric, months: Numbers, bands: Bands, *, is_compared: bool, exact_ranges: bool
    ) -> MetricAnswer:
        edition = self.edition
        text = text_of(metric)
        value, numerator, denominator = number_texts(months, WINDOW_MONTHS - 1)
        exact = months.value(WINDOW_MONTHS - 1)
        return MetricAnswer(
            metric=metric,
            value=value,
            numerator=numerator,
            denominator=denominator,
            unit=edition.manifest.parameters["reporting_currency"] if metric.unit == "currency" else metric.unit,
            reason=metric.null_reason if exact is None else None,
            flags=self._points[metric.id][-1][1],
            trend=_trend(exact, months.value(WINDOW_MONTHS - 2), text),
            series=tuple(
                SeriesPoint(month, shown, flags)
                for shown, (month, flags) in zip(months.texts(), self._points[metric.id], strict=True)
            ),
            benchmark=bands_shown(
                bands, exact, is_peer=is_compared and exact is not None, text=text, exact=exact_ranges
            ),
            method=metric.method.value if metric.method else edition.manifest.parameters["mau_method"],
        )

    @cached_property
    def _points(self) -> dict[MetricId, list[tuple[Month, tuple[str, ...]]]]:
        """The months of each metric's series, and what limits their values."""
        months = window(self.edition.month)
        return {metric: [(month, self._flags(METRICS[metric], month)) for month in months] for metric in MetricId}

    def _flags(self, metric: Metric, month: Month) -> tuple[str, ...]:
        return self.edition.flags(month, metric.history_months)


def text_of(metric: Metric) -> Callable[[Fraction], str]:
    """Return how values of a metric are written."""
    return ratio_text if metric.id in RATIOS else exact_text


def number_texts(numbers: Numbers, index: int) -> tuple[str | None, str | None, str | None]:
    """Return value, numerator and denominator of one partner as texts; all None where the value is null."""
    value = numbers.text(index)
    if value is None:
        return None, None, None
    if numbers.denominators is None:
        return value, value, None
    return value, str(int(numbers.numerators[index])), str(int(numbers.denominators[index]))


def _trend(value: Fraction | None, before: Fraction | None, text: Callable[[Fraction], str]) -> Trend:
    if value is None or before is None:
        return Trend("none", None)
    difference = value - before
    direction = "up" if difference > 0 else "down" if difference < 0 else "none"
    return Trend(direction, text(difference))
