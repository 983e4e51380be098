"""Old editions and small files leave the store; what was published answers and replays as before."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from building import add, begin, correct, known_in, seat_months, small_world
from test_killed_builds import KILL

from oracle.months import shift
from partnerlens.app import Workspace
from partnerlens.app.doctor import examine
from partnerlens.errors import DefinitionError, NotFoundError, UsageError
from partnerlens.model.edition import Manifest
from partnerlens.model.result import Answer
from partnerlens.store import FactFile, Snapshot, Store

MONTH = "2022-06"
BEFORE = shift(MONTH, -1)
ACTIONS = {"prune": "workspace.prune()", "compact": "workspace.compact(); workspace.compact()"}
ACT = """
import sys
from partnerlens.app import Workspace
with Workspace.open(sys.argv[1]) as workspace:
    {action}
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Return a workspace of five editions.

    1 (the month before, published), 2 (the month, never published), 3 (the same after a correction, published),
    4 (the same after another, published in the place of 3) and 5 (the latest, never published).
    """
    world = small_world(5, months=14, end=MONTH)
    home = tmp_path_factory.mktemp("kept") / "home"
    assert seat_months(world)[-1] == MONTH
    lines = [row for row in world.facts["billing_lines"] if row["billing_month"] == MONTH]
    with begin(home, known_in(world, "", BEFORE)) as workspace:
        workspace.build(BEFORE)
        workspace.publish(BEFORE)
        add(workspace, known_in(world, MONTH, MONTH), "last")
        workspace.build(MONTH)
        for number, published in ((1, True), (2, True), (3, False)):
            correct(workspace, "billing_lines", {**lines[0], "amount": str(1000 * number)})
            workspace.build(MONTH)
            if published:
                workspace.publish(MONTH)
        assert [entry.edition.number for entry in workspace.editions()] == [1, 2, 3, 4, 5]
    return home


@pytest.fixture
def home(kept: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(kept, tmp_path / "home"))


def numbers(workspace: Workspace) -> list[int]:
    """Return the numbers of the editions."""
    return [entry.edition.number for entry in workspace.editions()]


def answers(workspace: Workspace) -> list[Answer]:
    """Return the answers of all partners in both months."""
    partners = workspace.values("revenue")["partner_id"].to_pylist()
    return [workspace.answer(partner, month=month) for month in (BEFORE, MONTH) for partner in partners]


def tables(home: Path) -> set[str]:
    """Return the digests of the result tables on disk."""
    return {file.stem for file in (home / "store" / "results").glob("??/*.parquet")}


def named(workspace: Workspace) -> set[str]:
    """Return the digests that the editions name."""
    manifests = [Manifest.model_validate_json(entry.edition.manifest) for entry in workspace.editions()]
    return {
        entry.digest
        for manifest in manifests
        for listed in (manifest.dimensions, *manifest.months.values())
        for entry in listed.values()
    }


def faults(home: Path) -> list[str]:
    """Return what the doctor finds wrong."""
    return [check.name for check in examine(home, deep=True) if not check.passed]


def test_prune_keeps_what_was_published_and_the_latest_of_each_month(home: Path) -> None:
    """Edition 2 was never published and has later ones: it alone goes, with the files that only it names."""
    with Workspace.open(home) as workspace:
        before = answers(workspace)
        foreseen = workspace.prune(dry_run=True)
        assert numbers(workspace) == [1, 2, 3, 4, 5]
        removed = workspace.prune()

        assert removed == foreseen
        assert [edition.number for edition in removed.editions] == [2]
        assert removed.files > 0
        assert numbers(workspace) == [1, 3, 4, 5]
        assert tables(home) == named(workspace)
        assert answers(workspace) == before
        assert workspace.prune().editions == ()
        assert workspace.replay(1).is_equal
        with pytest.raises(NotFoundError):
            workspace.replay(2)
    with Workspace.open(home) as workspace:
        assert answers(workspace) == before
    assert faults(home) == []


def test_prune_keeps_the_last_editions_when_told_to(home: Path) -> None:
    """Of five, the last four include edition 2; the last three do not. A number below 0 is refused."""
    with Workspace.open(home) as workspace:
        assert workspace.prune(keep=4).editions == ()
        assert [edition.number for edition in workspace.prune(keep=3, dry_run=True).editions] == [2]
        with pytest.raises(UsageError, match="'-1' editions"):
            workspace.prune(keep=-1)


def test_a_build_after_a_prune_makes_the_same_edition(home: Path) -> None:
    """What was removed is made again where it is needed: both builds end at editions that are there already."""
    with Workspace.open(home) as workspace:
        workspace.prune()

        assert [edition.number for edition in workspace.build(MONTH)] == [5]
        assert [edition.number for edition in workspace.build(BEFORE)] == [1]


def test_compaction_merges_files_and_changes_no_fact(home: Path) -> None:
    """One file for each table and month is left, every edition replays, and another run finds nothing to merge."""
    with Workspace.open(home) as workspace:
        before = answers(workspace)
        files = present(home)
        places = {(file.table, file.month) for file in files}
        foreseen = workspace.compact(dry_run=True)
        done = workspace.compact()
        after = present(home)

        assert len(files) > len(places)
        assert (foreseen.merged, foreseen.made) == (done.merged, done.made)
        assert len(after) == len(places) == len({(file.table, file.month) for file in after})
        assert sum(file.rows for file in after) == sum(file.rows for file in files)
        assert answers(workspace) == before
        assert [workspace.replay(number).is_equal for number in (1, 2, 3, 4, 5)] == [True] * 5
        assert workspace.compact().merged == 0
    assert faults(home) == []


def test_replaced_files_leave_the_disk_when_no_edition_rests_on_them(home: Path) -> None:
    """
    The facts of the load of edition 2 are readable until it is gone; then asking for them is a clear error.

    Those of the other editions' loads stay readable, and a correction after the compaction finds the rows.
    """
    with Workspace.open(home) as workspace:
        lost = last_load(workspace, 2)
        workspace.compact()
        workspace.compact()
        assert workspace.replay(2).is_equal
        workspace.prune()
        removed = workspace.compact()

        assert removed.removed > 0
        assert [workspace.replay(number).is_equal for number in (1, 3, 4, 5)] == [True] * 4
        with pytest.raises(DefinitionError, match=f"the facts as of load {lost} are no longer kept"):
            facts_as_of(home, lost)
        known = {file.path for file in present(home)}
        on_disk = {file.relative_to(home / "store" / "facts").as_posix() for file in fact_paths(home)}
        assert known <= on_disk
        add(workspace, known_in(small_world(5, months=14, end=MONTH), MONTH, MONTH), "again")
        assert workspace.quarantine() == []
    assert faults(home) == []


def last_load(workspace: Workspace, number: int) -> int | None:
    """Return the last load that an edition rests on."""
    (manifest,) = [entry.edition.manifest for entry in workspace.editions() if entry.edition.number == number]
    return Manifest.model_validate_json(manifest).last_load


def present(home: Path) -> list[FactFile]:
    """Return the files that hold the facts as they stand."""
    with Store.open(home) as store:
        return store.present_files()


def facts_as_of(home: Path, load: int | None) -> Snapshot:
    """Return the facts as of a load."""
    with Store.open(home) as store:
        return store.snapshot(as_of_load=load)


def fact_paths(home: Path) -> list[Path]:
    """Return the files of facts on disk."""
    return sorted((home / "store" / "facts").rglob("*.parquet"))


MOMENTS: list[tuple[str, tuple[Any, ...]]] = [
    ("prune", ("store/results.py", "remove_editions", 1)),
    ("prune", ("pathlib.py", "unlink", 3)),
    ("compact", ("store/writer.py", "_place", 2)),
    ("compact", ("store/fact_files.py", "replace_files", 3)),
    ("compact", ("store/fact_files.py", "forget_files", 1)),
]
"""In the ledger's transaction, between files, before a file has its name, before the ledger knows it, at the end."""


def test_a_killed_prune_or_compaction_leaves_every_published_answer(home: Path) -> None:
    """Killed at five moments in turn, the store answers as before; run again, both end as if never disturbed."""
    with Workspace.open(home) as workspace:
        before = answers(workspace)
    for action, moment in MOMENTS:
        script = KILL + ACT.format(action=ACTIONS[action])
        killed = subprocess.run(
            [sys.executable, "-c", script, str(home), *map(str, moment)], capture_output=True, check=False
        )

        assert killed.returncode == -9, (moment, killed.stderr)
        with Workspace.open(home) as workspace:
            assert answers(workspace) == before, moment
        assert faults(home) == [], moment
    with Workspace.open(home) as workspace:
        workspace.prune()
        workspace.compact()
        workspace.compact()

        assert numbers(workspace) == [1, 3, 4, 5]
        assert tables(home) == named(workspace)
        assert [workspace.replay(number).is_equal for number in (1, 3, 4, 5)] == [True] * 4
