"""
Numbers in digits, as a language writes them.

A page has hundreds of numbers, and Babel reads its patterns again for each. So it is asked once for what a language
puts between digits and around money; the digits themselves are Python's.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    get_currency_precision,
    get_decimal_symbol,
    get_group_symbol,
)

KEPT = 10_000
"""So many texts of a kind are kept: pages have few different numbers of three digits, and few different months."""

_COMPACT_FROM = 10_000
_THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_UP)
_ZERO = Decimal(0)
"""What stands for every zero: decimals have one below 0 as well."""

_DIGITS = re.compile(r"\d(?:.*\d)?")


def plain(value: Decimal, tag: str) -> str:
    """
    Return a number with grouped digits and all its decimals, without zeros at their end.

    >>> plain(Decimal("1234567.890"), "en"), plain(Decimal("-0.5"), "fr")
    ('1,234,567.89', '-0,5')
    """
    text = f"{value or _ZERO:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(_signs(tag))


def money(value: Decimal, currency: str, tag: str) -> str:
    """
    Return an amount of money with its currency, rounded half up to the currency's own decimals.

    >>> money(Decimal("-1234.567"), "USD", "en"), money(Decimal(5), "JPY", "en")
    ('-$1,234.57', '¥5')
    """
    rounded = (value or _ZERO).quantize(_step(currency), ROUND_HALF_UP)
    before, after = _around(currency, tag, is_negative=rounded.is_signed())
    return f"{before}{f'{abs(rounded):,f}'.translate(_signs(tag))}{after}"


def significant(value: Decimal) -> Decimal:
    """
    Return a number in three significant digits, without zeros at the end of its decimals.

    >>> significant(Decimal("1.2049")), significant(Decimal(123456))
    (Decimal('1.2'), Decimal('123000'))
    """
    shortened = _THREE_DIGITS.plus(value)
    # 1.20 is written 1.2; 120000 stays as it is.
    return shortened.quantize(Decimal(1)) if shortened == shortened.to_integral_value() else shortened.normalize()


def compact(value: Decimal, currency: str, tag: str) -> str:
    """
    Return a number for narrow places: whole ones below ten thousand in full, others in three significant digits.

    Args:
        value: the number.
        currency: the currency of an amount of money; empty for other numbers.
        tag: the language.

    >>> compact(Decimal(9999), "", "en"), compact(Decimal("1234567"), "USD", "en")
    ('9,999', '$1.23M')
    """
    if value == value.to_integral_value() and abs(value) < _COMPACT_FROM:
        return _compact(value or _ZERO, currency, tag, is_whole=True)
    return _compact(significant(value), currency, tag, is_whole=False)


@lru_cache(maxsize=KEPT)
def _compact(value: Decimal, currency: str, tag: str, *, is_whole: bool) -> str:
    """A number that is as short already as it will be."""
    locale = Locale.parse(tag)
    if is_whole and currency:
        pattern = str(locale.currency_formats["standard"].pattern).replace(".00", "")
        return str(format_currency(value, currency, locale=locale, format=pattern, currency_digits=False))
    if is_whole or (abs(value) < 1000 and not currency):
        return plain(value, tag)
    if abs(value) < 1000:
        return str(format_currency(value, currency, locale=locale, decimal_quantization=False))
    decimals = _compact_decimals(value, tag)
    if currency:
        return str(format_compact_currency(value, currency, locale=locale, fraction_digits=decimals))
    return str(format_compact_decimal(value, locale=locale, fraction_digits=decimals))


def _compact_decimals(value: Decimal, tag: str) -> int:
    """How many decimals three significant digits leave after the number is shortened."""
    myriads = tag == "ko"
    size = 10_000 if myriads else 1000
    short = abs(value)
    if myriads and short < size:
        return 0
    while short >= size:
        short /= size
    return max(0, 2 - (len(str(int(short))) - 1))


@cache
def _signs(tag: str) -> dict[int, str]:
    """What stands in a language for the signs between Python's digits."""
    return str.maketrans({",": get_group_symbol(tag), ".": get_decimal_symbol(tag)})


@cache
def _step(currency: str) -> Decimal:
    """The smallest amount that is written."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


@cache
def _around(currency: str, tag: str, *, is_negative: bool) -> tuple[str, str]:
    """What stands before and after the digits of an amount."""
    sample = format_currency(-1 if is_negative else 1, currency, locale=tag)
    before, after = _DIGITS.split(sample, maxsplit=1)
    return before, after
