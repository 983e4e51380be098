"""The text of every error that the command line can meet, so that someone has read it."""

import gzip
import re
import sqlite3
from pathlib import Path

import pytest

RESPONSES = "response_id,customer_id,product_id,responded_on,score\n"
FILES = {
    "survey_responses.csv": RESPONSES,
    "seats-empty.csv": "",
    "seats-columns.csv": "month,month,subscription,sold_seat\n",
    "seats-open-quote.csv": 'month,subscription_id,state,sold_seats,assigned_seats\n"2024-01,s,active,1,1\n',
    "nowhere.csv": "a,b\n",
    "partners.pdf": "%PDF",
    "binary.csv": "\x00\x01\x02",
    "bad.toml": "[[table]]\nname = 'seats'\ncolumns = 3\n",
    "not.toml": "table = [\n",
    "unknown-column.toml": '[[table]]\nname = "survey_responses"\n[table.columns]\nresponse_id = "response"\n',
}
CASES = {
    "show: unknown partner": "show aldr",
    "show: partner that is like none": "show zzzzzzzz",
    "show: unknown product, workload and country": "show alder --product fnance --workload Engagement --country UX",
    "show: month that is no month": "show alder --month 2024-13",
    "show: month that is not published": "show alder --month 2024-02",
    "values: unknown metric": "values net_customer_add",
    "values: metric that is like none": "values profit",
    "values: unknown format": "values nps --format xlsx",
    "publish: month without an edition": "publish 2024-02",
    "build: month without facts": "build 2024-04",
    "build: more months than there are": "build 2024-03 --months 16",
    "build: unknown engine": "build 2024-03 --engine oracle",
    "build: spark with the client alone": "build 2024-03 --engine spark",
    "build: spark at no address": "build 2024-03 --engine spark --remote spark://localhost:7077",
    "build: spark where nothing listens": "build 2024-03 --engine spark --remote sc://127.0.0.1:1",
    "build: address for the embedded engine": "build 2024-03 --remote sc://localhost:15002",
    "quarantine: unknown load": "quarantine 99",
    "template: unknown table": "template exchange_rate",
    "template: table that is like none": "template invoices",
    "init: workspace that is there": "init",
    "init: no currency": "init --home {files}/new --currency euro",
    "init: in a file": "init --home {files}/nowhere.csv",
    "loads: no workspace": "loads --home {files}",
    "sample: folder with files": "sample {files}",
    "sample: in a file": "sample {files}/nowhere.csv/sample",
    "sample: unknown format": "sample {files}/sample --format xml",
    "sample: month that is no month": "sample {files}/sample --last-month June",
    "demo: workspace with another program": "demo",
    "load: no such file": "load {files}/seats-2024.csv",
    "load: folder": "load {files}",
    "load: table not told": "load {files}/nowhere.csv",
    "load: unknown table": "load {files}/nowhere.csv --table seat",
    "load: unknown ending": "load {files}/partners.pdf",
    "load: table and mapping": "load {files}/nowhere.csv --table seats --mapping gcloud-sales",
    "load: empty file": "load {files}/seats-empty.csv",
    "load: columns": "load {files}/seats-columns.csv",
    "load: open quote": "load {files}/seats-open-quote.csv",
    "load: binary": "load {files}/binary.csv --table seats",
    "load: cut gzip": "load {files}/seats-cut.csv.gz",
    "load: unknown mapping": "load {files}/nowhere.csv --mapping gcloud-sale",
    "load: mapping with faults": "load {files}/nowhere.csv --mapping {files}/bad.toml",
    "load: mapping that is no TOML": "load {files}/nowhere.csv --mapping {files}/not.toml",
    "load: mapping of columns that are not there": "load {files}/nowhere.csv --mapping {files}/unknown-column.toml",
}
SETTINGS = {
    "settings: no TOML": "name = ",
    "settings: several faults": 'nam = "x"\ntime_zone = "Mars"\n[benchmark]\nk = 0\nbandings = "quartile"\n',
    "settings: unknown policy": 'contribution_policy = "pci-2021"\n',
    "settings: other currency than the facts": 'reporting_currency = "EUR"\n',
    "settings: other time zone than the facts": 'time_zone = "Europe/Paris"\n',
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of files that do not load."""
    folder = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    rows = RESPONSES + "".join(f"r{number},oak,sales,2024-03-31,9\n" for number in range(5000))
    (folder / "seats-cut.csv.gz").write_bytes(gzip.compress(rows.encode())[:2000])
    return folder


def told(reply, *folders: Path) -> str:
    """Return what a person reads: the exit code and the text, with names in place of folders."""
    text = reply.err
    for folder in folders:
        text = text.replace(str(folder), f"<{folder.name.rstrip('0123456789')}>")
    assert reply.out == ""
    return f"exit code {reply.code}\n{text}"


@pytest.mark.parametrize("command", CASES.values(), ids=CASES)
def test_error_text(command, run, tiny_home, files, snapshot):
    """What is wrong with the value in quotes, where, and what to do."""
    arguments = command.format(files=files).split()
    home = [] if "--home" in arguments or arguments[0] in {"sample", "template"} else ["--home", tiny_home]
    reply = run(*arguments, *home)

    assert reply.code in {2, 3, 4, 5}
    assert told(reply, files, tiny_home) == snapshot


@pytest.mark.parametrize("text", SETTINGS.values(), ids=SETTINGS)
def test_error_text_of_settings(text, run, own_home, files, snapshot):
    """All faults of the settings are told at once, with their lines."""
    (own_home / "program.toml").write_text(text, encoding="utf-8")
    (own_home / "survey_responses.csv").write_text(RESPONSES + "r,oak,sales,2024-03-31,9\n", encoding="utf-8")
    reply = run("load", own_home / "survey_responses.csv", "--home", own_home)

    assert reply.code == 3
    assert told(reply, own_home) == snapshot


def test_error_text_of_a_newer_store(run, own_home, snapshot):
    """A store of a newer version is left alone."""
    with sqlite3.connect(own_home / "store" / "ledger.sqlite") as ledger:
        ledger.execute("UPDATE meta SET value = '99' WHERE name = 'format'")
    ledger.close()

    assert told(run("show", "alder", "--home", own_home), own_home) == snapshot


def test_error_text_of_a_damaged_ledger(run, own_home, snapshot):
    """A ledger that is no database says so."""
    (own_home / "store" / "ledger.sqlite").write_bytes(b"nothing" * 1000)

    assert told(run("show", "alder", "--home", own_home), own_home) == snapshot


def test_error_text_of_a_lost_result(run, own_home):
    """A result that is damaged is named by the start of its digest, with the remedy."""
    for path in (own_home / "store" / "results").rglob("*.parquet"):
        path.write_bytes(b"")
    text = told(run("show", "alder", "--home", own_home), own_home)

    assert re.match(r"exit code 3\nerror: the result table '[0-9a-f]{12}' is missing or damaged: ", text)
    assert text.endswith("\n  build and publish its month again\n")


def test_error_text_of_nothing_published(run, tmp_path, snapshot):
    """A new workspace says which two commands lead to an answer."""
    run("init", "--home", tmp_path / "home")

    assert told(run("show", "alder", "--home", tmp_path / "home"), tmp_path) == snapshot
    assert told(run("build", "2024-03", "--home", tmp_path / "home"), tmp_path) == snapshot
