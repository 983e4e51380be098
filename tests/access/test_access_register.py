"""The register on SQLite and on a real PostgreSQL: users, grants, sessions, tokens, replies, the audit trail."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from partnerlens.access import schema
from partnerlens.access.doorkeeper import IDLE, LONGEST, Doorkeeper
from partnerlens.access.limits import Limits
from partnerlens.access.reader import Grant
from partnerlens.access.register import Register
from partnerlens.access.replies import Replies, SavedReply
from partnerlens.access.settings import LimitSettings
from partnerlens.errors import (
    ConflictError,
    DefinitionError,
    LimitError,
    NotFoundError,
    ResourceError,
    SignInError,
    StoreVersionError,
    UsageError,
)

PASSWORD = "correct horse battery"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        """Begin at noon."""
        self.now = datetime(2026, 7, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def register(request, tmp_path, clock):
    """Give an empty register on each kind of database."""
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql")
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    with Register(tmp_path, url, clock=clock) as opened:
        yield opened


@pytest.fixture
def doorkeeper(register) -> Doorkeeper:
    """Return the doorkeeper of the register, which holds one user with a password."""
    register.add_user("Ann@Example.com", "Ann", password=PASSWORD)
    return Doorkeeper(register, Limits(LimitSettings(sign_ins=5)))


def test_the_migrations_make_the_tables_that_the_program_knows(register):
    """Nothing differs between the database and the tables as SQLAlchemy sees them."""
    with register.database.reading() as connection:
        context = MigrationContext.configure(connection)
        differences = [
            found for found in compare_metadata(context, schema.metadata) if "alembic_version" not in str(found)
        ]

    assert differences == []


def test_users_hold_what_they_are_granted_until_it_is_revoked(register):
    """Grants are kept once, and end when they are revoked."""
    register.add_user("ann@example.com", "Ann", language="ko")
    register.grant("ann@example.com", "report_viewer", "acme", ("acme-fr",))
    user = register.grant("ann@example.com", "report_viewer", "acme", ("acme-fr",))

    assert user.grants == (Grant("report_viewer", "acme", frozenset({"acme-fr"})),)
    assert register.revoke("ann@example.com", "report_viewer", "acme").grants == ()
    with pytest.raises(NotFoundError, match="does not hold"):
        register.revoke("ann@example.com", "report_viewer", "acme")


def test_one_address_is_one_user(register):
    """Capitals make no other user, and a text that is no address makes none."""
    register.add_user("Ann@Example.com", "Ann")

    with pytest.raises(ConflictError, match="already"):
        register.add_user("ann@EXAMPLE.com", "Ann again")
    with pytest.raises(UsageError, match="not an e-mail"):
        register.add_user("ann example.com\n", "Ann")
    with pytest.raises(UsageError, match="characters"):
        register.add_user("bob@example.com", "Bob", password="short")
    with pytest.raises(UsageError, match="held for a partner"):
        register.grant("ann@example.com", "report_viewer")
    with pytest.raises(UsageError, match="whole program"):
        register.grant("ann@example.com", "program_operator", "acme")


def test_a_session_holds_until_it_is_idle_old_or_ended(doorkeeper, clock):
    """It ends after eight hours without a request, after seven days, and at sign-out."""
    key = doorkeeper.sign_in(" ANN@example.com ", PASSWORD, "10.0.0.1")
    assert doorkeeper.session(key).reader.email == "ann@example.com"

    begun = clock.now
    while clock.now < begun + LONGEST - IDLE:
        clock.now += IDLE / 2
        assert doorkeeper.session(key) is not None
    clock.now = begun + LONGEST
    assert doorkeeper.session(key) is None

    key = doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.1")
    clock.now += IDLE
    assert doorkeeper.session(key) is None

    key = doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.1")
    doorkeeper.sign_out(key)
    assert doorkeeper.session(key) is None
    assert doorkeeper.session("") is None


def test_a_wrong_password_says_nothing_of_the_address(doorkeeper):
    """An unknown address, a wrong password and a user without one get the same text."""
    doorkeeper.register.add_user("bob@example.com", "Bob")
    texts = set()
    for email in ("ann@example.com", "bob@example.com", "nobody@example.com", "x" * 10_000):
        with pytest.raises(SignInError) as caught:
            doorkeeper.sign_in(email, "wrong horse battery", "10.0.0.1")
        texts.add(str(caught.value))

    assert len(texts) == 1


def test_attempts_are_limited(doorkeeper):
    """The sixth attempt within fifteen minutes is refused, also with the right password; others are not locked out."""
    for _ in range(5):
        with pytest.raises(SignInError):
            doorkeeper.sign_in("ann@example.com", "wrong horse battery", "10.0.0.1")
    with pytest.raises(LimitError, match="15 minutes"):
        doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.1")

    assert doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.2")


def test_a_disabled_user_is_out_at_once(doorkeeper):
    """Its sessions and tokens end, and it cannot sign in until it is enabled again."""
    register = doorkeeper.register
    key = doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.1")
    _, token = register.add_token("ann@example.com", "tests")
    register.disable("ann@example.com")

    assert (doorkeeper.session(key), register.token_reader(token)) == (None, None)
    with pytest.raises(SignInError):
        doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.1")
    register.enable("ann@example.com")
    assert doorkeeper.session(doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.1"))


def test_a_new_password_ends_the_sessions(doorkeeper):
    """Whoever knew the old one is out."""
    key = doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.1")
    doorkeeper.register.set_password("ann@example.com", "another horse battery")

    assert doorkeeper.session(key) is None
    with pytest.raises(SignInError):
        doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.1")


def test_an_operators_view_ends_with_the_role(doorkeeper):
    """A session that views as a partner's role is the user again once the user is no operator."""
    register = doorkeeper.register
    register.grant("ann@example.com", "program_operator")
    key = doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.1")
    doorkeeper.view(key, "acme", "report_viewer")

    assert doorkeeper.session(key).reader.grants == (Grant("report_viewer", "acme"),)
    register.revoke("ann@example.com", "program_operator")
    assert doorkeeper.session(key).reader.grants == ()


def test_a_token_holds_for_its_scope_until_it_ends(register, clock):
    """It reads unless it was made to write, and ends by time or when it is revoked."""
    register.add_user("ann@example.com", "Ann")
    token, key = register.add_token("ann@example.com", "nightly", days=2)
    _, writing = register.add_token("ann@example.com", "loader", scope="write")

    assert (register.token_reader(key).may_change, register.token_reader(writing).may_change) == (False, True)
    assert register.token_reader("x") is None
    clock.now += timedelta(days=2)
    assert register.token_reader(key) is None
    register.revoke_token(token.id)
    with pytest.raises(NotFoundError):
        register.revoke_token(token.id)


def test_nothing_in_the_register_lets_its_reader_in(doorkeeper):
    """Keys and passwords stand in no column of any table."""
    register = doorkeeper.register
    key = doorkeeper.sign_in("ann@example.com", PASSWORD, "10.0.0.1")
    _, token = register.add_token("ann@example.com", "tests")
    with register.database.reading() as connection:
        kept = str([connection.execute(table.select()).all() for table in schema.metadata.sorted_tables])

    assert [secret for secret in (key, token, PASSWORD) if secret in kept] == []


@pytest.mark.parametrize("statement", ["DELETE FROM audit", "UPDATE audit SET action = 'nothing'"])
def test_the_audit_trail_can_only_be_added_to(register, statement):
    """The database itself refuses to change or remove an entry."""
    register.record(None, "test", "subject", "detail")
    with pytest.raises((ResourceError, DatabaseError)), register.database.writing() as connection:
        connection.execute(text(statement))

    page = register.entries(limit=10, offset=0)
    assert [(entry.action, entry.subject, entry.detail) for entry in page.entries] == [("test", "subject", "detail")]


def test_the_audit_trail_tells_of_every_change(register):
    """Adding, granting, revoking, tokens and passwords leave an entry, latest first, in pages."""
    register.add_user("ann@example.com", "Ann")
    register.grant("ann@example.com", "report_viewer", "acme")
    token, _ = register.add_token("ann@example.com", "tests")
    register.revoke_token(token.id)
    register.disable("ann@example.com")

    page = register.entries(limit=3, offset=1)
    assert ([entry.action for entry in page.entries], page.total) == (["token_revoke", "token_create", "grant"], 5)


def test_a_reply_is_kept_for_its_key(register, clock):
    """The same request gets it again, another one with the key is refused, and so is one that is not done yet."""
    replies = Replies(register.database, clock)
    assert replies.begin("u1", "key-0001", b"one") is None
    with pytest.raises(ConflictError, match="worked on"):
        replies.begin("u1", "key-0001", b"one")
    replies.keep("u1", "key-0001", SavedReply(200, "application/json", b"{}"))

    assert replies.begin("u1", "key-0001", b"one") == SavedReply(200, "application/json", b"{}")
    with pytest.raises(ConflictError, match="another request"):
        replies.begin("u1", "key-0001", b"two")
    assert replies.begin("u2", "key-0001", b"two") is None
    clock.now += timedelta(days=3)
    assert replies.begin("u1", "key-0001", b"two") is None


def test_of_two_at_once_one_is_the_first(register, clock):
    """When the same key comes twice at the same moment, one makes the change."""
    replies = Replies(register.database, clock)

    def begin(_: int) -> str:
        try:
            return "first" if replies.begin("u1", "key-0002", b"one") is None else "again"
        except ConflictError:
            return "refused"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(begin, range(8))) == ["first", *["refused"] * 7]


def test_only_its_owner_reads_the_register_file(tmp_path, clock):
    """The file with the password hashes is closed to other users of the machine."""
    with Register(tmp_path, clock=clock):
        assert stat.S_IMODE((tmp_path / "register.sqlite").stat().st_mode) == 0o600


def test_a_register_of_a_newer_version_is_refused(tmp_path, clock):
    """Nobody writes into a form that the program does not know."""
    with Register(tmp_path, clock=clock) as register, register.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreVersionError, match="newer version"):
        Register(tmp_path, clock=clock)


@pytest.mark.parametrize("url", ["mysql://u:secret@h/x", "no address", "sqlite:////etc/passwd"])
def test_an_address_of_another_database_is_refused(tmp_path, clock, url):
    """Only PostgreSQL is taken, and the address, which may hold a password, is not repeated."""
    with pytest.raises(DefinitionError) as caught:
        Register(tmp_path, url, clock=clock)

    assert "secret" not in str(caught.value)


def test_a_database_that_cannot_be_reached_is_told_without_its_password(tmp_path, clock):
    """The error names neither the address nor what it holds."""
    with pytest.raises(ResourceError) as caught:
        Register(tmp_path, "postgresql://u:secret@127.0.0.1:1/x", clock=clock)

    assert "secret" not in str(caught.value)
