"""The first form of the register."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and see to it that the audit trail can be added to and nothing else."""
    _make_users()
    _make_sessions()
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "replies",
        sa.Column("key_hash", sa.Text, primary_key=True),
        sa.Column("request_digest", sa.Text, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("media_type", sa.Text),
        sa.Column("body", sa.LargeBinary),
    )
    op.create_index("ix_replies_made_at", "replies", ["made_at"])
    for statement in _KEEP_AUDIT[op.get_bind().dialect.name]:
        op.execute(statement)


def _make_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("password_hash", sa.Text),
        sa.Column("issuer", sa.Text),
        sa.Column("subject", sa.Text),
        sa.Column("is_disabled", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.UniqueConstraint("email", name="uq_users_email"),
        sa.UniqueConstraint("issuer", "subject", name="uq_users_issuer_subject"),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Text, primary_key=True),
        _user("grants"),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("partner_id", sa.Text),
        sa.Column("locations", sa.Text),
        sa.Column("granted_at", sa.Text, nullable=False),
    )
    op.create_index("ix_grants_user_id", "grants", ["user_id"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text, primary_key=True),
        _user("tokens"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key_hash", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Text),
        sa.Column("revoked_at", sa.Text),
        sa.UniqueConstraint("key_hash", name="uq_tokens_key_hash"),
    )
    op.create_index("ix_tokens_user_id", "tokens", ["user_id"])


def _make_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("key_hash", sa.Text, primary_key=True),
        _user("sessions"),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
        sa.Column("view_partner", sa.Text),
        sa.Column("view_role", sa.Text),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "pending_sign_ins",
        sa.Column("state_hash", sa.Text, primary_key=True),
        sa.Column("visit_hash", sa.Text, nullable=False),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("verifier", sa.Text, nullable=False),
        sa.Column("next_path", sa.Text, nullable=False),
        sa.Column("begun_at", sa.Text, nullable=False),
    )


def _user(table: str) -> "sa.Column[str]":
    return sa.Column("user_id", sa.Text, sa.ForeignKey("users.id", name=f"fk_{table}_user_id"), nullable=False)


_REFUSE = "SELECT RAISE(ABORT, 'the audit trail can only be added to')"
_FUNCTION = """
    CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail can only be added to'; END $$
"""
_TRIGGER = """
    CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()
"""

_KEEP_AUDIT = {
    "sqlite": (
        f"CREATE TRIGGER audit_stays_as_it_is BEFORE UPDATE ON audit BEGIN {_REFUSE}; END",
        f"CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN {_REFUSE}; END",
    ),
    "postgresql": (_FUNCTION, _TRIGGER),
}
"""What the database itself refuses, for each kind of database."""
