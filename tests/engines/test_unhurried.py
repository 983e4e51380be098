"""Work in the background gives the same results, and leaves a core to others most of the time."""

import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.engine.unhurried import Unhurried
from partnerlens.errors import PartnerlensError

LONG = "SELECT sum(n * n % 7) AS total FROM range(3000000) AS numbers(n)"
RESTS = 5


class Timed(DuckDBEngine):
    """An engine that knows how long its statements took."""

    seconds = 0.0

    def keep(self, name: str, select: str) -> None:
        """Keep, and add up the time."""
        begun = time.perf_counter()
        super().keep(name, select)
        self.seconds += time.perf_counter() - begun

    def fetch(self, select: str) -> pa.Table:
        """Fetch, and add up the time."""
        begun = time.perf_counter()
        try:
            return super().fetch(select)
        finally:
            self.seconds += time.perf_counter() - begun


@pytest.fixture
def timed():
    """Give an engine that is closed by whoever wraps it."""
    return Timed()


@pytest.fixture
def unhurried(timed):
    """Give an engine that rests five times as long as it works."""
    engine = Unhurried(timed, RESTS)
    yield engine
    engine.close()


def test_it_rests_after_each_statement(unhurried, timed):
    """A statement and its rest take as often the statement's time as is asked for, and one time more."""
    for run in (lambda: unhurried.keep("sums", LONG), lambda: unhurried.fetch(LONG)):
        before, begun = timed.seconds, time.perf_counter()
        run()
        took = time.perf_counter() - begun
        assert took >= (timed.seconds - before) * (RESTS + 1)


def test_results_are_those_of_the_engine(unhurried, tmp_path: Path):
    """Files, tables, kept results and streams are what the engine makes of them."""
    file = tmp_path / "seats.parquet"
    pq.write_table(pa.table({"seats": pa.array([3, 4], pa.int64())}), file)
    unhurried.scan("sold", [file], {"seats": "BIGINT"})
    unhurried.register("more", pa.table({"seats": pa.array([5], pa.int64())}))
    unhurried.keep("all_seats", "SELECT seats FROM sold UNION ALL SELECT seats FROM more")

    assert unhurried.fetch("SELECT seats FROM all_seats ORDER BY seats")["seats"].to_pylist() == [3, 4, 5]
    assert unhurried.stream("SELECT seats FROM all_seats ORDER BY seats", 2).read_all().num_rows == 3

    unhurried.drop("all_seats")
    with pytest.raises(Exception, match="all_seats"):
        unhurried.fetch("SELECT seats FROM all_seats")


def test_a_fault_comes_at_once(unhurried):
    """What the engine refuses is told as the engine tells it."""
    with pytest.raises(PartnerlensError, match="a value does not fit"):
        unhurried.fetch("SELECT CAST('many' AS INTEGER) AS seats")
