"""The rules that a row can break: one table with the code, the problem in words, and the remedy of each."""

from dataclasses import dataclass

from partnerlens.model.facts import KIND_MEANING, TABLES, Column, Kind


@dataclass(frozen=True)
class Rule:
    """
    A rule that rows have to keep.

    Attributes:
        problem: what is wrong; ``{column}``, ``{value}``, ``{table}`` and ``{expected}`` are filled in.
        remedy: what to do about it, with the same places.
        is_waiting: whether the row is tried again after later loads, because they can bring what it lacks.
    """

    problem: str
    remedy: str
    is_waiting: bool = False


RULES: dict[str, Rule] = {
    "required": Rule("{column} is empty", "give it a value: {expected}"),
    "too_long": Rule("{column} is too long: '{value}'", "shorten it: {expected}"),
    "not_a_number": Rule("{column} '{value}' is not a number", "write digits, without exponent: {expected}"),
    "negative": Rule("{column} '{value}' is negative", "write a {expected}"),
    "not_positive": Rule("{column} '{value}' is not above 0", "write a {expected}"),
    "not_whole": Rule("{column} '{value}' is not whole", "write a {expected}"),
    "too_large": Rule("{column} '{value}' is too large", "check the number: {expected}"),
    "too_many_decimals": Rule("{column} '{value}' has too many decimals", "round it at the source: {expected}"),
    "not_a_date": Rule("{column} '{value}' is not a date", "write it as {expected}"),
    "not_a_month": Rule("{column} '{value}' is not a month", "write it as {expected}"),
    "out_of_range": Rule("{column} '{value}' lies outside 1990 to 2100", "check the year; leave an open end empty"),
    "not_a_flag": Rule("{column} '{value}' is not a flag", "write {expected}"),
    "not_a_country": Rule("{column} '{value}' is not a country code", "write {expected}"),
    "not_a_currency": Rule("{column} '{value}' is not a currency code", "write {expected}"),
    "unknown_choice": Rule("{column} '{value}' is not one of its words", "use one of {expected}"),
    "end_before_start": Rule("{column} '{value}' lies before the row's first day", "correct one of the two days"),
    "claim_without_cpor": Rule(
        "{column} '{value}' is claimed by an association that is not CPOR", "leave it empty, or write the type CPOR"
    ),
    "own_parent": Rule("{column} '{value}' is the partner itself", "leave it empty, or name the account"),
    "nested_parent": Rule(
        "{column} '{value}' makes a location of a location",
        "name a partner that has no parent itself, for a partner that has no locations",
    ),
    "unknown_reference": Rule(
        "{column} '{value}' is not known",
        "load the file of {expected} that names it; the row is then taken up by itself",
        is_waiting=True,
    ),
    "no_exchange_rate": Rule(
        "{column} '{value}' has no exchange rate for the line's month",
        "load the rate into exchange_rates; the row is then taken up by itself",
        is_waiting=True,
    ),
    "conflicting_key": Rule(
        "the file has another row with this key and other content, on line {value}",
        "leave one of them in a corrected file",
    ),
    "bad_row": Rule("the row has {value}", "give it as many cells as the header has, with quotes around commas"),
    "bad_encoding": Rule(
        "{column} holds bytes that are not text: '{value}'", "save the file as UTF-8, or name its encoding"
    ),
    "nul_byte": Rule("{column} holds a NUL byte: '{value}'", "remove it at the source"),
}
"""All rules by code; the codes are stable."""


def expected_value(column: Column) -> str:
    """
    Return how a column's value is written, for the remedy of a rule.

    >>> expected_value(TABLES["seats"].column("sold_seats"))
    'whole number from 0 to 1,000,000,000'
    """
    if column.kind is Kind.CHOICE:
        return ", ".join(column.choices)
    if column.kind is Kind.COUNT:
        return f"{KIND_MEANING[column.kind]} to {column.maximum:,}"
    return KIND_MEANING[column.kind]


def explanation(rule: str, table: str, column: str | None, value: str | None) -> tuple[str, str]:
    """
    Return the problem and the remedy of a broken rule, in words.

    Args:
        rule: the rule's code.
        table: the fact table.
        column: the target column, or the source column of a cell that could not be read; None for the row.
        value: what was found, cut; None when empty.
    """
    known = column in TABLES[table].names if column else False
    contract = TABLES[table].column(column) if column and known else None
    if rule == "unknown_reference" and contract is not None:
        expected = contract.references or ""
    else:
        expected = expected_value(contract) if contract else "at most 1,000,000 characters"
    places = {"column": column or "the row", "value": value or "", "table": table, "expected": expected}
    return RULES[rule].problem.format(**places), RULES[rule].remedy.format(**places)
