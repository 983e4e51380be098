"""From checked rows to files: what the store already holds, what it replaces, and what is written."""

from partnerlens.ingest.stage import Stage, equal, listed
from partnerlens.ingest.touching import merged, month_number
from partnerlens.model.facts import Table
from partnerlens.months import Month
from partnerlens.store import FactFile, sort_order, stored_columns


def match_stored(stage: Stage, table: Table) -> None:
    """
    Keep in ``matched`` the rows of ``facts`` whose key the store already holds.

    ``outcome`` is ``duplicate`` for the same content, ``overtaken`` for a row of an earlier load that the store
    has a later one for, or of a load that keeps what is stored, else ``replaced``; only then do the columns
    ``old_...`` hold the stored values.
    """
    columns = stored_columns(table.name)
    months = _key_months(stage, table)
    files = [file for file in stage.snapshot.fact_files(table.name) if months is None or file.month in months]
    stage.engine.scan_numbered("existing", {file.id: stage.snapshot.folder / file.path for file in files}, columns)
    origins = ", ".join(f"({file.id}, {file.rows_of})" for file in files) or "(0, 0)"
    keys = [table.column(name).stored_name for name in table.key]
    old = ", ".join(f'CASE WHEN outcome = \'replaced\' THEN "old_{name}" END AS "old_{name}"' for name in columns)
    every = ", ".join(f'e."{name}" AS "old_{name}"' for name in columns)
    kept = " OR f.rid IN (SELECT rid FROM yielding)" if table.name in stage.yielding else ""
    stage.engine.keep(
        "matched",
        f"SELECT rid, _origin, outcome, file_no, {old} FROM ("
        f"SELECT f.rid, f._origin, e.file_no, {every}, CASE WHEN {equal(columns, 'f', 'e')} THEN 'duplicate' "
        f"WHEN f._origin < h.rows_of{kept} THEN 'overtaken' ELSE 'replaced' END AS outcome "
        f"FROM facts f JOIN existing e ON {equal(keys, 'f', 'e')} "
        f"JOIN (VALUES {origins}) AS h(file_no, rows_of) ON e.file_no = h.file_no)",
    )


def place_keyed(stage: Stage, table: Table) -> None:
    """Write the rows of a table with a key, and rewrite the files that hold rows which they replace."""
    match_stored(stage, table)
    engine = stage.engine
    stage.count(
        table,
        engine.rows(
            "SELECT _origin, CASE outcome WHEN 'duplicate' THEN 'duplicate' ELSE 'replaced' END, count(*) "
            "FROM matched GROUP BY 1, 2"
        ),
    )
    stage.count(
        table, engine.rows("SELECT _origin, 'loaded', count(*) FROM facts ANTI JOIN matched USING (rid) GROUP BY 1")
    )
    final = "facts"
    if stage.scalar("SELECT count(*) FROM matched WHERE outcome <> 'replaced'"):
        engine.keep("placed", "SELECT * FROM facts ANTI JOIN (FROM matched WHERE outcome <> 'replaced') USING (rid)")
        final = "placed"
    columns = listed(stored_columns(table.name))
    _write_months(stage, table, final, f"SELECT {columns} FROM {final}")
    _rewrite(stage, table)


def place_set(stage: Stage, table: Table, rows: str) -> None:
    """
    Write the rows of a table without a key that the store does not hold yet, each once.

    Args:
        stage: the load.
        table: the table.
        rows: the SELECT of the rows, run once; see ``numbered_rows``.
    """
    columns = stored_columns(table.name)
    kept = f"SELECT {listed(columns)}, _origin, {month_number(table)} AS part FROM ({rows})"
    parts = stage.engine.write_parts(kept, stage.writer.folder / f"parts-of-{table.name}", "part")
    for text, files in parts.items():
        month = Month(int(text))
        stage.engine.scan("part_rows", files, columns | {"_origin": "BIGINT"})
        stage.engine.scan("existing", stage.snapshot.files(table.name, month, month), columns)
        _place_month(stage, table, month)
    months = [file.month.number for file in stage.added if file.table == table.name and file.month]
    stage.touches += merged(table.name, [(number, number) for number in months])


def _place_month(stage: Stage, table: Table, month: Month) -> None:
    """Write the rows of ``part_rows`` that ``existing`` lacks, and count them by the load they came with."""
    engine = stage.engine
    names = listed(stored_columns(table.name))
    given = dict(engine.rows("SELECT _origin, count(*) FROM part_rows GROUP BY 1"))
    fresh = (
        f"SELECT * FROM (SELECT {names}, max(_origin) AS _origin FROM part_rows GROUP BY {names}) "
        f"ANTI JOIN existing USING ({names})"
    )
    if len(given) == 1:
        (origin,) = given
        kept = {origin: _write_file(stage, table.name, month, f"SELECT {names} FROM ({fresh})")}
    else:
        engine.keep("month_rows", fresh)
        kept = dict(engine.rows("SELECT _origin, count(*) FROM month_rows GROUP BY 1"))
        _write_file(stage, table.name, month, f"SELECT {names} FROM month_rows")
        engine.drop("month_rows")
    for origin, rows in given.items():
        loaded = kept.get(origin, 0)
        stage.count(table, [(origin, "loaded", loaded), (origin, "duplicate", rows - loaded)])


def write_dimension(stage: Stage, name: str) -> None:
    """Write the users or workloads that the load brought, when it brought some."""
    columns = stored_columns(name)
    if name not in stage.arrived:
        return
    number, text = next(iter(columns)), list(columns)[-1]
    stage.engine.scan("stored", stage.snapshot.files(name), columns)
    extra = ", customer_no" if "customer_no" in columns else ""
    select = (
        f"SELECT no AS {number}{extra}, id AS {text} FROM known_{name} "
        f"WHERE no > (SELECT coalesce(max({number}), 0) FROM stored)"
    )
    _write_file(stage, name, None, select)


def _write_months(stage: Stage, table: Table, relation: str, select: str) -> None:
    number = month_number(table)
    for month, rows in stage.engine.rows(f"SELECT {number} AS m, count(*) FROM {relation} GROUP BY 1 ORDER BY 1"):
        if rows:
            chosen = select if month is None else f"{select} WHERE {number} = {month}"
            _write_file(stage, table.name, None if month is None else Month(month), chosen)


def _rewrite(stage: Stage, table: Table) -> None:
    """Write each file that holds a replaced row again without it."""
    keys = [table.column(name).stored_name for name in table.key]
    known = {file.id: file for file in stage.snapshot.fact_files(table.name)}
    columns = stored_columns(table.name)
    for (number,) in stage.engine.rows("SELECT DISTINCT file_no FROM matched WHERE outcome = 'replaced' ORDER BY 1"):
        old = known[number]
        stage.engine.scan("existing", [stage.snapshot.folder / old.path], columns)
        matches = " AND ".join(f'e."{key}" IS NOT DISTINCT FROM m."old_{key}"' for key in keys)
        rest = (
            f"SELECT {listed(columns, 'e')} FROM existing e "
            f"ANTI JOIN (FROM matched WHERE outcome = 'replaced' AND file_no = {number}) m ON {matches}"
        )
        _write_file(stage, table.name, old.month, rest, rest_of=old)
        stage.removed.append(number)


def _write_file(stage: Stage, table: str, month: Month | None, select: str, rest_of: FactFile | None = None) -> int:
    """Stage a file with the rows of a SELECT, or none when there are no rows, and return their number."""
    file, path = stage.writer.staged(table, month, rewrite_of=rest_of.id if rest_of else None)
    stage.engine.write_parquet(f"SELECT * FROM ({select}) ORDER BY {_order(table)}", file)
    rows = stage.scalar(f"SELECT count(*) FROM read_parquet('{_quoted(str(file))}')")
    if rows:
        stage.added.append(stage.writer.described(table, month, path, rows, rest_of.rows_of if rest_of else stage.load))
    else:
        file.unlink()
    return rows


def _order(table: str) -> str:
    return ", ".join(f'"{name}" ASC NULLS FIRST' for name in sort_order(table))


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _key_months(stage: Stage, table: Table) -> set[Month] | None:
    """The months in which a row's key can be found; None when in all."""
    if table.month_column is None or table.month_column not in table.key:
        return None
    rows = stage.engine.rows(f"SELECT DISTINCT {month_number(table)} FROM facts")
    return {Month(row[0]) for row in rows}
