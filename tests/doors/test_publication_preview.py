"""Before a month is published: which partners would change tier, the same on the page, in the API and in a terminal."""

import re
import shutil
from fractions import Fraction

import pyarrow as pa
import pytest

from access.access_site import make_site
from partnerlens.access.roles import OPERATOR
from partnerlens.app import Workspace
from partnerlens.errors import ConflictError
from partnerlens.score.tier_changes import tier_changes
from score.small_cards import card_of

MONTH = "2024-03"
CARD = """
id = "sold"
title = "What was sold"
effective_from = 2020-01-01
credit_policy = "dpor"

[source]
title = "made up"
where = "here"
accessed = "2026-01"

[[tiers]]
name = "gold"
points = 80

[[tiers]]
name = "silver"
points = 40

[tracks.all]
title = "Everything"
products = "everything"

[tracks.all.indicators.net_new_revenue]
title = "Net new revenue"
group = "performance"
unit = "currency"
max = 100
options.value = { kind = "revenue", threshold = 1480 }

[product_lists.everything]
families = ["Customer Engagement", "Finance and Operations"]
"""

CORRECTIONS = {("2024-02", "s2"): "25", ("2024-03", "s2"): "-50", ("2024-03", "s4"): "440"}
"""The new amounts of some lines, by month and subscription."""


def scores(*rows: tuple[str, str, bool, str, str | None]) -> pa.Table:
    """Return a table of scores: partner, track, whether it counts, points, tier."""
    names = ("partner_id", "track", "counts", "points", "tier")
    return pa.table({name: pa.array([row[place] for row in rows]) for place, name in enumerate(names)})


def told(changes) -> list[tuple]:
    """Return changes in short."""
    return [
        (
            change.partner_id,
            change.before and (change.before.track, change.before.tier),
            change.after and (change.after.track, change.after.tier),
            change.direction,
        )
        for change in changes
    ]


def test_only_those_whose_tier_differs_are_told():
    """Points alone are no change; to come or to go without a tier is none either."""
    before = scores(
        ("a", "t", True, "59.9", None),
        ("b", "t", True, "61", "silver"),
        ("c", "t", True, "90", "gold"),
        ("d", "t", True, "10", None),
        ("e", "t", True, "85", "gold"),
    )
    after = scores(
        ("a", "t", True, "60", "silver"),
        ("b", "t", True, "79", "silver"),
        ("c", "t", True, "1/3", None),
        ("f", "t", True, "60", "silver"),
        ("g", "t", True, "0", None),
    )
    changes = tier_changes(card_of({"i": {"max": 100, "options": REVENUE}}), before, after)

    assert told(changes) == [
        ("a", ("t", None), ("t", "silver"), "up"),
        ("c", ("t", "gold"), ("t", None), "down"),
        ("e", ("t", "gold"), None, "down"),
        ("f", None, ("t", "silver"), "up"),
    ]
    assert changes[1].after is not None
    assert changes[1].after.points == Fraction(1, 3)


REVENUE = {"value": {"kind": "revenue", "threshold": 1}}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("best", [("a", ("t", "silver"), ("u", "gold"), "up")]),
        ("each", [("a", ("t", "silver"), ("t", None), "down"), ("a", ("u", None), ("u", "gold"), "up")]),
    ],
)
def test_tracks_are_compared_as_the_scorecard_chooses_them(by, expected):
    """The track that counts against the one that counted; or each with itself, where each is a score of its own."""
    track = {
        "title": "a track",
        "products": "all",
        "indicators": {"i": {"title": "i", "group": "performance", "unit": "units", "max": 100, "options": REVENUE}},
    }
    card = card_of({"i": {"max": 100, "options": REVENUE}}, tracks={"t": track, "u": track}, choice={"by": by})
    before = scores(("a", "t", True, "60", "silver"), ("a", "u", False, "50", None))
    after = scores(("a", "t", False, "50", None), ("a", "u", True, "80", "gold"))

    assert told(tier_changes(card, before, after)) == expected


def corrected(line: str) -> str:
    """Return a line of the invoices with its new amount; nothing for one that stays."""
    invoice, number, month, subscription, _, *rest = line.split(",")
    amount = CORRECTIONS.get((month, subscription))
    return "" if amount is None else ",".join([invoice, number, month, subscription, amount, *rest])


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory):
    """
    Give a site whose month was published, corrected, and built again.

    Under the scorecard 1480 of revenue earn 100 points. Before, alder has 1480: gold. Birch has 720 (48.6): silver.
    Cedar has 126 and dogwood 280 (18.9): none. Corrected, birch has 25 EUR less for 2024-02 and 100 EUR
    less for 2024-03, 125 x 1.2 = 150 in all: 570 (38.5), none. Dogwood has 400 more: 680 (45.9), silver; so has
    alder, which shares the subscription: 1880, gold as before.
    """
    home = tmp_path_factory.mktemp("preview") / "home"
    shutil.copytree(tiny_home, home)
    card = home / "catalog" / "scorecards" / "sold.toml"
    card.parent.mkdir(parents=True)
    card.write_text(CARD)
    program = home / "program.toml"
    program.write_text('scorecards = ["sold"]\n' + program.read_text())
    with Workspace.open(home) as workspace:
        workspace.build(MONTH)
        workspace.publish(MONTH)
        head, *lines = (home / "files" / "billing_lines.csv").read_text().splitlines()
        (home / "billing_lines.csv").write_text("\n".join([head, *filter(None, map(corrected, lines))]) + "\n")
        workspace.load([home / "billing_lines.csv"])
        workspace.build(MONTH)
    made = make_site(home)
    yield made
    made.register.close()
    made.app.state.workspace.close()


CHANGES = [
    {
        "scorecard": "sold",
        "partner": "birch",
        "partner_name": "Birch & Sons",
        "track_before": "all",
        "track": "all",
        "tier_before": "silver",
        "tier": "none",
        "points_before": "1800/37",
        "points": "1425/37",
        "direction": "down",
    },
    {
        "scorecard": "sold",
        "partner": "dogwood",
        "partner_name": "Dogwood Partners",
        "track_before": "all",
        "track": "all",
        "tier_before": "none",
        "tier": "silver",
        "points_before": "700/37",
        "points": "1700/37",
        "direction": "up",
    },
]
"""Worked by hand: 720, 570, 280 and 680 of 1480, times 100."""


def test_the_terminal_and_the_api_say_the_same(site, run):
    """The same document; and nothing is published by asking."""
    reply = run("publish", MONTH, "--dry-run", "--json", "--home", site.home)
    document = site.client(OPERATOR).get(f"/api/v1/months/{MONTH}/publication/preview").json()

    assert reply.code == 0
    assert reply.document["changes"] == CHANGES == document["changes"]
    assert reply.document["scorecards"] == [
        {
            "scorecard": "sold",
            "title": "What was sold",
            "version_before": "2020-01-01",
            "version": "2020-01-01",
            "compared": 5,
            "changed": 2,
            "up": 1,
            "down": 1,
        }
    ]
    assert {**reply.document, "total": 2, "limit": 50, "offset": 0, "next": None} == document
    assert (document["edition_before"], document["edition"]) == (2, 3)
    with Workspace.open(site.home, resident=False) as workspace:
        assert [publication.edition for publication in workspace.published_months()] == [2]


def test_the_api_turns_pages_and_says_so(site):
    """The first of two changes, with the address of the next."""
    client = site.client(OPERATOR)
    first = client.get(f"/api/v1/months/{MONTH}/publication/preview?limit=1").json()

    assert (first["total"], first["changes"]) == (2, CHANGES[:1])
    assert client.get(first["next"]).json()["changes"] == CHANGES[1:]


def test_people_read_the_changes_in_the_terminal_and_on_the_page(site, run):
    """Who, from which tier, to which, and how many."""
    words = run("publish", MONTH, "--dry-run", "--home", site.home).out
    page = " ".join(re.sub("<[^>]+>", " ", site.client(OPERATOR).get(f"/operator/publish?month={MONTH}").text).split())

    assert "would see edition 3 instead of edition 2" in words
    assert re.search(r"sold +birch +Birch & Sons +silver +none +48.6 +38.5", words)
    assert "Readers see edition 2; they would see edition 3." in page
    assert "What was sold 5 2 1 1" in page
    assert re.search(r"Birch &amp; Sons birch What was sold Silver No tier ▼ \(Down\) 48.6 38.5", page)
    assert re.search(r"Dogwood Partners dogwood What was sold No tier Silver ▲ \(Up\) 18.9 45.9", page)


def test_another_edition_than_the_one_looked_at_is_not_published(site):
    """A form made for edition 2 publishes nothing once edition 3 is the latest."""
    with Workspace.open(site.home, resident=False) as workspace:
        with pytest.raises(ConflictError, match="edition 2 is not the latest of 2024-03: edition 3 is"):
            workspace.publish(MONTH, edition=2)
        assert [publication.edition for publication in workspace.published_months()] == [2]


@pytest.mark.parametrize(
    ("published", "words"), [(True, "The latest edition is published"), (False, "Nothing to compare with")]
)
def test_there_is_nothing_to_compare(own_home, run, published, words):
    """Where the latest edition is published already, and where the month never was."""
    month = MONTH if published else "2024-02"
    with Workspace.open(own_home) as workspace:
        if not published:
            workspace.build(month)
    made = make_site(own_home)
    try:
        page = made.client(OPERATOR).get(f"/operator/publish?month={month}").text
        document = run("publish", month, "--dry-run", "--json", "--home", own_home).document
    finally:
        made.register.close()
        made.app.state.workspace.close()

    assert words in page
    assert ('name="edition"' in page) is not published
    assert (document["edition_before"], document["scorecards"], document["changes"]) == (
        1 if published else None,
        [],
        [],
    )


def test_a_scorecard_of_one_edition_alone_is_named_and_not_compared(own_home, run):
    """A scorecard that the program begins to apply has no tiers before."""
    card = own_home / "catalog" / "scorecards" / "sold.toml"
    card.parent.mkdir(parents=True)
    card.write_text(CARD)
    program = own_home / "program.toml"
    program.write_text('scorecards = ["sold"]\n' + program.read_text())
    with Workspace.open(own_home) as workspace:
        workspace.build(MONTH)
    reply = run("publish", MONTH, "--dry-run", "--json", "--home", own_home)
    held = {entry["scorecard"]: (entry["version_before"], entry["version"]) for entry in reply.document["scorecards"]}

    assert held["sold"] == (None, "2020-01-01")
    assert (
        "not compared: the published edition does not hold it"
        in run("publish", MONTH, "--dry-run", "--home", own_home).out
    )
