"""Numbers opened over the API: the documents and the files of the terminal, for those who may see them."""

import hashlib
import json
import shutil

import pyarrow.parquet as pq
import pytest

from access.access_site import Site, make_site
from partnerlens.app import Workspace
from partnerlens.client import Client
from partnerlens.errors import ForbiddenError, NotFoundError, UsageError

EXECUTIVE = "executive_report_viewer"
OPERATOR = "program_operator"
SCORECARD = "smb-pci-2021"


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory) -> Site:
    """Return a server over the tiny program with two published months."""
    home = shutil.copytree(tiny_home, tmp_path_factory.mktemp("api-openings") / "home")
    with Workspace.open(home) as workspace:
        workspace.build("2024-02")
        workspace.publish("2024-02")
    return make_site(home)


@pytest.fixture
def ask(site):
    """Give a function that returns a typed client of a user."""
    return lambda who: Client("http://localhost", site.tokens[who], http=site.client())


QUESTIONS = {
    "bridge alder revenue": lambda client: client.bridge("alder", "revenue", limit=1000),
    "band alder certified_people": lambda client: client.band("alder", "certified_people"),
    "band alder certified_people --band 1": lambda client: client.band("alder", "certified_people", band=1),
    "difference alder mau 2 1": lambda client: client.difference("alder", "mau", 2, 1, limit=1000),
    "explain alder revenue --leaving": lambda client: client.leaving("alder", "revenue", limit=1000),
    f"explain alder net_new_revenue --scorecard {SCORECARD}": lambda client: client.explain_indicator(
        "alder", "net_new_revenue", limit=1000
    ),
    f"explain alder new_deployments --scorecard {SCORECARD} --not-counted": lambda client: client.explain_indicator(
        "alder", "new_deployments", scorecard=SCORECARD, counted=False, limit=1000
    ),
    f"explain alder mau_growth --scorecard {SCORECARD} --leaving": lambda client: client.indicator_leaving(
        "alder", "mau_growth", limit=1000
    ),
    "score alder --roll-off": lambda client: client.score("alder", roll_off=True),
}


@pytest.mark.parametrize("command", QUESTIONS)
def test_the_api_opens_a_number_as_the_terminal_does(site, ask, run, command):
    """Every document of the terminal comes from the API too, field by field, for operators."""
    shown = run(*command.split(), "--home", site.home, "--json").document
    told = QUESTIONS[command](ask(OPERATOR))

    assert {name: told[name] for name in shown} == shown
    assert {*told} - {*shown} <= {"total", "limit", "offset", "next"}


@pytest.mark.parametrize("of", ["leaving", "bridge"])
@pytest.mark.parametrize("file_format", ["csv", "parquet", "ndjson"])
def test_a_partner_takes_its_own_rows_away(ask, tmp_path, of, file_format):
    """Bridge and leaving rows come in each format, with count and digest in the headers."""
    file = tmp_path / f"rows.{file_format}"
    told = ask(EXECUTIVE).export("alder", "revenue", file, of=of, file_format=file_format)
    rows = {"leaving": 19, "bridge": 3}[of]

    assert told["rows"] == str(rows)
    if file_format == "csv":
        assert told["digest"] == hashlib.sha256(file.read_bytes()).hexdigest()
        assert told["sum"] == {"leaving": "-1480", "bridge": "40"}[of]
    if file_format == "parquet":
        assert pq.read_table(file).num_rows == rows
    if file_format == "ndjson":
        changes = [json.loads(line) for line in file.read_bytes().splitlines()]
        assert (
            sum(float(row["difference" if of == "leaving" else "change"]) for row in changes)
            == {
                "leaving": -1480,
                "bridge": 40,
            }[of]
        )


def test_an_export_is_the_one_of_the_terminal(site, ask, run, tmp_path):
    """Partners of a band, differences and rows of an indicator have the same bytes from both doors."""
    client = ask(OPERATOR)
    asked = {
        "band alder revenue": lambda file: client.export("alder", "revenue", file, of="band"),
        "difference alder revenue 2 1": lambda file: client.export(
            "alder", "revenue", file, of="difference", before=2, after=1
        ),
        f"explain alder net_new_revenue --scorecard {SCORECARD}": lambda file: client.export_indicator(
            "alder", "net_new_revenue", file
        ),
        f"explain alder net_new_revenue --scorecard {SCORECARD} --leaving": lambda file: client.export_indicator(
            "alder", "net_new_revenue", file, of="leaving"
        ),
    }
    for command, export in asked.items():
        here, there = tmp_path / "api.csv", tmp_path / "terminal.csv"
        export(here)
        run(*command.split(), "--home", site.home, "--format", "csv", "--output", there)

        assert here.read_bytes() == there.read_bytes(), command


def test_a_partner_learns_of_no_other_from_a_band(ask):
    """The band of a partner viewer has rounded ranges and no members, and its file is for operators."""
    told = ask(EXECUTIVE).band("alder", "certified_people")

    assert (told["members"], told["sizes"]) == ([], [])
    with pytest.raises(ForbiddenError, match="for program operators"):
        ask(EXECUTIVE).export("alder", "certified_people", "nowhere.csv", of="band")
    with pytest.raises(ForbiddenError, match="for program operators"):
        ask(EXECUTIVE).difference("alder", "revenue", 1, 2)


def test_what_cannot_be_opened_is_told_in_the_words_of_the_terminal(site, ask, run):
    """A month without the one before it has no bridge; an unknown edition and an unknown option are named."""
    with pytest.raises(NotFoundError) as caught:
        ask(EXECUTIVE).bridge("alder", "revenue", month="2024-02")
    told = run("bridge", "alder", "revenue", "--month", "2024-02", "--home", site.home, "--json").document

    assert (caught.value.problem, caught.value.remedy) == (told["error"]["problem"], told["error"]["remedy"])
    with pytest.raises(NotFoundError, match="no edition '99'"):
        ask(OPERATOR).difference("alder", "revenue", 1, 99)
    with pytest.raises(UsageError, match="no option 'nothing'"):
        ask(EXECUTIVE).explain_indicator("alder", "net_new_revenue", option="nothing")


def test_rows_that_leave_are_listed_a_month_at_a_time(ask):
    """One month of the roll-off calendar has its own rows and its own total."""
    told = ask(EXECUTIVE).leaving("alder", "revenue", leaves_in="2024-09")

    assert told["total"] == 2
    assert [(month["month"], month["leaves"], month["difference"]) for month in told["leaving"]] == [
        ("2024-09", 2, "-140")
    ]
    assert [row["difference"] for row in told["rows"]] == ["-100", "-40"]
