"""Requests and attempts are counted within the last span of time, by all processes of a server together."""

import subprocess
import sys

import pytest

from partnerlens.access import counts
from partnerlens.access.counts import Counts
from partnerlens.access.limits import Limits
from partnerlens.access.settings import LimitSettings
from partnerlens.errors import LimitError


@pytest.fixture
def at(monkeypatch):
    """Return a list whose only entry is the time, in seconds since the machine started."""
    now = [600.0]
    monkeypatch.setattr(counts, "monotonic", lambda: now[0])
    return now


def test_one_too_many_is_told_and_not_counted(at):
    """Two in a minute: the third is refused, for this name alone."""
    counted = Counts(2, 60)

    assert [counted.is_one_too_many("ann") for _ in range(4)] == [False, False, True, True]
    assert not counted.is_one_too_many("bob")


@pytest.mark.parametrize(
    ("later", "room"),
    [
        (59.9, 0),  # the same minute
        (60.0, 0),  # all four of the minute before still lie within the last sixty seconds
        (74.9, 0),  # and more than three of them
        (75.0, 1),  # three quarters of four: three, and one more makes four
        (90.0, 2),
        (119.9, 3),
        (120.0, 4),
        (3600.0, 4),
    ],
)
def test_the_minute_before_counts_by_the_part_within_reach(at, later, room):
    """Four a minute, all done at once."""
    counted = Counts(4, 60)
    assert [counted.is_one_too_many("ann") for _ in range(5)] == [False] * 4 + [True]
    at[0] += later

    assert [counted.is_one_too_many("ann") for _ in range(room + 1)] == [False] * room + [True]


def test_forgotten_name_begins_again(at):
    """Whoever signs in has nothing against it any more."""
    counted = Counts(1, 60)
    for name in ("ann", "bob"):
        counted.is_one_too_many(name)
    counted.forget("ann")

    assert not counted.is_one_too_many("ann")
    assert counted.is_one_too_many("bob")


def test_processes_with_one_file_count_together(tmp_path):
    """What another process has done is counted here, and the reverse."""
    file = tmp_path / "some.counts"
    program = f"""
from pathlib import Path
from partnerlens.access.counts import Counts
counted = Counts(3, 3600, Path({str(file)!r}))
print([counted.is_one_too_many("ann") for _ in range(2)])
"""
    here = Counts(3, 3600, file)
    assert not here.is_one_too_many("ann")
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert there.stdout.strip() == "[False, False]"
    assert here.is_one_too_many("ann")
    assert not here.is_one_too_many("bob")


def test_full_places_forget_whoever_did_least_longest_ago(at, monkeypatch):
    """Eight places: the ninth name takes that of the one of an earlier span, then that of the least busy."""
    monkeypatch.setattr(counts, "PLACES", 8)
    counted = Counts(3, 60)
    counted.is_one_too_many("old")
    counted.is_one_too_many("old")
    at[0] += 60
    for name in "abcdefg":
        counted.is_one_too_many(name)
        counted.is_one_too_many(name)
    counted.is_one_too_many("new")
    counted.is_one_too_many("newer")

    assert [counted.is_one_too_many("a") for _ in range(2)] == [False, True]
    assert [counted.is_one_too_many("newer") for _ in range(3)] == [False, False, True]


def test_limits_of_two_processes_are_one(tmp_path):
    """Requests and attempts are counted together through the folder that the processes share; success frees."""
    settings = LimitSettings(requests_per_minute=2, sign_ins=2)
    here, there = Limits(settings, tmp_path), Limits(settings, tmp_path)
    for each in (here, there):
        each.count_request("ann")
        each.count_sign_in("ann@example.com", "10.0.0.1")

    with pytest.raises(LimitError, match="too many requests"):
        there.count_request("ann")
    with pytest.raises(LimitError, match="too many attempts"):
        here.count_sign_in("ann@example.com", "10.0.0.1")
    there.forget_sign_ins("ann@example.com", "10.0.0.1")
    here.count_sign_in("ann@example.com", "10.0.0.1")
