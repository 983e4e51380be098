"""Loads, quarantine and editions as JSON documents."""

from dataclasses import asdict
from datetime import datetime
from typing import cast

from typing_extensions import TypedDict

from partnerlens.ingest.recognition import Recognition
from partnerlens.ingest.report import LoadReport
from partnerlens.store import Balance, Edition, Load, Rejection


class BalanceDocument(TypedDict):
    """What became of the rows of a table: ``rows_in`` is the sum of the others."""

    table: str
    rows_in: int
    loaded: int
    duplicate: int
    replaced: int
    quarantined: int


class LoadDocument(TypedDict):
    """One load of the ledger."""

    load: int
    file: str
    content_digest: str
    started_at: str
    finished_at: str
    tables: list[BalanceDocument]


class TouchDocument(TypedDict):
    """The months whose facts a load has changed; ``last`` null for all later ones."""

    table: str
    first: str
    last: str | None


class RecognitionDocument(TypedDict):
    """The mapping by which a file was read because of its header."""

    mapping: str
    title: str
    known_columns: int
    columns: int


class ReportDocument(TypedDict):
    """
    What became of a file.

    ``already_loaded`` is the earlier load of the same content, null for a new one; ``recognised`` the mapping that the
    header told, null where it was named or not needed.
    """

    load: int
    file: str
    already_loaded: int | None
    recognised: RecognitionDocument | None
    released: dict[str, int]
    tables: list[BalanceDocument]
    touched: list[TouchDocument]


class RejectionDocument(TypedDict):
    """One fault of a row in quarantine."""

    load: int
    table: str
    ordinal: int
    file: str
    line: int | None
    column: str | None
    value: str | None
    rule: str
    problem: str
    remedy: str
    row: str
    is_waiting: bool
    released_by: int | None


class EditionDocument(TypedDict):
    """An edition without its manifest."""

    edition: int
    month: str
    digest: str
    built_at: str


class ListedEditionDocument(EditionDocument):
    """An edition with since when readers see it; ``published_at`` null when they do not."""

    published_at: str | None


def load_document(load: Load) -> LoadDocument:
    """Return a load as JSON."""
    return {
        "load": load.id,
        "file": load.file,
        "content_digest": load.content_digest,
        "started_at": load.started_at.isoformat(),
        "finished_at": load.finished_at.isoformat(),
        "tables": [balance_document(balance) for balance in load.balances],
    }


def balance_document(balance: Balance) -> BalanceDocument:
    """Return what became of a table's rows as JSON."""
    return cast(BalanceDocument, asdict(balance))


def report_document(report: LoadReport) -> ReportDocument:
    """Return what became of a file as JSON."""
    return {
        "load": report.load,
        "file": report.file,
        "already_loaded": report.already_loaded,
        "recognised": None if report.recognition is None else _recognition(report.recognition),
        "released": dict(report.released),
        "tables": [balance_document(balance) for balance in report.balances],
        "touched": [
            {"table": touch.table, "first": str(touch.first), "last": None if touch.last is None else str(touch.last)}
            for touch in report.touched
        ],
    }


def rejection_document(rejection: Rejection) -> RejectionDocument:
    """Return a fault of a row in quarantine as JSON."""
    return cast(RejectionDocument, asdict(rejection))


def edition_document(edition: Edition) -> EditionDocument:
    """Return an edition without its manifest as JSON."""
    return {
        "edition": edition.number,
        "month": str(edition.month),
        "digest": edition.digest,
        "built_at": edition.built_at.isoformat(),
    }


def listed_edition_document(edition: Edition, published_at: datetime | None) -> ListedEditionDocument:
    """Return an edition as JSON, with since when readers see it."""
    return {**edition_document(edition), "published_at": None if published_at is None else published_at.isoformat()}


def _recognition(found: Recognition) -> RecognitionDocument:
    return {
        "mapping": found.mapping.name,
        "title": found.title,
        "known_columns": found.known,
        "columns": found.columns,
    }
