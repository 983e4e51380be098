"""The arguments of the command that prints a statement; this module parses only."""

from pathlib import Path
from typing import Annotated

import typer

from partnerlens.cli.options import (
    DEFAULT_HOME,
    Countries,
    Home,
    Json,
    MonthOption,
    OneScorecard,
    Products,
    Workloads,
)
from partnerlens.cli.options import run_command as _run

MODULE = "partnerlens.cli.statement_commands"
"""What the command does stands apart: it brings the pages along."""


def statement(
    partner: Annotated[str, typer.Argument(metavar="PARTNER", help="A partner id.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the statement goes (PDF).")],
    month: MonthOption = None,
    scorecard: OneScorecard = None,
    product: Products = [],  # noqa: B006
    workload: Workloads = [],  # noqa: B006
    country: Countries = [],  # noqa: B006
    language: Annotated[str, typer.Option(metavar="en|fr|ko", help="The language of its texts.")] = "en",
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Print a partner's contribution and score as a statement (PDF); needs the extra 'reports'."""
    _run(
        "statement",
        as_json=as_json,
        module=MODULE,
        home=home,
        partner=partner,
        output=output,
        month=month,
        scorecard=scorecard,
        chosen={"product": product, "workload": workload, "country": country},
        language=language,
    )
