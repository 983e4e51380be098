"""How the text of each kind of column is read and checked, as SQL on the engine."""

from dataclasses import dataclass
from typing import assert_never

from partnerlens.model.facts import STORED_TYPE, Column, Kind

MAXIMUM_LENGTH = {Kind.ID: 200, Kind.TEXT: 1000, Kind.LIST: 10_000}
"""Longest texts. Unit: characters."""

FIRST_MONTH, LAST_MONTH = 1990 * 12, 2100 * 12 + 11
"""The months that facts may lie in, as numbers."""

_INSTANT = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
_OFFSET = r"(Z|z|[+-]\d{2}(:?\d{2})?)"


@dataclass(frozen=True)
class NumberFormat:
    """
    How numbers are written in a file.

    Attributes:
        decimal: the character before the decimals.
        thousands: the character between groups of three digits; empty for none.
    """

    decimal: str = "."
    thousands: str = ""


PLAIN = NumberFormat()


@dataclass(frozen=True)
class Reading:
    """
    The SQL that reads a column from its text.

    Attributes:
        value: gives the value; null where there is none or the text cannot be read.
        rule: gives the code of the broken rule; null when none is broken.
    """

    value: str
    rule: str


def literal(text: str) -> str:
    """
    Return a text as an SQL literal.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def filled(text: str) -> str:
    """Return SQL for a text, null when it is empty."""
    return f"nullif({text}, '')"


def column_reading(column: Column, *, text: str, value: str, zone: str, numbers: NumberFormat) -> Reading:
    """
    Return the SQL that reads and checks a column.

    Args:
        column: the column's contract.
        text: SQL name of its trimmed text.
        value: SQL name under which the read value is found by the rule.
        zone: the program's time zone.
        numbers: how numbers are written.
    """
    reading = _kind_reading(column, text, value, zone, numbers)
    required = f"WHEN {text} IS NULL THEN {'NULL' if not column.required else literal('required')}"
    return Reading(reading.value, f"CASE {required} {reading.rule} END")


def _kind_reading(column: Column, text: str, value: str, zone: str, numbers: NumberFormat) -> Reading:
    kind = column.kind
    match kind:
        case Kind.ID | Kind.TEXT:
            reading = Reading(text, _length_rule(text, kind))
        case Kind.LIST:
            reading = _list_reading(text, column)
        case Kind.CHOICE:
            words = {word.upper(): word for word in column.choices} | column.also
            cases = " ".join(f"WHEN {literal(word)} THEN {literal(choice)}" for word, choice in words.items())
            reading = Reading(f"CASE upper({text}) {cases} END", f"WHEN {value} IS NULL THEN 'unknown_choice'")
        case Kind.COUNTRY | Kind.CURRENCY:
            pattern = "[A-Za-z]{2}" if kind is Kind.COUNTRY else "[A-Za-z]{3}"
            read = f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN upper({text}) END"
            reading = Reading(read, f"WHEN {value} IS NULL THEN 'not_a_{kind.value}'")
        case Kind.MONTH:
            reading = _month_reading(text, value)
        case Kind.DATE:
            read = date_value(text, zone)
            reading = Reading(
                read,
                f"WHEN {value} IS NULL THEN 'not_a_date' "
                f"WHEN year({value}) < 1990 OR year({value}) > 2100 THEN 'out_of_range'",
            )
        case Kind.COUNT:
            reading = _count_reading(text, value, numbers, column.maximum)
        case Kind.MONEY | Kind.RATE:
            reading = _decimal_reading(text, value, numbers, kind)
        case Kind.FLAG:
            read = f"CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false END"
            reading = Reading(read, f"WHEN {value} IS NULL THEN 'not_a_flag'")
        case _:
            assert_never(kind)
    return reading


def date_value(text: str, zone: str) -> str:
    """
    Return SQL for the day that a text names, null when it names none.

    A time with an offset counts on the day it has in the program's time zone; one without is taken to be in
    that zone already.
    """
    day = f"try_cast({text} AS DATE)"
    clock = f"try_cast({text} AS TIMESTAMP)"
    # A time such as 10:00+02:00 lacks the seconds that the engine asks for.
    seconds = r"'(T| )(\d\d:\d\d)([+-])', '\1\2:00\3'"
    instant = f"try_cast(regexp_replace(replace(upper({text}), 'Z', '+00:00'), {seconds}) AS TIMESTAMPTZ)"
    return (
        f"CASE WHEN {text} IS NULL THEN NULL "
        f"WHEN {text} LIKE '____-__-__' THEN {day} "
        f"WHEN regexp_full_match({text}, '{_INSTANT}') THEN CAST({clock} AS DATE) "
        f"WHEN regexp_full_match({text}, '{_INSTANT}{_OFFSET}') "
        f"THEN CAST(timezone({literal(zone)}, {instant}) AS DATE) END"
    )


def _length_rule(text: str, kind: Kind) -> str:
    # Bytes are counted much faster than characters, and there are never fewer of them.
    limit = MAXIMUM_LENGTH[kind]
    return f"WHEN strlen({text}) > {limit} AND length({text}) > {limit} THEN 'too_long'"


def _month_reading(text: str, value: str) -> Reading:
    number = f"CAST(substr({text}, 1, 4) AS INTEGER) * 12 + CAST(substr({text}, 6, 2) AS INTEGER) - 1"
    return Reading(
        f"CASE WHEN regexp_full_match({text}, '\\d{{4}}-(0[1-9]|1[0-2])') THEN {number} END",
        f"WHEN {value} IS NULL THEN 'not_a_month' "
        f"WHEN {value} < {FIRST_MONTH} OR {value} > {LAST_MONTH} THEN 'out_of_range'",
    )


def _list_reading(text: str, column: Column) -> Reading:
    items = f"list_filter(list_transform(string_split({text}, ';'), lambda x: trim(x)), lambda x: x <> '')"
    empty = "WHEN replace(replace({0}, ';', ''), ' ', '') = '' THEN 'required' " if column.required else ""
    return Reading(
        f"nullif(array_to_string({items}, ';'), '')",
        f"{empty.format(text)}{_length_rule(text, Kind.LIST)}",
    )


def number_text(text: str, numbers: NumberFormat) -> str:
    """Return SQL for the text of a number with a point and without groups; null when the text is no number."""
    plain = f"CASE WHEN regexp_full_match({text}, '[+-]?(\\d+\\.?\\d*|\\.\\d+)') THEN {text} END"
    if numbers == PLAIN:
        return plain
    point, group = (_escaped(mark) for mark in (numbers.decimal, numbers.thousands))
    pointed = f"replace({text}, {literal(numbers.decimal)}, '.')"
    simple = f"WHEN regexp_full_match({text}, '[+-]?(\\d+({point}\\d*)?|{point}\\d+)') THEN {pointed}"
    if not numbers.thousands:
        return f"CASE {simple} END"
    bare = f"replace(replace({text}, {literal(numbers.thousands)}, ''), {literal(numbers.decimal)}, '.')"
    grouped = f"[+-]?\\d{{1,3}}({group}\\d{{3}})+({point}\\d*)?"
    return f"CASE {simple} WHEN regexp_full_match({text}, '{grouped}') THEN {bare} END"


def _escaped(mark: str) -> str:
    return literal(f"[{mark}]")[1:-1] if mark else ""


def _count_reading(text: str, value: str, numbers: NumberFormat, maximum: int) -> Reading:
    number = number_text(text, numbers)
    return Reading(
        f"try_cast(split_part({number}, '.', 1) AS BIGINT)",
        f"WHEN {number} IS NULL THEN 'not_a_number' "
        f"WHEN starts_with({text}, '-') AND regexp_matches({text}, '[1-9]') THEN 'negative' "
        f"WHEN regexp_matches({number}, '\\.\\d*[1-9]') THEN 'not_whole' "
        f"WHEN {value} IS NULL OR {value} > {maximum} THEN 'too_large'",
    )


def _decimal_reading(text: str, value: str, numbers: NumberFormat, kind: Kind) -> Reading:
    decimals, digits = (6, 12) if kind is Kind.MONEY else (12, 8)
    number = number_text(text, numbers)
    positive = f"WHEN {value} <= 0 THEN 'not_positive'" if kind is Kind.RATE else ""
    return Reading(
        f"try_cast({number} AS {STORED_TYPE[kind]})",
        f"WHEN {number} IS NULL THEN 'not_a_number' "
        f"WHEN regexp_matches({number}, '^[+-]?0*[1-9]\\d{{{digits},}}') THEN 'too_large' "
        f"WHEN regexp_matches({number}, '\\.\\d{{{decimals}}}\\d*[1-9]') THEN 'too_many_decimals' "
        f"WHEN {value} IS NULL THEN 'too_large' {positive}",
    )


def canonical_text(column: Column, value: str) -> str:
    """Return SQL for the text of a read value, in the form that is read again as the same value."""
    if column.kind is Kind.MONTH:
        return f"CAST({value} // 12 AS VARCHAR) || '-' || right('0' || CAST({value} % 12 + 1 AS VARCHAR), 2)"
    return f"CAST({value} AS VARCHAR)"
