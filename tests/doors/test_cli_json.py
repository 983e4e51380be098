"""With --json every command prints one JSON document on standard output and nothing else."""

import csv
import io
from pathlib import Path

import pytest

from commandlist import all_commands
from partnerlens.model.facts import TABLES
from partnerlens.model.metric import MetricId

METRIC_KEYS = {
    "id",
    "value",
    "numerator",
    "denominator",
    "unit",
    "reason",
    "flags",
    "trend",
    "series",
    "benchmark",
    "method",
}
READING = {
    "loads": ["loads"],
    "quarantine": ["quarantine"],
    "mismatches": ["mismatches"],
    "editions": ["editions"],
    "show": ["show", "alder"],
    "values": ["values", "nps"],
    "values as csv": ["values", "nps", "--format", "csv"],
    "doctor": ["doctor"],
    "deep doctor": ["doctor", "--deep"],
}
FAILING = {
    "load": (["load", "nowhere.csv"], "not_found", 4),
    "load a table": (["load", "{home}/program.toml", "--table", "seat"], "wrong_use", 2),
    "quarantine": (["quarantine", "99"], "not_found", 4),
    "mismatches": (["mismatches", "99"], "not_found", 4),
    "build": (["build", "2031-01"], "wrong_data", 3),
    "build on spark": (["build", "2024-03", "--engine", "spark", "--remote", "sc://127.0.0.1:1"], "no_resource", 5),
    "publish": (["publish", "2031-01"], "not_found", 4),
    "show": (["show", "nobody"], "not_found", 4),
    "show a month": (["show", "alder", "--month", "March"], "wrong_use", 2),
    "values": (["values", "profit"], "wrong_use", 2),
    "values as": (["values", "nps", "--format", "pdf"], "wrong_use", 2),
    "init": (["init"], "wrong_use", 2),
}
HOMELESS = {
    "template": (["template", "seat"], "wrong_use", 2),
    "sample": (["sample", "{folder}", "--format", "xml"], "wrong_use", 2),
    "sample in a file": (["sample", "{folder}/file/sample"], "no_resource", 5),
    "loads": (["loads", "--home", "{folder}"], "not_found", 4),
    "editions": (["editions", "--home", "{folder}"], "not_found", 4),
    "init in a file": (["init", "--home", "{folder}/file"], "no_resource", 5),
    "init with a currency": (["init", "--home", "{folder}/new", "--currency", "euro"], "wrong_data", 3),
}


@pytest.mark.parametrize("arguments", READING.values(), ids=READING)
def test_reading_commands_print_one_document(arguments, run, tiny_home):
    """Standard output is one JSON document, and there is nothing to tell beside it."""
    reply = run(*arguments, "--json", "--home", tiny_home)

    assert (reply.code, reply.err) == (0, "")
    assert reply.document is not None


@pytest.mark.parametrize(("arguments", "code", "exit_code"), FAILING.values(), ids=FAILING)
def test_errors_are_one_document_too(arguments, code, exit_code, run, own_home):
    """An error is a document with code, problem and remedy; people read the same on standard error."""
    reply = run(*(text.format(home=own_home) for text in arguments), "--json", "--home", own_home)

    assert reply.code == exit_code
    assert list(reply.document) == ["error"]
    assert list(reply.document["error"]) == ["code", "problem", "remedy"]
    assert reply.document["error"]["code"] == code
    assert reply.err.startswith(f"error: {reply.document['error']['problem']}\n")


@pytest.mark.parametrize(("arguments", "code", "exit_code"), HOMELESS.values(), ids=HOMELESS)
def test_errors_without_a_workspace_are_documents(arguments, code, exit_code, run, tmp_path):
    """Commands that need no workspace, or find none, fail in the same form."""
    (tmp_path / "file").touch()
    reply = run(*(text.format(folder=tmp_path) for text in arguments), "--json")

    assert (reply.code, reply.document["error"]["code"]) == (exit_code, code)


def test_commands_that_change_a_workspace_print_one_document(run, tmp_path):
    """The way from nothing to an answer, each step as one document."""
    sample, home = tmp_path / "sample", ("--home", tmp_path / "home", "--json")
    size = ("--partners", 8, "--customers", 12, "--months", 3)
    made = run("sample", sample, *size, "--last-month", "2024-03", "--json")
    begun = run("init", "--name", "Ours", "--currency", "EUR", *home)
    loaded = run("load", *sorted(sample.glob("*.csv")), *home)
    again = run("load", sample / "partners.csv", *home)
    built = run("build", "2024-03", "--months", 2, *home)
    published = run("publish", "2024-03", *home)

    assert [reply.code for reply in (made, begun, loaded, again, built, published)] == [0] * 6
    assert {file["table"] for file in made.document["files"]} <= set(TABLES)
    assert begun.document == {"home": str(tmp_path / "home")}
    assert [list(report) for report in loaded.document] == [
        ["load", "file", "already_loaded", "recognised", "figures", "remarks", "released", "tables", "touched"]
    ] * len(loaded.document)
    assert again.document[0]["already_loaded"] == again.document[0]["load"] == 1
    assert [list(edition) for edition in built.document] == [["edition", "month", "digest", "built_at"]] * 2
    assert [edition["month"] for edition in built.document] == ["2024-02", "2024-03"]
    assert {name: published.document[name] for name in ("month", "edition")} == {"month": "2024-03", "edition": 2}


def test_demo_prints_one_document(run, tmp_path):
    """The demo says where it is and whom to look at; again it finds everything done."""
    size = ("--partners", 20, "--customers", 50, "--months", 14, "--home", tmp_path / "demo", "--json")
    first, second = run("demo", *size), run("demo", *size)

    assert (first.code, first.err) == (0, "")
    assert list(first.document) == ["home", "month", "partner", "rows", "quarantined"]
    assert second.document == first.document


def test_every_command_takes_json():
    """No command is without --json but the server, which runs until it is stopped."""
    assert {name for name, command in all_commands().items() if "--json" not in _options(command)} == {"serve"}


def test_every_command_with_a_workspace_takes_home():
    """Only the commands without a workspace lack --home."""
    lacking = {name for name, command in all_commands().items() if "--home" not in _options(command)}

    assert lacking == {"sample", "template"}


def test_show_has_the_contracts_shape(run, tiny_home):
    """Every key of facts.md is there, and the eight metrics stand in their order."""
    shown = run("show", "alder", "--workload", "Customer Engagement", "--json", "--home", tiny_home).document

    assert {"partner", "month", "edition", "filters", "metrics"} <= set(shown)
    assert (shown["partner"], shown["month"], shown["edition"]) == ("alder", "2024-03", 1)
    assert shown["filters"] == {"products": [], "workloads": ["Customer Engagement"], "countries": []}
    assert [metric["id"] for metric in shown["metrics"]] == [metric.value for metric in MetricId]
    for metric in shown["metrics"]:
        assert set(metric) == METRIC_KEYS
        assert set(metric["trend"]) == {"direction", "difference"}
        assert metric["trend"]["direction"] in {"up", "down", "none"}
        assert len(metric["series"]) == 12
        assert all({"month", "value"} <= set(point) for point in metric["series"])
        assert set(metric["benchmark"]) == {"band", "peers", "ranges", "to_next_band", "withheld"}
        assert all(set(step) == {"band", "min", "max", "partners"} for step in metric["benchmark"]["ranges"])


def test_show_says_numbers_as_exact_texts(run, tiny_home):
    """Values, numerators, ranges and differences are texts; a value that is null has its reason."""
    metrics = {
        metric["id"]: metric for metric in run("show", "birch", "--json", "--home", tiny_home).document["metrics"]
    }

    assert metrics["revenue"]["value"] == "720"
    assert metrics["revenue"]["denominator"] is None
    assert metrics["revenue"]["unit"] == "USD"
    assert metrics["revenue"]["benchmark"]["to_next_band"] == "760.01"
    assert metrics["mau_per_assigned_seat"]["value"] is None
    assert metrics["mau_per_assigned_seat"]["numerator"] is None
    assert metrics["mau_per_assigned_seat"]["reason"] == "no_assigned_seats"
    assert metrics["nps"]["reason"] == "no_responses"
    assert metrics["nps"]["trend"] == {"direction": "none", "difference": None}
    assert metrics["nps"]["benchmark"]["withheld"] == "too_few_partners"


def test_series_ends_with_the_data_month(run, tiny_home):
    """The twelve months come oldest first; those that reach before the first month of facts say so."""
    metrics = {
        metric["id"]: metric for metric in run("show", "alder", "--json", "--home", tiny_home).document["metrics"]
    }
    series = metrics["revenue"]["series"]

    assert [point["month"] for point in series][:: len(series) - 1] == ["2023-04", "2024-03"]
    assert [point["value"] for point in series[-2:]] == ["1440", "1480"]
    assert [point["flags"] for point in series] == [["history_short"]] * 8 + [[]] * 4
    assert metrics["revenue"]["flags"] == []


def test_values_as_csv_are_the_contracts_columns(run, tiny_home):
    """Seven columns, one row for each partner, true and false in small letters, nothing for null."""
    rows = list(csv.reader(io.StringIO(run("values", "mau", "--format", "csv", "--home", tiny_home).out)))

    assert rows == [
        ["partner_id", "value", "numerator", "denominator", "band", "in_cohort", "flags"],
        ["alder", "0.25", "3", "12", "4", "true", ""],
        ["alder-nord", "0", "0", "12", "", "false", ""],
        ["birch", "0", "0", "12", "1", "true", ""],
        ["cedar", "0.083333", "1", "12", "2", "true", ""],
        ["dogwood", "0.083333", "1", "12", "2", "true", ""],
    ]


def test_values_of_a_sum_and_of_a_score_have_the_contracts_parts(run, tiny_home):
    """A sum has no denominator; the numerator of the survey carries the factor 100; null is empty."""
    revenue = run("values", "revenue", "--format", "csv", "--home", tiny_home).out.splitlines()
    nps = run("values", "nps", "--format", "csv", "--home", tiny_home).out.splitlines()

    assert revenue[1:] == [
        "alder,1480,1480,,4,true,",
        "alder-nord,0,0,,,false,",
        "birch,720,720,,3,true,",
        "cedar,126,126,,1,true,",
        "dogwood,280,280,,2,true,",
    ]
    assert nps[1:] == [
        "alder,0,0,2,,true,",
        "alder-nord,,,,,false,",
        "birch,,,,,true,",
        "cedar,100,100,1,,true,",
        "dogwood,-100,-100,1,,true,",
    ]


def test_values_as_json_say_the_same_as_csv(run, tiny_home):
    """The two forms differ in their types, not in what they say."""
    asked = ("values", "mau_per_assigned_seat", "--home", tiny_home)
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").out)))
    documents = run(*asked, "--json").document

    assert [{key: "" if cell is None else cell for key, cell in entry.items()} for entry in documents] == [
        row | {"band": int(row["band"]) if row["band"] else "", "in_cohort": row["in_cohort"] == "true", "flags": []}
        for row in rows
    ]


def test_template_lists_the_columns_of_a_table(run):
    """The template is the header of a file that loads."""
    for name, table in TABLES.items():
        assert run("template", name).out == ",".join(table.names) + "\n"
        assert run("template", name, "--json").document == {"table": name, "columns": list(table.names)}


def test_json_is_readable_as_it_stands(run, tmp_path: Path):
    """Letters of every script are written as they are, not as escapes."""
    run("init", "--home", tmp_path / "h")
    (tmp_path / "partners.csv").write_text(
        "partner_id,name,country\nA,Müller 株式会社,DE\nB,Ünal,XXX\n", encoding="utf-8"
    )
    run("load", tmp_path / "partners.csv", "--home", tmp_path / "h")
    shown = run("quarantine", "--json", "--home", tmp_path / "h")

    assert "Ünal" in shown.out


def _options(command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}
