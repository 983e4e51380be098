"""Random worlds, loaded, built and published, have the oracle's adoption for every partner, to the last licence."""

import os
from collections import Counter
from random import Random

from adoption_worlds import adoption_world

import oracle
import worlds
from oracle.adoption import Adoption as Plain
from oracle.selection import make_filter
from partnerlens.app import Workspace

TELLING = (0, 8, 9)
"""Worlds that have everything in them between them."""

WORLDS = sorted({*TELLING, *range(int(os.environ.get("PARTNERLENS_WORLDS", "0")))})
"""The worlds of a run; `make worlds` takes more."""

EVERY_RULE = {
    *(f"method {name}" for name in ("users_28_days", "monthly_counts", "active_seats")),
    *(f"own {name}" for name in ("users_28_days", "monthly_counts", "active_seats", None)),
    *(f"D-09{letter}" for letter in "abcde"),
    *(f"left out {name}" for name in ("trial", "free", "internal", "viral")),
    "low_adoption",
    "new_to_software",
}
"""What the worlds have to have in them: each method, cause, kind of licence, and both scenarios."""


def counts(found) -> dict | None:
    """Return counts as the oracle writes them."""
    return (
        None if found is None else {name: getattr(found, name) for name in ("sold", "assigned", "active", "measured")}
    )


def differences(actual, plain: Plain, met: Counter[str]) -> list:
    """Return where an adoption differs from the oracle's."""
    has_own = plain.partner is not None
    ours = {(line.customer_id, line.product_id): line for line in actual.lines}
    theirs = plain.lines()
    found: list = [("places", set(ours) ^ set(theirs))] if set(ours) != set(theirs) else []
    for place in set(ours) & set(theirs):
        line, expected = ours[place], theirs[place]
        told = {"method": line.method, "all": counts(line.all)}
        wanted = {"method": expected["method"], "all": expected["all"]}
        if has_own:
            told |= {"own": counts(line.own), "own_method": line.own_method}
            wanted |= {"own": expected["own"], "own_method": expected["own_method"]}
        excess = plain.excess(place)
        told["excess"] = (list(line.causes), line.corrected.active, line.corrected.measured) if line.excess else None
        wanted["excess"] = excess
        met.update([f"method {line.method}", f"own {line.own_method}", *line.causes])
        if told != wanted:
            found.append((place, told, wanted))
    pairs = {
        (pair.line.customer_id, pair.line.product_id, pair.workload): (counts(pair.line.all), counts(pair.line.own))
        for pair in actual.pairs
    }
    expected_pairs = {key: pair if has_own else (pair[0], None) for key, pair in plain.pairs().items()}
    found += [
        (key, pairs.get(key), expected_pairs.get(key))
        for key in {*pairs, *expected_pairs}
        if pairs.get(key) != expected_pairs.get(key)
    ]
    left_out = {(e.customer_id, e.product_id, e.licence): (e.subscriptions, e.seats) for e in actual.left_out}
    met.update(f"left out {key[2]}" for key in left_out)
    if left_out != plain.left_out():
        found.append(("left out", left_out, plain.left_out()))
    for point in actual.trend:
        sums = plain.sums(str(point.month))
        told_sums = (counts(point.all), counts(point.own)) if point.is_seen else None
        wanted_sums = sums if has_own or sums is None else (sums[0], None)
        if told_sums != wanted_sums:
            found.append((str(point.month), told_sums, wanted_sums))
    advice = {customer: set(codes) for customer, codes in actual.advice.items()}
    met.update(code for codes in advice.values() for code in codes)
    if advice != plain.advice():
        found.append(("advice", advice, plain.advice()))
    return found


def test_adoption_of_random_worlds_is_the_oracles(tmp_path) -> None:
    """Lines, workloads, causes, corrected counts, what is left out, trend and advice agree; worlds have them all."""
    met: Counter[str] = Counter()
    for seed in WORLDS:
        rng = Random(f"{seed} asked")
        world = adoption_world(seed)
        month = sorted({row["month"] for row in world.facts["seats"]})[-2 if seed % 3 == 0 else -1]
        with published(world, tmp_path / str(seed), month) as workspace:
            partners = [row["partner_id"] for row in world.facts["partners"]]
            for partner in [None, *rng.sample(partners, 4)]:
                for chosen, include_trials in zip(asked(world, rng), (False, rng.random() < 0.5), strict=True):
                    actual = workspace.adoption(partner, month=month, **chosen, include_trials=include_trials)
                    plain = Plain(world, partner, month, make_filter(**chosen), include_trials=include_trials)

                    assert differences(actual, plain, met) == [], (seed, partner, chosen, include_trials)

    assert EVERY_RULE - set(met) == set()


def published(world: oracle.World, home, month: str) -> Workspace:
    """Return a workspace that holds a world, with a month published."""
    world.write_csv(home)
    workspace = Workspace.open(home)
    workspace.load(sorted(home.glob("*.csv")))
    assert not workspace.quarantine(), workspace.quarantine()[:3]
    workspace.build(month)
    workspace.publish(month)
    return workspace


def asked(world: oracle.World, rng: Random) -> list[dict[str, tuple[str, ...]]]:
    """Return the empty filter and a random one whose values exist."""
    while True:
        chosen = worlds.random_filter(world, rng, unknown=False)
        if worlds.COUNTRY_WITHOUT_FACTS not in chosen["countries"] and any(chosen.values()):
            return [{}, chosen]
