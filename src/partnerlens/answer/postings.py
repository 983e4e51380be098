"""
The cells of all partners in one month, laid out so that any filter is answered from few of them.

A *line* is what the rows of one group say of one measure: partners, each with a value. A filter is held against the
groups, and the lines of those that it keeps are added into an array with a place for every partner. Beside the lines
of single groups there are totals, called *margins*: of a whole part, of each country, and of each product where groups
have one. What keeps most of a margin is the margin less the few lines that are left out.

One call of a compiled loop adds up all measures, and another finds where the bands of all metrics meet. So whoever asks
holds Python's lock for little of the time, and gives it up and takes it back twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from partnerlens.answer.cells import Bools, CellTable, Codes, Ints, SetMembers
from partnerlens.answer.cuts import AMOUNT, BUCKETS, COUNT, RATIO
from partnerlens.answer.kernels import Kernels
from partnerlens.answer.layout import Layout
from partnerlens.answer.ranked import Ordered, Places, ranked_peers
from partnerlens.answer.selection import Selection
from partnerlens.answer.values import RELATIONS, Relation, Sums
from partnerlens.model.metric import MetricId
from partnerlens.store.decimals import REST_UNITS

SHARES = 4
"""Values are found where they are cut, in order, into so many equal shares."""


class Postings:
    """
    The cells of all partners in one month, for compiled loops; several threads may ask at once.

    Args:
        owners: how many partners there are.
        tables: the cells by part.
        kernels: the compiled loops.
    """

    def __init__(self, owners: int, tables: Iterable[tuple[str, CellTable]], kernels: Kernels) -> None:
        """Lay out the cells."""
        self.owners = owners
        self._kernels = kernels
        layout = Layout(owners, tables, kernels.gather)
        self._parts, self._rows, self._unit = layout.parts, layout.rows, layout.unit
        self._bits = layout.narrow.bits
        self._groups, self._narrow, self._wide = layout.arrays(), layout.narrow.arrays(), layout.wide.arrays()
        self._kinds = np.array([self._kind(relation) for relation in RELATIONS.values()], np.int64)
        # The product of two sums has to fit 64 bits where ratios are compared.
        self._cuts_ratios = bool((self._kinds[self._kinds[:, 0] == RATIO] >= 0).all())
        self._rooms: list[_Room] = []

    @property
    def size_bytes(self) -> int:
        """How much memory the cells take."""
        return sum(array.nbytes for arrays in (self._groups, self._narrow, self._wide) for array in arrays)

    def members(self, part: str) -> SetMembers | None:
        """Return the members of a part's groups."""
        return self._parts[part].members

    def sums(self, selection: Selection) -> Sums:
        """Return every measure under a filter, for each partner."""
        with self._added_up(selection) as room:
            sums = {name: room.row(row).astype(np.int64) for name, row in self._rows.items()}
        if self._unit:
            sums["amount"], sums["amount_rest"] = self._split(sums["amount"])
        return sums

    def peers(self, selection: Selection, compared: Bools, *, at_cuts: bool) -> dict[MetricId, Ordered]:
        """
        Return the values of each metric that are compared under a filter, in order.

        Args:
            selection: the filter.
            compared: the partners that are compared when they have credit.
            at_cuts: whether values are asked for where the bands of quartiles meet, and no others.
        """
        if not at_cuts or not self._cuts_ratios:
            return ranked_peers(self.sums(selection), compared)
        numbers = np.zeros((len(self._kinds), SHARES), np.int64)
        found = np.zeros((len(self._kinds), 2 * SHARES, 2), np.int64)
        with self._added_up(selection) as room:
            self._kernels.find_places(
                room.narrow,
                room.wide,
                self._rows["credited"],
                compared,
                self._kinds,
                REST_UNITS,
                SHARES,
                *room.places,
                numbers,
                found,
            )
        peers: dict[MetricId, Ordered] = {}
        for (metric, relation), (count, *up_to), values in zip(RELATIONS.items(), numbers.tolist(), found, strict=True):
            above, below = values[:, 0], values[:, 1]
            if relation.is_amount and self._unit:
                above, below = self._split(above)
            peers[metric] = Places(count, up_to, relation.numbers(above, None if relation.below is None else below))
        return peers

    def _kind(self, relation: Relation) -> tuple[int, int, int]:
        """What kind of values a metric has, and where its two sums are."""
        above = self._rows[relation.above]
        if relation.below is None or (relation.is_amount and self._unit):
            return COUNT, above, 0
        return AMOUNT if relation.is_amount else RATIO, above, self._rows[relation.below]

    def _split(self, amounts: Ints) -> tuple[Ints, Ints]:
        """Whole parts and rests of amounts in one unit."""
        units = REST_UNITS // self._unit
        whole = amounts // units
        return whole, (amounts - whole * units) * self._unit

    @contextmanager
    def _added_up(self, selection: Selection) -> Iterator["_Room"]:
        """Add up every measure under a filter, in room that is free again at the end of the block."""
        countries, wanted = self._held(selection)
        try:
            room = self._rooms.pop()
        except IndexError:
            room = _Room(self.owners, self._groups, len(self._narrow[0]), len(self._wide[0]))
        try:
            self._kernels.add_up(
                countries,
                wanted,
                *self._groups,
                room.hits,
                room.signs,
                room.kept,
                *self._narrow,
                self._bits,
                room.narrow,
                *self._wide,
                room.wide,
            )
            people = self._parts["people"]
            if people.persons is not None:
                sums = room.row(self._rows["people"])
                sums += people.persons.count(room.hits[people.first : people.end], self.owners).astype(sums.dtype)
            yield room
        finally:
            self._rooms.append(room)

    def _held(self, selection: Selection) -> tuple[Bools, Ints]:
        """Which countries of each part a filter keeps, and the members that it wants, as bits."""
        parts = self._parts
        countries: Bools = np.ones((len(parts), max(len(part.countries) for part in parts.values())), np.bool_)
        wanted = np.zeros((len(parts), len(self._groups[3])), np.int64)
        known: dict[tuple[str, tuple[tuple[str, ...], ...]], Ints] = {}
        for number, (name, part) in enumerate(parts.items()):
            if selection.filter.countries:
                countries[number, : len(part.countries)] = [selection.takes_country(text) for text in part.countries]
            takes = selection.takes(name)
            key = takes.__name__, part.members.members
            if key not in known:
                known[key] = part.members.wanted([takes(*member) for member in part.members.members])
            wanted[number, : len(known[key])] = known[key]
        return countries, wanted


class _Room:
    """
    Room for one filter's sums, used again for the next: it is asked of the system once.

    Args:
        owners: how many partners there are.
        groups: what the layout says of groups.
        narrow: how many measures are narrow.
        wide: how many are wide.
    """

    def __init__(self, owners: int, groups: Sequence[Codes], narrow: int, wide: int) -> None:
        """Ask for it."""
        parts, codes, *_, costs, _ = groups
        self.hits: Bools = np.zeros(len(codes), np.bool_)
        self.signs = np.zeros(len(costs), np.int8)
        self.kept = np.zeros(int(1 + (parts[:, 4] + parts[:, 5]).max()), np.int64)
        self.narrow = np.zeros((narrow, owners), np.int32)
        self.wide = np.zeros((wide, owners), np.int64)
        sizes = np.zeros(owners, np.float64)
        self.places = (
            np.zeros(owners + 1, np.int32),
            np.zeros(owners, np.int32),
            sizes,
            sizes.view(np.int64),
            np.zeros(owners, np.uint16),
            np.zeros((2, BUCKETS), np.int32),
            np.zeros((owners, 2), np.int64),
        )

    def row(self, number: int) -> Codes:
        """Return the sums of a measure; wide ones are counted below zero, from -1."""
        row: Codes = self.narrow[number] if number >= 0 else self.wide[-1 - number]
        return row
