"""The numbers and words that findings are told by, as data (``parameters.toml``)."""

from functools import cache
from importlib.resources import files

from pydantic import Field

from partnerlens.definition import Definition, read_definition


class UnbilledSegments(Definition):
    """D-02c: what a customer's segment holds, in small letters, that is not billed like others."""

    holds: tuple[str, ...]


class Expiring(Definition):
    """D-07: days after the end of the data month in which a pass ends soon, and the same in months for points."""

    days: int = Field(ge=1)
    months: int = Field(ge=1, le=12)


class MaskedNames(Definition):
    """D-13: patterns of names that stand for a hidden one, in small letters; ``%`` is any text."""

    like: tuple[str, ...]


class Late(Definition):
    """D-14: the day of a month from which the month before is expected to be published."""

    publish_day: int = Field(ge=1, le=28)


class Near(Definition):
    """D-19: how many users below the size of a deployment, and points below a tier, are near."""

    users: int = Field(ge=1)
    points: int = Field(ge=1)


class SingleCustomer(Definition):
    """D-20: the share of users, or of a decline, that one customer makes up. Unit: hundredths."""

    percent: int = Field(ge=1, le=100)


class Successor(Definition):
    """D-25: days around the end of a claimed subscription in which its successor starts."""

    days_before: int = Field(ge=0)
    days_after: int = Field(ge=0)


class NoReseller(Definition):
    """D-27: ids that stand in place of a reseller that is not there."""

    ids: tuple[str, ...]


class Parameters(Definition):
    """All of them; ``billing_terms`` says how many months a term is billed for (D-02b)."""

    billing_terms: dict[str, int]
    unbilled_segments: UnbilledSegments
    expiring: Expiring
    masked_names: MaskedNames
    late: Late
    near: Near
    single_customer: SingleCustomer
    successor: Successor
    no_reseller: NoReseller


@cache
def parameters() -> Parameters:
    """Return the numbers and words that findings are told by."""
    text = files("partnerlens.findings").joinpath("parameters.toml").read_text(encoding="utf-8")
    return read_definition(text, Parameters, origin="parameters.toml")
