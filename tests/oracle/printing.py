"""How exact numbers are printed: plain decimals, six decimals for ratios, two digits outward."""

from fractions import Fraction
from math import ceil, floor

from oracle.metrics import RATIOS


def plain(number: Fraction) -> str:
    """
    Return a finite decimal in full: no exponent, no trailing zeros.

    >>> plain(Fraction(-5, 4))
    '-1.25'
    """
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
        if places > 100:
            raise ValueError(f"{number} has no finite decimal form")
    digits = str(abs(number.numerator * 10**places // number.denominator)).rjust(places + 1, "0")
    whole, decimals = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("-" if number < 0 else "") + whole + ("." + decimals if decimals else "")


def rounded(number: Fraction, places: int = 6) -> Fraction:
    """Return the number rounded to decimal places, a half away from zero."""
    size = Fraction(floor(abs(number) * 10**places + Fraction(1, 2)), 10**places)
    return -size if number < 0 else size


def value_text(metric: str, value: Fraction | None) -> str | None:
    """Return a value of the metric as text: ratios to six decimals, all others exactly."""
    if value is None:
        return None
    return plain(rounded(value) if metric in RATIOS else value)


def two_digits_down(number: Fraction) -> Fraction:
    """
    Return the number rounded towards minus infinity to two significant digits; 0 stays 0.

    >>> two_digits_down(Fraction(-1234))
    Fraction(-1300, 1)
    """
    place = _place_of_second_digit(number)
    return floor(number / place) * place


def two_digits_up(number: Fraction) -> Fraction:
    """
    Return the number rounded towards plus infinity to two significant digits; 0 stays 0.

    >>> two_digits_up(Fraction(1234))
    Fraction(1300, 1)
    """
    place = _place_of_second_digit(number)
    return ceil(number / place) * place


def _place_of_second_digit(number: Fraction) -> Fraction:
    if number == 0:
        return Fraction(1)
    place = Fraction(1)
    while abs(number) >= 100 * place:
        place *= 10
    while abs(number) < 10 * place:
        place /= 10
    return place
