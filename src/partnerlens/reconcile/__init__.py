"""A partner's own books against the billed lines that count for it: what agrees, and how the rest differs."""

from partnerlens.reconcile.entry import BOOKS
from partnerlens.reconcile.kinds import KINDS, STANDINGS, DifferenceKind, Standing
from partnerlens.reconcile.reconciliation import Asked, Reconciliation, Total, reconciled
from partnerlens.reconcile.row import ROW_SCHEMA, ReconciledRow, rows_table

__all__ = [
    "BOOKS",
    "KINDS",
    "ROW_SCHEMA",
    "STANDINGS",
    "Asked",
    "DifferenceKind",
    "ReconciledRow",
    "Reconciliation",
    "Standing",
    "Total",
    "reconciled",
    "rows_table",
]
