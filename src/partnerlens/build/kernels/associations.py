"""Subscription credit from associations, as the steps ``association_months`` and ``subscription_credit`` say it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from partnerlens.build.kernels.activity import ROW_GROUPS_AT_ONCE, narrow
from partnerlens.build.kernels.credit import placed, starts_of
from partnerlens.build.kernels.days import NEVER, OPEN, Days, days_of
from partnerlens.build.span import Span
from partnerlens.compiled import Ints, compiled

GROUPS = ("sale", "usage")
"""The metric groups, by their number."""

COLUMNS = ("subscription_no", "partner_no", "type", "claim", "start_date", "end_date")

SUBSCRIPTIONS_AT_ONCE = 100_000
"""Subscriptions whose credit one call of a kernel works out."""

Kind = tuple[str, str | None]
"""Type and claim (None without)."""


@dataclass(frozen=True)
class Associations:
    """
    Associations in the order of their subscriptions.

    Attributes:
        starts: by subscription number, the first of its rows; one more at the end.
        partners: of each row, the partner number.
        kinds: of each row, the number of its type and claim.
        first_days: of each row, the day it starts.
        last_days: of each row, the day it ends; ``OPEN`` where it does not.
        kind_names: type and claim by number.
    """

    starts: Ints
    partners: Ints
    kinds: Ints
    first_days: Days
    last_days: Days
    kind_names: list[Kind]


def read_associations(files: Sequence[Path], subscriptions: int, workers: ThreadPoolExecutor) -> Associations:
    """
    Return the associations.

    Args:
        files: the table.
        subscriptions: one more than the largest subscription number.
        workers: where the reading runs.
    """
    reading = [
        workers.submit(_read, file, range(first, min(first + ROW_GROUPS_AT_ONCE, groups)))
        for file in files
        for groups in [pq.read_metadata(file).num_row_groups]
        for first in range(0, groups, ROW_GROUPS_AT_ONCE)
    ]
    found = [piece.result() for piece in reading]
    number_of: dict[Kind, int] = {}
    for names, _ in found:
        for name in names:
            number_of.setdefault(name, len(number_of))
    kinds = [
        np.array([number_of[name] for name in names], np.int32)[columns[2]] if names else columns[2]
        for names, columns in found
    ]
    owners, partners, first_days, last_days = (
        np.concatenate([np.zeros(0, np.int32), *(columns[place] for _, columns in found)]) for place in (0, 1, 3, 4)
    )
    kind_of = np.concatenate([np.zeros(0, np.int32), *kinds])
    starts = starts_of(owners, subscriptions)
    if np.any(owners[1:] < owners[:-1]):
        order = placed(owners, starts[:-1].copy())
        partners, kind_of, first_days, last_days = (
            column[order] for column in (partners, kind_of, first_days, last_days)
        )
    return Associations(starts, partners, kind_of, first_days, last_days, list(number_of))


def _read(file: Path, groups: range) -> tuple[list[Kind], tuple[Ints, ...]]:
    """The kinds met in some row groups, and subscriptions, partners, kinds, first and last days of their rows."""
    with pq.ParquetFile(file, read_dictionary=["type", "claim"]) as parquet:
        rows = parquet.read_row_groups(list(groups), columns=list(COLUMNS), use_threads=False)
    types, claims = (rows[name].combine_chunks() for name in ("type", "claim"))
    claim_codes = np.asarray(pc.fill_null(claims.indices, -1)) + 1
    both = np.asarray(types.indices).astype(np.int64) * (len(claims.dictionary) + 1) + claim_codes
    names = [None, *claims.dictionary.to_pylist()]
    number_of = np.zeros(len(types.dictionary) * len(names), np.int64)
    used = np.flatnonzero(np.bincount(both))
    number_of[used] = np.arange(len(used))
    return (
        [(types.dictionary[code // len(names)].as_py(), names[code % len(names)]) for code in used.tolist()],
        (
            narrow(rows["subscription_no"].to_numpy()),
            narrow(rows["partner_no"].to_numpy()),
            narrow(number_of[both]),
            narrow(days_of(rows["start_date"], NEVER)),
            narrow(days_of(rows["end_date"], OPEN)),
        ),
    )


def subscription_credit(
    associations: Associations,
    span: Span,
    ends: Days,
    rules: Sequence[Mapping[str, Any]],
    accounts: Ints,
    workers: ThreadPoolExecutor,
) -> pa.Table:
    """
    Return the rows of the step ``subscription_credit``.

    Args:
        associations: who is associated.
        span: the months of the pass.
        ends: by subscription number, its last day; ``NEVER`` where it has none.
        rules: the rows of the relation ``policy_rules``.
        accounts: by partner number, the number of its account; -1 where it has none.
        workers: where the kernel runs.
    """
    types = {name: number for number, name in enumerate(sorted({rule["association"] for rule in rules}))}
    by_kind = [
        [rule for rule in rules if rule["association"] == kind and rule["claim"] in (None, claim)]
        for kind, claim in associations.kind_names
    ]
    every = [rule for rules_of in by_kind for rule in rules_of]
    first_day = np.datetime64(span.base.first_day)
    days = np.arange(first_day, np.datetime64(span.last.last_day) + 1)
    month_of_day = (days.astype("datetime64[M]") - first_day.astype("datetime64[M]")).astype(np.int64)

    def some(first: int, last: int) -> tuple[Ints, ...]:
        rows = slice(associations.starts[first], associations.starts[last])
        held = held_months(
            associations.starts[first : last + 1],
            associations.first_days,
            associations.last_days,
            ends[first:last],
            month_of_day,
            int(first_day.astype(np.int64)),
        )
        return credited(
            first,
            associations.starts[first : last + 1] - associations.starts[first],
            associations.partners[rows],
            associations.kinds[rows],
            held,
            np.cumsum([0, *map(len, by_kind)]),
            np.array([_numbers(rule, types) for rule in every], np.int64).reshape(-1, 4),
            len(types),
            accounts,
        )

    # In runs whose memory serves again.
    last = len(associations.starts) - 1
    edges = [*range(0, last, SUBSCRIPTIONS_AT_ONCE), last]
    pieces = list(workers.map(some, edges[:-1], edges[1:]))
    return pa.table(
        {
            name: np.concatenate([np.zeros(0, np.int64), *(piece[place] for piece in pieces)])
            for place, name in enumerate(("partner_no", "subscription_no", *GROUPS))
        }
    )


@compiled
def held_months(
    starts: Ints, first_days: Days, last_days: Days, ends: Days, month_of_day: Ints, first_day: int
) -> Ints:
    """
    Return the months at whose end associations hold, as masks.

    That is an unbroken run up to the month before the day after the end, and the month in which the subscription
    ends if that day is covered (decisions.md 1, "active").

    Args:
        starts: by subscription, the first of its associations; one more at the end.
        first_days: of each association, its first day.
        last_days: of each association, its last day.
        ends: by subscription, its last day.
        month_of_day: the month ``t`` of each day of the pass.
        first_day: the first of these days.
    """
    days = len(month_of_day)
    held = np.zeros(starts[-1] - starts[0], np.int64)
    for subscription in range(len(starts) - 1):
        closing = ends[subscription] - first_day
        for row in range(starts[subscription], starts[subscription + 1]):
            begin, after = first_days[row] - first_day, last_days[row] + 1 - first_day
            found = 0
            if begin < days and after > 0:
                low = month_of_day[begin] if begin > 0 else 0
                high = month_of_day[after] - 1 if after < days else month_of_day[days - 1]
                if low <= high:
                    found = (2 << high) - (1 << low)
            if 0 <= closing < days and begin <= closing < after:
                found |= 1 << month_of_day[closing]
            held[row - starts[0]] = found
    return held


def _numbers(rule: Mapping[str, Any], types: Mapping[str, int]) -> tuple[int, int, int, int]:
    """Group, type, type to yield to and months of a rule; a type that no rule credits takes nothing away."""
    return (
        GROUPS.index(rule["metric_group"]),
        types[rule["association"]],
        types.get(rule["yields_to"], -1),
        rule["months"],
    )


@compiled
def credited(
    first_subscription: int,
    starts: Ints,
    partners: Ints,
    kinds: Ints,
    months: Ints,
    rule_starts: Ints,
    rules: Ints,
    types: int,
    accounts: Ints,
) -> tuple[Ints, Ints, Ints, Ints]:
    """
    Return partners, subscriptions and months of sale and of usage credit, subscription by subscription.

    Args:
        first_subscription: the number of the first subscription.
        starts: by subscription, the first of its associations.
        partners: of each association, the partner.
        kinds: of each association, its kind.
        months: of each association, its months.
        rule_starts: by kind, the first of its rules.
        rules: of each rule, the group, the type, the type that it yields to (-1: none) and its months.
        types: how many types there are.
        accounts: by partner, its account; -1 where there is none.
    """
    room = 2 * len(partners)
    credit = (np.empty(room, np.int64), np.empty(room, np.int64), np.zeros(room, np.int64), np.zeros(room, np.int64))
    made = 0
    held = np.zeros((2, types + 1), np.int64)
    for subscription in range(len(starts) - 1):
        if starts[subscription] == starts[subscription + 1]:
            continue
        held[:] = 0
        for row in range(starts[subscription], starts[subscription + 1]):
            for rule in range(rule_starts[kinds[row]], rule_starts[kinds[row] + 1]):
                held[rules[rule, 0], rules[rule, 1]] |= months[row] & rules[rule, 3]
        # Place -1, what a rule without a type to yield to looks at, is the last and stays empty.
        first, number = made, first_subscription + subscription
        for row in range(starts[subscription], starts[subscription + 1]):
            for rule in range(rule_starts[kinds[row]], rule_starts[kinds[row] + 1]):
                group = rules[rule, 0]
                kept = months[row] & rules[rule, 3] & ~held[group, rules[rule, 2]]
                if kept == 0:
                    continue
                made = give(credit, first, made, partners[row], number, group, kept)
                if accounts[partners[row]] >= 0:
                    made = give(credit, first, made, accounts[partners[row]], number, group, kept)
    return credit[0][:made].copy(), credit[1][:made].copy(), credit[2][:made].copy(), credit[3][:made].copy()


@compiled
def give(
    credit: tuple[Ints, Ints, Ints, Ints], first: int, made: int, partner: int, subscription: int, group: int, kept: int
) -> int:
    """Add months to the credit of a partner on a subscription, whose rows begin at ``first``; return how many rows."""
    row = first
    while row < made and credit[0][row] != partner:
        row += 1
    if row == made:
        credit[0][row] = partner
        credit[1][row] = subscription
        made += 1
    if group == 0:
        credit[2][row] |= kept
    else:
        credit[3][row] |= kept
    return made
