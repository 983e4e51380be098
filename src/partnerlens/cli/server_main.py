"""The commands of the server and their arguments; what they do is loaded when one of them runs."""

from functools import partial
from typing import Annotated, Any

import typer

from partnerlens.cli.options import DEFAULT_HOME, SERVER_COMMANDS, Home, Json, run_command

HELP = {"help_option_names": ["-h", "--help"]}

run_server_command = partial(run_command, module=SERVER_COMMANDS)
"""Run a command of the server; see ``run_command``."""

user_app = typer.Typer(help="Who may sign in, and what they may see.", no_args_is_help=True, context_settings=HELP)
token_app = typer.Typer(help="Keys for programs that use the API.", no_args_is_help=True, context_settings=HELP)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The user's e-mail address.")]
RoleOption = Annotated[str, typer.Option("--role", metavar="ROLE", help="The role; see the reference of roles.")]
PartnerOption = Annotated[
    str | None,
    typer.Option("--partner", metavar="PARTNER", help="The partner it is held for; none for program operators."),
]
Locations = Annotated[
    list[str],
    typer.Option("--location", metavar="PARTNER", help="Only this location of the account; may be repeated."),
]


@user_app.command("add")
def user_add(
    email: Email,
    name: Annotated[str, typer.Option(help="The name shown on pages; the address by default.")] = "",
    password: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            "--password/--no-password",
            help="Ask for a password, or take a line of standard input; without one an identity provider signs in.",
        ),
    ] = True,
    language: Annotated[str | None, typer.Option(metavar="en|fr|ko", help="The language of its pages.")] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Add a user; it sees nothing until it is given a role."""
    run_server_command(
        "user add", as_json=as_json, home=home, email=email, name=name, password=password, language=language
    )


@user_app.command("list")
def user_list(home: Home = DEFAULT_HOME, as_json: Json = False) -> None:  # noqa: FBT002
    """List the users with their roles."""
    run_server_command("user list", as_json=as_json, home=home)


@user_app.command("grant")
def user_grant(
    email: Email,
    role: RoleOption,
    partner: PartnerOption = None,
    location: Locations = [],  # noqa: B006
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Give a user a role at a partner."""
    run_server_command(
        "user grant", as_json=as_json, home=home, email=email, role=role, partner=partner, locations=location
    )


@user_app.command("revoke")
def user_revoke(
    email: Email,
    role: RoleOption,
    partner: PartnerOption = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Take a role at a partner from a user; it holds from the next request on."""
    run_server_command("user revoke", as_json=as_json, home=home, email=email, role=role, partner=partner)


@user_app.command("disable")
def user_disable(
    email: Email,
    undo: Annotated[bool, typer.Option("--undo", help="Let the user sign in again.")] = False,  # noqa: FBT002
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """End a user's sessions and tokens, and let it sign in no more."""
    run_server_command("user disable", as_json=as_json, home=home, email=email, undo=undo)


@user_app.command("password")
def user_password(email: Email, home: Home = DEFAULT_HOME, as_json: Json = False) -> None:  # noqa: FBT002
    """Give a user a new password, and end its sessions; it is asked for, or a line of standard input."""
    run_server_command("user password", as_json=as_json, home=home, email=email)


@token_app.command("create")
def token_create(
    email: Email,
    name: Annotated[str, typer.Option(help="What the token is for.")],
    scope: Annotated[str, typer.Option(metavar="read|write", help="Whether it may change things.")] = "read",
    days: Annotated[int | None, typer.Option(help="How long it holds; always by default.", min=1, max=3650)] = None,
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Make a token that asks in the name of a user; its key is shown this once."""
    run_server_command("token create", as_json=as_json, home=home, email=email, name=name, scope=scope, days=days)


@token_app.command("list")
def token_list(home: Home = DEFAULT_HOME, as_json: Json = False) -> None:  # noqa: FBT002
    """List the tokens, without their keys."""
    run_server_command("token list", as_json=as_json, home=home)


@token_app.command("revoke")
def token_revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="The token's id, as it is listed.")],
    home: Home = DEFAULT_HOME,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """End a token; it holds from the next request on."""
    run_server_command("token revoke", as_json=as_json, home=home, token=token)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen at; others reach this machine's own only.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="The port.", min=0, max=65535)] = 8321,
    behind_proxy: Annotated[
        str | None,
        typer.Option(
            "--behind-proxy", metavar="ADDRESS", help="The address of the proxy that ends TLS before this server."
        ),
    ] = None,
    processes: Annotated[
        int, typer.Option(help="Processes that serve together; more than the machine has cores gain nothing.", min=1)
    ] = 1,
    home: Home = DEFAULT_HOME,
) -> None:
    """Serve the pages and the API; on this machine alone unless a proxy with TLS stands before it."""
    run_server_command("serve", as_json=False, home=home, host=host, port=port, proxy=behind_proxy, processes=processes)


def demo(
    home: Home = DEFAULT_HOME,
    partners: Annotated[int, typer.Option(help="Number of partners.", min=20)] = 120,
    customers: Annotated[int, typer.Option(help="Number of customers.", min=50)] = 1500,
    months: Annotated[int, typer.Option(help="Months of history.", min=14, max=120)] = 30,
    seed: Annotated[int, typer.Option(help="Chooses the made-up program.")] = 7,
    serve: Annotated[  # noqa: FBT002
        bool, typer.Option("--serve/--no-serve", help="Serve the dashboard, or stop after publishing.")
    ] = True,
    port: Annotated[int, typer.Option(help="The port of the dashboard; 0 for any free one.", min=0, max=65535)] = 8321,
    as_json: Json = False,  # noqa: FBT002
) -> None:
    """Make a sample program, load, build and publish it, and serve its dashboard on this machine."""
    asked: dict[str, Any] = {"home": home, "partners": partners, "customers": customers, "months": months, "seed": seed}
    if serve and not as_json:
        run_server_command("demo", as_json=False, port=port, **asked)
    run_command("demo", as_json=as_json, **asked)
