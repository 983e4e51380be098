"""The facts of one partner on an engine: the build's relations, narrowed to what could have counted for it."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from partnerlens.answer.edition import OpenEdition
from partnerlens.answer.selection import Selection
from partnerlens.build.span import (
    Span,
    register_exams,
    register_months,
    register_policy,
    register_scope,
    register_span,
)
from partnerlens.engine.protocol import Engine
from partnerlens.explain.reasons import REASONS
from partnerlens.explain.subject import Subject
from partnerlens.explain.term import ALWAYS, register_month_ends, register_terms, window_terms
from partnerlens.model.policy import CreditPolicy
from partnerlens.model.workload import WorkloadCatalog
from partnerlens.months import WINDOW_MONTHS, Month, months_between
from partnerlens.store import Snapshot

PEOPLE_AHEAD = 35
"""
Months after the data month in which it is looked for when a person's passes end: as many as a pass of the build holds.
"""

Viewer = Literal["operator", "partner"]

_NEAR = "customer_no IN (SELECT customer_no FROM near_customers)"
_OF_NEAR = "subscription_no IN (SELECT subscription_no FROM subscriptions)"
_NARROWED: dict[str, str] = {
    "customers": _NEAR,
    "subscriptions": _NEAR,
    "users": _NEAR,
    "activity_monthly": _NEAR,
    "instances": _NEAR,
    "survey_responses": _NEAR,
    "associations": _OF_NEAR,
    "seats": _OF_NEAR,
    "exam_passes": "partner_no IN (SELECT partner_no FROM own_partners)",
}
"""
What is kept of each fact table. Outranking needs the associations of others, and customer credit and adds need all the
customer's subscriptions, so facts are narrowed by customer, not by partner. Other tables are small and read whole.
"""

_UNREAD: dict[str, frozenset[str]] = {
    "partners": frozenset({"name", "country", "accounts", "size"}),
    "customers": frozenset({"segment", "top_parent_id"}),
    "subscriptions": frozenset({"billing_term"}),
    "seats": frozenset({"active_seats"}),
    "billing_lines": frozenset({"charge_type"}),
}
"""Columns that no statement reads."""

_OWN_PARTNERS = """
    SELECT p.partner_no, p.partner_id
    FROM partners p
    JOIN asked ON asked.partner_no = p.partner_no OR asked.partner_no = p.parent_partner_no
"""
_NEAR_CUSTOMERS = """
    SELECT DISTINCT s.customer_no
    FROM every_subscriptions s
    WHERE s.subscription_no IN (
        SELECT a.subscription_no
        FROM every_associations a
        WHERE a.partner_no IN (SELECT partner_no FROM own_partners)
    )
"""
_KEPT = {
    "kept_products": """
        SELECT
            p.product_no,
            p.product_id,
            k.takes_facts,
            k.takes_use,
            p.product_no IN (SELECT product_no FROM scope_products) AS is_in_scope
        FROM products p
        JOIN product_choices k ON k.product_id = p.product_id
    """,
    "kept_workloads": """
        SELECT w.workload_no, w.workload, asked.every_workload OR k.workload IS NOT NULL AS takes_use
        FROM workloads w
        CROSS JOIN asked
        LEFT JOIN asked_workloads k ON k.workload = w.workload
    """,
    "kept_customers": """
        SELECT c.customer_no, c.customer_id, c.name, c.country, k.is_kept
        FROM customers c
        JOIN kept_countries k ON k.country = c.country
    """,
}
"""What filter and scope take: products by their facts, by their use and in scope, workloads by use, and customers."""


@dataclass(frozen=True)
class Question:
    """
    What is asked.

    Attributes:
        partner_id: the partner, an account or a location.
        selection: the filter, whose values exist in the edition.
        viewer: operators see every candidate; partners nothing that says who else is credited, or for how much.
    """

    partner_id: str
    selection: Selection
    viewer: Viewer = "operator"


def keep_filter(engine: Engine) -> None:
    """Name what filter and scope take; the scope (``register_scope``) is there."""
    for name, select in _KEPT.items():
        engine.keep(name, select)


@dataclass(frozen=True)
class RuleBook:
    """
    The definitions that an edition was built with.

    Attributes:
        policy: who is credited.
        workloads: which exams count.
        reporting_currency: what amounts are converted to.
    """

    policy: CreditPolicy
    workloads: WorkloadCatalog
    reporting_currency: str


class Ground:
    """
    The relations that the rows of a subject are found in.

    Args:
        engine: where they are named; it holds nothing else.
        snapshot: the facts that the edition was built from.
        edition: the edition.
        rules: the definitions that it was built with; None where only ``lay`` is asked for.
    """

    def __init__(self, engine: Engine, snapshot: Snapshot, edition: OpenEdition, rules: RuleBook | None = None) -> None:
        """Remember what to read."""
        self._engine = engine
        self._snapshot = snapshot
        self._edition = edition
        self._rules = rules

    def prepare(self, subject: Subject, question: Question) -> None:
        """
        Name everything that the statements of a metric read.

        The pass is that of the build for the data month and the eleven before it, so that its lead reaches the month
        before the facts that are told as ``outside_window``; for people it leads ahead instead.
        """
        month = self._edition.month
        first = self._edition.manifest.first_month
        if self._rules is None:
            raise TypeError("a metric needs the definitions of its edition")
        if subject.credited is None:
            span = Span(month, month + PEOPLE_AHEAD, first)
            register_months(self._engine, span, span.windowed())
            register_month_ends(self._engine, span)
        else:
            span = Span(month - (WINDOW_MONTHS - 1), month, first)
            register_span(self._engine, span, reporting_currency=self._rules.reporting_currency)
            register_terms(self._engine, span, window_terms(month))
        self.lay(subject, question, span)
        if subject.credited is None:
            register_scope(self._engine, [])
            register_exams(self._engine, span, self._rules.workloads)
            self._register_exam_lists(month, self._rules.workloads)
        else:
            register_policy(self._engine, span, self._rules.policy)
            numbers = self._engine.fetch("SELECT product_no FROM products")["product_no"].to_pylist()
            register_scope(self._engine, numbers)
        keep_filter(self._engine)

    def lay(self, subject: Subject, question: Question, span: Span) -> None:
        """Name the question, the facts of the partner's customers, and what the filter chooses."""
        self._ask(subject, question, span)
        self._register_precedence()
        self._narrow(subject, span)
        self._choose(question.selection)

    def _ask(self, subject: Subject, question: Question, span: Span) -> None:
        """Name the relation ``asked``, the question in one row, and the partners that credit the one asked about."""
        month = self._edition.month
        first = month - (WINDOW_MONTHS - 1)
        workloads = self._rules.workloads.workloads if self._rules else ()
        kept_lists = [bit for bit, entry in enumerate(workloads) if question.selection.takes_list(entry.name)]
        values = {
            "subject": (subject.id, pa.string()),
            "partner_id": (question.partner_id, pa.string()),
            "data_month": (month.number, pa.int32()),
            "first_month": (first.number, pa.int32()),
            "first_day": (first.first_day, pa.date32()),
            "last_day": (month.last_day, pa.date32()),
            "window_bits": (sum(1 << span.t(each) for each in months_between(first, month)), pa.int64()),
            "kept_lists": (sum(1 << bit for bit in kept_lists), pa.int64()),
            "every_workload": (not question.selection.filter.workloads, pa.bool_()),
            "always": (ALWAYS, pa.int64()),
            "sees_all": (question.viewer == "operator", pa.bool_()),
        }
        row = {name: pa.array([value], kind) for name, (value, kind) in values.items()}
        self._engine.register("question", pa.table(row))
        self._scan("partners", "every_partners", None)
        self._engine.keep("partners", "SELECT * FROM every_partners")
        self._engine.keep(
            "asked",
            "SELECT question.*, p.partner_no FROM question JOIN partners p ON p.partner_id = question.partner_id",
        )
        self._engine.keep("own_partners", _OWN_PARTNERS)

    def _register_precedence(self) -> None:
        """Name the relation ``precedence``: which of several reasons a row has."""
        codes = ["credited", *REASONS]
        self._engine.register(
            "precedence",
            pa.table({"reason": pa.array(codes, pa.string()), "place": pa.array(range(len(codes)), pa.int32())}),
        )

    def _narrow(self, subject: Subject, span: Span) -> None:
        """Name the fact tables of a subject, with no more rows than could have counted for the partner."""
        credit = () if subject.credited is None else ("customers", "subscriptions", "associations")
        read = (*credit, *(subject.credited.tables if subject.credited else ()), *subject.tables)
        first = self._edition.month if subject.is_snapshot else span.base
        for table in dict.fromkeys(read):
            self._scan(table, f"every_{table}" if table in _NARROWED else table, first)
        if credit:
            self._engine.keep("near_customers", _NEAR_CUSTOMERS)
        for table in dict.fromkeys(read):
            if table in _NARROWED:
                self._engine.keep(table, f"SELECT * FROM every_{table} WHERE {_NARROWED[table]}")
        if "customers" not in read:
            self._engine.scan("customers", [], self._snapshot.columns("customers"))
        for table in ("products", "workloads"):
            self._scan(table, f"every_{table}", None)
            self._engine.keep(table, f"SELECT * FROM every_{table}")

    def _scan(self, table: str, name: str, first: Month | None) -> None:
        files = self._snapshot.files(table, first, None if first is None else self._edition.month)
        unread = _UNREAD.get(table, frozenset())
        columns = {name: kind for name, kind in self._snapshot.columns(table).items() if name not in unread}
        self._engine.scan(name, files, columns)

    def _choose(self, selection: Selection) -> None:
        """Name the values that the filter takes: products, workloads and countries."""
        products = sorted(selection.workloads_of)
        asked = selection.filter
        self._engine.register(
            "product_choices",
            pa.table(
                {
                    "product_id": pa.array(products, pa.string()),
                    "takes_facts": pa.array([selection.takes_product(name) for name in products], pa.bool_()),
                    "takes_use": pa.array(
                        [not asked.products or name in asked.products for name in products], pa.bool_()
                    ),
                }
            ),
        )
        countries = sorted(self._edition.countries)
        self._engine.register(
            "kept_countries",
            pa.table(
                {
                    "country": pa.array(countries, pa.string()),
                    "is_kept": pa.array(
                        [not asked.countries or name in asked.countries for name in countries], pa.bool_()
                    ),
                }
            ),
        )
        self._engine.register("asked_workloads", pa.table({"workload": pa.array(sorted(asked.workloads), pa.string())}))

    def _register_exam_lists(self, month: Month, catalog: WorkloadCatalog) -> None:
        """Name the relation ``exam_lists``: the exams that stand on a list in the data month, retired ones included."""
        retired = {exam.code: exam for exam in catalog.retired_exams}
        lists: dict[str, int] = {}
        for bit, workload in enumerate(catalog.workloads):
            for exam in {exam for listed in workload.lists if listed.holds(month) for exam in listed.exams}:
                lists[exam] = lists.get(exam, 0) | 1 << bit
        ends = [retired.get(exam) for exam in lists]
        self._engine.register(
            "exam_lists",
            pa.table(
                {
                    "exam": pa.array(list(lists), pa.string()),
                    "list_bits": pa.array(list(lists.values()), pa.int64()),
                    "retired_on": pa.array([end and end.retired_on for end in ends], pa.date32()),
                    "counts_until": pa.array([end and end.counts_until for end in ends], pa.date32()),
                }
            ),
        )
