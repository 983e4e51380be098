"""What a build has to do: which results of which months are asked for, and which of them are already there."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from partnerlens.build.part import SET_TABLE_SUFFIX, Part, parts_of
from partnerlens.build.span import LARGEST_SPAN, Span
from partnerlens.build.step import code_digest
from partnerlens.catalog.catalog import Defined
from partnerlens.errors import DefinitionError
from partnerlens.model.metric import MauMethod
from partnerlens.model.policy import CreditPolicy
from partnerlens.model.workload import WorkloadCatalog
from partnerlens.months import WINDOW_MONTHS, Month, months_between
from partnerlens.settings import ProgramSettings
from partnerlens.store import Snapshot

MONTHLY_TABLES = ("seats", "billing_lines", "activity", "activity_monthly")
"""The tables whose months tell which data months can be built."""


@dataclass(frozen=True)
class Ruling:
    """
    The rule sets and parameters of a build.

    Attributes:
        settings: the program's settings.
        policy: the credit policy of the eight metrics.
        workloads: the exam lists.
        method: how users are counted.
    """

    settings: ProgramSettings
    policy: Defined[CreditPolicy]
    workloads: Defined[WorkloadCatalog]
    method: MauMethod


def method_of(settings: ProgramSettings, snapshot: Snapshot) -> MauMethod:
    """Return how users are counted: as the program says, but by months where a feed has no users (decisions.md 2)."""
    return MauMethod.MEAN_MONTHLY if snapshot.rows("activity_monthly") else MauMethod(settings.mau_method)


def facts_from(snapshot: Snapshot) -> Month | None:
    """Return the first month of facts: the first with seats rows; None when there are none (decisions.md 1)."""
    return min(snapshot.months("seats"), default=None)


def buildable_months(snapshot: Snapshot) -> tuple[Month, Month]:
    """
    Return the first and last month that monthly facts exist for.

    Raises:
        DefinitionError: there are no monthly facts.
    """
    months = {month for table in MONTHLY_TABLES for month in snapshot.months(table)}
    if not months:
        raise DefinitionError(
            "the store holds no monthly facts",
            f"load files of {', '.join(MONTHLY_TABLES)} first, with 'partnerlens load FILE...'",
        )
    return min(months), max(months)


def result_months(month: Month, count: int) -> list[Month]:
    """Return the months whose results the editions need: each edition shows the twelve months that end with it."""
    return months_between(Month(month.number - (count - 1) - (WINDOW_MONTHS - 1)), month)


def result_key(part: Part, month: Month, ruling: Ruling, snapshot: Snapshot) -> str:
    """
    Return what the cells of a part for a month depend on, as a digest.

    Two builds with one key have the same cells: the code, the rule sets and parameters that the part uses, and
    every load that touched its facts within reach.
    """
    first = facts_from(snapshot)
    needs_predecessor = part.reach == WINDOW_MONTHS
    earliest = Month(month.number - part.reach)
    depends_on = {
        "part": part.name,
        "steps": part.steps,
        "month": str(month),
        "code": code_digest(),
        "policy": ruling.policy.digest,
        "workloads": ruling.workloads.digest if part.name == "people" else None,
        "reporting_currency": ruling.settings.reporting_currency if part.name == "revenue" else None,
        "first_month": str(first) if needs_predecessor and first and first > earliest else None,
        "loads": snapshot.touching(part.tables, earliest, month),
    }
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()


def keys_of(months: list[Month], ruling: Ruling, snapshot: Snapshot) -> dict[str, tuple[Part, Month]]:
    """Return the keys of all results that the months need."""
    return {
        result_key(part, month, ruling, snapshot): (part, month) for part in parts_of(ruling.method) for month in months
    }


def table_keys(part: Part, key: str) -> dict[str, str]:
    """Return the ledger's key of each result table of a part."""
    names = [part.name, *([part.name + SET_TABLE_SUFFIX] if part.sets else [])]
    return {name: key if name == part.name else f"{key}{SET_TABLE_SUFFIX}" for name in names}


def spans(missing: Mapping[Part, list[Month]], first_month: Month | None) -> list[tuple[Span, dict[Part, list[Month]]]]:
    """
    Return the passes that make the missing results.

    Months are taken together as far as a pass can hold them; a gap of more than a window starts a new pass,
    since it would read facts for months that nobody asked for.
    """
    months = sorted({month for wanted in missing.values() for month in wanted})
    runs: list[list[Month]] = []
    for month in months:
        together = runs and month - runs[-1][0] < LARGEST_SPAN and month - runs[-1][-1] <= WINDOW_MONTHS
        if together:
            runs[-1].append(month)
        else:
            runs.append([month])
    passes = []
    for run in runs:
        within = {part: [month for month in wanted if run[0] <= month <= run[-1]] for part, wanted in missing.items()}
        wanted_parts = {part: wanted for part, wanted in within.items() if wanted}
        passes.append((Span(run[0], run[-1], first_month), wanted_parts))
    return passes
