"""The doorkeeper: lets users in, knows them while they are in, and lets them out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from partnerlens.access import schema
from partnerlens.access.limits import Limits
from partnerlens.access.oidc import Identity, IdentityProvider
from partnerlens.access.paths import safe_path
from partnerlens.access.reader import Reader
from partnerlens.access.register import Register, reader_of
from partnerlens.access.remembered import Remembered
from partnerlens.access.secrets import is_password, key_hash, new_key
from partnerlens.errors import ForbiddenError, SignInError

IDLE = timedelta(hours=8)
"""A session that nobody uses for so long has ended."""

LONGEST = timedelta(days=7)
"""No session lasts longer."""

SEEN_EVERY = timedelta(minutes=5)
"""The register is told at most so often that a session is used."""

PENDING = timedelta(minutes=10)
"""So long may a reader take at the identity provider."""


@dataclass(frozen=True)
class Session:
    """
    A user who is in.

    Attributes:
        reader: who asks; while viewing as a role at a partner, what that role is.
        user: the user itself.
    """

    reader: Reader
    user: Reader


@dataclass(frozen=True)
class _HeldSession:
    """A session that has not been ended, with its times."""

    session: Session
    created_at: datetime
    seen_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it has neither been idle for too long nor lasted too long."""
        return self.seen_at > now - IDLE and self.created_at > now - LONGEST


class Doorkeeper:
    """
    Sign-in and sign-out.

    Args:
        register: the users.
        limits: how often somebody may try.
        provider: the identity provider; None without one.
    """

    def __init__(self, register: Register, limits: Limits, provider: IdentityProvider | None = None) -> None:
        """Keep the three; nothing is asked yet."""
        self.register = register
        self.provider = provider
        self._limits = limits
        self._sessions: Remembered[_HeldSession] = Remembered(register.database)

    def sign_in(self, email: str, password: str, place: str) -> str:
        """
        Return the key of a new session for a user with a password.

        Args:
            email: the address as it was typed.
            password: the password.
            place: where on the network the attempt comes from.

        Raises:
            LimitError: there were too many attempts.
            SignInError: address and password do not belong together; the text is the same whatever is wrong.
        """
        address = email.strip().casefold()[:320]
        self._limits.count_sign_in(address, place)
        user = schema.users.c
        with self.register.database.reading() as connection:
            found = connection.execute(select(schema.users).where(user.email == address)).one_or_none()
        matches = is_password(password, found.password_hash if found else None)
        if found is None or not matches or found.is_disabled:
            # An address that somebody typed may be a password: only those of users are written down.
            self.register.record(None, "sign_in_failed", address if found else "")
            raise SignInError("the e-mail address or the password is wrong", "check both, or ask your program operator")
        self._limits.forget_sign_ins(address, place)
        return self.let_in(found.id, "password")

    def let_in(self, user_id: str, how: str) -> str:
        """Return the key of a new session of a user; raises SignInError for one that is disabled."""
        key, now = new_key(), self.register.now()
        with self.register.database.writing() as connection:
            reader = reader_of(connection, user_id)
            if reader is None:
                raise SignInError("this user cannot sign in", "ask your program operator")
            session = schema.sessions
            connection.execute(delete(session).where(session.c.seen_at <= now - IDLE))
            connection.execute(
                insert(session).values(key_hash=key_hash(key), user_id=user_id, created_at=now, seen_at=now)
            )
        self.register.record(reader, "sign_in", "", how)
        return key

    def session(self, key: str) -> Session | None:
        """Return who is in with a session's key; None when it does not hold."""
        session, hashed = schema.sessions, key_hash(key)

        def read(connection: Connection) -> _HeldSession | None:
            found = connection.execute(select(session).where(session.c.key_hash == hashed)).one_or_none()
            user = found and reader_of(connection, found.user_id)
            return _held_session(found, user) if found and user else None

        held, now = self._sessions.found(hashed, read), self.register.now()
        if held is None or not held.holds(now):
            return None
        if held.seen_at <= now - SEEN_EVERY:
            self._seen(hashed, now)
        return held.session

    def known_session(self, key: str) -> Session | None:
        """Return what ``session`` would, without reading or writing the register; None where it has to be asked."""
        held, now = self._sessions.known(key_hash(key)), self.register.now()
        if held is None or not held.holds(now) or held.seen_at <= now - SEEN_EVERY:
            return None
        return held.session

    def view(self, key: str, partner_id: str | None, role: str | None) -> None:
        """Let a session see as a role at a partner, or as its user again; the desk has checked that it may."""
        session = schema.sessions
        with self.register.database.writing() as connection:
            connection.execute(
                update(session)
                .where(session.c.key_hash == key_hash(key))
                .values(view_partner=partner_id, view_role=role)
            )

    def sign_out(self, key: str) -> None:
        """End a session."""
        session = self.session(key)
        with self.register.database.writing() as connection:
            connection.execute(delete(schema.sessions).where(schema.sessions.c.key_hash == key_hash(key)))
        if session is not None:
            self.register.record(session.user, "sign_out")

    def begin(self, visit: str, next_path: str) -> str:
        """
        Return the address at the identity provider that a reader is sent to.

        Args:
            visit: the key of the browser's visit; nobody else can finish.
            next_path: where the reader wants to go.

        Raises:
            ForbiddenError: there is no identity provider.
            ResourceError: it cannot be reached.
        """
        provider = self._provider()
        state, nonce, verifier, now = new_key(), new_key(), new_key(), self.register.now()
        address = provider.address(state=state, nonce=nonce, verifier=verifier)
        pending = schema.pending_sign_ins
        with self.register.database.writing() as connection:
            connection.execute(delete(pending).where(pending.c.begun_at <= now - PENDING))
            connection.execute(
                insert(pending).values(
                    state_hash=key_hash(state),
                    visit_hash=key_hash(visit),
                    nonce=nonce,
                    verifier=verifier,
                    next_path=safe_path(next_path),
                    begun_at=now,
                )
            )
        return address

    def finish(self, visit: str, state: str, code: str) -> tuple[str, str]:
        """
        Return the key of a new session for whom the identity provider vouches, and where the reader wanted to go.

        Args:
            visit: the key of the browser's visit.
            state: what the provider gives back.
            code: what the provider gives; empty where it refused.

        Raises:
            SignInError: it does not hold, was used before, is too old, or the person is no user.
            ResourceError: the provider cannot be reached.
        """
        provider = self._provider()
        pending = schema.pending_sign_ins
        mine = (pending.c.state_hash == key_hash(state)) & (pending.c.visit_hash == key_hash(visit))
        with self.register.database.writing() as connection:
            found = connection.execute(select(pending).where(mine)).one_or_none()
            connection.execute(delete(pending).where(mine))
        if found is None or found.begun_at <= self.register.now() - PENDING or not code:
            raise SignInError(
                "this sign-in was not begun here, was refused, or took too long", "begin to sign in again"
            )
        identity = provider.identity(code=code, nonce=found.nonce, verifier=found.verifier)
        return self.let_in(self._user_of(identity), provider.settings.title), found.next_path

    def _user_of(self, identity: Identity) -> str:
        """The user that the provider's number belongs to; at the first time the one of the address."""
        user = schema.users.c
        bound = (user.issuer == identity.issuer) & (user.subject == identity.subject)
        try:
            with self.register.database.writing() as connection:
                known = connection.execute(select(user.id).where(bound)).scalar()
                if known is not None:
                    return str(known)
                free = (user.email == identity.email.casefold()) & user.subject.is_(None)
                found = connection.execute(select(user.id).where(free)).scalar() if identity.email else None
                if found is not None:
                    own = {"issuer": identity.issuer, "subject": identity.subject}
                    connection.execute(update(schema.users).where(user.id == found).values(own))
                    return str(found)
        except IntegrityError as error:
            raise SignInError("the same person signs in twice at this moment", "try again") from error
        self.register.record(None, "sign_in_failed", "", "unknown to the program")
        raise SignInError("the identity provider knows you, but this program does not", "ask your program operator")

    def _seen(self, hashed: str, now: datetime) -> None:
        session = schema.sessions
        with self.register.database.writing() as connection:
            connection.execute(update(session).where(session.c.key_hash == hashed).values(seen_at=now))

    def _provider(self) -> IdentityProvider:
        if self.provider is None:
            raise ForbiddenError("this server has no identity provider", "sign in with a password")
        return self.provider


def _held_session(found: Row[Any], user: Reader) -> _HeldSession:
    views = found.view_partner is not None and user.is_operator
    reader = user.seeing_as(found.view_role, found.view_partner) if views else user
    return _HeldSession(Session(reader, user), found.created_at, found.seen_at)
