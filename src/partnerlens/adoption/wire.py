"""
Licence insights in the words of Partner Center's REST resources: rows, filters, grouping.

Source: "Get licenses deployment information", "Get licenses usage information" and the four older resources that they
supersede, Partner Center REST, 2021 (domain.md 5.2).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from partnerlens.adoption.adoption import Adoption
from partnerlens.adoption.counts import Counts, total
from partnerlens.adoption.licences import licence_rules
from partnerlens.adoption.line import Line
from partnerlens.errors import UsageError, did_you_mean

CHANNEL = "reseller"
"""The one channel of these resources."""

MOST_DEPTH = 20
"""Most brackets within brackets."""

DEPLOYMENT_FIELDS = (
    "serviceCode",
    "serviceName",
    "channel",
    "customerTenantId",
    "customerName",
    "productId",
    "productName",
)
"""What rows of deployment can be filtered and grouped by."""

USAGE_FIELDS = ("workloadCode", "workloadName", *DEPLOYMENT_FIELDS)
"""What rows of usage can be filtered and grouped by."""

_TOKEN = re.compile(r"\s*(?:(?P<bracket>[()])|'(?P<quoted>(?:[^']|'')*)'|(?P<word>[^\s()']+))")


@dataclass(frozen=True)
class LicenceRow:
    """
    Licences with the fields that tell what they are of.

    Attributes:
        fields: text by field; only those that the rows are grouped by.
        counts: the licences.
    """

    fields: dict[str, str]
    counts: Counts


Holds = Callable[[dict[str, str]], bool]


def deployment_rows(adoption: Adoption) -> list[LicenceRow]:
    """Return the licences by customer and product."""
    return [LicenceRow(_fields(line), line.all) for line in adoption.lines]


def usage_rows(adoption: Adoption) -> list[LicenceRow]:
    """Return the licences by customer, product and workload; those whose use is not known are left out."""
    rules = licence_rules()
    return [
        LicenceRow(
            {
                "workloadCode": rules.workload_code(pair.workload),
                "workloadName": pair.workload,
                **_fields(pair.line),
            },
            pair.line.all,
        )
        for pair in adoption.pairs
        if pair.line.all.measured
    ]


def grouped(rows: Iterable[LicenceRow], fields: Sequence[str]) -> list[LicenceRow]:
    """Return the sums of rows that agree in some fields, ordered by these."""
    groups: dict[tuple[str, ...], list[Counts]] = {}
    for row in rows:
        groups.setdefault(tuple(row.fields[name] for name in fields), []).append(row.counts)
    return [LicenceRow(dict(zip(fields, key, strict=True)), total(held)) for key, held in sorted(groups.items())]


def fields_of(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """
    Return the fields of a ``groupby`` statement, each once.

    >>> fields_of("serviceCode, channel", DEPLOYMENT_FIELDS)
    ('serviceCode', 'channel')

    Raises:
        UsageError: one of them is no field, or there is none.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise UsageError(f"'{text}' names no field to group by", f"fields are {', '.join(known)}")
    return tuple(dict.fromkeys(_field(name, known) for name in names))


def parsed(text: str, known: Sequence[str]) -> Holds:
    """
    Return what a ``filter`` statement asks of a row's fields; texts are compared without regard to case.

    Statements are ``FIELD eq 'VALUE'`` and ``FIELD ne 'VALUE'``, combined with ``and`` and ``or``; ``and`` binds more
    tightly, and brackets bind first. A quotation mark within a value is doubled.

    >>> parsed("serviceCode eq 'O365' or (channel ne 'reseller')", DEPLOYMENT_FIELDS)({"serviceCode": "o365"})
    True

    Raises:
        UsageError: it is no such statement; the text says where.
    """
    return _Statement(text, known).parsed()


class _Statement:
    """Reads a filter statement from the left to the right."""

    def __init__(self, text: str, known: Sequence[str]) -> None:
        self._text = text
        self._known = known
        self._tokens = self._split(text)
        self._place = 0

    def parsed(self) -> Holds:
        found = self._any_of(0)
        if self._place < len(self._tokens):
            raise self._fault(f"'{self._tokens[self._place][1]}' is not expected here")
        return found

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens, place = [], 0
        while place < len(text.rstrip()):
            match = _TOKEN.match(text, place)
            if match is None:
                raise self._fault("a quotation mark is not closed")
            kind = str(match.lastgroup)
            value = match[kind]
            tokens.append((kind, value.replace("''", "'") if kind == "quoted" else value))
            place = match.end()
        return tokens

    def _any_of(self, depth: int) -> Holds:
        terms = [self._all_of(depth)]
        while self._takes("or"):
            terms.append(self._all_of(depth))
        return terms[0] if len(terms) == 1 else lambda row: any(term(row) for term in terms)

    def _all_of(self, depth: int) -> Holds:
        terms = [self._one(depth)]
        while self._takes("and"):
            terms.append(self._one(depth))
        return terms[0] if len(terms) == 1 else lambda row: all(term(row) for term in terms)

    def _one(self, depth: int) -> Holds:
        kind, value = self._next()
        if (kind, value) == ("bracket", "("):
            if depth >= MOST_DEPTH:
                raise self._fault(f"there are more than {MOST_DEPTH} brackets within brackets")
            found = self._any_of(depth + 1)
            if self._next() != ("bracket", ")"):
                raise self._fault("a bracket is not closed")
            return found
        if kind != "word":
            raise self._fault(f"'{value}' is no field")
        field = _field(value, self._known)
        _, operator = self._next()
        if operator.casefold() not in {"eq", "ne"}:
            raise self._fault(f"'{operator}' is neither eq nor ne")
        kind, wanted = self._next()
        if kind == "bracket":
            raise self._fault("a value is missing")
        is_equal = operator.casefold() == "eq"
        return lambda row: (row[field].casefold() == wanted.casefold()) == is_equal

    def _takes(self, word: str) -> bool:
        here = self._tokens[self._place : self._place + 1]
        if here and here[0][0] == "word" and here[0][1].casefold() == word:
            self._place += 1
            return True
        return False

    def _next(self) -> tuple[str, str]:
        if self._place >= len(self._tokens):
            raise self._fault("it ends too early")
        self._place += 1
        return self._tokens[self._place - 1]

    def _fault(self, problem: str) -> UsageError:
        return UsageError(
            f"the filter '{self._text[:100]}' cannot be read: {problem}",
            "write it as \"serviceCode eq 'o365' and channel ne 'direct'\"",
        )


def _fields(line: Line) -> dict[str, str]:
    service = licence_rules().service(line.family)
    return {
        "serviceCode": service.code,
        "serviceName": service.name,
        "channel": CHANNEL,
        "customerTenantId": line.customer_id,
        "customerName": line.customer_name,
        "productId": line.product_id,
        "productName": line.product_name,
    }


def _field(name: str, known: Sequence[str]) -> str:
    for field in known:
        if field.casefold() == name.casefold():
            return field
    raise UsageError(f"there is no field '{name[:100]}'", did_you_mean(name, known) or f"fields are {', '.join(known)}")
