"""Scorecards for tests: the shipped one for small partners, and small ones, in a few words or made up from a seed."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from partnerlens.catalog.catalog import Catalog
from partnerlens.model.score import Measured, PartnerInputs
from partnerlens.model.scorecard import Parameters, Rounding, Scorecard
from partnerlens.months import Month

MONTHS = 13
"""The data month and twelve ahead."""


def smb_card(rounding: Rounding = "none") -> Scorecard:
    """Return the shipped scorecard for small and midmarket partners, with one track, ``smb``."""
    card = Catalog().scorecard("smb-pci-2021", Month.parse("2021-06")).definition
    return card.model_copy(update={"parameters": Parameters(rounding=rounding)})


def smb_inputs(**changed: Any) -> PartnerInputs:
    """Return the inputs of the worked example of domain.md 1.2, with some changed; ``users`` are now and then."""
    values = {"revenue": 15000, "adds": 4, "consultants": 3, "developers": 1, "tenants": 6, "users": (250, 200)}
    more = {name: changed.pop(name) for name in list(changed) if name not in values}
    values |= changed
    return inputs_of(
        {
            "net_new_revenue": values["revenue"],
            "net_customer_adds": values["adds"],
            "functional_consultants": values["consultants"],
            "developers": values["developers"],
            "new_deployments": values["tenants"],
            "mau_growth": values["users"],
        },
        **more,
    )


def card_of(indicators: dict[str, Any], **more: Any) -> Scorecard:
    """Return a scorecard with one track, ``t``, and gold at 80 and silver at 60 where nothing else is given."""
    shown = {"title": "an indicator", "group": "performance", "unit": "units"}
    named = {name: {**shown, **indicator} for name, indicator in indicators.items()}
    tiers = more.pop("tiers", [{"name": "gold", "points": 80}, {"name": "silver", "points": 60}])
    track = {"title": "the track", "products": "all", "indicators": named}
    return Scorecard.model_validate(
        {
            "id": "small",
            "title": "a small scorecard",
            "source": {"title": "made up", "where": "here", "accessed": "2026-01"},
            "effective_from": date(2020, 1, 1),
            "credit_policy": "pci-2020",
            "tracks": {"t": track},
            "tiers": tiers,
            "product_lists": {"all": {"families": ["F"]}},
            **more,
        }
    )


def inputs_of(values: dict[str, Any], gates: dict[str, int] | None = None, **more: Any) -> PartnerInputs:
    """
    Return inputs that stay the same for twelve months.

    A value is a number, or for a growth a pair of now and then; its key an indicator, or ``indicator.option``.
    """
    measures = {}
    for name, value in values.items():
        indicator, _, option = name.partition(".")
        measures[indicator, option or "value"] = (measured_of(value),) * MONTHS
    counts = {rule: (count,) * MONTHS for rule, count in (gates or {}).items()}
    return PartnerInputs(measures=measures, gates=counts, **more)


def measured_of(value: Any) -> Measured:
    """Return a count, or for a pair of now and then a growth ratio."""
    if not isinstance(value, tuple):
        return Measured(Fraction(value))
    now, then = map(Fraction, value)
    return Measured(now - then, then, then)


def made_up(seed: int) -> tuple[Scorecard, PartnerInputs, dict[str, Fraction]]:
    """Return a small scorecard with all rules of points, a partner's inputs, and costs of the reader."""
    random = Random(seed)
    rules = [f"r{number}" for number in range(random.randint(1, 3))]
    indicators: dict[str, Any] = {}
    measures: dict[tuple[str, str], tuple[Measured, ...]] = {}
    for number in range(random.randint(1, 4)):
        name = f"i{number}"
        options = {}
        for place in range(random.choice([1, 1, 1, 2, 2, 3] if number < 2 else [1])):
            option, measured = _option(random, rules)
            options[f"o{place}"] = option
            measures[name, f"o{place}"] = (measured,) * MONTHS
        most = random.choice([random.randint(1, 40), random.randint(1, 40), random.randint(1, 80) / 4])
        indicators[name] = {"max": most, "combine": random.choice(["best", "sum"]), "options": options}
    rounding = random.choice(["none", "none", "floor_metric_points", "round_half_up_total"])
    sum_of_maxima = sum(indicator["max"] for indicator in indicators.values())
    tier: dict[str, Any] = {"name": "reached", "every_indicator": random.random() < 0.35}
    if random.random() < 0.9:
        tier["points"] = round(max(0.5, random.choice([0.3, 0.5, 0.7, 0.8, 0.9, 1]) * sum_of_maxima * 4) // 1 / 4, 2)
        tier["points"] = tier["points"] or 0.5
    if random.random() < 0.2 or "points" not in tier:
        named = random.sample(sorted(indicators), random.randint(1, len(indicators)))
        tier["conditions"] = {name: random.choice([0.25, 1, 2, 4, 5.5]) for name in named}
    card = card_of(indicators, tiers=[tier], parameters={"rounding": rounding})
    inputs = PartnerInputs(measures, {rule: (random.randint(0, 3),) * MONTHS for rule in rules})
    known = [*indicators, *rules]
    costs = {
        name: Fraction(random.choice([1, 1, 2, 3, 5, 7, 10, 13]), random.choice([1, 1, 2, 3, 10]))
        for name in known
        if random.random() < 0.4
    }
    return card, inputs, costs


def _option(random: Random, rules: list[str]) -> tuple[dict[str, Any], Measured]:
    kind = random.choice(["net_customer_adds", "people", "people", "people_growth", "growth", "difference", "revenue"])
    option: dict[str, Any] = {"kind": kind.replace("difference", "growth")}
    option["cost"] = random.choice([0.1, 0.5, 1, 1, 1, 2, 3.5])
    option["points"] = random.choice(["linear", "linear", "step", "all_or_nothing"])
    option["step"] = random.choice([0.5, 0.75, 1, 1, 2, 3])
    option["threshold"] = random.choice([1, 2, 3, 4, 5, 2.5])
    base = random.choice([0, 1, 2, 3, 4, 5])
    measured = Measured(Fraction(random.randint(-2, 5)))
    if kind == "revenue":
        measured = Measured(Fraction(random.randint(-20, 40), 10))
    if kind in {"growth", "people_growth"}:
        option["threshold"] = random.choice([0.25, 0.5, 0.35, 1])
        option["step"] = random.choice([0.05, 0.1, 0.25])
        measured = Measured(Fraction(random.randint(-2, 4)), Fraction(base), Fraction(base))
    if kind == "difference":
        option["form"] = "difference"
        measured = Measured(Fraction(random.randint(-3, 4)), None, Fraction(base))
    if kind.startswith("people"):
        option["exam_rule"] = random.choice(rules)
    if kind == "people_growth":
        option["baseline_on"] = date(2019, 12, 31)
    if kind == "people" and random.random() < 0.5:
        chosen = random.sample(rules, random.randint(1, len(rules)))
        option["gates"] = [{"exam_rule": rule, "people": random.randint(1, 4)} for rule in chosen]
    if measured.baseline is not None and random.random() < 0.3:
        option["minimum_baseline"] = random.choice([1, 2, 3])
    if measured.baseline is not None and random.random() < 0.3:
        option["points"] = "banded_growth"
        option["threshold"] = None
        option["bands"] = [{"baseline": 1, "growth": 1}, {"baseline": 3, "growth": 0.5}, {"baseline": 5}]
    return option, measured
