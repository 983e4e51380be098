"""Loads say what their files show, and figures that do not follow from their parts are kept."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE loads ADD COLUMN shows TEXT",
    """
    CREATE TABLE mismatches (
        id INTEGER NOT NULL,
        load INTEGER NOT NULL,
        file TEXT NOT NULL,
        line INTEGER,
        "column" TEXT NOT NULL,
        value TEXT NOT NULL,
        computed TEXT NOT NULL,
        formula TEXT NOT NULL,
        CONSTRAINT pk_mismatches PRIMARY KEY (id),
        CONSTRAINT fk_mismatches_load FOREIGN KEY(load) REFERENCES loads (id)
    ) STRICT
    """,
    "CREATE INDEX ix_mismatches_load ON mismatches (load)",
)


def upgrade() -> None:
    """Add what files show and the table of mismatches."""
    for statement in STATEMENTS:
        op.execute(statement)
