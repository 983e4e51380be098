"""
Deployment and usage of licences at the end of a data month (decisions.md 6).

What a partner sees follows from credit (decisions.md 1): the customers on which it has customer credit for usage. Their
totals count the licences of all partners and direct purchases; its own are those of the subscriptions that credit it.
"""

from partnerlens.adoption.adoption import Adoption, CustomerAdoption, GroupAdoption, TrendPoint
from partnerlens.adoption.counts import Counts
from partnerlens.adoption.customer import CustomerHistory
from partnerlens.adoption.finding import find_adoption, find_customer
from partnerlens.adoption.ground import AdoptionQuestion
from partnerlens.adoption.line import Excess, LeftOut, Line, Pair

__all__ = [
    "Adoption",
    "AdoptionQuestion",
    "Counts",
    "CustomerAdoption",
    "CustomerHistory",
    "Excess",
    "GroupAdoption",
    "LeftOut",
    "Line",
    "Pair",
    "TrendPoint",
    "find_adoption",
    "find_customer",
]
