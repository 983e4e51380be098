"""
The contracts of the thirteen fact tables: columns, types, units, keys, references and meaning.

Everything that speaks of facts reads this one definition: the CSV templates, the reference page,
the validation of rows, and the schema of the Parquet files in the store.

Source: facts.md, "the contract". Column names are fixed.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, and so how its text is read and how it is stored."""

    ID = "id"
    TEXT = "text"
    LIST = "list"
    CHOICE = "choice"
    COUNTRY = "country"
    CURRENCY = "currency"
    MONTH = "month"
    DATE = "date"
    COUNT = "count"
    MONEY = "money"
    RATE = "rate"
    FLAG = "flag"


KIND_MEANING: dict[Kind, str] = {
    Kind.ID: "text of 1 to 200 characters",
    Kind.TEXT: "text of at most 1,000 characters",
    Kind.LIST: "list of texts separated by ';'",
    Kind.CHOICE: "one of the listed words",
    Kind.COUNTRY: "two capital letters (ISO 3166-1 alpha-2), such as DE",
    Kind.CURRENCY: "three capital letters (ISO 4217), such as EUR",
    Kind.MONTH: "YYYY-MM, such as 2026-06",
    Kind.DATE: "YYYY-MM-DD, or an ISO 8601 time that is read in the program's time zone",
    Kind.COUNT: "whole number from 0",
    Kind.MONEY: "decimal number with at most 6 decimals and 12 digits before the point",
    Kind.RATE: "decimal number above 0 with at most 12 decimals and 7 digits before the point",
    Kind.FLAG: "true or false",
}
"""How a value of each kind is written; quoted in error texts and in the reference page."""

STORED_TYPE: dict[Kind, str] = {
    Kind.ID: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.LIST: "VARCHAR",
    Kind.CHOICE: "VARCHAR",
    Kind.COUNTRY: "VARCHAR",
    Kind.CURRENCY: "VARCHAR",
    Kind.MONTH: "INTEGER",
    Kind.DATE: "DATE",
    Kind.COUNT: "BIGINT",
    Kind.MONEY: "DECIMAL(18,6)",
    Kind.RATE: "DECIMAL(19,12)",
    Kind.FLAG: "BOOLEAN",
}
"""
The SQL type that a kind has in the store's Parquet files.

Months are whole numbers (year * 12 + month - 1). The product of MONEY and RATE is DECIMAL(38,18) on every engine,
so a converted amount is exact.
"""

MAXIMUM_COUNT = 1_000_000_000
"""Largest seat or user count of one row; more is taken for a mistake."""


@dataclass(frozen=True)
class Column:
    """
    One column of a fact table.

    Attributes:
        name: the name in files, fixed by facts.md.
        kind: what it holds.
        meaning: one sentence for the reference page.
        required: whether an empty field is an error.
        key: whether it is part of the table's key.
        references: the table whose key it names; the store then holds that table's number instead of the text.
        choices: the allowed words of a CHOICE column.
        also: other spellings of a choice that are accepted, mapped to the word.
        maximum: largest allowed COUNT.
        unit: what the number counts; empty for texts.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = True
    key: bool = False
    references: str | None = None
    choices: tuple[str, ...] = ()
    also: dict[str, str] = field(default_factory=dict)
    maximum: int = MAXIMUM_COUNT
    unit: str = ""

    @property
    def stored_name(self) -> str:
        """The column's name in the store: ``partner_no`` for ``partner_id``, else the name itself."""
        return f"{self.name.removesuffix('_id')}_no" if self.references or self.numbered else self.name

    @property
    def numbered(self) -> bool:
        """Whether the store keeps a number of its own for the text (users and workloads of activity)."""
        return self.name in {"user_id", "workload"}

    @property
    def stored_type(self) -> str:
        """The SQL type in the store."""
        return "BIGINT" if self.references or self.numbered else STORED_TYPE[self.kind]


@dataclass(frozen=True)
class Table:
    """
    One fact table.

    Attributes:
        name: the table's name, and the start of its file names.
        meaning: one sentence: what a row says.
        columns: in the order of the template.
        month_column: the MONTH or DATE column by which the store splits files; None for one part.
        sort: stored columns by which each Parquet file is sorted.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    month_column: str | None = None
    sort: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The names of the key columns; empty for a table that is a set of whole rows."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def number(self) -> str | None:
        """The stored column that numbers the rows of a dimension, such as ``partner_no``; None elsewhere."""
        return DIMENSIONS.get(self.name)

    @property
    def references(self) -> tuple[Column, ...]:
        """The columns that name a row of another table."""
        return tuple(column for column in self.columns if column.references)

    def column(self, name: str) -> Column:
        """Return the column of that name; raises KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in order."""
        return tuple(column.name for column in self.columns)


DIMENSIONS: dict[str, str] = {
    "partners": "partner_no",
    "customers": "customer_no",
    "products": "product_no",
    "subscriptions": "subscription_no",
}
"""Tables that others refer to, with the stored column that numbers their rows."""


def _reference(name: str, table: str, meaning: str, *, key: bool = False) -> Column:
    return Column(name, Kind.ID, meaning, key=key, references=table)


PARTNERS = Table(
    "partners",
    "A partner account, or a location of one.",
    (
        Column("partner_id", Kind.ID, "Identifies the partner.", key=True),
        Column("name", Kind.TEXT, "The name that readers see."),
        Column("country", Kind.COUNTRY, "Where the partner is."),
        Column(
            "parent_partner_id",
            Kind.ID,
            "The account that this partner is a location of; empty for an account.",
            required=False,
            references="partners",
        ),
        Column("accounts", Kind.LIST, "The account types it holds, such as MPN;CSP.", required=False),
        Column("size", Kind.TEXT, "A size class of the program's own.", required=False),
    ),
)

CUSTOMERS = Table(
    "customers",
    "An organisation that buys or uses the vendor's products.",
    (
        Column("customer_id", Kind.ID, "Identifies the customer.", key=True),
        Column("name", Kind.TEXT, "The name that readers see."),
        Column("country", Kind.COUNTRY, "The customer's location, the value of the location filter."),
        Column("segment", Kind.TEXT, "A segment of the program's own.", required=False),
        Column("top_parent_id", Kind.TEXT, "The group that the customer belongs to.", required=False),
    ),
)

PRODUCTS = Table(
    "products",
    "A product that is sold by subscription.",
    (
        Column("product_id", Kind.ID, "Identifies the product.", key=True),
        Column("name", Kind.TEXT, "The name that readers see."),
        Column("family", Kind.TEXT, "The product family."),
        Column("workloads", Kind.LIST, "The workloads that the product belongs to."),
    ),
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    "A customer's subscription to one product.",
    (
        Column("subscription_id", Kind.ID, "Identifies the subscription.", key=True),
        _reference("customer_id", "customers", "The customer."),
        _reference("product_id", "products", "The product."),
        Column(
            "channel",
            Kind.CHOICE,
            "How it is sold.",
            choices=("EA", "CSP", "WEB_DIRECT", "OPEN", "OTHER"),
            also={"WEB": "WEB_DIRECT", "DIRECT": "WEB_DIRECT", "WEB DIRECT": "WEB_DIRECT"},
        ),
        Column(
            "licence_type",
            Kind.CHOICE,
            "What kind of licence it gives.",
            choices=("paid", "trial", "free", "internal"),
        ),
        Column("start_date", Kind.DATE, "Its first day."),
        Column("end_date", Kind.DATE, "Its last day; empty while it runs.", required=False),
        Column(
            "agreement_start_date",
            Kind.DATE,
            "The first day of the enterprise agreement (EA); empty means the subscription's first day.",
            required=False,
        ),
        Column("billing_term", Kind.TEXT, "How often it is billed: monthly, annual, ...", required=False),
    ),
)

SEATS = Table(
    "seats",
    "The seats of a subscription at the end of a month; no row means no seats.",
    (
        Column("month", Kind.MONTH, "The month.", key=True),
        _reference("subscription_id", "subscriptions", "The subscription.", key=True),
        Column(
            "state",
            Kind.CHOICE,
            "The subscription's state.",
            choices=("active", "in_grace", "suspended", "deprovisioned"),
        ),
        Column("sold_seats", Kind.COUNT, "Seats sold.", unit="seats"),
        Column("assigned_seats", Kind.COUNT, "Seats assigned to users.", unit="seats"),
        Column("active_seats", Kind.COUNT, "Seats used in the last 28 days.", required=False, unit="seats"),
    ),
    month_column="month",
    sort=("subscription_no",),
)

ASSOCIATIONS = Table(
    "associations",
    "A partner's standing on a subscription from one day to another.",
    (
        _reference("partner_id", "partners", "The partner.", key=True),
        _reference("subscription_id", "subscriptions", "The subscription.", key=True),
        Column(
            "type",
            Kind.CHOICE,
            "The kind of association.",
            key=True,
            choices=("CSP", "CPOR", "DPOR", "PAL", "ADVISOR"),
        ),
        Column(
            "claim",
            Kind.CHOICE,
            "What a CPOR association claims.",
            required=False,
            key=True,
            choices=("OSA", "OSU", "PRESALES"),
        ),
        Column("start_date", Kind.DATE, "The first day it holds.", key=True),
        Column("end_date", Kind.DATE, "The last day it holds; empty while it runs.", required=False),
    ),
    sort=("subscription_no", "partner_no"),
)

BILLING_LINES = Table(
    "billing_lines",
    "One line of an invoice; a negative amount is a credit.",
    (
        Column("invoice_id", Kind.ID, "The invoice.", key=True),
        Column("line_id", Kind.ID, "The line on the invoice.", key=True),
        Column("billing_month", Kind.MONTH, "The month in which it was billed."),
        _reference("subscription_id", "subscriptions", "The subscription."),
        Column("amount", Kind.MONEY, "The amount before tax; a credit is negative.", unit="currency of the line"),
        Column("currency", Kind.CURRENCY, "The currency of the amount."),
        Column("charge_type", Kind.TEXT, "The kind of charge.", required=False),
    ),
    month_column="billing_month",
    sort=("subscription_no", "invoice_id", "line_id"),
)

ACTIVITY = Table(
    "activity",
    "A user used a product's workload on a day; the table is a set, repeated rows count once.",
    (
        Column("date", Kind.DATE, "The day."),
        _reference("customer_id", "customers", "The customer."),
        Column("user_id", Kind.ID, "The user, unique within the customer."),
        _reference("product_id", "products", "The product."),
        Column("workload", Kind.ID, "The workload used."),
        Column("intentional", Kind.FLAG, "Whether the user acted with intent."),
    ),
    month_column="date",
    sort=("customer_no", "user_no", "product_no", "workload_no", "date"),
)

ACTIVITY_MONTHLY = Table(
    "activity_monthly",
    "Active users of a customer in a month, where a feed has no users.",
    (
        Column("month", Kind.MONTH, "The month.", key=True),
        _reference("customer_id", "customers", "The customer.", key=True),
        _reference("product_id", "products", "The product.", key=True),
        Column("workload", Kind.ID, "The workload used.", key=True),
        Column("active_users", Kind.COUNT, "Distinct users with an intentional action in the month.", unit="users"),
    ),
    month_column="month",
    sort=("customer_no", "product_no", "workload_no"),
)

INSTANCES = Table(
    "instances",
    "A deployed instance of a product at a customer.",
    (
        Column("instance_id", Kind.ID, "Identifies the instance.", key=True),
        _reference("customer_id", "customers", "The customer."),
        _reference("product_id", "products", "The product."),
        Column("kind", Kind.CHOICE, "What it is for.", choices=("production", "sandbox")),
        Column("deployed_on", Kind.DATE, "The day it was deployed."),
        Column("retired_on", Kind.DATE, "The day it was retired; empty while it runs.", required=False),
    ),
)

EXAM_PASSES = Table(
    "exam_passes",
    "A person of a partner passed an exam.",
    (
        Column("person_id", Kind.ID, "The person.", key=True),
        _reference("partner_id", "partners", "The partner.", key=True),
        Column("location_country", Kind.COUNTRY, "The country of the partner's location that the person works at."),
        Column("exam", Kind.ID, "The exam's code, such as MB-300.", key=True),
        Column("passed_on", Kind.DATE, "The day it was passed.", key=True),
        Column("expires_on", Kind.DATE, "The day on which the pass ends; empty when it does not.", required=False),
    ),
)

SURVEY_RESPONSES = Table(
    "survey_responses",
    "A customer's answer to 'would you recommend it', from 0 to 10.",
    (
        Column("response_id", Kind.ID, "Identifies the response.", key=True),
        _reference("customer_id", "customers", "The customer."),
        _reference("product_id", "products", "The product."),
        Column("responded_on", Kind.DATE, "The day of the response."),
        Column("score", Kind.COUNT, "The answer: 9 and 10 promote, 0 to 6 detract.", maximum=10, unit="points"),
    ),
)

EXCHANGE_RATES = Table(
    "exchange_rates",
    "The value of one unit of a currency in the reporting currency, for one month.",
    (
        Column("month", Kind.MONTH, "The month.", key=True),
        Column("currency", Kind.CURRENCY, "The currency.", key=True),
        Column("rate", Kind.RATE, "Reporting currency per unit.", unit="reporting currency per unit"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        PARTNERS,
        CUSTOMERS,
        PRODUCTS,
        SUBSCRIPTIONS,
        EXCHANGE_RATES,
        ASSOCIATIONS,
        SEATS,
        BILLING_LINES,
        ACTIVITY,
        ACTIVITY_MONTHLY,
        INSTANCES,
        EXAM_PASSES,
        SURVEY_RESPONSES,
    )
}
"""All fact tables by name, in an order in which every reference points backwards."""
