"""The relations that findings are found in: the build's own, for one partner's customers or for the whole program."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa

from partnerlens.answer.edition import OpenEdition
from partnerlens.build.span import Span, register_exams, register_policy, register_scope, register_span
from partnerlens.build.step import step_sql
from partnerlens.engine.protocol import Engine
from partnerlens.explain.metrics import rule_book
from partnerlens.findings.parameters import Parameters
from partnerlens.findings.statement import findings_sql
from partnerlens.months import WINDOW_MONTHS, Month
from partnerlens.store import Snapshot

_NEAR = "customer_no IN (SELECT customer_no FROM near_customers)"
_OF_NEAR = "subscription_no IN (SELECT subscription_no FROM subscriptions)"
_NARROWED: dict[str, str] = {
    "customers": _NEAR,
    "subscriptions": _NEAR,
    "associations": _OF_NEAR,
    "seats": _OF_NEAR,
    "billing_lines": _OF_NEAR,
    "activity": _NEAR,
    "activity_monthly": _NEAR,
    "instances": _NEAR,
    "exam_passes": "partner_no IN (SELECT member_no FROM members)",
}
"""
What is read for one partner: the facts of its customers, whoever serves them, since credit needs the others'
associations and an add needs all the customer's subscriptions.
"""

_COLUMNS: dict[str, tuple[str, ...]] = {
    "partners": ("partner_no", "partner_id", "country", "parent_partner_no", "accounts"),
    "seats": ("month", "subscription_no", "state", "sold_seats"),
    "billing_lines": ("billing_month", "subscription_no", "amount", "currency"),
    "activity": ("date", "customer_no", "user_no", "intentional"),
    "products": ("product_no", "product_id", "name"),
}
"""The columns that are read of tables with more than are needed."""

_MONTHLY = ("seats", "billing_lines", "activity", "activity_monthly")
_MEMBERS = """
    SELECT asking.partner_no, p.partner_no AS member_no
    FROM asked_partners asking
    JOIN partners p ON p.partner_no = asking.partner_no OR p.parent_partner_no = asking.partner_no
"""
_MEMBERS_OF_ALL = """
    SELECT partner_no, partner_no AS member_no FROM partners
    UNION ALL
    SELECT parent_partner_no, partner_no FROM partners WHERE parent_partner_no IS NOT NULL
"""
_NEAR_CUSTOMERS = """
    SELECT DISTINCT s.customer_no
    FROM every_subscriptions s
    WHERE s.subscription_no IN (
        SELECT a.subscription_no
        FROM every_associations a
        WHERE a.partner_no IN (SELECT member_no FROM members)
    )
"""
_STEPS = ("association_months", "subscription_credit", "subscription_months", "customer_credit")
_LAID = (
    "own_associations",
    "own_customers",
    "billed",
    "credited_billed",
    "seen_users",
    "used",
    "used_year",
    "certified",
    "uncredited",
)
"""What several findings read, in order."""


@dataclass(frozen=True)
class FindingsQuestion:
    """
    What findings are asked of.

    Attributes:
        partner_id: the partner; None for all of them.
        sees_all: whether other partners are named in the evidence; for operators.
        expected: the data month that should be published by now; None where that does not matter.
        markets_not_served: countries whose partners have no pages.
    """

    partner_id: str | None
    sees_all: bool = True
    expected: Month | None = None
    markets_not_served: tuple[str, ...] = ()


class FindingsGround:
    """
    The relations that findings are found in.

    Args:
        engine: where they are named; it holds nothing else.
        snapshot: the facts that the edition was built from.
        edition: the edition.
        question: what is asked.
        parameters: the numbers and words of the findings.
    """

    def __init__(
        self,
        engine: Engine,
        snapshot: Snapshot,
        edition: OpenEdition,
        question: FindingsQuestion,
        parameters: Parameters,
    ) -> None:
        """Remember what to read."""
        self._engine, self._snapshot, self._edition = engine, snapshot, edition
        self._question, self._parameters = question, parameters
        self._rules = rule_book(edition)
        self._month = edition.month
        self._span = Span(self._month - (WINDOW_MONTHS - 1), self._month, edition.manifest.first_month)

    def lay(self, tables: Mapping[str, pa.Table]) -> None:
        """
        Name everything that the statements read.

        Args:
            tables: what comes from scores and adoption.

        Raises:
            DefinitionError: the edition does not keep the rules that it was built with.
        """
        engine, span = self._engine, self._span
        register_span(engine, span, reporting_currency=self._rules.reporting_currency)
        self._ask()
        self._read()
        self._register_words()
        for name, table in tables.items():
            engine.register(name, table)
        register_policy(engine, span, self._rules.policy)
        register_scope(engine, engine.fetch("SELECT product_no FROM products")["product_no"].to_pylist())
        register_exams(engine, span, self._rules.workloads)
        for step in _STEPS:
            engine.keep(step, step_sql(step, {}))
        for name in _LAID:
            engine.keep(name, findings_sql(name))

    def _ask(self) -> None:
        """Name the relation ``asked``, the question in one row."""
        month, span, question = self._month, self._span, self._question
        first = month - (WINDOW_MONTHS - 1)
        chosen = self._parameters
        facts_from = self._edition.manifest.first_month or month
        window = sum(1 << span.t(first + step) for step in range(WINDOW_MONTHS))
        values: dict[str, tuple[object, pa.DataType]] = {
            "data_month": (month.number, pa.int32()),
            "first_month": (first.number, pa.int32()),
            "first_facts": (facts_from.number, pa.int32()),
            "expected_month": ((question.expected or month).number, pa.int32()),
            "data_t": (span.t(month), pa.int32()),
            "base_t": (span.t(month) - WINDOW_MONTHS, pa.int32()),
            "data_bit": (1 << span.t(month), pa.int64()),
            "window_bits": (window, pa.int64()),
            "first_day": (first.first_day, pa.date32()),
            "last_day": (month.last_day, pa.date32()),
            "soon_day": (month.last_day + timedelta(days=chosen.expiring.days), pa.date32()),
            "has_use": (self._has_rows("activity", first) or self._has_rows("activity_monthly", first), pa.bool_()),
            "has_billing": (self._has_rows("billing_lines", first), pa.bool_()),
            "sees_all": (question.sees_all, pa.bool_()),
            "single_percent": (chosen.single_customer.percent, pa.int64()),
            "near_users": (chosen.near.users, pa.int64()),
            "days_before": (chosen.successor.days_before, pa.int32()),
            "days_after": (chosen.successor.days_after, pa.int32()),
        }
        row = {name: pa.array([value], kind) for name, (value, kind) in values.items()}
        self._engine.register("asked", pa.table(row))
        listed = [(table, each.number) for table in _MONTHLY for each in self._snapshot.months(table) if each <= month]
        self._engine.register(
            "table_months",
            pa.table(
                {
                    "table_name": pa.array([table for table, _ in listed], pa.string()),
                    "month": pa.array([number for _, number in listed], pa.int32()),
                }
            ),
        )

    def _has_rows(self, table: str, first: Month) -> bool:
        return any(first <= month <= self._month for month in self._snapshot.months(table))

    def _read(self) -> None:
        """Name the fact tables, for one partner with no more rows than could matter to it."""
        engine, is_one = self._engine, self._question.partner_id is not None
        self._scan("partners", "every_partners", None)
        engine.keep("partners", "SELECT * FROM every_partners")
        if is_one:
            engine.register("asked_ids", pa.table({"partner_id": pa.array([self._question.partner_id], pa.string())}))
            engine.keep(
                "asked_partners",
                "SELECT p.partner_no, p.partner_id FROM partners p "
                "JOIN asked_ids ON asked_ids.partner_id = p.partner_id",
            )
        else:
            engine.keep("asked_partners", "SELECT partner_no, partner_id FROM partners")
        engine.keep("members", _MEMBERS if is_one else _MEMBERS_OF_ALL)
        base = self._month - WINDOW_MONTHS
        firsts = {"seats": self._span.base, "billing_lines": base, "activity": base, "activity_monthly": base}
        for table in _NARROWED:
            self._scan(table, f"every_{table}" if is_one else table, firsts.get(table))
        if is_one:
            engine.keep("near_customers", _NEAR_CUSTOMERS)
            for table, condition in _NARROWED.items():
                engine.keep(table, f"SELECT * FROM every_{table} WHERE {condition}")
        self._scan("exchange_rates", "exchange_rates", None)
        self._scan("products", "every_products", None)
        engine.keep("products", "SELECT * FROM every_products")

    def _scan(self, table: str, name: str, first: Month | None) -> None:
        files = self._snapshot.files(table, first, None if first is None else self._month)
        columns = self._snapshot.columns(table)
        wanted = _COLUMNS.get(table, tuple(columns))
        self._engine.scan(name, files, {column: kind for column, kind in columns.items() if column in wanted})

    def _register_words(self) -> None:
        """Name the words and ids that findings are told by."""
        chosen = self._parameters
        self._register_list("markets_not_served", "country", self._question.markets_not_served)
        self._register_list("masked_names", "pattern", chosen.masked_names.like)
        self._register_list("unbilled_segments", "pattern", [f"%{word}%" for word in chosen.unbilled_segments.holds])
        self._register_list("no_reseller_ids", "partner_id", chosen.no_reseller.ids)
        terms = chosen.billing_terms
        self._engine.register(
            "billing_terms",
            pa.table(
                {"term": pa.array(list(terms), pa.string()), "months": pa.array(list(terms.values()), pa.int32())}
            ),
        )
        retired = self._rules.workloads.retired_exams
        self._engine.register(
            "exam_ends",
            pa.table(
                {
                    "exam": pa.array([exam.code for exam in retired], pa.string()),
                    "counts_until": pa.array([exam.counts_until for exam in retired], pa.date32()),
                }
            ),
        )

    def _register_list(self, name: str, column: str, values: Iterable[str]) -> None:
        self._engine.register(name, pa.table({column: pa.array(list(values), pa.string())}))
