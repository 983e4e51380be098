"""Render the SQL of reconciliations; a file is one SELECT."""

from functools import cache
from importlib.resources import files


@cache
def reconcile_sql(name: str) -> str:
    """Return the SELECT of a file, named without ``.sql``."""
    return files("partnerlens.reconcile").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
