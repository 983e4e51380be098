"""The score of one partner: its measures at the end of a month and in the twelve months after it."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from oracle.credit import SALE, USAGE, credited_customers
from oracle.deployments import WINDOWS, new_deployments
from oracle.events import net_adds
from oracle.growth import Grown, now_and_then
from oracle.months import last_day, shift, trailing
from oracle.people_rules import people
from oracle.qualifying import Condition, Limit, qualified
from oracle.scorecards import Card, Markets, Policies, Table, exact, for_class, rates_of
from oracle.scoring import (
    Inputs,
    Line,
    Measured,
    lines,
    next_unit_points,
    rank,
    rounds_to,
    tier_of,
    total_of,
)
from oracle.usage import billed
from oracle.world import World, first_month, keyed

AHEAD_MONTHS = 12


def measured(
    world: World,
    partner_id: str,
    month: str,
    scorecard: Table,
    track: str,
    indicator: str,
    option: str,
    ahead: int = 0,
    *,
    markets: Markets | None = None,
    policies: Policies | None = None,
) -> Measured:
    """
    Return numerator, denominator and baseline of one option, `ahead` months later if nothing is added.

    The denominator is None for sums, counts and differences; the baseline where nothing grows.
    """
    card = Card(scorecard, track, markets or {}, policies or {})
    return _measured(_Question(world, partner_id, month, card), indicator, option, ahead)


def market_class(
    world: World,
    partner_id: str,
    month: str,
    scorecard: Table,
    track: str,
    located_by: str,
    *,
    markets: Markets | None = None,
    policies: Policies | None = None,
) -> str | None:
    """Return the class of thresholds located by `customer` or `partner`; None for a scorecard without classes."""
    card = Card(scorecard, track, markets or {}, policies or {})
    return _market_class(_Question(world, partner_id, month, card), located_by)


def gate_people(world: World, partner_id: str, month: str, scorecard: Table, exam_rule: str, ahead: int = 0) -> int:
    """Return how many people satisfy an exam rule at the end of the month, or still do so later."""
    day = last_day(shift(month, ahead))
    return len(people(world, scorecard, exam_rule, partner_id, day, last_day(month)))


def history_short(world: World, month: str, scorecard: Table, track: str, indicator: str, option: str) -> bool:
    """Say whether the measure needs a month before the first month of facts."""
    card = Card(scorecard, track)
    table = card.indicators[indicator]["options"][option]
    oldest = _oldest_month(card, table, month)
    first = first_month(world)
    return oldest is not None and (first is None or oldest < first)


def score(
    world: World,
    partner_id: str,
    month: str,
    scorecard: Table,
    track: str,
    *,
    markets: Markets | None = None,
    policies: Policies | None = None,
) -> dict[str, Any]:
    """
    Return the score of a partner under one track, all numbers exact.

    `indicators` are in the order of the page; `roll_off` has the points and tier, and every indicator's
    value and points, of the twelve months after the month; `lost_in` is the first of them with a worse tier.
    """
    card = Card(scorecard, track, markets or {}, policies or {})
    question = _Question(world, partner_id, month, card)
    inputs = question.inputs()
    found = lines(card, inputs)
    tier = tier_of(card, found, inputs)
    roll_off = [_rolled(question, ahead) for ahead in range(1, AHEAD_MONTHS + 1)]
    lost = [each["month"] for each in roll_off if rank(card, each["tier"]) > rank(card, tier)]
    return {
        "track": track,
        "points": total_of(found),
        "tier": tier,
        "rounds_to": rounds_to(card, found, inputs),
        "indicators": [_printed(question, name, each, inputs) for name, each in found.items()],
        "roll_off": roll_off,
        "lost_in": lost[0] if lost else None,
    }


def inputs_of(
    world: World,
    partner_id: str,
    month: str,
    scorecard: Table,
    track: str,
    ahead: int = 0,
    *,
    markets: Markets | None = None,
    policies: Policies | None = None,
) -> Inputs:
    """Return all that the score of a track needs to know, `ahead` months later if nothing is added."""
    card = Card(scorecard, track, markets or {}, policies or {})
    return _Question(world, partner_id, month, card).inputs(ahead)


class _Question:
    """One partner's score of one month: what every measure needs to know."""

    def __init__(self, world: World, partner: str, month: str, card: Card) -> None:
        if partner not in keyed(world, "partners", "partner_id"):
            raise KeyError(f"partner '{partner}' is not in the world")
        self.world, self.partner, self.month, self.card = world, partner, month, card

    def inputs(self, ahead: int = 0) -> Inputs:
        """Return the measures, the people of the gates and the classes."""
        options = [
            (name, option) for name, indicator in self.card.indicators.items() for option in indicator["options"]
        ]
        gates = [
            gate["exam_rule"]
            for name, option in options
            for gate in self.card.indicators[name]["options"][option].get("gates", ())
        ]
        scorecard = self.card.scorecard
        return Inputs(
            measures={(name, option): _measured(self, name, option, ahead) for name, option in options},
            gates={rule: gate_people(self.world, self.partner, self.month, scorecard, rule, ahead) for rule in gates},
            classes={each: _market_class(self, each) for each in ("customer", "partner")},
        )


def _printed(question: _Question, name: str, found: Line, inputs: Inputs) -> dict[str, Any]:
    card = question.card
    indicator = card.indicators[name]
    numerator, denominator, baseline = found.measured
    short = any(
        history_short(question.world, question.month, card.scorecard, card.track, name, option)
        for option in indicator["options"]
    )
    return {
        "id": name,
        "option": found.option,
        "value": found.value,
        "numerator": numerator,
        "denominator": denominator,
        "baseline": baseline,
        "threshold": found.threshold,
        "market_class": found.market_class,
        "points": found.points,
        "max": exact(indicator["max"]),
        "reason": found.reason,
        "next_unit_points": next_unit_points(card, name, inputs),
        "flags": ["history_short"] if short else [],
    }


def _rolled(question: _Question, ahead: int) -> dict[str, Any]:
    inputs = question.inputs(ahead)
    found = lines(question.card, inputs)
    return {
        "month": shift(question.month, ahead),
        "points": total_of(found),
        "tier": tier_of(question.card, found, inputs),
        "values": {name: each.value for name, each in found.items()},
        "points_of": {name: each.points for name, each in found.items()},
    }


def _market_class(question: _Question, located_by: str) -> str | None:
    world, card = question.world, question.card
    classes = card.scorecard.get("classes")
    if not classes:
        return None
    own_country = keyed(world, "partners", "partner_id")[question.partner]["country"]
    countries = {own_country}
    if located_by == "customer":
        customers = keyed(world, "customers", "customer_id")
        countries = {
            customers[customer]["country"]
            for group in (SALE, USAGE)
            for customer in credited_customers(world, card.policy(), card.scope(world), question.month, group).get(
                question.partner, ()
            )
        } or countries
    listed = set(card.markets[classes["market"]])
    return str(classes["market"] if countries & listed else classes["otherwise"])


# One function for each kind of measure


def _measured(question: _Question, indicator: str, option: str, ahead: int) -> Measured:
    if not 0 <= ahead <= AHEAD_MONTHS:
        raise ValueError(f"ahead is {ahead}; it is 0 to {AHEAD_MONTHS}")
    table = question.card.indicators[indicator]
    located = _market_class(question, table.get("located_by", "customer"))
    chosen = table["options"][option]
    return MEASURE_OF[chosen["kind"]](question, chosen, located, ahead)


def _window_left(question: _Question, ahead: int) -> list[str]:
    """Return the months of the window `ahead` months later that are not after the data month."""
    return [each for each in trailing(shift(question.month, ahead)) if each <= question.month]


def _revenue(question: _Question, option: Table, _: str | None, ahead: int) -> Measured:
    world, card = question.world, question.card
    total = Fraction(0)
    for month in _window_left(question, ahead):
        amounts = billed(world, card.policy(option), card.scope(world, option), month)
        total += sum(amounts.get(question.partner, {}).values(), Fraction(0))
    return total, None, None


def _net_customer_adds(question: _Question, option: Table, _: str | None, ahead: int) -> Measured:
    world, card = question.world, question.card
    months = _window_left(question, ahead)
    rule = card.parameter("loss_rule")
    total = net_adds(world, card.policy(option), card.scope(world, option), rule, question.partner, months)
    return Fraction(total), None, None


def _people(question: _Question, option: Table, _: str | None, ahead: int) -> Measured:
    scorecard = question.card.scorecard
    rule = option["exam_rule"]
    return Fraction(gate_people(question.world, question.partner, question.month, scorecard, rule, ahead)), None, None


def _people_growth(question: _Question, option: Table, _: str | None, ahead: int) -> Measured:
    world, scorecard, rule = question.world, question.card.scorecard, option["exam_rule"]
    day = option["baseline_on"]
    now = gate_people(world, question.partner, question.month, scorecard, rule, ahead)
    then = Fraction(len(people(world, scorecard, rule, question.partner, day, day)))
    return now - then, then, then


def _growth(question: _Question, option: Table, _: str | None, ahead: int) -> Measured:
    world, card = question.world, question.card
    of = option.get("of", "active_users")
    grown = Grown(of, card.policy(option), card.scope(world, option), rates_of(option))
    population = card.parameter("baseline_population")
    now, then = now_and_then(world, grown, population, question.partner, question.month, ahead)
    return now - then, then if option.get("form", "ratio") == "ratio" else None, then


def _new_deployments(question: _Question, option: Table, located: str | None, ahead: int) -> Measured:
    world, card = question.world, question.card
    needed = for_class(option["users"], located)
    assert needed is not None
    readings = (card.parameter("deployment_window"), card.parameter("deployment_unit"))
    scope = card.scope(world, option)
    count = new_deployments(
        world, card.policy(option), scope, readings, needed, question.partner, question.month, ahead
    )
    return Fraction(count), None, None


def _qualifying(question: _Question, option: Table, located: str | None, ahead: int) -> Measured:
    world, month = question.world, question.month
    conditions = _conditions(question, option, located)
    now = qualified(world, option["unit"], conditions, question.partner, month, ahead)
    then = qualified(world, option["unit"], conditions, question.partner, shift(month, ahead - 12))
    compare = option.get("compare", "difference")
    if compare == "difference":
        return Fraction(len(now) - len(then)), None, Fraction(len(then))
    units = {"at": now, "new": now - then, "both": now & then}[compare]
    return Fraction(len(units)), None, None


def _conditions(question: _Question, option: Table, located: str | None) -> tuple[Condition, ...]:
    world, card = question.world, question.card
    return tuple(
        Condition(
            policy=card.policy(condition, option),
            scope=card.scope(world, condition, option),
            per=condition.get("per", "unit"),
            limits=tuple(_limit(limit, located) for limit in condition["limits"]),
        )
        for condition in option["conditions"]
    )


def _limit(limit: Table, located: str | None) -> Limit:
    minimum = for_class(limit["minimum"], located)
    assert minimum is not None
    return Limit(
        measure=limit["measure"],
        minimum=minimum,
        maximum=for_class(limit.get("maximum"), None),
        months=limit.get("months", 1),
        within=limit.get("within", 1),
        rates=rates_of(limit),
    )


MEASURE_OF: dict[str, Callable[[_Question, Table, str | None, int], Measured]] = {
    "revenue": _revenue,
    "net_customer_adds": _net_customer_adds,
    "people": _people,
    "people_growth": _people_growth,
    "growth": _growth,
    "new_deployments": _new_deployments,
    "qualifying": _qualifying,
}


def _oldest_month(card: Card, option: Table, month: str) -> str | None:
    """Return the first month that a measure looks at; None for people, who need no history."""
    kind = option["kind"]
    if kind == "revenue":
        return shift(month, -11)
    if kind in ("net_customer_adds", "growth"):
        return shift(month, -12)
    if kind == "new_deployments":
        return shift(month, WINDOWS[card.parameter("deployment_window")][0])
    if kind == "qualifying":
        backs = [
            limit.get("months", 1) - 1 + limit.get("within", 1) - 1
            for condition in option["conditions"]
            for limit in condition["limits"]
        ]
        year = 0 if option.get("compare", "difference") == "at" else 12
        return shift(month, -max(backs) - year)
    return None
