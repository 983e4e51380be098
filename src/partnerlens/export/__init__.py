"""Tables of rows as files that say what they rest on: CSV, XLSX and Parquet with one digest."""

from partnerlens.export.provenance import Provenance, Subject, provenance_document, provenance_words
from partnerlens.export.totals import SumOf, rows_digest
from partnerlens.export.writing import Export, Format, provenance_path, write_export

__all__ = [
    "Export",
    "Format",
    "Provenance",
    "Subject",
    "SumOf",
    "provenance_document",
    "provenance_path",
    "provenance_words",
    "rows_digest",
    "write_export",
]
