"""How the cells of all partners in one month are laid out for compiled loops; ``postings.py`` tells why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import gcd
from typing import Any

import numpy as np

from partnerlens.answer.cells import WORD_BITS, Bools, CellTable, Codes, Ints, Persons, SetMembers
from partnerlens.answer.lines import Lines, Owners, Rows
from partnerlens.answer.values import MEASURES
from partnerlens.store.decimals import LARGEST, REST_UNITS


@dataclass(frozen=True)
class Part:
    """
    The groups of one part.

    Attributes:
        first: the number of its first group.
        end: the number after its last.
        countries: the text of each country code.
        members: what a filter is held against: products, pairs, or workloads with exam lists.
        persons: people who have rows in several groups.
    """

    first: int
    end: int
    countries: tuple[str, ...]
    members: SetMembers
    persons: Persons | None


@dataclass(frozen=True)
class _Groups:
    """
    The groups of one part: code of country, of product or 0, the sets needed and barred, and what those hold.

    They stand by country where products are in the sets.
    """

    countries: Codes
    products: Codes
    need: Ints
    barred: Ints
    texts: tuple[str, ...]
    members: SetMembers
    is_by_country: bool = True

    @property
    def margins(self) -> list[Bools]:
        """The groups of the whole part, of each country, and of each product where groups have one."""
        everything: Bools = np.ones(len(self.countries), np.bool_)
        by_country = [np.equal(self.countries, code) for code in range(len(self.texts))]
        products = range(0 if self.is_by_country else len(self.members.members))
        return [everything, *by_country, *(np.equal(self.products, code) for code in products)]

    def sorted(self, sizes: Ints) -> tuple["_Groups", Ints]:
        """
        Return the groups by country, those with the same common members side by side, and the place of each in them.

        What a filter keeps then stands in few long runs.

        Args:
            sizes: how many rows each group has.
        """
        members = np.arange(len(self.members.members))
        has = [(self.need[:, member // WORD_BITS] >> (member % WORD_BITS)) & 1 for member in members.tolist()]
        common = sorted(members.tolist(), key=lambda member: -int((has[member] * sizes).sum()))[:WORD_BITS]
        keys = np.zeros(len(self.countries), np.int64)
        for member in common:
            keys = keys << 1 | has[member]
        order = np.lexsort([keys, self.countries])
        places = np.empty(len(order), np.int64)
        places[order] = np.arange(len(order))
        return replace(
            self,
            countries=self.countries[order],
            products=self.products[order],
            need=self.need[order],
            barred=self.barred[order],
        ), places


class Layout:
    """
    The cells of all partners in one month.

    Args:
        owners: how many partners there are.
        tables: the cells by part.
        gather: the compiled loop that adds up groups.
    """

    def __init__(self, owners: int, tables: Iterable[tuple[str, CellTable]], gather: Callable[..., None]) -> None:
        """Lay out the cells."""
        self._owners = owners
        self._gather = gather
        self.narrow, self.wide = Lines(owners, packed=True), Lines(owners, packed=False)
        self.parts: dict[str, Part] = {}
        self.rows: dict[str, int] = {}
        """The row of sums of each measure; those of wide measures are counted below zero, from -1."""
        self.unit = 0
        """The unit, in 1e-18, in which amounts are one number each; 0 when they are whole parts and rests."""
        self._found: list[_Groups] = []
        self._lines: list[list[int]] = []
        self._costs: list[Ints] = []
        self._under: list[Ints] = []
        for part, table in tables:
            self._add(part, table)
        for part in MEASURES:
            if part not in self.parts:
                self._add(part, None)

    def arrays(self) -> tuple[Ints, ...]:
        """
        Return what the compiled loops read of groups.

        That is: for each part its first group and the last's end, its first line, and its numbers of lines, countries
        and products; country and product of each group; for each part where the groups of each country begin, where
        they stand by country; the words of the sets needed and barred, by word; and for each line the rows that adding
        it takes, and the rows under it.
        """
        words = max(found.need.shape[1] for found in self._found)
        need, barred = (
            np.ascontiguousarray(np.concatenate([_padded(getattr(found, name), words) for found in self._found]).T)
            for name in ("need", "barred")
        )
        codes = [np.column_stack([found.countries, found.products]) for found in self._found]
        bounds = np.zeros((len(self._found), 1 + max(len(found.texts) for found in self._found)), np.int64)
        for place, found in enumerate(self._found):
            nations = np.searchsorted(found.countries, np.arange(bounds.shape[1])) if found.is_by_country else 0
            bounds[place] = self._lines[place][0] + nations
        return (
            np.array(self._lines, np.int64),
            np.concatenate(codes).astype(np.int32),
            bounds,
            need,
            barred,
            np.concatenate(self._costs),
            np.concatenate(self._under),
        )

    def _add(self, part: str, table: CellTable | None) -> None:
        groups = _groups(table)
        count = len(groups.countries)
        first = self._lines[-1][1] if self._lines else 0
        line = sum(len(costs) for costs in self._costs)
        persons = None if table is None else table.persons
        owners, rows_groups, measures = _rows(table, MEASURES[part])
        if groups.is_by_country:
            groups, places = groups.sorted(np.bincount(rows_groups, minlength=count))
            rows_groups = places[rows_groups]
            persons = None if persons is None else replace(persons, groups=places[persons.groups])
        self.parts[part] = Part(first, first + count, groups.texts, groups.members, persons)
        order = np.argsort(rows_groups, kind="stable")
        owners = owners[order]
        sizes = np.bincount(rows_groups, minlength=count).astype(np.int64)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        margins = groups.margins
        number = len(self._found)
        costs = np.zeros(len(margins), np.int64)
        for name, values in self._measures(owners, {name: values[order] for name, values in measures.items()}).items():
            costs = np.maximum(costs, self._measure(number, name, (owners, values), starts, margins))
        self._found.append(groups)
        self._costs.append(np.concatenate([sizes, costs]))
        self._under.append(np.concatenate([sizes, np.array([sizes[margin].sum() for margin in margins], np.int64)]))
        products = 0 if groups.is_by_country else len(groups.members.members)
        self._lines.append([first, first + count, line, len(self._costs[-1]), len(groups.texts), products])

    def _measures(self, owners: Owners, measures: dict[str, Ints]) -> dict[str, Ints]:
        """Measures as they are laid out: an amount is one number in the largest unit that all are a multiple of."""
        if "amount" not in measures:
            return measures
        whole, rest = measures["amount"], measures["amount_rest"]
        unit = gcd(REST_UNITS, int(np.gcd.reduce(rest)) if len(rest) else 0)
        sizes = (np.abs(whole.astype(np.float64)) + 1) * (REST_UNITS // unit)
        if len(sizes) and np.bincount(owners, sizes).max() > LARGEST:
            return measures
        self.unit = unit
        return {"amount": whole * (REST_UNITS // unit) + rest // unit}

    def _measure(self, part: int, name: str, rows: Rows, starts: Ints, margins: list[Bools]) -> Ints:
        owners, values = rows
        totals = []
        for margin in margins:
            sums = np.zeros(self._owners, np.int64)
            self._gather(starts, margin, owners, values, sums)
            present = np.flatnonzero(sums)
            totals.append((present.astype(np.int32), sums[present]))
        lines = self.narrow if self.narrow.holds(owners, values) else self.wide
        self.rows[name] = len(lines.measures) if lines.packed else -1 - len(lines.measures)
        return lines.add(part, rows, starts, totals)


def _groups(table: CellTable | None) -> _Groups:
    """The groups of a table."""
    if table is None or (table.members is None and "product_id" not in table.labels):
        nothing = np.zeros(0, np.int32)
        words = np.zeros((0, 1), np.int64)
        return _Groups(nothing, nothing, words, words, (), SetMembers(words, (), ()))
    country = table.labels["country"]
    if table.members is None:
        product = table.labels["product_id"]
        members = SetMembers.single([(text,) for text in product.texts], ("product_id",))
        need = members.words[product.codes]
        return _Groups(
            country.codes, product.codes, need, np.zeros_like(need), country.texts, members, is_by_country=False
        )
    members = table.members
    need = members.words[table.sets[table.needed]]
    barred = np.zeros_like(need) if table.barred is None else members.words[table.sets[table.barred]]
    return _Groups(country.codes, np.zeros_like(country.codes), need, barred, country.texts, members)


def _rows(table: CellTable | None, names: tuple[str, ...]) -> tuple[Owners, Ints, dict[str, Ints]]:
    """The owner and the group of each row of a table, and its measures; a row of credit counts one."""
    if table is None or table.rows.groups is None:
        return np.zeros(0, np.int32), np.zeros(0, np.int64), {name: np.zeros(0, np.int64) for name in names}
    groups = table.rows.groups
    counts = np.diff(table.rows.starts, append=len(groups))
    measures = {
        name: np.ones(len(groups), np.int64) if name == "credited" else table.rows.measures[name].astype(np.int64)
        for name in names
    }
    return np.repeat(table.rows.present, counts).astype(np.int32), groups, measures


def _padded(words: Ints, width: int) -> Ints:
    padded: Any = np.zeros((len(words), width), np.int64)
    padded[:, : words.shape[1]] = words
    return padded  # type: ignore[no-any-return]
