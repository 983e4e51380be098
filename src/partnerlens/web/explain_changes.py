"""What changed a number, as text: the bridge from the month before, and the rows that differ between two editions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from partnerlens.access.compared import Compared
from partnerlens.explain import CHANGE_CAUSES, REASONS, BridgeSide
from partnerlens.explain.difference import Reading
from partnerlens.explain.moves import Change
from partnerlens.months import Month
from partnerlens.units import exact_text
from partnerlens.web import wording
from partnerlens.web.explain_page import BridgeLine, BridgeTable, CauseSum, ChangeLine, Changes
from partnerlens.web.explain_place import amount_words
from partnerlens.web.tongue import Tongue
from partnerlens.web.turning import PAGE_ROWS, pages_of


@dataclass(frozen=True)
class Comparing:
    """
    Two editions held against each other, on their way to a page.

    Attributes:
        said: the language.
        compared: the rows that differ.
        products: names of products by id.
    """

    said: Tongue
    compared: Compared
    products: Mapping[str, str]

    def changes(self, page: int, turned: Callable[[int], str]) -> Changes:
        """
        Return the rows that differ, some at a time.

        Args:
            page: which page of the list, from 1.
            turned: the address of a page.
        """
        rows = self.compared.rows(limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS)
        return Changes(
            causes=self._causes(),
            has_sides=len({total.side for total in self.compared.totals}) > 1,
            lines=tuple(self._line(row) for row in rows),
            pages=pages_of(self.said, self.compared.rows_there(), page, turned),
            hides_people=self.compared.hides_people,
        )

    def sentence(self) -> str:
        """Return what became of the number, in a sentence."""
        said, heading = self.said, self.compared.heading
        before, after = heading.before, heading.after
        if before.month == after.month:
            return said.say(
                "%(metric)s of %(month)s: %(before)s in edition %(earlier)s, %(after)s in edition %(later)s.",
                metric=said.say(heading.title),
                month=said.month(after.month),
                before=self._value(before),
                after=self._value(after),
                earlier=before.edition,
                later=after.edition,
            )
        sides = self.compared.sides()
        places = {
            "metric": said.say(heading.title),
            "before": self._value(before),
            "after": self._value(after),
            "earlier": said.month(before.month),
            "month": said.month(after.month),
        }
        if after.denominator is not None or before.denominator is not None or len(sides) != 1:
            return said.say("%(metric)s was %(before)s in %(earlier)s and is %(after)s in %(month)s.", **places)
        (side,) = sides
        moved = said.say(
            "%(metric)s was %(before)s in %(earlier)s and is %(after)s in %(month)s: %(entered)s entered, "
            "and %(left)s left by age.",
            **places,
            entered=self._amount(exact_text(side.entered.amount)),
            left=self._amount(exact_text(side.rolled_off.amount)),
        )
        if not side.corrected.rows:
            return moved
        amount = self._signed(exact_text(side.corrected.amount))
        corrected = said.say("Corrections changed it by %(amount)s.", amount=amount)
        return f"{moved} {corrected}"

    def bridges(self) -> tuple[BridgeTable, ...]:
        """Return the bridge of each side of the number."""
        sides = self.compared.sides()
        return tuple(self._bridge(side, named=len(sides) > 1) for side in sides)

    def _bridge(self, side: BridgeSide, *, named: bool) -> BridgeTable:
        said, heading = self.said, self.compared.heading
        spans = (
            (said.say("Entered"), side.entered.rows, side.entered.amount),
            (said.say("Left by age"), side.rolled_off.rows, -side.rolled_off.amount),
            (said.say("Corrected"), side.corrected.rows, side.corrected.amount),
        )
        return BridgeTable(
            side=said.say(wording.SIDES[side.side]) if named else "",
            before=BridgeLine(said.month(heading.before.month), "", self._amount(exact_text(side.before))),
            spans=tuple(
                BridgeLine(name, said.quantity(rows, "rows"), self._signed(exact_text(amount)))
                for name, rows, amount in spans
            ),
            after=BridgeLine(said.month(heading.after.month), "", self._amount(exact_text(side.after))),
        )

    def _causes(self) -> tuple[CauseSum, ...]:
        return tuple(
            CauseSum(
                side=self.said.say(wording.SIDES[total.side]),
                cause=self.said.say(wording.CAUSES[total.cause]),
                sentence=self.said.say(CHANGE_CAUSES[total.cause]),
                source=total.source or "",
                rows=self.said.quantity(total.rows, "rows"),
                change=self._signed(total.change),
            )
            for total in self.compared.totals
        )

    def _line(self, row: Change) -> ChangeLine:
        said = self.said
        reason = {"left": row.reason_after, "entered": row.reason_before}.get(row.movement)
        return ChangeLine(
            cause=said.say(wording.CAUSES[row.cause]),
            month=said.month(Month.parse(row.month)),
            customer=row.customer_name or row.customer_id or "",
            subscription=row.subscription_id or "",
            product=self.products.get(row.product_id or "", row.product_id or row.workload or ""),
            item=row.item or "",
            before=self._amount(row.amount_before),
            after=self._amount(row.amount_after),
            change=self._signed(row.change),
            reason=said.say(REASONS[reason].sentence) if reason in REASONS else "",
        )

    def _value(self, reading: Reading) -> str:
        return "–" if reading.value is None else self.said.quantity(reading.value, self.compared.heading.unit)

    def _amount(self, text: str | None) -> str:
        return amount_words(self.said, text, self.compared.heading.unit)

    def _signed(self, text: str) -> str:
        shown = self._amount(text)
        return shown if text.startswith("-") or text == "0" else f"+{shown}"
