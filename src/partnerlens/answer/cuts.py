"""
The compiled loops that find what stands where values are cut, in order, in equal shares.

Values are sorted roughly first; those of the few parts that hold a place asked for are then looked at exactly.
"""

from typing import Any

import numpy as np

from partnerlens.compiled import compiled

COUNT = 0
"""A value is a whole number."""

AMOUNT = 1
"""A value is a whole number, and a rest below one unit of it."""

RATIO = 2
"""A value is a whole number divided by another, or null where that is 0."""

BUCKETS = 1 << 14
"""Into how many parts values are sorted roughly: by sign, by 64 powers of two, and by the next seven binary digits."""

_MIDDLE = 1 << 13
_DIGITS = 7
_DROPPED = 52 - _DIGITS
_FIRST_OF_COUNTS = (1023 - 1) << _DIGITS
_FIRST_OF_RATIOS = (1023 - 33) << _DIGITS
_EXACT = 9 << _DIGITS
"""Buckets of counts below 256 hold one count each: their first eight binary digits are kept."""


@compiled
def find_places(
    narrow: Any,
    wide: Any,
    credited: int,
    compared: Any,
    kinds: Any,
    rest_units: int,
    cuts: int,
    peers: Any,
    chosen: Any,
    sizes: Any,
    bits: Any,
    buckets: Any,
    counts: Any,
    candidates: Any,
    numbers: Any,
    found: Any,
) -> None:
    """
    Find for each metric what stands at the places that cut its values, in order, in equal shares.

    Args:
        narrow: sums of narrow measures.
        wide: sums of wide measures.
        credited: the row of ``narrow`` that says who has credit.
        compared: which partners are compared when they have.
        kinds: for each metric its kind, and the rows of its number, and of its rest or denominator; rows of wide
            measures are counted below zero, from -1.
        rest_units: how many units of a rest make one of its whole number.
        cuts: in how many shares.
        peers: room for the partners compared.
        chosen: room for those of one metric.
        sizes: room for approximate values.
        bits: the same room as whole numbers.
        buckets: room for the bucket of each value.
        counts: room for the number of values in each bucket, and the slot of each bucket.
        candidates: room for two numbers for each value.
        numbers: for each metric, how many values there are, and for each cut how many are not above it.
        found: for each metric two numbers of the smallest value, of the largest, and for each cut of the value at
            it and of the smallest above that (left as it was when there is none).
    """
    count = 0
    for owner in range(len(compared)):
        peers[count] = owner
        count += compared[owner] & (narrow[credited, owner] > 0)
    for metric in range(len(kinds)):
        kind, above, below = kinds[metric]
        size = count
        own = peers
        if kind == RATIO:
            own = chosen
            size = _choose_ratios(narrow, wide, above, below, peers[:count], chosen, sizes)
        elif above >= 0:
            for place in range(count):
                sizes[place] = narrow[above, peers[place]]
        else:
            for place in range(count):
                sizes[place] = wide[-1 - above, peers[place]]
        numbers[metric, 0] = size
        if size:
            least = _FIRST_OF_RATIOS if kind == RATIO else _FIRST_OF_COUNTS
            _fill_buckets(bits[:size], least, buckets, counts[0])
            _cut(
                narrow,
                wide,
                kind,
                above,
                below,
                rest_units,
                cuts,
                own[:size],
                buckets[:size],
                counts,
                candidates,
                numbers[metric],
                found[metric],
            )


@compiled
def _number(narrow: Any, wide: Any, row: int, owner: int) -> Any:
    """Return the sum of an owner in a row of the narrow sums, or of the wide ones for a number below zero."""
    if row >= 0:
        return np.int64(narrow[row, owner])
    return np.int64(wide[-1 - row, owner])


@compiled
def _choose_ratios(narrow: Any, wide: Any, above: int, below: int, peers: Any, chosen: Any, sizes: Any) -> int:
    """Find the peers whose ratio is not null, and what it is about; return how many they are."""
    size = 0
    for place in range(len(peers)):
        owner = peers[place]
        denominator = _number(narrow, wide, below, owner)
        if denominator != 0:
            chosen[size] = owner
            sizes[size] = _number(narrow, wide, above, owner) / denominator
            size += 1
    return size


@compiled
def _fill_buckets(bits: Any, least: int, buckets: Any, counts: Any) -> None:
    """Sort values roughly: a larger one is never in a smaller bucket, and equal ones are in one."""
    counts[:] = 0
    for place in range(len(bits)):
        value = bits[place]
        bucket = ((value & 0x7FFFFFFFFFFFFFFF) >> _DROPPED) - least
        bucket = min(max(bucket, 0), _MIDDLE - 1)
        buckets[place] = _MIDDLE + bucket if value >= 0 else _MIDDLE - bucket
    for place in range(len(bits)):
        counts[buckets[place]] += 1


@compiled
def _cut(
    narrow: Any,
    wide: Any,
    kind: int,
    above: int,
    below: int,
    rest_units: int,
    cuts: int,
    own: Any,
    buckets: Any,
    counts: Any,
    candidates: Any,
    numbers: Any,
    found: Any,
) -> None:
    """Find what stands at the places, from the values of those buckets alone that hold one of them."""
    size = len(own)
    slots = np.full((2 * cuts, 3), -1, np.int64)
    before = np.zeros(cuts, np.int64)
    slot_of = counts[1]
    slot_of[:] = -1
    used = 0
    seen, cut, is_next, last = 0, 1, True, 0
    for bucket in range(BUCKETS):
        if counts[0, bucket] == 0:
            continue
        last = bucket
        is_here = is_next
        is_next = False
        while cut < cuts and -(-cut * size // cuts) <= seen + counts[0, bucket]:
            before[cut] = seen
            numbers[cut] = bucket
            is_here, is_next = True, True
            cut += 1
        seen += counts[0, bucket]
        if is_here:
            slot_of[bucket] = used
            slots[used, 0] = bucket
            used += 1
    if slot_of[last] < 0:
        slot_of[last] = used
        slots[used, 0] = last
        used += 1
    _collect(narrow, wide, kind, above, below, rest_units, own, buckets, counts, slots[:used], candidates)
    lowest, highest = slots[0], slots[used - 1]
    _copy(candidates, _extreme(kind, candidates, lowest[1], lowest[2], -1), found, 0)
    _copy(candidates, _extreme(kind, candidates, highest[1], highest[2], 1), found, 1)
    for cut in range(1, cuts):
        slot = slot_of[numbers[cut]]
        begin, end = slots[slot, 1], slots[slot, 2]
        place = -(-cut * size // cuts) - 1 - before[cut]
        if end - begin == 1:
            place = 0
        at, after = _select(kind, candidates, begin, end, begin + place)
        _copy(candidates, at, found, 2 * cut)
        if after < end:
            numbers[cut] = before[cut] + after - begin
            _copy(candidates, _extreme(kind, candidates, after, end, -1), found, 2 * cut + 1)
        else:
            numbers[cut] = before[cut] + counts[0, slots[slot, 0]]
            if slot + 1 < used:
                least = _extreme(kind, candidates, slots[slot + 1, 1], slots[slot + 1, 2], -1)
                _copy(candidates, least, found, 2 * cut + 1)


@compiled
def _copy(candidates: Any, place: int, found: Any, to: int) -> None:
    """Note the two numbers of a candidate."""
    found[to, 0] = candidates[place, 0]
    found[to, 1] = candidates[place, 1]


@compiled
def _collect(
    narrow: Any,
    wide: Any,
    kind: int,
    above: int,
    below: int,
    rest_units: int,
    own: Any,
    buckets: Any,
    counts: Any,
    slots: Any,
    candidates: Any,
) -> None:
    """Put the values of each slot's bucket side by side; one alone where they are all equal."""
    slot_of = counts[1]
    filled, open_slots = 0, 0
    for slot in range(len(slots)):
        bucket = slots[slot, 0]
        slots[slot, 1] = slots[slot, 2] = filled
        if (bucket == _MIDDLE and kind != AMOUNT) or (kind == COUNT and abs(bucket - _MIDDLE) < _EXACT):
            place = 0
            while buckets[place] != bucket:
                place += 1
            _put(narrow, wide, kind, above, below, rest_units, own[place], candidates, filled)
            slots[slot, 2] += 1
            filled += 1
            slot_of[bucket] = -2 - slot
        else:
            filled += counts[0, bucket]
            open_slots += 1
    if open_slots:
        for place in range(len(own)):
            slot = slot_of[buckets[place]]
            if slot >= 0:
                _put(narrow, wide, kind, above, below, rest_units, own[place], candidates, slots[slot, 2])
                slots[slot, 2] += 1
    for slot in range(len(slots)):
        slot_of[slots[slot, 0]] = slot


@compiled
def _put(
    narrow: Any, wide: Any, kind: int, above: int, below: int, rest_units: int, owner: int, candidates: Any, to: int
) -> None:
    """Write down the two numbers of an owner's value; a rest is brought between 0 and one unit."""
    first = _number(narrow, wide, above, owner)
    second = 1
    if kind != COUNT:
        second = _number(narrow, wide, below, owner)
    if kind == AMOUNT:
        carried = second // rest_units
        first += carried
        second -= carried * rest_units
    candidates[to, 0] = first
    candidates[to, 1] = second


@compiled
def _is_less(kind: int, candidates: Any, one: int, first: int, second: int) -> Any:
    """Whether a candidate is smaller than a value of two numbers, exactly."""
    if kind == RATIO:
        return candidates[one, 0] * second < first * candidates[one, 1]
    return candidates[one, 0] < first or (candidates[one, 0] == first and candidates[one, 1] < second)


@compiled
def _is_more(kind: int, candidates: Any, one: int, first: int, second: int) -> Any:
    """Whether a candidate is larger than a value of two numbers, exactly."""
    if kind == RATIO:
        return candidates[one, 0] * second > first * candidates[one, 1]
    return candidates[one, 0] > first or (candidates[one, 0] == first and candidates[one, 1] > second)


@compiled
def _extreme(kind: int, candidates: Any, begin: int, end: int, side: int) -> int:
    """Return the place of the smallest (side -1) or the largest (side 1) of some candidates."""
    best = begin
    for place in range(begin + 1, end):
        first, second = candidates[best]
        if side > 0:
            if _is_more(kind, candidates, place, first, second):
                best = place
        elif _is_less(kind, candidates, place, first, second):
            best = place
    return best


@compiled
def _select(kind: int, candidates: Any, begin: int, end: int, place: int) -> tuple[int, int]:
    """
    Move candidates until those before a place are not larger than the one at it, and those after it not smaller.

    Returns:
        The place, and where the larger ones begin.
    """
    first, last = begin, end
    while True:
        middle, other = candidates[(first + last) // 2]
        lower, here, upper = first, first, last
        while here < upper:
            if _is_less(kind, candidates, here, middle, other):
                _swap(candidates, here, lower)
                lower += 1
                here += 1
            elif _is_more(kind, candidates, here, middle, other):
                upper -= 1
                _swap(candidates, here, upper)
            else:
                here += 1
        if place < lower:
            last = lower
        elif place >= upper:
            first = upper
        else:
            return place, upper


@compiled
def _swap(candidates: Any, one: int, other: int) -> None:
    """Let two candidates change places."""
    for word in range(2):
        kept = candidates[one, word]
        candidates[one, word] = candidates[other, word]
        candidates[other, word] = kept
