"""Answer questions from an edition: the eight metrics of one partner, or one metric of all."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from threading import Lock
from typing import cast

from partnerlens.answer.benchmark import Banding, Bar, benchmark_of, make_bar
from partnerlens.answer.cells import Bools
from partnerlens.answer.edition import OpenEdition
from partnerlens.answer.selection import Selection
from partnerlens.answer.values import Numbers, in_cohort, metric_numbers
from partnerlens.model.metric import METRICS, Metric, MetricId
from partnerlens.model.result import Answer, Filter, MetricAnswer, PartnerValue, SeriesPoint, Trend
from partnerlens.months import Month
from partnerlens.units import exact_text, ratio_text

HISTORY_SHORT = "history_short"
KEPT_FILTERS = 256
"""How many filters' comparisons one edition keeps; each holds a few numbers per partner."""


@dataclass(frozen=True)
class Comparison:
    """
    One metric of every partner under one filter; it says nothing about who asks, so all readers share it.

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
    The questions that one edition answers.

    Args:
        edition: the edition.
    """

    def __init__(self, edition: OpenEdition) -> None:
        """Start with nothing computed."""
        self.edition = edition
        self._comparisons: OrderedDict[Filter, dict[MetricId, Comparison]] = OrderedDict()
        self._lock = Lock()

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
        edition = self.edition
        position = edition.position(partner_id)
        selection = Selection(edition.checked(asked), edition.workloads_of)
        series = {
            month: {metric: numbers.value(0) for metric, numbers in metric_numbers(cells, selection).items()}
            for month, cells in edition.partner_months(position).items()
        }
        comparisons = self.comparisons(selection.filter)
        return Answer(
            partner_id=partner_id,
            partner_name=edition.partners[position].name,
            month=edition.month,
            edition=edition.number,
            filter=selection.filter,
            metrics=tuple(
                self._metric(METRICS[metric], position, comparisons[metric], series, exact_ranges=exact_ranges)
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
        asked = edition.checked(asked)
        comparison = self.comparisons(asked)[metric]
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

    def comparisons(self, asked: Filter) -> dict[MetricId, Comparison]:
        """Return the comparison of each metric under a checked filter, from memory when it was asked before."""
        with self._lock:
            if asked in self._comparisons:
                self._comparisons.move_to_end(asked)
                return self._comparisons[asked]
        made = self._compare(asked)
        with self._lock:
            self._comparisons[asked] = made
            if len(self._comparisons) > KEPT_FILTERS:
                self._comparisons.popitem(last=False)
        return made

    def _compare(self, asked: Filter) -> dict[MetricId, Comparison]:
        edition = self.edition
        selection = Selection(asked, edition.workloads_of)
        cells = edition.cells(edition.month)
        cohort = in_cohort(cells, selection) & edition.is_account
        parameters = edition.manifest.parameters
        made = {}
        for metric, numbers in metric_numbers(cells, selection).items():
            bar = make_bar(
                METRICS[metric],
                numbers,
                cohort,
                k=int(parameters["k"]),
                banding=cast(Banding, parameters["banding"]),
            )
            made[metric] = Comparison(numbers, cohort, bar)
        return made

    def _metric(
        self,
        metric: Metric,
        position: int,
        comparison: Comparison,
        series: dict[Month, dict[MetricId, Fraction | None]],
        *,
        exact_ranges: bool,
    ) -> MetricAnswer:
        edition = self.edition
        text = self._text_of(metric)
        value, numerator, denominator = number_texts(comparison.numbers, position)
        exact = comparison.numbers.value(position)
        return MetricAnswer(
            metric=metric,
            value=value,
            numerator=numerator,
            denominator=denominator,
            unit=edition.manifest.parameters["reporting_currency"] if metric.unit == "currency" else metric.unit,
            reason=metric.null_reason if exact is None else None,
            flags=self._flags(metric, edition.month),
            trend=_trend(exact, series[edition.month - 1][metric.id], text),
            series=tuple(
                SeriesPoint(
                    month, None if (point := values[metric.id]) is None else text(point), self._flags(metric, month)
                )
                for month, values in series.items()
            ),
            benchmark=benchmark_of(comparison.bar, position, exact, text=text, exact=exact_ranges),
            method=metric.method.value if metric.method else edition.manifest.parameters["mau_method"],
        )

    def _flags(self, metric: Metric, month: Month) -> tuple[str, ...]:
        return (HISTORY_SHORT,) if self.edition.is_short(month, metric.history_months) else ()

    @staticmethod
    def _text_of(metric: Metric) -> Callable[[Fraction], str]:
        return ratio_text if metric.id in RATIOS else exact_text


RATIOS = frozenset({MetricId.MAU, MetricId.MAU_PER_ASSIGNED_SEAT, MetricId.NPS})
"""Metrics whose value is a quotient: rounded to six decimals, with numerator and denominator beside it."""


def number_texts(numbers: Numbers, index: int) -> tuple[str | None, str | None, str | None]:
    """Return value, numerator and denominator of one partner as texts; all None where the value is null."""
    value = numbers.value(index)
    if value is None:
        return None, None, None
    if numbers.denominators is None:
        return exact_text(value), exact_text(value), None
    return ratio_text(value), str(int(numbers.numerators[index])), str(int(numbers.denominators[index]))


def _trend(value: Fraction | None, before: Fraction | None, text: Callable[[Fraction], str]) -> Trend:
    if value is None or before is None:
        return Trend("none", None)
    difference = value - before
    direction = "up" if difference > 0 else "down" if difference < 0 else "none"
    return Trend(direction, text(difference))
