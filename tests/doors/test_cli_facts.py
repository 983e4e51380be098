"""From files to a published month, as a user at a terminal does it."""

import re
import shutil
from pathlib import Path

import pytest

from partnerlens.app import Workspace

PRODUCTS = """\
product_id,name,family,workloads
P1,Sales,Customer Engagement,Customer Engagement
"""
SURVEY = """\
response_id,customer_id,product_id,responded_on,score
r1,C1,P1,2024-03-31,9
r2,C1,P1,2024-03-31,11
r2b,C1,P1,2024-02-30,-1
r3,C9,P1,2024-03-31,5
"""


@pytest.fixture(scope="module")
def begun_once(run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new workspace with a customer and a product, to be copied."""
    folder = tmp_path_factory.mktemp("begun")
    (folder / "customers.csv").write_text("customer_id,name,country\nC1,One,US\n", encoding="utf-8")
    (folder / "products.csv").write_text(PRODUCTS, encoding="utf-8")
    assert run("init", "--home", folder / "home").code == 0
    assert run("load", folder / "products.csv", folder / "customers.csv", "--home", folder / "home").code == 0
    return folder / "home"


@pytest.fixture
def begun(begun_once: Path, tmp_path: Path) -> Path:
    """Return such a workspace, and the file of survey responses beside it."""
    (tmp_path / "survey_responses.csv").write_text(SURVEY, encoding="utf-8")
    return Path(shutil.copytree(begun_once, tmp_path / "home"))


def test_load_prints_balances_that_add_up(run, begun, tmp_path):
    """Rows in are loaded, duplicate, replaced or in quarantine; rejects give exit code 1 and a hint."""
    reply = run("load", tmp_path / "survey_responses.csv", "--home", begun)
    header, line = reply.out.splitlines()

    assert reply.code == 1
    assert header.split() == ["load", "file", "table", "rows", "loaded", "duplicate", "replaced", "quarantined"]
    assert line.split() == ["3", "survey_responses.csv", "survey_responses", "4", "1", "0", "0", "3"]
    assert reply.err == "3 rows are in quarantine; see why with 'partnerlens quarantine'\n"


def test_every_balance_of_a_large_load_adds_up(run, sample_home):
    """The ledger keeps a balance for each load; corrections replaced what they correct."""
    loads = run("loads", "--json", "--home", sample_home).document
    balances = [balance for load in loads for balance in load["tables"]]
    corrected = {load["file"]: load["tables"][0]["replaced"] for load in loads if "correction" in load["file"]}

    assert [load["load"] for load in loads] == list(range(1, len(loads) + 1))
    for balance in balances:
        parts = ("loaded", "duplicate", "replaced", "quarantined")
        assert balance["rows_in"] == sum(balance[part] for part in parts)
    assert corrected["seats-correction.csv"] > 0
    assert corrected["associations-correction.csv"] > 0


def test_same_content_again_changes_nothing(run, begun, tmp_path):
    """A file that was loaded is known, under whatever name."""
    (tmp_path / "products-again.csv").write_text(PRODUCTS, encoding="utf-8")
    before = run("loads", "--json", "--home", begun).document
    reply = run("load", tmp_path / "products-again.csv", "--home", begun)

    assert reply.code == 0
    assert reply.err == "products-again.csv: the same content was load 2; nothing changed\n"
    assert run("loads", "--json", "--home", begun).document == before


def test_quarantine_tells_place_value_rule_and_remedy(run, begun, tmp_path):
    """Each fault has its file, line, column, value, rule, problem and remedy."""
    run("load", tmp_path / "survey_responses.csv", "--home", begun)
    listed = run("quarantine", "3", "--json", "--home", begun).document
    keys = ("file", "line", "column", "value", "rule", "is_waiting")
    file = "survey_responses.csv"

    assert [tuple(entry[key] for key in keys) for entry in listed] == [
        (file, 3, "score", "11", "too_large", False),
        (file, 4, "responded_on", "2024-02-30", "not_a_date", False),
        (file, 4, "score", "-1", "negative", False),
        (file, 5, "customer_id", "C9", "unknown_reference", True),
    ]
    assert all(entry["problem"] and entry["remedy"] for entry in listed)


def test_quarantine_is_a_table_for_people(run, begun, tmp_path):
    """The place is file and line; what is not listed is counted."""
    run("load", tmp_path / "survey_responses.csv", "--home", begun)
    listed = run("quarantine", "--limit", 1, "--home", begun, columns=240)

    assert "survey_responses.csv:3  score   11     too_large" in listed.out
    assert listed.err == "3 more; list all with --limit 0\n"


def test_released_rows_are_told(run, begun, tmp_path):
    """When the customer arrives, its row leaves the quarantine, and the load says so."""
    run("load", tmp_path / "survey_responses.csv", "--home", begun)
    (tmp_path / "customers-late.csv").write_text("customer_id,name,country\nC9,Nine,DE\n", encoding="utf-8")
    reply = run("load", tmp_path / "customers-late.csv", "--home", begun)

    assert reply.code == 0
    assert reply.err == "1 rows left the quarantine because what they waited for has arrived\n"
    assert len(run("quarantine", "--json", "--home", begun).document) == 3


def test_readers_see_a_month_only_when_it_is_published(run, tiny_home, tmp_path):
    """A corrected month that is built but not published leaves the answer as it was."""
    home = shutil.copytree(tiny_home, tmp_path / "home")
    asked = ("show", "alder", "--home", home, "--json")
    (tmp_path / "billing_lines-late.csv").write_text(
        "invoice_id,line_id,billing_month,subscription_id,amount,currency\nlate,1,2024-03,s1,1000,USD\n",
        encoding="utf-8",
    )
    before = run(*asked).document
    run("load", tmp_path / "billing_lines-late.csv", "--home", home)
    loaded = run(*asked).document
    run("build", "2024-03", "--home", home)
    built = run(*asked).document
    published = run("publish", "2024-03", "--home", home)
    after = run(*asked).document

    assert loaded == built == before
    assert published.out == "readers of 2024-03 now see edition 2\n"
    assert (before["edition"], before["metrics"][0]["value"]) == (1, "1480")
    assert (after["edition"], after["metrics"][0]["value"]) == (2, "2480")


def test_editions_say_which_of_them_is_published(run, sample_home):
    """All editions are listed; the published ones have a time."""
    listed = run("editions", "--json", "--home", sample_home).document

    assert [(entry["edition"], entry["month"], entry["published_at"] is not None) for entry in listed] == [
        (1, "2026-04", False),
        (2, "2026-05", True),
        (3, "2026-06", True),
    ]


def test_show_takes_the_latest_published_month(run, sample_home):
    """Without --month the latest published month answers; a built one that is not published does not."""
    partner = run("values", "revenue", "--json", "--home", sample_home).document[0]["partner_id"]
    latest = run("show", partner, "--json", "--home", sample_home).document
    earlier = run("show", partner, "--month", "2026-05", "--json", "--home", sample_home).document
    unpublished = run("show", partner, "--month", "2026-04", "--home", sample_home)

    assert (latest["month"], earlier["month"]) == ("2026-06", "2026-05")
    assert [metric["series"][-2]["value"] for metric in latest["metrics"]] == [
        metric["value"] for metric in earlier["metrics"]
    ]
    assert unpublished.code == 4
    assert "month 2026-04 is not published" in unpublished.err


@pytest.mark.parametrize(
    "filters",
    [[], ["--product", "the first"], ["--workload", "Customer Engagement", "--country", "US"], ["--country", "de"]],
)
def test_show_and_values_and_python_say_the_same(filters, run, sample_home):
    """One partner's page, the operator's list and the workspace in Python have one number."""
    if "--product" in filters:
        with Workspace.open(sample_home) as workspace:
            filters = ["--product", min(workspace.answers().edition.workloads_of)]
    home = ("--home", sample_home, "--json")
    listed = {row["partner_id"]: row for row in run("values", "mau", *filters, *home).document}
    partner = max(listed, key=lambda name: (float(listed[name]["value"]), name))
    shown = {metric["id"]: metric for metric in run("show", partner, *filters, *home).document["metrics"]}
    names = {"--product": "products", "--workload": "workloads", "--country": "countries"}
    asked = {names[option]: [value] for option, value in zip(filters[::2], filters[1::2], strict=True)}
    with Workspace.open(sample_home) as workspace:
        answered = workspace.answer(partner, **asked)["mau"]
    row = listed[partner]

    assert (shown["mau"]["value"], shown["mau"]["numerator"]) == (row["value"], row["numerator"])
    assert (answered.value, answered.numerator) == (row["value"], row["numerator"])
    assert shown["mau"]["benchmark"]["band"] == row["band"] == answered.benchmark.band


def test_product_may_be_named_by_its_name(run, tiny_home):
    """Id and name, in whatever case, ask for the same."""
    by_id = run("show", "birch", "--product", "finance", "--json", "--home", tiny_home)
    by_name = run("show", "birch", "--product", "dynamics FINANCE", "--json", "--home", tiny_home)

    assert by_id.document == by_name.document
    assert by_id.document["filters"]["products"] == ["finance"]


def test_doctor_finds_a_changed_result(run, own_home):
    """A result whose bytes changed fails the deep check, with the remedy; a missing one fails every check."""
    file = max((own_home / "store" / "results").rglob("*.parquet"), key=lambda path: path.stat().st_size)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    shallow, deep = run("doctor", "--home", own_home), run("doctor", "--deep", "--json", "--home", own_home)
    file.unlink()
    missing = run("doctor", "--json", "--home", own_home)
    failed = [check for check in deep.document if not check["passed"]]

    assert (shallow.code, deep.code, missing.code) == (0, 3, 3)
    assert [(check["check"], check["finding"]) for check in failed] == [("editions", f"'{file.name}' was changed")]
    assert failed[0]["remedy"] == "build the edition's month again"


def test_doctor_checks_what_it_says(run, tiny_home):
    """Every part of a sound workspace passes."""
    checks = run("doctor", "--deep", "--json", "--home", tiny_home)

    assert checks.code == 0
    assert [check["check"] for check in checks.document if check["passed"]] == [
        "Partnerlens",
        "engine",
        "disk",
        "settings",
        "definitions",
        "scorecards",
        "ledger",
        "facts",
        "editions",
        "quarantine",
    ]


def test_messages_stay_off_standard_output(run, tmp_path):
    """What a command has to say beside its result stands on standard error, so that output can be piped."""
    reply = run("demo", "--no-serve", "--partners", 20, "--customers", 50, "--months", 14, "--home", tmp_path / "demo")

    assert (reply.code, reply.out) == (0, "")
    assert re.search(r"rows of a made-up program are loaded, built and published", reply.err.replace("\n", " "))
