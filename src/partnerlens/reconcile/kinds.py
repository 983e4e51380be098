"""What a comparison finds of an entry or a line: each kind of difference with its sentence and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """Where an amount is found."""

    MATCHED = "matched"
    DIFFERENT = "different"
    ONLY_COUNTED = "only_counted"
    ONLY_BOOKS = "only_books"


STANDINGS: dict[Standing, str] = {
    Standing.MATCHED: "In the books and counted, with the same amount.",
    Standing.DIFFERENT: "In the books and counted, but not alike.",
    Standing.ONLY_COUNTED: "Counted, but not in the books.",
    Standing.ONLY_BOOKS: "In the books, but not counted.",
}
"""Each standing with its sentence."""


@dataclass(frozen=True)
class DifferenceKind:
    """
    One kind of difference.

    Attributes:
        code: its name in rows.
        sentence: what it says to a reader.
        remedy: what to do about it; empty where nothing has to be done.
    """

    code: str
    sentence: str
    remedy: str = ""


KINDS: dict[str, DifferenceKind] = {
    kind.code: kind
    for kind in (
        DifferenceKind("matched", "The entry and the line agree."),
        DifferenceKind("matched_in_sum", "The entries and the lines of a subscription and month agree in their sum."),
        DifferenceKind("amount", "The amounts differ.", "Compare the invoice with the billed lines of the month."),
        DifferenceKind(
            "currency",
            "The currencies differ, or there is no exchange rate for the entry.",
            "Book the amount in the currency of the invoice, or ask the operator to load the rate.",
        ),
        DifferenceKind(
            "other_month",
            "The same amount is billed in another month.",
            "Revenue counts in the month in which the vendor billed it; book it there, or expect it there.",
        ),
        DifferenceKind(
            "no_association",
            "The partner is not associated with the subscription or the customer.",
            "Ask the customer to associate you with the subscription; it counts from then on, not before.",
        ),
        DifferenceKind(
            "association_not_counted",
            "The partner's association gives no credit for it at the end of the month.",
            "See the reason of the row: the association was not active, or of a type that is not credited.",
        ),
        DifferenceKind(
            "outranked",
            "Another type of association on the subscription takes the credit.",
            "Claim the subscription yourself where you did the work.",
        ),
        DifferenceKind(
            "not_qualifying_product",
            "The product is not among those that count.",
            "Nothing can be done: revenue of this product does not count.",
        ),
        DifferenceKind(
            "channel_not_counted",
            "The subscription is sold through a channel that does not count.",
            "Nothing can be done: revenue counts the channels EA, CSP and Web Direct only.",
        ),
        DifferenceKind(
            "ea_after_first_year",
            "The enterprise agreement is not in its first twelve months.",
            "Nothing can be done: revenue of an agreement counts in its first year only.",
        ),
        DifferenceKind(
            "credit_note",
            "A credit without a counterpart.",
            "Find the invoice that it belongs to, and book or bill the credit there.",
        ),
        DifferenceKind(
            "duplicate",
            "The same again, word for word.",
            "Remove the repetition, or give each line an invoice of its own.",
        ),
        DifferenceKind(
            "adjustment",
            "A charge for an invoice as a whole, which billed lines do not hold.",
            "One-off adjustments of an invoice are not in the reconciliation files and never count.",
        ),
        DifferenceKind(
            "not_cloud",
            "The program does not know the product.",
            "Only products of the program count; leave others out of the comparison.",
        ),
        DifferenceKind(
            "outside_window",
            "The month lies outside the twelve months that count.",
            "Compare the months of the window only, or ask about another data month.",
        ),
        DifferenceKind(
            "not_billed",
            "No billed line is known for it.",
            "Look for it in later files; if it stays away, ask the operator which invoices are loaded.",
        ),
        DifferenceKind(
            "not_booked",
            "No entry of the books is known for it.",
            "Book it, or ask the operator whether it is yours.",
        ),
    )
}
"""All kinds by code, in the order in which they are listed."""

_OF_REASON = {
    "outside_window": "outside_window",
    "channel_not_counted": "channel_not_counted",
    "ea_before_agreement": "ea_after_first_year",
    "ea_after_first_year": "ea_after_first_year",
    "not_qualifying_product": "not_qualifying_product",
    "no_association": "no_association",
}


def kind_of_reason(reason: str) -> str:
    """
    Return the kind of difference that a line's reason for not counting makes.

    >>> kind_of_reason("outranked_by_cpor"), kind_of_reason("presales_claim")
    ('outranked', 'association_not_counted')
    """
    if reason.startswith("outranked_by_"):
        return "outranked"
    return _OF_REASON.get(reason, "association_not_counted")
