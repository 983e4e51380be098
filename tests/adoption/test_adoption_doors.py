"""The command, the API, the pages and the files about licences: one relation, seen as each role may see it."""

import csv
import hashlib
import io
import json
import re
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from access.access_site import Site, make_site
from partnerlens.access.roles import OPERATOR
from partnerlens.app import Workspace
from partnerlens.document.adoption import adoption_document

API = "/api/v1/partners/alder/adoption"
EXECUTIVE, AGENT = "executive_report_viewer", "sales_agent"
TAGS = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def site(licences_home, tmp_path_factory) -> Site:
    """Return a server with a user of each role at 'alder', and one reader at 'birch'."""
    return make_site(shutil.copytree(licences_home, tmp_path_factory.mktemp("licences") / "home"))


def page(site: Site, path: str, who: str = AGENT) -> str:
    """Return what a page says."""
    reply = site.client(who).get(path)
    assert reply.status_code == 200, reply.text
    return " ".join(TAGS.sub(" ", reply.text).split())


def test_command_api_and_notebook_give_the_same(run, site, licences_home):
    """One document, from all three; the list of customers too."""
    told = run("adoption", "alder", "--home", licences_home, "--json").document
    customers = told.pop("customers")
    asked = site.client(AGENT).get(API).json()
    listed = site.client(AGENT).get(f"{API}/customers").json()
    with Workspace.open(licences_home) as workspace:
        found = json.loads(json.dumps(adoption_document(workspace.adoption("alder"))))

    assert told == asked == found
    assert customers == listed["customers"]
    assert (told["all"]["deployment"], told["all"]["usage"]) == ("0.553191", "0.489362")


def test_the_command_shows_portfolio_customers_causes_and_advice(run, licences_home):
    """What people read names each cause that is met, and says what is left out."""
    told = run("adoption", "alder", "--home", licences_home, columns=220).out

    assert "55.3 %" in told
    assert all(f"D-09{letter}: " in told for letter in "abcde")
    assert "Left out: 10,027 licences that nobody bought" in told
    assert "case studies, what other users say" in " ".join(told.split())


def test_the_command_shows_one_customer_with_its_months(run, licences_home):
    """Twelve months, the own revenue, and the own association alone."""
    told = run("adoption", "alder", "--customer", "oak", "--home", licences_home, columns=220).out
    document = run("adoption", "alder", "--customer", "oak", "--home", licences_home, "--json").document

    assert "2024-01 to 2024-06" in told
    assert "birch" not in told
    assert [entry["amount"] for entry in document["revenue"]] == ["100"] * 6
    assert [entry["subscription"] for entry in document["associations"]] == ["s1"]


def test_the_command_without_a_partner_is_about_the_program(run, licences_home):
    """All eleven customers, and nothing of anybody's own."""
    told = run("adoption", "--home", licences_home, "--json").document

    assert (told["partner"], told["own"], told["customers_there"], told["all"]["sold"]) == (None, None, 11, 54)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["adoption", "alder", "--customer", "hay"], "there is no customer 'hay' in 2024-06"),
        (["adoption", "alder", "--sort", "unuse"], "there is no order 'unuse'"),
        (["adoption", "aldr"], "there is no partner 'aldr'"),
        (["adoption", "alder", "--output", "x.csv"], "needs a format"),
    ],
)
def test_what_cannot_be_answered_is_told_in_words(run, licences_home, words, problem):
    """No traceback, and an exit code that says whose fault it is."""
    told = run(*words, "--home", licences_home)

    assert problem in told.err
    assert told.code in {2, 4}


def test_files_hold_the_lines_that_the_page_adds_up(run, site, licences_home, tmp_path):
    """CSV from the API and Parquet from the command have one digest, and their sums are the portfolio's."""
    reply = site.client(EXECUTIVE).get(f"{API}/rows")
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    run("adoption", "alder", "--home", licences_home, "--format", "parquet", "--output", tmp_path / "a.parquet")
    held = pq.read_table(tmp_path / "a.parquet")
    stated = json.loads(pq.read_metadata(tmp_path / "a.parquet").metadata[b"partnerlens"])

    assert [sum(int(row[name] or 0) for row in rows) for name in ("sold", "assigned", "active")] == [47, 26, 23]
    assert reply.headers["partnerlens-digest"] == hashlib.sha256(reply.content).hexdigest() == stated["digest"]
    assert stated["sums"] == {"sold": "47", "assigned": "26", "active": "23", "measured": "47"}
    assert held.schema.field("deployment").type == pa.decimal128(38, 6)
    assert [row["customer_id"] for row in rows] == held["customer_id"].to_pylist()


def test_the_page_shows_shares_buckets_causes_and_advice(site):
    """The figures worked by hand, the mark above 100 % with its cause and the figure without it."""
    told = page(site, "/partners/alder/adoption")

    assert "Deployment 55.3% 26 assigned of 47 sold Own: 65.6% (21 assigned of 32 sold)" in told
    assert "Usage 48.9% 23 active of 47 entitled Own: 75% (24 active of 32 entitled)" in told
    assert "Unused licences 35 21 not assigned, 14 assigned and not used" in told
    assert "Above 100% 0 5" in told
    assert "▲ above 100%: 150%" in told
    assert "D-09b A second subscription of the product is suspended or has ended" in told
    assert "Without that: 75%" in told
    assert "What to try Show them: case studies" in told


def test_the_page_orders_customers_and_counts_trials(site):
    """The order and the switch are in the address, and stay in each other's links."""
    told = page(site, "/partners/alder/adoption?sort=usage")
    html = site.client(AGENT).get("/partners/alder/adoption?sort=usage&trials=on").text

    assert told.index("Gum Works") < told.index("Oak Foods") < told.index("Kip Media")
    assert 'aria-sort="ascending"' in html
    assert "sort=deployment" in html
    assert 'href="/partners/alder/adoption?sort=usage"' in html
    assert "10,074 sold" in html


def test_a_customers_page_has_money_for_those_who_may_see_it(site):
    """The sales agent sees the months without revenue; the executive viewer with it."""
    agent = page(site, "/partners/alder/adoption/oak")
    executive = page(site, "/partners/alder/adoption/oak", EXECUTIVE)
    document = site.client(AGENT).get(f"{API}/customers/oak").json()

    assert "$100.00" not in agent
    assert "Own revenue" not in agent
    assert "Own revenue" in executive
    assert executive.count("$100.00") == 6
    assert document["revenue"] is None


def test_empty_states_say_why(site):
    """Nothing chosen, and a filter that leaves nothing, are two states."""
    cleared = site.client(AGENT).get("/partners/alder/adoption?product=").text
    nothing = site.client(AGENT).get("/partners/alder/adoption?product=social&country=DE").text

    assert "Nothing is chosen" in cleared
    assert "The filter leaves nothing" in nothing
    assert 'data-state="filtered_out"' in cleared
    assert "data-tile" not in nothing


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", ["Déploiement", "26 affectées sur 47 vendues", "55,3 %"]), ("ko", ["배포", "판매 47 중 할당 26", "55.3%"])],
)
def test_the_page_speaks_the_readers_language(site, language, words):
    """Titles, counts and percentages are the locale's."""
    told = page(site, f"/partners/alder/adoption?lang={language}")

    assert [word for word in words if word not in told] == []


DRAWN = re.compile(r'<span class="id">[0-9a-f]{32}</span>|name="form_token" value="[0-9a-f]+"')
"""What is drawn by chance for each page, and may hold any digits."""


@pytest.mark.parametrize(
    "path", ["/partners/alder/adoption", "/partners/alder/adoption/oak", API, f"{API}/customers/oak"]
)
def test_no_byte_of_the_other_partner_is_told(site, path):
    """Neither its id, name and customers, nor what oak pays it."""
    told = DRAWN.sub("", site.client(EXECUTIVE).get(path).text)

    assert re.findall(r"(?i)birch|hay transports|987", told) == []


def test_the_whole_program_is_for_operators(site):
    """Its page lists every customer, and opens each of them."""
    told = page(site, "/operator/adoption", OPERATOR)

    assert "All customers" in told
    assert "Hay Transports" in told
    assert "Own sold" not in told
    assert "Hay Transports hay Germany" in page(site, "/operator/adoption/hay", OPERATOR)
    assert site.client(EXECUTIVE).get("/operator/adoption").status_code == 403


def test_taking_rows_away_needs_the_right_and_is_written_down(site):
    """The sales agent may not; what the executive viewer took stands in the audit trail."""
    assert site.client(AGENT).get(f"{API}/rows").status_code == 403
    assert site.client(EXECUTIVE).get(f"{API}/rows?format=xlsx").status_code == 200
    entries = site.client(OPERATOR).get("/api/v1/audit").json()["entries"]

    assert ("export", "alder", "adoption xlsx") in {(one["action"], one["subject"], one["detail"]) for one in entries}
