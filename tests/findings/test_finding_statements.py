"""The SQL of findings and reconciliations reads like that of the build: one SELECT a file, of our own names."""

import re

import pytest

from explain.test_explain_statements import FOREIGN
from partnerlens.findings import RULES
from partnerlens.findings.parameters import parameters
from partnerlens.findings.statement import findings_sql, statement_names
from partnerlens.reconcile.statement import reconcile_sql

FILES = [(findings_sql, name) for name in statement_names()] + [(reconcile_sql, name) for name in ("held", "billed")]
COLUMNS = "partner_no, customer_no, subscription_no, product_no, month, item, amount, note, cause"
"""What every row of evidence has."""


@pytest.mark.parametrize(("read", "name"), FILES, ids=[name for _, name in FILES])
def test_a_statement_is_one_portable_select(read, name):
    """A file is a SELECT without what only one engine understands, and says what it is for."""
    text = read(name)
    sql = re.sub(r"'[^']*'", "''", re.sub(r"--[^\n]*", "", text)).lower()

    assert re.match(r"\s*(select|with)\b", sql)
    assert [what for what, pattern in FOREIGN.items() if re.search(pattern, sql)] == []
    assert "--" in text


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.statement], ids=lambda rule: rule.code)
def test_a_rule_has_a_statement_that_gives_the_columns_of_evidence(rule):
    """The statement of a rule exists, and names every column of a row, in order."""
    sql = findings_sql(rule.statement)
    named = re.findall(r"\bAS (\w+)(?=,|\s*\n\s*FROM)", sql)
    wanted = COLUMNS.split(", ")

    assert any(named[start : start + len(wanted)] == wanted for start in range(len(named)))


def test_codes_and_names_are_those_of_the_list():
    """Every code of the list of findings (domain.md, part 7) is there, once."""
    codes = [rule.code for rule in RULES]
    numbers = {int(re.sub(r"\D", "", code)) for code in codes}

    assert len(codes) == len(set(codes))
    assert numbers == set(range(1, 31))
    assert codes == sorted(codes, key=lambda code: (int(re.sub(r"\D", "", code)), code))


def test_sentences_have_a_place_for_the_number_alone():
    """What is filled in is what is worked out."""
    for rule in RULES:
        for text in (rule.one, rule.many):
            assert re.findall(r"%\((\w+)\)s", text) in (["number"], []), rule.code
        assert bool(rule.stake_unit) == ("%(amount)s" in rule.stake_words), rule.code


def test_the_parameters_are_those_of_the_list():
    """90 days, half of the users, and the 20th (domain.md, part 7)."""
    chosen = parameters()

    assert (chosen.expiring.days, chosen.single_customer.percent, chosen.late.publish_day) == (90, 50, 20)
