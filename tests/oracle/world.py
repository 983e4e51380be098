"""A world: all facts of one made-up program and its settings, held as plain Python values."""

import csv
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

Row = dict[str, Any]
Rest = ParamSpec("Rest")
Result = TypeVar("Result")

COLUMNS: dict[str, tuple[str, ...]] = {
    "partners": ("partner_id", "name", "country", "parent_partner_id", "accounts", "size"),
    "customers": ("customer_id", "name", "country", "segment", "top_parent_id"),
    "products": ("product_id", "name", "family", "workloads"),
    "subscriptions": (
        "subscription_id",
        "customer_id",
        "product_id",
        "channel",
        "licence_type",
        "start_date",
        "end_date",
        "agreement_start_date",
        "billing_term",
    ),
    "seats": ("month", "subscription_id", "state", "sold_seats", "assigned_seats", "active_seats"),
    "associations": ("partner_id", "subscription_id", "type", "claim", "start_date", "end_date"),
    "billing_lines": (
        "invoice_id",
        "line_id",
        "billing_month",
        "subscription_id",
        "amount",
        "currency",
        "charge_type",
    ),
    "activity": ("date", "customer_id", "user_id", "product_id", "workload", "intentional"),
    "activity_monthly": ("month", "customer_id", "product_id", "workload", "active_users"),
    "instances": (
        "instance_id",
        "customer_id",
        "product_id",
        "kind",
        "deployed_on",
        "retired_on",
    ),
    "exam_passes": (
        "person_id",
        "partner_id",
        "location_country",
        "exam",
        "passed_on",
        "expires_on",
    ),
    "survey_responses": ("response_id", "customer_id", "product_id", "responded_on", "score"),
    "exchange_rates": ("month", "currency", "rate"),
}
"""The columns of every fact table, in the order of facts.md."""

DEFAULT_SETTINGS: dict[str, Any] = {
    "reporting_currency": "USD",
    "contribution_policy": "dpor",
    "mau_method": "ttm_distinct_over_12",
    "k": 5,
    "banding": "quartile",
}
"""The settings of program.toml that change a metric or its benchmark."""


@dataclass
class World:
    """
    The facts and settings of one program.

    Args:
        facts: rows by table name, keyed by the columns of facts.md; a missing table is empty.
            Months are `YYYY-MM` text, days `datetime.date`, money and rates `Decimal`, seats and
            users `int`, `intentional` a `bool`, null `None`; lists are `;` text.
        settings: overrides of `DEFAULT_SETTINGS`.

    Results are remembered, so facts and settings stay as they are after the first question.
    """

    facts: dict[str, list[Row]]
    settings: dict[str, Any] = field(default_factory=dict)
    memory: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse unknown tables and settings; fill in the missing ones."""
        unknown = set(self.facts) - set(COLUMNS) | set(self.settings) - set(DEFAULT_SETTINGS)
        if unknown:
            raise ValueError(f"not a table or setting: {sorted(unknown)}")
        self.facts = {table: self.facts.get(table, []) for table in COLUMNS}
        self.settings = DEFAULT_SETTINGS | self.settings

    def write_csv(self, folder: Path | str) -> None:
        """Write one `TABLE.csv` per table that has rows, and `program.toml`."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        for table, rows in self.facts.items():
            if rows:
                _write_table(target / f"{table}.csv", COLUMNS[table], rows)
        (target / "program.toml").write_text(_program_toml(self.settings), encoding="utf-8")


def remembered(
    work: Callable[Concatenate[World, Rest], Result],
) -> Callable[Concatenate[World, Rest], Result]:
    """Keep the result of a question about a world, so that asking again costs nothing."""

    @wraps(work)
    def ask(world: World, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Result:
        key = (work.__module__, work.__qualname__, args, tuple(sorted(kwargs.items())))
        if key not in world.memory:
            world.memory[key] = work(world, *args, **kwargs)
        result: Result = world.memory[key]
        return result

    return ask


@remembered
def keyed(world: World, table: str, column: str) -> dict[str, Row]:
    """Return the rows of a table by the value of its one key column."""
    return {row[column]: row for row in world.facts[table]}


@remembered
def grouped(world: World, table: str, column: str) -> dict[str, list[Row]]:
    """Return the rows of a table in lists, by the value of a column."""
    groups: dict[str, list[Row]] = {}
    for row in world.facts[table]:
        groups.setdefault(row[column], []).append(row)
    return groups


@remembered
def first_month(world: World) -> str | None:
    """Return the first month of facts: the first with any `seats` row; None without any."""
    return min((row["month"] for row in world.facts["seats"]), default=None)


def _write_table(path: Path, columns: tuple[str, ...], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_field(row.get(column)) for column in columns] for row in rows)


def _field(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _program_toml(settings: dict[str, Any]) -> str:
    return (
        'name = "A made-up program"\n'
        f'reporting_currency = "{settings["reporting_currency"]}"\n'
        'time_zone = "UTC"\n'
        f'contribution_policy = "{settings["contribution_policy"]}"\n'
        f'mau_method = "{settings["mau_method"]}"\n'
        "\n"
        "[benchmark]\n"
        f"k = {settings['k']}\n"
        f'banding = "{settings["banding"]}"\n'
    )
