"""Numbers as text: exact for machines, short for people."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

RATIO_DECIMALS = 6
"""Decimals of a ratio's value (decisions.md 2); the exact numerator and denominator stand beside it."""

_PRECISION = 80


def exact_text(value: Fraction) -> str:
    """
    Return a number that has finitely many decimals, exactly, without exponent and trailing zeros.

    Raises:
        ValueError: the decimals never end.

    >>> exact_text(Fraction(5, 4))
    '1.25'
    >>> exact_text(Fraction(-1200))
    '-1200'
    """
    with localcontext() as context:
        context.prec = _PRECISION
        decimal = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(decimal) != value:
        raise ValueError(f"{value} has no exact decimal form")
    return decimal_text(decimal)


def exact_fraction(value: Fraction) -> str:
    """
    Return a number exactly: as a decimal where its decimals end, else as a fraction.

    Either form can be read by ``fractions.Fraction``.

    >>> exact_fraction(Fraction(5, 2)), exact_fraction(Fraction(831, 14))
    ('2.5', '831/14')
    """
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return exact_text(value) if rest == 1 else f"{value.numerator}/{value.denominator}"


def ratio_text(value: Fraction) -> str:
    """
    Return a ratio rounded half up (away from zero) to six decimals, without trailing zeros.

    >>> ratio_text(Fraction(100, 12))
    '8.333333'
    >>> ratio_text(Fraction(-1, 2000000))
    '-0.000001'
    """
    return rounded_text(value, RATIO_DECIMALS)


def rounded_text(value: Fraction, decimals: int) -> str:
    """
    Return a number rounded half up (away from zero) to some decimals, without trailing zeros.

    >>> rounded_text(Fraction(831, 14), 1), rounded_text(Fraction(5), 1)
    ('59.4', '5')
    """
    return quotient_text(value.numerator, value.denominator, decimals)


def quotient_text(numerator: int, denominator: int, decimals: int) -> str:
    """
    Return a quotient rounded half up (away from zero) to some decimals, without trailing zeros.

    Args:
        numerator: any whole number.
        denominator: a whole number above 0.
        decimals: how many decimals.

    >>> quotient_text(831, 14, 1), quotient_text(-5, 8, 2)
    ('59.4', '-0.63')
    """
    scaled = (2 * abs(numerator) * 10**decimals + denominator) // (2 * denominator)
    return scaled_text(-scaled if numerator < 0 else scaled, decimals)


def scaled_text(scaled: int, decimals: int) -> str:
    """
    Return a whole number of the smallest decimal place as text, without trailing zeros.

    >>> scaled_text(-1500, 3), scaled_text(50, 3), scaled_text(7, 0)
    ('-1.5', '0.05', '7')
    """
    whole, rest = divmod(abs(scaled), 10**decimals)
    digits = f"{rest:0{decimals}d}".rstrip("0") if rest else ""
    return f"{'-' if scaled < 0 else ''}{whole}{'.' if digits else ''}{digits}"


def rounded_outward(value: Fraction, *, up: bool) -> Fraction:
    """
    Return a number with two significant digits, rounded up or down; 0 stays 0 (decisions.md 3, "Privacy").

    >>> rounded_outward(Fraction(1234), up=True), rounded_outward(Fraction(1234), up=False)
    (Fraction(1300, 1), Fraction(1200, 1))
    >>> rounded_outward(Fraction(-1234), up=True)
    Fraction(-1200, 1)
    """
    if value == 0:
        return value
    with localcontext() as context:
        context.prec = _PRECISION
        size = abs(value)
        exponent = 0
        while size >= 100:
            size /= 10
            exponent += 1
        while size < 10:
            size *= 10
            exponent -= 1
        scaled = value / Fraction(10) ** exponent
        whole = -((-scaled) // 1) if up else scaled // 1
        return Fraction(whole) * Fraction(10) ** exponent


def short_number(text: str) -> str:
    """
    Return a number as people read it: grouped digits and two decimals, or three significant digits below 1.

    >>> short_number("1284310.5"), short_number("0.004167"), short_number("8.333333"), short_number("-12")
    ('1,284,310.50', '0.00417', '8.33', '-12')
    """
    number = Decimal(text)
    if number == number.to_integral_value():
        return f"{number.to_integral_value():,}"
    if abs(number) >= 1:
        return f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
    return _significant(number)


def compact_number(text: str) -> str:
    """
    Return a number in three significant digits, for narrow places; whole numbers below ten thousand in full.

    >>> compact_number("1284310.5"), compact_number("410000"), compact_number("1560"), compact_number("0.416667")
    ('1.28M', '410k', '1560', '0.417')
    """
    number = Decimal(text)
    if number == number.to_integral_value() and abs(number) < 10_000:
        return decimal_text(number)
    for size, suffix in ((10**9, "B"), (10**6, "M"), (10**3, "k")):
        if abs(number) >= size:
            return f"{_significant(number / size)}{suffix}"
    return _significant(number)


def decimal_text(decimal: Decimal) -> str:
    """
    Return a decimal in full, without exponent and trailing zeros.

    >>> decimal_text(Decimal("1.500")), decimal_text(Decimal("0E-18")), decimal_text(Decimal("1E+2"))
    ('1.5', '0', '100')
    """
    text = f"{decimal:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _significant(number: Decimal) -> str:
    with localcontext() as context:
        context.prec = 3
        context.rounding = ROUND_HALF_UP
        return decimal_text(+number)
