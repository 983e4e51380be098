"""Rows with one key in one file: repeated, in conflict, or overtaken by a later one."""

from partnerlens.ingest.stage import Stage, listed
from partnerlens.model.facts import Table


def judge_repeats(stage: Stage, table: Table) -> None:
    """
    Keep in ``verdicts`` the rows of ``checked`` that do not go on, with outcome and, in a conflict, another line.

    Rows of one load come first: identical ones are duplicates of the first; different ones are in conflict, or,
    where the last row holds, replaced; rows that yield to what is known yield to the others of their load too. Then of
    the rows of several loads the latest load's holds.
    """
    engine = stage.engine
    engine.keep(
        "verdicts", "SELECT 0::BIGINT AS rid, 0::BIGINT AS _origin, '' AS outcome, 0::BIGINT AS other WHERE false"
    )
    if not table.key:
        return
    keys = listed(table.key)
    content = ", ".join(f"'{name}': \"{name}\"" for name in table.names)
    engine.keep(
        "repeated",
        f"SELECT rowid AS rid, _origin, _line, _last, _yields, {keys}, "
        f"CAST(to_json({{{content}}}) AS VARCHAR) AS content "
        f"FROM checked WHERE _faults IS NULL AND hash({keys}) IN "
        f"(SELECT hash({keys}) FROM checked WHERE _faults IS NULL GROUP BY 1 HAVING count(*) > 1)",
    )
    if stage.scalar("SELECT count(*) FROM repeated"):
        engine.execute(f"INSERT INTO verdicts {_within_loads(keys)}")
        engine.execute(f"INSERT INTO verdicts {_across_loads(keys)}")
    engine.drop("repeated")
    stage.count(table, engine.rows("SELECT _origin, outcome, count(*) FROM verdicts GROUP BY 1, 2"))


def _within_loads(keys: str) -> str:
    return f"""
SELECT rid, _origin, outcome, other FROM (
  SELECT rid, _origin, CASE
      WHEN least_content <> most_content AND NOT _last THEN 'conflict'
      WHEN place = 1 THEN NULL
      WHEN content = kept_content THEN 'duplicate'
      ELSE 'replaced' END AS outcome, other
  FROM (
    SELECT rid, _origin, _last, content,
      min(content) OVER whole AS least_content, max(content) OVER whole AS most_content,
      row_number() OVER kept_first AS place, first_value(content) OVER kept_first AS kept_content,
      coalesce(lag(_line) OVER by_line, lead(_line) OVER by_line) AS other
    FROM repeated
    WINDOW whole AS (PARTITION BY _origin, {keys}),
      kept_first AS (
        PARTITION BY _origin, {keys} ORDER BY _yields ASC, CASE WHEN _last THEN -_line ELSE _line END, rid
      ),
      by_line AS (PARTITION BY _origin, {keys} ORDER BY _line, rid)
  )
) WHERE outcome IS NOT NULL"""


def _across_loads(keys: str) -> str:
    return f"""
SELECT rid, _origin, CASE WHEN content = kept_content THEN 'duplicate' ELSE 'replaced' END, NULL FROM (
  SELECT rid, _origin, content, row_number() OVER latest AS place, first_value(content) OVER latest AS kept_content
  FROM repeated ANTI JOIN verdicts USING (rid)
  WINDOW latest AS (PARTITION BY {keys} ORDER BY _origin DESC, rid)
) WHERE place > 1"""
