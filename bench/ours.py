"""Our side of ``bench/peers.py``: what the peers are given, and how the questions are asked of Partnerlens."""

import json
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from run import LAST, command, load_program

from partnerlens.app import Workspace
from partnerlens.build.kernels.facts_read import FactsRead
from partnerlens.build.kernels.kept_use import KeptUse
from partnerlens.build.kernels.parts import KERNEL_PARTS, kernels_pay
from partnerlens.build.part import PARTS, Part, parts_of
from partnerlens.build.passes import Pass, Rules
from partnerlens.build.plan import facts_from, method_of, spans
from partnerlens.build.step import step_sql
from partnerlens.compiled import kernels_are_installed
from partnerlens.engine.duckdb import DuckDBEngine
from partnerlens.model.metric import MetricId
from partnerlens.store import Store

FILTERS = 31

WITHIN = f"months.month BETWEEN {(LAST - 11).number} AND {LAST.number}"
"""The twelve months of the questions."""


def prepare(scale: str, work: Path, folder: Path) -> None:
    """Make the workspace with its last month published, and the files that the peers read, unless they are there."""
    home = work / f"{scale}-home"
    load_program(scale, work, home, {})
    command(home, "build", str(LAST))
    command(home, "publish", str(LAST))
    if (folder / "filters.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "home").write_text(str(home.resolve()))
    with Store.open(home) as store:
        snapshot = store.snapshot()
        for name, table in (("activity", "activity"), ("billing", "billing_lines")):
            (folder / name).mkdir(exist_ok=True)
            for number, file in enumerate(snapshot.files(table, LAST - 11, LAST)):
                link = folder / name / f"{number:03}.parquet"
                link.unlink(missing_ok=True)
                link.symlink_to(file.resolve())
    write_credit(home, folder)
    write_cells(home, folder)


@contextmanager
def passing(workspace: Workspace, parts: Sequence[Part]) -> Iterator[tuple[Pass, DuckDBEngine]]:
    """A pass for the last month, on an engine of its own."""
    with Store.open(workspace.home) as store, DuckDBEngine() as engine:
        snapshot = store.snapshot()
        ((span, _),) = spans({part: [LAST] for part in parts}, facts_from(snapshot))
        catalog, settings = workspace.catalog, workspace.settings
        rules = Rules(
            catalog.policy(settings.contribution_policy).definition,
            catalog.workloads().definition,
            settings.reporting_currency,
        )
        is_near_scan = kernels_are_installed() and kernels_pay(snapshot, span)
        # Nothing is kept there, so activity is read from the facts each time.
        read = FactsRead(snapshot, KeptUse(None, snapshot)) if is_near_scan else None
        yield Pass(engine, snapshot, span, rules, lambda *_: None, read=read), engine


def write_credit(home: Path, folder: Path) -> None:
    """Write who is credited in which month, and what amounts are converted by."""
    with Workspace.open(home) as workspace, passing(workspace, PARTS) as (making, engine):
        making._keep(("association_months", "subscription_credit", "subscription_months", "customer_credit"))  # noqa: SLF001
        engine.keep("charged", step_sql("billed_months", {}))
        written = {
            "usage": f"""
                SELECT credit.partner_no, credit.customer_no, months.month FROM customer_credit credit
                JOIN months ON credit.usage & months.bit <> 0 WHERE {WITHIN}
            """,
            "sale": f"""
                SELECT credit.partner_no, credit.subscription_no, months.month FROM subscription_credit credit
                JOIN charged USING (subscription_no)
                JOIN months ON credit.sale & months.bit <> 0
                    AND months.month BETWEEN charged.first_month AND charged.last_month
                WHERE {WITHIN}
            """,
            "rates": f"""
                SELECT month, currency, rate FROM exchange_rates
                WHERE currency <> '{workspace.settings.reporting_currency}'
                UNION ALL
                SELECT months.month, '{workspace.settings.reporting_currency}', CAST(1 AS DECIMAL(19, 12))
                FROM months WHERE {WITHIN}
            """,
        }
        for name, select in written.items():
            pq.write_table(engine.fetch(select), folder / f"{name}.parquet")
        ids = engine.fetch("SELECT partner_id, partner_no FROM partners")
        pq.write_table(ids, folder / "partners.parquet")


def write_cells(home: Path, folder: Path) -> None:
    """Write the cells of users of the last edition, and filters with the sets that each of them meets."""
    chance = random.Random(3)
    with Workspace.open(home) as workspace:
        edition = workspace.answers().edition
        cells = edition.tables("users")[LAST]
        sets: dict[int, set[tuple[str, str]]] = {}
        for row in edition.tables("users_sets")[LAST].to_pylist():
            sets.setdefault(row["set"], set()).add((row["product_id"], row["workload"]))
        countries, products = sorted(edition.countries), sorted({pair[0] for pairs in sets.values() for pair in pairs})
        workloads = sorted({pair[1] for pairs in sets.values() for pair in pairs})
    plain = {
        name: cells[name].cast(pa.string()) if name in {"partner_id", "country"} else cells[name]
        for name in cells.column_names
    }
    pq.write_table(pa.table(plain), folder / "cells.parquet")
    filters = []
    for _ in range(FILTERS):
        chosen = {
            "countries": some(chance, countries),
            "products": some(chance, products),
            "workloads": some(chance, workloads),
        }
        met = [
            number
            for number, pairs in sets.items()
            if any(product in chosen["products"] and workload in chosen["workloads"] for product, workload in pairs)
        ]
        filters.append({**chosen, "sets": sorted(met) or [-1]})
    (folder / "filters.json").write_text(json.dumps(filters))


def some(chance: random.Random, values: Sequence[str]) -> list[str]:
    """One to all of some values."""
    return sorted(chance.sample(values, chance.randint(1, len(values))))


def asked(folder: Path, question: str, tries: int) -> dict[str, Any]:
    """
    Ask a question about facts: the pass of one part, and its cells added up by partner.

    ``seconds`` is the time from credit to numbers, as for the peers; ``with_credit`` that of the whole pass.
    """
    ids = pq.read_table(folder / "partners.parquet").to_pydict()
    number_of = dict(zip(ids["partner_id"], ids["partner_no"], strict=True))
    asking, whole, found = [], [], {}
    with Workspace.open(Path((folder / "home").read_text())) as workspace:
        with Store.open(workspace.home) as store:
            parts = parts_of(method_of(workspace.settings, store.snapshot()))
        (part,) = (part for part in parts if part.name == question)
        measure = next(iter(part.measures))
        for _ in range(tries):
            began = time.perf_counter()
            with passing(workspace, [part]) as (made, _engine):
                made._keep(KERNEL_PARTS[part.name])  # noqa: SLF001
                started = time.perf_counter()
                (result,) = made.results({part: [LAST]}, {})
                cells = result.tables[part.name]
                cells = cells.set_column(0, "partner_id", cells["partner_id"].cast(pa.string()))
                summed = cells.group_by("partner_id").aggregate([(measure, "sum")]).to_pydict()
                asking.append(time.perf_counter() - started)
                whole.append(time.perf_counter() - began)
            pairs = zip(summed["partner_id"], summed[f"{measure}_sum"], strict=True)
            found = {str(number_of[partner]): float(number) for partner, number in pairs}
    return {"seconds": min(asking), "with_credit": min(whole), "found": found}


def filtered(folder: Path, filters: Sequence[dict[str, list[Any]]]) -> dict[str, Any]:
    """
    The median time of a whole answer under filters never seen before: eight metrics of one partner, each compared with
    all others, and the trend. What came out for all partners is asked for apart, since nobody needs it for that.
    """
    chance = random.Random(5)
    with Workspace.open(Path((folder / "home").read_text())) as workspace:
        partners = [partner.id for partner in workspace.answers().edition.partners]
        seconds, found = [], {}
        for place, chosen in enumerate(filters):
            asked = {name: chosen[name] for name in ("products", "workloads", "countries")}
            started = time.perf_counter()
            workspace.answer(chance.choice(partners), **asked)
            seconds.append(time.perf_counter() - started)
            if place:
                values = workspace.values(MetricId.MAU, **asked).to_pydict()
                users = zip(values["partner_id"], values["numerator"], strict=True)
                found |= {f"{place - 1} {partner}": float(number) for partner, number in users if number}
    return {"seconds": statistics.median(seconds[1:]), "found": found}
