"""Explanations as tables to be written, with what they rest on."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa

from partnerlens.explain import Explanation, SideTotal
from partnerlens.explain.explanation import Heading
from partnerlens.export.provenance import Provenance, Subject
from partnerlens.export.totals import SumOf
from partnerlens.export.writing import Export


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


def leaving_export(explanation: Explanation) -> Export:
    """Return what leaves a number in the next twelve months as a table to be written."""
    heading = explanation.heading
    sums = tuple(SumOf(total.side, "difference", {"side": total.side}) for total in explanation.counted)
    provenance = _provenance(heading, f"{heading.title}: what leaves in the twelve months after {heading.month}")
    return Export(explanation.leaving_batches(), provenance, sums)


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
