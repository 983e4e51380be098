"""What a partner's filters can hold: the products, workloads and customer locations that it has something in."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.answer.edition import OpenEdition
from partnerlens.build.part import PARTS, SET_TABLE_SUFFIX, USERS
from partnerlens.store.result_files import ResultFiles

KEPT_CHOICES = 1024
"""For how many partners and editions the values are kept; each is a few short texts."""

SET_COLUMNS = {column for part in (*PARTS, *USERS.values()) for column in part.sets}


@dataclass(frozen=True)
class Choices:
    """
    The values of the three filters, each with something of the partner in the window.

    Attributes:
        products: id and name of each product, by name.
        workloads: names, sorted.
        countries: customer locations, sorted.
    """

    products: tuple[tuple[str, str], ...]
    workloads: tuple[str, ...]
    countries: tuple[str, ...]


def partner_choices(home: Path, edition: OpenEdition, partner_id: str) -> Choices:
    """
    Return the filter values under which a partner has cells.

    Args:
        home: the workspace.
        edition: the edition.
        partner_id: the partner; one that the edition knows.
    """
    entries = edition.manifest.months.get(str(edition.month), {})
    names = {part.name for part in (*PARTS, *USERS.values())} & set(entries)
    tables = tuple(
        (entries[name].digest, entries[sets].digest if (sets := f"{name}{SET_TABLE_SUFFIX}") in entries else None)
        for name in sorted(names)
    )
    products, workloads, countries = _held_values(home, tables, partner_id)
    known = edition.workloads_of
    own = workloads.union(*(known[product] for product in products if product in known))
    product_names = edition.product_names
    listed = [(product, product_names[product]) for product in products if product in product_names]
    return Choices(
        tuple(sorted(listed, key=lambda choice: (choice[1], choice[0]))), tuple(sorted(own)), tuple(sorted(countries))
    )


@lru_cache(KEPT_CHOICES)
def _held_values(
    home: Path, tables: tuple[tuple[str, str | None], ...], partner_id: str
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The products, workloads and countries in a partner's rows; the tables are named by their content."""
    files = ResultFiles(home)
    found: dict[str, set[str]] = {"product_id": set(), "workload": set(), "country": set()}
    for digest, sets in tables:
        cells = files.read(digest, partner_id=partner_id)
        held = [cells] if sets is None else [cells, _members(cells, files.read(sets))]
        for table in held:
            for name in found.keys() & set(table.column_names):
                found[name].update(value for value in table[name].unique().to_pylist() if value is not None)
    return frozenset(found["product_id"]), frozenset(found["workload"]), frozenset(found["country"])


def _members(cells: pa.Table, sets: pa.Table) -> pa.Table:
    """The members of the sets that cells name."""
    numbers = [cells[name].combine_chunks() for name in sorted(SET_COLUMNS & set(cells.column_names))]
    named = pa.concat_arrays([number.cast(pa.int64()) for number in numbers])
    return sets.filter(pc.is_in(sets["set"].cast(pa.int64()), value_set=named))
