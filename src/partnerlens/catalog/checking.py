"""
What a scorecard has to keep beyond the form of its file: its sums, its names, its exam rules, its dates.

The checks read the tables as they were written, so that all faults of a file are told at once. They pass over what
the form of the file forbids, which is told elsewhere.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from partnerlens.errors import did_you_mean, quoted
from partnerlens.toml import Fault, Place, dotted

FULL = Decimal(100)
"""What the maxima of a track's indicators add up to (decisions.md 4)."""

EXAM_CODE = re.compile(r"[A-Z0-9]{2,4}-\d{2,4}")
"""How an exam's code looks: MB-200, MB2-716, 70-535, AZ-104. Anything else names a rule."""

POINT_RULES = ("linear", "step", "all_or_nothing", "banded_growth")

Tables = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """
    The names outside a scorecard that it may refer to.

    Attributes:
        policies: the credit policies.
        markets: the market lists.
    """

    policies: Sequence[str]
    markets: Sequence[str]


def scorecard_faults(data: Tables, known: Known) -> list[Fault]:
    """Return what is wrong with a scorecard's content; ``data`` holds its tables, whatever their form."""
    checks: tuple[Callable[[], Iterable[Fault]], ...] = (
        lambda: _maxima(data),
        lambda: _measures(data),
        lambda: _references(data, known),
        lambda: _classes(data, known),
        lambda: _tiers(data),
        lambda: _exam_rules(data),
        lambda: _exams(data),
        lambda: _product_lists(data),
        lambda: _choice(data),
    )
    return [fault for check in checks for fault in check()]


def _maxima(data: Tables) -> Iterator[Fault]:
    for place, track in _tracks(data):
        maxima = [_number(indicator.get("max")) for _, indicator in _entries(track, place, "indicators")]
        numbers = [number for number in maxima if number is not None]
        if maxima and len(numbers) == len(maxima) and sum(numbers) != FULL:
            yield Fault(place, f"the maxima of '{dotted(place)}' add up to {sum(numbers)}; they have to make {FULL}")


def _measures(data: Tables) -> Iterator[Fault]:
    for place, option in _options(data):
        yield from _points(place, option)
    for place, option in _all_measures(data):
        yield from _rates(place, option, is_needed=option.get("kind") == "growth" and option.get("of") == "consumption")
        for inner, limit in _limits(place, option):
            yield from _rates(inner, limit, is_needed=limit.get("measure") == "consumption")
            low, high = _number(limit.get("minimum")), _number(limit.get("maximum"))
            if low is not None and high is not None and high < low:
                name = dotted((*inner, "maximum"))
                yield Fault((*inner, "maximum"), f"'{name}' is {high}, below the minimum of {low}")


def _points(place: Place, option: Tables) -> Iterator[Fault]:
    rule = option.get("points", "linear")
    if rule not in POINT_RULES:
        return
    is_banded = rule == "banded_growth"
    wanted, refused = ("bands", "threshold") if is_banded else ("threshold", "bands")
    if wanted not in option:
        yield Fault(place, f"'{dotted((*place, wanted))}' is missing; points = '{rule}' needs it")
    if refused in option:
        yield _unused((*place, refused), f"points = '{rule}' does not use it")
    if "step" in option and rule != "step":
        yield _unused((*place, "step"), f"points = '{rule}' does not use it; write points = 'step'")
    if not _has_baseline(option):
        for key in ("minimum_baseline", "bands"):
            if key in option and (is_banded or key != refused):
                yield _unused((*place, key), f"a measure of kind '{option.get('kind')}' has no baseline")
    for inner, bands in _band_lists(place, option):
        baselines = [_number(band.get("baseline")) for band in bands if isinstance(band, dict)]
        if any(a is not None and b is not None and a >= b for a, b in pairwise(baselines)):
            yield Fault(inner, f"the baselines of '{dotted(inner)}' do not rise: {', '.join(map(str, baselines))}")


def _has_baseline(option: Tables) -> bool:
    kind = option.get("kind")
    differs = kind == "qualifying" and option.get("compare", "difference") == "difference"
    return differs or kind not in {"revenue", "net_customer_adds", "people", "new_deployments", "qualifying"}


def _rates(place: Place, table: Tables, *, is_needed: bool) -> Iterator[Fault]:
    if is_needed and not table.get("rates"):
        yield Fault(place, f"'{dotted((*place, 'rates'))}' is missing; consumption is users times their rate")
    if not is_needed and "rates" in table:
        yield _unused((*place, "rates"), "only consumption has rates")


def _references(data: Tables, known: Known) -> Iterator[Fault]:
    lists, rules = _table(data.get("product_lists")), _table(data.get("exam_rules"))
    yield from _refers((), data, "credit_policy", known.policies, "credit policy")
    for place, track in _tracks(data):
        yield from _refers(place, track, "products", lists, "product list")
    for place, option in _all_measures(data):
        for inner, table in ((place, option), *_conditions(place, option)):
            yield from _refers(inner, table, "products", lists, "product list")
            yield from _refers(inner, table, "policy", known.policies, "credit policy")
        yield from _refers(place, option, "exam_rule", rules, "exam rule")
        for inner, gate in _members(option, place, "gates"):
            yield from _refers(inner, gate, "exam_rule", rules, "exam rule")


def _refers(place: Place, table: Tables, key: str, names: Iterable[str], what: str) -> Iterator[Fault]:
    name = table.get(key)
    if isinstance(name, str) and name not in names:
        yield _unknown((*place, key), name, names, f"which is no {what}")


def _classes(data: Tables, known: Known) -> Iterator[Fault]:
    classes = data.get("classes")
    declared = _table(classes)
    names = [name for key in ("market", "otherwise") if isinstance(name := declared.get(key), str)]
    yield from _refers(("classes",), declared, "market", known.markets, "market list of markets.toml")
    if len(names) == 2 and names[0] == names[1]:
        yield Fault(("classes", "otherwise"), f"'classes.otherwise' is '{names[1]}', the name of the other class")
    if classes is not None and len(names) < 2:
        return
    for place, value in _by_class(data):
        if not names:
            yield Fault(place, f"'{dotted(place)}' differs by class, but the scorecard has no 'classes'")
            continue
        for name in value:
            if name not in names:
                yield _unknown((*place, name), name, names, "which is no class of the scorecard", is_key=True)
        for name in names:
            if name not in value:
                yield Fault(place, f"'{dotted((*place, name))}' is missing; a value by class has one for each class")


def _by_class(data: Tables) -> Iterator[tuple[Place, Tables]]:
    """All tables of values by class."""
    found: list[tuple[Place, Any]] = []
    for place, option in _all_measures(data):
        found += [((*place, key), option.get(key)) for key in ("threshold", "minimum_baseline", "users", "bands")]
        found += [((*inner, "minimum"), limit.get("minimum")) for inner, limit in _limits(place, option)]
    for _, tiers in _tier_lists(data):
        for place, tier in tiers:
            found += [((*place, "conditions", name), value) for name, value in _table(tier.get("conditions")).items()]
    return ((place, value) for place, value in found if isinstance(value, dict))


def _tiers(data: Tables) -> Iterator[Fault]:
    for owners, tiers in _tier_lists(data):
        names: list[Any] = []
        for place, tier in tiers:
            yield from _tier(place, tier, owners)
            if tier.get("name") in names:
                yield Fault((*place, "name"), f"'{dotted((*place, 'name'))}' is '{tier.get('name')}' a second time")
            names.append(tier.get("name"))
        for (_, better), (place, tier) in pairwise(tiers):
            if _is_as_high(_demands(tier), _demands(better)):
                text = f"tier '{tier.get('name')}' asks for as much as '{better.get('name')}' before it, or for more"
                yield Fault(place, f"{text}; tiers stand best first")
    for place, track in _tracks(data):
        if not track.get("tiers") and not data.get("tiers"):
            yield Fault(place, f"'{dotted(place)}' has no tiers, and the scorecard has none either")


def _tier(place: Place, tier: Tables, owners: Sequence[tuple[Place, Tables]]) -> Iterator[Fault]:
    if not any(tier.get(key) for key in ("points", "conditions", "every_indicator")):
        yield Fault(place, f"'{dotted(place)}' asks for nothing; give it 'points' or 'conditions'")
    points = _number(tier.get("points"))
    if points is not None and points > FULL:
        yield Fault((*place, "points"), f"'{dotted((*place, 'points'))}' is {points}, more than there are ({FULL})")
    for name in _table(tier.get("conditions")):
        for owner, track in owners:
            indicators = _table(track.get("indicators"))
            if name not in indicators:
                inner = (*place, "conditions", name)
                text = f"which is no indicator of '{dotted(owner)}'"
                yield _unknown(inner, name, indicators, text, is_key=True)


def _demands(tier: Tables) -> dict[tuple[str, str], Decimal]:
    """What a tier asks for, as numbers that can be compared with another's."""
    demands = {("points", ""): points} if (points := _number(tier.get("points"))) is not None else {}
    for name, value in _table(tier.get("conditions")).items():
        by_class = value if isinstance(value, dict) else {"": value}
        demands |= {(name, each): number for each, entry in by_class.items() if (number := _number(entry)) is not None}
    return demands | ({("every_indicator", ""): Decimal(1)} if tier.get("every_indicator") is True else {})


def _is_as_high(tier: Mapping[tuple[str, str], Decimal], better: Mapping[tuple[str, str], Decimal]) -> bool:
    """Whether a tier asks for more than the one before it somewhere, or for no less everywhere."""
    if any(tier[key] > better[key] for key in tier.keys() & better.keys()):
        return True
    return bool(better) and all(key in tier and tier[key] >= number for key, number in better.items())


def _exam_rules(data: Tables) -> Iterator[Fault]:
    rules = _table(data.get("exam_rules"))
    for name, rule in rules.items():
        place: Place = ("exam_rules", name)
        given = [key for key in ("all_of", "any_of") if key in _table(rule)]
        if isinstance(rule, dict) and len(given) != 1:
            what = "both 'all_of' and 'any_of'" if given else "neither 'all_of' nor 'any_of'"
            yield Fault(place, f"'{dotted(place)}' has {what}; it needs one of them")
        for key in given:
            for index, entry in enumerate(rule[key] if isinstance(rule[key], list) else []):
                if isinstance(entry, str) and entry not in rules and not EXAM_CODE.fullmatch(entry):
                    what = "which is neither an exam rule nor an exam's code like MB-200"
                    yield _unknown((*place, key, index), entry, rules, what)
    yield from _cycles(rules)


def _cycles(rules: Tables) -> Iterator[Fault]:
    """Each ring of rules once, told at its first rule."""
    told: set[frozenset[str]] = set()
    for name in rules:
        path: list[str] = []
        ring = _ring(rules, name, path, set())
        if ring and frozenset(ring) not in told:
            told.add(frozenset(ring))
            text = " -> ".join([*ring, ring[0]])
            yield Fault(("exam_rules", ring[0]), f"exam rule '{ring[0]}' leads back to itself: {text}")


def _ring(rules: Tables, name: str, path: list[str], done: set[str]) -> list[str]:
    """The first ring that a rule leads to; empty when there is none."""
    if name in path:
        return path[path.index(name) :]
    if name in done:
        return []
    path.append(name)
    for entry in _parts(rules[name]):
        if entry in rules and (ring := _ring(rules, entry, path, done)):
            return ring
    path.pop()
    done.add(name)
    return []


def _parts(rule: Any) -> list[str]:
    """The entries of an exam rule."""
    lists = [entries for key in ("all_of", "any_of") if isinstance(entries := _table(rule).get(key), list)]
    return [entry for entries in lists for entry in entries if isinstance(entry, str)]


def _exams(data: Tables) -> Iterator[Fault]:
    codes: list[str] = []
    for place, exam in _members(data, (), "exams"):
        retired, until, code = exam.get("retired_on"), exam.get("counts_until"), exam.get("code")
        if isinstance(retired, date) and isinstance(until, date) and until < retired:
            text = f"'{dotted((*place, 'counts_until'))}' is {until}, before the exam was retired ({retired})"
            yield Fault((*place, "counts_until"), text)
        if isinstance(code, str):
            if code in codes:
                yield Fault((*place, "code"), f"exam '{code}' is listed twice")
            codes.append(code)


def _product_lists(data: Tables) -> Iterator[Fault]:
    for place, listed in _entries(data, (), "product_lists"):
        if not any(listed.get(key) for key in ("families", "names", "ids")):
            yield Fault(place, f"'{dotted(place)}' lists no products; give it 'families', 'names' or 'ids'")


def _choice(data: Tables) -> Iterator[Fault]:
    choice = _table(data.get("choice"))
    by = choice.get("by", "each")
    for key in ("measure", "minimum", "large", "small"):
        if by == "size" and key not in choice:
            yield Fault(("choice",), f"'choice.{key}' is missing; a choice by size needs it")
        if by != "size" and key in choice:
            yield _unused(("choice", key), f"a choice by '{by}' does not use it")
    for key in ("large", "small"):
        yield from _refers(("choice",), choice, key, _table(data.get("tracks")), "track")


def _unused(place: Place, why: str) -> Fault:
    return Fault(place, f"'{dotted(place)}' says nothing: {why}")


def _unknown(place: Place, name: str, names: Iterable[str], why: str, *, is_key: bool = False) -> Fault:
    known = list(names)
    hint = did_you_mean(name, known) or (f"known are {quoted(known)}" if known else "there are none")
    named = f"'{dotted(place)}' names '{name}'" if is_key else f"'{dotted(place)}' is '{name}'"
    return Fault(place, f"{named}, {why}; {hint}")


def _tracks(data: Tables) -> Iterator[tuple[Place, Tables]]:
    return _entries(data, (), "tracks")


def _options(data: Tables) -> Iterator[tuple[Place, Tables]]:
    """The measures that earn points."""
    for place, track in _tracks(data):
        for inner, indicator in _entries(track, place, "indicators"):
            yield from _entries(indicator, inner, "options")


def _all_measures(data: Tables) -> Iterator[tuple[Place, Tables]]:
    """The measures that earn points, and the one that chooses a track."""
    yield from _options(data)
    yield from (entry for entry in _entries(data, (), "choice") if entry[0] == ("choice", "measure"))


def _conditions(place: Place, option: Tables) -> Iterator[tuple[Place, Tables]]:
    return _members(option, place, "conditions")


def _limits(place: Place, option: Tables) -> Iterator[tuple[Place, Tables]]:
    for inner, condition in _conditions(place, option):
        yield from _members(condition, inner, "limits")


def _band_lists(place: Place, option: Tables) -> Iterator[tuple[Place, list[Any]]]:
    bands = option.get("bands")
    if isinstance(bands, list):
        yield (*place, "bands"), bands
    for name, listed in _table(bands).items():
        if isinstance(listed, list):
            yield (*place, "bands", name), listed


def _tier_lists(data: Tables) -> Iterator[tuple[list[tuple[Place, Tables]], list[tuple[Place, Tables]]]]:
    """Each list of tiers with the tracks that it is for."""
    tracks = list(_tracks(data))
    for owner in [owner for owner in tracks if owner[1].get("tiers")]:
        yield [owner], list(_members(owner[1], owner[0], "tiers"))
    yield [owner for owner in tracks if not owner[1].get("tiers")], list(_members(data, (), "tiers"))


def _entries(table: Tables, place: Place, key: str) -> Iterator[tuple[Place, Tables]]:
    """The tables under the names of a table."""
    for name, entry in _table(table.get(key)).items():
        if isinstance(entry, dict):
            yield (*place, key, name), entry


def _members(table: Tables, place: Place, key: str) -> Iterator[tuple[Place, Tables]]:
    """The tables of a list."""
    members = table.get(key)
    for index, entry in enumerate(members if isinstance(members, list) else []):
        if isinstance(entry, dict):
            yield (*place, key, index), entry


def _table(value: Any) -> Tables:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
