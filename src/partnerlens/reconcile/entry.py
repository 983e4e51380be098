"""What is compared: an entry of the partner's own books, and a billed line of the facts."""

from dataclasses import dataclass
from fractions import Fraction

from partnerlens.model.facts import Column, Kind, Table

BOOKS = Table(
    "books",
    "One line of a partner's own books: what it billed for a subscription.",
    (
        Column("month", Kind.MONTH, "The month in which it was billed; without it the date says it.", required=False),
        Column("date", Kind.DATE, "The day of the invoice, where there is no month.", required=False),
        Column("invoice", Kind.TEXT, "The invoice.", required=False),
        Column("customer", Kind.TEXT, "The customer's id or name.", required=False),
        Column("subscription", Kind.TEXT, "The subscription's id.", required=False),
        Column("product", Kind.TEXT, "The product's id or name.", required=False),
        Column("amount", Kind.MONEY, "The amount before tax; a credit is negative.", unit="currency of the line"),
        Column(
            "currency", Kind.CURRENCY, "The currency; the program's reporting currency where empty.", required=False
        ),
    ),
)
"""The columns of a file of books; a file has a month or a date, and a subscription or a customer."""

OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "month": ("billing_month",),
    "date": ("invoice_date",),
    "invoice": ("invoice_id", "invoice_number", "invoice_reference"),
    "customer": ("customer_id", "customer_name"),
    "subscription": ("subscription_id",),
    "product": ("product_id", "product_name"),
}
"""Other names of the columns; case, blanks and underscores make no difference."""


@dataclass(frozen=True)
class Entry:
    """
    One entry of the partner's own books.

    Attributes:
        line: its line in the file; its number among the rows where the file has no lines.
        month: the month it was billed in, as a number.
        invoice: the invoice; empty where it is not named.
        customer: the customer as the file names it; empty where it is not named.
        subscription: the subscription as the file names it; empty where it is not named.
        product: the product as the file names it; empty where it is not named.
        amount: what was billed, before tax; a credit is negative.
        currency: its currency.
        value: the amount in the reporting currency; None without a rate for the month.
        customer_id: the customer that is meant; None where the partner has none of that name.
        is_held: whether the partner is associated with the subscription.
        is_known_product: whether the program has the product; True where none is named.
    """

    line: int
    month: int
    invoice: str
    customer: str
    subscription: str
    product: str
    amount: Fraction
    currency: str
    value: Fraction | None
    customer_id: str | None
    is_held: bool
    is_known_product: bool

    @property
    def whole(self) -> tuple[object, ...]:
        """All that the file says; entries that agree in it are the same twice."""
        return (
            self.month,
            self.invoice,
            self.customer,
            self.subscription,
            self.product,
            self.amount,
            self.currency,
        )


@dataclass(frozen=True)
class Line:
    """
    One billed line of the facts that is the partner's, or near it.

    Attributes:
        item: the invoice and the line (``INVOICE/LINE``).
        invoice: the invoice.
        month: its billing month, as a number.
        subscription: the subscription's id.
        customer_id: the customer.
        customer: the customer's name.
        product: the product's id.
        counted: whether it counts.
        reason: why it counts, or does not.
        amount: as billed; None where the reader may not see it.
        currency: of the amount.
        value: in the reporting currency; None where the reader may not see it.
    """

    item: str
    invoice: str
    month: int
    subscription: str
    customer_id: str
    customer: str
    product: str
    counted: bool
    reason: str
    amount: Fraction | None
    currency: str
    value: Fraction | None
