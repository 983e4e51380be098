"""Finding adoption: the relations are laid on an engine, read once, and the engine is closed."""

from collections.abc import Callable
from typing import Any

from partnerlens.adoption.adoption import Adoption, TrendPoint
from partnerlens.adoption.advice import LOW_ADOPTION, NEW_TO_SOFTWARE
from partnerlens.adoption.counts import Counts
from partnerlens.adoption.customer import CustomerHistory, Standing
from partnerlens.adoption.ground import AdoptionGround, AdoptionQuestion
from partnerlens.adoption.line import Excess, LeftOut, Line, Pair
from partnerlens.adoption.statement import adoption_sql
from partnerlens.answer.edition import OpenEdition
from partnerlens.build.span import Span
from partnerlens.engine.protocol import Engine
from partnerlens.errors import NotFoundError
from partnerlens.months import Month, window
from partnerlens.store import Snapshot

RowValues = dict[str, Any]


def find_adoption(
    question: AdoptionQuestion, *, edition: OpenEdition, snapshot: Snapshot, engine: Callable[[], Engine]
) -> Adoption:
    """
    Return deployment and usage of the customers that a partner sees, or of the whole program.

    Args:
        question: what is asked; its partner exists in the edition.
        edition: the edition.
        snapshot: the facts as they stood at the last load of the edition (``manifest.last_load``).
        engine: opens an engine; it is closed again.

    Raises:
        DefinitionError: the edition does not keep the rules that it was built with.
    """
    running = engine()
    try:
        ground = AdoptionGround(running, snapshot, edition)
        ground.lay(question)
        ground.explain_excess()
        return _adoption(running, question, edition, ground.span)
    finally:
        running.close()


def find_customer(
    question: AdoptionQuestion, *, edition: OpenEdition, snapshot: Snapshot, engine: Callable[[], Engine]
) -> CustomerHistory:
    """
    Return one customer as a partner sees it, or as the program does; see ``find_adoption``.

    Raises:
        NotFoundError: the partner has no credit on such a customer in the data month, or there is none.
        DefinitionError: the edition does not keep the rules that it was built with.
    """
    running = engine()
    try:
        ground = AdoptionGround(running, snapshot, edition)
        ground.lay(question)
        ground.explain_excess()
        seen = {row["t"] for row in _rows(running, "seen_months")}
        named = running.fetch(
            "SELECT c.customer_id, c.name, c.country FROM customers c JOIN asked ON asked.customer_id = c.customer_id"
        ).to_pylist()
        if not named or ground.span.t(edition.month) not in seen:
            raise NotFoundError(f"there is no customer '{question.customer_id}' in {edition.month}")
        is_partners = question.partner_id is not None
        ground.keep_own_sales()
        return CustomerHistory(
            customer_id=named[0]["customer_id"],
            customer_name=named[0]["name"],
            country=named[0]["country"],
            adoption=_adoption(running, question, edition, ground.span),
            revenue=_revenue(running, ground.span) if is_partners else {},
            standings=_standings(running, ground.span) if is_partners else (),
        )
    finally:
        running.close()


def _adoption(engine: Engine, question: AdoptionQuestion, edition: OpenEdition, span: Span) -> Adoption:
    partner = None if question.partner_id is None else edition.partners[edition.position(question.partner_id)]
    excesses = {(row.pop("customer_id"), row.pop("product_id")): Excess(**row) for row in _rows(engine, "excesses")}
    has_own = partner is not None
    lines = [_line(row, has_own=has_own) for row in _rows(engine, "month_lines")]
    explained = [_with_excess(line, excesses) for line in lines]
    pairs = [Pair(_line(row, has_own=has_own), row["workload"]) for row in _rows(engine, "pairs")]
    policy = f"credit policy {edition.manifest.parameters['contribution_policy']}"
    return Adoption(
        partner_id=question.partner_id,
        partner_name=partner.name if partner else None,
        month=edition.month,
        edition=edition.number,
        filter=question.selection.filter,
        include_trials=question.include_trials,
        customer_id=question.customer_id,
        lines=tuple(sorted(explained, key=lambda line: (line.customer_id, line.product_id))),
        pairs=tuple(sorted(pairs, key=lambda pair: (pair.line.customer_id, pair.line.product_id, pair.workload))),
        left_out=tuple(
            sorted(
                (LeftOut(**row) for row in _rows(engine, "left_out")),
                key=lambda entry: (entry.customer_id, entry.product_id, entry.licence),
            )
        ),
        trend=_trend(engine, edition.month, span, has_own=has_own),
        advice=_advice(engine),
        rule_sets={policy: edition.manifest.rule_sets[policy]},
        parameters=dict(edition.manifest.parameters),
        flags=edition.manifest.flags,
    )


def _rows(engine: Engine, name: str) -> list[RowValues]:
    rows: list[RowValues] = engine.fetch(adoption_sql(name)).to_pylist()
    return rows


def _counts(row: RowValues, prefix: str = "") -> Counts:
    return Counts(*(row[f"{prefix}{name}"] for name in ("sold", "assigned", "active", "measured")))


def _line(row: RowValues, *, has_own: bool) -> Line:
    named = ("customer_id", "customer_name", "country", "product_id", "product_name", "family")
    return Line(
        **{name: row[name] for name in named},
        all=_counts(row),
        own=_counts(row, "own_") if has_own else None,
        method=row["method"],
        own_method=row["own_method"] if has_own and row["own_sold"] else None,
    )


def _with_excess(line: Line, excesses: dict[tuple[str, str], Excess]) -> Line:
    excess = excesses.get((line.customer_id, line.product_id))
    return line if excess is None else Line(**{**vars(line), "excess": excess})


def _trend(engine: Engine, month: Month, span: Span, *, has_own: bool) -> tuple[TrendPoint, ...]:
    by_month = {row["t"]: row for row in _rows(engine, "trend")}
    points = []
    for each in window(month):
        row = by_month.get(span.t(each))
        points.append(
            TrendPoint(
                each,
                Counts() if row is None else _counts(row),
                None if not has_own else Counts() if row is None else _counts(row, "own_"),
                row is not None,
            )
        )
    return tuple(points)


def _advice(engine: Engine) -> dict[str, tuple[str, ...]]:
    return {
        row["customer_id"]: tuple(
            code
            for code, fits in (
                (LOW_ADOPTION, row["is_undeployed"] or row["is_unused"]),
                (NEW_TO_SOFTWARE, row["new_products"] > 0),
            )
            if fits
        )
        for row in _rows(engine, "advised")
    }


def _revenue(engine: Engine, span: Span) -> dict[Month, Any]:
    return {span.base + row["t"]: row["amount"] for row in _rows(engine, "own_revenue")}


def _standings(engine: Engine, span: Span) -> tuple[Standing, ...]:
    months = [month for month in span.months if month >= span.first]
    found = [
        Standing(
            **{name: value for name, value in row.items() if name != "months"},
            months=tuple(month for month in months if row["months"] & 1 << span.t(month)),
        )
        for row in _rows(engine, "own_associations")
    ]
    return tuple(
        sorted(found, key=lambda entry: (entry.product_name, entry.subscription_id, entry.type, entry.claim or ""))
    )
