"""What the data says is odd: findings with their evidence, what is at stake, and what to do (domain.md, part 7)."""

from partnerlens.findings.findings import (
    EVIDENCE_SCHEMA,
    Evidence,
    Finding,
    Findings,
    evidence_of,
    find_findings,
    rule_of,
)
from partnerlens.findings.ground import FindingsQuestion
from partnerlens.findings.rule import GROUP_TITLES, SEVERITY_TITLES, Group, Rule, Severity
from partnerlens.findings.rules import RULES
from partnerlens.findings.scored import ScoreFacts

__all__ = [
    "EVIDENCE_SCHEMA",
    "GROUP_TITLES",
    "RULES",
    "SEVERITY_TITLES",
    "Evidence",
    "Finding",
    "Findings",
    "FindingsQuestion",
    "Group",
    "Rule",
    "ScoreFacts",
    "Severity",
    "evidence_of",
    "find_findings",
    "rule_of",
]
