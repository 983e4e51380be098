"""The arguments of the command that publishes; this module parses only."""

from typing import Annotated

import typer

from partnerlens.cli.options import DEFAULT_HOME, Home, Json
from partnerlens.cli.options import run_command as _run


def publish(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The data month (YYYY-MM).")],
    dry_run: Annotated[  # noqa: FBT002
        bool, typer.Option("--dry-run", help="Say which partners would change tier, and publish nothing.")
    ] = False,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Point readers of a month at its latest edition."""
    _run("publish", as_json=as_json, home=home, month=month, dry_run=dry_run)
