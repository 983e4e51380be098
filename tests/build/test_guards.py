"""Builds refuse what they could only get wrong, and mend what was damaged."""

from decimal import Decimal
from pathlib import Path

import pytest

from oracle import value_of, world_from_text
from partnerlens.app import Workspace
from partnerlens.errors import DefinitionError
from partnerlens.settings import PROGRAM_FILE

MONTH = "2024-03"

FACTS = {
    "subscriptions": """
        subscription_id | customer_id | product_id
        s               | c           | p
        t               | c           | q
    """,
    "seats": """
        month            | subscription_id | sold_seats
        2024-01..2024-03 | s               | 1
        2024-01..2024-03 | t               | 1
    """,
    "associations": """
        partner_id | subscription_id
        a          | s
        a          | t
    """,
    "billing_lines": """
        billing_month | subscription_id | amount       | currency
        2024-01       | s               | 900000000000 | USD
        2024-02       | s               | 900000000000 | USD
        2024-03       | s               | 900000000000 | USD
        2024-03       | t               | 0.000001     | USD
    """,
}


def opened(home: Path, **facts: str) -> Workspace:
    """Return a workspace with the facts loaded."""
    world_from_text(FACTS | facts, k=1).write_csv(home)
    workspace = Workspace.open(home)
    workspace.load(sorted(home.glob("*.csv")))
    return workspace


def test_very_large_amounts_add_up_exactly(tmp_path: Path) -> None:
    """Twelve lines of 900 thousand million each, in two currencies, are the sum that a hand makes."""
    lines = "\n".join(f"2023-{month:02d} | s | 900000000000 | IDR" for month in range(4, 13))
    with opened(
        tmp_path,
        billing_lines=FACTS["billing_lines"].rstrip() + "\n" + lines,
        exchange_rates="month | currency | rate\n2023-04..2023-12 | IDR | 20",
    ) as workspace:
        workspace.build(MONTH)
        workspace.publish(MONTH)

        # 3 * 900,000,000,000 + 9 * 20 * 900,000,000,000 + 0.000001
        assert workspace.answer("a")["revenue"].value == "164700000000000.000001"


def test_amounts_beyond_the_largest_are_refused(tmp_path: Path) -> None:
    """A sum that does not fit is an error, never another number."""
    lines = "\n".join(f"2023-{month:02d} | s | 900000000000 | IDR" for month in range(4, 13))
    with (
        opened(
            tmp_path,
            billing_lines=FACTS["billing_lines"].rstrip() + "\n" + lines,
            exchange_rates="month | currency | rate\n2023-04..2023-12 | IDR | 1000",
        ) as workspace,
        pytest.raises(DefinitionError, match="cannot be added"),
    ):
        workspace.build(MONTH)


@pytest.mark.parametrize(
    ("setting", "other"), [('reporting_currency = "USD"', 'reporting_currency = "EUR"'), ('"UTC"', '"Asia/Seoul"')]
)
def test_facts_loaded_under_other_settings_are_not_built(tmp_path: Path, setting: str, other: str) -> None:
    """Amounts without a rate would count as nothing, and days would lie in another month."""
    opened(tmp_path).close()
    file = tmp_path / PROGRAM_FILE
    text = file.read_text(encoding="utf-8")
    assert setting in text
    file.write_text(text.replace(setting, other), encoding="utf-8")

    with Workspace.open(tmp_path) as workspace, pytest.raises(DefinitionError, match="loaded with"):
        workspace.build(MONTH)


def test_damaged_results_are_mended_by_the_next_build(tmp_path: Path) -> None:
    """What is cut short is noticed, said, and made again."""
    with opened(tmp_path) as workspace:
        workspace.build(MONTH)
        workspace.publish(MONTH)
    for file in (tmp_path / "store" / "results").rglob("*.parquet"):
        file.write_bytes(file.read_bytes()[:50])
    with Workspace.open(tmp_path) as workspace, pytest.raises(DefinitionError, match="missing or damaged"):
        workspace.answer("a")

    with Workspace.open(tmp_path) as workspace:
        workspace.build(MONTH)

        assert workspace.answer("a")["revenue"].value == "2700000000000.000001"


def test_name_of_several_products_stands_for_all_of_them(tmp_path: Path) -> None:
    """A filter by a name that two products share selects both."""
    products = """
        product_id | name     | workloads
        p          | Dynamics | W
        q          | Dynamics | W
    """
    world = world_from_text(FACTS | {"products": products})
    with opened(tmp_path, products=products) as workspace:
        workspace.build(MONTH)
        workspace.publish(MONTH)
        answer = workspace.answer("a", products=["Dynamics"])["revenue"]

    assert answer.value == value_of(world, "revenue", "a", MONTH) == str(Decimal("2700000000000.000001"))
