"""
The difference between two editions by row, each change with its cause.

From one edition to the other lead states that differ in one thing each: the facts of one table after another, then the
rules, then the data month. What a step changes is put down to what differs in it, so that all changes together are
exactly the difference.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from partnerlens.answer.edition import OpenEdition
from partnerlens.engine.protocol import Engine
from partnerlens.errors import DefinitionError, NotFoundError
from partnerlens.explain.changed_facts import ChangedFacts
from partnerlens.explain.ground import Viewer
from partnerlens.explain.metrics import explain_metric, metric_subject, rule_book
from partnerlens.explain.moves import Change, Moves, Total
from partnerlens.explain.row import ROW_SCHEMA
from partnerlens.explain.state import State, state_rows, timeless_sides
from partnerlens.model.metric import METRICS, MauMethod, Method, MetricId
from partnerlens.model.result import Filter
from partnerlens.months import Month
from partnerlens.store import Snapshot

CHANGE_CAUSES: dict[str, str] = {
    "late_fact": "A fact that the earlier facts did not have.",
    "correction": "A fact that the earlier facts had with other values, or that is gone since.",
    "rule_change": "Other rules: a credit policy, the exam lists, or the way to count users.",
    "entered": "The row came with the data month.",
    "rolled_off": "The row went with the data month: it left the window, or its state changed.",
}
"""The causes of changes, each in a sentence."""

_DIMENSIONS = ("partners", "customers", "products", "subscriptions")
"""Tables whose new rows change no number by themselves: facts that refer to them come with tables of their own."""

_ORDER = (*_DIMENSIONS, "associations", "seats", "exchange_rates")
"""The tables in the order in which the facts of the later edition take their places; all others follow."""


@dataclass(frozen=True)
class Reading:
    """
    The number in one of the two editions.

    Attributes:
        edition: the edition's number.
        month: its data month.
        window: the months whose facts count, such as ``2023-04 to 2024-03``.
        value: as in the answer; None when null.
        numerator: exact; None when the value is null for want of a denominator, or the partner is not known yet.
        denominator: exact; None for sums and counts.
        flags: what limits the value, such as ``history_short``.
        sums: what the counted rows of each side add up to.
    """

    edition: int
    month: Month
    window: str
    value: str | None
    numerator: str | None
    denominator: str | None
    flags: tuple[str, ...]
    sums: Mapping[str, Fraction]


@dataclass(frozen=True)
class DifferenceHeading:
    """
    What a difference says above its rows.

    Attributes:
        partner_id: the partner.
        partner_name: its name.
        metric: the metric's id.
        title: its name for readers.
        definition: what it is, in a sentence.
        unit: what the value counts; the currency code for revenue.
        filter: what the question was limited to.
        viewer: who asked.
        program: the program's name.
        before: the number in the first edition.
        after: the number in the second.
        rule_sets: the digest of each rule set of the second edition that decides about the rows, by name.
        parameters: the settings that the second edition was built with.
        names_people: whether rows name users or people.
    """

    partner_id: str
    partner_name: str
    metric: MetricId
    title: str
    definition: str
    unit: str
    filter: Filter
    viewer: Viewer
    program: str
    before: Reading
    after: Reading
    rule_sets: Mapping[str, str]
    parameters: Mapping[str, str]
    names_people: bool

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that the number has rows on, in either edition."""
        return tuple(dict.fromkeys((*self.after.sums, *self.before.sums)))


class Difference:
    """
    The rows that count in one edition and not, or otherwise, in another; each with the cause.

    It holds an engine until it is closed; use it in a ``with`` block.

    Attributes:
        heading: what is said above the rows.
    """

    def __init__(self, heading: DifferenceHeading, moves: Moves) -> None:
        """Add up the changes; rows are read when asked for."""
        self.heading = heading
        self._moves = moves
        self._totals = moves.totals()

    @property
    def totals(self) -> tuple[Total, ...]:
        """The changes added up by side, cause and source, in the order of steps."""
        return self._totals

    @property
    def causes(self) -> dict[str, str]:
        """The sentence of each cause that a row has."""
        found = {total.cause for total in self._totals}
        return {code: sentence for code, sentence in CHANGE_CAUSES.items() if code in found}

    def change(self, side: str, *causes: str) -> Fraction:
        """Return what the changes of a side add up to: those of some causes, or all of them."""
        wanted = [total for total in self._totals if total.side == side and (not causes or total.cause in causes)]
        return sum((Fraction(total.change) for total in wanted), Fraction(0))

    def rows_there(self, side: str | None = None, *causes: str) -> int:
        """Return how many changes there are, of one side and some causes, or of all."""
        return sum(
            total.rows
            for total in self._totals
            if (side is None or total.side == side) and (not causes or total.cause in causes)
        )

    @property
    def ties_out(self) -> bool:
        """Whether the number before and all changes together are exactly the number after, on every side."""
        before, after = self.heading.before.sums, self.heading.after.sums
        return all(
            before.get(side, Fraction(0)) + self.change(side) == after.get(side, Fraction(0))
            for side in self.heading.sides
        )

    def rows(self, *, limit: int = 50, offset: int = 0) -> list[Change]:
        """
        Return some of the changes, in the order of steps.

        Args:
            limit: at most so many.
            offset: how many to skip.
        """
        return self._moves.rows(limit=limit, offset=offset)

    def batches(self) -> pa.RecordBatchReader:
        """
        Return all changes as Arrow batches with the columns of ``CHANGE_SCHEMA``, for an export of any size.

        Read it to the end before asking the difference for anything else.
        """
        return self._moves.batches()

    def close(self) -> None:
        """Close the engine; the heading and the totals stay."""
        self._moves.close()

    def __enter__(self) -> Self:
        """Return the difference; it closes when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the difference."""
        self.close()


@dataclass(frozen=True)
class End:
    """
    An edition with the facts it was built from.

    Attributes:
        edition: the edition.
        facts: the facts as they stood at its last load.
    """

    edition: OpenEdition
    facts: Snapshot

    @property
    def method(self) -> MauMethod:
        """How the edition counts users."""
        return MauMethod(self.edition.manifest.parameters["mau_method"])


@dataclass(frozen=True)
class _Step:
    """
    One step from state to state.

    Attributes:
        kind: ``facts``, ``rules`` or ``month``.
        source: the table whose facts differ, or the rules that do; None for the month.
        state: the state that it leads to.
        links: what leads from rows to the facts that differ.
    """

    kind: str
    source: str | None
    state: State
    links: pa.Table | None = None


def compare_editions(
    metric: MetricId,
    partner_id: str,
    *,
    before: End,
    after: End,
    engine: Callable[[], Engine],
    asked: Filter,
    viewer: Viewer = "operator",
) -> Difference:
    """
    Return the rows of a metric of a partner that differ between two editions, each with the cause.

    Args:
        metric: the metric.
        partner_id: the partner, an account or a location.
        before: the edition to begin with; it may be the newer one.
        after: the edition to end with.
        engine: opens an engine; the difference closes what it opens.
        asked: the filter.
        viewer: operators see every candidate; partners nothing that says who else is credited, or for how much.

    Raises:
        NotFoundError: neither edition knows the partner or a filter value.
        DefinitionError: an edition does not keep its definitions, or its number is not the sum of its rows any more.
    """
    chosen = _checked(asked, before.edition, after.edition)
    question = _Question(metric, partner_id, chosen, viewer, engine)
    if partner_id not in before.edition.positions:
        after.edition.position(partner_id)
    first, first_rows = question.reading(before)
    last, last_rows = question.reading(after)
    moves = Moves(engine())
    try:
        here = _state(before, after)
        moves.begin(first_rows, timeless_sides(metric, here.method))
        steps = list(question.steps(before, after))
        is_settled = False
        for step in steps:
            is_last = step is steps[-1]
            if step.kind != "facts" and not is_settled:
                moves.settle()
                is_settled = True
            rows = last_rows if is_last else question.rows(step.state)
            moves.step(
                step.kind,
                step.source,
                rows,
                timeless_sides(metric, step.state.method),
                (str(here.first_month), str(step.state.first_month)),
                step.links,
            )
            here = step.state
        if not is_settled:
            moves.settle()
        moves.end()
        return Difference(question.heading(before, after, first, last), moves)
    except BaseException:
        moves.close()
        raise


@dataclass(frozen=True)
class _Question:
    metric: MetricId
    partner_id: str
    asked: Filter
    viewer: Viewer
    engine: Callable[[], Engine]

    def reading(self, end: End) -> tuple[Reading, pa.Table]:
        """Return the number in an edition, with its rows."""
        edition = end.edition
        known = _known(self.asked, edition)
        if known is None or self.partner_id not in edition.positions:
            return self._nothing(end), ROW_SCHEMA.empty_table()
        with explain_metric(
            self.metric,
            self.partner_id,
            edition=edition,
            snapshot=end.facts,
            engine=self.engine,
            asked=known,
            viewer=self.viewer,
        ) as explanation:
            if not explanation.ties_out:
                raise DefinitionError(
                    f"the rows of edition {edition.number} ({edition.month}) do not add up to its number any more: "
                    f"version {edition.manifest.version} built it and counted in another way",
                    f"build the month again with 'partnerlens build {edition.month}', and compare the new edition",
                )
            heading = explanation.heading
            sums = {total.side: Fraction(total.amount) for total in explanation.counted}
            reading = Reading(
                edition.number,
                heading.month,
                heading.window,
                heading.value,
                heading.numerator,
                heading.denominator,
                heading.flags,
                sums,
            )
            return reading, explanation.batches().read_all()

    def rows(self, state: State) -> pa.Table:
        """Return the rows in a state."""
        return state_rows(state, self.metric, self.partner_id, asked=self.asked, viewer=self.viewer, engine=self.engine)

    def steps(self, before: End, after: End) -> Iterator[_Step]:
        """Give the steps from one edition to the other; those that can change no row are left out."""
        state = _state(before, after)
        is_forward = (before.facts.last_load or 0) <= (after.facts.last_load or 0)
        older, newer = (before, after) if is_forward else (after, before)
        changed = ChangedFacts(older.facts, newer.facts, self.engine)
        for table in self._tables(before, is_forward=is_forward):
            state = replace(state, facts=state.facts.with_table(table, after.facts))
            if table == "products":
                state = replace(state, workloads_of=after.edition.workloads_of)
            if not changed.reach(table, before.edition.month):
                continue
            links = changed.links(table)
            if table in _DIMENSIONS and 1 not in links["is_correction"].to_pylist():
                continue
            yield _Step("facts", table, state, links)
        # Facts of later months change nothing until the month does.
        state = replace(state, facts=after.facts, workloads_of=after.edition.workloads_of)
        others = _other_rules(self.metric, before.edition, after.edition)
        if others:
            state = replace(state, rules=rule_book(after.edition), method=after.method)
            yield _Step("rules", ";".join(others), state)
        if before.edition.month != after.edition.month:
            rules = replace(state, rules=rule_book(after.edition), method=after.method, month=after.edition.month)
            yield _Step("month", None, rules)

    def heading(self, before: End, after: End, first: Reading, last: Reading) -> DifferenceHeading:
        """Return what is said above the rows."""
        end = after if self.partner_id in after.edition.positions else before
        known = METRICS[self.metric]
        manifest = after.edition.manifest
        names = {*_rule_names(self.metric, after.edition)} & {*manifest.rule_sets}
        return DifferenceHeading(
            partner_id=self.partner_id,
            partner_name=end.edition.partners[end.edition.position(self.partner_id)].name,
            metric=self.metric,
            title=known.title,
            definition=known.definition,
            unit=manifest.parameters["reporting_currency"] if known.unit == "currency" else known.unit,
            filter=self.asked,
            viewer=self.viewer,
            program=manifest.parameters["program"],
            before=first,
            after=last,
            rule_sets={name: manifest.rule_sets[name] for name in sorted(names)},
            parameters=dict(manifest.parameters),
            names_people=any(metric_subject(self.metric, end.method).names_people for end in (before, after)),
        )

    def _tables(self, before: End, *, is_forward: bool) -> list[str]:
        """The tables that the metric reads: what others refer to comes first, and goes last."""
        subject = metric_subject(self.metric, before.method)
        credit = () if subject.credited is None else ("customers", "subscriptions", "associations")
        tables = {"partners", "products", *credit, *(subject.credited.tables if subject.credited else ())}
        tables.update(table for table in subject.tables if table != "users")
        ordered = [*(table for table in _ORDER if table in tables), *sorted(tables - {*_ORDER})]
        return ordered if is_forward else ordered[::-1]

    def _nothing(self, end: End) -> Reading:
        """The reading of an edition that does not know the partner yet, or nothing that the filter takes."""
        is_state = METRICS[self.metric].method is Method.SNAPSHOT
        month = end.edition.month
        window = str(month) if is_state else f"{month - 11} to {month}"
        return Reading(end.edition.number, month, window, None, None, None, (), {})


def _state(before: End, after: End) -> State:
    """The state of the first edition; users and the names of workloads, which are numbered, are those known at last."""
    newer = max((before.facts, after.facts), key=lambda facts: facts.last_load or 0)
    facts = before.facts
    for table in ("users", "workloads"):
        facts = facts.with_table(table, newer)
    return State(
        facts=facts,
        rules=rule_book(before.edition),
        method=before.method,
        month=before.edition.month,
        workloads_of=before.edition.workloads_of,
        countries=before.edition.countries | after.edition.countries,
    )


def _checked(asked: Filter, before: OpenEdition, after: OpenEdition) -> Filter:
    """The filter with ids for products; its values have to be known to one of the editions."""
    try:
        return after.checked(asked)
    except NotFoundError as error:
        try:
            return before.checked(asked)
        except NotFoundError:
            raise error from None


def _known(asked: Filter, edition: OpenEdition) -> Filter | None:
    """The filter without values that an edition does not know; None when nothing can match it there."""
    known = Filter(
        asked.products & edition.workloads_of.keys(),
        asked.workloads & edition.workloads,
        asked.countries & edition.countries,
    )
    pairs = (
        (asked.products, known.products),
        (asked.workloads, known.workloads),
        (asked.countries, known.countries),
    )
    return None if any(wanted and not held for wanted, held in pairs) else known


def _rule_names(metric: MetricId, edition: OpenEdition) -> tuple[str, ...]:
    """The rule set that decides about a metric, and the parameter that does."""
    if metric is MetricId.CERTIFIED_PEOPLE:
        return ("workloads",)
    policy = f"credit policy {edition.manifest.parameters['contribution_policy']}"
    return (policy, "mau_method") if metric in {MetricId.MAU, MetricId.MAU_PER_ASSIGNED_SEAT} else (policy,)


def _other_rules(metric: MetricId, before: OpenEdition, after: OpenEdition) -> list[str]:
    """The names of the rules of the second edition that are not those of the first."""

    def said(edition: OpenEdition) -> dict[str, str]:
        manifest = edition.manifest
        known: dict[str, Any] = {**manifest.parameters, **manifest.definitions}
        return {name: known[name] for name in _rule_names(metric, edition)}

    earlier = said(before)
    return [name for name, text in said(after).items() if earlier.get(name) != text]
