"""Series of a scorecard computed for one question: a scorecard that an edition does not hold, or supposed facts."""

from collections.abc import Callable, Sequence

import pyarrow as pa

from partnerlens.build.narrow import Association, keep_product_users, scan_narrowed
from partnerlens.build.passes import scan_facts
from partnerlens.build.plan import facts_from
from partnerlens.build.scores import ScorePass, score_months, score_span
from partnerlens.build.scoring import AppliedScorecard
from partnerlens.build.span import register_span
from partnerlens.engine.protocol import Engine
from partnerlens.months import Month
from partnerlens.store import Snapshot


def supposed_series(
    snapshot: Snapshot,
    applied: AppliedScorecard,
    month: Month,
    partner_id: str | None,
    supposed: Sequence[Association],
    *,
    engine: Callable[[], Engine],
) -> dict[Month, pa.Table]:
    """
    Return the series of a scorecard for the score of one month, straight from the facts; nothing is kept.

    Args:
        snapshot: the facts.
        applied: the scorecard.
        month: the data month.
        partner_id: read this partner's customers alone; None for all partners.
        supposed: associations to add for the partner.
        engine: opens an engine.

    Raises:
        NotFoundError: a supposed association is on a subscription that does not exist.
    """
    months = score_months(month)
    span = score_span(applied.scorecard.definition, months, facts_from(snapshot))
    running = engine()
    try:
        if partner_id is None:
            scan_facts(running, snapshot, span)
        else:
            scan_narrowed(running, snapshot, span, partner_id, supposed)
        register_span(running, span, reporting_currency=applied.rules.reporting_currency)
        keep_product_users(running, span, span.months)
        return dict(ScorePass(running, span, applied.rules).results(months))
    finally:
        running.close()
