"""What an exported table rests on: enough to find the number again, and to check that no row is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from partnerlens.model.result import Filter
from partnerlens.months import Month

HOW_TO_CHECK = "SHA-256 of the rows as their CSV export holds them, header line included"


@dataclass(frozen=True)
class Subject:
    """
    The metric or indicator that the rows are of.

    Attributes:
        id: its name everywhere.
        title: its name for readers.
        definition: what it is, in a sentence.
        unit: what it counts; the currency's code for revenue; empty where rows have units of their own.
    """

    id: str
    title: str
    definition: str
    unit: str = ""


@dataclass(frozen=True)
class Provenance:
    """
    What an exported table rests on.

    Attributes:
        title: what the table is, in words.
        program: the program's name.
        month: the data month.
        edition: the number of the edition that the rows belong to.
        subject: the metric or indicator.
        window: the months that count, in words, such as ``2025-07 to 2026-06``.
        made_at: when the export was made; with a time zone.
        partner_id: the partner; None for a table of the whole program.
        partner_name: its name; None for a table of the whole program.
        filter: what the question was limited to.
        scorecard: the scorecard's id; None for metrics of the contribution pages.
        scorecard_version: which of its versions; None without a scorecard.
        rule_sets: the digest of each rule set applied, by name.
        parameters: the settings that change results, as text, by name.
        row_count: how many rows; None until they are written.
        sums: the exact sums of the rows, as text, by name; empty until they are written.
        digest: SHA-256 of the rows, the same in every format (``partnerlens.export.totals``); None until they are
            written.
    """

    title: str
    program: str
    month: Month
    edition: int
    subject: Subject
    window: str
    made_at: datetime
    partner_id: str | None = None
    partner_name: str | None = None
    filter: Filter = Filter()  # noqa: RUF009 - frozen
    scorecard: str | None = None
    scorecard_version: str | None = None
    rule_sets: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    row_count: int | None = None
    sums: Mapping[str, str] = field(default_factory=dict)
    digest: str | None = None

    def __post_init__(self) -> None:
        """Refuse a time of nowhere."""
        if self.made_at.tzinfo is None:
            raise ValueError(f"made_at '{self.made_at}' has no time zone")

    @property
    def sum(self) -> str | None:
        """The first of the sums, which is the one that the number rests on; None without any."""
        return next(iter(self.sums.values()), None)


def provenance_document(provenance: Provenance) -> dict[str, object]:
    """Return a provenance as JSON holds it: the sidecar of a CSV file, and the metadata of a Parquet file."""
    subject, chosen = provenance.subject, provenance.filter
    is_partners = provenance.partner_id is not None
    return {
        "title": provenance.title,
        "program": provenance.program,
        "partner": {"id": provenance.partner_id, "name": provenance.partner_name} if is_partners else None,
        "month": str(provenance.month),
        "edition": provenance.edition,
        "filters": {
            "products": sorted(chosen.products),
            "workloads": sorted(chosen.workloads),
            "countries": sorted(chosen.countries),
        },
        "subject": {
            "id": subject.id,
            "title": subject.title,
            "definition": subject.definition,
            "unit": subject.unit or None,
        },
        "window": provenance.window,
        "scorecard": provenance.scorecard,
        "scorecard_version": provenance.scorecard_version,
        "rule_sets": dict(provenance.rule_sets),
        "parameters": dict(provenance.parameters),
        "made_at": provenance.made_at.astimezone(UTC).isoformat(),
        "row_count": provenance.row_count,
        "sum": provenance.sum,
        "sums": dict(provenance.sums),
        "digest": provenance.digest,
    }


def provenance_words(provenance: Provenance) -> list[tuple[str, str]]:
    """Return a provenance for people, as lines of a label and what stands beside it."""
    subject, chosen = provenance.subject, provenance.filter
    lines = [
        ("Table", provenance.title),
        ("Program", provenance.program),
        ("Partner", _partner_words(provenance)),
        ("Data month", str(provenance.month)),
        ("Window", provenance.window),
        ("Edition", str(provenance.edition)),
        ("Measure", f"{subject.title} ({subject.id})"),
        ("Definition", subject.definition),
        ("Unit", subject.unit),
        ("Products", _selection_words(chosen.products)),
        ("Workloads", _selection_words(chosen.workloads)),
        ("Customer locations", _selection_words(chosen.countries)),
        ("Scorecard", provenance.scorecard or ""),
        ("Scorecard version", provenance.scorecard_version or ""),
        *((f"Rule set {name}", digest) for name, digest in sorted(provenance.rule_sets.items())),
        *((f"Parameter {name}", value) for name, value in sorted(provenance.parameters.items())),
        ("Made at", f"{provenance.made_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"),
        ("Rows", "" if provenance.row_count is None else str(provenance.row_count)),
        *((f"Sum of {name}", value) for name, value in provenance.sums.items()),
        ("Digest", provenance.digest or ""),
        ("What the digest is", HOW_TO_CHECK if provenance.digest else ""),
    ]
    return [(label, words) for label, words in lines if words]


def _partner_words(provenance: Provenance) -> str:
    if provenance.partner_id is None:
        return "all partners of the program"
    return f"{provenance.partner_name} ({provenance.partner_id})" if provenance.partner_name else provenance.partner_id


def _selection_words(chosen: frozenset[str]) -> str:
    return ", ".join(sorted(chosen)) or "all"
