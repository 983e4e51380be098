"""The tables of the register, as SQLAlchemy sees them; the migrations make the same tables."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

from partnerlens.store.schema import UtcTime, naming

REVISIONS = ("0001",)
"""The migrations that this program knows, oldest first; the last one is the register's present form."""

metadata = MetaData(naming_convention=naming)


def _user(*, nullable: bool = False) -> Column[str]:
    return Column("user_id", Text, ForeignKey("users.id"), nullable=nullable)


users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    # In lower case, so that one address is one user.
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text),
    Column("password_hash", Text),
    Column("issuer", Text),
    Column("subject", Text),
    Column("is_disabled", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("email"),
    UniqueConstraint("issuer", "subject"),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Text, primary_key=True),
    _user(),
    Column("role", Text, nullable=False),
    Column("partner_id", Text),
    # A JSON list of location ids.
    Column("locations", Text),
    Column("granted_at", UtcTime, nullable=False),
    Index(None, "user_id"),
)

sessions = Table(
    "sessions",
    metadata,
    # Who reads the register cannot sign in with what stands here.
    Column("key_hash", Text, primary_key=True),
    _user(),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("view_partner", Text),
    Column("view_role", Text),
    Index(None, "user_id"),
)

pending_sign_ins = Table(
    "pending_sign_ins",
    metadata,
    Column("state_hash", Text, primary_key=True),
    # The browser that began; nobody else can finish it.
    Column("visit_hash", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("next_path", Text, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    _user(),
    Column("name", Text, nullable=False),
    Column("key_hash", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("revoked_at", UtcTime),
    UniqueConstraint("key_hash"),
    Index(None, "user_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    # No reference: entries outlive users.
    Column("user_id", Text),
    Column("email", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)

replies = Table(
    "replies",
    metadata,
    Column("key_hash", Text, primary_key=True),
    Column("request_digest", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    # Null while the first request is being worked on.
    Column("status", Integer),
    Column("media_type", Text),
    Column("body", LargeBinary),
    Index(None, "made_at"),
)
