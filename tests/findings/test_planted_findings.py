"""Precision and recall: every planted cause is found at its partner, and nothing else anywhere."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from explain.explaining import Published, published
from findings.planted import MONTH, clean, faulty_feed, planted
from partnerlens.app import Workspace
from partnerlens.findings import EVIDENCE_SCHEMA, RULES, Findings

SOON = datetime(2021, 2, 10, tzinfo=UTC)
"""A day on which the data month is the latest that is due."""

ALONE = ("fine", "no-use", "ended", "expiring", "clash", "lapsed", "shared", "moved", "trial")
"""Partners that are also asked about one by one."""

PROGRAM_CODES = {"D-14", "D-15", "D-16", "D-26", "D-27"}
ELSEWHERE = {
    # Planted in the tests of scores, of adoption and of loads, whose numbers they tell.
    "D-28",
    "D-07p",
    "D-18",
    "D-19",
    "D-09b",
    "D-09c",
    "D-09d",
    "D-09e",
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Return the program with every cause, published."""
    with published(planted()[0], tmp_path_factory.mktemp("planted") / "home", MONTH) as made:
        yield made


@pytest.fixture(scope="module")
def workspace(program: Published) -> Workspace:
    """Return its workspace."""
    return program.workspace


@pytest.fixture(scope="module")
def everything(workspace: Workspace) -> Findings:
    """Return the findings of all partners."""
    return workspace.findings(now=SOON)


def codes_by_partner(findings: Findings) -> dict[str | None, set[str]]:
    """Return the codes found at each partner."""
    found: dict[str | None, set[str]] = {}
    for finding in findings.found:
        found.setdefault(finding.partner_id, set()).add(finding.rule.code)
    return found


def one(findings: Findings, code: str, partner: str) -> dict:
    """Return the only row of evidence of a finding at a partner."""
    (row,) = [row for row in findings.evidence.to_pylist() if row["code"] == code and row["partner_id"] == partner]
    return row


def test_every_planted_cause_is_found_and_nothing_else(everything):
    """At each partner exactly what was planted there: no cause is missed, none is made up."""
    expected = {partner: codes for partner, codes in planted()[1].items() if codes}

    assert codes_by_partner(everything) == {**expected, None: {"D-27"}}


def test_every_rule_that_can_be_decided_is_planted():
    """A new rule has to come with a cause in one of the programs."""
    found = set().union(*planted()[1].values()) | PROGRAM_CODES | ELSEWHERE

    assert {rule.code for rule in RULES if rule.statement} == found


def test_a_program_in_order_has_no_finding(tmp_path):
    """Precision: where nothing is odd, nothing is told."""
    with published(clean(), tmp_path / "home", MONTH) as made:
        findings = made.workspace.findings(now=SOON)

        assert (findings.found, findings.evidence.num_rows) == ((), 0)
        late = made.workspace.findings(now=datetime(2021, 3, 20, tzinfo=UTC))
        assert [(finding.rule.code, finding.partner_id) for finding in late.found] == [("D-14", None)]


def test_a_faulty_feed_is_told_for_the_program(tmp_path):
    """Use that ends early, a blank month, no billed line and a late beginning are found; each names its table."""
    with published(faulty_feed(), tmp_path / "home", MONTH) as made:
        findings = made.workspace.findings(now=SOON)
        program = {
            (row["code"], row["item"], row["month"])
            for row in findings.evidence.to_pylist()
            if row["partner_id"] is None
        }

        assert program == {
            ("D-14", "activity", "2020-12"),
            ("D-15", "seats", "2020-11"),
            ("D-16", "billing_lines", "2021-01"),
            ("D-26", None, "2020-10"),
        }
        told = {finding.rule.code for finding in made.workspace.findings("fine", now=SOON, viewer="partner").found}
        assert told >= {"D-14", "D-15", "D-16", "D-26"}


@pytest.mark.parametrize(
    ("code", "partner", "amount", "subscription", "note"),
    [
        ("D-01", "no-use", 1200, None, "CSP"),
        ("D-02", "unbilled", 2, None, None),
        ("D-04", "ended", 14, "ended-2", "association_not_active"),
        ("D-06", "abroad", 1, None, None),
        ("D-10", "undeployed", 8, None, "10 / 2"),
        ("D-11", "shared", 2, None, "2 / 4"),
        ("D-19t", "large", 1, None, "smb-pci-2021 smb"),
        ("D-20", "single", 2, None, None),
        ("D-22", "second-year", 11, "second-year-2", None),
        ("D-23", "presale", 13, "presale-2", None),
        ("D-24", "clash", None, "clash", "rival"),
        ("D-25", "lapsed", None, "lapsed-old", "lapsed-new"),
    ],
)
def test_what_is_at_stake_is_worked_out(everything, code, partner, amount, subscription, note):
    """Amounts worked by hand: 12 x 100; 2 x 7; 10 - 2 licences; 5 - 4 users; two of three users."""
    row = one(everything, code, partner)

    assert (row["amount"], row["subscription_id"], row["note"]) == (amount, subscription, note)


def test_stakes_are_the_sums_of_their_evidence(everything):
    """The sum beside a finding is that of its rows, and the numbers are those of its rows."""
    rows = everything.evidence.to_pylist()
    for finding in everything.found:
        mine = [row for row in rows if (row["code"], row["partner_id"]) == (finding.rule.code, finding.partner_id)]

        assert finding.rows == len(mine)
        if finding.stake is not None:
            assert sum(row["amount"] for row in mine if row["amount"] is not None) == float(finding.stake)


def test_one_partner_has_the_same_findings_as_among_all(workspace, everything):
    """Narrowing the facts to the customers of a partner changes nothing."""
    rows = everything.evidence.to_pylist()
    for partner in ALONE:
        alone = workspace.findings(partner, now=SOON).evidence.to_pylist()

        assert alone == [row for row in rows if row["partner_id"] == partner], partner


def test_partners_are_told_no_other_partner(workspace):
    """What names others is for operators: the rival, its successors, and ids of nobody."""
    for partner in ("clash", "lapsed", "-1"):
        findings = workspace.findings(partner, now=SOON, viewer="partner")
        told = str(findings.evidence.select(["partner_id", "subscription_id", "item", "note"]).to_pylist())
        others = {"rival", "lapsed-new", "'-1'"} - {f"'{partner}'", partner}

        assert not [other for other in others if other in told], partner
        assert "D-27" not in {finding.rule.code for finding in findings.found}


def test_evidence_has_the_columns_that_are_documented(everything):
    """Rows are exported as they are kept."""
    assert everything.evidence.schema.equals(EVIDENCE_SCHEMA)
    assert [row.code for row in everything.rows("D-04")] == ["D-04"]


def test_rules_that_cannot_be_decided_say_why(everything):
    """D-03, D-08, D-17 and D-30 need what the facts do not hold, and say so."""
    assert [rule.code for rule in everything.undecided] == ["D-03", "D-08", "D-17", "D-30"]
    assert all(rule.undecided.endswith(".") for rule in everything.undecided)
