"""Adoption as JSON documents, and as a table to be written."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
from typing_extensions import TypedDict

from partnerlens.adoption import Adoption, Counts, CustomerAdoption, CustomerHistory, GroupAdoption, Line
from partnerlens.adoption.adoption import Bucket
from partnerlens.document.answer import FiltersDocument, filters_document
from partnerlens.export.provenance import Provenance, Subject
from partnerlens.export.totals import SumOf
from partnerlens.export.writing import Export
from partnerlens.units import decimal_text, exact_text, ratio_text

DEFINITION = (
    "Licences sold, assigned and active at the end of the month, by customer and product: deployment is assigned per "
    "sold licence, usage is active per entitlement; active is what its user used in the last 28 days."
)

_RATIO = pa.decimal128(38, 6)

LINES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("customer_name", pa.string()),
        ("country", pa.string()),
        ("product_id", pa.string()),
        ("product_name", pa.string()),
        *((name, pa.int64()) for name in ("sold", "assigned", "active", "measured")),
        ("deployment", _RATIO),
        ("usage", _RATIO),
        ("method", pa.string()),
        *((f"own_{name}", pa.int64()) for name in ("sold", "assigned", "active", "measured")),
        ("own_method", pa.string()),
        ("unassigned", pa.int64()),
        ("inactive", pa.int64()),
        ("causes", pa.string()),
        ("corrected_active", pa.int64()),
        ("corrected_measured", pa.int64()),
        ("corrected_usage", _RATIO),
        ("advice", pa.string()),
    ]
)
"""The columns of an export: one row for each customer and product."""


class CountsDocument(TypedDict):
    """Licences, with deployment and usage as texts rounded to six decimals; null without a denominator."""

    sold: int
    assigned: int
    active: int | None
    measured: int
    deployment: str | None
    usage: str | None


class BucketDocument(TypedDict):
    """Customers whose share lies from ``low`` to ``high``; both null for those without a share."""

    low: str | None
    high: str | None
    customers: int


class BucketsDocument(TypedDict):
    """The distribution of customers in buckets of 20 %."""

    deployment: list[BucketDocument]
    usage: list[BucketDocument]


class GroupDocument(TypedDict):
    """The licences of a product or a workload; ``own`` null for the whole program."""

    id: str
    name: str
    all: CountsDocument
    own: CountsDocument | None


class AdoptionPointDocument(TypedDict):
    """One of the twelve months; null where no customer is seen."""

    month: str
    all: CountsDocument | None
    own: CountsDocument | None


class LeftOutDocument(TypedDict):
    """Licences of one kind that are left out because nobody bought them."""

    licence: str
    subscriptions: int
    seats: int


class LineDocument(TypedDict):
    """The licences of one customer and product."""

    product: str
    product_name: str
    all: CountsDocument
    own: CountsDocument | None
    method: str | None
    own_method: str | None
    unassigned: int
    inactive: int
    causes: list[str]
    corrected_usage: str | None


class CustomerAdoptionDocument(TypedDict):
    """The licences of one customer."""

    customer: str
    customer_name: str
    country: str
    all: CountsDocument
    own: CountsDocument | None
    unassigned: int
    inactive: int
    methods: list[str]
    causes: list[str]
    corrected_usage: str | None
    advice: list[str]


class AdoptionDocument(TypedDict):
    """Deployment and usage of the customers that a partner sees, or of the whole program (``partner`` null)."""

    partner: str | None
    partner_name: str | None
    month: str
    edition: int
    filters: FiltersDocument
    include_trials: bool
    all: CountsDocument
    own: CountsDocument | None
    unassigned: int
    inactive: int
    customers_there: int
    methods: dict[str, int]
    left_out: list[LeftOutDocument]
    buckets: BucketsDocument
    products: list[GroupDocument]
    workloads: list[GroupDocument]
    trend: list[AdoptionPointDocument]
    flags: list[str]


class StandingDocument(TypedDict):
    """An association of the partner, or of one of its locations, with a subscription of the customer."""

    partner: str
    subscription: str
    product: str
    product_name: str
    licence_type: str
    type: str
    claim: str | None
    months: list[str]


class RevenueDocument(TypedDict):
    """What was billed in a month on subscriptions that credit the partner for sale, exactly."""

    month: str
    amount: str


class CustomerDocument(AdoptionDocument):
    """One customer as a partner sees it; ``revenue`` null where the reader's role opens none."""

    customer: CustomerAdoptionDocument
    lines: list[LineDocument]
    revenue: list[RevenueDocument] | None
    associations: list[StandingDocument]


def adoption_document(adoption: Adoption) -> AdoptionDocument:
    """Return adoption as JSON, without the list of customers."""
    return {
        "partner": adoption.partner_id,
        "partner_name": adoption.partner_name,
        "month": str(adoption.month),
        "edition": adoption.edition,
        "filters": filters_document(adoption.filter),
        "include_trials": adoption.include_trials,
        "all": counts_document(adoption.all),
        "own": _own(adoption.own),
        "unassigned": adoption.unassigned,
        "inactive": adoption.inactive,
        "customers_there": len(adoption.customers),
        "methods": adoption.methods,
        "left_out": _left_out(adoption),
        "buckets": {
            "deployment": [_bucket(bucket) for bucket in adoption.buckets("deployment")],
            "usage": [_bucket(bucket) for bucket in adoption.buckets("usage")],
        },
        "products": [_group(group) for group in adoption.products],
        "workloads": [_group(group) for group in adoption.workloads],
        "trend": [
            {
                "month": str(point.month),
                "all": counts_document(point.all) if point.is_seen else None,
                "own": _own(point.own) if point.is_seen else None,
            }
            for point in adoption.trend
        ],
        "flags": list(adoption.flags),
    }


def customer_adoption_document(customer: CustomerAdoption) -> CustomerAdoptionDocument:
    """Return the licences of one customer as JSON."""
    return {
        "customer": customer.customer_id,
        "customer_name": customer.customer_name,
        "country": customer.country,
        "all": counts_document(customer.all),
        "own": _own(customer.own),
        "unassigned": customer.unassigned,
        "inactive": customer.inactive,
        "methods": list(customer.methods),
        "causes": list(customer.causes),
        "corrected_usage": _ratio(customer.corrected_usage),
        "advice": list(customer.advice),
    }


def customer_document(history: CustomerHistory) -> CustomerDocument:
    """Return one customer with its products, months, revenue and associations as JSON."""
    adoption = history.adoption
    found = next(iter(adoption.customers), None) or CustomerAdoption(
        history.customer_id, history.customer_name, history.country, (), ()
    )
    return {
        **adoption_document(adoption),
        "customer": customer_adoption_document(found),
        "lines": [_line(line) for line in found.lines],
        "revenue": None
        if history.revenue is None
        else [
            {"month": str(month), "amount": decimal_text(amount)} for month, amount in sorted(history.revenue.items())
        ],
        "associations": [
            {
                "partner": standing.partner_id,
                "subscription": standing.subscription_id,
                "product": standing.product_id,
                "product_name": standing.product_name,
                "licence_type": standing.licence_type,
                "type": standing.type,
                "claim": standing.claim,
                "months": [str(month) for month in standing.months],
            }
            for standing in history.standings
        ],
    }


def counts_document(counts: Counts) -> CountsDocument:
    """Return counts as JSON."""
    return {
        "sold": counts.sold,
        "assigned": counts.assigned,
        "active": counts.active,
        "measured": counts.measured,
        "deployment": _ratio(counts.deployment),
        "usage": _ratio(counts.usage),
    }


def adoption_export(adoption: Adoption) -> Export:
    """Return the lines of adoption as a table to be written, with the sums that its percentages are made of."""
    switch = "included" if adoption.include_trials else "left out"
    provenance = Provenance(
        title="Adoption: licences by customer and product",
        program=adoption.parameters["program"],
        month=adoption.month,
        edition=adoption.edition,
        subject=Subject("adoption", "Deployment and usage", DEFINITION, "licences"),
        window=str(adoption.month),
        made_at=datetime.now(UTC),
        partner_id=adoption.partner_id,
        partner_name=adoption.partner_name,
        filter=adoption.filter,
        rule_sets=adoption.rule_sets,
        parameters=dict(adoption.parameters) | {"trials": switch},
    )
    return Export(
        lines_table(adoption).to_reader(),
        provenance,
        tuple(SumOf(name, name) for name in ("sold", "assigned", "active", "measured")),
    )


def lines_table(adoption: Adoption) -> pa.Table:
    """Return the lines of adoption with the columns of ``LINES``, by customer and product."""
    return pa.Table.from_pylist(
        [_row(line, adoption.advice.get(line.customer_id, ())) for line in adoption.lines], LINES
    )


def _row(line: Line, advice: Iterable[str]) -> dict[str, object]:
    own = vars(line.own) if line.own is not None else {}
    is_over = line.excess is not None
    return {
        "customer_id": line.customer_id,
        "customer_name": line.customer_name,
        "country": line.country,
        "product_id": line.product_id,
        "product_name": line.product_name,
        **vars(line.all),
        "deployment": _rounded(line.all.deployment),
        "usage": _rounded(line.all.usage),
        "method": line.method,
        **{f"own_{name}": value for name, value in own.items()},
        "own_method": line.own_method,
        "unassigned": line.unassigned,
        "inactive": line.inactive,
        "causes": ";".join(line.causes) or None,
        "corrected_active": line.corrected.active if is_over else None,
        "corrected_measured": line.corrected.measured if is_over else None,
        "corrected_usage": _rounded(line.corrected_usage),
        "advice": ";".join(advice) or None,
    }


def _line(line: Line) -> LineDocument:
    return {
        "product": line.product_id,
        "product_name": line.product_name,
        "all": counts_document(line.all),
        "own": _own(line.own),
        "method": line.method,
        "own_method": line.own_method,
        "unassigned": line.unassigned,
        "inactive": line.inactive,
        "causes": list(line.causes),
        "corrected_usage": _ratio(line.corrected_usage),
    }


def _group(group: GroupAdoption) -> GroupDocument:
    return {"id": group.id, "name": group.name, "all": counts_document(group.all), "own": _own(group.own)}


def _bucket(bucket: Bucket) -> BucketDocument:
    low, high = (None if end is None else exact_text(end) for end in (bucket.low, bucket.high))
    return {"low": low, "high": high, "customers": bucket.customers}


def _left_out(adoption: Adoption) -> list[LeftOutDocument]:
    found: dict[str, tuple[int, int]] = {}
    for entry in adoption.left_out:
        subscriptions, seats = found.get(entry.licence, (0, 0))
        found[entry.licence] = (subscriptions + entry.subscriptions, seats + entry.seats)
    return [
        {"licence": licence, "subscriptions": subscriptions, "seats": seats}
        for licence, (subscriptions, seats) in sorted(found.items())
    ]


def _own(counts: Counts | None) -> CountsDocument | None:
    return None if counts is None else counts_document(counts)


def _ratio(value: Fraction | None) -> str | None:
    return None if value is None else ratio_text(value)


def _rounded(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(ratio_text(value))
