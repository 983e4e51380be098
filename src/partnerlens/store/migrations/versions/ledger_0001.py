"""The first form of the ledger."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE meta (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        CONSTRAINT pk_meta PRIMARY KEY (name)
    ) STRICT
    """,
    """
    CREATE TABLE loads (
        id INTEGER NOT NULL,
        file TEXT NOT NULL,
        content_digest TEXT NOT NULL,
        mapping_digest TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT NOT NULL,
        CONSTRAINT pk_loads PRIMARY KEY (id),
        CONSTRAINT uq_loads_content_digest_mapping_digest UNIQUE (content_digest, mapping_digest)
    ) STRICT
    """,
    """
    CREATE TABLE load_tables (
        load INTEGER NOT NULL,
        "table" TEXT NOT NULL,
        rows_in INTEGER NOT NULL,
        loaded INTEGER NOT NULL,
        duplicate INTEGER NOT NULL,
        replaced INTEGER NOT NULL,
        quarantined INTEGER NOT NULL,
        CONSTRAINT pk_load_tables PRIMARY KEY (load, "table"),
        CONSTRAINT ck_load_tables_balance CHECK (rows_in = loaded + duplicate + replaced + quarantined),
        CONSTRAINT fk_load_tables_load FOREIGN KEY(load) REFERENCES loads (id)
    ) STRICT
    """,
    """
    CREATE TABLE fact_files (
        id INTEGER NOT NULL,
        "table" TEXT NOT NULL,
        month INTEGER,
        path TEXT NOT NULL,
        rows INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        rows_of INTEGER NOT NULL,
        added_by INTEGER NOT NULL,
        removed_by INTEGER,
        CONSTRAINT pk_fact_files PRIMARY KEY (id),
        CONSTRAINT uq_fact_files_path UNIQUE (path),
        CONSTRAINT fk_fact_files_rows_of FOREIGN KEY(rows_of) REFERENCES loads (id),
        CONSTRAINT fk_fact_files_added_by FOREIGN KEY(added_by) REFERENCES loads (id),
        CONSTRAINT fk_fact_files_removed_by FOREIGN KEY(removed_by) REFERENCES loads (id)
    ) STRICT
    """,
    """
    CREATE TABLE touches (
        id INTEGER NOT NULL,
        load INTEGER NOT NULL,
        "table" TEXT NOT NULL,
        first_month INTEGER NOT NULL,
        last_month INTEGER,
        CONSTRAINT pk_touches PRIMARY KEY (id),
        CONSTRAINT fk_touches_load FOREIGN KEY(load) REFERENCES loads (id)
    ) STRICT
    """,
    "CREATE INDEX ix_touches_load ON touches (load)",
    """
    CREATE TABLE quarantine (
        id INTEGER NOT NULL,
        load INTEGER NOT NULL,
        "table" TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        file TEXT NOT NULL,
        line INTEGER,
        "column" TEXT,
        value TEXT,
        rule TEXT NOT NULL,
        problem TEXT NOT NULL,
        remedy TEXT NOT NULL,
        "row" TEXT NOT NULL,
        is_waiting INTEGER NOT NULL,
        released_by INTEGER,
        CONSTRAINT pk_quarantine PRIMARY KEY (id),
        CONSTRAINT fk_quarantine_load FOREIGN KEY(load) REFERENCES loads (id),
        CONSTRAINT fk_quarantine_released_by FOREIGN KEY(released_by) REFERENCES loads (id)
    ) STRICT
    """,
    'CREATE INDEX ix_quarantine_load_table_ordinal ON quarantine (load, "table", ordinal)',
    'CREATE INDEX ix_quarantine_table_is_waiting_released_by ON quarantine ("table", is_waiting, released_by)',
    """
    CREATE TABLE results (
        "key" TEXT NOT NULL,
        part TEXT NOT NULL,
        month INTEGER NOT NULL,
        digest TEXT NOT NULL,
        rows INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        CONSTRAINT pk_results PRIMARY KEY ("key")
    ) STRICT
    """,
    """
    CREATE TABLE editions (
        number INTEGER NOT NULL,
        month INTEGER NOT NULL,
        digest TEXT NOT NULL,
        built_at TEXT NOT NULL,
        manifest TEXT NOT NULL,
        CONSTRAINT pk_editions PRIMARY KEY (number)
    ) STRICT
    """,
    "CREATE INDEX ix_editions_month ON editions (month)",
    """
    CREATE TABLE publications (
        id INTEGER NOT NULL,
        month INTEGER NOT NULL,
        edition INTEGER NOT NULL,
        published_at TEXT NOT NULL,
        CONSTRAINT pk_publications PRIMARY KEY (id),
        CONSTRAINT fk_publications_edition FOREIGN KEY(edition) REFERENCES editions (number)
    ) STRICT
    """,
    "CREATE INDEX ix_publications_month ON publications (month)",
)


def upgrade() -> None:
    """Make the nine tables of the ledger."""
    for statement in STATEMENTS:
        op.execute(statement)
