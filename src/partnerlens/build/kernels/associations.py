"""Subscription credit from associations, as the steps ``association_months`` and ``subscription_credit`` say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from partnerlens.build.kernels.credit import placed
from partnerlens.build.kernels.days import NEVER, OPEN, Days, days_of, month_of
from partnerlens.build.span import Span
from partnerlens.compiled import Ints, compiled

GROUPS = ("sale", "usage")
"""The metric groups, by their number."""


@dataclass(frozen=True)
class Associations:
    """
    Associations in the order of their subscriptions, with the months in which they hold.

    Attributes:
        starts: by subscription number, the first of its rows; one more at the end.
        partners: of each row, the partner number.
        kinds: of each row, the number of its type and claim.
        months: of each row, the months at whose end it holds, as a mask (step ``association_months``).
        kind_names: type and claim (None without) by number.
    """

    starts: Ints
    partners: Ints
    kinds: Ints
    months: Ints
    kind_names: list[tuple[str, str | None]]


def read_associations(files: Sequence[Path], span: Span, ends: Days) -> Associations:
    """
    Return the associations.

    Args:
        files: the table.
        span: the months of the pass.
        ends: by subscription number, its last day; ``NEVER`` where it has none.
    """
    kinds: dict[tuple[str, str | None], int] = {}
    found = [_read(file, span, ends, kinds) for file in files]
    subscriptions, partners, kind_of, months = (
        np.concatenate([np.zeros(0, np.int64), *(piece[column] for piece in found)]) for column in range(4)
    )
    starts = np.zeros(len(ends) + 1, np.int64)
    np.cumsum(np.bincount(subscriptions, minlength=len(ends)), out=starts[1:])
    order = placed(subscriptions, starts[:-1].copy())
    return Associations(starts, partners[order], kind_of[order], months[order], list(kinds))


def _read(file: Path, span: Span, ends: Days, kinds: dict[tuple[str, str | None], int]) -> tuple[Ints, ...]:
    with pq.ParquetFile(file, read_dictionary=["type", "claim"]) as parquet:
        rows = parquet.read(columns=["subscription_no", "partner_no", "type", "claim", "start_date", "end_date"])
    types, claims = (rows[name].combine_chunks() for name in ("type", "claim"))
    claim_codes = np.asarray(pc.fill_null(claims.indices, -1)) + 1
    both = np.asarray(types.indices).astype(np.int64) * (len(claims.dictionary) + 1) + claim_codes
    names = [None, *claims.dictionary.to_pylist()]
    number_of = np.zeros(len(types.dictionary) * len(names), np.int64)
    for code in np.flatnonzero(np.bincount(both)).tolist():
        kind = (types.dictionary[code // len(names)].as_py(), names[code % len(names)])
        number_of[code] = kinds.setdefault(kind, len(kinds))
    subscriptions = rows["subscription_no"].to_numpy()
    return (
        subscriptions,
        rows["partner_no"].to_numpy(),
        number_of[both],
        held_months(days_of(rows["start_date"], NEVER), days_of(rows["end_date"], OPEN), ends[subscriptions], span),
    )


def held_months(starts: Days, ends: Days, subscription_ends: Days, span: Span) -> Ints:
    """
    Return the months at whose end associations hold, as masks.

    That is an unbroken run up to the month before the day after the end, and the month in which the subscription
    ends if that day is covered (decisions.md 1, "active").
    """
    first, last = span.base.number, span.last.number
    run_first = np.maximum(month_of(starts), first)
    run_last = np.minimum(month_of(ends + 1) - 1, last)
    is_run = run_first <= run_last
    low = np.where(is_run, run_first - first, 0)
    high = np.where(is_run, run_last - first, 0)
    held = np.where(is_run, (np.int64(2) << high) - (np.int64(1) << low), 0)
    closing = month_of(subscription_ends)
    closes = (subscription_ends >= starts) & (ends >= subscription_ends) & (closing >= first) & (closing <= last)
    held |= np.where(closes, np.int64(1) << np.where(closes, closing - first, 0), 0)
    return held


def subscription_credit(associations: Associations, rules: Sequence[Mapping[str, Any]], accounts: Ints) -> pa.Table:
    """
    Return the rows of the step ``subscription_credit``.

    Args:
        associations: who is associated.
        rules: the rows of the relation ``policy_rules``.
        accounts: by partner number, the number of its account; -1 where it has none.
    """
    types = {name: number for number, name in enumerate(sorted({rule["association"] for rule in rules}))}
    by_kind = [
        [rule for rule in rules if rule["association"] == kind and rule["claim"] in (None, claim)]
        for kind, claim in associations.kind_names
    ]
    every = [rule for rules_of in by_kind for rule in rules_of]
    found = credited(
        associations.starts,
        associations.partners,
        associations.kinds,
        associations.months,
        np.cumsum([0, *map(len, by_kind)]),
        np.array([_numbers(rule, types) for rule in every], np.int64).reshape(-1, 4),
        len(types),
        accounts,
    )
    return pa.table(dict(zip(("partner_no", "subscription_no", *GROUPS), found, strict=True)))


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
        first = made
        for row in range(starts[subscription], starts[subscription + 1]):
            for rule in range(rule_starts[kinds[row]], rule_starts[kinds[row] + 1]):
                group = rules[rule, 0]
                kept = months[row] & rules[rule, 3] & ~held[group, rules[rule, 2]]
                if kept == 0:
                    continue
                made = give(credit, first, made, partners[row], subscription, group, kept)
                if accounts[partners[row]] >= 0:
                    made = give(credit, first, made, accounts[partners[row]], subscription, group, kept)
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
