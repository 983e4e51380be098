"""What is asked and answered: the shapes of `show --json` and of `values`."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from oracle.benchmark import STEP, benchmark, to_next_band
from oracle.credit import cohort
from oracle.metrics import METRICS, Measure, flags, measures, method, unit
from oracle.months import shift, trailing
from oracle.printing import plain, two_digits_down, two_digits_up, value_text
from oracle.selection import Filter, make_filter
from oracle.world import World, keyed

OPERATOR = "operator"
PARTNER = "partner"


def answer(
    world: World,
    partner_id: str,
    month: str,
    products: Iterable[str] = (),
    workloads: Iterable[str] = (),
    countries: Iterable[str] = (),
    viewer: str = OPERATOR,
) -> dict[str, Any]:
    """
    Return the eight metrics of one partner, as `show --json` does (without `edition`).

    An empty filter selects everything. The viewer `operator` sees exact ranges, `partner` sees
    them, and the distance to the next band, rounded outward to two significant digits.
    """
    if partner_id not in keyed(world, "partners", "partner_id"):
        raise KeyError(f"partner '{partner_id}' is not in the world")
    if viewer not in (OPERATOR, PARTNER):
        raise ValueError(f"viewer '{viewer}' is neither operator nor partner")
    chosen = make_filter(products, workloads, countries)
    return {
        "partner": partner_id,
        "month": month,
        "filters": {
            "products": sorted(chosen.products),
            "workloads": sorted(chosen.workloads),
            "countries": sorted(chosen.countries),
        },
        "metrics": [_metric(world, metric, chosen, month, partner_id, viewer) for metric in METRICS],
    }


def all_answers(
    world: World,
    month: str,
    products: Iterable[str] = (),
    workloads: Iterable[str] = (),
    countries: Iterable[str] = (),
    viewer: str = OPERATOR,
) -> dict[str, dict[str, Any]]:
    """Return the answer for every partner under one filter, by partner."""
    selected = (tuple(products), tuple(workloads), tuple(countries))
    names = sorted(keyed(world, "partners", "partner_id"))
    return {name: answer(world, name, month, *selected, viewer) for name in names}


def values(
    world: World,
    metric: str,
    month: str,
    products: Iterable[str] = (),
    workloads: Iterable[str] = (),
    countries: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """Return one metric of every partner of the program, by partner id, as `values` does."""
    chosen = make_filter(products, workloads, countries)
    peers = benchmark(world, metric, chosen, month)
    return [
        {
            "partner_id": partner_id,
            "value": value_text(metric, measure.value),
            "numerator": _exact(measure.numerator),
            "denominator": _exact(measure.denominator),
            "band": peers.bands.get(partner_id),
            "in_cohort": partner_id in cohort(world, chosen, month),
            "flags": flags(world, metric, month),
        }
        for partner_id, measure in measures(world, metric, chosen, month).items()
    ]


def all_values(
    world: World,
    month: str,
    products: Iterable[str] = (),
    workloads: Iterable[str] = (),
    countries: Iterable[str] = (),
) -> dict[str, list[dict[str, Any]]]:
    """Return `values` of all eight metrics under one filter, by metric."""
    selected = (tuple(products), tuple(workloads), tuple(countries))
    return {metric: values(world, metric, month, *selected) for metric in METRICS}


def value_of(
    world: World,
    metric: str,
    partner_id: str,
    month: str,
    products: Iterable[str] = (),
    workloads: Iterable[str] = (),
    countries: Iterable[str] = (),
) -> str | None:
    """Return one partner's value of one metric as it is printed; None when null."""
    chosen = make_filter(products, workloads, countries)
    return value_text(metric, measures(world, metric, chosen, month)[partner_id].value)


def trend(metric: str, now: Fraction | None, before: Fraction | None) -> dict[str, str | None]:
    """Return the direction and difference from the month before; no direction without both."""
    if now is None or before is None:
        return {"direction": "none", "difference": None}
    direction = "up" if now > before else "down" if now < before else "none"
    return {"direction": direction, "difference": value_text(metric, now - before)}


def _metric(world: World, metric: str, chosen: Filter, month: str, partner_id: str, viewer: str) -> dict[str, Any]:
    def at(other: str) -> Measure:
        return measures(world, metric, chosen, other)[partner_id]

    measure = at(month)
    return {
        "id": metric,
        "value": value_text(metric, measure.value),
        "numerator": _exact(measure.numerator),
        "denominator": _exact(measure.denominator),
        "unit": unit(world, metric),
        "reason": measure.reason,
        "flags": flags(world, metric, month),
        "trend": trend(metric, measure.value, at(shift(month, -1)).value),
        "series": [{"month": each, "value": value_text(metric, at(each).value)} for each in trailing(month)],
        "benchmark": _benchmark(world, metric, chosen, month, partner_id, viewer),
        "method": method(world, metric),
    }


def _benchmark(world: World, metric: str, chosen: Filter, month: str, partner_id: str, viewer: str) -> dict[str, Any]:
    peers = benchmark(world, metric, chosen, month)
    band = peers.bands.get(partner_id)
    distance = None
    if band is not None:
        banding = world.settings["banding"]
        distance = to_next_band(peers.peers, partner_id, STEP[metric], banding)
    if distance is not None and viewer == PARTNER:
        # The value to reach is rounded: the exact way there would tell a peer's value.
        own = measures(world, metric, chosen, month)[partner_id].value
        assert own is not None
        distance = two_digits_up(own + distance) - own
    return {
        "band": band,
        "peers": None if peers.withheld and viewer == PARTNER else len(peers.peers),
        "ranges": [
            {
                "band": each.band,
                "min": _lower_end(metric, each.least, viewer),
                "max": _upper_end(metric, each.greatest, viewer),
                "partners": each.partners,
            }
            for each in peers.ranges
        ],
        "to_next_band": value_text(metric, distance),
        "withheld": peers.withheld,
    }


def _lower_end(metric: str, value: Fraction, viewer: str) -> str | None:
    return plain(two_digits_down(value)) if viewer == PARTNER else value_text(metric, value)


def _upper_end(metric: str, value: Fraction, viewer: str) -> str | None:
    return plain(two_digits_up(value)) if viewer == PARTNER else value_text(metric, value)


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else plain(number)
