"""The facts of adoption on an engine: what is asked, who is credited, and the relations of licences and use."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pyarrow as pa

from partnerlens.adoption.licences import LicenceRules, licence_rules
from partnerlens.adoption.statement import adoption_sql
from partnerlens.answer.edition import OpenEdition
from partnerlens.answer.selection import Selection
from partnerlens.build.span import Span, register_policy, register_scope, register_span
from partnerlens.build.step import step_sql
from partnerlens.engine.protocol import Engine
from partnerlens.errors import DefinitionError
from partnerlens.model.policy import CreditPolicy
from partnerlens.model.result import Filter
from partnerlens.months import WINDOW_MONTHS, months_between
from partnerlens.store import Snapshot

ACTIVE_DAYS = 28
"""A licence is active when its user used it within so many days that end with the last day of the month."""

NEW_MONTHS = 3
"""A product is new to a customer who had no licence of it so many months before."""

_WHOLE = ("partners", "customers", "products", "exchange_rates", "workloads")
_BY_CUSTOMER = ("subscriptions", "activity", "activity_monthly")
_BY_SUBSCRIPTION = ("associations", "seats", "billing_lines")
_UNREAD = {
    "partners": frozenset({"accounts", "size"}),
    "customers": frozenset({"segment", "top_parent_id"}),
    "subscriptions": frozenset({"billing_term"}),
    "billing_lines": frozenset({"charge_type", "invoice_id", "line_id"}),
}
_CREDIT_STEPS = ("association_months", "subscription_credit", "subscription_months", "customer_credit")
_STEPS = ("unsold", "licences", "feeds", "users", "counts", "lines")

_OWN_PARTNERS = """
    SELECT p.partner_no, p.partner_id
    FROM partners p
    JOIN asked ON asked.partner_no = p.partner_no OR asked.partner_no = p.parent_partner_no
"""
_NEAR_CUSTOMERS = """
    SELECT DISTINCT s.customer_no
    FROM every_subscriptions s
    JOIN customers c ON c.customer_no = s.customer_no
    CROSS JOIN asked
    WHERE (asked.customer_id IS NULL OR c.customer_id = asked.customer_id)
        AND (
            asked.partner_id IS NULL
            OR s.subscription_no IN (
                SELECT a.subscription_no
                FROM every_associations a
                WHERE a.partner_no IN (SELECT partner_no FROM own_partners)
            )
        )
"""
_SEEN = """
    SELECT credit.customer_no, credit.usage AS months
    FROM customer_credit credit
    JOIN asked ON asked.partner_no = credit.partner_no
    WHERE credit.usage <> 0
"""
_SEEN_BY_ALL = "SELECT c.customer_no, span.result_bits AS months FROM customers c CROSS JOIN span"
_OWN = """
    SELECT credit.subscription_no, credit.{group} AS months
    FROM subscription_credit credit
    JOIN asked ON asked.partner_no = credit.partner_no
    WHERE credit.{group} <> 0
"""
_KEPT = {
    "kept_products": """
        SELECT p.product_no, p.product_id, p.name, k.takes_facts
        FROM products p
        JOIN product_choices k ON k.product_id = p.product_id
    """,
    "kept_customers": """
        SELECT c.customer_no, c.customer_id
        FROM customers c
        JOIN kept_countries k ON k.country = c.country
        CROSS JOIN asked
        WHERE asked.customer_id IS NULL OR c.customer_id = asked.customer_id
    """,
    "kept_workloads": """
        SELECT w.workload_no, k.group_name, k.is_social, k.takes_use
        FROM workloads w
        JOIN workload_choices k ON k.workload = w.workload
    """,
    "product_groups": """
        SELECT p.product_no, k.group_name, k.is_only
        FROM products p
        JOIN group_choices k ON k.product_id = p.product_id
    """,
    "given_away": "SELECT p.product_no FROM products p JOIN product_choices k ON k.product_id = p.product_id "
    "WHERE k.is_given_away",
}


@dataclass(frozen=True)
class AdoptionQuestion:
    """
    What is asked.

    Attributes:
        partner_id: the partner, an account or a location; None for the whole program.
        selection: the filter, whose values exist in the edition.
        include_trials: also count trials, free and internal licences, and seats that nobody bought (D-29).
        customer_id: one customer alone; None for all that the partner sees.
    """

    partner_id: str | None
    selection: Selection
    include_trials: bool = False
    customer_id: str | None = None

    def expanded(self, rules: LicenceRules, workloads: frozenset[str]) -> "AdoptionQuestion":
        """Return the question with all workloads that count together with one that it selects."""
        asked = self.selection.filter
        groups = {rules.group(name) for name in asked.workloads}
        chosen = frozenset(name for name in workloads if rules.group(name) in groups)
        together = Filter(asked.products, asked.workloads | chosen, asked.countries)
        return replace(self, selection=Selection(together, self.selection.workloads_of))


class AdoptionGround:
    """
    The relations that adoption is read from.

    Args:
        engine: where they are named; it holds nothing else.
        snapshot: the facts that the edition was built from.
        edition: the edition.
    """

    def __init__(self, engine: Engine, snapshot: Snapshot, edition: OpenEdition) -> None:
        """Remember what to read."""
        self._engine = engine
        self._snapshot = snapshot
        self._edition = edition
        self._rules = licence_rules()
        self._span = Span(edition.month - (WINDOW_MONTHS - 1), edition.month, edition.manifest.first_month)

    @property
    def span(self) -> Span:
        """The twelve months that end with the data month."""
        return self._span

    def lay(self, question: AdoptionQuestion) -> None:
        """Name all relations up to ``lines``: licences sold, assigned and active by month, customer and product."""
        manifest = self._edition.manifest
        register_span(self._engine, self._span, reporting_currency=manifest.parameters["reporting_currency"])
        self._register_use_days()
        asked = question.expanded(self._rules, self._edition.workloads)
        self._ask(asked)
        self._narrow(asked)
        self._choose(asked.selection)
        self._credit(asked)
        for name in _STEPS:
            self._engine.keep(name, adoption_sql(name))

    def explain_excess(self) -> None:
        """Name what may explain the lines of the data month with more active than entitled licences."""
        for name, file in (("over_lines", "over"), ("turnover", "turnover"), ("beside", "beside")):
            self._engine.keep(name, adoption_sql(file))

    def keep_own_sales(self) -> None:
        """Name the subscriptions that credit the partner for sale; of the whole program, all of them."""
        self._engine.keep("own_sales", _OWN.format(group="sale"))

    def _register_use_days(self) -> None:
        """Name the relation ``use_days``: the 28 days that end with each month."""
        days = [
            (month.last_day - timedelta(days=back), self._span.t(month))
            for month in months_between(self._span.first, self._span.last)
            for back in range(ACTIVE_DAYS)
        ]
        self._engine.register(
            "use_days",
            pa.table(
                {
                    "day": pa.array([day for day, _ in days], pa.date32()),
                    "t": pa.array([t for _, t in days], pa.int32()),
                }
            ),
        )

    def _ask(self, question: AdoptionQuestion) -> None:
        """Name the relation ``asked``, the question in one row, and the partners that credit the one asked about."""
        month, span = self._edition.month, self._span

        def has(table: str) -> bool:
            return bool(self._snapshot.files(table, span.first, span.last))

        values = {
            "partner_id": (question.partner_id, pa.string()),
            "customer_id": (question.customer_id, pa.string()),
            "data_month": (month.number, pa.int32()),
            "t": (span.t(month), pa.int32()),
            "use_from": (month.last_day - timedelta(days=ACTIVE_DAYS - 1), pa.date32()),
            "use_to": (month.last_day, pa.date32()),
            "include_trials": (question.include_trials, pa.bool_()),
            "has_users": (has("activity"), pa.bool_()),
            "has_counts": (has("activity_monthly"), pa.bool_()),
            "has_invoices": (has("billing_lines"), pa.bool_()),
            "least_unsold_seats": (self._rules.least_unsold_seats, pa.int64()),
            "reaches_back": (span.facts_from is not None and span.facts_from <= month - NEW_MONTHS, pa.bool_()),
        }
        row = {name: pa.array([value], kind) for name, (value, kind) in values.items()}
        self._engine.register("question", pa.table(row))
        for table in _WHOLE:
            self._scan(table, table)
        self._engine.keep(
            "asked",
            "SELECT question.*, p.partner_no FROM question LEFT JOIN partners p ON p.partner_id = question.partner_id",
        )
        self._engine.keep("own_partners", _OWN_PARTNERS)

    def _narrow(self, question: AdoptionQuestion) -> None:
        """Name the fact tables, with no more rows than the question can need."""
        if question.partner_id is None and question.customer_id is None:
            for table in (*_BY_CUSTOMER, *_BY_SUBSCRIPTION):
                self._scan(table, table)
            return
        for table in (*_BY_CUSTOMER, *_BY_SUBSCRIPTION):
            self._scan(table, f"every_{table}")
        self._engine.keep("near_customers", _NEAR_CUSTOMERS)
        for table in _BY_CUSTOMER:
            near = "customer_no IN (SELECT customer_no FROM near_customers)"
            self._engine.keep(table, f"SELECT * FROM every_{table} WHERE {near}")
        for table in _BY_SUBSCRIPTION:
            near = "subscription_no IN (SELECT subscription_no FROM subscriptions)"
            self._engine.keep(table, f"SELECT * FROM every_{table} WHERE {near}")

    def _scan(self, table: str, name: str) -> None:
        files = self._snapshot.files(table, self._span.first, self._span.last)
        unread = _UNREAD.get(table, frozenset())
        columns = {name: kind for name, kind in self._snapshot.columns(table).items() if name not in unread}
        self._engine.scan(name, files, columns)

    def _choose(self, selection: Selection) -> None:
        """Name what the filter takes: products, workloads and customers."""
        asked, rules = selection.filter, self._rules
        products = sorted(selection.workloads_of)
        names = self._edition.product_names
        self._engine.register(
            "product_choices",
            pa.table(
                {
                    "product_id": pa.array(products, pa.string()),
                    "takes_facts": pa.array([selection.takes_product(name) for name in products], pa.bool_()),
                    "is_given_away": pa.array([rules.is_given_away(names[name]) for name in products], pa.bool_()),
                }
            ),
        )
        countries = sorted(country for country in self._edition.countries if country in asked.countries) or sorted(
            self._edition.countries
        )
        self._engine.register("kept_countries", pa.table({"country": pa.array(countries, pa.string())}))
        self._register_workloads(asked)
        groups = [
            (product, group, len(all_groups) == 1)
            for product in products
            for all_groups in [sorted({rules.group(name) for name in selection.workloads_of[product]})]
            for group in all_groups
            if not asked.workloads or group in {rules.group(name) for name in asked.workloads}
        ]
        self._engine.register(
            "group_choices",
            pa.table(
                {
                    "product_id": pa.array([product for product, _, _ in groups], pa.string()),
                    "group_name": pa.array([group for _, group, _ in groups], pa.string()),
                    "is_only": pa.array([is_only for _, _, is_only in groups], pa.bool_()),
                }
            ),
        )
        for name, select in _KEPT.items():
            self._engine.keep(name, select)

    def _register_workloads(self, asked: Filter) -> None:
        """Name the relation ``workload_choices``: what each workload is counted under, and whether it is taken."""
        known = self._engine.fetch("SELECT workload FROM workloads")["workload"].to_pylist()
        self._engine.register(
            "workload_choices",
            pa.table(
                {
                    "workload": pa.array(known, pa.string()),
                    "group_name": pa.array([self._rules.group(name) for name in known], pa.string()),
                    "is_social": pa.array([self._rules.is_social(name) for name in known], pa.bool_()),
                    "takes_use": pa.array(
                        [not asked.workloads or name in asked.workloads for name in known], pa.bool_()
                    ),
                }
            ),
        )

    def _credit(self, question: AdoptionQuestion) -> None:
        """Name who is credited: ``seen`` customers and ``own_subscriptions``, each with its months."""
        numbers = self._engine.fetch("SELECT product_no FROM products")["product_no"].to_pylist()
        register_scope(self._engine, numbers)
        register_policy(self._engine, self._span, _policy(self._edition))
        for name in _CREDIT_STEPS if question.partner_id is not None else ():
            self._engine.keep(name, step_sql(name, {}))
        if question.partner_id is None:
            self._engine.keep(
                "subscription_credit", "SELECT 0 AS partner_no, 0 AS subscription_no, 0 AS usage, 0 AS sale"
            )
        self._engine.keep("own_subscriptions", _OWN.format(group="usage"))
        self._engine.keep("seen", _SEEN if question.partner_id is not None else _SEEN_BY_ALL)


def _policy(edition: OpenEdition) -> CreditPolicy:
    """The credit policy that the edition was built with."""
    name = f"credit policy {edition.manifest.parameters['contribution_policy']}"
    text = edition.manifest.definitions.get(name)
    if text is None:
        raise DefinitionError(
            f"edition {edition.number} ({edition.month}) does not keep the rules it was built with",
            f"build the month again with 'partnerlens build {edition.month}', then publish it",
        )
    return CreditPolicy.model_validate_json(text)
