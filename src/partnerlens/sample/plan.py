"""What a sample is asked to be: its sizes, its months, and the random numbers that follow from its seed."""

import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from partnerlens.errors import UsageError
from partnerlens.months import Month, months_between
from partnerlens.sample.arrays import Whole

MAXIMUM_MONTHS = 240
_EPOCH = 1970 * 12


@dataclass(frozen=True)
class Plan:
    """
    The sizes, months and seed of one sample.

    Months of the sample are numbered 0 .. months-1, oldest first; earlier months have negative numbers.
    Days are whole numbers counted from 1970-01-01, so that arrays of them are arrays of integers.

    Args:
        partners: number of partners, locations included; from 1.
        customers: number of customers; from 1.
        months: number of months with facts; from 1 to 240.
        seed: the number that every random choice follows from; from 0.
        last_month: the last month with facts.
    """

    partners: int
    customers: int
    months: int
    seed: int
    last_month: Month

    def __post_init__(self) -> None:
        """Refuse sizes that have no meaning."""
        least = {"partners": 1, "customers": 1, "months": 1, "seed": 0}
        for name, minimum in least.items():
            value = getattr(self, name)
            if value < minimum:
                raise UsageError(f"'{value}' is too small for {name}", f"use {minimum} or more")
        if self.months > MAXIMUM_MONTHS:
            raise UsageError(f"'{self.months}' is too large for months", f"use {MAXIMUM_MONTHS} or fewer")

    @property
    def first_month(self) -> Month:
        """The first month with facts."""
        return self.last_month - (self.months - 1)

    @cached_property
    def all_months(self) -> list[Month]:
        """The months with facts, oldest first."""
        return months_between(self.first_month, self.last_month)

    def random(self, purpose: str, month: int = 0) -> np.random.Generator:
        """
        Return the random numbers for one purpose and month.

        Each purpose has a stream of its own, so that a change in one table leaves the others as they were.
        """
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode()), month])

    def first_days(self, months: Whole) -> Whole:
        """Return the first day of each month number."""
        since_epoch = months + (self.first_month.number - _EPOCH)
        return since_epoch.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)

    def last_days(self, months: Whole) -> Whole:
        """Return the last day of each month number."""
        return self.first_days(months + 1) - 1

    def months_of(self, days: Whole) -> Whole:
        """Return the month number that each day lies in."""
        since_epoch = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return since_epoch - (self.first_month.number - _EPOCH)

    def bounds(self, month: int) -> tuple[int, int]:
        """Return the first and the last day of one month number."""
        number = np.array([month])
        return int(self.first_days(number)[0]), int(self.last_days(number)[0])

    @property
    def first_day(self) -> int:
        """The first day of the first month."""
        return self.bounds(0)[0]

    @property
    def last_day(self) -> int:
        """The last day of the last month."""
        return self.bounds(self.months - 1)[1]
