"""What an explanation is about: which facts are candidates, and how the partner is credited for them."""

from dataclasses import dataclass
from typing import Literal

from partnerlens.model.policy import MetricGroup

_BY_SUBSCRIPTION = ("association_months", "subscription_credit")
_BY_CUSTOMER = (*_BY_SUBSCRIPTION, "subscription_months", "customer_credit")

CreditKey = Literal["subscription_no", "customer_no"]

_NAMING_PEOPLE = frozenset(
    {"facts_growth_users", "facts_users_monthly", "facts_users_ttm", "found_people", "found_rule_people"}
)
"""The files whose rows have a user or a person for their item."""


@dataclass(frozen=True)
class Credited:
    """
    How facts of a subject are credited.

    Attributes:
        group: the metric group whose credit counts.
        key: ``subscription_no`` where the subscription's credit decides, ``customer_no`` where the customer's does.
    """

    group: MetricGroup
    key: CreditKey

    @property
    def relation(self) -> str:
        """The build's relation that says who is credited."""
        return self.steps[-1]

    @property
    def keys(self) -> str:
        """The relation whose rows can be credited: subscriptions or customers."""
        return "subscriptions" if self.key == "subscription_no" else "customers"

    @property
    def steps(self) -> tuple[str, ...]:
        """The build's steps that make it, in order."""
        return _BY_SUBSCRIPTION if self.key == "subscription_no" else _BY_CUSTOMER

    @property
    def tables(self) -> tuple[str, ...]:
        """The fact tables that these steps read, beside the associations."""
        return () if self.key == "subscription_no" else ("seats",)


@dataclass(frozen=True)
class Subject:
    """
    One thing that can be explained: a metric, or an option of an indicator of a scorecard.

    Each of its files of facts (``explain/sql/facts_*.sql``) gives candidate rows in one form; who is credited, what
    the filter takes and what the reader may see is then decided for all of them in the same way.

    Attributes:
        id: its name in rows.
        credited: how its facts are credited; None for people, who are credited to their own partner.
        facts: the files whose rows together are the candidates; of people the one that finds them.
        tables: the fact tables that these read.
        before: files that the files of facts read, in order.
        steps: the build's further steps that these read, in order, after those of credit.
        loss_rule: for lost customers, whom a loss is charged to.
        is_snapshot: whether only the state at the end of the data month matters; otherwise the window and the twelve
            months before it are read.
    """

    id: str
    credited: Credited | None
    facts: tuple[str, ...]
    tables: tuple[str, ...]
    before: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    loss_rule: str = ""
    is_snapshot: bool = False

    @property
    def names_people(self) -> bool:
        """Whether its rows name users or people: in ``item``, and in ``note`` what is known of them."""
        return not _NAMING_PEOPLE.isdisjoint(self.facts)
