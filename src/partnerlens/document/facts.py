"""Loads, quarantine and editions as JSON documents."""

from dataclasses import asdict
from datetime import datetime
from typing import cast

from typing_extensions import TypedDict

from partnerlens.ingest.recognition import Recognition
from partnerlens.ingest.report import LoadReport
from partnerlens.store import Balance, Edition, Load, Mismatch, Rejection

MOST_NAMED = 5
"""So many unknown columns of a file are named in a sentence."""


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
    certainty: str
    known_columns: int
    columns: int
    unknown_columns: list[str]


class FigureDocument(TypedDict):
    """A column of figures that were computed again from their parts."""

    column: str
    formulas: list[str]
    checked: int
    mismatches: int


class MismatchDocument(TypedDict):
    """A figure of a file that does not follow from its parts."""

    load: int
    file: str
    line: int | None
    column: str
    value: str
    computed: str
    formula: str


class ReportDocument(TypedDict):
    """
    What became of a file.

    ``already_loaded`` is the earlier load of the same content, null for a new one; ``recognised`` the mapping that the
    header told, null where it was named or not needed; ``remarks`` what else a reader of the results should know.
    """

    load: int
    file: str
    already_loaded: int | None
    recognised: RecognitionDocument | None
    figures: list[FigureDocument]
    remarks: list[str]
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
        "figures": [
            {
                "column": figure.column,
                "formulas": list(figure.formulas),
                "checked": figure.checked,
                "mismatches": figure.rows,
            }
            for figure in report.figures
        ],
        "remarks": list(report.remarks),
        "released": dict(report.released),
        "tables": [balance_document(balance) for balance in report.balances],
        "touched": [
            {"table": touch.table, "first": str(touch.first), "last": None if touch.last is None else str(touch.last)}
            for touch in report.touched
        ],
    }


def report_sentences(report: LoadReport) -> list[str]:
    """Return what is to be said of a file beside the balance of its rows."""
    said = []
    if report.recognition is not None:
        said.append(_recognition_sentence(report.recognition))
    said += [
        f"{figure.column} does not follow from {' or '.join(figure.formulas)} in {figure.rows:,} of "
        f"{figure.checked:,} rows and is kept as it is; list them with 'partnerlens mismatches'"
        for figure in report.figures
        if figure.rows
    ]
    said += report.remarks
    if report.already_loaded is not None:
        said.append(f"the same content was load {report.already_loaded}; nothing changed")
    return said


def mismatch_document(mismatch: Mismatch) -> MismatchDocument:
    """Return a figure that does not follow from its parts as JSON."""
    return cast(MismatchDocument, asdict(mismatch))


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
        "certainty": found.certainty,
        "known_columns": found.known,
        "columns": found.columns,
        "unknown_columns": list(found.unknown),
    }


def _recognition_sentence(found: Recognition) -> str:
    if found.certainty == "certain":
        return f"read as {found.title}; this is certain: all of its {found.columns} columns are known"
    listed = ", ".join(found.unknown[:MOST_NAMED]) + (", ..." if len(found.unknown) > MOST_NAMED else "")
    return (
        f"read as {found.title}; this is {found.certainty}: {found.known} of its {found.columns} columns are known, "
        f"and {listed} not"
    )
