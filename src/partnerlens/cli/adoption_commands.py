"""``adoption``: deployment and usage of licences, on the terminal, as JSON, or as an export."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from partnerlens.adoption import Adoption, Counts, CustomerAdoption, CustomerHistory, GroupAdoption
from partnerlens.adoption.adoption import SORTS, Bucket
from partnerlens.adoption.advice import SCENARIOS
from partnerlens.adoption.line import CAUSES
from partnerlens.app.workspace import Workspace
from partnerlens.cli.exports import checked_format, note_more, rows_shown, write
from partnerlens.cli.render import FLAG_WORDS, rows_view
from partnerlens.cli.reply import DONE, Reply
from partnerlens.document.adoption import (
    adoption_document,
    adoption_export,
    customer_adoption_document,
    customer_document,
)
from partnerlens.errors import UsageError, did_you_mean
from partnerlens.units import rounded_text, short_number

METHOD_WORDS = {
    "users_28_days": "users of the last 28 days",
    "monthly_counts": "monthly counts of the feed",
    "active_seats": "active seats of the subscriptions",
    "unknown": "use not known",
}


def adoption(
    reply: Reply,
    *,
    home: Path,
    partner: str | None,
    customer: str | None,
    asked: dict[str, Any],
    sort: str,
    file_format: str,
    output: Path | None,
    limit: int,
) -> int:
    """Show or write the licences of a partner's customers, of one of them, or of the whole program."""
    if sort not in SORTS:
        raise UsageError(f"there is no order '{sort}'", did_you_mean(sort, SORTS) or f"use {', '.join(SORTS)}")
    export_format = checked_format(file_format, output)
    with Workspace.open(home, resident=False) as workspace:
        if customer is not None:
            history = workspace.customer_adoption(partner, customer, **asked)
            found = replace(history.adoption, customer_id=customer)
        else:
            found = workspace.adoption(partner, **asked)
    if export_format is not None and not reply.as_json:
        return write(reply, adoption_export(found), file_format=export_format, output=output)
    if customer is not None:
        reply.give(customer_document(history), _customer_view(history))
        return DONE
    listed = found.sorted_customers(SORTS[SORTS.index(sort)])
    shown = rows_shown(reply, limit, len(listed))
    document = {
        **adoption_document(found),
        "customers": [customer_adoption_document(entry) for entry in listed],
    }
    reply.give(document, _view(found, listed[:shown]))
    note_more(reply, there=len(listed), shown=shown)
    return DONE


def _view(found: Adoption, listed: Sequence[CustomerAdoption]) -> RenderableType:
    return Group(
        *_title(found),
        Text(""),
        _shares_view(found),
        Text(""),
        _buckets_view(found),
        Text(""),
        _groups_view("workload", found.workloads),
        Text(""),
        _customers_view(listed),
        *_notes(found, [cause for entry in listed for cause in entry.causes]),
        *_advice([code for entry in listed for code in entry.advice]),
    )


def _customer_view(history: CustomerHistory) -> RenderableType:
    found = history.adoption
    lines = [line for customer in found.customers for line in customer.lines]
    products = [
        (
            line.product_name,
            *_cells(line.all),
            "" if line.own is None else line.own.sold,
            line.unassigned + line.inactive,
            METHOD_WORDS[line.method or "unknown"],
            " ".join(line.causes),
            _percent(line.corrected_usage) if line.excess else "",
        )
        for line in lines
    ]
    columns = [
        "product", "sold", "assigned", "active", "deployment", "usage", "own sold", "unused", "counted from", "causes",
        "corrected",
    ]  # fmt: skip
    revenue = history.revenue or {}
    months = [
        (
            str(point.month),
            *(_cells(point.all) if point.is_seen else ("",) * 5),
            short_number(str(revenue[point.month])) if point.month in revenue else "",
        )
        for point in found.trend
    ]
    standings = [
        (
            standing.subscription_id,
            standing.product_name,
            standing.type + (f"/{standing.claim}" if standing.claim else ""),
            standing.partner_id,
            f"{standing.months[0]} to {standing.months[-1]}",
        )
        for standing in history.standings
    ]
    return Group(
        Text.assemble((history.customer_name, "bold"), f"  {history.customer_id} · {history.country}"),
        *_title(found),
        Text(""),
        rows_view(columns, products),
        Text(""),
        rows_view(["month", "sold", "assigned", "active", "deployment", "usage", "own revenue"], months),
        Text(""),
        rows_view(["subscription", "product", "association", "of", "in force"], standings),
        *_notes(found, [cause for line in lines for cause in line.causes]),
        *_advice([code for customer in found.customers for code in customer.advice]),
    )


def _title(found: Adoption) -> list[Text]:
    who = f"{found.partner_name}  {found.partner_id}" if found.partner_id else "The whole program"
    counted = ", ".join(f"{METHOD_WORDS[name]} ({lines:,})" for name, lines in found.methods.items())
    trials = "trials and other unsold licences included" if found.include_trials else "paid licences"
    return [
        Text.assemble((who, "bold"), f" · {found.month} · edition {found.edition} · {trials}"),
        Text(f"Active is counted from: {counted or 'nothing'}", style="dim"),
        *(Text(f"{FLAG_WORDS[flag].capitalize()}.", style="yellow") for flag in found.flags),
    ]


def _shares_view(found: Adoption) -> RenderableType:
    rows = [("all partners", *_cells(found.all), found.unassigned, found.inactive)]
    if found.own is not None:
        rows.append(("own", *_cells(found.own), "", ""))
    columns = ["licences", "sold", "assigned", "active", "deployment", "usage", "not assigned", "not active"]
    return rows_view(columns, rows)


def _buckets_view(found: Adoption) -> RenderableType:
    rows = [
        (_bucket_name(deployed), deployed.customers, used.customers)
        for deployed, used in zip(found.buckets("deployment"), found.buckets("usage"), strict=True)
    ]
    return rows_view(["customers with", "deployment", "usage"], rows)


def _bucket_name(bucket: Bucket) -> str:
    if bucket.low is None:
        return "no licence, or use not known"
    if bucket.high is None:
        return "above 100 %"
    return f"{_whole(bucket.low)} to {_whole(bucket.high)} %"


def _groups_view(title: str, groups: Sequence[GroupAdoption]) -> RenderableType:
    return rows_view(
        [title, "sold", "assigned", "active", "deployment", "usage"],
        [(group.name, *_cells(group.all)) for group in groups],
    )


def _customers_view(listed: Sequence[CustomerAdoption]) -> RenderableType:
    rows = [
        (
            entry.customer_name,
            entry.customer_id,
            *_cells(entry.all),
            "" if entry.own is None else entry.own.sold,
            entry.unused,
            " ".join(entry.causes),
            _percent(entry.corrected_usage) if entry.is_over else "",
            " ".join(entry.advice),
        )
        for entry in listed
    ]
    columns = [
        "customer", "id", "sold", "assigned", "active", "deployment", "usage", "own sold", "unused", "causes",
        "corrected", "advice",
    ]  # fmt: skip
    return rows_view(columns, rows)


def _cells(counts: Counts) -> tuple[object, ...]:
    return (
        counts.sold,
        counts.assigned,
        "—" if counts.active is None else counts.active,
        _percent(counts.deployment),
        _percent(counts.usage),
    )


def _notes(found: Adoption, causes: Sequence[str]) -> list[Text]:
    """Say what the causes are, and what is left out."""
    lines = [Text(f"{code}: {CAUSES[code]}") for code in CAUSES if code in causes]
    left = sum(entry.seats for entry in found.left_out)
    if left:
        lines.append(Text(f"Left out: {left:,} licences that nobody bought; count them with --include-trials"))
    return [Text(""), *lines] if lines else []


def _advice(codes: Sequence[str]) -> list[Text]:
    fitting = [scenario for code, scenario in SCENARIOS.items() if code in codes]
    return [Text(f"{one.code}: {one.title}. {one.fits} {one.consider} {one.attempt}") for one in fitting]


def _percent(share: Fraction | None) -> str:
    return "—" if share is None else f"{rounded_text(share * 100, 1)} %"


def _whole(share: Fraction) -> str:
    return rounded_text(share * 100, 0)
