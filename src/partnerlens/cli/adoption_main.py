"""The arguments of the command about licences; this module parses only."""

from typing import Annotated

import typer

from partnerlens.cli.options import (
    DEFAULT_HOME,
    Countries,
    FileFormat,
    Home,
    Json,
    Limit,
    MonthOption,
    Output,
    Products,
    Workloads,
)
from partnerlens.cli.options import run_command as _run


def adoption(
    partner: Annotated[
        str | None, typer.Argument(metavar="[PARTNER]", help="A partner id; the whole program without it.")
    ] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="C", help="One customer, with its months.")
    ] = None,
    month: MonthOption = None,
    product: Products = [],  # noqa: B006
    workload: Workloads = [],  # noqa: B006
    country: Countries = [],  # noqa: B006
    include_trials: Annotated[  # noqa: FBT002
        bool, typer.Option("--include-trials", help="Also count trials, free and internal licences, and viral ones.")
    ] = False,
    sort: Annotated[
        str, typer.Option("--sort", metavar="unused|deployment|usage|name", help="The order of customers.")
    ] = "unused",
    file_format: FileFormat = "table",
    output: Output = None,
    limit: Limit = 50,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Show deployment and usage of licences: portfolio, customers with unused ones first, causes and advice."""
    _run(
        "adoption",
        as_json=as_json,
        home=home,
        partner=partner,
        customer=customer,
        asked={
            "month": month,
            "products": product,
            "workloads": workload,
            "countries": country,
            "include_trials": include_trials,
        },
        sort=sort,
        file_format=file_format,
        output=output,
        limit=limit,
    )
