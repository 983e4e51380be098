"""A build that is killed, and readers while one runs: published answers stay, and the next build ends it."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from building import add, begin, known_in, seat_months, small_world

from oracle.months import shift
from partnerlens.app import Workspace
from partnerlens.app.doctor import examine
from partnerlens.model.result import Answer

MONTH = "2022-06"

BUILD = f"""
import sys
from partnerlens.app import Workspace
def step(what, done, todo):
    pass
with Workspace.open(sys.argv[1]) as workspace:
    workspace.build("{MONTH}", months=3, progress=step)
"""

KILL = """
import os, signal, sys, threading
import partnerlens.app
file, function, times = sys.argv[2], sys.argv[3], int(sys.argv[4])
def watch(frame, event, argument):
    global times
    code = frame.f_code
    if event == "call" and code.co_name == function and code.co_filename.endswith(file):
        times -= 1
        if times == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(watch)
threading.setprofile(watch)
"""
"""Ends the process the hard way, like a power cut, when a function is called for the n-th time."""

MOMENTS = [
    ("store/result_files.py", "_write", 2),
    ("store/results.py", "add_results", 1),
    ("<string>", "step", 12),
    ("store/results.py", "add_edition", 1),
    ("store/results.py", "add_edition", 2),
]
"""While a file is written, inside a transaction, in the middle, before the first edition, between editions."""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace whose last month has arrived but is not built; the month before is published."""
    world = small_world(5, months=14, end=MONTH)
    home = tmp_path_factory.mktemp("grown") / "home"
    assert seat_months(world)[-1] == MONTH
    with begin(home, known_in(world, "", shift(MONTH, -1))) as workspace:
        workspace.build(shift(MONTH, -1))
        workspace.publish(shift(MONTH, -1))
        add(workspace, known_in(world, MONTH, MONTH), "last")
    return home


@pytest.fixture
def home(grown: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(grown, tmp_path / "home"))


def answers(workspace: Workspace) -> list[Answer]:
    """Return the published answers of all partners."""
    partners = workspace.values("revenue")["partner_id"].to_pylist()
    return [workspace.answer(partner) for partner in partners]


def test_killed_build_leaves_published_answers_and_is_ended_by_the_next(home: Path, tmp_path: Path) -> None:
    """Killed at five moments in turn, the store opens, answers as before, and ends with the same digests."""
    with Workspace.open(shutil.copytree(home, tmp_path / "undisturbed")) as undisturbed:
        before = answers(undisturbed)
        expected = [edition.digest for edition in undisturbed.build(MONTH, months=3)]
    for moment in MOMENTS:
        killed = subprocess.run(
            [sys.executable, "-c", KILL + BUILD, str(home), *map(str, moment)], capture_output=True, check=False
        )

        assert killed.returncode == -9, (moment, killed.stderr)
        with Workspace.open(home) as workspace:
            assert answers(workspace) == before
    with Workspace.open(home) as workspace:
        assert [edition.digest for edition in workspace.build(MONTH, months=3)] == expected
        assert [check.name for check in examine(home, deep=True) if not check.passed] == []


def test_readers_keep_answering_while_another_process_builds(home: Path) -> None:
    """An open workspace gives the same answers before, during and after a build; then the month is published."""
    with Workspace.open(home) as reader:
        before, during = answers(reader), 0
        with subprocess.Popen([sys.executable, "-c", BUILD, str(home)]) as building:
            while building.poll() is None:
                assert answers(reader) == before
                during += 1
        after = answers(reader)
        published = reader.publish(MONTH)

        assert building.returncode == 0
        assert during > 0
        assert after == before
        assert {answer.edition for answer in answers(reader)} == {published.edition}


def test_publication_is_seen_at_once_and_whole(home: Path) -> None:
    """A reader sees the edition before or the one after, never a mixture, and never goes back."""
    with Workspace.open(home) as workspace:
        workspace.build(MONTH, months=3)
        partner = workspace.values("revenue")["partner_id"].to_pylist()[0]
        started, ended = Event(), Event()

        def read() -> list[Answer]:
            seen = []
            while not ended.is_set() or not seen:
                seen.append(workspace.answer(partner))
                started.set()
            return seen

        with ThreadPoolExecutor(1) as readers:
            reading = readers.submit(read)
            started.wait(30)
            workspace.publish(MONTH)
            after = workspace.answer(partner)
            ended.set()
            seen = reading.result(30)
    months = [str(answer.month) for answer in seen]

    assert str(after.month) == MONTH
    assert months == sorted(months)
    assert set(months) <= {shift(MONTH, -1), MONTH}
    assert len(set(seen)) <= 2


def test_two_builds_at_once_take_turns(home: Path) -> None:
    """The second waits for the first, says so, and finds everything done."""
    told: list[str] = []
    with subprocess.Popen([sys.executable, "-c", BUILD, str(home)]) as first, Workspace.open(home) as workspace:
        while not (home / "store" / ".lock-holder").exists() or str(first.pid) not in holder(home):
            assert first.poll() is None
        made = workspace.build(MONTH, months=3, on_wait=told.append)
        editions = workspace.editions()

    assert first.returncode == 0
    assert told == [f"process {first.pid}"]
    assert sorted(edition.number for edition in made) == [entry.edition.number for entry in editions] == [1, 2, 3]


def holder(home: Path) -> str:
    """Return who last took the store's lock."""
    return (home / "store" / ".lock-holder").read_text(encoding="utf-8")
