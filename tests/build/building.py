"""What the tests of the build share: worlds cut by month, workspaces made of them, and what their results are."""

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import worlds
from oracle import World
from oracle.months import month_of
from partnerlens.app import Workspace
from partnerlens.model.edition import Manifest
from partnerlens.store import Edition

Digests = dict[str, dict[str, str]]
"""The digest of each result table, by month and table."""

MONTH_OF: dict[str, str] = {
    "seats": "month",
    "billing_lines": "billing_month",
    "activity": "date",
    "activity_monthly": "month",
    "survey_responses": "responded_on",
    "exchange_rates": "month",
    "instances": "deployed_on",
    "exam_passes": "passed_on",
    "associations": "start_date",
}
"""The column that says in which month a row becomes known."""


def small_world(seed: int, **chosen: Any) -> World:
    """Return a random world that builds in a second or two."""
    size = {"partners": 12, "customers": 14, "months": 18, "k": 1} | chosen
    return worlds.random_world(seed, **size)


def seat_months(world: World) -> list[str]:
    """Return the months with seats, ascending."""
    return sorted({row["month"] for row in world.facts["seats"]})


def known_in(world: World, first: str, last: str) -> World:
    """Return the rows that become known in the months first..last; dimensions belong to the first of all."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for table, rows in world.facts.items():
        column = MONTH_OF.get(table)
        if column is None:
            kept[table] = rows if first == "" else []
        else:
            kept[table] = [row for row in rows if first <= _month(row[column]) <= last]
    return World(kept, world.settings)


def begin(home: Path, world: World) -> Workspace:
    """Return a new workspace that holds a world."""
    world.write_csv(home / "files")
    (home / "files" / "program.toml").rename(home / "program.toml")
    workspace = Workspace.open(home)
    load_world(workspace, home / "files")
    return workspace


def add(workspace: Workspace, world: World, name: str) -> None:
    """Load a world's rows into a workspace that holds others."""
    world.write_csv(workspace.home / name)
    load_world(workspace, workspace.home / name)


def load_world(workspace: Workspace, folder: Path) -> None:
    """Load the files of a folder; every row fits."""
    workspace.load(sorted(folder.glob("*.csv")))
    assert workspace.quarantine() == []


def correct(workspace: Workspace, table: str, row: dict[str, Any]) -> None:
    """Load a file with one row."""
    add(workspace, World({table: [row]}), f"correction-of-{table}")


def digests(editions: Sequence[Edition]) -> Digests:
    """Return the digests of all result tables of editions; one month has one result in all of them."""
    found: Digests = {}
    for edition in editions:
        for month, tables in Manifest.model_validate_json(edition.manifest).months.items():
            # The month before a window has the series of scorecards alone.
            for name, entry in tables.items():
                assert found.setdefault(month, {}).setdefault(name, entry.digest) == entry.digest
    return found


def built(workspace: Workspace, month: str, months: int) -> Digests:
    """Build and return the digests."""
    return digests(workspace.build(month, months=months))


class Watch:
    """Told of each step of a build; remembers which results were made."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.seen: list[str] = []

    def __call__(self, what: str, done: int, todo: int) -> None:
        """Remember a step."""
        assert 0 <= done <= todo
        self.seen.append(what)

    @property
    def made(self) -> dict[str, list[str]]:
        """The months of which results were made, by part."""
        parts: dict[str, list[str]] = {}
        for what in self.seen:
            part, separator, month = what.rpartition(" of ")
            if separator:
                parts.setdefault(part, []).append(month)
        return parts


def without_results(workspace: Workspace, home: Path) -> Workspace:
    """Return a copy of a workspace that has its facts and editions, but none of its results."""
    shutil.copytree(workspace.home, home)
    shutil.rmtree(home / "store" / "results")
    with sqlite3.connect(home / "store" / "ledger.sqlite") as ledger:
        ledger.execute("DELETE FROM results")
    ledger.close()
    return Workspace.open(home)


def _month(value: Any) -> str:
    return value if isinstance(value, str) else month_of(value)
