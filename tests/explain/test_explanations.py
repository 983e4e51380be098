"""What an explanation says around its rows, how rows are paged and streamed, and what its digest is."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from explain.explaining import METRICS, Published, opened
from golden import tiny
from partnerlens.document.export import explanation_export
from partnerlens.errors import DefinitionError, NotFoundError
from partnerlens.explain import SideTotal, explain_metric
from partnerlens.explain.metrics import rule_book
from partnerlens.explain.row import ROW_SCHEMA, rows_of
from partnerlens.export.writing import Format, write_export
from partnerlens.model.metric import MetricId
from partnerlens.model.result import Filter


@pytest.fixture(scope="module")
def there(tiny_home: Path) -> Iterator[Published]:
    """The program of ``tiny``, with 2024-03 published."""
    with opened(tiny_home) as published:
        yield published


def test_heading_says_what_was_asked_and_what_the_number_is(there: Published) -> None:
    """Partner, metric, window, rules and the value as the answer gives it."""
    with there.explained("revenue", "alder", products=["Dynamics Sales"], countries=["us"]) as explanation:
        heading = explanation.heading

        assert ("alder", "Alder Consulting", "revenue", "Revenue") == (
            heading.partner_id,
            heading.partner_name,
            heading.subject,
            heading.title,
        )
        assert "2023-04 to 2024-03" == heading.window
        assert Filter(frozenset({"sales"}), frozenset(), frozenset({"US"})) == heading.filter
        assert ("1480", "1480", None, "USD", "sum_12_months") == (
            heading.value,
            heading.numerator,
            heading.denominator,
            heading.unit,
            heading.method,
        )
        assert ["credit policy dpor"] == list(heading.rule_sets)
        assert "dpor" == heading.parameters["contribution_policy"]


def test_heading_of_a_state_names_one_month_and_the_exam_lists(there: Published) -> None:
    """Certified people are counted at the end of the data month, by the lists of the workloads."""
    with there.explained("certified_people", "alder") as explanation:
        assert tiny.MONTH == explanation.heading.window
        assert ["workloads"] == list(explanation.heading.rule_sets)


def test_null_value_keeps_its_reason_and_its_rows(there: Published) -> None:
    """Birch has no assigned seats: the ratio is null, and nothing stands below the line."""
    with there.explained("mau_per_assigned_seat", "birch") as explanation:
        assert (None, "no_assigned_seats") == (explanation.heading.value, explanation.heading.null_reason)
        assert (SideTotal("numerator", 0, "0"), SideTotal("denominator", 0, "0")) == explanation.counted
        assert explanation.ties_out


def test_totals_add_up_rows_by_side_and_reason(there: Published) -> None:
    """Alder: 12 x 100 on s1 and 7 x 40 on s4; three lines of s1 lie before the window."""
    with there.explained("revenue", "alder") as explanation:
        assert (SideTotal("numerator", 19, "1480"),) == explanation.counted
        assert {"outside_window": 3} == explanation.not_counted
        assert (19, 3, 22) == tuple(explanation.rows_there(counted=which) for which in (True, False, None))
        assert ["billed", "outside_window"] == list(explanation.reasons)
        assert explanation.ties_out


@pytest.mark.parametrize("metric", METRICS)
def test_pages_and_batches_give_the_same_rows_in_the_same_order(there: Published, metric: str) -> None:
    """Pages of two rows put together are all rows, and so are the batches."""
    with there.explained(metric, "alder") as explanation:
        every = explanation.rows(limit=1000)
        paged = [row for start in range(0, len(every), 2) for row in explanation.rows(limit=2, offset=start)]
        streamed = explanation.batches().read_all()

        assert every == paged
        assert every == rows_of(streamed)
        assert ROW_SCHEMA == streamed.schema
        assert [row for row in every if row.counted] == explanation.rows(counted=True, limit=1000)
        assert [row for row in every if not row.counted] == rows_of(explanation.batches(counted=False).read_all())


def test_rows_come_by_side_then_counted_then_month_backwards(there: Published) -> None:
    """Above the line before below it, what counts first, the latest month first, then by customer."""
    with there.explained("nps", "alder") as explanation:
        rows = explanation.rows()

        assert [
            ("numerator", "2024-03", "oak"),
            ("numerator", "2023-10", "yew"),
            ("denominator", "2024-03", "oak"),
            ("denominator", "2023-10", "yew"),
        ] == [(row.side, row.month, row.customer_id) for row in rows]


@pytest.mark.parametrize("metric", METRICS)
def test_digest_is_that_of_the_export_of_the_counted_rows(there: Published, metric: str) -> None:
    """An explanation, whoever asks, and each of its exports state one digest, which a CSV file's bytes have."""
    with there.explained(metric, "alder") as explanation, there.explained(metric, "alder", viewer="partner") as other:
        rows = explanation.batches(counted=True)
        file = io.BytesIO()
        written = write_export(
            explanation_export(explanation.heading, explanation.counted, rows, counted=True),
            file,
            file_format=Format.CSV,
        )

        assert hashlib.sha256(file.getvalue()).hexdigest() == written.digest
        assert written.digest == explanation.digest() == other.digest()


def test_digest_changes_with_a_counted_row_alone(there: Published) -> None:
    """Two partners have other rows; a filter that takes all rows changes nothing."""
    with there.explained("revenue", "alder") as plain, there.explained("revenue", "birch") as other:
        assert plain.digest() != other.digest()
    with there.explained("revenue", "alder") as plain, there.explained("revenue", "alder", countries=["US"]) as same:
        assert plain.digest() == same.digest()


def test_explanations_of_one_engine_do_not_see_each_other(there: Published) -> None:
    """Sessions have relations of their own: two explanations stay open side by side."""
    with there.explained("revenue", "alder") as first, there.explained("nps", "birch") as second:
        assert 19 == len(first.rows(counted=True))
        assert [] == second.rows()
        assert 19 == len(first.rows(counted=True))


def test_amounts_of_batches_are_exact_decimals(there: Published) -> None:
    """Exports add up without rounding."""
    with there.explained("revenue", "alder") as explanation:
        amounts = explanation.batches(counted=True).read_all()["amount"]

        assert pa.decimal128(38, 18) == amounts.type
        assert 1480 == sum(amounts.to_pylist())


def test_unknown_partner_is_refused(there: Published) -> None:
    """The text names the edition, and near ids."""
    with pytest.raises(NotFoundError, match=r"there is no partner 'aldr'.*did you mean 'alder'"):
        there.rows("revenue", "aldr")


def test_unknown_filter_value_is_refused(there: Published) -> None:
    """A filter value that no fact has is a mistake, not an empty list."""
    with pytest.raises(NotFoundError, match="there is no country 'XX' in the data"):
        there.rows("revenue", "alder", countries=["XX"])


def test_edition_without_its_rules_asks_for_a_new_build(there: Published) -> None:
    """An edition of a version that did not keep the rules cannot be explained by those of today."""
    edition = there.workspace.answers().edition
    kept = edition.manifest
    edition.manifest = kept.model_copy(update={"definitions": {}})
    try:
        with pytest.raises(DefinitionError, match="does not keep the rules it was built with; build the month again"):
            rule_book(edition)
        with pytest.raises(DefinitionError, match="does not keep the rules"):
            explain_metric(
                MetricId.REVENUE,
                "alder",
                edition=edition,
                snapshot=there.store.snapshot(kept.last_load),
                engine=there.engine.session,
            )
    finally:
        edition.manifest = kept
