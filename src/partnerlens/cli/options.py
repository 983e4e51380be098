"""The options that commands share, and how a command is run."""

import importlib
import json
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

HOME_VARIABLE = "PARTNERLENS_HOME"
DEFAULT_HOME = Path("partnerlens-home")
INTERNAL = 5

COMMANDS = "partnerlens.cli.commands"
SERVER_COMMANDS = "partnerlens.cli.server_commands"
"""The modules with what commands do; each is loaded when one of its commands runs, so that help is fast."""

Home = Annotated[
    Path,
    typer.Option("--home", envvar=HOME_VARIABLE, help="The workspace's folder.", show_default=str(DEFAULT_HOME)),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else on standard output.")]
MonthOption = Annotated[
    str | None, typer.Option("--month", metavar="YYYY-MM", help="The data month; the latest published one by default.")
]
LoadNumber = Annotated[int | None, typer.Argument(metavar="[LOAD]", help="One load; all by default.", min=1, max=2**31)]
MostRows = Annotated[int, typer.Option(help="Most rows to list; 0 for all. --json lists all.", min=0)]
Leaving = Annotated[
    bool, typer.Option("--leaving", help="What leaves in the next twelve months if nothing is added, by month.")
]
Products = Annotated[
    list[str], typer.Option("--product", metavar="P", help="Only this product (id or name); may be repeated.")
]
Workloads = Annotated[list[str], typer.Option("--workload", metavar="W", help="Only this workload; may be repeated.")]
Countries = Annotated[
    list[str],
    typer.Option("--country", metavar="C", help="Only customers in this country (two letters); may be repeated."),
]
FileFormat = Annotated[str, typer.Option("--format", metavar="table|csv|parquet|xlsx", help="How to print or write.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where an export goes, if not to the screen.")
]
Limit = Annotated[int, typer.Option(help="At most so many rows on the terminal; 0 for all.", min=0)]
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


def run_command(command: str, /, *, as_json: bool, module: str = COMMANDS, **arguments: Any) -> None:
    """
    Run a command and end with its exit code; a bug is told in full, under the exit code that says so.

    Args:
        command: its name.
        as_json: whether a bug is also told as JSON.
        module: where what it does stands.
        arguments: of the command.
    """
    try:
        commands = importlib.import_module(module)
        code = commands.run(command, as_json=as_json, arguments=arguments)
    except Exception as error:  # noqa: BLE001 a bug
        traceback.print_exc()
        if as_json:
            print_error("internal", f"{type(error).__name__}: {error}", "report it with what stands on standard error")
        code = INTERNAL
    raise typer.Exit(code)


def print_error(code: str, problem: str, remedy: str) -> None:
    """Print an error as a JSON document."""
    document = {"error": {"code": code, "problem": problem, "remedy": remedy}}
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
