"""Finding what the facts say is odd: one statement for each rule, its evidence as rows, and what they add up to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from partnerlens.adoption import Adoption
from partnerlens.answer.edition import OpenEdition
from partnerlens.engine.protocol import Engine
from partnerlens.findings.adopted import adoption_tables
from partnerlens.findings.ground import FindingsGround, FindingsQuestion
from partnerlens.findings.parameters import parameters
from partnerlens.findings.rule import Rule
from partnerlens.findings.rules import RULES
from partnerlens.findings.scored import ScoreFacts
from partnerlens.findings.statement import findings_sql
from partnerlens.months import WINDOW_MONTHS, Month
from partnerlens.store import Mismatch, Snapshot
from partnerlens.units import exact_text, short_number

AMOUNT = pa.decimal128(38, 18)
"""The type of ``amount``; every amount is exact in it."""

EVIDENCE_SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("partner_id", pa.string()),
        ("customer_id", pa.string()),
        ("customer_name", pa.string()),
        ("country", pa.string()),
        ("subscription_id", pa.string()),
        ("product_id", pa.string()),
        ("month", pa.string()),
        ("item", pa.string()),
        ("amount", AMOUNT),
        ("unit", pa.string()),
        ("note", pa.string()),
    ]
)
"""The columns of evidence, in order."""

_MISMATCHES = pa.schema(
    [
        ("file_name", pa.string()),
        ("column_name", pa.string()),
        ("figure", pa.string()),
        ("computed", pa.string()),
        ("places", pa.int64()),
    ]
)

_COUNTED = {"rows": "rows", "customer_id": "customers", "subscription_id": "subscriptions", "item": "items"}
_STATEMENTS = tuple(dict.fromkeys(rule.statement for rule in RULES if rule.statement))
_BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}


@dataclass(frozen=True)
class Evidence:
    """
    One row behind a finding.

    Attributes:
        code: the finding.
        partner_id: the partner; None where it is about the program as a whole.
        customer_id: the customer; None where there is none.
        customer_name: its name.
        country: its location.
        subscription_id: the subscription; None where there is none.
        product_id: the product; None where there is none.
        month: the month it is about (YYYY-MM).
        item: what else it is about: a person, an exam, a table, an indicator.
        amount: what is at stake, exactly; None where nothing is counted, or where the reader may not see it.
        unit: what the amount counts; the currency code for money, empty without one.
        note: more about it; other partners are named for operators alone.
    """

    code: str
    partner_id: str | None
    customer_id: str | None
    customer_name: str | None
    country: str | None
    subscription_id: str | None
    product_id: str | None
    month: str
    item: str | None
    amount: str | None
    unit: str
    note: str | None


@dataclass(frozen=True)
class Finding:
    """
    One thing that the facts say is odd.

    Attributes:
        rule: what it is.
        partner_id: the partner; None where it is about the program as a whole.
        number: how many customers, subscriptions, people or rows it is about.
        rows: how many rows of evidence there are.
        stake: what they add up to, exactly; None where nothing is added up, or where the reader may not see it.
        unit: what the stake counts; the currency code for money.
    """

    rule: Rule
    partner_id: str | None
    number: int
    rows: int
    stake: str | None
    unit: str

    @property
    def sentence(self) -> str:
        """What it says, in English."""
        return (self.rule.one if self.number == 1 else self.rule.many) % {"number": f"{self.number:,}"}

    @property
    def stake_words(self) -> str:
        """What is at stake, in English; empty where nothing is added up."""
        if self.stake is None:
            return ""
        unit = self.unit.removesuffix("s") if self.stake == "1" and not self.rule.is_money else self.unit
        return self.rule.stake_words % {"amount": f"{short_number(self.stake)} {unit}"}


@dataclass(frozen=True)
class Findings:
    """
    What the facts of an edition say is odd about a partner, or about all of them.

    Attributes:
        partner_id: the partner; None for all.
        partner_name: its name; None for all.
        month: the data month.
        edition: the number of the edition.
        found: the findings by code and partner; those about the program are among those of every partner.
        evidence: their rows, with the columns of ``EVIDENCE_SCHEMA``, in the same order.
        undecided: rules that the facts cannot decide.
        rule_sets: the digest of each rule set of the edition, by name.
        parameters: the settings that the edition was built with.
    """

    partner_id: str | None
    partner_name: str | None
    month: Month
    edition: int
    found: tuple[Finding, ...]
    evidence: pa.Table
    undecided: tuple[Rule, ...]
    rule_sets: Mapping[str, str]
    parameters: Mapping[str, str]

    @property
    def window(self) -> str:
        """The months whose facts count."""
        return f"{self.month - (WINDOW_MONTHS - 1)} to {self.month}"

    def rows(self, code: str, *, limit: int = 50, offset: int = 0) -> list[Evidence]:
        """Return some of the rows of a finding, those with most at stake first."""
        mine = self.evidence.filter(pc.equal(self.evidence["code"], code)).slice(offset, limit)
        return evidence_of(mine)

    def chosen(self, keep: Callable[[Finding], bool]) -> "Findings":
        """Return the same with some of the findings alone, and their evidence."""
        kept = tuple(finding for finding in self.found if keep(finding))
        codes = pa.array(sorted({finding.rule.code for finding in kept}), pa.string())
        return replace(self, found=kept, evidence=self.evidence.filter(pc.is_in(self.evidence["code"], codes)))


def evidence_of(table: pa.Table) -> list[Evidence]:
    """Return rows of an Arrow table with the columns of ``EVIDENCE_SCHEMA``; amounts become exact texts."""
    return [
        Evidence(**row | {"amount": None if row["amount"] is None else exact_text(Fraction(row["amount"]))})
        for row in table.to_pylist()
    ]


def rule_of(code: str) -> Rule | None:
    """Return the rule of a code, such as ``D-01``, whatever the case; None when there is none."""
    return {known.casefold(): rule for known, rule in _BY_CODE.items()}.get(code.casefold())


def find_findings(
    question: FindingsQuestion,
    *,
    edition: OpenEdition,
    snapshot: Snapshot,
    engine: Callable[[], Engine],
    scores: ScoreFacts,
    adoption: Adoption | None,
    mismatches: Sequence[Mismatch] = (),
) -> Findings:
    """
    Return what is odd about a partner, or about all of them.

    Args:
        question: of whom, and for whom.
        edition: the edition.
        snapshot: the facts as they stood at its last load.
        engine: opens an engine; it is closed again.
        scores: what the scores of the partners say.
        adoption: the adoption of the partner's customers, or of all; None where it is not known.
        mismatches: figures of loaded files that do not follow from their parts.

    Raises:
        NotFoundError: the edition knows no such partner.
        DefinitionError: the edition does not keep the rules that it was built with.
    """
    partner = None if question.partner_id is None else edition.partners[edition.position(question.partner_id)]
    currency = edition.manifest.parameters["reporting_currency"]
    running = engine()
    try:
        tables = {**scores.tables(), **adoption_tables(adoption), "mismatches": _mismatches(mismatches)}
        FindingsGround(running, snapshot, edition, question, parameters()).lay(tables)
        _find(running, currency, sees_all=question.sees_all)
        sums = running.fetch(findings_sql("sums")).to_pylist()
        evidence = running.fetch("SELECT * FROM evidence ORDER BY row_no ASC").select(EVIDENCE_SCHEMA.names)
    finally:
        running.close()
    return Findings(
        partner_id=question.partner_id,
        partner_name=partner.name if partner else None,
        month=edition.month,
        edition=edition.number,
        found=tuple(_finding(row, currency) for row in sums),
        evidence=evidence.cast(EVIDENCE_SCHEMA),
        undecided=tuple(rule for rule in RULES if rule.undecided),
        rule_sets=dict(edition.manifest.rule_sets),
        parameters=dict(edition.manifest.parameters),
    )


def _find(engine: Engine, currency: str, *, sees_all: bool) -> None:
    """Run every statement, and keep their rows as the relation ``evidence``."""
    told = [rule for rule in RULES if rule.statement and (sees_all or not rule.for_operators)]
    engine.register(
        "rule_codes",
        pa.table(
            {
                "statement": pa.array([rule.statement for rule in told], pa.string()),
                "cause": pa.array([rule.cause for rule in told], pa.string()),
                "code": pa.array([rule.code for rule in told], pa.string()),
                "place": pa.array([RULES.index(rule) for rule in told], pa.int32()),
                "unit": pa.array([currency if rule.is_money else rule.stake_unit for rule in told], pa.string()),
            }
        ),
    )
    for statement in _STATEMENTS:
        engine.keep(f"found_{statement}", findings_sql(statement))
    engine.keep(
        "every_finding",
        " UNION ALL ".join(
            f"SELECT '{statement}' AS statement, f.* FROM found_{statement} f" for statement in _STATEMENTS
        ),
    )
    engine.keep("evidence", findings_sql("evidence"))


def _mismatches(found: Sequence[Mismatch]) -> pa.Table:
    """One row for each file and column with its first figure, and how many there are."""
    firsts: dict[tuple[str, str], Mismatch] = {}
    places: dict[tuple[str, str], int] = {}
    for mismatch in found:
        key = (mismatch.file, mismatch.column)
        firsts.setdefault(key, mismatch)
        places[key] = places.get(key, 0) + 1
    rows = [
        {
            "file_name": file,
            "column_name": column,
            "figure": first.value,
            "computed": first.computed,
            "places": places[file, column],
        }
        for (file, column), first in firsts.items()
    ]
    return pa.Table.from_pylist(rows, _MISMATCHES)


def _finding(row: Mapping[str, object], currency: str) -> Finding:
    rule = _BY_CODE[str(row["code"])]
    amount = row["amount"]
    return Finding(
        rule=rule,
        partner_id=None if row["partner_id"] is None else str(row["partner_id"]),
        number=int(str(row[_COUNTED[rule.counts]])),
        rows=int(str(row["rows"])),
        stake=exact_text(Fraction(str(amount))) if rule.stake_unit and amount is not None else None,
        unit=currency if rule.is_money else rule.stake_unit,
    )
