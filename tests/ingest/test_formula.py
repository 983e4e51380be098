"""Formulas by which figures are computed again: exact, and refused where they are none."""

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from partnerlens.errors import DefinitionError
from partnerlens.ingest.formula import parse_formula


def value(formula: str, **columns: str) -> Decimal | None:
    """Compute a formula over texts, as a load does."""
    select = parse_formula(formula).sql(lambda name: f"'{columns[name]}'")
    row = duckdb.connect().execute(f"SELECT {select}").fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("formula", "columns", "expected"),
    [
        ("Price * Quantity", {"Price": "14.4", "Quantity": "50"}, "720"),
        ("Price * Quantity", {"Price": "6.82", "Quantity": "2"}, "13.64"),
        ("rounddown(Price)", {"Price": "2.999"}, "2.99"),
        ("rounddown(Price)", {"Price": "-2.999"}, "-2.99"),
        ("floor(Price)", {"Price": "-2.991"}, "-3"),
        ("floor(Price)", {"Price": "-2.99"}, "-2.99"),
        ("floor(Price)", {"Price": "2.999"}, "2.99"),
        ("rounddown(rounddown(a * b) * c)", {"a": "0.333", "b": "3", "c": "1.5"}, "1.48"),
        ("rounddown(a * c) * b", {"a": "0.333", "b": "3", "c": "1.5"}, "1.47"),
        ("a - b - 1", {"a": "10", "b": "4"}, "5"),
        ("a / b * 100", {"a": "22", "b": "40"}, "55"),
        ("a / b", {"a": "1", "b": "0"}, None),
        ("a * b", {"a": "99999999999", "b": "1"}, None),
        ("a + b", {"a": "1", "b": "x"}, None),
    ],
)
def test_a_formula_is_computed_exactly(formula: str, columns: dict[str, str], expected: str | None) -> None:
    """0.333 x 3 is 0.99 when it is cut, times 1.5 is 1.48; what cannot be computed is nothing, and no error."""
    assert value(formula, **columns) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("formula", ["a +", "a ** 2", "round(a)", "a.b", "'text'", "a if b else c", "rounddown(a, 2)"])
def test_what_is_no_formula_is_refused(formula: str, workspace: Any) -> None:
    """A mapping with such a check says what is wrong with it."""
    text = f'table = []\nremark = "nothing"\n[[check]]\ncolumn = "x"\nformula = "{formula}"\n'
    with pytest.raises(DefinitionError, match=r"mapping.toml, line \d+: .*formula"):
        workspace.mapping(text)


@pytest.mark.parametrize(
    ("figure", "follows"),
    [("33", True), ("33.3", True), ("33.4", True), ("33.33", True), ("33.35", False), ("34", True), ("35", False)],
)
def test_a_figure_may_be_rounded_or_cut(workspace: Any, figure: str, follows: bool) -> None:  # noqa: FBT001
    """1 of 3 is 33.333: less than one of the last place off is right, whether rounded or not."""
    mapping = workspace.mapping(
        '[[check]]\ncolumn = "share"\nformula = "a / b * 100"\n\n'
        '[[table]]\nname = "products"\n[table.columns]\nproduct_id = "id"\nname = "id"\nfamily = "id"\n'
        'workloads = "id"\n'
    )
    report = workspace.load("x.csv", f"id,a,b,share\nP,1,3,{figure}\nQ,1,,5\n", mapping=mapping)

    assert [(one.checked, one.rows) for one in report.figures] == [(1, 0 if follows else 1)]
    assert [row[0] for row in workspace.facts("products")] == ["P", "Q"]
