"""Adoption: deployment and usage of a partner's customers, or of a program, at the end of a data month."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from partnerlens.adoption.counts import Counts, total
from partnerlens.adoption.line import LeftOut, Line, Pair
from partnerlens.model.result import Filter
from partnerlens.months import Month

Share = Literal["deployment", "usage"]
Sort = Literal["unused", "deployment", "usage", "name"]

SORTS: tuple[Sort, ...] = ("unused", "deployment", "usage", "name")
"""The orders of customers: most unused licences first, lowest deployment or usage first, or by name."""

BUCKETS = tuple(Fraction(start, 5) for start in range(5))
"""Where the buckets of 20 % begin; the last one ends with 100 %, and what is above has a bucket of its own."""


@dataclass(frozen=True)
class TrendPoint:
    """
    One of the twelve months.

    Attributes:
        month: the month.
        all: the licences, at its end, of the customers that were seen then; of all partners.
        own: the partner's own; None for the whole program.
        is_seen: whether any customer was seen then; otherwise the counts are empty.
    """

    month: Month
    all: Counts
    own: Counts | None
    is_seen: bool


@dataclass(frozen=True)
class Bucket:
    """
    The customers whose share lies in a bucket of 20 %.

    Attributes:
        low: where it begins, itself included; None for customers without a share.
        high: where it ends; itself excluded but for 100 %; None above 100 % and for customers without a share.
        customers: how many there are.
    """

    low: Fraction | None
    high: Fraction | None
    customers: int


@dataclass(frozen=True)
class GroupAdoption:
    """
    The licences of a product or a workload over the customers.

    Attributes:
        id: the product's id, or the workload's name.
        name: its name.
        all: the licences of all partners and direct purchases.
        own: the partner's own; None for the whole program.
    """

    id: str
    name: str
    all: Counts
    own: Counts | None


@dataclass(frozen=True)
class CustomerAdoption:
    """
    The licences of one customer.

    Attributes:
        customer_id: the customer.
        customer_name: its name.
        country: its location.
        lines: its products.
        advice: the scenarios that fit it.
    """

    customer_id: str
    customer_name: str
    country: str
    lines: tuple[Line, ...]
    advice: tuple[str, ...]

    @cached_property
    def all(self) -> Counts:
        """The licences of all partners and direct purchases."""
        return total(line.all for line in self.lines)

    @cached_property
    def own(self) -> Counts | None:
        """The partner's own licences; None for the whole program."""
        return own_total(self.lines)

    @cached_property
    def unassigned(self) -> int:
        """Licences that are sold and not assigned, product by product."""
        return sum(line.unassigned for line in self.lines)

    @cached_property
    def inactive(self) -> int:
        """Licences that are assigned and not active, product by product."""
        return sum(line.inactive for line in self.lines)

    @property
    def unused(self) -> int:
        """Licences that are sold and not in use."""
        return self.unassigned + self.inactive

    @cached_property
    def causes(self) -> tuple[str, ...]:
        """The causes found of usage above 100 % of any of its products."""
        return tuple(sorted({code for line in self.lines for code in line.causes}))

    @cached_property
    def corrected_usage(self) -> Fraction | None:
        """Usage without what inflates it at any of its products; None where nothing does."""
        if all(line.excess is None for line in self.lines):
            return None
        return total(line.corrected for line in self.lines).usage

    @property
    def is_over(self) -> bool:
        """Whether usage of the customer, or of one of its products, is above 100 %."""
        return any(line.excess is not None for line in self.lines)

    @cached_property
    def methods(self) -> tuple[str, ...]:
        """How active licences are counted."""
        return tuple(sorted({line.method for line in self.lines if line.method is not None}))


@dataclass(frozen=True)
class Adoption:
    """
    Deployment and usage at the end of a data month.

    Attributes:
        partner_id: the partner; None for the whole program.
        partner_name: its name; None for the whole program.
        month: the data month.
        edition: the number of the edition whose facts were read.
        filter: what the question was limited to.
        include_trials: whether licences that nobody bought are counted too.
        customer_id: the one customer that was asked for; None for all.
        lines: the licences by customer and product.
        pairs: the same by workload.
        left_out: what is not counted because nobody bought it.
        trend: the twelve months that end with the data month, oldest first.
        advice: the scenarios that fit, by customer.
        rule_sets: the digest of each rule set that decides, by name.
        parameters: the settings that the edition was built with.
        flags: what limits the figures: ``visible_customers_only``, or nothing.
    """

    partner_id: str | None
    partner_name: str | None
    month: Month
    edition: int
    filter: Filter
    include_trials: bool
    customer_id: str | None
    lines: tuple[Line, ...]
    pairs: tuple[Pair, ...]
    left_out: tuple[LeftOut, ...]
    trend: tuple[TrendPoint, ...]
    advice: Mapping[str, tuple[str, ...]]
    rule_sets: Mapping[str, str]
    parameters: Mapping[str, str]
    flags: tuple[str, ...]

    @cached_property
    def all(self) -> Counts:
        """The licences of all partners and direct purchases at the customers that the partner sees."""
        return total(line.all for line in self.lines)

    @cached_property
    def own(self) -> Counts | None:
        """The partner's own licences; None for the whole program."""
        return None if self.partner_id is None else own_total(self.lines) or Counts()

    @cached_property
    def customers(self) -> tuple[CustomerAdoption, ...]:
        """The customers, by id."""
        by_customer: dict[str, list[Line]] = {}
        for line in self.lines:
            by_customer.setdefault(line.customer_id, []).append(line)
        return tuple(
            CustomerAdoption(
                customer_id, lines[0].customer_name, lines[0].country, tuple(lines), self.advice.get(customer_id, ())
            )
            for customer_id, lines in sorted(by_customer.items())
        )

    @cached_property
    def products(self) -> tuple[GroupAdoption, ...]:
        """The products over all customers, by name."""
        return _grouped(self.lines, lambda line: (line.product_id, line.product_name))

    @cached_property
    def workloads(self) -> tuple[GroupAdoption, ...]:
        """
        The workloads over all customers, by name.

        A product's licences count for each of its workloads, so these do not add up to all licences.
        """
        by_workload: dict[str, list[Line]] = {}
        for pair in self.pairs:
            by_workload.setdefault(pair.workload, []).append(pair.line)
        return tuple(
            GroupAdoption(name, name, total(line.all for line in lines), own_total(lines))
            for name, lines in sorted(by_workload.items())
        )

    @cached_property
    def unassigned(self) -> int:
        """Licences that are sold and not assigned, product by product of each customer."""
        return sum(line.unassigned for line in self.lines)

    @cached_property
    def inactive(self) -> int:
        """Licences that are assigned and not active, product by product of each customer."""
        return sum(line.inactive for line in self.lines)

    @cached_property
    def methods(self) -> dict[str, int]:
        """How many lines with licences are counted by each method; those of unknown use under ``unknown``."""
        found: dict[str, int] = {}
        for line in (line for line in self.lines if line.all.sold):
            method = line.method if line.all.measured else None
            found[method or "unknown"] = found.get(method or "unknown", 0) + 1
        return dict(sorted(found.items()))

    def sorted_customers(self, sort: Sort) -> list[CustomerAdoption]:
        """Return the customers in an order; those without a share come last, equal ones by name and id."""
        last = Fraction(10**18)

        def key(customer: CustomerAdoption) -> tuple[Fraction, str, str]:
            name = (customer.customer_name.casefold(), customer.customer_id)
            if sort == "unused":
                return (Fraction(-customer.unused), *name)
            if sort == "name":
                return (Fraction(0), *name)
            share = share_of(customer.all, sort)
            return (last if share is None else share, *name)

        return sorted(self.customers, key=key)

    def buckets(self, share: Share) -> tuple[Bucket, ...]:
        """Return how many customers lie in each bucket of 20 %, above 100 %, and without a share."""
        found = [share_of(customer.all, share) for customer in self.customers]
        known = [value for value in found if value is not None]
        step = Fraction(1, 5)
        within = [
            Bucket(low, low + step, sum(low <= value < low + step or value == low + step == 1 for value in known))
            for low in BUCKETS
        ]
        above = Bucket(Fraction(1), None, sum(value > 1 for value in known))
        return (*within, above, Bucket(None, None, len(found) - len(known)))


def share_of(counts: Counts, share: Share) -> Fraction | None:
    """Return deployment or usage of counts."""
    return counts.deployment if share == "deployment" else counts.usage


def own_total(lines: Iterable[Line]) -> Counts | None:
    """Return the partner's own licences over some lines; None for the whole program."""
    own = [line.own for line in lines if line.own is not None]
    return total(own) if own else None


def _grouped(lines: Iterable[Line], key: Callable[[Line], tuple[str, str]]) -> tuple[GroupAdoption, ...]:
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return tuple(
        GroupAdoption(group, name, total(line.all for line in held), own_total(held))
        for (group, name), held in sorted(groups.items(), key=lambda item: (item[0][1].casefold(), item[0][0]))
    )
