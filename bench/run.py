"""
Measure the build and the answers on a made-up program, side by side with a bare scan of the same columns.

    python bench/run.py --scale S            1,000 partners, 20,000 customers, about 5 million activity rows
    python bench/run.py --scale M            20,000 partners, 400,000 customers, about 100 million activity rows
    python bench/run.py --scale L            100,000 partners, 2 million customers, about 500 million activity rows
    python bench/run.py --scale M --steps    keep to the SQL steps, as without the extra `fast`

The machine's speed drifts, so the figures to quote are the ratios within one run; on a machine that others use as well,
those of processor seconds. Nothing here asserts a time.
"""

import argparse
import json
import os
import platform
import random
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from partnerlens.app import Workspace
from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.model.edition import Manifest
from partnerlens.model.facts import TABLES
from partnerlens.months import Month
from partnerlens.sample import write_sample
from partnerlens.store import Store

SCALES = {"S": (1_000, 20_000), "M": (20_000, 400_000), "L": (100_000, 2_000_000)}
MONTHS = 36
LAST = Month.parse("2026-06")
EDITIONS = 24
CLIENTS = 8

SCANNED = {
    "activity": ("date", "customer_no", "user_no", "product_no", "workload_no", "intentional"),
    "seats": ("month", "subscription_no", "state", "sold_seats", "assigned_seats"),
    "billing_lines": ("billing_month", "subscription_no", "amount", "currency"),
    "associations": ("partner_no", "subscription_no", "type", "claim", "start_date", "end_date"),
    "subscriptions": ("subscription_no", "customer_no", "product_no", "channel", "licence_type"),
}
"""The columns that a build reads, by table."""


def main() -> None:
    """Run every measurement and print a table and one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=sorted(SCALES), default="S")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "data", help="folder for data")
    parser.add_argument("--filters", type=int, default=300, help="number of random filters")
    parser.add_argument("--steps", action="store_true", help="keep to the SQL steps")
    options = parser.parse_args()
    home = options.work / f"{options.scale}-home"
    figures: dict[str, float] = {}
    load_program(options.scale, options.work, home, figures)
    forget_results(home)
    figures |= builds(home, options.work / f"{options.scale}-sample", options.work, steps=options.steps)
    command(home, "publish", str(LAST))
    figures |= sizes(home)
    figures |= starts(home)
    figures |= answers(home, options.filters)
    report(options.scale, figures)


def builds(home: Path, sample: Path, work: Path, *, steps: bool) -> dict[str, float]:
    """Return what builds cost beside a bare scan: of all editions, of one added month, and after a late correction."""
    measured(home, "build", str(LAST - 1), "--months", "1", steps=steps)  # compiles, and warms what the system keeps
    forget_results(home)
    scan = bare_scan(home)
    with metrics_alone(home):
        metrics = measured(home, "build", str(LAST - 1), "--months", str(EDITIONS), steps=steps)
    forget_results(home)
    full = measured(home, "build", str(LAST - 1), "--months", str(EDITIONS), steps=steps)
    added = measured(home, "build", str(LAST), steps=steps)
    again = measured(home, "build", str(LAST), steps=steps)
    command(home, "load", str(late_use(sample, work)))
    late = measured(home, "build", str(LAST), "--months", str(EDITIONS), steps=steps)
    return {
        "bare scan, s": scan.seconds,
        "bare scan, processor s": scan.processor,
        f"build of {EDITIONS} editions, metrics alone, s": metrics.seconds,
        f"build of {EDITIONS} editions, metrics alone, processor s": metrics.processor,
        "metrics alone / bare scan": metrics.seconds / scan.seconds,
        "metrics alone / bare scan, processor": metrics.processor / scan.processor,
        f"build of {EDITIONS} editions, s": full.seconds,
        f"build of {EDITIONS} editions, processor s": full.processor,
        "build, peak memory, GB": full.memory,
        "build / bare scan": full.seconds / scan.seconds,
        "build / bare scan, processor": full.processor / scan.processor,
        "one added month, s": added.seconds,
        "one added month, processor s": added.processor,
        "added month / build": added.seconds / full.seconds,
        "late correction three months back, s": late.seconds,
        "late correction three months back, processor s": late.processor,
        "nothing new, s": again.seconds,
        "nothing new, processor s": again.processor,
    }


@contextmanager
def metrics_alone(home: Path) -> Iterator[None]:
    """The program without its scorecards, until the end of the block."""
    file = home / "program.toml"
    whole = file.read_text()
    file.write_text(re.sub(r"(?m)^scorecards = .*$", "scorecards = []", whole))
    try:
        yield
    finally:
        file.write_text(whole)


def late_use(sample: Path, work: Path) -> Path:
    """Write a file with one use three months back, by a user that was never told of."""
    row = pq.ParquetFile(sample / f"activity-{LAST - 3}.parquet").read_row_group(0).slice(0, 1)
    place = row.schema.get_field_index("user_id")
    user = pa.array([f"late-{time.time_ns()}"], row.schema.field(place).type)
    file = work / "activity-late.parquet"
    pq.write_table(row.set_column(place, "user_id", user), file)
    return file


def load_program(scale: str, work: Path, home: Path, figures: dict[str, float]) -> None:
    """Make and load the program unless an earlier run did; loading is timed when it happens."""
    if (home / "loaded").exists():
        return
    partners, customers = SCALES[scale]
    folder = work / f"{scale}-sample"
    if not folder.exists():
        write_sample(
            folder, partners=partners, customers=customers, months=MONTHS, seed=1, last_month=LAST, format="parquet"
        )
    Workspace.init(home).close()
    files = [str(file) for file in sorted(folder.glob("*.parquet"))]
    seconds, memory = command(home, "load", *files)
    figures |= {"load, s": seconds, "load, peak memory, GB": memory}
    (home / "loaded").touch()


def forget_results(home: Path) -> None:
    """Drop every result and whatever builds keep, so that the next one starts from facts."""
    with Store.open(home) as store, store._ledger.writing() as connection:  # noqa: SLF001
        store.layout.use.unlink(missing_ok=True)
        for table in ("publications", "editions", "results"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


def bare_scan(home: Path) -> "Cost":
    """Return the cost of reading every needed column once, the best of three."""
    with Store.open(home) as store, DuckDBEngine() as engine:
        snapshot = store.snapshot()
        for table in SCANNED:
            engine.scan(table, snapshot.files(table), snapshot.columns(table))
        statements = [
            f"SELECT {', '.join(f'max({column})' for column in columns)} FROM {table}"
            for table, columns in SCANNED.items()
        ]
        costs = []
        for _ in range(3):
            started, worked = time.perf_counter(), time.process_time()
            for statement in statements:
                engine.rows(statement)
            costs.append((time.perf_counter() - started, time.process_time() - worked))
    return Cost(min(cost[0] for cost in costs), min(cost[1] for cost in costs), 0)


def answers(home: Path, count: int) -> dict[str, float]:
    """Return the latency of answers under never-seen filters and of repeated ones, in process."""
    chance = random.Random(7)
    with Workspace.open(home) as workspace:
        edition = workspace.answers().edition
        partners = [partner.id for partner in edition.partners]
        products, workloads, countries = (
            sorted(edition.product_names),
            sorted(edition.workloads),
            sorted(edition.countries),
        )
        first = timed(lambda: workspace.answer(chance.choice(partners)))

        def ask() -> tuple[str, dict[str, list[str]]]:
            return chance.choice(partners), {
                "products": some(chance, products),
                "workloads": some(chance, workloads),
                "countries": some(chance, countries),
            }

        def times(asked: list[tuple[str, dict[str, list[str]]]], clients: int = 1) -> list[float]:
            with ThreadPoolExecutor(clients) as threads:
                return list(threads.map(lambda one: timed(lambda: workspace.answer(one[0], **one[1])), asked))

        asked = [ask() for _ in range(count)]
        fresh, known = times(asked), times(asked[-100:])
        together = times([ask() for _ in range(count)], CLIENTS)
    return {
        "first answer, all months read, s": first,
        "never-seen filter, p50 ms": quantile(fresh, 50) * 1000,
        "never-seen filter, p99 ms": quantile(fresh, 99) * 1000,
        f"never-seen filter, {CLIENTS} clients, p50 ms": quantile(together, 50) * 1000,
        f"never-seen filter, {CLIENTS} clients, p99 ms": quantile(together, 99) * 1000,
        "known filter, p50 ms": quantile(known, 50) * 1000,
        "known filter, p99 ms": quantile(known, 99) * 1000,
        "answers, memory, GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def sizes(home: Path) -> dict[str, float]:
    """Return what facts and results take on disk; an edition's share is that of its own month."""
    with Store.open(home) as store:
        snapshot = store.snapshot()
        facts = sum(file.stat().st_size for table in TABLES for file in snapshot.files(table))
        (edition, *_) = sorted(store.editions(), key=lambda edition: edition.month, reverse=True)
        manifest = Manifest.model_validate_json(edition.manifest)
    own = sum(table.size_bytes for table in (manifest.months[str(LAST)] | manifest.dimensions).values())
    return {"disk, facts, MB": facts / 1e6, "disk, one edition more, MB": own / 1e6}


def starts(home: Path) -> dict[str, float]:
    """Return what one question costs in a process of its own, from the first time and again."""
    with Workspace.open(home) as workspace:
        partner = workspace.answers().edition.partners[0].id
    first, again = (measured(home, "show", partner) for _ in range(2))
    return {"`show` in a new process, first, s": first.seconds, "`show` in a new process, again, s": again.seconds}


def some(chance: random.Random, values: list[str]) -> list[str]:
    """Return no value in four of ten cases, else one to all of them."""
    return [] if chance.random() < 0.4 else chance.sample(values, chance.randint(1, len(values)))


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds on the clock, seconds of processors, and the peak of its memory in GB."""

    seconds: float
    processor: float
    memory: float


def measured(home: Path, *arguments: str, steps: bool = False) -> Cost:
    """Run the command line in a process of its own, if asked as though the extra `fast` were not installed."""
    without = "from partnerlens.build import making; making.kernels_are_installed = lambda: False; " if steps else ""
    started = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"{without}from partnerlens.cli.main import main; main()",
            *arguments,
            "--home",
            str(home),
        ],
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1}:
        raise SystemExit(f"partnerlens {arguments[0]} failed")
    return Cost(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6)


def command(home: Path, *arguments: str) -> tuple[float, float]:
    """Run the command line in a process of its own; return its seconds and peak memory in GB."""
    cost = measured(home, *arguments)
    return cost.seconds, cost.memory


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def quantile(times: list[float], percent: int) -> float:
    """Return a percentile of times."""
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def report(scale: str, figures: dict[str, float]) -> None:
    """Print the figures as a table, then as JSON."""
    print(f"scale {scale}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name, figure in figures.items():
        print(f"{name:40} {figure:10.3f}")
    print(json.dumps({"scale": scale, "figures": figures}))


if __name__ == "__main__":
    main()
