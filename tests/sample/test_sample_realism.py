"""What a realistic program shows, each of it present in a sample of the demonstration's size."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc
import pytest

Row = dict[str, str | None]


@pytest.fixture(scope="module")
def rows(main: dict[str, pa.Table]) -> dict[str, list[Row]]:
    """The rows of all tables but activity."""
    return {name: table.to_pylist() for name, table in main.items() if name != "activity"}


@pytest.fixture(scope="module")
def subscriptions(rows: dict[str, list[Row]]) -> dict[str, Row]:
    """The subscriptions by id."""
    return {row["subscription_id"]: row for row in rows["subscriptions"]}


@pytest.fixture(scope="module")
def by_customer(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The subscriptions of each customer, in order of their start."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows["subscriptions"]:
        found[row["customer_id"]].append(row)
    return found


def share(part: int, whole: int) -> float:
    """Return a part of a whole, from 0 to 1."""
    return part / whole


def test_few_partners_have_most_customers(rows: dict[str, list[Row]], subscriptions: dict[str, Row]) -> None:
    """A tenth of the partners has at least a third of the customers; most partners have some."""
    customers = defaultdict(set)
    for row in rows["associations"]:
        customers[row["partner_id"]].add(subscriptions[row["subscription_id"]]["customer_id"])
    sizes = sorted((len(found) for found in customers.values()), reverse=True)

    assert sum(sizes[:12]) > sum(sizes) / 3
    assert len(sizes) > 100


def test_some_partners_are_locations_in_other_countries(rows: dict[str, list[Row]]) -> None:
    """A location may be in another country than its account."""
    country = {row["partner_id"]: row["country"] for row in rows["partners"]}
    locations = [row for row in rows["partners"] if row["parent_partner_id"]]

    assert len(locations) == 26
    assert any(row["country"] != country[row["parent_partner_id"]] for row in locations)


def test_customers_are_in_eight_countries_with_skew(rows: dict[str, list[Row]]) -> None:
    """The first country has several times as many customers as the last."""
    counts = Counter(row["country"] for row in rows["customers"]).most_common()

    assert len(counts) == 8
    assert counts[0][1] > 4 * counts[-1][1]


def test_names_are_written_in_several_scripts(rows: dict[str, list[Row]]) -> None:
    """Names with accents and in Korean, and few that occur twice."""
    names = [row["name"] for row in rows["customers"]]

    assert any("가" <= letter <= "힣" for name in names for letter in name)
    assert any(letter in "éèñüö" for name in names for letter in name)
    assert len(set(names)) > 0.98 * len(names)


def test_products_cover_five_families(rows: dict[str, list[Row]]) -> None:
    """Ten to fourteen products with one or two workloads, every one of them bought."""
    products = rows["products"]
    workloads = {name for row in products for name in row["workloads"].split(";")}

    assert {row["family"] for row in products} == {
        "Customer Engagement",
        "Finance and Operations",
        "Business Central",
        "Power Platform",
        "Modern Work",
    }
    assert {"Customer Engagement", "Finance and Operations"} < workloads
    assert {row["product_id"] for row in rows["subscriptions"]} == {row["product_id"] for row in products}


def test_customers_have_two_and_a_half_subscriptions(rows: dict[str, list[Row]]) -> None:
    """On average, over all months."""
    assert 2.2 < len(rows["subscriptions"]) / len(rows["customers"]) < 2.8


@pytest.mark.parametrize(
    ("column", "least"),
    [
        ("channel", {"EA": 300, "CSP": 1_000, "WEB_DIRECT": 500, "OPEN": 50, "OTHER": 50}),
        ("licence_type", {"paid": 2_500, "trial": 100, "free": 80, "internal": 30}),
        ("billing_term", {"monthly": 1_000, "annual": 500, "quarterly": 100, None: 300}),
    ],
)
def test_subscriptions_come_in_all_kinds(rows: dict[str, list[Row]], column: str, least: dict[str | None, int]) -> None:
    """Every channel, licence type and billing term occurs."""
    counts = Counter(row[column] for row in rows["subscriptions"])

    assert set(counts) == set(least)
    assert all(counts[value] >= number for value, number in least.items())


def test_enterprise_agreements_last_three_years(rows: dict[str, list[Row]]) -> None:
    """Agreements start on the first of a month; some end after three years, some have no date."""
    paid = [row for row in rows["subscriptions"] if row["channel"] == "EA" and row["licence_type"] == "paid"]
    agreed = [row for row in paid if row["agreement_start_date"]]
    whole = [
        row
        for row in agreed
        if row["end_date"]
        and (date.fromisoformat(row["end_date"]) - date.fromisoformat(row["agreement_start_date"])).days in (1094, 1095)
    ]

    assert 0 < len(paid) - len(agreed) < len(agreed)
    assert len(whole) > 50
    assert all(row["agreement_start_date"] <= row["start_date"] for row in agreed)
    assert not any(row["agreement_start_date"] for row in rows["subscriptions"] if row["channel"] != "EA")


def test_trials_turn_into_paid_subscriptions(by_customer: dict[str, list[Row]]) -> None:
    """Most trials are followed, on the next day, by a paid subscription to the same product."""
    trials = [row for own in by_customer.values() for row in own if row["licence_type"] == "trial"]
    turned = [
        trial
        for trial in trials
        if any(
            row["licence_type"] == "paid" and row["product_id"] == trial["product_id"] and gap(trial, row) == 1
            for row in by_customer[trial["customer_id"]]
        )
    ]

    assert 0.5 < share(len(turned), len(trials)) < 1.0


def gap(earlier: Row, later: Row) -> int | None:
    """Return the days between the end of one subscription and the start of another."""
    if earlier["end_date"] is None:
        return None
    return (date.fromisoformat(later["start_date"]) - date.fromisoformat(earlier["end_date"])).days


def test_customers_leave_return_and_move(by_customer: dict[str, list[Row]]) -> None:
    """Some subscriptions end for good, some are followed by the same product later, some by another at once."""
    returned = moved = left = 0
    for own in by_customer.values():
        for row in own:
            if row["end_date"] is None or row["end_date"] > "2026-10-31" or row["licence_type"] != "paid":
                continue
            after = [(gap(row, other), other["product_id"] == row["product_id"]) for other in own]
            returned += any(is_same and days and days > 40 for days, is_same in after)
            moved += any(not is_same and days == 1 for days, is_same in after)
            left += not any(days and days > 0 for days, _ in after)

    assert (returned > 50, moved > 50, left > 200) == (True, True, True)


def test_customers_and_subscriptions_have_several_partners(
    rows: dict[str, list[Row]], subscriptions: dict[str, Row]
) -> None:
    """Several on one customer, sometimes on one subscription; some customers have none at all."""
    of_subscription, of_customer = defaultdict(set), defaultdict(set)
    for row in rows["associations"]:
        of_subscription[row["subscription_id"]].add(row["partner_id"])
        of_customer[subscriptions[row["subscription_id"]]["customer_id"]].add(row["partner_id"])

    assert sum(len(found) > 1 for found in of_subscription.values()) > 300
    assert sum(len(found) > 1 for found in of_customer.values()) > 300
    assert 100 < len(rows["customers"]) - len(of_customer) < 400


def test_associations_come_in_all_kinds(rows: dict[str, list[Row]], subscriptions: dict[str, Row]) -> None:
    """DPOR is the most frequent; only CPOR claims; CSP is found on CSP subscriptions alone."""
    kinds = Counter(row["type"] for row in rows["associations"])
    claims = Counter(row["claim"] for row in rows["associations"] if row["type"] == "CPOR")
    resold = {subscriptions[row["subscription_id"]]["channel"] for row in rows["associations"] if row["type"] == "CSP"}

    assert kinds.most_common(1)[0][0] == "DPOR"
    assert set(kinds) == {"DPOR", "CPOR", "CSP", "PAL", "ADVISOR"}
    assert set(claims) == {"OSA", "OSU", "PRESALES"}
    assert not any(row["claim"] for row in rows["associations"] if row["type"] != "CPOR")
    assert resold == {"CSP"}


def test_associations_begin_late_end_early_and_change_hands(
    rows: dict[str, list[Row]], subscriptions: dict[str, Row]
) -> None:
    """Later than the subscription, before its end, and taken over by another partner on the next day."""
    late = early = taken_over = 0
    ends = {(row["subscription_id"], row["end_date"]) for row in rows["associations"] if row["type"] == "DPOR"}
    for row in rows["associations"]:
        subscription = subscriptions[row["subscription_id"]]
        day_before = date.fromordinal(date.fromisoformat(row["start_date"]).toordinal() - 1)
        late += row["start_date"] > subscription["start_date"]
        early += row["end_date"] is not None and row["end_date"] != subscription["end_date"]
        taken_over += (row["subscription_id"], day_before.isoformat()) in ends

    assert (late > 1_000, early > 200, taken_over > 30) == (True, True, True)


def test_billing_has_credits_and_four_currencies(rows: dict[str, list[Row]]) -> None:
    """Some lines are negative, and seats that change within a term are charged or refunded."""
    lines = rows["billing_lines"]
    credits_ = sum(Decimal(line["amount"]) < 0 for line in lines)

    assert {line["currency"] for line in lines} == {"USD", "EUR", "GBP", "KRW"}
    assert 0.01 < share(credits_, len(lines)) < 0.1
    assert {"new", "cycle_fee", "renew", "add_seats", "remove_seats", "credit"} == {
        line["charge_type"] for line in lines
    }


def test_exchange_rates_move_from_month_to_month(rows: dict[str, list[Row]]) -> None:
    """No two months have the same rate for the euro, and none strays far."""
    rates = [Decimal(row["rate"]) for row in rows["exchange_rates"] if row["currency"] == "EUR"]

    assert len(set(rates)) == 30
    assert Decimal("0.8") < min(rates) < max(rates) < Decimal("1.5")


def test_seats_have_all_states(rows: dict[str, list[Row]]) -> None:
    """Mostly active, some in grace, some suspended, some deprovisioned without assigned seats."""
    states = Counter(row["state"] for row in rows["seats"])

    assert states["active"] > 0.9 * len(rows["seats"])
    assert all(states[state] > 20 for state in ("in_grace", "suspended", "deprovisioned"))
    assert {row["assigned_seats"] for row in rows["seats"] if row["state"] == "deprovisioned"} == {"0"}


def test_seats_grow_and_shrink(rows: dict[str, list[Row]]) -> None:
    """Both happen, growth more often, and most months change nothing."""
    series = defaultdict(list)
    for row in rows["seats"]:
        series[row["subscription_id"]].append(int(row["sold_seats"]))
    steps = [later - earlier for own in series.values() for earlier, later in pairwise(own)]
    grown, shrunk = sum(step > 0 for step in steps), sum(step < 0 for step in steps)

    assert grown > shrunk > 500
    assert share(grown + shrunk, len(steps)) < 0.15


def test_assigned_seats_are_mostly_within_the_sold_ones(
    rows: dict[str, list[Row]], subscriptions: dict[str, Row]
) -> None:
    """A few subscriptions have more assigned than sold; some customers never assign any."""
    over = sum(int(row["assigned_seats"]) > int(row["sold_seats"]) for row in rows["seats"])
    assigned: Counter[str] = Counter()
    sold: Counter[str] = Counter()
    for row in rows["seats"]:
        customer = subscriptions[row["subscription_id"]]["customer_id"]
        assigned[customer] += int(row["assigned_seats"])
        sold[customer] += int(row["sold_seats"])

    assert 0 < share(over, len(rows["seats"])) < 0.05
    assert sum(sold[customer] > 20 and not assigned[customer] for customer in sold) > 10
    assert any(row["active_seats"] is None for row in rows["seats"])


def test_activity_has_repeats_and_unintended_rows(main: dict[str, pa.Table]) -> None:
    """Some rows are repeated as they are; some are without intent; most are once a month."""
    activity = main["activity"]
    distinct = activity.group_by(activity.column_names).aggregate([])
    unintended = pc.sum(pc.equal(activity["intentional"], "false")).as_py()

    assert 0.01 < 1 - share(distinct.num_rows, activity.num_rows) < 0.1
    assert 0.02 < share(unintended, activity.num_rows) < 0.1


def test_customers_have_few_users_or_very_many(main: dict[str, pa.Table]) -> None:
    """Eight to nine active users on average over a year, with half of the customers below four."""
    year = main["activity"].filter(pc.greater_equal(main["activity"]["date"], "2025-11-01"))
    users = year.group_by(["customer_id", "user_id"]).aggregate([])
    sizes = sorted(
        row["user_id_count"] for row in users.group_by("customer_id").aggregate([("user_id", "count")]).to_pylist()
    )

    assert 7 < sum(sizes) / len(sizes) < 11
    assert sizes[len(sizes) // 2] <= 4
    assert sizes[-1] > 100


def test_users_join_leave_and_use_several_products(main: dict[str, pa.Table]) -> None:
    """Some people appear in the last year only, some in the first only, some use two products in one month."""
    activity = main["activity"].append_column("month", pc.utf8_slice_codeunits(main["activity"]["date"], 0, 7))
    seen = activity.group_by(["customer_id", "user_id"]).aggregate([("date", "min"), ("date", "max")]).to_pylist()
    used = activity.group_by(["customer_id", "user_id", "month"]).aggregate([("product_id", "count_distinct")])

    assert sum(row["date_min"] > "2025-11" for row in seen) > 500
    assert sum(row["date_max"] < "2025-11" for row in seen) > 500
    assert pc.sum(pc.greater(used["product_id_count_distinct"], 1)).as_py() > 1_000


def test_activity_grows_with_a_season(main: dict[str, pa.Table]) -> None:
    """More than a year before, less in August and in December than in the month before."""
    months = pc.utf8_slice_codeunits(main["activity"]["date"], 0, 7)
    count = Counter(months.to_pylist())

    assert count["2026-10"] > count["2025-10"] > count["2024-10"]
    assert all(count[f"{year}-12"] < 0.95 * count[f"{year}-11"] for year in (2024, 2025))
    assert all(count[f"{year}-08"] < count[f"{year}-07"] for year in (2024, 2025, 2026))


def test_instances_are_of_both_kinds_and_some_are_retired(rows: dict[str, list[Row]]) -> None:
    """More production instances than sandboxes, some retired, some customers with several."""
    kinds = Counter(row["kind"] for row in rows["instances"])
    production = Counter(
        (row["customer_id"], row["product_id"]) for row in rows["instances"] if row["kind"] == "production"
    )

    assert kinds["production"] > kinds["sandbox"] > 100
    assert sum(row["retired_on"] is not None for row in rows["instances"]) > 50
    assert max(production.values()) > 1


def test_people_pass_current_and_retired_exams(rows: dict[str, list[Row]]) -> None:
    """Over years, several exams each, some renewed, retired ones only before their retirement."""
    passes = rows["exam_passes"]
    exams = {row["exam"] for row in passes}
    retired = {"MB-200": "2020-12-31", "MB2-716": "2021-01-31", "MB6-894": "2021-01-31"}
    of_person = defaultdict(set)
    for row in passes:
        of_person[row["person_id"]].add(row["exam"])

    assert {"MB-200", "MB2-716", "MB6-894", "MB-210", "MB-300", "PL-400", "MB-800"} <= exams
    assert all(row["passed_on"] <= retired.get(row["exam"], "9999") for row in passes)
    assert sum(len(found) > 1 for found in of_person.values()) > 300
    assert len({row["passed_on"][:4] for row in passes}) > 8
    assert len(passes) > len({(row["person_id"], row["exam"]) for row in passes})


def test_passes_expire_and_people_work_in_several_countries(rows: dict[str, list[Row]]) -> None:
    """Some passes have ended, some will, most never do; a partner's people are in more than one country."""
    passes = rows["exam_passes"]
    places = defaultdict(set)
    for row in passes:
        places[row["partner_id"]].add(row["location_country"])
    ended = sum(row["expires_on"] is not None and row["expires_on"] <= "2026-10-31" for row in passes)
    ending = sum(row["expires_on"] is not None and row["expires_on"] > "2026-10-31" for row in passes)

    assert (ended > 100, ending > 100, ended + ending < len(passes) / 2) == (True, True, True)
    assert sum(len(found) > 1 for found in places.values()) > 60


def test_surveys_differ_by_partner(rows: dict[str, list[Row]], subscriptions: dict[str, Row]) -> None:
    """Promoters and detractors, and partners whose customers are much happier than others'."""
    partner = {
        subscriptions[row["subscription_id"]]["customer_id"]: row["partner_id"]
        for row in rows["associations"]
        if row["type"] == "DPOR"
    }
    scores = defaultdict(list)
    for row in rows["survey_responses"]:
        scores[partner.get(row["customer_id"])].append(int(row["score"]))
    means = sorted(sum(own) / len(own) for own in scores.values() if len(own) >= 30)
    everything = [score for own in scores.values() for score in own]

    assert share(sum(score >= 9 for score in everything), len(everything)) > 0.2
    assert share(sum(score <= 6 for score in everything), len(everything)) > 0.1
    assert means[-1] - means[0] > 1.5
