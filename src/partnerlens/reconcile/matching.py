"""
Pairing entries of the books with billed lines: exact pairs first, then pairs that differ in one respect.

Each entry and each line is in one pair at most. Within a pass entries are taken in the order of the file, and lines
that count before those that do not, by month and item; so the same file always gives the same pairs.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from partnerlens.reconcile.entry import Entry, Line

NEAR_MONTHS = 2
"""How many months apart the same amount is taken for the same charge where no invoice says so."""

Key = Callable[[Entry | Line], Hashable | None]
"""What an entry and a line have to agree in; None where it does not say."""


@dataclass(frozen=True)
class Pair:
    """
    An entry with its line, or one of them alone.

    Attributes:
        entry: the entry; None for a line alone.
        line: the line; None for an entry alone.
        kind: ``matched``, ``matched_in_sum``, ``amount``, ``currency``, ``other_month`` or ``duplicate``; empty for
            what has no counterpart.
        group: for ``matched_in_sum``, the number that all rows of one sum share; 0 otherwise.
    """

    entry: Entry | None
    line: Line | None
    kind: str = ""
    group: int = 0


def paired(entries: Sequence[Entry], lines: Sequence[Line]) -> list[Pair]:
    """
    Return every entry and every line once: in a pair, or alone.

    Lines alone that do not count are left out.
    """
    matching = _Matching(entries, lines)
    matching.run()
    return matching.pairs()


class _Matching:
    """Entries and lines on their way to pairs."""

    def __init__(self, entries: Sequence[Entry], lines: Sequence[Line]) -> None:
        self.entries = list(entries)
        self.lines = sorted(lines, key=lambda line: (not line.counted, line.month, line.item))
        self.found: list[Pair] = []
        self.free_lines = dict.fromkeys(range(len(self.lines)))
        self.free_entries = dict.fromkeys(range(len(self.entries)))
        self.groups = 0

    def run(self) -> None:
        """Pair what can be paired."""
        self.take("matched", _with_invoice(_exact))
        self.take("matched", _exact)
        self.set_repeated_apart()
        self.take("other_month", _with_invoice(_any_month))
        self.take_sums()
        self.take("currency", _same_figures)
        self.take_near()
        self.take("amount", _with_invoice(_same_sign))
        # What names no subscription or product is a charge for an invoice or a customer as a whole: it is not taken for
        # a line of another amount.
        self.take("amount", _same_sign, _CLOSELY)
        self.take("currency", _same_month, _CLOSELY)

    def take(self, kind: str, key: Key, names: Sequence[Key] | None = None) -> None:
        """Pair entries and lines whose keys are equal, by what names the subscription most closely."""
        for named in names or _NAMED:
            waiting: dict[Hashable, deque[int]] = defaultdict(deque)
            for place in self.free_lines:
                line = self.lines[place]
                value = key(line)
                if value is not None:
                    waiting[named(line), value].append(place)
            for place in list(self.free_entries):
                entry = self.entries[place]
                name, value = named(entry), key(entry)
                if name is not None and value is not None and waiting.get((name, value)):
                    self.pair(place, waiting[name, value].popleft(), kind)

    def take_sums(self) -> None:
        """Pair what is left of a subscription and month as a whole where both sides add up to the same."""
        for named in _NAMED:
            ours: dict[Hashable, list[int]] = defaultdict(list)
            theirs: dict[Hashable, list[int]] = defaultdict(list)
            for place in self.free_lines:
                line = self.lines[place]
                if line.counted and line.amount is not None:
                    ours[named(line), line.month, line.currency].append(place)
            for place in self.free_entries:
                entry = self.entries[place]
                if named(entry) is not None:
                    theirs[named(entry), entry.month, entry.currency].append(place)
            for key, places in theirs.items():
                entries = [self.entries[place] for place in places]
                lines = [self.lines[place] for place in ours.get(key, ())]
                if lines and _sum(entry.amount for entry in entries) == _sum(line.amount or 0 for line in lines):
                    self.groups += 1
                    for place in places:
                        self.alone(entry_place=place, kind="matched_in_sum", group=self.groups)
                    for place in ours[key]:
                        self.alone(line_place=place, kind="matched_in_sum", group=self.groups)

    def take_near(self) -> None:
        """Pair the same amount in months that are near, the nearest first."""
        for distance in range(1, NEAR_MONTHS + 1):
            for shift in (distance, -distance):

                def key(item: Entry | Line, shift: int = shift) -> Hashable | None:
                    moved = item.month + (shift if isinstance(item, Entry) else 0)
                    return None if item.amount is None else (moved, item.currency, item.amount)

                self.take("other_month", key)

    def set_repeated_apart(self) -> None:
        """Set entries and lines apart that repeat one that has found its counterpart, word for word."""
        seen = {pair.entry.whole for pair in self.found if pair.entry}
        for place in list(self.free_entries):
            if self.entries[place].whole in seen:
                self.alone(entry_place=place, kind="duplicate")
        seen_lines = {_whole(pair.line) for pair in self.found if pair.line}
        for place in list(self.free_lines):
            line = self.lines[place]
            if line.counted and line.amount is not None and _whole(line) in seen_lines and not self.is_wanted(line):
                self.alone(line_place=place, kind="duplicate")

    def is_wanted(self, line: Line) -> bool:
        """Whether an entry that is left could be of the line's subscription."""
        return any(
            _by_subscription(self.entries[place]) == line.subscription
            or self.entries[place].customer_id == line.customer_id
            for place in self.free_entries
        )

    def pair(self, entry_place: int, line_place: int, kind: str) -> None:
        """Keep a pair."""
        self.found.append(Pair(self.entries[entry_place], self.lines[line_place], kind))
        del self.free_entries[entry_place], self.free_lines[line_place]

    def alone(
        self, *, entry_place: int | None = None, line_place: int | None = None, kind: str = "", group: int = 0
    ) -> None:
        """Keep an entry or a line alone."""
        entry = None if entry_place is None else self.entries[entry_place]
        line = None if line_place is None else self.lines[line_place]
        self.found.append(Pair(entry, line, kind, group))
        if entry_place is not None:
            del self.free_entries[entry_place]
        if line_place is not None:
            del self.free_lines[line_place]

    def pairs(self) -> list[Pair]:
        """All pairs, and what is left alone."""
        entries = [Pair(self.entries[place], None) for place in self.free_entries]
        lines = [Pair(None, self.lines[place]) for place in self.free_lines if self.lines[place].counted]
        return [*self.found, *entries, *lines]


def _by_subscription(item: Entry | Line) -> Hashable | None:
    return item.subscription or None


def _by_product(item: Entry | Line) -> Hashable | None:
    if isinstance(item, Entry) and item.subscription:
        return None
    return (item.customer_id, item.product) if item.customer_id and item.product else None


def _by_customer(item: Entry | Line) -> Hashable | None:
    if isinstance(item, Entry) and (item.subscription or item.product):
        return None
    return item.customer_id


_CLOSELY: tuple[Key, ...] = (_by_subscription, _by_product)
_NAMED: tuple[Key, ...] = (*_CLOSELY, _by_customer)
"""What an entry may name a subscription by, the closest first."""


def _exact(item: Entry | Line) -> Hashable | None:
    return None if item.amount is None else (item.month, item.currency, item.amount)


def _any_month(item: Entry | Line) -> Hashable | None:
    return None if item.amount is None else (item.currency, item.amount)


def _same_figures(item: Entry | Line) -> Hashable | None:
    return None if item.amount is None else (item.month, item.amount)


def _same_sign(item: Entry | Line) -> Hashable | None:
    return None if item.amount is None else (item.month, item.currency, item.amount < 0)


def _same_month(item: Entry | Line) -> Hashable | None:
    # A line whose amount is not shown can still say why an entry does not count.
    return (item.month, item.amount is not None and item.amount < 0)


def _with_invoice(key: Key) -> Key:
    def with_invoice(item: Entry | Line) -> Hashable | None:
        value = key(item)
        return (item.invoice, value) if item.invoice and value is not None else None

    return with_invoice


def _whole(line: Line) -> tuple[object, ...]:
    return (line.month, line.invoice, line.subscription, line.amount, line.currency)


def _sum(amounts: Iterable[Fraction | int]) -> Fraction:
    return sum((Fraction(amount) for amount in amounts), Fraction(0))
