"""Random worlds with what adoption turns on: workloads counted together, mixed feeds, seats nobody bought, full use."""

from datetime import timedelta
from random import Random

import oracle
import worlds
from oracle.months import first_day, last_day, shift
from oracle.world import COLUMNS

RENAMED = {"Remote Assist": "OneDrive", "Business Intelligence": "Yammer", "Project Operations": "SharePoint"}


def adoption_world(seed: int) -> oracle.World:
    """Return the random world of a seed, changed so that every rule of adoption has something to decide."""
    rng = Random(f"{seed} adoption")
    world = worlds.random_world(seed, customers=10, partners=8, months=13, monthly_counts=seed % 3 == 2)
    facts = {table: [dict(row) for row in rows] for table, rows in world.facts.items()}
    for row in facts["products"]:
        row["workloads"] = ";".join(dict.fromkeys(RENAMED.get(name, name) for name in row["workloads"].split(";")))
        if rng.random() < 0.4:
            row["workloads"] = ";".join(
                dict.fromkeys([*row["workloads"].split(";"), rng.choice(["OneDrive", "Yammer"])])
            )
    if rng.random() < 0.5:
        facts["products"][0]["name"] = "Power BI (free)"
    for table in ("activity", "activity_monthly"):
        for row in facts[table]:
            row["workload"] = RENAMED.get(row["workload"], row["workload"])
    _crowd(facts, rng)
    _use(facts, rng)
    _count_some(facts, rng)
    _swell(facts, rng)
    return oracle.World(facts, {name: value for name, value in world.settings.items() if name != "mau_method"})


def _crowd(facts, rng) -> None:
    """Shrink some subscriptions, so that more people use them than are entitled to."""
    small = {row["subscription_id"] for row in facts["subscriptions"] if rng.random() < 0.3}
    for row in facts["seats"]:
        if row["subscription_id"] in small:
            row["sold_seats"] = min(row["sold_seats"], rng.choice([0, 1, 1, 2]))
            row["assigned_seats"] = min(row["assigned_seats"], 2)
        if rng.random() < 0.3:
            row["active_seats"] = rng.choice([None, 0, row["sold_seats"], row["sold_seats"] + 2])


def _use(facts, rng) -> None:
    """Let more people use some products than are entitled to, and put another subscription beside some of these."""
    workloads = {row["product_id"]: row["workloads"].split(";") for row in facts["products"]}
    last = max(row["month"] for row in facts["seats"])
    for subscription in rng.sample(facts["subscriptions"], len(facts["subscriptions"]) // 2):
        product = subscription["product_id"]
        few = rng.choice([1, 2, 9])
        for row in facts["seats"]:
            if row["subscription_id"] == subscription["subscription_id"]:
                row["sold_seats"] = min(row["sold_seats"], few)
        named = {name: subscription[name] for name in ("customer_id", "product_id")}
        for number in range(rng.choice([2, 4, 6])):
            came, went = rng.choice([(-5, 0), (-5, -1), (0, 0), (-2, 0)])
            for month in (shift(last, by) for by in range(came, went + 1)):
                for _ in range(rng.choice([1, 1, 2])):
                    day = first_day(month) + timedelta(days=rng.randrange(last_day(month).day))
                    use = {
                        "user_id": f"extra-{number}",
                        "workload": rng.choice(workloads[product]),
                        "intentional": True,
                    }
                    facts["activity"].append({"date": day, **named, **use})
        if rng.random() < 0.6:
            _put_beside(facts, subscription, rng, last)


def _put_beside(facts, subscription, rng, last: str) -> None:
    """Add a second subscription of a customer's product: a trial, a free one, or one that is suspended or has ended."""
    name = f"{subscription['subscription_id']}-beside"
    licence = rng.choice(["paid", "paid", "trial", "free", "internal"])
    row = {"subscription_id": name, "licence_type": licence, "start_date": first_day(shift(last, -8))}
    facts["subscriptions"].append(subscription | row | {"end_date": None, "agreement_start_date": None})
    state = rng.choice(["active", "in_grace", "suspended", "deprovisioned"])
    for month in (shift(last, by) for by in range(-4, rng.choice([0, 1]))):
        seats = {"month": month, "subscription_id": name, "sold_seats": rng.choice([0, 1, 2]), "assigned_seats": 1}
        state_then = "active" if month < last else state
        facts["seats"].append(dict.fromkeys(COLUMNS["seats"]) | seats | {"state": state_then})


def _count_some(facts, rng) -> None:
    """Take the users of some customers away; some of these have monthly counts instead."""
    silent = {row["customer_id"] for row in facts["customers"] if rng.random() < 0.4}
    counted = {customer for customer in sorted(silent) if rng.random() < 0.8}
    seen: dict[tuple, set[str]] = {}
    for row in facts["activity"]:
        if row["customer_id"] in counted and row["intentional"]:
            month = f"{row['date']:%Y-%m}"
            key = (month, row["customer_id"], row["product_id"], row["workload"])
            seen.setdefault(key, set()).add(row["user_id"])
    facts["activity"] = [row for row in facts["activity"] if row["customer_id"] not in silent]
    held = {(row["month"], row["customer_id"], row["product_id"], row["workload"]) for row in facts["activity_monthly"]}
    merged: dict[tuple, int] = {}
    for row in facts["activity_monthly"]:
        key = (row["month"], row["customer_id"], row["product_id"], row["workload"])
        merged[key] = row["active_users"]
    for key, users in seen.items():
        if key not in held:
            merged[key] = len(users) + rng.choice([0, 0, 1, 3])
    facts["activity_monthly"] = [
        dict(zip(("month", "customer_id", "product_id", "workload", "active_users"), (*key, count), strict=True))
        for key, count in merged.items()
    ]


def _swell(facts, rng) -> None:
    """Let a few subscriptions have the seats of a free offer; some of them are billed all the same."""
    for subscription in rng.sample(facts["subscriptions"], 3):
        name = subscription["subscription_id"]
        for row in facts["seats"]:
            if row["subscription_id"] == name:
                row["sold_seats"] = rng.choice([9_999, 10_000, 25_000])
        if rng.random() < 0.5:
            facts["billing_lines"] = [row for row in facts["billing_lines"] if row["subscription_id"] != name]
