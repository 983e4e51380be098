"""A server over the tiny program, with one user for each role, for the tests of doors and access."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from partnerlens.access.register import Register
from partnerlens.access.roles import OPERATOR, built_in_roles
from partnerlens.access.settings import ServerSettings
from partnerlens.server.site import create_app
from partnerlens.server.watch import make_log

PASSWORD = "correct horse battery"
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
EVERYTHING = [*built_in_roles()]


@dataclass
class Site:
    """A running application, with the token of each user."""

    app: FastAPI
    home: Path
    register: Register
    tokens: dict[str, str]
    log: StringIO

    def client(self, who: str | None = None, **options) -> TestClient:
        """Return a client that asks in the name of a user; of nobody by default."""
        headers = {} if who is None else {"Authorization": f"Bearer {self.tokens[who]}"}
        return TestClient(
            self.app, base_url="http://localhost", headers=headers, raise_server_exceptions=False, **options
        )


def email(who: str) -> str:
    """Return the address of a user."""
    return f"{who}@example.com"


def make_site(home: Path, settings: ServerSettings | None = None, **options) -> Site:
    """Return a site over a workspace, with a user of each role at 'alder', and one reader at 'birch'."""
    log = StringIO()
    app = create_app(home, settings=settings or ServerSettings(), log=make_log(log), **options)
    register: Register = app.state.register
    tokens = {}
    for role in EVERYTHING:
        tokens[role] = add_user(register, role, role, None if role == OPERATOR else "alder")
    tokens["birch"] = add_user(register, "birch", "executive_report_viewer", "birch")
    tokens["nordic"] = add_user(register, "nordic", "executive_report_viewer", "alder", ("alder-nord",))
    tokens["nobody"] = add_user(register, "nobody", None, None)
    return Site(app, home, register, tokens, log)


def add_user(register: Register, who: str, role: str | None, partner: str | None, locations=()) -> str:
    """Add a user with a role, and return the key of a token that may change things."""
    register.add_user(email(who), f"The {who}")
    if role is not None:
        register.grant(email(who), role, partner, locations)
    return register.add_token(email(who), "tests", scope="write")[1]


@contextmanager
def own_site(tiny_home: Path, folder: Path, **options) -> Iterator[Site]:
    """Give a site over a copy of the tiny workspace that the test may change."""
    home = Path(shutil.copytree(tiny_home, folder / "home"))
    site = make_site(home, **options)
    yield site
    site.register.close()
    site.app.state.workspace.close()
