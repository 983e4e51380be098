"""The score page: other values supposed, and the scorecards of the program side by side."""

import re
import shutil

import pytest
from web_sites import make_site, text_of

from partnerlens.access.roles import OPERATOR

TWO = """
name = "A made-up program"
reporting_currency = "USD"
time_zone = "UTC"
contribution_policy = "dpor"
scorecards = ["smb-pci-2021", "cba-2019"]

[benchmark]
k = 1
"""


@pytest.fixture(scope="module")
def client(tiny_home, tmp_path_factory):
    """Ask as an operator a tiny program that applies two scorecards; its edition holds the first alone."""
    home = tmp_path_factory.mktemp("scores") / "home"
    shutil.copytree(tiny_home, home)
    (home / "program.toml").write_text(TWO)
    site = make_site(home)
    yield site.client(OPERATOR)
    site.register.close()
    site.app.state.workspace.close()


def total(page: str) -> str:
    """Return the points that a page shows."""
    return re.search(r'score-total">.*?<b>([^<]+)</b>', page, re.DOTALL)[1]


def test_another_value_takes_the_place_of_the_real_one(client):
    """Revenue of 15,000 of 30,000 is 5 points of 10; with 1 point for a customer that is 6; 2 customers more are 8."""
    page = client.get("/partners/alder/score?set.net_new_revenue=15000").text
    both = client.get("/partners/alder/score?set.net_new_revenue=15000&add.net_customer_adds=2").text

    assert (total(page), total(both)) == ("6", "8")
    assert 'name="set.net_new_revenue" type="number" step="any" value="15000"' in page
    assert "1.5 points now" in text_of(page)
    assert "set.net_new_revenue=15000" in re.search(r'id="actions">.*?</div>', page, re.DOTALL)[0]
    assert "Back to the real score" in page


def test_a_value_that_there_is_not_cannot_be_replaced(client):
    """Growth without a baseline has no field; an address that supposes it is told why not."""
    page = client.get("/partners/alder/score").text

    assert "set.mau_growth" not in page
    assert "add.mau_growth" in page
    assert client.get("/partners/alder/score?set.mau_growth=35").status_code == 400


def test_growth_is_typed_in_percent(sample_home, tmp_path):
    """35 on the page is 0.35 in the API, and has its points."""
    site = make_site(shutil.copytree(sample_home, tmp_path / "home"))
    client = site.client(OPERATOR)
    page = client.get("/partners/P001/score?set.mau_growth=35").text
    document = client.post("/api/v1/partners/P001/score", json={"values": {"mau_growth": "0.35"}}).json()
    site.register.close()
    site.app.state.workspace.close()

    line = next(line for line in document["indicators"] if line["id"] == "mau_growth")
    assert (line["value"], line["points"]) == ("0.35", "25")
    assert total(page) == str(float(document["points_shown"])).removesuffix(".0")
    assert 'value="35"' in page


def test_scorecards_stand_side_by_side(client):
    """Each track of each scorecard with points, tier and what is missing, as its own page says."""
    page = client.get("/partners/alder/score").text
    table = page[page.index('id="others"') :]
    rows = re.findall(r'<tr><th scope="row"><a href="([^"]+)"( aria-current="true")?>(.*?)</tr>', table, re.DOTALL)

    assert 'href="#others"' in page
    assert [bool(here) for _, here, _ in rows] == [True] + [False] * (len(rows) - 1)
    assert len(rows) > 2
    assert "Small and midmarket shown above 1.5 No tier Silver: 58.5 points missing" in text_of(table)
    for href, _, row in rows:
        own = client.get(href.replace("&amp;", "&")).text
        assert f'<td class="number" data-label="Points">{total(own)}</td>' in row, href


def test_a_tile_leads_to_its_bands(client):
    """Where there are ranges; the first published month has nothing before it to compare with."""
    page = client.get("/partners/alder").text

    assert 'href="/partners/alder/band/revenue"' in page
    assert "/band/nps" not in page
    assert "data-compare" not in page
