"""
Measure scores, explanations and exports on the made-up program of ``bench/run.py``.

    python bench/score.py --scale S          1,000 partners, 20,000 customers, about 5 million activity rows
    python bench/score.py --scale M          20,000 partners, 400,000 customers, about 100 million activity rows

The machine's speed drifts, so times are to be read beside the build of a month in the same run; where others use the
machine, the processor's time says more. Nothing here asserts a time.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

import pyarrow as pa
from run import LAST, SCALES, command, forget_results, load_program, quantile, report

from partnerlens.app import Workspace
from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.export import Export, Format, Provenance, Subject, SumOf, write_export
from partnerlens.model.metric import MetricId

SCORECARDS = ("smb-pci-2021", "cba-pci", "pcs-business-applications")
SIZES = (100_000, 1_000_000)
PAGE = 50


def main() -> None:
    """Run every measurement and print a table and one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=sorted(SCALES), default="S")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "data", help="folder for data")
    parser.add_argument("--partners", type=int, default=200, help="number of partners to score and explain")
    parser.add_argument("--export", nargs=2, metavar=("FORMAT", "ROWS"), help="export made-up rows and do nothing else")
    options = parser.parse_args()
    if options.export:
        export_rows(Format(options.export[0]), int(options.export[1]))
        return
    home = options.work / f"{options.scale}-home"
    figures: dict[str, float] = {}
    load_program(options.scale, options.work, home, figures)
    # A child's peak memory is at least what this process held when it began: those come first.
    figures |= exports()
    figures |= builds(home)
    command(home, "publish", str(LAST))
    with Workspace.open(home) as workspace:
        figures |= scores(workspace, options.partners)
        figures |= explanations(workspace, options.partners)
    figures["all partners / build with three"] = (
        figures["all partners, three scorecards, s"] / figures["build of a month, three scorecards, s"]
    )
    report(options.scale, figures)


def builds(home: Path) -> dict[str, float]:
    """Return the seconds of building one month from facts, without scorecards and with three; the last one stays."""
    program = home / "program.toml"
    kept = program.read_text()
    figures: dict[str, float] = {}
    try:
        for words, names in (("without scorecards", ()), ("three scorecards", SCORECARDS)):
            lines = [line for line in kept.splitlines() if not line.startswith("scorecards")]
            listed = ", ".join(f'"{name}"' for name in names)
            program.write_text("\n".join([f"scorecards = [{listed}]", *lines, ""]))
            forget_results(home)
            tool = "from partnerlens.cli.main import main; main()"
            seconds, processor, memory = child("-c", tool, "build", str(LAST), "--home", str(home))
            figures |= {
                f"build of a month, {words}, s": seconds,
                f"build of a month, {words}, processor s": processor,
                f"build, {words}, peak memory, GB": memory,
            }
    finally:
        program.write_text(kept)
    return figures


def scores(workspace: Workspace, count: int) -> dict[str, float]:
    """Return the time of one partner's score with path and roll-off, and of the points of all partners."""
    partners = chosen(workspace, count)
    figures: dict[str, float] = {}
    for name in SCORECARDS:
        first, *spent = [spent_on(lambda: workspace.score(partner, scorecard=name)) for partner in partners]  # noqa: B023
        figures[f"first score, {name}, ms"] = first[0] * 1000
        figures |= quantiles(f"score and path, {name}", spent)
    seconds, processor = spent_on(lambda: [workspace.scores(scorecard=name) for name in SCORECARDS])
    return figures | {
        "all partners, three scorecards, s": seconds,
        "all partners, three scorecards, processor s": processor,
    }


def explanations(workspace: Workspace, count: int) -> dict[str, float]:
    """Return the time from the question to the first page of rows, for the metrics in turn."""
    spent: dict[str, list[tuple[float, float]]] = {metric.value: [] for metric in MetricId}
    for number, partner in enumerate(chosen(workspace, count)):
        metric = list(spent)[number % len(spent)]
        spent[metric].append(spent_on(lambda: first_page(workspace, partner, metric)))  # noqa: B023
    figures = quantiles("explain, first page", [both for of_metric in spent.values() for both in of_metric])
    for metric, of_metric in spent.items():
        figures[f"explain {metric}, slowest, processor ms"] = max(processor for _, processor in of_metric) * 1000
    return figures


def first_page(workspace: Workspace, partner: str, metric: str) -> None:
    """Read the rows that a page shows first."""
    with workspace.explain(partner, metric) as explanation:
        explanation.rows(counted=True, limit=PAGE)


def exports() -> dict[str, float]:
    """Return seconds and peak memory of exports of made-up rows, each in a process of its own."""
    figures: dict[str, float] = {}
    for file_format in Format:
        for rows in SIZES:
            seconds, _, memory = child(__file__, "--export", file_format.value, str(rows))
            figures |= {
                f"export {rows:,} rows, {file_format}, s": seconds,
                f"export {rows:,} rows, {file_format}, GB": memory,
            }
    return figures


def export_rows(file_format: Format, rows: int) -> None:
    """Stream made-up rows of billing from the engine into a file that is thrown away."""
    statement = (
        "SELECT 'invoice-' || i AS item, 'C' || i % 20000 AS customer_id, '2026-06' AS month, "
        f"CAST(i % 100000 AS DECIMAL(38, 18)) / 100 AS amount FROM range({rows}) AS made(i) ORDER BY customer_id, i"
    )
    provenance = Provenance(
        title="Made-up rows",
        program="Bench",
        month=LAST,
        edition=1,
        subject=Subject("revenue", "Revenue", "Made-up amounts.", "USD"),
        window=str(LAST),
        made_at=datetime.now(UTC),
    )
    schema = pa.schema(
        [("item", pa.string()), ("customer_id", pa.string()), ("month", pa.string()), ("amount", pa.decimal128(38, 18))]
    )
    with DuckDBEngine() as engine, TemporaryFile() as file:
        batches = (batch.cast(schema) for batch in engine.stream(statement, 65_536))
        table = pa.RecordBatchReader.from_batches(schema, batches)
        write_export(Export(table, provenance, (SumOf("amount", "amount"),)), file, file_format=file_format)


def spent_on(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that work takes, and those of the processor, of all threads."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - used


def quantiles(name: str, spent: list[tuple[float, float]]) -> dict[str, float]:
    """Return the median and the 99th percentile of both kinds of time. Unit: milliseconds."""
    return {
        f"{name}, p{percent} {kind}ms": quantile([both[place] for both in spent], percent) * 1000
        for place, kind in enumerate(("", "processor "))
        for percent in (50, 99)
    }


def child(*arguments: str) -> tuple[float, float, float]:
    """Run Python in a process of its own; return its seconds, those of the processor, and its peak memory in GB."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(arguments)} failed")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6


def chosen(workspace: Workspace, count: int) -> list[str]:
    """Return some partners of the edition, the same in every run."""
    partners = [partner.id for partner in workspace.answers().edition.partners]
    return random.Random(7).sample(partners, min(count, len(partners)))


if __name__ == "__main__":
    main()
