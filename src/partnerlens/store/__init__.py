"""Facts on disk and the ledger that says which of them hold."""

from partnerlens.store.layout import Layout, sort_order, stored_columns
from partnerlens.store.records import Balance, Edition, FactFile, Load, Mismatch, Publication, Rejection, Result, Touch
from partnerlens.store.snapshot import Snapshot
from partnerlens.store.store import Store
from partnerlens.store.writer import Change, Release, Writer

__all__ = [
    "Balance",
    "Change",
    "Edition",
    "FactFile",
    "Layout",
    "Load",
    "Mismatch",
    "Publication",
    "Rejection",
    "Release",
    "Result",
    "Snapshot",
    "Store",
    "Touch",
    "Writer",
    "sort_order",
    "stored_columns",
]
