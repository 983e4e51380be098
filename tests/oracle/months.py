"""Calendar months as `YYYY-MM` text: their days, their neighbours, the trailing twelve."""

import calendar
from datetime import date


def shift(month: str, by: int) -> str:
    """
    Return the month `by` months later (earlier when negative).

    >>> shift("2020-01", -1)
    '2019-12'
    """
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def trailing(month: str) -> tuple[str, ...]:
    """Return TTM(month): the twelve months month-11 .. month, oldest first."""
    return tuple(shift(month, by) for by in range(-11, 1))


def month_of(day: date) -> str:
    """Return the month that a day lies in."""
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: str) -> date:
    """Return the first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    """Return the last day of a month; 29 February in leap years."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])
