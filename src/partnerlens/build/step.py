"""Read and render the SQL steps; a step is one SELECT in one file, portable between engines."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

WORD_BITS = 62
"""Members of one word of a set: bits 0 to 61 of a BIGINT leave room for the sign and one shift."""


@cache
def _environment() -> Environment:
    # SQL is not a page: nothing is escaped, because only numbers of words are ever put in.
    return Environment(
        loader=PackageLoader("partnerlens.build", "sql"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
    )


def step_sql(name: str, words: Mapping[str, int]) -> str:
    """
    Return the SELECT of a step.

    Args:
        name: the file's name without ``.sql``.
        words: how many words the sets of products and of pairs need (``product_words``, ``pair_words``).
    """
    numbers = {key: range(count) for key, count in words.items()}
    return _environment().get_template(f"{name}.sql").render(**numbers)


def step_names() -> list[str]:
    """Return the names of all steps."""
    names = (entry.name for entry in files("partnerlens.build").joinpath("sql").iterdir())
    return sorted(name.removesuffix(".sql") for name in names if name.endswith(".sql") and not name.startswith("_"))


@cache
def code_digest() -> str:
    """Return a digest of everything that turns facts into cells: a change of it makes new results."""
    digest = hashlib.sha256()
    package = files("partnerlens.build")
    sources = [*package.iterdir(), *package.joinpath("sql").iterdir()]
    for source in sorted((entry for entry in sources if entry.name.endswith((".py", ".sql"))), key=lambda e: e.name):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()
