"""Findings and reconciliation over the API: the same as on the command line, and no more than the role opens."""

import csv
import io
import shutil
from collections.abc import Iterator

import pytest

from access.access_routes import API, BOOKS
from access.access_site import Site, make_site
from partnerlens.app import Workspace

PARTNER = f"{API}/partners/alder"


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory) -> Iterator[Site]:
    """Return a server with a user of each role at 'alder'."""
    home = shutil.copytree(tiny_home, tmp_path_factory.mktemp("checks") / "home")
    site = make_site(home)
    yield site
    site.register.close()
    site.app.state.workspace.close()


@pytest.fixture(scope="module")
def found(site) -> dict:
    """Return what an operator is told of the partner."""
    return site.client("program_operator").get(f"{PARTNER}/findings").json()


def test_findings_are_those_of_the_workspace(site, found):
    """The API tells what the workspace finds, with the same sentences, sums and numbers of rows."""
    with Workspace.open(site.home) as workspace:
        expected = workspace.findings("alder")
    told = [(each["code"], each["sentence"], each["stake"], each["rows"]) for each in found["findings"]]

    assert told
    assert told == [(each.rule.code, each.sentence, each.stake, each.rows) for each in expected.found]
    assert [each["code"] for each in found["undecided"]] == ["D-03", "D-08", "D-17", "D-30"]


def test_rows_come_some_at_a_time(site, found):
    """A finding opens into its rows, and says where the list goes on."""
    client = site.client("program_operator")
    code = max(found["findings"], key=lambda each: each["rows"])["code"]
    page = client.get(f"{PARTNER}/findings/{code.lower()}?limit=1").json()

    assert (page["total"], len(page["rows"]), page["findings"][0]["code"]) == (page["findings"][0]["rows"], 1, code)
    assert page["rows"][0]["code"] == code
    assert client.get(f"{PARTNER}/findings/D-99").status_code == 404


def test_files_hold_the_rows_of_all_findings(site, found):
    """A file has as many rows as the findings have, and names their sum."""
    reply = site.client("executive_report_viewer").get(f"{PARTNER}/findings/rows?format=csv")
    rows = list(csv.DictReader(io.StringIO(reply.text)))

    assert len(rows) == int(reply.headers["partnerlens-rows"]) == sum(each["rows"] for each in found["findings"])
    assert reply.headers["content-disposition"].endswith("alder-findings-2024-03.csv")


@pytest.mark.parametrize(
    ("role", "money", "people", "scores", "adoption"),
    [
        ("executive_report_viewer", True, True, True, True),
        ("report_viewer", False, False, False, True),
        ("global_admin", True, False, True, True),
        ("account_admin", True, False, True, False),
    ],
)
def test_a_role_is_told_what_it_opens(planted_site, role, money, people, scores, adoption):
    """Money, names of people, and what scores and adoption tell, follow the role."""
    client = planted_site.client(role)
    told = {each["code"]: each for each in client.get(f"{PARTNER}/findings").json()["findings"]}
    rows = {code: client.get(f"{PARTNER}/findings/{code}").json()["rows"] for code in ("D-22", "D-07")}

    assert (told["D-22"]["stake"] == "11") is money
    assert ([row["amount"] for row in rows["D-22"]] == ["11"]) is money
    assert ([row["item"] for row in rows["D-07"]] == ["ann"]) is people
    assert ("D-19t" in told) is scores
    assert ("D-10" in told) is adoption


@pytest.fixture(scope="module")
def planted_site(tmp_path_factory) -> Iterator[Site]:
    """Return a server over a program in which partner 'alder' has a finding of each kind."""
    from explain.explaining import published  # noqa: PLC0415
    from findings.planted import MONTH, Program  # noqa: PLC0415

    made = Program()
    made.in_order("alder", users=4)
    made.add("instances", "i1", "alder", "sales", "production", "2020-01-01")
    made.add("exam_passes", "ann", "alder", "US", "MB-210", "2020-06-01", "2021-03-01")
    made.subscription("second", "alder", channel="EA", agreement="2019-01-15")
    made.associate("alder", "second")
    made.bill("second", span="2020-05", amount=11)
    made.customer("idle")
    made.subscription("idle", "idle")
    made.seats("idle", 10, 2)
    made.associate("alder", "idle")
    made.bill("idle")
    made.use("idle", 2)
    made.partner("birch")
    made.add("partners", "alder-nord", "Nord", "SE", None)
    home = tmp_path_factory.mktemp("roles") / "home"
    published(made.world(), home, MONTH).__exit__(None, None, None)
    site = make_site(home)
    yield site
    site.register.close()
    site.app.state.workspace.close()


def test_books_are_compared_as_on_the_command_line(site, run, tmp_path):
    """The API and the command tell the same of the same file."""
    file = tmp_path / "books.csv"
    file.write_bytes(BOOKS)
    reply = site.client("executive_report_viewer").post(f"{PARTNER}/reconciliation?name=books.csv", content=BOOKS)
    printed = run("reconcile", "alder", file, "--home", site.home, "--json").document

    assert reply.status_code == 200
    # birch's subscription is one that alder is not associated with, to both.
    assert reply.json() == printed
    assert [row["kind"] for row in printed["rows"] if row["line"]] == ["no_association", "matched"]
    assert printed["counted"] == "1480"


@pytest.mark.parametrize(
    ("query", "body", "status", "told"),
    [
        (
            "?name=books.csv",
            b"month,subscription,amount\n2024-03,s1,ten\n",
            422,
            "line 2: amount 'ten' is not a number",
        ),
        ("?name=books.csv", b"", 422, "books.csv"),
        ("?name=../books.csv", BOOKS, 400, "name"),
        ("?name=books.exe", BOOKS, 400, "name"),
        ("?name=books.csv&mapping=nowhere", BOOKS, 404, "there is no mapping 'nowhere'"),
        ("?name=books.csv&month=2020-01", BOOKS, 404, "2020-01 is not published"),
    ],
)
def test_what_cannot_be_compared_is_said(site, query, body, status, told):
    """Faulty files and names are refused with the place, and nothing else is told."""
    reply = site.client("executive_report_viewer").post(f"{PARTNER}/reconciliation{query}", content=body)

    assert (reply.status_code, told in reply.text) == (status, True), reply.text


def test_books_need_a_role_that_opens_money(site):
    """A report viewer sees no revenue, and so compares none."""
    reply = site.client("report_viewer").post(f"{PARTNER}/reconciliation", content=BOOKS)

    assert reply.status_code == 403


def test_too_large_books_are_refused_before_they_are_read(site):
    """More than the limit is not kept."""
    reply = site.client("executive_report_viewer").post(
        f"{PARTNER}/reconciliation", content=BOOKS, headers={"content-length": "20000001"}
    )

    assert reply.status_code == 413


def test_the_count_stands_beside_the_link_once_it_is_known(site):
    """Other pages do not wait for the findings; after they are known, their count is in the navigation."""
    client = site.client("executive_report_viewer")
    client.get("/partners/alder/findings")
    page = client.get("/partners/alder").text
    told = site.client("executive_report_viewer").get(f"{PARTNER}/findings").json()["findings"]
    count = sum(each["severity"] != "low" for each in told)

    assert f"Findings · {count}" in page


def test_the_client_asks_the_same(site, found, tmp_path):
    """From Python over the network: findings, their rows, and books, as the API gives them."""
    from partnerlens.client import Client  # noqa: PLC0415

    file = tmp_path / "books.csv"
    file.write_bytes(BOOKS)
    with Client("http://localhost", site.tokens["program_operator"], http=site.client()) as client:
        code = found["findings"][0]["code"]
        rows = list(client.evidence(code, "alder"))

        assert client.findings("alder") == found
        assert len(rows) == found["findings"][0]["rows"]
        assert client.reconcile("alder", file)["counted"] == "1480"
        assert {each["code"] for each in client.findings()["findings"]} >= {code}
