"""
Licence insights as Partner Center replies them, so that its clients work here when they are given another host.

The resources and their rows are those of domain.md 5.2; what they are about is the partner of the token.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from partnerlens.access.desk import Desk
from partnerlens.adoption import Adoption
from partnerlens.adoption.wire import (
    DEPLOYMENT_FIELDS,
    USAGE_FIELDS,
    LicenceRow,
    deployment_rows,
    fields_of,
    grouped,
    parsed,
    usage_rows,
)
from partnerlens.api.parameters import LONGEST, Asker, Text
from partnerlens.api.reply import document_reply
from partnerlens.errors import NotFoundError
from partnerlens.months import Month
from partnerlens.units import ratio_text

OLD, CURRENT = "/v1", "/partner/v1"
WIRE = (f"{OLD}/", f"{CURRENT}/")
"""What the addresses of these resources begin with."""

MOST_ROWS = 10_000
"""Most rows of a reply, and as many as there are unless fewer are asked for."""

LONGEST_STATEMENT = 2_000

router = APIRouter()


@dataclass(frozen=True)
class Wanted:
    """
    What a request asks of the rows.

    Attributes:
        top: at most so many.
        skip: how many to skip.
        filter: a statement that rows have to meet; empty for all.
        groupby: the fields that rows are summed by; empty for none.
        processed: the day of the data; None for the latest.
        partner: the partner; None for that of the token.
    """

    top: int
    skip: int
    filter: str
    groupby: str
    processed: date | None
    partner: str | None


def wanted(
    top: Annotated[int, Query(description="At most so many rows.", ge=1, le=MOST_ROWS)] = MOST_ROWS,
    skip: Annotated[int, Query(description="How many rows to skip.", ge=0, le=10**9)] = 0,
    filter_by: Annotated[
        Text,
        Query(
            alias="filter",
            description="Statements FIELD eq 'VALUE' or FIELD ne 'VALUE', combined with and, or and brackets.",
            max_length=LONGEST_STATEMENT,
        ),
    ] = "",
    groupby: Annotated[
        Text, Query(description="Fields, separated by commas; rows are summed by them.", max_length=LONGEST_STATEMENT)
    ] = "",
    processed: Annotated[
        datetime | date | None,
        Query(alias="processedDateTime", description="The latest data up to this day; the latest of all by default."),
    ] = None,
    partner: Annotated[
        Text | None,
        Query(
            description="The partner; by default the one that the token's user holds a role for, or the program.",
            min_length=1,
            max_length=LONGEST,
        ),
    ] = None,
) -> Wanted:
    """Return what a request asks of the rows."""
    day = processed.date() if isinstance(processed, datetime) else processed
    return Wanted(top, skip, filter_by.strip(), groupby.strip(), day, partner)


Question = Annotated[Wanted, Depends(wanted)]
CustomerPath = Annotated[Text, Path(description="A customer id.", min_length=1, max_length=LONGEST)]

CurrentPage = TypedDict("CurrentPage", {"Value": list[dict[str, Any]], "@nextLink": str | None, "TotalCount": int})
"""The rows of a current resource, with the address of the next ones; null on the last page."""


class Attributes(TypedDict):
    """What kind of object it is."""

    objectType: str


class OldPage(TypedDict):
    """The rows of an older resource."""

    totalCount: int
    items: list[dict[str, Any]]
    attributes: Attributes


@dataclass(frozen=True)
class Resource:
    """
    One of the older resources.

    Attributes:
        object_type: what its rows are called.
        fields: what its rows are grouped by unless the request says otherwise.
        names: what fields are called in it, where that differs.
        finish: the numbers of a row.
    """

    object_type: str
    fields: tuple[str, ...]
    names: dict[str, str]
    finish: Callable[[LicenceRow], dict[str, Any]]


def _deployed(row: LicenceRow) -> dict[str, Any]:
    return {"licensesDeployed": row.counts.assigned, "licensesSold": row.counts.sold}


def _used(row: LicenceRow) -> dict[str, Any]:
    # The published table calls it licensesActive, the published sample licenseActive; clients read either.
    active = row.counts.active or 0
    return {"licensesActive": active, "licenseActive": active, "licensesQualified": row.counts.measured}


_CUSTOMER_FIELDS = ("customerTenantId", "customerName", "productName", "serviceCode", "serviceName", "channel")
_PLAIN = {"customerTenantId": "customerId", "serviceCode": "serviceName"}
"""What fields are called in the older resources of a portfolio, which name a service by its code."""

PARTNER_DEPLOYMENT = Resource(
    "PartnerLicensesDeploymentInsights",
    ("serviceCode", "channel"),
    _PLAIN,
    lambda row: {"proratedDeploymentPercent": _share(row.counts.deployment), "licensesSold": row.counts.sold},
)
PARTNER_USAGE = Resource(
    "PartnerLicensesUsageInsights",
    ("workloadName", "serviceCode", "channel"),
    _PLAIN,
    lambda row: {"proratedLicensesUsagePercent": _share(row.counts.usage)},
)
CUSTOMER_DEPLOYMENT = Resource(
    "CustomerLicensesDeploymentInsights",
    _CUSTOMER_FIELDS,
    {"customerTenantId": "customerId"},
    lambda row: {**_deployed(row), "deploymentPercent": _share(row.counts.deployment)},
)
CUSTOMER_USAGE = Resource(
    "CustomerLicensesUsageInsights",
    ("workloadCode", "workloadName", *_CUSTOMER_FIELDS),
    {"customerTenantId": "customerId"},
    lambda row: {
        "licensesActive": row.counts.active or 0,
        "licensesQualified": row.counts.measured,
        "usagePercent": _share(row.counts.usage),
    },
)


@router.get(
    CURRENT + "/analytics/commercial/deployment/license",
    response_model=CurrentPage,
    summary="Licence insights: deployment",
)
def deployment(request: Request, desk: Asker, question: Question) -> Response:
    """Return licences sold and assigned by customer and product, of all partners at the customers that are seen."""
    return _current(request, desk, question, deployment_rows, DEPLOYMENT_FIELDS, _deployed)


@router.get(
    CURRENT + "/analytics/commercial/usage/license", response_model=CurrentPage, summary="Licence insights: usage"
)
def usage(request: Request, desk: Asker, question: Question) -> Response:
    """Return entitlements and active ones by customer, product and workload, of all partners."""
    return _current(request, desk, question, usage_rows, USAGE_FIELDS, _used)


@router.get(
    OLD + "/analytics/licenses/deployment", response_model=OldPage, summary="Licence insights: portfolio deployment"
)
def portfolio_deployment(request: Request, desk: Asker, question: Question) -> Response:
    """Return the deployment of all customers together, by service."""
    return _old(request, desk, question, deployment_rows, PARTNER_DEPLOYMENT, None)


@router.get(OLD + "/analytics/licenses/usage", response_model=OldPage, summary="Licence insights: portfolio usage")
def portfolio_usage(request: Request, desk: Asker, question: Question) -> Response:
    """Return the usage of all customers together, by workload."""
    return _old(request, desk, question, usage_rows, PARTNER_USAGE, None)


@router.get(
    OLD + "/customers/{customer_id:path}/analytics/licenses/deployment",
    response_model=OldPage,
    summary="Licence insights: deployment of a customer",
)
def customer_deployment(request: Request, desk: Asker, customer_id: CustomerPath, question: Question) -> Response:
    """Return the deployment of one customer by product."""
    return _old(request, desk, question, deployment_rows, CUSTOMER_DEPLOYMENT, customer_id)


@router.get(
    OLD + "/customers/{customer_id:path}/analytics/licenses/usage",
    response_model=OldPage,
    summary="Licence insights: usage of a customer",
)
def customer_usage(request: Request, desk: Asker, customer_id: CustomerPath, question: Question) -> Response:
    """Return the usage of one customer by product and workload."""
    return _old(request, desk, question, usage_rows, CUSTOMER_USAGE, customer_id)


def _current(
    request: Request,
    desk: Desk,
    question: Wanted,
    rows_of: Callable[[Adoption], list[LicenceRow]],
    fields: Sequence[str],
    finish: Callable[[LicenceRow], dict[str, Any]],
) -> Response:
    adoption = _adoption(desk, question)
    rows = [] if adoption is None else _chosen(rows_of(adoption), question, fields)
    processed = "" if adoption is None else _processed(adoption.month)
    following = request.url.include_query_params(skip=question.skip + question.top)
    document: CurrentPage = {
        "Value": [{"processedDateTime": processed, **row.fields, **finish(row)} for row in _page(rows, question)],
        "@nextLink": str(following) if question.skip + question.top < len(rows) else None,
        "TotalCount": len(rows),
    }
    return document_reply(request, document)


def _old(
    request: Request,
    desk: Desk,
    question: Wanted,
    rows_of: Callable[[Adoption], list[LicenceRow]],
    resource: Resource,
    customer_id: str | None,
) -> Response:
    adoption = _adoption(desk, question)
    rows = [] if adoption is None else rows_of(adoption)
    if customer_id is not None:
        rows = [row for row in rows if row.fields["customerTenantId"] == customer_id]
        if adoption is None or all(line.customer_id != customer_id for line in adoption.lines):
            raise NotFoundError(f"there is no customer '{customer_id}'")
    fields = USAGE_FIELDS if rows_of is usage_rows else DEPLOYMENT_FIELDS
    found = _chosen(rows, question, fields, resource.fields)
    processed = "" if adoption is None else f"{_processed(adoption.month)}+00:00"
    document: OldPage = {
        "totalCount": len(found),
        "items": [
            {
                **_named(row.fields, resource.names),
                **resource.finish(row),
                "processedDateTime": processed,
                "attributes": {"objectType": resource.object_type},
            }
            for row in _page(found, question)
        ],
        "attributes": {"objectType": "Collection"},
    }
    return document_reply(request, document)


def _named(fields: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    """The fields of a row as an older resource calls them; a service is named by its code there."""
    coded = fields | {"serviceName": fields["serviceCode"]} if "serviceCode" in fields else fields
    return {names.get(name, name): value for name, value in coded.items() if name in fields}


def _adoption(desk: Desk, question: Wanted) -> Adoption | None:
    """The adoption of the latest month up to the day that is asked for; None where none is published by then."""
    months = [entry.month for entry in desk.months()]
    if question.processed is not None:
        last = str(Month.of(question.processed))
        months = [month for month in months if month <= last]
    if not months:
        if question.processed is None:
            desk.basis()
        return None
    partner = desk.licence_partner(question.partner, months[0])
    return desk.adoption(partner, month=months[0])


def _chosen(
    rows: list[LicenceRow], question: Wanted, fields: Sequence[str], usual: Sequence[str] = ()
) -> list[LicenceRow]:
    """The rows that meet the filter, summed by the fields that are asked for, or by the usual ones."""
    holds = parsed(question.filter, fields) if question.filter else None
    kept = [row for row in rows if holds is None or holds(row.fields)]
    by = fields_of(question.groupby, fields) if question.groupby else usual
    return grouped(kept, by) if by else kept


def _page(rows: list[LicenceRow], question: Wanted) -> list[LicenceRow]:
    return rows[question.skip : question.skip + question.top]


def _processed(month: Month) -> str:
    """When data of a month is said to be from: the start of its last day."""
    return datetime.combine(month.last_day, time(), UTC).replace(tzinfo=None).isoformat()


def _share(share: Fraction | None) -> float | None:
    """A share as these resources write it: 1.0 is all of them; a JSON number, rounded to six decimals."""
    return None if share is None else float(ratio_text(share))
