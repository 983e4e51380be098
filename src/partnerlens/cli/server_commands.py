"""The commands of the server: users, tokens, and serving."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from typing import Any

from partnerlens.access.documents import grant_document
from partnerlens.access.reader import Grant
from partnerlens.access.register import Register, Token, User
from partnerlens.access.roles import OPERATOR
from partnerlens.access.secrets import new_key
from partnerlens.access.settings import register_url
from partnerlens.app.demo import make_demo
from partnerlens.app.workspace import Workspace
from partnerlens.cli.commands import run_with
from partnerlens.cli.render import rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.errors import ConflictError, NotFoundError, UsageError, did_you_mean
from partnerlens.server.doors import OnceKey
from partnerlens.server.running import serve
from partnerlens.settings import read_settings

DEMO_EMAIL = "operator@demo.example"


def run(command: str, *, as_json: bool, arguments: dict[str, Any]) -> int:
    """Run a command and return its exit code; see ``commands.run``."""
    return run_with(_COMMANDS[command], as_json=as_json, arguments=arguments)


def _user_add(reply: Reply, *, home: Path, email: str, name: str, password: bool, language: str | None) -> int:
    with _register(home) as register:
        made = register.add_user(email, name, password=_password() if password else None, language=language)
    return _told(reply, made, f"'{made.email}' is a user now; give it a role with 'partnerlens user grant'")


def _user_list(reply: Reply, *, home: Path) -> int:
    with _register(home) as register:
        users = register.users()
    rows = [
        (user.email, user.name, _grants_words(user.grants), _ways(user), "disabled" if user.is_disabled else "")
        for user in users
    ]
    reply.give([_user_document(user) for user in users], rows_view(["email", "name", "roles", "signs in by", ""], rows))
    return DONE


def _user_grant(reply: Reply, *, home: Path, email: str, role: str, partner: str | None, locations: list[str]) -> int:
    with _register(home) as register:
        _check_partners(home, partner, locations)
        user = register.grant(email, role, partner, tuple(locations))
    return _told(reply, user, f"'{user.email}' holds: {_grants_words(user.grants)}")


def _user_revoke(reply: Reply, *, home: Path, email: str, role: str, partner: str | None) -> int:
    with _register(home) as register:
        user = register.revoke(email, role, partner)
    return _told(reply, user, f"'{user.email}' holds: {_grants_words(user.grants) or 'nothing'}")


def _user_disable(reply: Reply, *, home: Path, email: str, undo: bool) -> int:
    with _register(home) as register:
        user = register.enable(email) if undo else register.disable(email)
    return _told(reply, user, f"'{user.email}' can sign in {'again' if undo else 'no more'}")


def _user_password(reply: Reply, *, home: Path, email: str) -> int:
    with _register(home) as register:
        register.user(email)
        user = register.set_password(email, _password())
    return _told(reply, user, f"'{user.email}' has a new password")


def _token_create(reply: Reply, *, home: Path, email: str, name: str, scope: str, days: int | None) -> int:
    with _register(home) as register:
        token, key = register.add_token(email, name, scope=scope, days=days)
    reply.give({**_token_document(token), "key": key}, key)
    reply.note(f"token {token.id} of '{token.email}'; its key is not shown again")
    return DONE


def _token_list(reply: Reply, *, home: Path) -> int:
    with _register(home) as register:
        tokens = register.tokens()
    rows = [
        (token.id, token.email, token.name, token.scope, _day(token.created_at), _day(token.expires_at), _state(token))
        for token in tokens
    ]
    columns = ["token", "user", "name", "scope", "made", "until", ""]
    reply.give([_token_document(token) for token in tokens], rows_view(columns, rows))
    return DONE


def _token_revoke(reply: Reply, *, home: Path, token: str) -> int:
    with _register(home) as register:
        register.revoke_token(token)
    reply.give({"token": token, "revoked": True}, f"token {token} holds no more")
    return DONE


def _serve(reply: Reply, *, home: Path, host: str, port: int, proxy: str | None, processes: int) -> int:
    with _register(home) as register:
        is_empty = all(user.is_disabled for user in register.users())

    def ready(url: str) -> None:
        reply.note(f"Serving at {url}")
        if is_empty:
            reply.note("Nobody can sign in yet; add somebody with 'partnerlens user add EMAIL'.")

    serve(home, host=host, port=port, proxy=proxy, processes=processes, on_ready=ready)
    return DONE


def _demo(reply: Reply, *, home: Path, partners: int, customers: int, months: int, seed: int, port: int) -> int:
    with reply.progress() as progress:
        made = make_demo(home, partners=partners, customers=customers, months=months, seed=seed, progress=progress)
    reply.note(f"{made.rows:,} rows of a made-up program are loaded, built and published in '{home}'.")
    key = new_key()
    with _register(home) as register:
        try:
            user = register.add_user(DEMO_EMAIL, "Demo operator")
        except ConflictError:
            user = register.user(DEMO_EMAIL)
        register.grant(DEMO_EMAIL, OPERATOR)

    def ready(url: str) -> None:
        reply.note(f"\nOpen {url}/sign-in/once?key={key}")
        reply.note("The link lets one browser in, once; start the demo again for another. Ctrl-C ends it.")

    serve(home, port=port, once=OnceKey(key, user.id), on_ready=ready)
    return DONE


def _register(home: Path) -> Register:
    """The users of a workspace; there has to be one."""
    read_settings(home)
    return Register(home, register_url(), clock=lambda: datetime.now(UTC))


def _password() -> str:
    """A password from the terminal, typed twice and not shown; or a line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass("Password: ")
    if first != getpass("Again: "):
        raise UsageError("the two passwords differ", "type the same one twice")
    return first


def _check_partners(home: Path, partner: str | None, locations: list[str]) -> None:
    """Refuse partners that nobody knows, once something is published."""
    if partner is None:
        return
    with Workspace.open(home, resident=False) as workspace:
        if not any(entry.published_at for entry in workspace.editions()):
            return
        known = {each.id: each for each in workspace.answers().edition.partners}
    if partner not in known:
        raise NotFoundError(f"there is no partner '{partner}'", did_you_mean(partner, known))
    own = {each.id for each in known.values() if each.account == partner}
    for location in locations:
        if location not in own:
            raise NotFoundError(f"'{partner}' has no location '{location}'", did_you_mean(location, own))


def _told(reply: Reply, user: User, words: str) -> int:
    reply.give(_user_document(user), words)
    return DONE


def _user_document(user: User) -> dict[str, Any]:
    return {
        "user": user.id,
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "grants": [grant_document(grant) for grant in user.grants],
        "has_password": user.has_password,
        "is_disabled": user.is_disabled,
        "created_at": user.created_at.isoformat(),
    }


def _token_document(token: Token) -> dict[str, Any]:
    times = {name: value and value.isoformat() for name, value in asdict(token).items() if name.endswith("_at")}
    return {"token": token.id, "email": token.email, "name": token.name, "scope": token.scope, **times}


def _grants_words(grants: tuple[Grant, ...]) -> str:
    return ", ".join(
        f"{grant.role} at {' '.join(sorted(grant.locations or {grant.partner_id}))}" if grant.partner_id else grant.role
        for grant in grants
    )


def _ways(user: User) -> str:
    return "password" if user.has_password else "identity provider"


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"


def _state(token: Token) -> str:
    return "revoked" if token.revoked_at else ""


_COMMANDS: dict[str, Callable[..., int]] = {
    "user add": _user_add,
    "user list": _user_list,
    "user grant": _user_grant,
    "user revoke": _user_revoke,
    "user disable": _user_disable,
    "user password": _user_password,
    "token create": _token_create,
    "token list": _token_list,
    "token revoke": _token_revoke,
    "serve": _serve,
    "demo": _demo,
}
