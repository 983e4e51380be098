"""
The commands and their arguments (facts.md, "Commands").

This module parses only. What a command does stands in ``commands``, which brings the engine, the ledger and the
tables along; it is loaded when a command runs, so that ``--help`` and completion stay fast.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from partnerlens import __version__
from partnerlens.cli.adoption_main import adoption
from partnerlens.cli.check_main import doctor, findings, mismatches, reconcile
from partnerlens.cli.options import (
    DEFAULT_HOME,
    Countries,
    FileFormat,
    Home,
    Json,
    Leaving,
    Limit,
    LoadNumber,
    MonthOption,
    MostRows,
    OneScorecard,
    Output,
    Products,
    Scorecard,
    Track,
    Workloads,
    print_error,
)
from partnerlens.cli.options import run_command as _run
from partnerlens.cli.publish_main import publish
from partnerlens.cli.server_main import demo, serve, token_app, user_app
from partnerlens.cli.statement_main import statement

app = typer.Typer(
    name="partnerlens",
    help="Right numbers for partner programs, each with its rows and reasons.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help needs no rich, which would cost half of the time of --help
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,  # noqa: FBT002
) -> None:
    """Measure what each partner contributes, compare it fairly, and explain every number."""
    if version:
        typer.echo(f"partnerlens {__version__}")
        raise typer.Exit


app.command()(demo)


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
    number: LoadNumber = None,
    home: Home = DEFAULT_HOME,
    limit: MostRows = 50,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """List rejected rows with place, reason and remedy."""
    _run("quarantine", as_json=as_json, home=home, number=number, limit=limit)


@app.command()
def build(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The last data month (YYYY-MM).")],
    months: Annotated[int, typer.Option("--months", help="How many months, counted back.", min=1)] = 1,
    engine: Annotated[
        str, typer.Option(metavar="duckdb|spark", help="The engine to build on: in this process, or a cluster.")
    ] = "duckdb",
    remote: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="The Spark Connect server (sc://HOST:PORT); a session on this machine without it."
        ),
    ] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Build the editions of a month and of the months before it."""
    _run("build", as_json=as_json, home=home, month=month, months=months, engine=engine, remote=remote)


app.command()(publish)


@app.command()
def editions(
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="TIME", help="What readers saw then: a date, or a date with time (UTC)."),
    ] = None,
    prune: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            "--prune", help="Remove editions that were never published and are not the latest of their month."
        ),
    ] = False,
    keep: Annotated[int, typer.Option(metavar="N", help="With --prune: keep the last N editions in any case.")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --prune: say what would go, and keep it.")] = False,  # noqa: FBT002
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """List the editions and which of them are published, or remove old ones."""
    if prune or dry_run or keep:
        _run("prune", as_json=as_json, home=home, is_asked=prune, keep=keep, dry_run=dry_run)
    _run("editions", as_json=as_json, home=home, as_of=as_of)


@app.command()
def compact(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")] = False,  # noqa: FBT002
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Merge small files of facts, and remove replaced ones that no edition rests on."""
    _run("compact", as_json=as_json, home=home, dry_run=dry_run)


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


@app.command()
def band(
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="A partner id.")],
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="A metric's id, such as revenue.")],
    number: Annotated[
        int | None, typer.Option("--band", metavar="N", help="The band to open, 1 to 4; the partner's own by default.")
    ] = None,
    month: MonthOption = None,
    product: Products = [],  # noqa: B006
    workload: Workloads = [],  # noqa: B006
    country: Countries = [],  # noqa: B006
    file_format: FileFormat = "table",
    output: Output = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """List the partners in a band of a benchmark (for operators), or say why there is none."""
    _run(
        "band",
        as_json=as_json,
        home=home,
        partner=partner,
        metric=metric,
        number=number,
        month=month,
        products=product,
        workloads=workload,
        countries=country,
        file_format=file_format,
        output=output,
    )


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
    roll_off: Annotated[  # noqa: FBT002
        bool, typer.Option("--roll-off", help="Also count the rows that leave in each of the next twelve months.")
    ] = False,
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
        roll_off=roll_off,
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
    metric: Annotated[
        str, typer.Argument(metavar="METRIC", help="A metric's id, such as revenue; with --scorecard an indicator's.")
    ],
    month: MonthOption = None,
    product: Products = [],  # noqa: B006
    workload: Workloads = [],  # noqa: B006
    country: Countries = [],  # noqa: B006
    scorecard: Annotated[
        str | None, typer.Option("--scorecard", metavar="ID[@VERSION]", help="Explain an indicator of this scorecard.")
    ] = None,
    track: Track = None,
    option: Annotated[
        str | None,
        typer.Option("--option", metavar="NAME", help="An option of the indicator, if not the one that counts."),
    ] = None,
    not_counted: Annotated[  # noqa: FBT002
        bool, typer.Option("--not-counted", help="The rows that were near but do not count, with their reasons.")
    ] = False,
    leaving: Leaving = False,  # noqa: FBT002
    file_format: FileFormat = "table",
    output: Output = None,
    limit: Limit = 50,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Show the rows behind a metric or an indicator of a partner: that count, that do not and why, or that leave."""
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
        scorecard=scorecard,
        track=track,
        option=option,
        not_counted=not_counted,
        leaving=leaving,
        file_format=file_format,
        output=output,
        limit=limit,
    )


@app.command()
def difference(
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="A partner id.")],
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="A metric's id, such as revenue.")],
    before: Annotated[int, typer.Argument(metavar="FROM", help="The number of an edition.")],
    after: Annotated[int, typer.Argument(metavar="TO", help="The number of another edition.")],
    product: Products = [],  # noqa: B006
    workload: Workloads = [],  # noqa: B006
    country: Countries = [],  # noqa: B006
    file_format: FileFormat = "table",
    output: Output = None,
    limit: Limit = 50,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Show the rows of a metric that differ between two editions, each with its cause."""
    _run(
        "difference",
        as_json=as_json,
        home=home,
        partner=partner,
        metric=metric,
        before=before,
        after=after,
        chosen={"products": product, "workloads": workload, "countries": country},
        file_format=file_format,
        output=output,
        limit=limit,
    )


@app.command()
def bridge(
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="A partner id.")],
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="A metric's id, such as revenue.")],
    month: MonthOption = None,
    product: Products = [],  # noqa: B006
    workload: Workloads = [],  # noqa: B006
    country: Countries = [],  # noqa: B006
    rows: Annotated[bool, typer.Option("--rows", help="Also the rows, each with its cause.")] = False,  # noqa: FBT002
    file_format: FileFormat = "table",
    output: Output = None,
    limit: Limit = 50,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Show how a metric became that of the next month: what entered, was corrected, and rolled off."""
    _run(
        "bridge",
        as_json=as_json,
        home=home,
        partner=partner,
        metric=metric,
        month=month,
        chosen={"products": product, "workloads": workload, "countries": country},
        with_rows=rows,
        file_format=file_format,
        output=output,
        limit=limit,
    )


app.command()(adoption)
app.command()(mismatches)
app.command()(findings)
app.command()(reconcile)


@app.command()
def replay(
    edition: Annotated[int, typer.Argument(metavar="EDITION", help="The number of an edition.")],
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Compute an edition again, with the facts and rules of its time, and compare it byte by byte."""
    _run("replay", as_json=as_json, home=home, edition=edition)


app.command()(statement)
app.command()(doctor)
app.command()(serve)
app.add_typer(user_app, name="user")
app.add_typer(token_app, name="token")


def main() -> None:
    """Run the command line; the entry point of the ``partnerlens`` script."""
    try:
        app()
    except SystemExit as end:
        # The parser has told people what is wrong with the words; those who asked for JSON get that too.
        wrong: Any = end.__context__
        if "--json" in sys.argv and hasattr(wrong, "format_message"):
            print_error("wrong_use", wrong.format_message(), "see --help")
        raise
    except KeyboardInterrupt:
        sys.exit(130)
