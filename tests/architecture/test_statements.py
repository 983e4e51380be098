"""The SQL of the build runs on every engine, says one thing, and holds nothing that a user wrote."""

import ast
import re
from pathlib import Path

import pytest

import partnerlens
from partnerlens.build.kernels.near import READ_BY_KERNELS
from partnerlens.build.part import parts_of
from partnerlens.build.scores import STEPS, UNIT_STEPS
from partnerlens.build.step import step_names, step_sql
from partnerlens.model.metric import MauMethod

BUILD = Path(partnerlens.__file__).parent / "build"
WIDE = {"product_words": 2, "pair_words": 3}
FOREIGN = {
    "QUALIFY": r"\bqualify\b",
    "GROUP BY ALL": r"\b(group|order)\s+by\s+all\b",
    "a cast with colons": r"::",
    "HUGEINT": r"\bu?hugeint\b",
    "a list function": r"\b(list|array|map|struct|unnest)_?\w*\s*\(",
    "a list": r"\[",
    "EXCLUDE or REPLACE of columns": r"\*\s*(exclude|replace|except)\b",
    "FROM first": r"(?m)\(\s*from\b|^\s*from\b(?=.*;)",
    "a semi or anti join": r"\b(semi|anti|asof|positional)\s+join\b",
    "FILTER of an aggregate": r"\bfilter\s*\(\s*where\b",
    "USING": r"\busing\s*\(",
    "a lambda": r"->",
    "ILIKE or regular expressions": r"\b(ilike|similar\s+to|regexp_\w+)\b",
    "IS DISTINCT FROM": r"\bis\s+(not\s+)?distinct\s+from\b",
    "a clock or chance": r"\b(now|today|current_date|current_timestamp|random|uuid)\b",
    "a file": r"\b(read_\w+|glob|copy|attach|install|load|pragma|set)\b\s*[\('\"]",
    "several statements": r";",
    "an answer that depends on the order of rows": r"\b(first|last|any_value|arbitrary|limit)\b\s*[\(\d]",
}
"""What one engine has and another lacks, or what would make a result depend on chance."""

TELLING = {
    "customer_no, months",  # of distinct coverages
    "partner_no, product_no, country",  # of distinct cells
    "person_id",  # within a partner and month; equal persons get equal numbers
    "m.t asc nulls last",  # within a subscription, whose seats have one row a month
}
"""Columns by which steps may order rows: no two rows share them."""


CHOSEN = {
    "qualified_limit": {"by_customer": True, "by_product": True, "measure": "users", "minimum": "1", "maximum": None}
}
"""What steps with choices of their own are rendered with."""

OTHER_STEPS = {
    "customer_turns",
    "credited_adds",
    "losses_all_associated",
    "losses_credited_within_12_months",
    "score_losses_all_associated",
    "score_losses_credited_within_12_months",
    "exam_people",
    "product_users",
    "qualified_limit",
    "score_qualified",
}
"""Steps of scorecards that are chosen by a loss rule, or stand for themselves."""


def rendered(name: str, words: dict[str, int]) -> str:
    """Return the text of a step."""
    return step_sql(name, words, **CHOSEN.get(name, {}))


def statement(name: str) -> str:
    """Return a rendered step without comments and texts in quotes."""
    sql = re.sub(r"--[^\n]*", "", rendered(name, WIDE))
    return re.sub(r"'[^']*'", "''", sql).lower()


@pytest.mark.parametrize("name", step_names())
def test_step_is_one_portable_select(name: str) -> None:
    """A step is a SELECT that no engine has to be special for."""
    sql = statement(name)

    assert re.match(r"\s*(select|with)\b", sql)
    assert [what for what, pattern in FOREIGN.items() if re.search(pattern, sql)] == []


@pytest.mark.parametrize("name", step_names())
def test_step_says_what_it_is_for(name: str) -> None:
    """A step opens with a comment in words."""
    text = (BUILD / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("{%")]

    assert lines[0].startswith("-- ")


@pytest.mark.parametrize("name", step_names())
def test_templates_put_in_only_numbers_and_names_of_our_own(name: str) -> None:
    """What is put into a step is the number of a word, or a macro of ours."""
    text = (BUILD / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    put_in = {match.strip() for match in re.findall(r"\{\{(.*?)\}\}", text)}
    macros = ("windows_of('", "billing.")
    allowed = {"word", "'OR ' if not loop.first"}
    if name == "qualified_limit":
        # Numbers of a checked scorecard, the column of a closed set of measures, and whether a key is used.
        allowed |= {"measure", "minimum", "maximum"}
        macros = (*macros, "'x.customer_no", "'x.product_no")

    assert {entry for entry in put_in if not entry.startswith(macros)} <= allowed


@pytest.mark.parametrize("name", step_names())
def test_wide_sets_change_nothing_but_the_number_of_columns(name: str) -> None:
    """With one word the same text has no second one."""
    narrow = rendered(name, {"product_words": 1, "pair_words": 1})

    assert not re.search(r"_1\b", re.sub(r"'[^']*'|--[^\n]*", "", narrow))


@pytest.mark.parametrize("name", step_names())
def test_numbers_given_by_an_order_are_given_by_a_key(name: str) -> None:
    """Rows are only ordered to number them or to look at the row before, by columns that tell all of them apart."""
    orders = re.findall(r"order by\s+([^)]*)\)", statement(name))

    assert len(orders) == statement(name).count("order by")
    assert set(orders) <= TELLING


def test_every_step_is_used() -> None:
    """There is no SQL that no part needs."""
    used = {step for method in MauMethod for part in parts_of(method) for step in part.steps}
    of_scores = {step for steps in STEPS.values() for step in steps} | {*UNIT_STEPS}

    assert used | of_scores | OTHER_STEPS | {*READ_BY_KERNELS} == set(step_names())


def test_statements_made_in_python_hold_only_our_own_names() -> None:
    """In the build an f-string becomes SQL only from names, numbers and rendered steps."""
    allowed = {
        "part.steps[-1]",
        "measures",
        "made",
        "name",
        "step_sql('pairs', self._words)",
    }
    tree = ast.parse((BUILD / "passes.py").read_text(encoding="utf-8"))
    put_in = {
        ast.unparse(part.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and re.search(r"SELECT|sum\(|BETWEEN|<=|CAST| = |_\{", ast.unparse(node))
        for part in node.values
        if isinstance(part, ast.FormattedValue)
    }

    assert put_in <= allowed
