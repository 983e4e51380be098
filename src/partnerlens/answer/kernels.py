"""
The compiled loops of the answers, for those who install the extra ``fast``.

Each is plain Python that Numba turns into machine code; it lets other threads run while it works. Without Numba the
answers run on NumPy and are the same. ``postings.py`` tells what the arrays hold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from partnerlens.answer.cuts import find_places
from partnerlens.compiled import compiled, kernels_are_installed


@dataclass(frozen=True)
class Kernels:
    """
    The compiled loops.

    Attributes:
        gather: see ``_gather``.
        add_up: see ``_add_up``.
        find_places: see ``cuts.py``.
    """

    gather: Callable[..., None]
    add_up: Callable[..., None]
    find_places: Callable[..., None]


def kernels() -> Kernels | None:
    """Return the compiled loops; None where Numba is not installed."""
    return Kernels(_gather, _add_up, find_places) if kernels_are_installed() else None


@compiled
def _gather(starts: Any, keep: Any, owners: Any, values: Any, sums: Any) -> None:
    """Add the values of the groups that are kept to the sums of their owners."""
    for group in range(len(keep)):
        if keep[group]:
            for row in range(starts[group], starts[group + 1]):
                sums[owners[row]] += values[row]


@compiled
def _add_up(
    countries: Any,
    wanted: Any,
    parts: Any,
    groups: Any,
    bounds: Any,
    need: Any,
    barred: Any,
    costs: Any,
    under: Any,
    hits: Any,
    signs: Any,
    kept: Any,
    narrow_lines: Any,
    narrow_starts: Any,
    narrow_places: Any,
    packed: Any,
    narrow_columns: Any,
    bits: int,
    narrow: Any,
    wide_lines: Any,
    wide_starts: Any,
    wide_places: Any,
    owners: Any,
    values: Any,
    wide_columns: Any,
    wide: Any,
) -> None:
    """Find the groups that a filter keeps, then the sums of every measure for every owner."""
    for part in range(len(parts)):
        first, end, line, lines, nations, products = parts[part]
        own, cost, below = signs[line : line + lines], costs[line : line + lines], under[line : line + lines]
        if products:
            _keep(countries[part], wanted[part], first, groups[first:end], need, barred, hits[first:end])
            _plan(groups[first:end], hits[first:end], cost, below, nations, products, kept, own)
        else:
            for nation in range(nations):
                begin, stop = bounds[part, nation], bounds[part, nation + 1]
                if countries[part, nation]:
                    _keep_sets(wanted[part], begin, need, barred, hits[begin:stop])
                else:
                    hits[begin:stop] = False
                kept[1 + nation] = _kept_rows(hits[begin:stop], cost[begin - first : stop - first])
            _plan_sets(bounds[part], hits, end - first, cost, below, nations, kept, own)
    for measure in range(len(narrow_lines)):
        part, line = narrow_lines[measure]
        own = signs[parts[part, 2] : parts[part, 2] + parts[part, 3]]
        count = parts[part, 1] - parts[part, 0]
        _add_narrow(own, count, line, narrow_starts, narrow_places, packed, narrow_columns, bits, narrow[measure])
    for measure in range(len(wide_lines)):
        part, line = wide_lines[measure]
        own = signs[parts[part, 2] : parts[part, 2] + parts[part, 3]]
        count = parts[part, 1] - parts[part, 0]
        _add_wide(own, count, line, wide_starts, wide_places, owners, values, wide_columns, wide[measure])


@compiled
def _keep(countries: Any, wanted: Any, first: int, groups: Any, need: Any, barred: Any, hits: Any) -> None:
    """Mark the groups whose country is kept, and whose set has a wanted member and none of those that are barred."""
    for group in range(len(hits)):
        hit = False
        if countries[groups[group, 0]]:
            for word in range(len(wanted)):
                if need[word, first + group] & wanted[word]:
                    hit = True
            for word in range(len(wanted)):
                if barred[word, first + group] & wanted[word]:
                    hit = False
        hits[group] = hit


@compiled
def _keep_sets(wanted: Any, first: int, need: Any, barred: Any, hits: Any) -> None:
    """Do the same for the groups of one country; it is written for many groups at a time."""
    words, held = need[0, first : first + len(hits)], barred[0, first : first + len(hits)]
    bits = wanted[0]
    for group in range(len(hits)):
        hits[group] = ((words[group] & bits) != 0) & ((held[group] & bits) == 0)
    if len(wanted) > 1:
        for group in range(len(hits)):
            hit, bar = False, False
            for word in range(len(wanted)):
                hit |= (need[word, first + group] & wanted[word]) != 0
                bar |= (barred[word, first + group] & wanted[word]) != 0
            hits[group] = hit & (not bar)


@compiled
def _kept_rows(hits: Any, costs: Any) -> int:
    """Return how many rows the groups that are kept have."""
    rows = 0
    for group in range(len(hits)):
        rows += costs[group] if hits[group] else 0
    return rows


@compiled
def _plan_sets(bounds: Any, hits: Any, count: int, costs: Any, under: Any, nations: int, kept: Any, signs: Any) -> None:
    """Choose the lines of a part whose groups stand by country; see ``_plan``."""
    kept[0] = kept[1 : 1 + nations].sum()
    whole = _cost(costs[count:], under[count:], kept, 0, 1) < _cost(costs[count:], under[count:], kept, 1, 1 + nations)
    signs[count:] = 0
    for margin in range(0 if whole else 1, 1 if whole else 1 + nations):
        signs[count + margin] = under[count + margin] - kept[margin] + costs[count + margin] < kept[margin]
    for nation in range(nations):
        taken = signs[count + (0 if whole else 1 + nation)]
        for group in range(bounds[nation], bounds[nation + 1]):
            signs[group - bounds[0]] = np.int8(hits[group]) - taken


@compiled
def _plan(groups: Any, hits: Any, costs: Any, under: Any, countries: int, members: int, kept: Any, signs: Any) -> None:
    """
    Choose the lines whose sum takes the least work, and whether each is added (1) or taken away (-1).

    What the groups of one country keep is the sum of those that are kept, or the country's total less the others. The
    same holds for a product, where groups have one, and for the table as a whole.
    """
    count = len(groups)
    kept[: 1 + countries + members] = 0
    for group in range(count):
        if hits[group]:
            kept[0] += costs[group]
            kept[1 + groups[group, 0]] += costs[group]
            if members:
                kept[1 + countries + groups[group, 1]] += costs[group]
    best = _cost(costs[count:], under[count:], kept, 0, 1)
    way = 0
    cost = _cost(costs[count:], under[count:], kept, 1, 1 + countries)
    if cost < best:
        best, way = cost, 1
    if members and _cost(costs[count:], under[count:], kept, 1 + countries, 1 + countries + members) < best:
        way = 2
    begin = 0 if way == 0 else 1 if way == 1 else 1 + countries
    end = 1 if way == 0 else 1 + countries if way == 1 else 1 + countries + members
    signs[:] = 0
    for margin in range(begin, end):
        if under[count + margin] - kept[margin] + costs[count + margin] < kept[margin]:
            signs[count + margin] = 1
    for group in range(count):
        margin = 0 if way == 0 else 1 + groups[group, 0] if way == 1 else 1 + countries + groups[group, 1]
        if hits[group]:
            signs[group] = 1 - signs[count + margin]
        else:
            signs[group] = -signs[count + margin]


@compiled
def _cost(costs: Any, under: Any, kept: Any, begin: int, end: int) -> int:
    """Return the rows to be added where each of some margins is taken in the better of two ways."""
    cost = 0
    for margin in range(begin, end):
        cost += min(kept[margin], under[margin] - kept[margin] + costs[margin])
    return cost


@compiled
def _add_narrow(
    signs: Any,
    count: int,
    line: int,
    starts: Any,
    places: Any,
    packed: Any,
    columns: Any,
    bits: int,
    sums: Any,
) -> None:
    """
    Add up the lines of a narrow measure: a row's owner is in its low bits, and its value above them.

    The lines of margins come after those of the groups; they alone may be columns. Groups side by side that are added
    alike are one run of rows.
    """
    low = (1 << bits) - 1
    sums[:] = 0
    place = 0
    while place < len(signs):
        sign = signs[place]
        first = place
        place += 1
        if sign == 0:
            continue
        if first >= count and places[line + first] >= 0:
            _add_column(sign, columns[places[line + first]], sums)
            continue
        while place < count and signs[place] == sign:
            place += 1
        if sign > 0:
            for row in range(starts[line + first], starts[line + place]):
                sums[np.uint64(packed[row] & low)] += packed[row] >> bits
        else:
            for row in range(starts[line + first], starts[line + place]):
                sums[np.uint64(packed[row] & low)] -= packed[row] >> bits


@compiled
def _add_wide(
    signs: Any,
    count: int,
    line: int,
    starts: Any,
    places: Any,
    owners: Any,
    values: Any,
    columns: Any,
    sums: Any,
) -> None:
    """Add up the lines of a wide measure: owners and values stand side by side."""
    sums[:] = 0
    for place in range(len(signs)):
        sign = signs[place]
        if sign == 0:
            continue
        if place >= count and places[line + place] >= 0:
            _add_column(sign, columns[places[line + place]], sums)
        else:
            for row in range(starts[line + place], starts[line + place + 1]):
                sums[np.uint64(owners[row])] += sign * values[row]


@compiled
def _add_column(sign: int, column: Any, sums: Any) -> None:
    """Add a value of every owner, or take it away."""
    if sign > 0:
        for owner in range(len(sums)):
            sums[owner] += column[owner]
    else:
        for owner in range(len(sums)):
            sums[owner] -= column[owner]
