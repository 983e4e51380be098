"""
The same questions on the same facts, asked of Partnerlens and of what a user would pick instead.

    make bench-peers SCALE=M                 sets up the peers in an environment of their own, then runs this
    python bench/peers.py --scale S --peers duckdb polars

Three questions, each with results that are compared, peer by peer:

* ``users``: the distinct users of every partner in the twelve months of one data month, from the facts;
* ``revenue``: the billed amounts of every partner in these months in the reporting currency, from the facts;
* ``filter``: the users of every partner under a filter of customer locations and of product-workload pairs, from the
  cells of an edition that each peer already holds in memory.

Everybody gets the credit worked out: one row for each partner, customer (or subscription) and month. Partnerlens's
time with that work is shown beside. It gives cells by product and country as well, which nobody else is asked for.
Every peer runs in a process of its own; its time is that of the question alone, without start and imports, the best of
three.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

QUESTIONS = ("users", "revenue", "filter")
NAMES = ("activity", "billing", "usage", "sale", "rates")
TRIES = 3

MONTH = {
    "duckdb": "year(a.date) * 12 + month(a.date) - 1",
    "datafusion": "CAST(date_part('year', a.date) * 12 + date_part('month', a.date) - 1 AS INTEGER)",
    "chdb": "toYear(a.date) * 12 + toMonth(a.date) - 1",
    "spark": "year(a.date) * 12 + month(a.date) - 1",
}
"""The number of a day's month, in the words of each."""

USERS = """
    SELECT c.partner_no AS partner_no, count(DISTINCT a.user_no) AS users
    FROM {activity} a JOIN {usage} c ON c.customer_no = a.customer_no AND c.month = {month}
    WHERE a.intentional GROUP BY c.partner_no
"""

REVENUE = """
    SELECT c.partner_no AS partner_no, sum(a.amount * r.rate) AS amount
    FROM {billing} a
    JOIN {sale} c ON c.subscription_no = a.subscription_no AND c.month = a.billing_month
    JOIN {rates} r ON r.month = a.billing_month AND r.currency = a.currency
    GROUP BY c.partner_no
"""

FILTER = """
    SELECT partner_id, sum(users) AS users FROM {cells}
    WHERE country IN ({countries}) AND used IN ({sets}) GROUP BY partner_id
"""


class Facts:
    """The files that the questions read, made from a workspace by ``prepare``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.activity, self.billing = (sorted(map(str, (folder / name).iterdir())) for name in ("activity", "billing"))
        self.usage, self.sale, self.rates, self.cells = (
            str(folder / f"{name}.parquet") for name in ("usage", "sale", "rates", "cells")
        )
        self.filters: list[dict[str, list[Any]]] = json.loads((folder / "filters.json").read_text())

    def named(self, listing: Callable[[list[str]], str], one: Callable[[str], str]) -> dict[str, str]:
        return {
            "activity": listing(self.activity),
            "billing": listing(self.billing),
            "usage": one(self.usage),
            "sale": one(self.sale),
            "rates": one(self.rates),
            "cells": one(self.cells),
        }


def in_words(filtered: dict[str, list[Any]]) -> dict[str, str]:
    return {
        "countries": ", ".join(f"'{country}'" for country in filtered["countries"]),
        "sets": ", ".join(str(number) for number in filtered["sets"]),
    }


def timed(work: Callable[[], Iterable[tuple[Any, ...]]]) -> dict[str, Any]:
    """The best of some tries, and what came out: a number for each key."""
    seconds: list[float] = []
    rows: Iterable[tuple[Any, ...]] = []
    for _ in range(TRIES):
        started = time.perf_counter()
        rows = work()
        seconds.append(time.perf_counter() - started)
    return {"seconds": min(seconds), "found": {str(key): float(value) for key, value in rows}}


def filtered(ask: Callable[[dict[str, list[Any]]], Iterable[tuple[Any, ...]]], facts: Facts) -> dict[str, Any]:
    """The median over filters that each come once, and what came out."""
    ask(facts.filters[0])
    seconds, found = [], {}
    for place, chosen in enumerate(facts.filters[1:]):
        started = time.perf_counter()
        rows = ask(chosen)
        seconds.append(time.perf_counter() - started)
        found |= {f"{place} {key}": float(value) for key, value in rows}
    return {"seconds": statistics.median(seconds), "found": found}


def are_equal(ours: dict[str, float], theirs: dict[str, float]) -> bool:
    """Whether two results name the same keys with the same numbers, to half a cent; sums of nothing may be left out."""
    return all(abs(ours.get(key, 0) - theirs.get(key, 0)) <= 0.005 for key in {*ours, *theirs})


def duckdb_peer(facts: Facts, question: str) -> dict[str, Any]:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    names = facts.named(lambda files: f"read_parquet({files})", lambda file: f"read_parquet('{file}')")
    if question == "filter":
        connection.execute(f"CREATE TABLE cells AS SELECT * FROM {names['cells']}")
        return filtered(lambda f: connection.execute(FILTER.format(cells="cells", **in_words(f))).fetchall(), facts)
    sql = (USERS if question == "users" else REVENUE).format(**names, month=MONTH["duckdb"])
    return timed(lambda: connection.execute(sql).fetchall())


def datafusion_peer(facts: Facts, question: str) -> dict[str, Any]:
    import datafusion

    context = datafusion.SessionContext()
    context.register_parquet("activity", str(facts.folder / "activity"))
    context.register_parquet("billing", str(facts.folder / "billing"))
    for name in ("usage", "sale", "rates"):
        context.register_parquet(name, getattr(facts, name))

    def rows(sql: str) -> list[tuple[Any, ...]]:
        found = context.sql(sql).to_arrow_table()
        return list(zip(*(column.to_pylist() for column in found.columns), strict=True))

    if question == "filter":
        import pyarrow.parquet as pq

        context.register_record_batches("cells", [pq.read_table(facts.cells).to_batches()])
        return filtered(lambda f: rows(FILTER.format(cells="cells", **in_words(f))), facts)
    names = {name: name for name in NAMES}
    return timed(lambda: rows((USERS if question == "users" else REVENUE).format(**names, month=MONTH["datafusion"])))


def polars_peer(facts: Facts, question: str) -> dict[str, Any]:
    import polars as pl

    def users() -> list[tuple[Any, ...]]:
        month = pl.col("date").dt.year().cast(pl.Int32) * 12 + pl.col("date").dt.month().cast(pl.Int32) - 1
        activity = pl.scan_parquet(facts.activity).filter("intentional").select("customer_no", "user_no", month=month)
        credit = pl.scan_parquet(facts.usage)
        joined = activity.join(credit, on=["customer_no", "month"])
        return joined.group_by("partner_no").agg(pl.col("user_no").n_unique()).collect().rows()

    def revenue() -> list[tuple[Any, ...]]:
        lines = pl.scan_parquet(facts.billing).rename({"billing_month": "month"})
        rates = pl.scan_parquet(facts.rates).with_columns(pl.col("rate").cast(pl.Float64))
        joined = lines.join(pl.scan_parquet(facts.sale), on=["subscription_no", "month"])
        amount = pl.col("amount").cast(pl.Float64) * pl.col("rate")
        counted = joined.join(rates, on=["month", "currency"]).select("partner_no", amount=amount)
        return counted.group_by("partner_no").agg(pl.col("amount").sum()).collect().rows()

    if question == "filter":
        cells = pl.read_parquet(facts.cells)
        return filtered(
            lambda f: (
                cells.lazy()
                .filter(pl.col("country").is_in(f["countries"]) & pl.col("used").is_in(f["sets"]))
                .group_by("partner_id")
                .agg(pl.col("users").sum())
                .collect()
                .rows()
            ),
            facts,
        )
    return timed(users if question == "users" else revenue)


def pandas_peer(facts: Facts, question: str) -> dict[str, Any]:
    import pandas as pd
    import pyarrow.parquet as pq

    def read(files: list[str], columns: list[str]) -> pd.DataFrame:
        return pd.concat([pq.ParquetFile(file).read(columns=columns).to_pandas() for file in files])

    def users() -> list[tuple[Any, ...]]:
        activity = read(facts.activity, ["date", "customer_no", "user_no", "intentional"])
        activity = activity[activity["intentional"]]
        days = pd.to_datetime(activity["date"])
        activity["month"] = (days.dt.year * 12 + days.dt.month - 1).astype("int32")
        seen = activity[["customer_no", "user_no", "month"]].drop_duplicates()
        joined = seen.merge(pd.read_parquet(facts.usage), on=["customer_no", "month"])
        return list(joined.groupby("partner_no")["user_no"].nunique().items())

    def revenue() -> list[tuple[Any, ...]]:
        lines = read(facts.billing, ["subscription_no", "billing_month", "amount", "currency"])
        lines["amount"] = lines["amount"].astype("float64")
        rates = pd.read_parquet(facts.rates).astype({"rate": "float64"})
        joined = lines.rename(columns={"billing_month": "month"}).merge(
            pd.read_parquet(facts.sale), on=["subscription_no", "month"]
        )
        joined = joined.merge(rates, on=["month", "currency"])
        joined["amount"] *= joined["rate"]
        return list(joined.groupby("partner_no")["amount"].sum().items())

    if question == "filter":
        cells = pd.read_parquet(facts.cells)
        return filtered(
            lambda f: list(
                cells[cells["country"].isin(f["countries"]) & cells["used"].isin(f["sets"])]
                .groupby("partner_id", observed=True)["users"]
                .sum()
                .items()
            ),
            facts,
        )
    return timed(users if question == "users" else revenue)


def chdb_peer(facts: Facts, question: str) -> dict[str, Any]:
    from chdb.session import Session

    session = Session()
    folder = facts.folder

    def rows(sql: str) -> list[tuple[Any, ...]]:
        text = session.query(sql, "JSONCompact").bytes().decode()
        found = json.loads(text)["data"] if text else []
        return [tuple(_number(value) for value in row) for row in found]

    if question == "filter":
        session.query("CREATE DATABASE IF NOT EXISTS held ENGINE = Atomic")
        session.query("DROP TABLE IF EXISTS held.cells")
        session.query(
            "CREATE TABLE held.cells ENGINE = MergeTree ORDER BY partner_id AS "
            f"SELECT * FROM file('{facts.cells}', 'Parquet') SETTINGS schema_inference_make_columns_nullable = 0"
        )
        return filtered(lambda f: rows(FILTER.format(cells="held.cells", **in_words(f))), facts)
    names = {
        "activity": f"file('{folder}/activity/*.parquet', 'Parquet')",
        "billing": f"file('{folder}/billing/*.parquet', 'Parquet')",
        "usage": f"file('{facts.usage}', 'Parquet')",
        "sale": f"file('{facts.sale}', 'Parquet')",
        "rates": f"file('{facts.rates}', 'Parquet')",
    }
    sql = (USERS if question == "users" else REVENUE).format(**names, month=MONTH["chdb"])
    return timed(lambda: rows(sql))


def _number(value: Any) -> Any:
    """Large numbers come as text, for the sake of JSON."""
    return float(value) if isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdigit() else value


def spark_peer(facts: Facts, question: str) -> dict[str, Any]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", "8g")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    session.read.parquet(*facts.activity).createOrReplaceTempView("activity")
    session.read.parquet(*facts.billing).createOrReplaceTempView("billing")
    for name in ("usage", "sale", "rates", "cells"):
        session.read.parquet(getattr(facts, name)).createOrReplaceTempView(name)

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in session.sql(sql).collect()]

    if question == "filter":
        session.sql("CACHE TABLE cells")
        return filtered(lambda f: rows(FILTER.format(cells="cells", **in_words(f))), facts)
    names = {name: name for name in NAMES}
    return timed(lambda: rows((USERS if question == "users" else REVENUE).format(**names, month=MONTH["spark"])))


def semantic_layer_peer(facts: Facts, question: str) -> dict[str, Any]:
    """Boring Semantic Layer over DuckDB: measures and dimensions are declared, the questions are asked by name."""
    import ibis
    from boring_semantic_layer import to_semantic_table

    backend = ibis.duckdb.connect()
    if question == "users":
        activity = backend.read_parquet(facts.activity)
        activity = activity.filter(activity.intentional)
        activity = activity.mutate(month=(activity.date.year() * 12 + activity.date.month() - 1).cast("int64"))
        joined = activity.join(backend.read_parquet(facts.usage), ["customer_no", "month"])
        table = to_semantic_table(joined, name="use").with_dimensions(partner=lambda t: t.partner_no)
        table = table.with_measures(users=lambda t: t.user_no.nunique())
        return timed(lambda: _tuples(table.group_by("partner").aggregate("users").execute()))
    if question == "revenue":
        lines, credit = backend.read_parquet(facts.billing), backend.read_parquet(facts.sale)
        joined = lines.mutate(month=lines.billing_month).join(credit, ["subscription_no", "month"])
        joined = joined.join(backend.read_parquet(facts.rates), ["month", "currency"])
        table = to_semantic_table(joined, name="billed").with_dimensions(partner=lambda t: t.partner_no)
        table = table.with_measures(total=lambda t: (t.amount * t.rate).sum())
        return timed(lambda: _tuples(table.group_by("partner").aggregate("total").execute()))
    backend.raw_sql(f"CREATE TABLE cells AS SELECT * FROM read_parquet('{facts.cells}')")
    table = to_semantic_table(backend.table("cells"), name="cells").with_dimensions(partner=lambda t: t.partner_id)
    table = table.with_measures(total=lambda t: t.users.sum())
    return filtered(
        lambda f: _tuples(
            table.filter(lambda t: t.country.isin(f["countries"]) & t.used.isin(f["sets"]))
            .group_by("partner")
            .aggregate("total")
            .execute()
        ),
        facts,
    )


def _tuples(frame: Any) -> list[tuple[Any, ...]]:
    return list(frame.itertuples(index=False, name=None))


def partnerlens_peer(facts: Facts, question: str) -> dict[str, Any]:
    import ours

    if question == "filter":
        return ours.filtered(facts.folder, facts.filters)
    return ours.asked(facts.folder, question, TRIES)


ASKED: dict[str, Callable[[Facts, str], dict[str, Any]]] = {
    "partnerlens": partnerlens_peer,
    "duckdb": duckdb_peer,
    "datafusion": datafusion_peer,
    "polars": polars_peer,
    "pandas": pandas_peer,
    "chdb": chdb_peer,
    "spark": spark_peer,
    "semantic-layer": semantic_layer_peer,
}


def main() -> None:
    """Ask every peer every question and print a line for each and one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=("S", "M", "L"), default="S")
    parser.add_argument("--work", type=Path, default=Path(__file__).parent / "data", help="folder for data")
    parser.add_argument("--peers", nargs="*", choices=list(ASKED), default=list(ASKED))
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the peers' packages")
    parser.add_argument("--ask", nargs=2, metavar=("PEER", "QUESTION"), help="ask one peer and print its document")
    options = parser.parse_args()
    folder = options.work / f"{options.scale}-peers"
    if options.ask:
        print(json.dumps(ASKED[options.ask[0]](Facts(folder), options.ask[1])))
        return
    from ours import prepare

    prepare(options.scale, options.work, folder)
    figures: dict[str, dict[str, Any]] = {}
    ours: dict[str, dict[str, float]] = {}
    for peer in ["partnerlens", *(peer for peer in options.peers if peer != "partnerlens")]:
        interpreter = sys.executable if peer == "partnerlens" else options.python
        figures[peer] = {}
        for question in QUESTIONS:
            answer = asked(interpreter, options, peer, question)
            found = answer.pop("found", None)
            if peer == "partnerlens":
                ours[question] = found or {}
            elif found is not None:
                answer["equal"] = are_equal(ours[question], found)
                answer["times"] = answer["seconds"] / figures["partnerlens"][question]["seconds"]
            figures[peer][question] = answer
            print(f"{peer:15} {question:8} " + ", ".join(f"{name} {_short(value)}" for name, value in answer.items()))
    print(json.dumps({"scale": options.scale, "cores": os.cpu_count(), "python": platform.python_version(), **figures}))


def asked(interpreter: str, options: argparse.Namespace, peer: str, question: str) -> dict[str, Any]:
    """The answer of a peer in a process of its own."""
    command = [interpreter, __file__, "--scale", options.scale, "--work", str(options.work), "--ask", peer, question]
    with TemporaryFile("w+") as out, TemporaryFile("w+") as errors:
        status = subprocess.run(command, stdout=out, stderr=errors, check=False).returncode
        out.seek(0)
        errors.seek(0)
        if status:
            lines = errors.read().strip().splitlines() or ["it ended without a word"]
            return {"failed": lines[-1][:200]}
        answer: dict[str, Any] = json.loads(out.read().splitlines()[-1])
        return answer


def _short(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
