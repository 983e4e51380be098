"""Random worlds: the same for a seed, valid under facts.md, and full of edge cases."""

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from oracle import METRICS, World, all_values, answer, value_of
from oracle.credit import paid_seats, subscription_credit
from oracle.exams import RETIRED
from oracle.months import first_day, last_day, month_of, shift
from oracle.world import COLUMNS, Row, first_month
from worlds import LISTED_WORKLOADS, random_filter, random_month, random_world

SEEDS = range(40)

KEYS = {
    "partners": ["partner_id"],
    "customers": ["customer_id"],
    "products": ["product_id"],
    "subscriptions": ["subscription_id"],
    "seats": ["month", "subscription_id"],
    "associations": ["partner_id", "subscription_id", "type", "claim", "start_date"],
    "billing_lines": ["invoice_id", "line_id"],
    "activity_monthly": ["month", "customer_id", "product_id", "workload"],
    "instances": ["instance_id"],
    "exam_passes": ["person_id", "partner_id", "exam", "passed_on"],
    "survey_responses": ["response_id"],
    "exchange_rates": ["month", "currency"],
}

NULLABLE = {
    "parent_partner_id",
    "accounts",
    "size",
    "segment",
    "top_parent_id",
    "end_date",
    "agreement_start_date",
    "billing_term",
    "active_seats",
    "claim",
    "charge_type",
    "retired_on",
    "expires_on",
}

REFERENCES = {
    "partner_id": "partners",
    "customer_id": "customers",
    "product_id": "products",
    "subscription_id": "subscriptions",
}


@pytest.fixture(scope="module")
def many() -> list[World]:
    """Worlds of forty seeds; every eighth has monthly counts."""
    return [random_world(seed, monthly_counts=seed % 8 == 7) for seed in SEEDS]


def last_month(world: World) -> str:
    """Return the last month with seats."""
    months: set[str] = {row["month"] for row in world.facts["seats"]}
    return max(months)


def test_seed_decides_everything() -> None:
    """The same seed gives the same world and filters; another seed gives others."""
    first, again, other = random_world(5), random_world(5), random_world(6)

    assert first == again
    assert first != other
    assert random_filter(first, Random(1)) == random_filter(again, Random(1))


def test_sizes_and_settings_can_be_given() -> None:
    """What is given is kept; the rest is drawn."""
    world = random_world(1, partners=7, customers=3, products=3, months=6, end="2020-03", k=2, banding="quartile")
    months = sorted({row["month"] for row in world.facts["seats"]})

    assert 7 == len(world.facts["partners"])
    assert 3 == len(world.facts["customers"])
    assert 3 == len(world.facts["products"])
    assert "2019-10" <= months[0] <= months[-1] <= "2020-03"
    assert (2, "quartile") == (world.settings["k"], world.settings["banding"])


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_are_valid_facts(seed: int) -> None:
    """All columns, required ones not null, unique keys, references, rates, order of dates."""
    world = random_world(seed, monthly_counts=seed % 8 == 7)

    assert [] == list(faults(world))


def faults(world: World) -> Iterator[str]:
    """Give what is wrong with the rows of a world."""
    ids = {table: {row[COLUMNS[table][0]] for row in world.facts[table]} for table in KEYS}
    for table, rows in world.facts.items():
        for row in rows:
            if tuple(row) != COLUMNS[table]:
                yield f"{table}: columns {list(row)}"
            nulls = {column for column in row if row[column] is None}
            if nulls - NULLABLE:
                yield f"{table}: null in {nulls}"
            for column, target in REFERENCES.items():
                if column in row and row[column] not in ids[target]:
                    yield f"{table}: {column} {row[column]}"
        if table in KEYS:
            keys = Counter(tuple(row[column] for column in KEYS[table]) for row in rows)
            yield from (f"{table}: key {key} twice" for key, count in keys.items() if count > 1)
    yield from faults_of_values(world)


def faults_of_values(world: World) -> Iterator[str]:
    """Give missing rates, decimals too long and dates out of order."""
    rates = {(row["month"], row["currency"]): row["rate"] for row in world.facts["exchange_rates"]}
    for line in world.facts["billing_lines"]:
        rate = rates.get((line["billing_month"], line["currency"]))
        if line["currency"] != world.settings["reporting_currency"] and not rate:
            yield f"billing_lines: no rate for {line}"
        if (10**6 * Fraction(line["amount"])).denominator != 1:
            yield f"billing_lines: amount {line['amount']}"
    for table, start, end in (
        ("subscriptions", "start_date", "end_date"),
        ("associations", "start_date", "end_date"),
        ("instances", "deployed_on", "retired_on"),
        ("exam_passes", "passed_on", "expires_on"),
    ):
        for row in world.facts[table]:
            if row[end] is not None and row[end] < row[start]:
                yield f"{table}: ends before it starts {row}"
    yield from faults_of_names(world)


def faults_of_names(world: World) -> Iterator[str]:
    """Give locations of locations, claims beside CPOR, workloads that a product has not."""
    parents = {row["partner_id"]: row["parent_partner_id"] for row in world.facts["partners"]}
    yield from (f"partners: {name}" for name, parent in parents.items() if parents.get(parent))
    for row in world.facts["associations"]:
        if row["claim"] is not None and row["type"] != "CPOR":
            yield f"associations: claim of {row}"
    workloads = {row["product_id"]: row["workloads"].split(";") for row in world.facts["products"]}
    for row in world.facts["activity"] + world.facts["activity_monthly"]:
        if row["workload"] not in workloads[row["product_id"]]:
            yield f"activity: workload of {row}"


def test_worlds_end_in_the_years_of_dated_rules(many: list[World]) -> None:
    """About half end between 2019-06 and 2022-06."""
    dated = [world for world in many if "2019-06" <= last_month(world) <= "2022-06"]

    assert 14 <= len(dated) <= 32


def test_monthly_counts_replace_users(many: list[World]) -> None:
    """A world has one of the two feeds, and monthly counts go with the mean."""
    for seed, world in zip(SEEDS, many, strict=True):
        monthly = seed % 8 == 7

        assert monthly == bool(world.facts["activity_monthly"])
        assert monthly != bool(world.facts["activity"])
        if monthly:
            assert "mean_monthly_distinct" == world.settings["mau_method"]


def edges(world: World) -> Iterator[str]:
    """Give the names of the edge cases that a world contains."""
    for table, column in (
        ("associations", "start_date"),
        ("associations", "end_date"),
        ("subscriptions", "end_date"),
        ("activity", "date"),
        ("instances", "deployed_on"),
        ("instances", "retired_on"),
        ("survey_responses", "responded_on"),
        ("exam_passes", "expires_on"),
    ):
        for row in world.facts[table]:
            yield f"{table}.{column} on {place_of(row[column])}"
    yield from edges_of_associations(world)
    yield from edges_of_subscriptions(world)
    yield from edges_of_use(world)
    yield from edges_of_people(world)


def place_of(day: date | None) -> str:
    """Return where in its month a day lies."""
    if day is None:
        return "no day"
    if (day.month, day.day) == (2, 29):
        return "29 February"
    month = month_of(day)
    return {first_day(month): "first", last_day(month): "last"}.get(day, "mid")


def edges_of_associations(world: World) -> Iterator[str]:
    """Give kinds of association, holders in common and families."""
    subscriptions = {row["subscription_id"]: row for row in world.facts["subscriptions"]}
    parents = {row["partner_id"]: row["parent_partner_id"] for row in world.facts["partners"]}
    holders: dict[str, set[str]] = {}
    for row in world.facts["associations"]:
        subscription = subscriptions[row["subscription_id"]]
        holders.setdefault(row["subscription_id"], set()).add(row["partner_id"])
        yield f"{row['type']} {row['claim']}"
        if row["end_date"] and row["end_date"] == subscription["end_date"]:
            yield f"association ends with subscription on {place_of(row['end_date'])}"
        if row["end_date"] and row["end_date"] + timedelta(days=1) == subscription["end_date"]:
            yield "association ends the day before the subscription"
    for partners in holders.values():
        if len(partners) > 1:
            yield "several partners on a subscription"
        if any(parents[name] in partners for name in partners):
            yield "location and account on a subscription"


def edges_of_subscriptions(world: World) -> Iterator[str]:
    """Give channels, licences, states, gaps, unsold seats, losses, returns and EA years."""
    seats: dict[str, list[Row]] = {}
    for row in world.facts["seats"]:
        seats.setdefault(row["subscription_id"], []).append(row)
        yield row["state"]
        yield "no seats sold" if row["sold_seats"] == 0 else "seats sold"
    for row in world.facts["subscriptions"]:
        yield row["channel"]
        yield row["licence_type"]
        months = sorted(each["month"] for each in seats.get(row["subscription_id"], []))
        if any(shift(a, 1) != b for a, b in pairwise(months)):
            yield "gap in seats"
        if row["end_date"] and month_of(row["end_date"]) in months:
            yield f"seats in the month of an end on {place_of(row['end_date'])}"
    subscriptions = {row["subscription_id"]: row for row in world.facts["subscriptions"]}
    for line in world.facts["billing_lines"]:
        subscription = subscriptions[line["subscription_id"]]
        yield "credit" if line["amount"] < 0 else "billed"
        yield line["currency"]
        if subscription["channel"] == "EA":
            start = subscription["agreement_start_date"] or subscription["start_date"]
            by = "agreement" if subscription["agreement_start_date"] else "subscription"
            first, month = month_of(start), line["billing_month"]
            when = "before" if month < first else "in" if month <= shift(first, 11) else "after"
            yield f"EA line {when} the first year by {by}"
    yield from events(world)


def events(world: World) -> Iterator[str]:
    """Give adds, losses, moves between subscriptions, and months without facts."""
    customer = {row["subscription_id"]: row["customer_id"] for row in world.facts["subscriptions"]}
    month, lost = first_month(world), set()
    assert month is not None
    before = {name for name, seats in paid_seats(world, month).items() if seats}
    while month <= last_month(world):
        month = shift(month, 1)
        now = {name for name, seats in paid_seats(world, month).items() if seats}
        old, new = {customer[name] for name in before}, {customer[name] for name in now}
        lost |= old - new
        yield from ("add" for _ in new - old)
        yield from ("loss" for _ in old - new)
        yield from ("return" for _ in (new - old) & lost)
        left, joined = before - now, now - before
        moved = {customer[name] for name in left} & {customer[name] for name in joined}
        yield from ("move" for _ in moved)
        if not now and month < last_month(world):
            yield "month without facts"
        before = now


def edges_of_use(world: World) -> Iterator[str]:
    """Give repeats, unintentional actions, shared user ids, sandboxes and scores."""
    rows = Counter(tuple(row.values()) for row in world.facts["activity"])
    if any(count > 1 for count in rows.values()):
        yield "repeated activity"
    customers: dict[str, set[str]] = {}
    for row in world.facts["activity"]:
        customers.setdefault(row["user_id"], set()).add(row["customer_id"])
        yield f"intentional {row['intentional']}"
    if any(len(names) > 1 for names in customers.values()):
        yield "user id at two customers"
    yield from (row["kind"] for row in world.facts["instances"])
    yield from (f"score {row['score']}" for row in world.facts["survey_responses"])


def edges_of_people(world: World) -> Iterator[str]:
    """Give passes around a retirement, and people at several partners and countries."""
    where: dict[str, set[str]] = {}
    for row in world.facts["exam_passes"]:
        where.setdefault(row["person_id"], set()).add(row["partner_id"])
        if row["exam"] in RETIRED:
            days = (row["passed_on"] - RETIRED[row["exam"]].retired_on).days
            yield f"passed {days} days from retirement" if abs(days) <= 1 else "passed far from it"
    if any(len(partners) > 1 for partners in where.values()):
        yield "person at two partners"


EXPECTED_EDGES = {
    *(
        f"{name} on {place}"
        for name in ("associations.start_date", "associations.end_date", "subscriptions.end_date")
        for place in ("first", "last", "mid")
    ),
    *(
        f"{name} on {place}"
        for name in ("activity.date", "instances.deployed_on", "survey_responses.responded_on")
        for place in ("first", "last", "mid", "29 February")
    ),
    *(f"instances.retired_on on {place}" for place in ("first", "last", "mid")),
    *(f"exam_passes.expires_on on {place}" for place in ("first", "last")),
    *(f"CPOR {claim}" for claim in ("OSA", "OSU", "PRESALES", None)),
    *(f"{kind} None" for kind in ("CSP", "DPOR", "PAL", "ADVISOR")),
    *(f"association ends with subscription on {place}" for place in ("first", "last", "mid")),
    "association ends the day before the subscription",
    "several partners on a subscription",
    "location and account on a subscription",
    *("active", "in_grace", "suspended", "deprovisioned"),
    *("no seats sold", "gap in seats"),
    *("EA", "CSP", "WEB_DIRECT", "OPEN", "OTHER"),
    *("paid", "trial", "free", "internal"),
    *(f"seats in the month of an end on {place}" for place in ("first", "last", "mid")),
    *("credit", "USD", "EUR", "KRW"),
    *(
        f"EA line {when} the first year by {by}"
        for when in ("before", "in", "after")
        for by in ("agreement", "subscription")
    ),
    *("add", "loss", "return", "move", "month without facts"),
    *("repeated activity", "intentional False", "user id at two customers"),
    *("production", "sandbox"),
    *(f"score {score}" for score in (0, 6, 7, 8, 9, 10)),
    *(f"passed {days} days from retirement" for days in (-1, 0, 1)),
    "person at two partners",
}


def test_edge_cases_are_there(many: list[World]) -> None:
    """Every edge case that the generator promises occurs in a good part of the worlds."""
    seen = Counter(edge for world in many for edge in set(edges(world)))

    assert [] == sorted(edge for edge in EXPECTED_EDGES if seen[edge] < 4)


def test_benchmarks_are_shown_and_withheld_in_good_parts(many: list[World]) -> None:
    """Unfiltered, each metric has a band in a third of the worlds at least, and not in all."""
    shown = Counter[str]()
    for world in many:
        found = answer(world, "partner-01", last_month(world))
        shown.update(each["id"] for each in found["metrics"] if each["benchmark"]["withheld"] is None)

    assert [] == [metric for metric in METRICS if not len(many) // 3 <= shown[metric] < len(many)]


def test_written_world_reads_back(tmp_path: Path, many: list[World]) -> None:
    """One file per table with rows; null is empty, booleans are words, numbers are plain."""
    world = many[0]
    world.write_csv(tmp_path)
    written = {path.stem for path in tmp_path.glob("*.csv")}

    assert {table for table, rows in world.facts.items() if rows} == written
    for table in sorted(written):
        with (tmp_path / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(world.facts[table]) == len(rows)
        assert COLUMNS[table] == tuple(rows[0])
        for column, text in rows[0].items():
            value = world.facts[table][0][column]
            plain = {None: "", True: "true", False: "false"} if column == "intentional" else {}
            assert plain.get(value, "" if value is None else str(value)) == text
    program = tomllib.loads((tmp_path / "program.toml").read_text(encoding="utf-8"))
    benchmark = program.pop("benchmark")
    del program["name"], program["time_zone"]

    assert world.settings == program | benchmark


def test_facts_split_by_product_or_country_add_up(many: list[World]) -> None:
    """No fact vanishes under every filter: sums over all products, or countries, are the whole."""
    for world in many[:10]:
        month = last_month(world)
        products = [row["product_id"] for row in world.facts["products"]]
        countries = {row["country"] for row in world.facts["customers"]}
        for metric in ("revenue", "net_seat_adds", "production_instances"):
            by_product = [all_values(world, month, products=[name]) for name in products]
            by_country = [all_values(world, month, countries=[name]) for name in countries]
            for place, row in enumerate(all_values(world, month)[metric]):
                whole = Fraction(row["value"])
                assert whole == sum(Fraction(each[metric][place]["value"]) for each in by_product)
                assert whole == sum(Fraction(each[metric][place]["value"]) for each in by_country)


def test_selecting_everything_changes_no_fact_of_listed_workloads(many: list[World]) -> None:
    """All products and all countries selected is as good as nothing selected, but for people."""
    for world in many[:10]:
        month = last_month(world)
        products = [row["product_id"] for row in world.facts["products"]]
        countries = [row["country"] for row in world.facts["customers"]]
        selected = all_values(world, month, products=products, countries=countries)
        unfiltered = all_values(world, month)
        for metric in METRICS:
            if metric != "certified_people":
                assert unfiltered[metric] == selected[metric]


def test_net_seat_adds_telescope_while_credit_stays(many: list[World]) -> None:
    """For partners credited on the same subscriptions all along it is seats now less seats then."""
    compared = 0
    for world in many:
        month = last_month(world)
        start = max(shift(month, -12), first_month(world) or month)
        window = [shift(start, by) for by in range(13) if shift(start, by) <= month]
        for partner in (row["partner_id"] for row in world.facts["partners"]):
            held = [
                [
                    row["subscription_id"]
                    for row in world.facts["subscriptions"]
                    if partner in subscription_credit(world, row["subscription_id"], each, "sale")
                ]
                for each in window
            ]
            if held[0] and all(names == held[0] for names in held):
                compared += 1
                then, now = paid_seats(world, start), paid_seats(world, month)
                change = sum(now.get(name, 0) - then.get(name, 0) for name in held[0])
                assert str(change) == value_of(world, "net_seat_adds", partner, month)

    assert compared > 100


def test_random_questions_can_be_answered(many: list[World]) -> None:
    """Any random month and filter has an answer, empty selections and unknown names included."""
    rng = Random(0)
    sizes = Counter[str]()
    for world in many:
        selected = random_filter(world, rng)
        month = random_month(world, rng)
        rows = all_values(world, month, **selected)["revenue"]
        sizes.update(name for name, chosen in selected.items() if chosen)

        assert len(world.facts["partners"]) == len(rows)
    assert min(sizes.values()) > len(many) // 4


def test_products_carry_one_or_two_workloads(many: list[World]) -> None:
    """Some workloads have exam lists, others not; the first two products have one each."""
    for world in many:
        workloads = [row["workloads"].split(";") for row in world.facts["products"]]

        assert all(1 <= len(names) <= 2 for names in workloads)
        assert set(LISTED_WORKLOADS) == {name for names in workloads[:2] for name in names}
