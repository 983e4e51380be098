"""The check of every row against its table's contract, as one SELECT; rows keep the rules that they break."""

from partnerlens.ingest.derivation import Derivation
from partnerlens.ingest.kinds import canonical_text, column_reading, filled, literal
from partnerlens.ingest.steps import with_steps
from partnerlens.model.facts import Table

BETWEEN_FAULTS = "chr(30)"
WITHIN_FAULT = "chr(31)"
"""Control characters, which no column of a contract and no rule has in its name."""

KEPT_CHARACTERS = 10_000
"""How much of each text of a rejected row is kept."""

_ROW_RULES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "subscriptions": (("end_date", "end_before_start", "{end_date} < {start_date}"),),
    "associations": (
        ("end_date", "end_before_start", "{end_date} < {start_date}"),
        ("claim", "claim_without_cpor", "{claim} IS NOT NULL AND {type} <> 'CPOR'"),
    ),
    "instances": (("retired_on", "end_before_start", "{retired_on} < {deployed_on}"),),
    "exam_passes": (("expires_on", "end_before_start", "{expires_on} < {passed_on}"),),
    "partners": (("parent_partner_id", "own_parent", "{parent_partner_id} = {partner_id}"),),
}
"""Rules between the columns of a row: the column at fault, the rule, and the SQL that is true when it is broken."""


def checked_select(derivation: Derivation, relation: str, *, zone: str, origin: str, ordinal: str) -> str:
    """
    Return the SELECT that reads and checks the rows of a table.

    The result has the contract's columns with their read values (references still as texts) and:
    ``_line``, ``_origin`` (the load that the row came with), ``_ordinal`` (its number in that load's quarantine),
    ``_last`` (whether the last row of a key holds), ``_yields`` (whether the row gives way to stored ones, and to
    those of its load that do not), ``_faults`` (broken rules by column; null when none is), ``_value`` (what could not
    be read), ``_texts`` (the row's texts as JSON, only with faults).

    Args:
        derivation: how the texts are made.
        relation: the rows, with the columns of ``row_schema``.
        zone: the program's time zone.
        origin: SQL for the load.
        ordinal: SQL for the ordinal.
    """
    columns = derivation.table.columns
    texts = ", ".join(f'{filled(derivation.texts[column.name])} AS "t_{column.name}"' for column in columns)
    readings = {
        column.name: column_reading(
            column, text=f'"t_{column.name}"', value=f'"v_{column.name}"', zone=zone, numbers=derivation.numbers
        )
        for column in columns
    }
    values = ", ".join(f'{reading.value} AS "v_{name}"' for name, reading in readings.items())
    rules = [(name, reading.rule) for name, reading in readings.items()] + _row_rules(derivation.table)
    rule_columns = ", ".join(f'{rule} AS "r_{place}"' for place, (_, rule) in enumerate(rules))
    found = ", ".join(f'{literal(name)} || {WITHIN_FAULT} || "r_{place}"' for place, (name, _) in enumerate(rules))
    none_broken = " AND ".join(f'"r_{place}" IS NULL' for place in range(len(rules)))
    json = ", ".join(f'{literal(column.name)}: left("t_{column.name}", {KEPT_CHARACTERS})' for column in columns)
    read = ", ".join(f'"v_{column.name}" AS "{column.name}"' for column in columns)
    fixed = f"line, {origin} AS _origin, {ordinal} AS _ordinal, defect, defect_column, defect_value"
    return f"""
SELECT line AS _line, _origin, _ordinal, {str(derivation.last_wins).lower()} AS _last,
       {str(derivation.keeps_stored).lower()} AS _yields, _faults, defect_value AS _value,
       CASE WHEN _faults IS NOT NULL THEN CAST(to_json({{{json}}}) AS VARCHAR) END AS _texts, {read}
FROM (
  SELECT *, CASE
    WHEN defect IS NOT NULL THEN coalesce(defect_column, '') || {WITHIN_FAULT} || defect
    WHEN {none_broken} THEN NULL
    ELSE concat_ws({BETWEEN_FAULTS}, {found}) END AS _faults
  FROM (
    SELECT *, {rule_columns}
    FROM (
      SELECT *, {values}
      FROM (SELECT {fixed}, {texts} FROM {with_steps(relation, derivation.steps)}
            WHERE {derivation.condition})
    )
  )
)"""


def canonical_json(table: Table, relation: str) -> str:
    """Return SQL for a row's values as JSON texts that are read again as the same values."""
    texts = ", ".join(
        literal(column.name) + ": " + canonical_text(column, f'{relation}."{column.name}"') for column in table.columns
    )
    return f"CAST(to_json({{{texts}}}) AS VARCHAR)"


def _row_rules(table: Table) -> list[tuple[str, str]]:
    places = {name: f'"v_{name}"' for name in table.names}
    return [
        (column, f"CASE WHEN {condition.format(**places)} THEN {literal(rule)} END")
        for column, rule, condition in _ROW_RULES.get(table.name, ())
    ]
