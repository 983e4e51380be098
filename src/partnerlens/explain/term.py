"""Terms: the months whose facts a number is made of, with side, sign, and the later months in which they count."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from partnerlens.build.span import Span
from partnerlens.engine.protocol import Engine
from partnerlens.model.ahead import YEAR
from partnerlens.months import WINDOW_MONTHS, Month, months_between

ALWAYS = (1 << (YEAR + 1)) - 1
"""The mask of the data month and the twelve after it: what counts now and in all of them."""

YEAR_BEFORE = "year_before"
"""The reason of rows that are taken away because they were there a year before."""


@dataclass(frozen=True)
class Term:
    """
    What the facts of one month add to a number.

    Attributes:
        month: the month of the facts.
        ahead: the mask of the months in which they count if nothing is added: bit 0 is the data month, bit 12 a year
            after it; 0 for facts before the window, which are told as ``outside_window``.
        side: the side that they add to.
        sign: 1, or -1 where they are taken away.
        reason: the reason of counted rows; None for the kind's own.
        only_counted: whether rows that do not count are left out, because another term tells them.
        credit_month: the month whose credit decides; None for the month of the facts.
    """

    month: Month
    ahead: int
    side: str = "numerator"
    sign: int = 1
    reason: str | None = None
    only_counted: bool = False
    credit_month: Month | None = None

    @property
    def is_later(self) -> bool:
        """Whether the facts count in later months only."""
        return self.ahead != 0 and not self.ahead & 1


def window_terms(month: Month) -> list[Term]:
    """Return the terms of what is added up over twelve months, and of the twelve months before them."""
    first = month - (WINDOW_MONTHS - 1)
    return [
        Term(each, (1 << (each - first + 1)) - 1 if each >= first else 0)
        for each in months_between(first - WINDOW_MONTHS, month)
    ]


def growth_terms(month: Month, *, later: bool, is_portfolio: bool) -> list[Term]:
    """
    Return the terms of a month against the same month a year before.

    Args:
        month: the data month.
        later: also the months that become the month a year before in the twelve months ahead.
        is_portfolio: whether the credit of the data month decides for every month.
    """
    credit = month if is_portfolio else None
    then = [month - YEAR + ahead for ahead in range(YEAR + 1 if later else 1)]
    return [
        Term(month, ALWAYS, credit_month=credit),
        *(
            Term(each, 1 << ahead, sign=-1, reason=YEAR_BEFORE, only_counted=True, credit_month=credit)
            for ahead, each in enumerate(then)
        ),
        *(Term(each, 1 << ahead, side="baseline", credit_month=credit) for ahead, each in enumerate(then)),
    ]


def register_terms(engine: Engine, span: Span, terms: Iterable[Term]) -> None:
    """Name the relation ``terms``, and ``listed_months``, the months of those whose facts count now or are near."""
    every = list(terms)
    engine.register(
        "terms",
        pa.table(
            {
                "t": pa.array([span.t(term.month) for term in every], pa.int32()),
                "month": pa.array([term.month.number for term in every], pa.int32()),
                "credit_t": pa.array([span.t(term.credit_month or term.month) for term in every], pa.int32()),
                "side": pa.array([term.side for term in every], pa.string()),
                "sign": pa.array([term.sign for term in every], pa.int32()),
                "ahead": pa.array([term.ahead for term in every], pa.int64()),
                "reason": pa.array([term.reason for term in every], pa.string()),
                "only_counted": pa.array([term.only_counted for term in every], pa.bool_()),
                "is_later": pa.array([term.is_later for term in every], pa.bool_()),
            }
        ),
    )
    listed = sorted({span.t(term.month) for term in every if not term.is_later})
    engine.register("listed_months", pa.table({"t": pa.array(listed, pa.int32())}))


def register_month_ends(engine: Engine, span: Span) -> None:
    """Name the relation ``month_ends``: the data months of a pass with their last day and their bit of ``ahead``."""
    months = months_between(span.first, span.last)
    engine.register(
        "month_ends",
        pa.table(
            {
                "t": pa.array([span.t(month) for month in months], pa.int32()),
                "month": pa.array([month.number for month in months], pa.int32()),
                "last_day": pa.array([month.last_day for month in months], pa.date32()),
                "ahead_bit": pa.array([1 << (month - span.first) for month in months], pa.int64()),
            }
        ),
    )


def register_lasting(engine: Engine, months_ahead: int) -> None:
    """
    Name the relations that read the masks of ``found``.

    ``lasting`` gives the number of months after which a row counts no longer, null where none is known; ``turns`` each
    of the twelve months ahead in which it leaves or comes.

    Args:
        engine: where ``found`` is.
        months_ahead: how many months ahead the masks tell.
    """
    masks = sorted(engine.fetch("SELECT DISTINCT ahead FROM found")["ahead"].to_pylist())
    ends = [
        next((by for by in range(1, months_ahead + 1) if not mask >> by & 1), None) if mask else None for mask in masks
    ]
    engine.register("lasting", pa.table({"ahead": pa.array(masks, pa.int64()), "months": pa.array(ends, pa.int32())}))
    turns = [
        (mask, by, bool(mask >> (by - 1) & 1))
        for mask in masks
        for by in range(1, YEAR + 1)
        if (mask >> (by - 1) & 1) != (mask >> by & 1)
    ]
    engine.register(
        "turns",
        pa.table(
            {
                "ahead": pa.array([mask for mask, _, _ in turns], pa.int64()),
                "months": pa.array([by for _, by, _ in turns], pa.int32()),
                "leaves": pa.array([leaves for *_, leaves in turns], pa.bool_()),
            }
        ),
    )


def _end(mask: int, months_ahead: int) -> int | None:
    """The first month in which what counts now counts no longer; None when none is known."""
    if not mask & 1:
        return None
    return next((by for by in range(1, months_ahead + 1) if not mask >> by & 1), None)
