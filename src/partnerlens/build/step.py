"""Read and render the SQL steps; a step is one SELECT in one file, portable between engines."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import pyarrow as pa
from jinja2 import Environment, PackageLoader, StrictUndefined

from partnerlens.engine.duckdb import VERSION

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


def step_sql(name: str, words: Mapping[str, int], **choices: object) -> str:
    """
    Return the SELECT of a step.

    Args:
        name: the file's name without ``.sql``.
        words: how many words the sets of products and of pairs need (``product_words``, ``pair_words``).
        choices: what else a step's file asks for: numbers and words of its own, never text from outside.
    """
    numbers = {key: range(count) for key, count in words.items()}
    return _environment().get_template(f"{name}.sql").render(**numbers, **choices)


def step_names() -> list[str]:
    """Return the names of all steps."""
    names = (entry.name for entry in files("partnerlens.build").joinpath("sql").iterdir())
    return sorted(name.removesuffix(".sql") for name in names if name.endswith(".sql") and not name.startswith("_"))


@cache
def code_digest() -> str:
    """
    Return a digest of what turns facts into cells: the build, what it stands on, and the libraries that write files.

    A change of it makes new results.
    """
    digest = hashlib.sha256(f"pyarrow {pa.__version__}, duckdb {VERSION}".encode())
    package = files("partnerlens")
    build, store, model = (package.joinpath(room) for room in ("build", "store", "model"))
    sources = [
        *build.iterdir(),
        *build.joinpath("sql").iterdir(),
        *build.joinpath("kernels").iterdir(),
        *model.iterdir(),
        store.joinpath("decimals.py"),
        store.joinpath("result_files.py"),
        package.joinpath("months.py"),
    ]
    for source in sorted((entry for entry in sources if entry.name.endswith((".py", ".sql"))), key=str):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()
