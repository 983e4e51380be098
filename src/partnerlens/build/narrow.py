"""Facts narrowed to one partner's customers: all that its credit and numbers depend on, in a small part of the rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from partnerlens.build.span import Span, register_months
from partnerlens.build.step import step_sql
from partnerlens.engine.protocol import Engine
from partnerlens.errors import NotFoundError
from partnerlens.months import Month
from partnerlens.store import Snapshot
from partnerlens.store.layout import INTERNAL_TABLES

DIMENSIONS = ("partners", "customers", "products", "exchange_rates")
"""Tables that are read as a whole."""

BY_CUSTOMER = ("subscriptions", "instances", "activity", "activity_monthly", "survey_responses")
"""Tables whose rows name a customer."""

BY_SUBSCRIPTION = ("associations", "seats", "billing_lines")
"""Tables whose rows name a subscription."""


@dataclass(frozen=True)
class Association:
    """
    An association that is supposed for the sake of a question.

    Attributes:
        subscription_id: the subscription.
        type: the type of association, such as CPOR.
        claim: the claim of a CPOR association; None otherwise.
        start_date: the first day it holds; it has no end.
    """

    subscription_id: str
    type: str
    claim: str | None
    start_date: date


def scan_narrowed(
    engine: Engine, snapshot: Snapshot, span: Span, partner_id: str, supposed: Sequence[Association] = ()
) -> None:
    """
    Name a relation for each fact table, with the rows of the partner's customers alone.

    A partner's customers are those on one of whose subscriptions it or one of its locations ever has an association.
    Who else is associated with them stays, since that decides about credit. Exam passes are those of the partner and
    its locations.

    Args:
        engine: where to name them.
        snapshot: the facts.
        span: the months.
        partner_id: the partner.
        supposed: associations to add for the partner.

    Raises:
        NotFoundError: a supposed association is on a subscription that does not exist.
    """
    for table in (*DIMENSIONS, *INTERNAL_TABLES):
        engine.scan(table, snapshot.files(table, span.base, span.last), snapshot.columns(table))
    for table in (*BY_CUSTOMER, *BY_SUBSCRIPTION, "exam_passes"):
        engine.scan(f"all_{table}", snapshot.files(table, span.base, span.last), snapshot.columns(table))
    engine.register("asked", pa.table({"partner_id": pa.array([partner_id], pa.string())}))
    engine.keep(
        "own_partners",
        """
        SELECT p.partner_no FROM partners p JOIN asked ON asked.partner_id = p.partner_id
        UNION ALL
        SELECT l.partner_no FROM partners l
        JOIN partners p ON p.partner_no = l.parent_partner_no
        JOIN asked ON asked.partner_id = p.partner_id
        """,
    )
    _register_supposed(engine, supposed)
    _keep_customers(engine)
    for table in BY_CUSTOMER:
        _keep_rows(
            engine, table, "JOIN own_customers own ON own.customer_no = t.customer_no", _columns(snapshot, table)
        )
    for table in BY_SUBSCRIPTION:
        joined = "JOIN subscriptions own ON own.subscription_no = t.subscription_no"
        _keep_rows(engine, table, joined, _columns(snapshot, table))
    _keep_rows(
        engine,
        "exam_passes",
        "JOIN own_partners own ON own.partner_no = t.partner_no",
        _columns(snapshot, "exam_passes"),
    )
    if supposed:
        _add_supposed(engine, _columns(snapshot, "associations"))


def _keep_customers(engine: Engine) -> None:
    engine.keep(
        "own_customers",
        """
        SELECT DISTINCT s.customer_no
        FROM all_subscriptions s
        JOIN (
            SELECT a.subscription_no FROM all_associations a JOIN own_partners own ON own.partner_no = a.partner_no
            UNION
            SELECT subscription_no FROM supposed
        ) AS associated ON associated.subscription_no = s.subscription_no
        """,
    )


def _keep_rows(engine: Engine, table: str, joined: str, columns: Collection[str]) -> None:
    chosen = ", ".join(f't."{column}"' for column in columns)
    engine.keep(table, f"SELECT {chosen} FROM all_{table} t {joined}")


def _columns(snapshot: Snapshot, table: str) -> list[str]:
    return list(snapshot.columns(table))


def _register_supposed(engine: Engine, supposed: Sequence[Association]) -> None:
    """Name the relation ``supposed``: the supposed associations with the number of their subscription."""
    engine.register(
        "supposed_by_id",
        pa.table(
            {
                "subscription_id": pa.array([one.subscription_id for one in supposed], pa.string()),
                "type": pa.array([one.type for one in supposed], pa.string()),
                "claim": pa.array([one.claim for one in supposed], pa.string()),
                "start_date": pa.array([one.start_date for one in supposed], pa.date32()),
            }
        ),
    )
    engine.keep(
        "supposed",
        """
        SELECT s.subscription_no, given.subscription_id, given.type, given.claim, given.start_date
        FROM supposed_by_id given
        JOIN all_subscriptions s ON s.subscription_id = given.subscription_id
        """,
    )
    known = set(engine.fetch("SELECT subscription_id FROM supposed")["subscription_id"].to_pylist())
    unknown = sorted({one.subscription_id for one in supposed} - known)
    if unknown:
        raise NotFoundError(f"there is no subscription '{unknown[0]}'", "name one that is in the facts")


def _add_supposed(engine: Engine, columns: Sequence[str]) -> None:
    """Replace the relation ``associations`` by itself with the supposed ones."""
    values = {
        "partner_no": "p.partner_no",
        "subscription_no": "supposed.subscription_no",
        "type": "supposed.type",
        "claim": "supposed.claim",
        "start_date": "supposed.start_date",
    }
    added = ", ".join(f"{values.get(column, 'NULL')} AS {column}" for column in columns)
    kept = ", ".join(columns)
    engine.keep("narrowed_associations", f"SELECT {kept} FROM associations")
    engine.keep(
        "associations",
        f"""
        SELECT {kept} FROM narrowed_associations
        UNION ALL
        SELECT {added}
        FROM supposed
        CROSS JOIN asked
        JOIN partners p ON p.partner_id = asked.partner_id
        """,
    )
    engine.drop("narrowed_associations")


def keep_product_users(engine: Engine, span: Span, months: Collection[Month]) -> None:
    """
    Count the relation ``product_users`` that a ``ScorePass`` reads, from the activity on the engine.

    Args:
        engine: where ``activity``, ``activity_monthly`` and ``days`` are.
        span: the months of the pass.
        months: those to count.
    """
    register_months(engine, span, [span.t(month) for month in months])
    engine.keep(
        "product_users",
        "SELECT made.customer_no, made.product_no, m.month, made.users "
        f"FROM ({step_sql('product_users', {})}) AS made JOIN months m ON m.t = made.t",
    )
