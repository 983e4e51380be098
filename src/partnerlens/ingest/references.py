"""Texts that name rows of other tables, and the numbers that stand for them in the store."""

from partnerlens.ingest.checking import BETWEEN_FAULTS, WITHIN_FAULT
from partnerlens.ingest.stage import Stage
from partnerlens.model.facts import EXCHANGE_RATES, TABLES, Column, Table

PARENT = "parent_partner_id"


def known_rows(stage: Stage, table: str) -> str:
    """
    Return the relation of a dimension's texts and numbers, the load's own rows included.

    It has the columns ``id`` and ``no``; for users also ``customer_no``.
    """
    name = f"known_{table}"
    if not stage.scalar(f"SELECT count(*) FROM duckdb_tables() WHERE table_name = '{name}'"):
        columns = stage.snapshot.columns(table)
        number = next(iter(columns))
        text = {"users": "user_id", "workloads": "workload"}.get(table) or TABLES[table].key[0]
        wanted = [text, number, *(["customer_no"] if table == "users" else [])]
        stage.engine.scan("stored", stage.snapshot.files(table), {column: columns[column] for column in wanted})
        extra = ", customer_no" if table == "users" else ""
        stage.engine.keep(name, f'SELECT "{text}" AS id, "{number}" AS no{extra} FROM stored')
    return name


def known_rates(stage: Stage) -> str:
    """Return the relation of months and currencies that have a rate, the load's own included."""
    if not stage.scalar("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'known_rates'"):
        files = stage.snapshot.files("exchange_rates")
        stage.engine.scan(
            "stored", files, {name: stage.snapshot.columns("exchange_rates")[name] for name in EXCHANGE_RATES.key}
        )
        stage.engine.keep("known_rates", "SELECT month, currency FROM stored")
    return "known_rates"


def resolve(stage: Stage, table: Table) -> None:
    """
    Keep in ``resolved`` the rows of ``checked`` that go on, with numbers for references.

    ``_missing`` lists what a row refers to in vain, in the form of ``_faults``; null when nothing is missing.
    The parents of partners stay texts: see ``parents``.
    """
    joins, conditions, selected = [], [], []
    for place, column in enumerate(table.columns):
        if column.references is None or column.name == PARENT:
            selected.append(f'c."{column.name}"')
            continue
        joins.append(f'LEFT JOIN {known_rows(stage, column.references)} k{place} ON c."{column.name}" = k{place}.id')
        conditions.append((column.name, "unknown_reference", f'k{place}.no IS NULL AND c."{column.name}" IS NOT NULL'))
        selected.append(f'k{place}.no AS "{column.stored_name}"')
    if table.name == "billing_lines":
        joins.append(f"LEFT JOIN {known_rates(stage)} x ON c.billing_month = x.month AND c.currency = x.currency")
        own = f"c.currency <> '{stage.settings.reporting_currency}'"
        conditions.append(("currency", "no_exchange_rate", f"x.month IS NULL AND {own}"))
    judged = stage.scalar("SELECT count(*) FROM verdicts") > 0
    skip = "ANTI JOIN verdicts v ON c.rid = v.rid" if judged else ""
    stage.engine.keep(
        "resolved",
        f"SELECT c.rid, c._origin, {_missing(conditions)} AS _missing, {', '.join(selected)} "
        f"FROM (SELECT rowid AS rid, * FROM checked WHERE _faults IS NULL) c {' '.join(joins)} {skip}",
    )


def numbered_rows(stage: Stage, table: Table) -> str:
    """
    Return the SELECT of the rows of ``resolved`` that miss nothing, with the columns of the store.

    New texts of dimensions, users and workloads get the next numbers, in the order of the texts.
    """
    if table.number:
        _add_numbers(stage, table.name, f'"{table.key[0]}"')
    for column in table.columns:
        if column.numbered:
            _add_numbers(stage, f"{column.name.removesuffix('_id')}s", f'"{column.name}"')
    joins, selected = [], []
    if table.number:
        joins.append(f'JOIN {known_rows(stage, table.name)} own ON r."{table.key[0]}" = own.id')
        selected.append(f'own.no AS "{table.number}"')
    for column in table.columns:
        join, expression = _stored(stage, column)
        joins += join
        selected.append(expression)
    return f"SELECT r.rid, r._origin, {', '.join(selected)} FROM resolved r {' '.join(joins)} WHERE r._missing IS NULL"


def _stored(stage: Stage, column: Column) -> tuple[list[str], str]:
    """The joins and the expression that give a column of the store."""
    if column.name == PARENT:
        return [
            f'LEFT JOIN {known_rows(stage, "partners")} p ON r."{PARENT}" = p.id'
        ], f'p.no AS "{column.stored_name}"'
    if not column.numbered:
        return [], f'r."{column.stored_name}"'
    dimension = f"{column.name.removesuffix('_id')}s"
    same_customer = " AND r.customer_no = n_users.customer_no" if dimension == "users" else ""
    join = f'JOIN {known_rows(stage, dimension)} n_{dimension} ON r."{column.name}" = n_{dimension}.id{same_customer}'
    return [join], f'n_{dimension}.no AS "{column.stored_name}"'


def _add_numbers(stage: Stage, dimension: str, text: str) -> None:
    known = known_rows(stage, dimension)
    extra = ", customer_no" if dimension == "users" else ""
    matched = "n.id = k.id" + (" AND n.customer_no = k.customer_no" if extra else "")
    highest = stage.scalar(f"SELECT max(no) FROM {known}")
    before = stage.scalar(f"SELECT count(*) FROM {known}")
    stage.engine.execute(
        f"INSERT INTO {known} SELECT id, {highest} + row_number() OVER (ORDER BY {extra[2:] + ', ' if extra else ''}id)"
        f"{extra} FROM (SELECT DISTINCT {text} AS id{extra} FROM resolved WHERE _missing IS NULL) n "
        f"ANTI JOIN {known} k ON {matched}"
    )
    if stage.scalar(f"SELECT count(*) FROM {known}") > before:
        stage.arrived.add(dimension)


def _missing(conditions: list[tuple[str, str, str]]) -> str:
    if not conditions:
        return "CAST(NULL AS VARCHAR)"
    found = ", ".join(
        f"CASE WHEN {condition} THEN '{column}' || {WITHIN_FAULT} || '{rule}' END"
        for column, rule, condition in conditions
    )
    any_missing = " OR ".join(f"({condition})" for _, _, condition in conditions)
    return f"CASE WHEN {any_missing} THEN concat_ws({BETWEEN_FAULTS}, {found}) END"
