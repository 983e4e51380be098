"""What the tabs of the page behind a number list: sums by customer, by reason and by month, and rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from partnerlens.access.explained import Explained
from partnerlens.explain import REASONS, Row
from partnerlens.explain.reasons import LEAVING_CAUSES
from partnerlens.months import Month
from partnerlens.web import wording
from partnerlens.web.explain_page import CustomerSum, LeavingLine, Listing, MonthSum, ReasonSum, RowLine
from partnerlens.web.explain_place import Place, amount_words
from partnerlens.web.question import Question
from partnerlens.web.tongue import Tongue
from partnerlens.web.turning import PAGE_ROWS, Pages, pages_of


@dataclass(frozen=True)
class Wanted:
    """
    What an address asks of the rows.

    Attributes:
        tab: which tab.
        page: which page of its list, from 1.
        customer: whose counted rows; None for the sums.
        reason: which rows that do not count; None for the sums.
        leaves: in which month rows leave (YYYY-MM); None for all twelve.
    """

    tab: str
    page: int
    customer: str | None
    reason: str | None
    leaves: str | None

    @property
    def start(self) -> int:
        """How many entries of the list come before the page."""
        return (self.page - 1) * PAGE_ROWS


@dataclass(frozen=True)
class Rows:
    """
    Rows on their way to a tab; what adds up is added up where the rows are.

    Attributes:
        said: the language.
        question: the question.
        place: where the page stands.
        explained: the rows.
        products: names of products by id.
    """

    said: Tongue
    question: Question
    place: Place
    explained: Explained
    products: Mapping[str, str]

    def listing(self, wanted: Wanted) -> Listing:
        """Return what a tab lists."""
        if wanted.tab == "counted":
            return self._counted(wanted)
        if wanted.tab == "not-counted":
            return self._not_counted(wanted)
        return self._leaving(wanted) if wanted.tab == "leaving" else Listing()

    def side_names(self) -> tuple[str, ...]:
        """Return what the columns of sums are called."""
        totals = self.explained.counted
        return (self.said.say("Amount"),) if len(totals) == 1 else tuple(self.side_name(total.side) for total in totals)

    def side_name(self, side: str) -> str:
        """Return what a side of a number is called."""
        return self.said.say(wording.SIDES[side])

    def amount(self, text: str | None) -> str:
        """Return an amount of rows as text."""
        return amount_words(self.said, text, self.explained.heading.unit)

    def _counted(self, wanted: Wanted) -> Listing:
        """The customers with their sums, or the rows of one of them; rows at once where they are of people."""
        explained = self.explained
        count = explained.customers_there()
        if wanted.customer is not None or not count:
            rows = explained.rows(counted=True, customer=wanted.customer, limit=PAGE_ROWS, offset=wanted.start)
            there = (
                explained.rows_there(counted=True)
                if wanted.customer is None
                else explained.customer_rows_there(wanted.customer)
            )
            within = (rows[0].customer_name if rows else None) or wanted.customer or ""
            lines = tuple(self._line(row) for row in rows)
            return Listing(rows=lines, within=within, pages=self._pages(wanted, there))
        customers = tuple(
            CustomerSum(
                name=total.customer_name or total.customer_id,
                id=total.customer_id,
                country=self.said.country(total.country or ""),
                rows=self.said.quantity(total.rows, "rows"),
                amounts=tuple(self.amount(amount) for amount in total.amounts.values()),
                href=self.place.href(self.question, tab=wanted.tab, customer=total.customer_id),
            )
            for total in explained.customers(limit=PAGE_ROWS, offset=wanted.start)
        )
        return Listing(customers=customers, pages=self._pages(wanted, count))

    def _not_counted(self, wanted: Wanted) -> Listing:
        """The reasons with their sums, or the rows of one of them."""
        said, explained = self.said, self.explained
        if wanted.reason is not None:
            rows = explained.rows(counted=False, reason=wanted.reason, limit=PAGE_ROWS, offset=wanted.start)
            known = REASONS.get(wanted.reason)
            return Listing(
                rows=tuple(self._line(row) for row in rows),
                within=said.say(known.sentence) if known else wanted.reason,
                pages=self._pages(wanted, explained.not_counted.get(wanted.reason, 0)),
            )
        return Listing(
            reasons=tuple(
                ReasonSum(
                    code=total.reason,
                    sentence=said.say(REASONS[total.reason].sentence),
                    remedy=self._remedy(total.reason),
                    rows=said.quantity(total.rows, "rows"),
                    amount=self.amount(total.amount),
                    href=self.place.href(self.question, tab=wanted.tab, reason=total.reason),
                )
                for total in explained.not_counted_totals
            )
        )

    def _leaving(self, wanted: Wanted) -> Listing:
        """What leaves in the next twelve months by month, and the rows of one month or of all."""
        said, explained = self.said, self.explained
        every = explained.leaving_months()
        has_sides = len({month.side for month in every}) > 1
        months = tuple(
            MonthSum(
                month=said.month(Month.parse(month.month)),
                side=self.side_name(month.side) if has_sides else "",
                leaves=said.quantity(month.leaves, "rows"),
                customers=said.quantity(month.customers, "customers") if month.customers else "",
                comes=said.quantity(month.comes, "rows") if month.comes else "",
                difference=self.amount(month.difference),
                href=self.place.href(self.question, tab=wanted.tab, leaves=month.month),
                is_here=month.month == wanted.leaves,
            )
            for month in every
        )
        rows = explained.leaving(month=wanted.leaves, limit=PAGE_ROWS, offset=wanted.start)
        there = sum(month.leaves + month.comes for month in every if wanted.leaves in {None, month.month})
        return Listing(
            months=months,
            leaving=tuple(
                LeavingLine(
                    row=self._line(row),
                    month=said.month(Month.parse(row.leaves_in)) if row.leaves_in else "",
                    cause=said.say(LEAVING_CAUSES[row.cause]),
                    difference=self.amount(row.difference),
                )
                for row in rows
            ),
            within=said.month(Month.parse(wanted.leaves)) if wanted.leaves else "",
            pages=self._pages(wanted, there),
        )

    def _remedy(self, code: str) -> str:
        """What would make rows of a reason count."""
        key = wording.ASSOCIATION_REMEDY if code.startswith("outranked_by_") else code
        return self.said.say(wording.REMEDIES.get(key, ""))

    def _line(self, row: Row) -> RowLine:
        """A row as text."""
        said = self.said
        return RowLine(
            month=said.month(Month.parse(row.month)),
            customer=row.customer_name or row.customer_id or "",
            subscription=row.subscription_id or "",
            product=self.products.get(row.product_id or "", row.product_id or row.workload or ""),
            item=row.item or "",
            association=(row.association or "").replace(";", ", "),
            amount=self.amount(row.amount),
            reason=said.say(REASONS[row.reason].sentence),
            leaves=said.month(Month.parse(row.leaves_in)) if row.leaves_in else "",
            note=(row.note or "").replace(";", ", "),
        )

    def _pages(self, wanted: Wanted, total: int) -> Pages | None:
        """Where the list stands; None where it fits on one page."""

        def turned(page: int) -> str:
            return self.place.href(
                self.question,
                tab=wanted.tab,
                customer=wanted.customer,
                reason=wanted.reason,
                leaves=wanted.leaves,
                page=page,
            )

        return pages_of(self.said, total, wanted.page, turned)
