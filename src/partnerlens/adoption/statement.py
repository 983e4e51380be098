"""Render the SQL of adoption; a file is one SELECT, and may use the macros of the build's files."""

from functools import cache
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


@cache
def _environment() -> Environment:
    # SQL is not a page: nothing is escaped, because nothing from outside is ever put in.
    return Environment(
        loader=ChoiceLoader([PackageLoader("partnerlens.adoption", "sql"), PackageLoader("partnerlens.build", "sql")]),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
    )


@cache
def adoption_sql(name: str) -> str:
    """Return the SELECT of a file, named without ``.sql``."""
    return _environment().get_template(f"{name}.sql").render()


def statement_names() -> list[str]:
    """Return the names of all files."""
    names = (entry.name for entry in files("partnerlens.adoption").joinpath("sql").iterdir())
    return sorted(name.removesuffix(".sql") for name in names if name.endswith(".sql"))
