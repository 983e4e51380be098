"""The page behind a number: the rows that count by customer, those that do not by reason, and how it is measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.access.explained import Explained
from partnerlens.explain import REASONS, Row
from partnerlens.model.metric import MetricId, metric_id
from partnerlens.months import WINDOW_MONTHS, Month, months_between
from partnerlens.units import exact_text
from partnerlens.web import wording
from partnerlens.web.explain_page import CustomerSum, ExplainPage, ReasonSum, RowLine
from partnerlens.web.page import Link, State, Subject, rendered, tongue_of
from partnerlens.web.partner import basis_lines, months_of, partner_frame, pinned_notice
from partnerlens.web.question import Question, address, choice_of, one_of, whole_number
from partnerlens.web.tongue import Tongue
from partnerlens.web.turning import PAGE_ROWS, Pages, pages_of

Entry = TypeVar("Entry")

TABS = ("counted", "not-counted", "how")
"""The three tabs, the first shown first."""

CHUNK = 20_000
"""Rows read at once where all of them are looked at."""


@dataclass(frozen=True)
class Listing:
    """
    What is listed on a tab.

    Attributes:
        customers: sums by customer.
        reasons: sums by reason.
        rows: rows.
        within: whose rows they are, or for which reason.
        pages: where the list stands.
        customer_count: how many customers have counted rows; None where rows have no customers.
    """

    customers: tuple[CustomerSum, ...] = ()
    reasons: tuple[ReasonSum, ...] = ()
    rows: tuple[RowLine, ...] = ()
    within: str = ""
    pages: Pages | None = None
    customer_count: int | None = None


@dataclass(frozen=True)
class Asked:
    """
    What an address asks of the rows.

    Attributes:
        tab: which tab.
        page: which page of its list, from 1.
        customer: whose counted rows; None for the sums.
        reason: which rows that do not count; None for the sums.
    """

    tab: str
    page: int
    customer: str | None
    reason: str | None

    @classmethod
    def read(cls, query: QueryParams) -> "Asked":
        """Return what an address asks; raises UsageError where it is none of the tabs, or no page."""
        return cls(
            choice_of(query, "tab", TABS, TABS[0]),
            whole_number(query, "page", least=1) or 1,
            one_of(query, "customer"),
            one_of(query, "reason"),
        )


def explain(request: Request, desk: Desk, question: Question, metric: str) -> Response:
    """Return the page behind a number of a partner."""
    subject = metric_id(metric)
    asked = Asked.read(request.query_params)
    with desk.explain(question.partner_id, subject.value, **question.asked) as explained:
        return rendered(request, _Explaining(request, desk, question, subject, asked, explained).page())


class _Explaining:
    """One explanation on its way to a page."""

    def __init__(
        self,
        request: Request,
        desk: Desk,
        question: Question,
        metric: MetricId,
        asked: Asked,
        explained: Explained,
    ) -> None:
        self.request, self.desk, self.question, self.metric = request, desk, question, metric
        self.explained, self.heading = explained, explained.heading
        self.said: Tongue = tongue_of(request)
        self.tab, self.page_number = asked.tab, asked.page
        self.customer, self.reason = asked.customer, asked.reason
        self.place = f"explain/{metric.value}"
        choices = desk.choices(question.partner_id, question.month)
        self.products = dict(choices.products)

    def page(self) -> ExplainPage:
        """Return the page."""
        said, heading, question = self.said, self.heading, self.question
        rights = self.explained.rights
        basis = self.desk.basis(question.month)
        listing = self.listing()
        return ExplainPage(
            frame=partner_frame(
                self.request,
                question,
                Subject(heading.partner_id, heading.partner_name),
                rights,
                "explain",
                title=said.say(heading.title),
                call=self.call(),
            ),
            back=Link(said.say("Contribution"), question.changed(edition=None).href()),
            title=self.title(listing),
            months=months_of(
                said, [month.month for month in self.desk.months()], question, self.place, str(heading.month)
            ),
            chips=self.chips(),
            clear=Link(said.say("Clear filters"), question.cleared().href(self.place))
            if question.is_filtered
            else None,
            basis=basis_lines(said, basis, self.desk.settings.time_zone),
            notices=self.notices(pinned_notice(said, question, basis)),
            tab=self.tab,
            tabs=self.tabs(),
            within=listing.within,
            up=Link(said.say("Back to the sums"), question.href(self.place, tab=self.tab)) if listing.within else None,
            customers=listing.customers,
            sides=self.sides(),
            totals=tuple(self.amount(total.amount) for total in self.explained.counted),
            total_rows=said.quantity(self.explained.rows_there(counted=True), "rows"),
            arithmetic=self.arithmetic(),
            reasons=listing.reasons,
            rows=listing.rows,
            has_notes=any(row.note for row in listing.rows),
            pages=listing.pages,
            definition=said.say(heading.definition),
            counted_rows=" ".join(
                said.say(f"{sentence}.") for sentence in heading.counted_rows.rstrip(".").split(". ")
            ),
            method=said.say(wording.METHODS[heading.method]),
            window=said.months(heading.first_month, heading.month),
            strip=self.strip(),
            rules=self.rules(),
            exports=self.exports() if rights.download else (),
            empty=self.empty(),
        )

    def listing(self) -> Listing:
        """What the tab lists."""
        if self.tab == "counted":
            if self.metric is MetricId.CERTIFIED_PEOPLE:
                return self.people()
            return self.by_customer()
        if self.tab == "not-counted":
            return self.by_reason()
        return Listing()

    def every_row(self, *, counted: bool) -> Iterator[Row]:
        """All rows that count, or do not, in order."""
        offset = 0
        while chunk := self.explained.rows(counted=counted, limit=CHUNK, offset=offset):
            yield from chunk
            if len(chunk) < CHUNK:
                return
            offset += CHUNK

    def people(self) -> Listing:
        """The people who count; they have no customers."""
        total = self.explained.rows_there(counted=True)
        start = (self.page_number - 1) * PAGE_ROWS
        rows = self.explained.rows(counted=True, limit=PAGE_ROWS, offset=start)
        return Listing(rows=tuple(self.row_line(row) for row in rows), pages=self.pages(total))

    def by_customer(self) -> Listing:
        """The customers with their sums, or the rows of one of them."""
        sides = [total.side for total in self.explained.counted]
        sums: dict[str, list[Fraction]] = {}
        rows_of: dict[str, int] = {}
        named: dict[str, Row] = {}
        mine: list[Row] = []
        for row in self.every_row(counted=True):
            key = row.customer_id or ""
            named.setdefault(key, row)
            rows_of[key] = rows_of.get(key, 0) + 1
            amounts = sums.setdefault(key, [Fraction(0)] * len(sides))
            if row.side in sides and row.amount is not None:
                amounts[sides.index(row.side)] += Fraction(row.amount)
            if key == self.customer:
                mine.append(row)
        if self.customer is not None:
            first = named.get(self.customer)
            return Listing(
                rows=tuple(self.row_line(row) for row in self.cut(mine)),
                within=first.customer_name or self.customer if first else self.customer,
                pages=self.pages(len(mine)),
                customer_count=len(named),
            )
        order = sorted(named, key=lambda key: ([-abs(amount) for amount in sums[key]], key))
        customers = tuple(
            CustomerSum(
                name=named[key].customer_name or key,
                id=key,
                country=self.said.country(named[key].country or ""),
                rows=self.said.quantity(rows_of[key], "rows"),
                amounts=tuple(self.amount(exact_text(amount)) for amount in sums[key]),
                href=self.question.href(self.place, tab=self.tab, customer=key),
            )
            for key in self.cut(order)
        )
        return Listing(customers=customers, pages=self.pages(len(order)), customer_count=len(named))

    def by_reason(self) -> Listing:
        """The reasons with their sums, or the rows of one of them."""
        counts = self.explained.not_counted
        if self.reason is not None:
            mine = [row for row in self.every_row(counted=False) if row.reason == self.reason]
            within = self.said.say(REASONS[self.reason].sentence) if self.reason in REASONS else self.reason
            rows = tuple(self.row_line(row) for row in self.cut(mine))
            return Listing(rows=rows, within=within, pages=self.pages(len(mine)))
        amounts: dict[str, Fraction | None] = dict.fromkeys(counts, Fraction(0))
        for row in self.every_row(counted=False):
            known = amounts[row.reason]
            amounts[row.reason] = None if known is None or row.amount is None else known + Fraction(row.amount)
        return Listing(
            reasons=tuple(
                ReasonSum(
                    code=code,
                    sentence=self.said.say(REASONS[code].sentence),
                    remedy=self.remedy(code),
                    rows=self.said.quantity(rows, "rows"),
                    amount="" if (amount := amounts[code]) is None else self.amount(exact_text(amount)),
                    href=self.question.href(self.place, tab=self.tab, reason=code),
                )
                for code, rows in counts.items()
            )
        )

    def remedy(self, code: str) -> str:
        """What would make rows of a reason count."""
        key = wording.ASSOCIATION_REMEDY if code.startswith("outranked_by_") else code
        return self.said.say(wording.REMEDIES.get(key, ""))

    def row_line(self, row: Row) -> RowLine:
        """A row as text."""
        said = self.said
        return RowLine(
            month=said.month(Month.parse(row.month)),
            customer=row.customer_name or row.customer_id or "",
            subscription=row.subscription_id or "",
            product=self.products.get(row.product_id or "", row.product_id or row.workload or ""),
            item=row.item or "",
            association=(row.association or "").replace(";", ", "),
            amount="" if row.amount is None else self.amount(row.amount),
            reason=said.say(REASONS[row.reason].sentence),
            leaves=said.month(Month.parse(row.leaves_in)) if row.leaves_in else "",
            note=(row.note or "").replace(";", ", "),
        )

    def amount(self, text: str) -> str:
        """An amount of rows as text: money, or a number."""
        return self.said.figure(text, self.heading.unit if self.metric is MetricId.REVENUE else "")

    def cut(self, entries: list[Entry]) -> list[Entry]:
        """The entries of the page."""
        start = (self.page_number - 1) * PAGE_ROWS
        return entries[start : start + PAGE_ROWS]

    def pages(self, total: int) -> Pages | None:
        """Where the list stands; None where it fits on one page."""

        def turned(page: int) -> str:
            return self.question.href(self.place, tab=self.tab, customer=self.customer, reason=self.reason, page=page)

        return pages_of(self.said, total, self.page_number, turned)

    def title(self, listing: Listing) -> str:
        """The number in a sentence."""
        said, heading = self.said, self.heading
        metric = said.say(heading.title)
        if heading.value is None:
            words = wording.NOT_COMPUTABLE.get(heading.null_reason or "")
            return f"{metric}: {said.say(words.short) if words else '–'}"
        value = said.quantity(heading.value, heading.unit)
        rows = said.quantity(self.explained.rows_there(counted=True), "rows")
        if listing.customer_count:
            customers = said.quantity(listing.customer_count, "customers")
            return said.say(
                "%(metric)s: %(value)s, made of %(rows)s of %(customers)s",
                metric=metric,
                value=value,
                rows=rows,
                customers=customers,
            )
        return said.say("%(metric)s: %(value)s, made of %(rows)s", metric=metric, value=value, rows=rows)

    def tabs(self) -> tuple[Link, ...]:
        """The links to the three tabs."""
        said = self.said
        labels = {
            "counted": f"{said.say('Counted')} ({said.number(self.explained.rows_there(counted=True))})",
            "not-counted": f"{said.say('Not counted')} ({said.number(self.explained.rows_there(counted=False))})",
            "how": said.say("How it is measured"),
        }
        return tuple(
            Link(label, self.question.href(self.place, tab=tab), tab == self.tab) for tab, label in labels.items()
        )

    def sides(self) -> tuple[str, ...]:
        """What the columns of sums are called."""
        named = {
            "numerator": self.said.say("Above the line"),
            "denominator": self.said.say("Below the line"),
            "baseline": self.said.say("Baseline"),
        }
        totals = self.explained.counted
        return (self.said.say("Amount"),) if len(totals) == 1 else tuple(named[total.side] for total in totals)

    def arithmetic(self) -> str:
        """How the sums make the number."""
        heading = self.heading
        if heading.value is None or heading.denominator is None:
            return ""
        return f"{self.said.number(heading.numerator or '0')} ÷ {self.said.number(heading.denominator)} = " + (
            self.said.quantity(heading.value, heading.unit)
        )

    def notices(self, pinned: str) -> tuple[str, ...]:
        """What to know about the rows."""
        said = self.said
        notices = [pinned] if pinned else []
        if self.explained.hides_people:
            notices.append(said.say("Names of people and users are left out: your role does not open them."))
        if not self.explained.ties_out:
            notices.append(
                said.say(
                    "The rows do not add up to the number: another version of Partnerlens built this edition. "
                    "Build the month again."
                )
            )
        for flag in self.heading.flags:
            words = wording.FLAGS.get(flag)
            notices.append(f"{said.say(words.short)}: {said.say(words.long)}" if words else flag)
        return tuple(notices)

    def chips(self) -> tuple[Link, ...]:
        """The filters that hold, each with the link that removes it."""
        said = self.said
        chips = []
        for name, label in (
            ("product", said.say("Product")),
            ("workload", said.say("Workload")),
            ("country", said.say("Customer location")),
        ):
            chosen: tuple[str, ...] = getattr(self.question, name) or ()
            for value in chosen:
                left = tuple(other for other in chosen if other != value) or None
                text = self.products.get(value, value) if name == "product" else value
                text = said.country(value) if name == "country" else text
                href = self.question.changed(**{name: left}).href(self.place, tab=self.tab)
                chips.append(Link(f"{label}: {text}", href))
        return tuple(chips)

    def strip(self) -> tuple[tuple[str, bool], ...]:
        """Two years of months, and which of them are in the window."""
        heading = self.heading
        first = heading.month - (2 * WINDOW_MONTHS - 1)
        return tuple(
            (self.said.month(month), month >= heading.first_month) for month in months_between(first, heading.month)
        )

    def rules(self) -> tuple[tuple[str, str], ...]:
        """What decided about the rows."""
        said, heading = self.said, self.heading
        asked = heading.filter
        chosen = {
            said.say("Product"): [self.products.get(product, product) for product in sorted(asked.products)],
            said.say("Workload"): sorted(asked.workloads),
            said.say("Customer location"): [said.country(country) for country in sorted(asked.countries)],
        }
        return (
            *((label, said.listed(values) if values else said.say("All")) for label, values in chosen.items()),
            *((name, digest[:16]) for name, digest in heading.rule_sets.items()),
            *(sorted(heading.parameters.items())),
        )

    def exports(self) -> tuple[Link, ...]:
        """The rows as files: those that count, and those that do not."""
        said = self.said
        pinned = self.question.changed(month=str(self.heading.month), edition=None)
        path = f"/api/v1/partners/{pinned.partner_id}/metrics/{self.metric.value}/rows"
        labels = {"true": said.say("Counted"), "false": said.say("Not counted")}
        return tuple(
            Link(
                f"{label} · {form}",
                address(path, [("format", form.lower()), ("counted", counted), *pinned.parameters()]),
            )
            for counted, label in labels.items()
            for form in ("CSV", "XLSX", "Parquet")
        )

    def call(self) -> str:
        """The command that asks the interface for the rows."""
        pinned = self.question.changed(month=str(self.heading.month), edition=None)
        path = f"/api/v1/partners/{pinned.partner_id}/metrics/{self.metric.value}/rows"
        base = str(self.request.base_url).rstrip("/")
        asked = address(path, pinned.parameters())
        return f'curl -H "Authorization: Bearer $PARTNERLENS_TOKEN" "{base}{asked}"'

    def empty(self) -> State | None:
        """Why there are no rows."""
        said = self.said
        if self.tab == "counted" and not self.explained.rows_there(counted=True):
            if self.question.is_filtered:
                return State(
                    "filtered_out",
                    said.say("No row counts under this filter"),
                    said.say("Clear the filters, or see which rows do not count, and why."),
                    Link(said.say("Clear filters"), self.question.cleared().href(self.place)),
                )
            return State(
                "no_data",
                said.say("No row counts"),
                said.say("Nothing within the window counts for this number. See which rows were near."),
                Link(said.say("Not counted"), self.question.href(self.place, tab="not-counted")),
            )
        if self.tab == "not-counted" and not self.explained.rows_there(counted=False):
            return State(
                "no_data", said.say("Nothing was left out"), said.say("No row was near this number without counting.")
            )
        return None
