"""Writes a realistic made-up program: every fact table, and corrections that arrive late."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from partnerlens.errors import ResourceError
from partnerlens.months import Month
from partnerlens.progress import Progress
from partnerlens.sample.activity import activity_rows, draw_usages
from partnerlens.sample.alliances import (
    Associations,
    association_rows,
    corrected_associations,
    draw_associations,
)
from partnerlens.sample.billing import (
    billing_lines,
    billing_rows,
    corrected_lines,
    draw_prices,
    exchange_rate_rows,
)
from partnerlens.sample.contracts import subscription_rows
from partnerlens.sample.exams import exam_rows
from partnerlens.sample.files import FileFormat, SampleFile, SampleFiles
from partnerlens.sample.outcomes import instance_rows, product_rows, survey_rows
from partnerlens.sample.parties import customer_rows, partner_rows
from partnerlens.sample.plan import Plan
from partnerlens.sample.seats import corrected_seats, seat_months
from partnerlens.sample.world import World, draw_world

_CORRECTED_MONTHS = 3
"""How many months before the last one corrections go back; the last month itself has none."""


@dataclass(frozen=True)
class SampleReport:
    """
    What was written.

    Attributes:
        files: the files with their row counts, in the order in which they can be loaded.
        first_month: the first month with facts.
        last_month: the last month with facts.
    """

    files: tuple[SampleFile, ...]
    first_month: Month
    last_month: Month


def write_sample(
    folder: Path,
    *,
    partners: int,
    customers: int,
    months: int,
    seed: int,
    last_month: Month,
    format: FileFormat = "csv",  # noqa: A002 named like the command's option
    corrections: bool = True,
    progress: Progress | None = None,
) -> SampleReport:
    """
    Write a made-up program into a folder; the same arguments give the same bytes.

    Args:
        folder: created when missing; must be empty.
        partners: number of partners, locations included.
        customers: number of customers; each has about two and a half subscriptions over the months.
        months: number of months with facts.
        seed: the number that every random choice follows from.
        last_month: the last month with facts.
        format: ``csv`` gives one file per table; ``parquet`` one per table and month for seats, billing lines
            and activity.
        corrections: whether to write ``corrections/`` with rows that replace or add to rows of the last months.
        progress: called after each step.

    Raises:
        UsageError: a size has no meaning or the folder is not empty.
        ResourceError: the folder cannot be written, for example for want of space.
    """
    plan = Plan(partners, customers, months, seed, last_month)
    try:
        with SampleFiles(folder, format) as files:
            _write_all(files, plan, corrections=corrections, progress=progress or _silent)
    except OSError as error:
        raise ResourceError(f"'{folder}' cannot be written: {error}", "make room or name another folder") from error
    return SampleReport(files.written, plan.first_month, plan.last_month)


def _write_all(files: SampleFiles, plan: Plan, *, corrections: bool, progress: Progress) -> None:
    world = draw_world(plan)
    associations = _write_standing(files, world)
    progress("parties and subscriptions", 1, plan.months + 1)
    late = _write_months(files, world, progress=progress)
    if corrections:
        files.correct("associations", association_rows(world, corrected_associations(plan, associations)))
        for table, rows in late.items():
            files.correct(table, pa.concat_tables(rows))


def _write_standing(files: SampleFiles, world: World) -> Associations:
    """Write the tables that are not split by month, each after those that it refers to."""
    associations = draw_associations(world)
    files.write("partners", partner_rows(world.plan, world.partners))
    files.write("customers", customer_rows(world.plan, world.customers))
    files.write("products", product_rows())
    files.write("subscriptions", subscription_rows(world.subscriptions, world.customers))
    files.write("exchange_rates", exchange_rate_rows(world.plan))
    files.write("associations", association_rows(world, associations))
    files.write("instances", instance_rows(world))
    files.write("exam_passes", exam_rows(world.plan, world.partners))
    files.write("survey_responses", survey_rows(world))
    return associations


def _write_months(files: SampleFiles, world: World, *, progress: Progress) -> dict[str, list[pa.Table]]:
    """Write seats, billing lines and activity month by month; return the corrections of the last months."""
    plan, prices, usages = world.plan, draw_prices(world), draw_usages(world)
    late: dict[str, list[pa.Table]] = {"seats": [], "billing_lines": []}
    for seats in seat_months(world):
        number, month = seats.month, plan.all_months[seats.month]
        lines = billing_lines(world, seats, prices=prices)
        files.append("seats", month, rows=seats.rows(world))
        files.append("billing_lines", month, rows=billing_rows(world, lines, month=number, prices=prices))
        files.append("activity", month, rows=activity_rows(world, usages, month=number))
        if plan.months - 1 - _CORRECTED_MONTHS <= number < max(plan.months - 1, 1):
            changed = corrected_lines(plan, lines, month=number)
            late["seats"].append(corrected_seats(plan, seats).rows(world))
            late["billing_lines"].append(billing_rows(world, changed, month=number, prices=prices))
        progress(str(month), number + 2, plan.months + 1)
    return late


def _silent(_step: str, _done: int, _all: int) -> None:
    return None
