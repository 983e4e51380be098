"""What the tests of engines share: programs built on the embedded engine, and the same facts without their results."""

import json
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import worlds
from oracle import World
from partnerlens.app import Workspace
from partnerlens.model.edition import Manifest
from partnerlens.store import Edition

SCORECARDS = ("smb-pci-2021", "cba-pci", "cba-2019", "pcs-modern-work", "pcs-security")
"""Scorecards that between them use every kind of series."""


@dataclass(frozen=True)
class Built:
    """
    A workspace that the embedded engine has built.

    Attributes:
        home: its folder.
        month: the last month of its facts.
        digests: the digests of its editions and of their tables.
    """

    home: Path
    month: str
    digests: dict[str, str]


def mixed_world(seed: int) -> tuple[World, Sequence[str]]:
    """Return a random world and scorecards to apply: all to the first, none to each second; each third has counts."""
    world = worlds.random_world(seed, monthly_counts=seed % 3 == 2, scores=seed % 2 == 0, customers=12, months=15)
    return world, SCORECARDS[: 5 - seed] if seed % 2 == 0 else ()


def small_world(seed: int) -> World:
    """Return a random world that builds in a moment."""
    return worlds.random_world(seed, partners=10, customers=8, months=14)


def built(home: Path, world: World, *, months: int = 1, scorecards: Sequence[str] = ()) -> Built:
    """Make a workspace of a world under some scorecards and build its last months on the embedded engine."""
    world.write_csv(home)
    program = home / "program.toml"
    program.write_text(f"scorecards = {json.dumps(scorecards)}\n{program.read_text()}")
    month = max(row["month"] for row in world.facts["seats"])
    with Workspace.open(home) as workspace:
        workspace.load(sorted(home.glob("*.csv")))
        return Built(home, month, digests(workspace.build(month, months=months)))


def digests(editions: Sequence[Edition]) -> dict[str, str]:
    """Return the digests of editions by month, and those of all their tables by month and name."""
    found = {}
    for edition in editions:
        manifest = Manifest.model_validate_json(edition.manifest)
        found |= {f"{edition.month} {name}": entry.digest for name, entry in manifest.dimensions.items()}
        for month, tables in manifest.months.items():
            found |= {f"{edition.month} {name} of {month}": entry.digest for name, entry in tables.items()}
        found[f"{edition.month}"] = edition.digest
    return found


def bare_copy(home: Path, folder: Path) -> Path:
    """Return a copy of a workspace that has its facts, and neither results nor editions."""
    shutil.copytree(home, folder)
    shutil.rmtree(folder / "store" / "results")
    with sqlite3.connect(folder / "store" / "ledger.sqlite") as ledger:
        for table in ("publications", "editions", "results"):
            ledger.execute(f"DELETE FROM {table}")
    ledger.close()
    return folder


def scratch_of(home: Path) -> Path:
    """Return the folder of what a build on a cluster keeps meanwhile."""
    return home / "store" / "scratch"
