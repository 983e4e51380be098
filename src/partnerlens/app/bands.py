"""What a workspace answers about the program as a whole: one metric of all partners, and the bands of its benchmark."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Literal

import pyarrow as pa

from partnerlens.answer.answer import Answers
from partnerlens.answer.band import OpenBand, open_band
from partnerlens.model.metric import metric_id
from partnerlens.model.result import Filter


class Bands(ABC):
    """The verbs of a workspace that look at all partners under one metric."""

    @abstractmethod
    def answers(self, month: str | None = None) -> Answers:
        """Return the published edition of a month, opened for questions."""

    def values(
        self,
        metric: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
    ) -> pa.Table:
        """
        Return one metric of every partner of the program, by partner id; for operators.

        Args:
            metric: the metric's id.
            month: the data month; None for the latest published one.
            products: product ids or names; empty for all.
            workloads: workload names; empty for all.
            countries: customer locations; empty for all.

        Returns:
            An Arrow table (``.to_pandas()`` makes a frame of it) with the columns ``partner_id``, ``value``,
            ``numerator``, ``denominator`` (exact texts, null where there is none), ``band`` (null where there is none
            or it is withheld), ``in_cohort`` and ``flags`` (separated by ';').

        Raises:
            UsageError: there is no such metric.
            NotFoundError: nothing is published, or a filter value is unknown.
        """
        asked = Filter(frozenset(products), frozenset(workloads), frozenset(countries))
        rows = self.answers(month).values(metric_id(metric), asked)
        return pa.table(
            {
                "partner_id": pa.array([row.partner_id for row in rows], pa.string()),
                "value": pa.array([row.value for row in rows], pa.string()),
                "numerator": pa.array([row.numerator for row in rows], pa.string()),
                "denominator": pa.array([row.denominator for row in rows], pa.string()),
                "band": pa.array([row.band for row in rows], pa.int8()),
                "in_cohort": pa.array([row.in_cohort for row in rows], pa.bool_()),
                "flags": pa.array([";".join(row.flags) for row in rows], pa.string()),
            }
        )

    def band(
        self,
        partner_id: str,
        metric: str,
        *,
        band: int | None = None,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
        viewer: Literal["operator", "partner"] = "operator",
    ) -> OpenBand:
        """
        Return a band of a metric's benchmark with the partners that make it, or why there is none.

        Args:
            partner_id: the partner.
            metric: the metric's id.
            band: the band to open, 1 to 4; None for the partner's own.
            month: the data month; None for the latest published one.
            products: product ids or names; empty for all.
            workloads: workload names; empty for all.
            countries: customer locations; empty for all.
            viewer: operators see the partners of the band and exact ranges; partners see ranges rounded outward, how
                many partners there are, and nothing about any other partner.

        Raises:
            UsageError: there is no such metric or band.
            NotFoundError: nothing is published, or the partner or a filter value is unknown.
        """
        asked = Filter(frozenset(products), frozenset(workloads), frozenset(countries))
        return open_band(
            self.answers(month), partner_id, metric_id(metric), asked, band=band, is_exact=viewer == "operator"
        )
