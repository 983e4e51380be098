"""The arguments of the commands that check facts and workspace; this module parses only."""

from pathlib import Path
from typing import Annotated

import typer

from partnerlens.cli.options import (
    DEFAULT_HOME,
    FileFormat,
    Home,
    Json,
    Limit,
    LoadNumber,
    MonthOption,
    MostRows,
    Output,
)
from partnerlens.cli.options import run_command as _run


def findings(
    partner: Annotated[
        str | None, typer.Argument(metavar="[PARTNER]", help="A partner id; all partners by default (for operators).")
    ] = None,
    month: MonthOption = None,
    code: Annotated[
        list[str],
        typer.Option("--code", metavar="D-01", help="Only this finding, with its evidence; may be repeated."),
    ] = [],  # noqa: B006
    severity: Annotated[
        list[str], typer.Option("--severity", metavar="high|medium|low", help="Only this severity; may be repeated.")
    ] = [],  # noqa: B006
    file_format: FileFormat = "table",
    output: Output = None,
    limit: Limit = 50,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Say what is odd about a partner, or about all: with evidence, what is at stake, and what to do."""
    _run(
        "findings",
        as_json=as_json,
        home=home,
        partner=partner,
        month=month,
        codes=code,
        severities=severity,
        file_format=file_format,
        output=output,
        limit=limit,
    )


def reconcile(
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="A partner id.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Its own invoices: CSV, TSV, Parquet or XLSX.")],
    month: MonthOption = None,
    mapping: Annotated[
        str | None,
        typer.Option(metavar="M", help="A mapping by name, or a mapping file, that makes billed lines of the file."),
    ] = None,
    scorecard: Annotated[
        str | None,
        typer.Option("--scorecard", metavar="ID[@VERSION]", help="Compare with the revenue of this scorecard."),
    ] = None,
    file_format: FileFormat = "table",
    output: Output = None,
    limit: Limit = 50,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Compare a partner's own invoices with what counts: matched, different, or on one side only, and why."""
    _run(
        "reconcile",
        as_json=as_json,
        home=home,
        partner=partner,
        file=file,
        month=month,
        mapping=mapping,
        scorecard=scorecard,
        file_format=file_format,
        output=output,
        limit=limit,
    )


def mismatches(
    number: LoadNumber = None,
    home: Home = DEFAULT_HOME,
    limit: MostRows = 50,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """List figures of loaded files that do not follow from their parts; they are kept as they are."""
    _run("mismatches", as_json=as_json, home=home, number=number, limit=limit)


def doctor(
    home: Home = DEFAULT_HOME,
    deep: Annotated[bool, typer.Option("--deep", help="Also read every file and check its digest.")] = False,  # noqa: FBT002
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Check the installation and the workspace."""
    _run("doctor", as_json=as_json, home=home, deep=deep)
