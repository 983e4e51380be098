"""Late corrections: rows that replace or add to rows of the months before the last one."""

import pyarrow as pa

from partnerlens.model.facts import TABLES

Keyed = dict[tuple[str | None, ...], dict[str, str | None]]


def keyed(name: str, rows: pa.Table) -> Keyed:
    """Return the rows of a table by their key."""
    return {tuple(row[column] for column in TABLES[name].key): row for row in rows.to_pylist()}


def test_seats_are_replaced_by_other_numbers(main: dict[str, pa.Table], corrections: dict[str, pa.Table]) -> None:
    """Each corrected row has the key of an earlier one and another number of seats, in three months."""
    before, after = keyed("seats", main["seats"]), keyed("seats", corrections["seats"])

    assert set(after) <= set(before)
    assert all(row["sold_seats"] != before[key]["sold_seats"] for key, row in after.items())
    assert {row["month"] for row in after.values()} == {"2026-07", "2026-08", "2026-09"}


def test_amounts_are_changed_and_lines_come_late(main: dict[str, pa.Table], corrections: dict[str, pa.Table]) -> None:
    """Some lines replace earlier ones with another amount; others are new, on invoices of their own."""
    before = keyed("billing_lines", main["billing_lines"])
    after = keyed("billing_lines", corrections["billing_lines"])
    changed = {key: row for key, row in after.items() if key in before}
    late = [row for key, row in after.items() if key not in before]

    assert all(
        row == before[key] | {"amount": row["amount"]} and row["amount"] != before[key]["amount"]
        for key, row in changed.items()
    )
    assert len(changed) > len(late) > 10
    assert {row["charge_type"] for row in late} == {"late_charge"}
    assert {row["billing_month"] for row in after.values()} == {"2026-07", "2026-08", "2026-09"}


def test_running_associations_get_an_end(main: dict[str, pa.Table], corrections: dict[str, pa.Table]) -> None:
    """Each corrected association was running and now ends with the month two before the last."""
    before = keyed("associations", main["associations"])
    after = keyed("associations", corrections["associations"])

    assert len(after) >= 10
    assert all(before[key]["end_date"] is None for key in after)
    assert {row["end_date"] for row in after.values()} == {"2026-08-31"}
