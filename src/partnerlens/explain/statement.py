"""Render the SQL of explanations; a file is one SELECT, and may use the macros of the build's files."""

from functools import cache
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


@cache
def _environment() -> Environment:
    # SQL is not a page: nothing is escaped, because only names of our own are ever put in.
    return Environment(
        loader=ChoiceLoader([PackageLoader("partnerlens.explain", "sql"), PackageLoader("partnerlens.build", "sql")]),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
    )


@cache
def explain_sql(name: str, **names: object) -> str:
    """
    Return the SELECT of a file.

    Args:
        name: the file's name without ``.sql``.
        names: the columns, relations and files that it asks for, never text from outside.
    """
    return _environment().get_template(f"{name}.sql").render(**names)


def statement_names() -> list[str]:
    """Return the names of all files."""
    names = (entry.name for entry in files("partnerlens.explain").joinpath("sql").iterdir())
    return sorted(name.removesuffix(".sql") for name in names if name.endswith(".sql"))
