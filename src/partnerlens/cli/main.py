"""
The commands and their arguments (facts.md, "Commands").

This module parses only. What a command does stands in ``commands``, which brings the engine, the ledger and the
tables along; it is loaded when a command runs, so that ``--help`` and completion stay fast.
"""

import importlib
import json
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

from partnerlens import __version__

app = typer.Typer(
    name="partnerlens",
    help="Right numbers for partner programs, each with its rows and reasons.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help needs no rich, which would cost half of the time of --help
    context_settings={"help_option_names": ["-h", "--help"]},
)

HOME_VARIABLE = "PARTNERLENS_HOME"
DEFAULT_HOME = Path("partnerlens-home")
INTERNAL = 5

Home = Annotated[
    Path,
    typer.Option("--home", envvar=HOME_VARIABLE, help="The workspace's folder.", show_default=str(DEFAULT_HOME)),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else on standard output.")]
MonthOption = Annotated[
    str | None, typer.Option("--month", metavar="YYYY-MM", help="The data month; the latest published one by default.")
]
Products = Annotated[
    list[str], typer.Option("--product", metavar="P", help="Only this product (id or name); may be repeated.")
]
Workloads = Annotated[list[str], typer.Option("--workload", metavar="W", help="Only this workload; may be repeated.")]
Countries = Annotated[
    list[str],
    typer.Option("--country", metavar="C", help="Only customers in this country (two letters); may be repeated."),
]


def _run(command: str, *, as_json: bool, **arguments: Any) -> None:
    try:
        commands = importlib.import_module("partnerlens.cli.commands")
        code = commands.run(command, as_json=as_json, arguments=arguments)
    except Exception as error:  # noqa: BLE001 a bug: told in full, under the exit code that says so
        traceback.print_exc()
        if as_json:
            _print_error("internal", f"{type(error).__name__}: {error}", "report it with what stands on standard error")
        code = INTERNAL
    raise typer.Exit(code)


def _print_error(code: str, problem: str, remedy: str) -> None:
    document = {"error": {"code": code, "problem": problem, "remedy": remedy}}
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,  # noqa: FBT002
) -> None:
    """Measure what each partner contributes, compare it fairly, and explain every number."""
    if version:
        typer.echo(f"partnerlens {__version__}")
        raise typer.Exit


@app.command()
def demo(
    home: Home = DEFAULT_HOME,
    partners: Annotated[int, typer.Option(help="Number of partners.", min=20)] = 120,
    customers: Annotated[int, typer.Option(help="Number of customers.", min=50)] = 1500,
    months: Annotated[int, typer.Option(help="Months of history.", min=14, max=120)] = 30,
    seed: Annotated[int, typer.Option(help="Chooses the made-up program.")] = 7,
    serve: Annotated[  # noqa: FBT002
        bool, typer.Option("--serve/--no-serve", help="Show the result, or stop after publishing.")
    ] = True,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Make a sample program, load, build and publish it, and show a partner."""
    _run(
        "demo",
        as_json=as_json,
        home=home,
        partners=partners,
        customers=customers,
        months=months,
        seed=seed,
        serve=serve,
    )


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.")],
    partners: Annotated[int, typer.Option(help="Number of partners.", min=4)] = 1000,
    customers: Annotated[int, typer.Option(help="Number of customers.", min=4)] = 20000,
    months: Annotated[int, typer.Option(help="Months of history.", min=1, max=240)] = 36,
    seed: Annotated[int, typer.Option(help="Chooses the made-up program.")] = 1,
    last_month: Annotated[
        str, typer.Option("--last-month", metavar="YYYY-MM", help="The last month of history.")
    ] = "2026-06",
    file_format: Annotated[str, typer.Option("--format", metavar="csv|parquet", help="The files' format.")] = "csv",
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Write a realistic made-up program, one file for each table."""
    _run(
        "sample",
        as_json=as_json,
        folder=folder,
        partners=partners,
        customers=customers,
        months=months,
        seed=seed,
        last_month=last_month,
        file_format=file_format,
    )


@app.command()
def init(
    home: Home = DEFAULT_HOME,
    name: Annotated[str, typer.Option(help="The program's name.")] = "Partner program",
    currency: Annotated[str, typer.Option(help="The reporting currency (ISO 4217).")] = "USD",
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Make a new workspace."""
    _run("init", as_json=as_json, home=home, name=name, currency=currency)


@app.command()
def template(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A fact table.")],
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Print an empty CSV file with the columns of a table."""
    _run("template", as_json=as_json, table=table)


@app.command()
def load(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV, TSV, Parquet or XLSX; gzip too.")],
    table: Annotated[
        str | None, typer.Option(metavar="T", help="The fact table; by default told from the file's name.")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(metavar="M", help="A mapping by name, or a mapping file, for other columns.")
    ] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Load files of facts; rows that do not fit go to quarantine. Exit code 1 when some did."""
    _run("load", as_json=as_json, home=home, files=files, table=table, mapping=mapping)


@app.command()
def loads(home: Home = DEFAULT_HOME, as_json: Json = False) -> None:  # noqa: FBT002
    """List the loads and what became of their rows."""
    _run("loads", as_json=as_json, home=home)


@app.command()
def quarantine(
    number: Annotated[
        int | None, typer.Argument(metavar="[LOAD]", help="One load; all by default.", min=1, max=2**31)
    ] = None,
    home: Home = DEFAULT_HOME,
    limit: Annotated[int, typer.Option(help="Most rows to list; 0 for all. --json lists all.", min=0)] = 50,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """List rejected rows with place, reason and remedy."""
    _run("quarantine", as_json=as_json, home=home, number=number, limit=limit)


@app.command()
def build(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The last data month (YYYY-MM).")],
    months: Annotated[int, typer.Option("--months", help="How many months, counted back.", min=1)] = 1,
    engine: Annotated[str, typer.Option(metavar="duckdb", help="The engine to build on.")] = "duckdb",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Build the editions of a month and of the months before it."""
    _run("build", as_json=as_json, home=home, month=month, months=months, engine=engine)


@app.command()
def publish(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The data month (YYYY-MM).")],
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Point readers of a month at its latest edition."""
    _run("publish", as_json=as_json, home=home, month=month)


@app.command()
def editions(
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="TIME", help="What readers saw then: a date, or a date with time (UTC)."),
    ] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """List the editions and which of them are published."""
    _run("editions", as_json=as_json, home=home, as_of=as_of)


@app.command()
def show(
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="A partner id.")],
    month: MonthOption = None,
    product: Products = [],  # noqa: B006
    workload: Workloads = [],  # noqa: B006
    country: Countries = [],  # noqa: B006
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Show the eight metrics of a partner with bar, ranges, trend and series."""
    _run(
        "show",
        as_json=as_json,
        home=home,
        partner=partner,
        month=month,
        products=product,
        workloads=workload,
        countries=country,
    )


@app.command()
def values(
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="A metric's id, such as revenue.")],
    month: MonthOption = None,
    product: Products = [],  # noqa: B006
    workload: Workloads = [],  # noqa: B006
    country: Countries = [],  # noqa: B006
    file_format: Annotated[str, typer.Option("--format", metavar="table|csv", help="How to print.")] = "table",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """List one metric of every partner (for operators)."""
    _run(
        "values",
        as_json=as_json,
        home=home,
        metric=metric,
        month=month,
        products=product,
        workloads=workload,
        countries=country,
        file_format=file_format,
    )


Scorecard = Annotated[
    list[str],
    typer.Option(
        "--scorecard",
        metavar="S",
        help="A scorecard's id, or ID@VERSION; the program's first by default. May be repeated to compare.",
    ),
]
OneScorecard = Annotated[
    str | None,
    typer.Option("--scorecard", metavar="S", help="A scorecard's id, or ID@VERSION; the program's first by default."),
]
Track = Annotated[str | None, typer.Option("--track", metavar="T", help="Only this track of the scorecard.")]


@app.command()
def score(
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="A partner id.")],
    scorecard: Scorecard = [],  # noqa: B006
    month: MonthOption = None,
    track: Track = None,
    cost: Annotated[
        list[str],
        typer.Option("--cost", metavar="INDICATOR=C", help="What one more unit costs, for the path; may be repeated."),
    ] = [],  # noqa: B006
    add: Annotated[
        list[str],
        typer.Option("--add", metavar="INDICATOR=N", help="What if: with N units more; may be repeated."),
    ] = [],  # noqa: B006
    value: Annotated[
        list[str],
        typer.Option("--set", metavar="INDICATOR=V", help="What if: with this value; may be repeated."),
    ] = [],  # noqa: B006
    associate: Annotated[
        list[str],
        typer.Option(
            "--associate",
            metavar="SUBSCRIPTION=TYPE[/CLAIM][@DATE]",
            help="What if: associated with the subscription since DATE, or all the time; may be repeated.",
        ),
    ] = [],  # noqa: B006
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Show a partner's score: points, tier, the path to the next one, and what rolls off."""
    _run(
        "score",
        as_json=as_json,
        home=home,
        partner=partner,
        scorecards=scorecard,
        month=month,
        track=track,
        costs=cost,
        added=add,
        values=value,
        associations=associate,
    )


@app.command()
def scores(
    scorecard: OneScorecard = None,
    month: MonthOption = None,
    track: Track = None,
    file_format: Annotated[str, typer.Option("--format", metavar="table|csv", help="How to print.")] = "table",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """List the scores of all partners (for operators)."""
    _run("scores", as_json=as_json, home=home, scorecard=scorecard, month=month, track=track, file_format=file_format)


@app.command()
def scorecards(home: Home = DEFAULT_HOME, as_json: Json = False) -> None:  # noqa: FBT002
    """List the scorecards with their versions and check them all."""
    _run("scorecards", as_json=as_json, home=home)


@app.command()
def explain(
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="A partner id.")],
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="A metric's id, such as revenue.")],
    month: MonthOption = None,
    product: Products = [],  # noqa: B006
    workload: Workloads = [],  # noqa: B006
    country: Countries = [],  # noqa: B006
    not_counted: Annotated[  # noqa: FBT002
        bool, typer.Option("--not-counted", help="The rows that were near but do not count, with their reasons.")
    ] = False,
    file_format: Annotated[
        str, typer.Option("--format", metavar="table|csv|parquet|xlsx", help="How to print or write.")
    ] = "table",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where an export goes, if not to the screen.")
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many rows on the terminal; 0 for all.", min=0)] = 50,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Show the rows behind a metric of a partner, or those that do not count and why."""
    _run(
        "explain",
        as_json=as_json,
        home=home,
        partner=partner,
        metric=metric,
        month=month,
        products=product,
        workloads=workload,
        countries=country,
        not_counted=not_counted,
        file_format=file_format,
        output=output,
        limit=limit,
    )


@app.command()
def replay(
    edition: Annotated[int, typer.Argument(metavar="EDITION", help="The number of an edition.")],
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Compute an edition again, with the facts and rules of its time, and compare it byte by byte."""
    _run("replay", as_json=as_json, home=home, edition=edition)


@app.command()
def doctor(
    home: Home = DEFAULT_HOME,
    deep: Annotated[bool, typer.Option("--deep", help="Also read every file and check its digest.")] = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Check the installation and the workspace."""
    _run("doctor", as_json=as_json, home=home, deep=deep)


def main() -> None:
    """Run the command line; the entry point of the ``partnerlens`` script."""
    try:
        app()
    except SystemExit as end:
        # The parser has told people what is wrong with the words; those who asked for JSON get that too.
        wrong: Any = end.__context__
        if "--json" in sys.argv and hasattr(wrong, "format_message"):
            _print_error("wrong_use", wrong.format_message(), "see --help")
        raise
    except KeyboardInterrupt:
        sys.exit(130)
