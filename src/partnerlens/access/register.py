"""The register: users with their grants, sessions and tokens, and the audit trail."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, Self

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from partnerlens.access import schema
from partnerlens.access.audit import AuditEntry, AuditPage
from partnerlens.access.database import Database
from partnerlens.access.reader import Grant, Reader
from partnerlens.access.remembered import Remembered
from partnerlens.access.roles import OPERATOR, checked_role
from partnerlens.access.secrets import key_hash, new_key, password_hash
from partnerlens.errors import ConflictError, NotFoundError, UsageError, did_you_mean

SCOPES = ("read", "write")
LANGUAGES = ("en", "fr", "ko")


@dataclass(frozen=True)
class User:
    """
    Somebody who may sign in.

    Attributes:
        id: its number, never used again.
        email: the address that it signs in with, in lower case.
        name: the name shown on pages.
        language: the language of its pages; None to leave it to the browser.
        grants: the roles held.
        has_password: whether it can sign in without an identity provider.
        is_disabled: whether it can sign in no more.
        created_at: since when it exists.
    """

    id: str
    email: str
    name: str
    language: str | None
    grants: tuple[Grant, ...]
    has_password: bool
    is_disabled: bool
    created_at: datetime


@dataclass(frozen=True)
class Token:
    """
    A key with which a program asks in the name of a user.

    Attributes:
        id: what it is revoked by.
        email: the user's address.
        name: what it is for.
        scope: ``read``, or ``write`` to change things as well.
        created_at: since when it exists.
        expires_at: until when it holds; None for always.
        revoked_at: when it was revoked; None while it holds.
    """

    id: str
    email: str
    name: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class _HeldToken:
    """A token that is not revoked: who asks with it, and until when."""

    reader: Reader
    expires_at: datetime | None


class Register:
    """
    The users of a workspace.

    Args:
        home: the workspace.
        url: the address of a PostgreSQL database; empty for a file in the workspace.
        clock: tells the time, with a time zone.

    Raises:
        DefinitionError: the address is none.
        ResourceError: the database cannot be reached.
        StoreVersionError: a newer version of Partnerlens made it.
    """

    def __init__(self, home: Path, url: str = "", *, clock: Callable[[], datetime]) -> None:
        """Open the database, and make it where there is none."""
        self.database = Database(home, url)
        self._tokens: Remembered[_HeldToken] = Remembered(self.database)
        self.now = clock

    # Users

    def add_user(self, email: str, name: str, *, password: str | None = None, language: str | None = None) -> User:
        """
        Add a user without any role.

        Args:
            email: the address that it signs in with.
            name: the name shown on pages.
            password: for local sign-in; None for sign-in by an identity provider alone.
            language: ``en``, ``fr`` or ``ko``; None to leave it to the browser.

        Raises:
            UsageError: the address is none, or the password is too short.
            ConflictError: there is a user of this address.
        """
        address = checked_email(email)
        user_id = token_hex(8)
        hashed = None if password is None else password_hash(password)
        try:
            with self.database.writing() as connection:
                connection.execute(
                    insert(schema.users).values(
                        id=user_id,
                        email=address,
                        name=name.strip() or address,
                        language=checked_language(language),
                        password_hash=hashed,
                        is_disabled=0,
                        created_at=self.now(),
                    )
                )
                self._write_down(connection, None, "user_add", address)
        except IntegrityError as error:
            raise ConflictError(f"there is a user '{address}' already", "change its grants, or disable it") from error
        return self.user(address)

    def users(self) -> list[User]:
        """Return all users, by address."""
        with self.database.reading() as connection:
            grants = _grants(connection)
            rows = connection.execute(select(schema.users).order_by(schema.users.c.email))
            return [_user(row, grants.get(row.id, ())) for row in rows]

    def user(self, email: str) -> User:
        """Return the user of an address; raises NotFoundError when there is none."""
        wanted = email.strip().casefold()
        known = {user.email: user for user in self.users()}
        if wanted not in known:
            raise NotFoundError(
                f"there is no user '{email}'", did_you_mean(wanted, known) or "add one with 'partnerlens user add'"
            )
        return known[wanted]

    def grant(self, email: str, role: str, partner_id: str | None = None, locations: tuple[str, ...] = ()) -> User:
        """
        Give a user a role at a partner.

        Args:
            email: the user.
            role: the role's name.
            partner_id: the partner; None for the whole program, which operators alone have.
            locations: only these locations of the account; empty for all.

        Raises:
            NotFoundError: there is no such user.
            UsageError: there is no such role; or it needs a partner, or must not have one.
        """
        user = self.user(email)
        if checked_role(role) == OPERATOR and (partner_id or locations):
            raise UsageError(
                f"the role '{OPERATOR}' is held for the whole program", "leave out the partner and its locations"
            )
        if role != OPERATOR and not partner_id:
            raise UsageError(f"the role '{role}' is held for a partner", "name the partner")
        wanted = Grant(role, partner_id, frozenset(locations) or None)
        if wanted not in user.grants:
            with self.database.writing() as connection:
                connection.execute(
                    insert(schema.grants).values(
                        id=token_hex(8),
                        user_id=user.id,
                        role=role,
                        partner_id=partner_id,
                        locations=json.dumps(sorted(locations)) if locations else None,
                        granted_at=self.now(),
                    )
                )
                self._write_down(connection, None, "grant", user.email, _grant_words(wanted))
        return self.user(email)

    def revoke(self, email: str, role: str, partner_id: str | None = None) -> User:
        """
        Take a role at a partner from a user, whatever locations it was for; it holds from the next request on.

        Raises:
            NotFoundError: there is no such user, or it does not hold the role.
        """
        user = self.user(email)
        held = schema.grants.c
        at = held.partner_id.is_(None) if partner_id is None else held.partner_id == partner_id
        with self.database.writing() as connection:
            gone = connection.execute(
                delete(schema.grants).where(held.user_id == user.id, held.role == role, at)
            ).rowcount
            if not gone:
                where = f" at '{partner_id}'" if partner_id else ""
                raise NotFoundError(
                    f"'{user.email}' does not hold the role '{role}'{where}", "see 'partnerlens user list'"
                )
            self._write_down(connection, None, "revoke", user.email, _grant_words(Grant(role, partner_id)))
        return self.user(email)

    def disable(self, email: str) -> User:
        """End a user's sessions and tokens, and let it sign in no more; raises NotFoundError when there is none."""
        user = self.user(email)
        with self.database.writing() as connection:
            connection.execute(update(schema.users).where(schema.users.c.id == user.id).values(is_disabled=1))
            connection.execute(delete(schema.sessions).where(schema.sessions.c.user_id == user.id))
            self._write_down(connection, None, "disable", user.email)
        return self.user(email)

    def enable(self, email: str) -> User:
        """Let a disabled user sign in again; raises NotFoundError when there is none."""
        user = self.user(email)
        with self.database.writing() as connection:
            connection.execute(update(schema.users).where(schema.users.c.id == user.id).values(is_disabled=0))
            self._write_down(connection, None, "enable", user.email)
        return self.user(email)

    def set_password(self, email: str, password: str) -> User:
        """
        Give a user a new password, and end its sessions.

        Raises:
            NotFoundError: there is no such user.
            UsageError: the password is too short.
        """
        user = self.user(email)
        hashed = password_hash(password)
        with self.database.writing() as connection:
            connection.execute(update(schema.users).where(schema.users.c.id == user.id).values(password_hash=hashed))
            connection.execute(delete(schema.sessions).where(schema.sessions.c.user_id == user.id))
            self._write_down(connection, None, "password", user.email)
        return self.user(email)

    def set_language(self, user_id: str, language: str | None) -> None:
        """Keep the language that a user wants its pages in; None to leave it to the browser."""
        with self.database.writing() as connection:
            connection.execute(
                update(schema.users).where(schema.users.c.id == user_id).values(language=checked_language(language))
            )

    # Tokens

    def add_token(self, email: str, name: str, *, scope: str = "read", days: int | None = None) -> tuple[Token, str]:
        """
        Make a token for a user, and return it with its key, which is not kept and shown this once.

        Args:
            email: the user.
            name: what it is for.
            scope: ``read``, or ``write`` to change things as well.
            days: how long it holds; None for always.

        Raises:
            NotFoundError: there is no such user.
            UsageError: there is no such scope.
        """
        if scope not in SCOPES:
            raise UsageError(f"there is no scope '{scope}'", f"scopes are {', '.join(SCOPES)}")
        user, key, token_id, now = self.user(email), new_key(), token_hex(8), self.now()
        with self.database.writing() as connection:
            connection.execute(
                insert(schema.tokens).values(
                    id=token_id,
                    user_id=user.id,
                    name=name,
                    key_hash=key_hash(key),
                    scope=scope,
                    created_at=now,
                    expires_at=None if days is None else now + timedelta(days=days),
                )
            )
            self._write_down(connection, None, "token_create", user.email, f"{token_id} {scope}")
        return next(token for token in self.tokens() if token.id == token_id), key

    def tokens(self) -> list[Token]:
        """Return all tokens, oldest first."""
        token, user = schema.tokens.c, schema.users.c
        wanted = select(schema.tokens, user.email).join(schema.users).order_by(token.created_at, token.id)
        with self.database.reading() as connection:
            return [
                Token(row.id, row.email, row.name, row.scope, row.created_at, row.expires_at, row.revoked_at)
                for row in connection.execute(wanted)
            ]

    def revoke_token(self, token_id: str) -> None:
        """End a token, from the next request on; raises NotFoundError when there is none."""
        token = schema.tokens.c
        with self.database.writing() as connection:
            found = connection.execute(
                update(schema.tokens)
                .where(token.id == token_id, token.revoked_at.is_(None))
                .values(revoked_at=self.now())
            ).rowcount
            if not found:
                raise NotFoundError(f"there is no token '{token_id}' that holds", "see 'partnerlens token list'")
            self._write_down(connection, None, "token_revoke", token_id)

    def token_reader(self, key: str) -> Reader | None:
        """Return who asks with a token's key; None when it does not hold."""
        hashed, token = key_hash(key), schema.tokens.c

        def read(connection: Connection) -> _HeldToken | None:
            wanted = select(schema.tokens).where(token.key_hash == hashed, token.revoked_at.is_(None))
            found = connection.execute(wanted).one_or_none()
            reader = found and reader_of(connection, found.user_id, may_change=found.scope == "write")
            return _HeldToken(reader, found.expires_at) if found and reader else None

        return self._holding(self._tokens.found(hashed, read))

    def known_token_reader(self, key: str) -> Reader | None:
        """Return what ``token_reader`` would, without reading the register; None where it has to be read."""
        return self._holding(self._tokens.known(key_hash(key)))

    def _holding(self, token: "_HeldToken | None") -> Reader | None:
        if token is None or (token.expires_at is not None and token.expires_at <= self.now()):
            return None
        return token.reader

    # The audit trail

    def record(self, reader: Reader | None, action: str, subject: str = "", detail: str = "") -> None:
        """
        Write down what was done; it stays.

        Args:
            reader: who did it; None where nobody is signed in, or for a command.
            action: what.
            subject: what it was done to.
            detail: more about it.
        """
        with self.database.writing() as connection:
            self._write_down(connection, reader, action, subject, detail)

    def entries(self, *, limit: int, offset: int) -> AuditPage:
        """Return some of what was done, latest first."""
        entry = schema.audit
        wanted = select(entry).order_by(entry.c.number.desc()).limit(limit).offset(offset)
        with self.database.reading() as connection:
            rows = connection.execute(wanted).all()
            total = int(connection.execute(select(func.count()).select_from(entry)).scalar_one())
        return AuditPage(tuple(AuditEntry(*row) for row in rows), total)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        """Return the register; it closes when the block ends."""
        return self

    def __exit__(self, *_ending: object) -> None:
        """Close the register."""
        self.close()

    def _write_down(
        self, connection: Connection, reader: Reader | None, action: str, subject: str = "", detail: str = ""
    ) -> None:
        connection.execute(
            insert(schema.audit).values(
                at=self.now(),
                user_id=reader.actor if reader else None,
                email=reader.email if reader else "",
                action=action,
                subject=subject,
                detail=detail,
            )
        )


def reader_of(connection: Connection, user_id: str, *, may_change: bool = True) -> Reader | None:
    """Return a user as a reader, with the roles held at this moment; None for a disabled or unknown one."""
    user = schema.users.c
    row = connection.execute(select(schema.users).where(user.id == user_id, user.is_disabled == 0)).one_or_none()
    if row is None:
        return None
    grants = _grants(connection, user_id).get(user_id, ())
    return Reader(row.id, row.name, row.email, grants, row.language, may_change=may_change)


def checked_email(text: str) -> str:
    """Return an e-mail address in lower case; raises UsageError for anything else."""
    address = text.strip().casefold()
    name, _, host = address.rpartition("@")
    if not name or not host or any(character.isspace() or not character.isprintable() for character in address):
        raise UsageError(f"'{text}' is not an e-mail address", "write it as name@example.com")
    return address


def checked_language(language: str | None) -> str | None:
    """Return a language that there are pages in; raises UsageError for another."""
    if language is not None and language not in LANGUAGES:
        raise UsageError(f"there are no pages in '{language}'", f"languages are {', '.join(LANGUAGES)}")
    return language


def _grants(connection: Connection, user_id: str | None = None) -> dict[str, tuple[Grant, ...]]:
    held = schema.grants
    wanted = select(held).order_by(held.c.granted_at, held.c.id)
    if user_id is not None:
        wanted = wanted.where(held.c.user_id == user_id)
    found: dict[str, tuple[Grant, ...]] = {}
    for row in connection.execute(wanted):
        locations = None if row.locations is None else frozenset(json.loads(row.locations))
        found[row.user_id] = (*found.get(row.user_id, ()), Grant(row.role, row.partner_id, locations))
    return found


def _user(row: Row[Any], grants: tuple[Grant, ...]) -> User:
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        language=row.language,
        grants=grants,
        has_password=row.password_hash is not None,
        is_disabled=bool(row.is_disabled),
        created_at=row.created_at,
    )


def _grant_words(grant: Grant) -> str:
    at = f" at {grant.partner_id}" if grant.partner_id else ""
    only = f" ({', '.join(sorted(grant.locations))})" if grant.locations else ""
    return f"{grant.role}{at}{only}"
