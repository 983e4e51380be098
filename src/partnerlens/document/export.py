"""What rows, differences and bands rest on, with their rows: tables to be written."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa

from partnerlens.answer.band import OpenBand
from partnerlens.explain import SideTotal
from partnerlens.explain.difference import DifferenceHeading
from partnerlens.explain.explanation import Heading
from partnerlens.export.provenance import Provenance, Subject
from partnerlens.export.totals import SumOf
from partnerlens.export.writing import Export
from partnerlens.months import WINDOW_MONTHS

_EXACT = pa.decimal128(38, 18)

MEMBERS = pa.schema(
    [
        ("rank", pa.int64()),
        ("partner_id", pa.string()),
        ("partner_name", pa.string()),
        ("value", _EXACT),
        ("numerator", _EXACT),
        ("denominator", _EXACT),
        ("below", pa.int64()),
    ]
)
"""The columns of an exported band."""


def explanation_export(
    heading: Heading, totals: Sequence[SideTotal], rows: pa.RecordBatchReader, *, counted: bool
) -> Export:
    """
    Return the rows of an explanation as a table to be written.

    Args:
        heading: what is said above the rows.
        totals: what the counted rows of each side add up to.
        rows: the rows, read once.
        counted: whether they are those that count.
    """
    provenance = _provenance(heading, f"{heading.title}: rows that {'count' if counted else 'do not count'}")
    sums = tuple(SumOf(total.side, "amount", {"side": total.side, "counted": counted}) for total in totals)
    return Export(rows, provenance, sums)


def leaving_export(heading: Heading, totals: Sequence[SideTotal], rows: pa.RecordBatchReader) -> Export:
    """
    Return what leaves a number in the next twelve months as a table to be written.

    Args:
        heading: what is said above the rows.
        totals: what the counted rows of each side add up to.
        rows: what leaves, read once.
    """
    sums = tuple(SumOf(total.side, "difference", {"side": total.side}) for total in totals)
    provenance = _provenance(heading, f"{heading.title}: what leaves in the twelve months after {heading.month}")
    return Export(rows, provenance, sums)


def difference_export(heading: DifferenceHeading, rows: pa.RecordBatchReader) -> Export:
    """
    Return the rows that differ between two editions as a table to be written.

    Args:
        heading: what is said above the rows.
        rows: the changes, read once.
    """
    before, after = heading.before, heading.after
    provenance = Provenance(
        title=f"{heading.title}: rows that differ between edition {before.edition} ({before.month}) "
        f"and edition {after.edition} ({after.month})",
        program=heading.program,
        month=after.month,
        edition=after.edition,
        subject=Subject(heading.metric.value, heading.title, heading.definition, heading.unit),
        window=after.window,
        made_at=datetime.now(UTC),
        partner_id=heading.partner_id,
        partner_name=heading.partner_name,
        filter=heading.filter,
        rule_sets=heading.rule_sets,
        parameters=heading.parameters,
    )
    return Export(rows, provenance, tuple(SumOf(side, "change", {"side": side}) for side in heading.sides))


def band_export(opened: OpenBand, *, parameters: Mapping[str, str], rule_sets: Mapping[str, str]) -> Export:
    """
    Return the partners of an open band as a table to be written, with the sum of the exact numerators.

    Args:
        opened: the band.
        parameters: the settings that the edition was built with.
        rule_sets: the digests of its rule sets, by name.
    """
    metric = opened.metric
    first = opened.month - (WINDOW_MONTHS - 1) if metric.history_months else opened.month
    title = f"{metric.title}: partners in band {opened.band}" if opened.band else f"{metric.title}: no band"
    columns = {field.name: [getattr(member, field.name) for member in opened.members] for field in MEMBERS}
    for name in ("value", "numerator", "denominator"):
        columns[name] = [None if text is None else Decimal(text) for text in columns[name]]
    table = pa.table(columns, MEMBERS)
    provenance = Provenance(
        title=title,
        program=parameters["program"],
        month=opened.month,
        edition=opened.edition,
        subject=Subject(metric.id.value, metric.title, metric.definition, opened.unit),
        window=str(first) if first == opened.month else f"{first} to {opened.month}",
        made_at=datetime.now(UTC),
        filter=opened.filter,
        rule_sets=rule_sets,
        parameters=parameters,
    )
    return Export(table.to_reader(), provenance, (SumOf("numerator", "numerator"),))


def _provenance(heading: Heading, title: str) -> Provenance:
    found = heading.indicator
    standing = {} if found is None else {"track": found.track, "option": found.option}
    return Provenance(
        title=title,
        program=heading.parameters["program"],
        month=heading.month,
        edition=heading.edition,
        subject=Subject(heading.subject, heading.title, heading.definition, heading.unit),
        window=heading.window,
        made_at=datetime.now(UTC),
        partner_id=heading.partner_id,
        partner_name=heading.partner_name,
        filter=heading.filter,
        scorecard=None if found is None else found.scorecard,
        scorecard_version=None if found is None else found.version,
        rule_sets=heading.rule_sets,
        parameters=dict(heading.parameters) | standing,
    )
