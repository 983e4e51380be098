"""The rows of a load that are rejected, gathered table by table and told in words for the ledger."""

import json
from collections import Counter
from collections.abc import Iterator

from partnerlens.ingest.checking import canonical_json
from partnerlens.ingest.rules import RULES, explanation
from partnerlens.ingest.source import CUT_CHARACTERS
from partnerlens.ingest.stage import Stage
from partnerlens.model.facts import Table
from partnerlens.store import Rejection


def prepare_rejects(stage: Stage) -> None:
    """Make the table that rejected rows are gathered in."""
    stage.engine.keep(
        "rejected",
        "SELECT '' AS table_name, 0::BIGINT AS line, '' AS faults, '' AS value, '' AS texts WHERE false",
    )


def reject_faulty(stage: Stage, table: Table) -> None:
    """Gather the rows of ``checked`` that broke a rule of the contract."""
    _gather(
        stage,
        table,
        f"SELECT '{table.name}', _line, _faults, _value, _texts FROM checked "
        f"WHERE _faults IS NOT NULL AND _origin = {stage.load}",
    )


def reject_conflicts(stage: Stage, table: Table) -> None:
    """Gather the rows whose key the file gives to several different rows."""
    _gather(
        stage,
        table,
        f"SELECT '{table.name}', c._line, chr(31) || 'conflicting_key', CAST(v.other AS VARCHAR), "
        f"{canonical_json(table, 'c')} FROM (SELECT rowid AS rid, * FROM checked) c "
        f"JOIN verdicts v ON c.rid = v.rid WHERE v.outcome = 'conflict' AND c._origin = {stage.load}",
    )


def reject_missing(stage: Stage, table: Table) -> None:
    """Gather the rows of ``resolved`` that refer to something in vain."""
    _gather(
        stage,
        table,
        f"SELECT '{table.name}', c._line, r._missing, NULL, {canonical_json(table, 'c')} "
        "FROM (SELECT rowid AS rid, * FROM checked WHERE _faults IS NULL) c "
        f"JOIN (FROM resolved WHERE _missing IS NOT NULL AND _origin = {stage.load}) r ON c.rid = r.rid",
    )


def rejections(stage: Stage, file: str, rules: Counter[tuple[str, str]]) -> Iterator[Rejection]:
    """
    Return the faults of all gathered rows by table and line.

    Args:
        stage: the load.
        file: the file's name.
        rules: counts the faults by table and rule while they are read.
    """
    if not any(outcomes["quarantined"] for outcomes in stage.outcomes.values()):
        return
    ordinals: Counter[str] = Counter()
    for batch in stage.engine.batches("SELECT * FROM rejected ORDER BY table_name, line NULLS LAST, texts NULLS FIRST"):
        for table, line, faults, value, texts in batch:
            ordinals[table] += 1
            found = [tuple(fault.split("\x1f")) for fault in faults.split("\x1e")]
            cells: dict[str, str | None] = json.loads(texts)
            is_waiting = all(RULES[rule].is_waiting for _, rule in found)
            for column, rule in found:
                rules[table, rule] += 1
                shown = value if value is not None else cells.get(column)
                shown = None if shown is None else shown[:CUT_CHARACTERS]
                problem, remedy = explanation(rule, table, column or None, shown)
                yield Rejection(
                    load=stage.load,
                    table=table,
                    ordinal=ordinals[table],
                    file=file,
                    line=line,
                    column=column or None,
                    value=shown,
                    rule=rule,
                    problem=problem,
                    remedy=remedy,
                    row=texts,
                    is_waiting=is_waiting,
                )


def _gather(stage: Stage, table: Table, select: str) -> None:
    before = stage.scalar("SELECT count(*) FROM rejected")
    stage.engine.execute(f"INSERT INTO rejected {select}")
    stage.count(table, [(stage.load, "quarantined", stage.scalar("SELECT count(*) FROM rejected") - before)])
