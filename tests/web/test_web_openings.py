"""Pages that open a number: indicators, what leaves, the bridge from the month before, and two editions compared."""

import re
import shutil

import pytest
from web_sites import make_site, text_of

from partnerlens.access.roles import OPERATOR
from partnerlens.app import Workspace
from partnerlens.web.explain_place import message_of

EXECUTIVE = "executive_report_viewer"
ADMIN = "account_admin"
VIEWER = "report_viewer"


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory):
    """Give the pages of the tiny program with two published months, the later one with two editions."""
    home = shutil.copytree(tiny_home, tmp_path_factory.mktemp("web-openings") / "home")
    late = home / "billing_lines.csv"
    late.write_text(
        "invoice_id,line_id,billing_month,subscription_id,amount,currency\nlate,1,2024-03,s1,7,USD\n", encoding="utf-8"
    )
    with Workspace.open(home) as workspace:
        workspace.build("2024-02")
        workspace.publish("2024-02")
        workspace.load([late])
        workspace.build("2024-03")
    made = make_site(home)
    yield made
    made.register.close()
    made.app.state.workspace.close()


def page(site, path, who=EXECUTIVE, **headers):
    """Return the text of a page."""
    reply = site.client(who).get(path, headers=headers)
    assert reply.status_code == 200, reply.text
    return text_of(reply.text)


def test_the_bridge_stands_on_the_page_of_the_number(site):
    """1440 in February; 140 entered and 100 left by age: 1480, in a sentence, a table, and by row."""
    said = page(site, "/partners/alder/explain/revenue?tab=since")

    assert (
        "Revenue was $1,440.00 in Feb 2024 and is $1,480.00 in Mar 2024: $140.00 entered, and $100.00 left by age."
        in said
    )
    assert "Entered 2 rows +$140.00 Left by age 1 row -$100.00 Corrected 0 rows $0.00 Mar 2024 $1,480.00" in said
    assert said.count("Entered Mar 2024") == 2
    assert "Left by age Mar 2023" in said


def test_a_ratio_has_a_bridge_above_and_one_below_the_line(site):
    """Two users became three, ten seats stayed ten: two sums, each with its own bridge."""
    said = page(site, "/partners/alder/explain/mau_per_assigned_seat?tab=since")

    assert "Above the line" in said
    assert "Below the line" in said
    assert "Mar 2024 3 " in said


def test_the_first_month_has_no_bridge(site):
    """Where the month before is not published there is no tab; asked for it all the same, the page says why."""
    client = site.client(EXECUTIVE)
    reply = client.get("/partners/alder/explain/revenue?tab=since&month=2024-02")

    assert "tab=since" not in client.get("/partners/alder/explain/revenue?month=2024-02").text
    assert "tab=since" in client.get("/partners/alder/explain/revenue").text
    assert reply.status_code == 404
    assert "month 2024-01 is not published" in text_of(reply.text)


def test_a_bridge_names_nobody_without_the_right_to_names(site):
    """Bob's pass is a row without a name for a report viewer."""
    path = "/partners/alder/explain/certified_people?tab=since"

    assert "bob" in page(site, path).split()
    assert "bob" not in page(site, path, VIEWER).split()
    assert "Names of people and users are left out" in page(site, path, VIEWER)


def test_each_indicator_of_a_score_opens_into_its_rows(site):
    """Every line of the score has a link, and behind it stand the points and the rows."""
    html = site.client(EXECUTIVE).get("/partners/alder/score").text
    links = re.findall(r'href="(/partners/alder/indicators/[^"?]+\?[^"]+)" aria-label="Why\?', html)
    said = page(site, links[0].replace("&amp;", "&"))

    assert len(links) == 6
    assert "Net new revenue: $1,480.00, made of 19 rows of 2 customers" in said
    assert "0.5 of 10 points" in said
    assert "All counted rows 19 rows $1,480.00" in said
    assert "Contribution Score" in said


def test_a_month_of_the_roll_off_calendar_opens_the_rows_that_leave(site):
    """In 2024-09 revenue loses s1's 100 and s4's 40; the link of the calendar leads to these two rows."""
    html = site.client(EXECUTIVE).get("/partners/alder/score").text
    (link,) = {
        found
        for found in re.findall(r'href="([^"]+leaves=2024-09)"', html)
        if found.startswith("/partners/alder/indicators/net_new_revenue")
    }
    said = page(site, link.replace("&amp;", "&"))

    assert "Sep 2024 2 rows 2 customers -$140.00" in said
    assert said.count("The fact leaves the window.") == 2


def test_indicators_are_for_those_who_see_scores(site):
    """A report viewer has no score page and no indicator; an account admin has both, without names."""
    path = "/partners/alder/indicators/mau_growth"

    assert site.client(VIEWER).get(path).status_code == 403
    assert "u3" in page(site, f"{path}?customer=oak").split()
    assert "u3" not in page(site, f"{path}?customer=oak", ADMIN).split()


def test_operators_compare_two_editions_of_a_month(site):
    """A late line of 7 makes 1487 of 1480: the page says so, with the cause and the table that it lies in."""
    said = page(site, "/partners/alder/difference/revenue?before=1&after=3", OPERATOR)

    assert "Revenue of Mar 2024: $1,480.00 in edition 1, $1,487.00 in edition 3." in said
    assert "Late fact A fact that the earlier facts did not have. billing_lines 1 row +$7.00" in said
    assert "late/1" in said


def test_without_an_earlier_edition_there_is_a_choice(site):
    """The published edition is the first of its month: the page offers all editions and says what to do."""
    said = page(site, "/partners/alder/difference/revenue", OPERATOR)

    assert "The month has one edition" in said
    assert "Mar 2024 · Edition 3" in said
    assert "Compare two editions" in page(site, "/partners/alder/explain/revenue", OPERATOR)
    assert "Compare two editions" not in page(site, "/partners/alder/explain/revenue")


def test_a_band_opens_with_its_partners_for_operators_alone(site):
    """The page has the ranges and how bands are cut; operators also have who is in the band, with rank and value."""
    said = page(site, "/partners/alder/band/certified_people")
    operator = page(site, "/partners/alder/band/certified_people", OPERATOR)

    assert "Certified people: 2 people, in band" in said
    assert "The partners compared stand in the order of their values." in said
    assert "Alder Consulting alder 2" in operator
    assert "Rank" in operator
    assert "Rank" not in said
    assert site.client(VIEWER).get("/partners/alder/band/revenue").status_code == 403
    assert "/band/new_customers" in site.client(EXECUTIVE).get("/partners/alder/explain/new_customers").text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Depuis févr. 2024", "Sorti par ancienneté", "Le fait se situe dans les douze mois"]),
        ("ko", ["2024년 2월 이후", "기간 경과로 빠짐", "새로 들어옴"]),
    ],
)
def test_the_bridge_is_told_in_the_language(site, language, words):
    """Tab, causes and sentences are translated."""
    said = page(site, f"/partners/alder/explain/revenue?tab=since&lang={language}")

    assert [word for word in words if word not in said] == []


def test_definitions_of_indicators_are_messages_with_places():
    """Names of exam rules and days are not part of what is translated."""
    message, filled = message_of("Growth of the people who satisfy the exam rule 'ce_consultant' since 2019-12-31.")

    assert message == "Growth of the people who satisfy the exam rule '%(rule)s' since %(day)s."
    assert filled == {"rule": "ce_consultant", "day": "2019-12-31"}
    assert message_of("Customers' products that qualify.") == ("Customers' products that qualify.", {})


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/partners/alder/indicators/nothing", 400),
        ("/partners/alder/indicators/net_new_revenue?scorecard=nothing", 404),
        ("/partners/alder/indicators/net_new_revenue?tab=since", 400),
        ("/partners/alder/explain/revenue?leaves=soon", 400),
        ("/partners/alder/band/revenue?band=5", 400),
        ("/partners/alder/difference/nothing", 400),
        ("/partners/alder/difference/revenue?before=1&after=99", 404),
    ],
)
def test_what_cannot_be_opened_is_told(site, path, status):
    """An unknown indicator, scorecard, month or edition has a page that says so."""
    assert site.client(OPERATOR).get(path).status_code == status
