"""Facts that are kept outside the workspace: whose they are, so that no store removes the files of another."""

from uuid import uuid4

from sqlalchemy import Connection, insert, select

from partnerlens.errors import ResourceError
from partnerlens.store import schema
from partnerlens.store.fact_files import present_files
from partnerlens.store.layout import Layout
from partnerlens.store.ledger import Ledger

OWNER = "facts_owner"
"""The entry of ``meta`` that stands in the owner file as well."""


def check_facts_root(layout: Layout, ledger: Ledger) -> None:
    """
    Make sure that the folder of facts is there and belongs to the store, and take an empty one over.

    Raises:
        ResourceError: the folder is gone, belongs to another store, or holds something else.
    """
    with ledger.reading() as connection:
        known = connection.execute(select(schema.meta.c.value).where(schema.meta.c.name == OWNER)).scalar()
        missing = [file.path for file in present_files(connection) if not (layout.facts / file.path).is_file()]
    found = layout.owner.read_text(encoding="utf-8").strip() if layout.owner.is_file() else None
    if found is not None and found != known:
        raise ResourceError(
            f"the folder '{layout.elsewhere}' holds the facts of another store",
            "set facts_root in program.toml to a folder of this workspace's own",
        )
    if missing:
        raise ResourceError(
            f"the folder '{layout.facts}' lacks {len(missing)} files of facts, such as '{missing[0]}'",
            "mount the folder, or move the folder 'facts' of the store there, and run it again",
        )
    if found is None:
        _take_over(layout, ledger)


def _take_over(layout: Layout, ledger: Ledger) -> None:
    with ledger.writing() as connection:
        if not present_files(connection) and layout.facts.exists() and any(layout.facts.iterdir()):
            raise ResourceError(
                f"the folder '{layout.facts}' is not empty, and this store holds no facts",
                "set facts_root in program.toml to an empty folder",
            )
        owner = _owner(connection)
    # The ledger knows the owner before the folder does, so a process that is killed here locks nobody out.
    try:
        layout.facts.mkdir(parents=True, exist_ok=True)
        layout.owner.write_text(f"{owner}\n", encoding="utf-8")
    except OSError as error:
        raise ResourceError(
            f"the folder '{layout.elsewhere}' cannot be used: {error.strerror or error}",
            "check facts_root in program.toml, and the folder's permissions",
        ) from error


def _owner(connection: Connection) -> str:
    known = connection.execute(select(schema.meta.c.value).where(schema.meta.c.name == OWNER)).scalar()
    if known is not None:
        return str(known)
    made = uuid4().hex
    connection.execute(insert(schema.meta).values(name=OWNER, value=made))
    return made
