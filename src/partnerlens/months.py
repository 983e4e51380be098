"""Calendar months and the trailing windows that every metric is measured over."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import overload

from partnerlens.errors import UsageError

_TEXT = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """
    One calendar month, counted from year 0: ``number`` is year * 12 + month - 1.

    Months add and subtract as whole numbers and are stored as that number in Parquet.

    >>> Month.parse("2026-01") - 1
    Month('2025-12')
    >>> Month.parse("2026-03") - Month.parse("2025-03")
    12
    """

    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Return the month written ``YYYY-MM``; raises UsageError for anything else."""
        match = _TEXT.fullmatch(text)
        if match is None or int(match[1]) < 1:
            raise UsageError(f"'{text}' is not a month", "write it as YYYY-MM, for example 2026-06")
        return cls(int(match[1]) * 12 + int(match[2]) - 1)

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month that a day lies in."""
        return cls(day.year * 12 + day.month - 1)

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.number // 12, self.number % 12 + 1, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month: 'the end of m' in decisions.md."""
        year, month = self.number // 12, self.number % 12 + 1
        return date(year, month, calendar.monthrange(year, month)[1])

    def __add__(self, months: int) -> "Month":
        return Month(self.number + months)

    @overload
    def __sub__(self, other: int) -> "Month": ...
    @overload
    def __sub__(self, other: "Month") -> int: ...
    def __sub__(self, other: "Month | int") -> "int | Month":
        if isinstance(other, Month):
            return self.number - other.number
        return Month(self.number - other)

    def __str__(self) -> str:
        return f"{self.number // 12:04d}-{self.number % 12 + 1:02d}"

    def __repr__(self) -> str:
        return f"Month('{self}')"


WINDOW_MONTHS = 12
"""Length of the trailing window of every flow metric (decisions.md: TTM(M) is M-11 .. M)."""


def window(month: Month) -> list[Month]:
    """
    Return TTM(M): the twelve months M-11 .. M, oldest first.

    >>> [str(month) for month in window(Month.parse("2024-02"))][::11]
    ['2023-03', '2024-02']
    """
    return months_between(Month(month.number - WINDOW_MONTHS + 1), month)


def months_between(first: Month, last: Month) -> list[Month]:
    """Return the months from first to last, both included; empty when last is earlier."""
    return [Month(number) for number in range(first.number, last.number + 1)]
