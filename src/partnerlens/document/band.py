"""Bands of a benchmark as JSON documents."""

from typing import cast

from typing_extensions import TypedDict

from partnerlens.answer.band import OpenBand
from partnerlens.document.answer import BenchmarkDocument, FiltersDocument, benchmark_document, filters_document


class BandSizeDocument(TypedDict):
    """How many partners a band has."""

    band: int
    partners: int


class MemberDocument(TypedDict):
    """One partner of a band."""

    rank: int
    partner_id: str
    partner_name: str
    value: str
    numerator: str
    denominator: str | None
    below: int


class BandDocument(TypedDict):
    """A band of a benchmark; ``members`` and ``sizes`` are empty for all but operators."""

    partner: str
    partner_name: str
    metric: str
    title: str
    month: str
    edition: int
    filters: FiltersDocument
    value: str | None
    unit: str
    benchmark: BenchmarkDocument
    band: int | None
    not_compared: str | None
    reasons: dict[str, str]
    rule: str
    fewest: int
    sizes: list[BandSizeDocument]
    members: list[MemberDocument]


def band_document(opened: OpenBand) -> BandDocument:
    """Return an open band as JSON."""
    return {
        "partner": opened.partner_id,
        "partner_name": opened.partner_name,
        "metric": opened.metric.id.value,
        "title": opened.metric.title,
        "month": str(opened.month),
        "edition": opened.edition,
        "filters": filters_document(opened.filter),
        "value": opened.value,
        "unit": opened.unit,
        "benchmark": benchmark_document(opened.benchmark),
        "band": opened.band,
        "not_compared": opened.not_compared,
        "reasons": opened.reasons,
        "rule": opened.rule,
        "fewest": opened.fewest,
        "sizes": [{"band": number, "partners": size} for number, size in opened.sizes],
        "members": [cast(MemberDocument, {**vars(member)}) for member in opened.members],
    }
