"""A band opened: the partners that make it, their places, and why a partner stands in none; worked by hand."""

import csv
import json
from pathlib import Path
from random import Random

import pytest

import oracle
import worlds
from partnerlens.answer.band import OpenBand
from partnerlens.app import Workspace
from partnerlens.errors import NotFoundError, UsageError
from partnerlens.model.metric import MetricId

MONTH = "2024-03"
AMOUNTS = {"p1": 1010, "p2": 1010, "p3": 2020, "p4": 3030, "p5": 3030, "p6": 3030, "p7": 4040, "p8": 5050}
"""
Revenue of eight accounts. Strictly below lie 0, 0, 2, 3, 3, 3, 6 and 7 of 8, so that 1 + floor(4 * below / 8) gives
the bands 1, 1, 2, 2, 2, 2, 4 and 4; nobody is in band 3.
"""


def market(home: Path, amounts: dict[str, int], *, k: int) -> Workspace:
    """Return a program whose accounts have one customer each; p8 has a location, and nobody credits 'idle'."""
    names = list(amounts)
    rows = {
        "partners": ["partner_id | name | country | parent_partner_id"]
        + [f"{name} | Name of {name} | US |" for name in [*names, "idle"]]
        + ["p8-west | Name of p8-west | US | p8"],
        "customers": ["customer_id | name | country"] + [f"c-{name} | Customer of {name} | US" for name in names],
        "products": [
            "product_id | name | family | workloads",
            "sales | Sales | Customer Engagement | Customer Engagement",
        ],
        "subscriptions": ["subscription_id | customer_id | product_id | start_date"]
        + [f"s-{name} | c-{name} | sales | 2024-01-01" for name in names],
        "seats": ["month | subscription_id | sold_seats | assigned_seats"]
        + [f"2024-02..2024-03 | s-{name} | 5 | 0" for name in names],
        "associations": ["partner_id | subscription_id | start_date"]
        + [f"{'p8-west' if name == 'p8' else name} | s-{name} | 2024-01-01" for name in names],
        "billing_lines": ["billing_month | subscription_id | amount | currency"]
        + [f"{MONTH} | s-{name} | {amount} | USD" for name, amount in amounts.items()],
    }
    world = oracle.world_from_text({table: "\n".join(lines) for table, lines in rows.items()}, k=k)
    world.write_csv(home)
    workspace = Workspace.open(home)
    workspace.load(sorted(home.glob("*.csv")))
    assert workspace.quarantine() == []
    workspace.build(MONTH)
    workspace.publish(MONTH)
    return workspace


@pytest.fixture(scope="module")
def eight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the program of ``AMOUNTS`` with at least two partners in a band."""
    home = tmp_path_factory.mktemp("eight")
    market(home, AMOUNTS, k=2).close()
    return home


def opened(home: Path, partner: str, **asked: object) -> OpenBand:
    """Return a band of revenue."""
    with Workspace.open(home) as workspace:
        return workspace.band(partner, "revenue", **asked)  # type: ignore[arg-type]


def test_own_band_holds_the_partners_of_the_same_quarter(eight: Path) -> None:
    """Band 2 has the one with two partners below and the three equal ones with three; ranks count from the top."""
    found = opened(eight, "p4")

    assert (found.band, found.benchmark.band, found.not_compared) == (2, 2, None)
    assert [(one.rank, one.partner_id, one.value, one.below) for one in found.members] == [
        (3, "p4", "3030", 3),
        (3, "p5", "3030", 3),
        (3, "p6", "3030", 3),
        (6, "p3", "2020", 2),
    ]


def test_any_band_can_be_opened(eight: Path) -> None:
    """An operator sees the top band of another partner's benchmark; a band may be empty."""
    top, empty = opened(eight, "p4", band=4), opened(eight, "p4", band=3)

    assert [(one.rank, one.partner_name) for one in top.members] == [(1, "Name of p8"), (2, "Name of p7")]
    assert (empty.band, empty.members) == (3, ())
    assert top.sizes == ((1, 2), (2, 4), (4, 2))


def test_range_is_made_of_the_members(eight: Path) -> None:
    """The smallest and the largest member of each band are the ends of its range."""
    for step in opened(eight, "p1").benchmark.ranges:
        values = [int(one.value) for one in opened(eight, "p1", band=step.band).members]

        assert (min(values), max(values), len(values)) == (int(step.minimum), int(step.maximum), step.partners)


@pytest.mark.parametrize(("partner", "reason"), [("p8-west", "location"), ("idle", "not_in_cohort")])
def test_partner_that_is_not_compared_is_told_why(eight: Path, partner: str, reason: str) -> None:
    """A location and a partner without credit have no band; a band that is asked for opens all the same."""
    found = opened(eight, partner)

    assert (found.band, found.members, found.not_compared) == (None, (), reason)
    assert list(found.reasons) == [reason]
    assert len(opened(eight, partner, band=1).members) == 2


def test_partner_without_a_value_is_told_why(eight: Path) -> None:
    """Nobody has assigned seats: the ratio is null, nobody is compared, and both reasons are told."""
    with Workspace.open(eight) as workspace:
        found = workspace.band("p1", "mau_per_assigned_seat")

    assert (found.value, found.benchmark.peers) == (None, 0)
    assert list(found.reasons) == ["no_assigned_seats", "too_few_partners"]


def test_partner_viewer_sees_no_other_partner(eight: Path) -> None:
    """A partner sees its band, how many partners there are and rounded ranges; no member, whatever band it asks for."""
    for band in (None, 1, 2, 3, 4):
        found = opened(eight, "p4", band=band, viewer="partner")

        assert (found.members, found.sizes, found.benchmark.band, found.benchmark.peers) == ((), (), 2, 8)
        assert [(step.minimum, step.maximum) for step in found.benchmark.ranges] == [
            ("1000", "1100"),
            ("2000", "3100"),
            ("4000", "5100"),
        ]
        others = [name for name in [*AMOUNTS, "idle"] if name != "p4"]
        assert [name for name in others if name in repr(found)] == []
        assert [amount for amount in (1010, 2020, 4040, 5050) if str(amount) in repr(found)] == []


def test_benchmark_of_few_partners_has_no_band_to_open(tmp_path: Path) -> None:
    """Eight partners are fewer than four times three: nothing opens; only operators read how many there are."""
    with market(tmp_path, AMOUNTS, k=3) as workspace:
        for viewer, peers in (("operator", 8), ("partner", None)):
            found = workspace.band("p4", "revenue", band=2, viewer=viewer)  # type: ignore[arg-type]

            assert (found.band, found.members, found.sizes) == (None, (), ())
            assert (found.benchmark.withheld, found.benchmark.peers) == ("too_few_partners", peers)


def test_benchmark_with_a_small_band_has_no_band_to_open(tmp_path: Path) -> None:
    """One partner alone at the bottom: its band has fewer than two, and nothing opens; operators read the sizes."""
    amounts = AMOUNTS | {"p2": 2020}  # below: 0, 1, 1, 3, 3, 3, 6, 7 -> bands 1, 1, 1, 2, 2, 2, 4, 4
    alone = AMOUNTS | {"p2": 2020, "p3": 3030, "p7": 3030}  # below: 0, 1, 2, 2, 2, 2, 2, 7 -> 1, 1, 2, 2, 2, 2, 2, 4
    with market(tmp_path / "shown", amounts, k=2) as workspace:
        assert workspace.band("p1", "revenue").sizes == ((1, 3), (2, 3), (4, 2))
    with market(tmp_path / "withheld", alone, k=2) as workspace:
        found = workspace.band("p8", "revenue", band=4)
        as_partner = workspace.band("p8", "revenue", band=4, viewer="partner")

    assert (found.band, found.members, found.benchmark.withheld) == (None, (), "small_band")
    assert found.sizes == ((1, 2), (2, 5), (4, 1))
    assert (as_partner.members, as_partner.sizes, as_partner.benchmark.peers) == ((), (), None)


def test_wrong_band_metric_and_partner_are_refused(eight: Path) -> None:
    """Bands are 1 to 4; a metric and a partner have to exist."""
    with Workspace.open(eight) as workspace:
        with pytest.raises(UsageError, match="there is no band '5'"):
            workspace.band("p1", "revenue", band=5)
        with pytest.raises(UsageError, match="there is no metric 'revenu'"):
            workspace.band("p1", "revenu")
        with pytest.raises(NotFoundError, match="p99"):
            workspace.band("p99", "revenue")


def test_bands_of_a_random_world_share_out_the_oracles_values(tmp_path: Path) -> None:
    """Under random filters the members of the bands are the oracle's partners of the bands, with its values."""
    rng = Random(11)
    world = worlds.random_world(11, k=1)
    world.write_csv(tmp_path)
    month = max(row["month"] for row in world.facts["seats"])
    with Workspace.open(tmp_path) as workspace:
        workspace.load(sorted(tmp_path.glob("*.csv")))
        workspace.build(month)
        workspace.publish(month)
        for chosen in [{}, *(worlds.random_filter(world, rng, unknown=False) for _ in range(6))]:
            if worlds.COUNTRY_WITHOUT_FACTS in chosen.get("countries", ()):
                continue
            for metric, rows in oracle.all_values(world, month, **chosen).items():
                listed = [
                    (band, one.partner_id, one.value, one.numerator, one.denominator)
                    for band in (1, 2, 3, 4)
                    for one in workspace.band(rows[0]["partner_id"], MetricId(metric), band=band, **chosen).members
                ]
                keys = ("band", "partner_id", "value", "numerator", "denominator")
                expected = [tuple(row[key] for key in keys) for row in rows if row["band"] is not None]

                assert sorted(listed, key=repr) == sorted(expected, key=repr)


def test_command_lists_the_members_and_tells_the_rule(run, eight: Path) -> None:
    """People see ranges, rule and members; --json has the same in fields."""
    shown = run("band", "p4", "revenue", "--home", eight)
    document = run("band", "p4", "revenue", "--home", eight, "--json").document

    assert shown.code == 0
    assert all(word in shown.out for word in ("band 2 of 4", "Name of p6", "equal values share a band"))
    assert [member["partner_id"] for member in document["members"]] == ["p4", "p5", "p6", "p3"]


def test_exports_say_what_they_rest_on(run, eight: Path, tmp_path: Path) -> None:
    """A CSV of a band has its members, and beside it month, filter, row count, sum and digest."""
    file = tmp_path / "band.csv"
    for name in ("band.csv", "band.xlsx", "band.parquet"):
        kind = name.split(".")[1]
        assert run("band", "p4", "revenue", "--format", kind, "-o", tmp_path / name, "--home", eight).code == 0
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    beside = json.loads((tmp_path / "band.csv.provenance.json").read_text())

    assert [(row["rank"], row["partner_id"], row["value"]) for row in rows] == [
        ("3", "p4", "3030"),
        ("3", "p5", "3030"),
        ("3", "p6", "3030"),
        ("6", "p3", "2020"),
    ]
    assert (beside["row_count"], beside["sum"], beside["month"]) == (4, "11110", MONTH)
    assert beside["title"] == "Revenue: partners in band 2"
