"""Amounts that two kinds of files tell: a summary of an export, and the lines of invoices or another summary."""

from functools import cache

from partnerlens.ingest.kinds import literal
from partnerlens.ingest.recognition import built_in
from partnerlens.ingest.stage import Stage
from partnerlens.months import Month


@cache
def summaries() -> frozenset[str]:
    """Return the invoice ids under which exports sum up what was billed: those that mappings give as constants."""
    found = (
        source.constant
        for mapping in built_in()
        for block in mapping.file.table
        if block.name == "billing_lines" and mapping.file.shows and (source := block.source("invoice_id")) is not None
    )
    return frozenset(constant for constant in found if constant is not None)


def overlap_remark(stage: Stage) -> str | None:
    """
    Return what to say when billed lines of the load and of the store tell the same amounts twice; None otherwise.

    So it may be when a subscription has lines of one month under a summary and under something else. The lines of the
    load are in ``facts``.
    """
    columns = {name: stage.snapshot.columns("billing_lines")[name] for name in _READ}
    months = [Month(number) for (number,) in stage.engine.rows("SELECT DISTINCT billing_month FROM facts")]
    if not months:
        return None
    stage.engine.scan("stored_lines", stage.snapshot.files("billing_lines", min(months), max(months)), columns)
    listed = ", ".join(literal(name) for name in sorted(summaries()))
    pairs = stage.scalar(
        "SELECT count(*) FROM (SELECT DISTINCT f.subscription_no, f.billing_month FROM facts f JOIN stored_lines s "
        "ON f.subscription_no = s.subscription_no AND f.billing_month = s.billing_month "
        f"AND f.invoice_id <> s.invoice_id AND (f.invoice_id IN ({listed}) OR s.invoice_id IN ({listed})))"
    )
    if not pairs:
        return None
    return (
        f"amounts of {pairs:,} subscriptions and months are known from another kind of file too, and revenue counts "
        "both; load revenue from one kind of file into a new workspace"
    )


_READ = ("subscription_no", "billing_month", "invoice_id")
