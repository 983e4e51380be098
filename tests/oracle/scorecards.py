"""What a scorecard says, read from its plain TOML document: scopes, policies, numbers by class, rates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from oracle.credit import Policy, Rule
from oracle.selection import workloads_of
from oracle.world import World

Table = Mapping[str, Any]
Markets = Mapping[str, Collection[str]]
Policies = Mapping[str, Table]
Rates = tuple[tuple[str, Fraction], ...]

BUILT_IN_POLICIES = ("dpor", "pci-2020", "pci-2019")
DEFAULT_PARAMETERS = {
    "loss_rule": "all_associated",
    "deployment_window": "ttm12",
    "deployment_unit": "tenant",
    "baseline_population": "as_of",
    "rounding": "none",
}


@dataclass(frozen=True)
class Card:
    """
    One track of a scorecard, with the definitions that it names.

    Args:
        scorecard: the document; what it extends is already in it.
        track: the track, by its id.
        markets: the countries of each market list.
        policies: documents of credit policies beside the three built in, by id.
    """

    scorecard: Table
    track: str
    markets: Markets = field(default_factory=dict)
    policies: Policies = field(default_factory=dict)

    @property
    def indicators(self) -> Mapping[str, Table]:
        """The indicators of the track by id, in the order of the page."""
        found: Mapping[str, Table] = self.scorecard["tracks"][self.track]["indicators"]
        return found

    @property
    def tiers(self) -> list[Table]:
        """The tiers, best first: the track's own, else the scorecard's."""
        own: list[Table] = self.scorecard["tracks"][self.track].get("tiers") or self.scorecard["tiers"]
        return own

    def parameter(self, name: str) -> str:
        """Return the reading that the scorecard chooses."""
        return str(self.scorecard.get("parameters", {}).get(name, DEFAULT_PARAMETERS[name]))

    def scope(self, world: World, *tables: Table) -> frozenset[str]:
        """Return the ids of the products in scope: of the first table that names a list, else the track's."""
        named = [table["products"] for table in tables if table.get("products")]
        name = named[0] if named else self.scorecard["tracks"][self.track]["products"]
        return products_in(world, self.scorecard["product_lists"][name])

    def policy(self, *tables: Table) -> Policy:
        """Return the credit policy: of the first table that names one, else the scorecard's."""
        named = [table["policy"] for table in tables if table.get("policy")]
        name = str(named[0] if named else self.scorecard["credit_policy"])
        return name if name in BUILT_IN_POLICIES else rules_of(self.policies[name])


def products_in(world: World, product_list: Table) -> frozenset[str]:
    """Return the products whose family, name or id is listed and whose name is not left out; case is nothing."""
    listed = {key: {text.casefold() for text in texts} for key, texts in product_list.items()}
    found: set[str] = set()
    for product in world.facts["products"]:
        name = product["name"].casefold()
        is_listed = (
            product["family"].casefold() in listed.get("families", ())
            or name in listed.get("names", ())
            or product["product_id"].casefold() in listed.get("ids", ())
        )
        if is_listed and name not in listed.get("except_names", ()):
            found.add(product["product_id"])
    return frozenset(found)


def rules_of(policy: Table) -> tuple[Rule, ...]:
    """Return the rules of a credit policy's document."""
    return tuple(
        Rule(
            association=rule["association"],
            claim=rule.get("claim"),
            groups=frozenset(rule["groups"]),
            since=rule.get("since"),
            yields_to=rule.get("yields_to"),
        )
        for rule in policy["rules"]
    )


def exact(number: Any) -> Fraction:
    """Return a number of a document as a fraction; binary floating point is refused."""
    if isinstance(number, float):
        raise TypeError(f"{number!r} is a float; parse the document with parse_float=Decimal")
    return Fraction(number)


def for_class(number: Any, market_class: str | None) -> Fraction | None:
    """Return a number that may differ by market class; None when there is none."""
    if isinstance(number, Mapping):
        number = number[market_class]
    return None if number is None else exact(number)


def rates_of(table: Table) -> Rates:
    """Return the rates of a table in the order of the file, their keys without case."""
    return tuple((key.casefold(), exact(rate)) for key, rate in (table.get("rates") or {}).items())


def rate_of(product: Table, rates: Rates) -> Fraction:
    """Return a product's rate: by its name, else its family, else the first key that is one of its workloads."""
    own_workloads = {name.casefold() for name in workloads_of(dict(product))}
    for wanted in ({product["name"].casefold()}, {product["family"].casefold()}, own_workloads):
        for key, rate in rates:
            if key in wanted:
                return rate
    return Fraction(0)
