"""Builds over Spark Connect give what the embedded engine gives, byte for byte; everyday on Sail in place of Spark."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from clusters import bare_copy, built, digests, mixed_world, scratch_of, small_world

from oracle.months import shift
from partnerlens.app import Workspace
from partnerlens.errors import ResourceError

SEEDS = (1, 2)
"""Random worlds; number 0 takes as long as both."""


def on_sail(home: Path, month: str, months: int, sail: str) -> dict[str, str]:
    """Build on Sail and return the digests of the editions."""
    with Workspace.open(home) as workspace:
        return digests(workspace.build(month, months=months, engine="spark", remote=sail))


@pytest.mark.parametrize("seed", SEEDS)
def test_random_world_has_the_same_editions_on_both_engines(seed: int, sail: str, tmp_path: Path) -> None:
    """Every result table of the eight metrics and of five scorecards has the same bytes, so editions are equal."""
    world, scorecards = mixed_world(seed)
    expected = built(tmp_path / "duckdb", world, months=2, scorecards=scorecards)
    home = bare_copy(expected.home, tmp_path / "spark")

    assert on_sail(home, expected.month, 2, sail) == expected.digests
    assert not scratch_of(home).exists()


def test_sample_program_has_the_same_editions_on_both_engines(sail: str, sample_home: Path, tmp_path: Path) -> None:
    """So has a made-up program of 40 partners with its corrections."""
    with Workspace.open(sample_home) as workspace:
        expected = digests([listed.edition for listed in workspace.editions()])
    home = bare_copy(sample_home, tmp_path / "spark")

    assert on_sail(home, "2026-06", 3, sail) == expected


def test_months_go_on_from_results_of_the_other_engine(sail: str, tmp_path: Path) -> None:
    """A month built on Spark after months built on the embedded engine, and the other way round, changes nothing."""
    expected = built(tmp_path / "duckdb", small_world(7), months=2)
    on_spark = {"engine": "spark", "remote": sail}
    for name, first, second in (("spark-last", {}, on_spark), ("spark-first", on_spark, {})):
        with Workspace.open(bare_copy(expected.home, tmp_path / name)) as workspace:
            before = workspace.build(shift(expected.month, -1), **first)
            after = workspace.build(expected.month, **second)

        assert digests([*before, *after]) == expected.digests


def test_command_builds_on_spark_and_the_embedded_engine_answers(
    sail: str, run: Any, tiny_home: Path, tmp_path: Path
) -> None:
    """The edition is registered and published as any other; the partners' values read the same."""
    home = bare_copy(tiny_home, tmp_path / "spark")
    done = run("build", "2024-03", "--engine", "spark", "--remote", sail, "--home", home, "--json")
    run("publish", "2024-03", "--home", home)
    shown, expected = (run("values", "revenue", "--home", place) for place in (home, tiny_home))

    assert done.code == 0, done.err
    assert [edition["month"] for edition in done.document] == ["2024-03"]
    assert expected.code == 0
    assert shown.out == expected.out


# What goes wrong


def test_failed_job_leaves_no_edition_and_frees_the_store(sail: str, tmp_path: Path) -> None:
    """A file that Spark cannot read ends the build with what to do; once it is back, the next build is whole."""
    expected = built(tmp_path / "duckdb", small_world(3))
    home = bare_copy(expected.home, tmp_path / "spark")
    damaged = next((home / "store" / "facts" / "seats").rglob("*.parquet"))
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    with Workspace.open(home) as workspace:
        with pytest.raises(ResourceError, match="nothing of the edition is kept"):
            workspace.build(expected.month, engine="spark", remote=sail)

        assert workspace.editions() == []
        assert not scratch_of(home).exists()

        damaged.write_bytes(whole)

        assert digests(workspace.build(expected.month)) == expected.digests


KILLED = """
import os, signal, sys
from partnerlens.app import Workspace
def step(what, done, todo):
    if what == "user state":
        os.kill(os.getpid(), signal.SIGKILL)
with Workspace.open(sys.argv[1]) as workspace:
    workspace.build(sys.argv[2], engine="spark", remote=sys.argv[3], progress=step)
"""


def test_killed_build_leaves_no_edition_and_the_next_one_sweeps(sail: str, tmp_path: Path) -> None:
    """Killed in the middle, its scratch files stay for once; the next build removes them, on whatever engine."""
    expected = built(tmp_path / "duckdb", small_world(3))
    home = bare_copy(expected.home, tmp_path / "spark")
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    killed = subprocess.run(
        [sys.executable, "-W", "ignore", script, home, expected.month, sail], capture_output=True, check=False
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert list(scratch_of(home).rglob("*.parquet"))
    with Workspace.open(home) as workspace:
        assert workspace.editions() == []
        assert digests(workspace.build(expected.month)) == expected.digests
    assert not scratch_of(home).exists()
