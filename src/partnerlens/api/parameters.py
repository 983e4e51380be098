"""The parameters of requests: one definition of each, which checks it and describes it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Path, Query
from pydantic import AfterValidator
from starlette.requests import Request

from partnerlens.access.desk import Desk
from partnerlens.errors import SignInError
from partnerlens.model.metric import MetricId

# What a route depends on is found without waiting, so it is no work for another thread: hence ``async``.

LONGEST = 200
"""Longest id or name. Unit: characters."""

MOST_VALUES = 100
"""Most values of one filter."""

MOST_ROWS = 1000
"""Most entries of one page of a list."""


async def signed_in(request: Request) -> Desk:
    """Return the desk of who asks; raises SignInError when nobody is signed in."""
    desk = request.state.desk
    if not isinstance(desk, Desk):
        raise SignInError("nobody is signed in", "send 'Authorization: Bearer TOKEN', or sign in")
    return desk


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it has characters that cannot be printed")
    return text


Text = Annotated[str, AfterValidator(_printable)]

Asker = Annotated[Desk, Depends(signed_in)]
PartnerPath = Annotated[Text, Path(description="A partner id.", min_length=1, max_length=LONGEST)]
MetricPath = Annotated[MetricId, Path(description="A metric's id.")]
IndicatorPath = Annotated[Text, Path(description="An indicator's id.", min_length=1, max_length=LONGEST)]
MonthPath = Annotated[str, Path(description="A data month (YYYY-MM).", pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
MonthQuery = Annotated[
    str | None,
    Query(
        description="The data month (YYYY-MM); the latest published one by default.", pattern=r"^\d{4}-(0[1-9]|1[0-2])$"
    ),
]
ScorecardQuery = Annotated[
    Text | None,
    Query(
        description="A scorecard's id, or ID@VERSION; the program's first by default.", min_length=1, max_length=LONGEST
    ),
]
TrackQuery = Annotated[
    Text | None, Query(description="Only this track of the scorecard.", min_length=1, max_length=LONGEST)
]
SearchQuery = Annotated[
    Text | None, Query(description="Only those whose id or name holds this text.", max_length=LONGEST)
]
LimitQuery = Annotated[int, Query(description="Most entries of the page.", ge=1, le=MOST_ROWS)]
OffsetQuery = Annotated[int, Query(description="How many entries to skip.", ge=0, le=10**9)]
CountedQuery = Annotated[bool, Query(description="The rows that count, or those that were near but do not.")]
RollOffQuery = Annotated[bool, Query(description="Also count the rows that leave in each of the next twelve months.")]
LeavesInQuery = Annotated[
    str | None,
    Query(description="Only what changes in this month (YYYY-MM).", pattern=r"^\d{4}-(0[1-9]|1[0-2])$"),
]
BandQuery = Annotated[int | None, Query(description="The band, 1 to 4; the partner's own by default.", ge=1, le=4)]
EditionQuery = Annotated[int, Query(description="The number of an edition.", ge=1, le=2**31 - 1)]
LoadQuery = Annotated[int | None, Query(description="Only this load.", ge=1, le=2**31 - 1)]

_Value = Annotated[Text, Query(min_length=1, max_length=LONGEST)]


class RowFormat(StrEnum):
    """The formats in which rows can be taken away."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    NDJSON = "ndjson"


FormatQuery = Annotated[RowFormat, Query(alias="format", description="The format of the file.")]


@dataclass(frozen=True)
class Filters:
    """
    What a question is limited to.

    Attributes:
        products: ids or names; empty for all.
        workloads: names; empty for all.
        countries: customer locations; empty for all.
    """

    products: tuple[str, ...]
    workloads: tuple[str, ...]
    countries: tuple[str, ...]

    @property
    def words(self) -> dict[str, Any]:
        """The same as arguments of the desk's verbs."""
        return {"products": self.products, "workloads": self.workloads, "countries": self.countries}


async def filters(
    product: Annotated[
        list[_Value], Query(description="Only these products (ids or names).", max_length=MOST_VALUES)
    ] = [],  # noqa: B006
    workload: Annotated[list[_Value], Query(description="Only these workloads.", max_length=MOST_VALUES)] = [],  # noqa: B006
    country: Annotated[
        list[_Value],
        Query(description="Only customers in these countries (two letters).", max_length=MOST_VALUES),
    ] = [],  # noqa: B006
) -> Filters:
    """Return the filter of a request."""
    return Filters(tuple(product), tuple(workload), tuple(country))


FilterQuery = Annotated[Filters, Depends(filters)]


@dataclass(frozen=True)
class Asked:
    """
    A month and a filter.

    Attributes:
        month: the data month; None for the latest published one.
        filters: what the question is limited to.
    """

    month: str | None
    filters: Filters

    @property
    def words(self) -> dict[str, Any]:
        """The same as arguments of the desk's verbs."""
        return {"month": self.month, **self.filters.words}


async def asked(chosen: FilterQuery, month: MonthQuery = None) -> Asked:
    """Return the month and the filter of a request."""
    return Asked(month, chosen)


Question = Annotated[Asked, Depends(asked)]


@dataclass(frozen=True)
class IndicatorAsked:
    """
    Which indicator of which score.

    Attributes:
        scorecard: the scorecard; None for the program's first.
        month: the data month; None for the latest published one.
        track: the track; None for the one that counts.
        option: the option of the indicator; None for the one that counts.
    """

    scorecard: str | None
    month: str | None
    track: str | None
    option: str | None

    @property
    def words(self) -> dict[str, Any]:
        """The same as arguments of the desk's verbs."""
        return {"scorecard": self.scorecard, "month": self.month, "track": self.track, "option": self.option}


async def indicator_asked(
    scorecard: ScorecardQuery = None,
    month: MonthQuery = None,
    track: TrackQuery = None,
    option: Annotated[
        Text | None,
        Query(
            description="The option of the indicator; the one that counts by default.", min_length=1, max_length=LONGEST
        ),
    ] = None,
) -> IndicatorAsked:
    """Return which indicator of which score a request is about."""
    return IndicatorAsked(scorecard, month, track, option)


IndicatorQuestion = Annotated[IndicatorAsked, Depends(indicator_asked)]
