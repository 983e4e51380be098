"""Languages of the pages: messages from gettext catalogs, and numbers, money and months as a reader writes them."""

import io
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_percent
from babel.support import NullTranslations, Translations

from partnerlens.months import Month
from partnerlens.web import digits
from partnerlens.web.wording import COUNTED

LANGUAGES = {"en": "English", "fr": "Français", "ko": "한국어"}
"""The languages of the pages by tag, each named as its speakers name it; the first is used where none is asked for."""

Amount = Fraction | Decimal | int | str
"""A number in any form in which answers carry it."""

_PRECISION = 80


class Tongue:
    """
    One language: what is said in it, and how numbers and months are written.

    Args:
        tag: ``en``, ``fr`` or ``ko``.
        translations: its messages.
    """

    def __init__(self, tag: str, translations: NullTranslations) -> None:
        """Use ``tongue`` instead, which reads each catalog once."""
        self.tag = tag
        self.translations = translations
        self.locale = Locale.parse(tag)

    def say(self, message: str, /, **values: object) -> str:
        """Return a message in the language, its named places filled; the message itself where it has no translation."""
        said: str = self.translations.gettext(message) if message else ""
        return said % values if values else said

    def say_count(self, one: str, many: str, number: Amount, /, **values: object) -> str:
        """
        Return a message that counts something, in the form that the number takes in the language.

        Args:
            one: the message for one.
            many: the message for several.
            number: how many; ``%(number)s`` in the message unless it is given among the values.
            values: what fills the places.
        """
        said: str = self.translations.ngettext(one, many, self._plural(decimal(number)))
        return said % ({"number": self.number(number)} | values)

    def number(self, amount: Amount) -> str:
        """Return a number with grouped digits and two decimals, or three significant digits below 1."""
        value = decimal(amount)
        if value != value.to_integral_value():
            value = value.quantize(Decimal("0.01"), ROUND_HALF_UP) if abs(value) >= 1 else digits.significant(value)
        return self._written(value)

    def signed(self, amount: Amount) -> str:
        """Return a number with its sign, also when it is above 0."""
        value = decimal(amount)
        return f"+{self.number(value)}" if value > 0 else self.number(value)

    def points(self, amount: Amount, decimals: int = 1) -> str:
        """Return points with at most one decimal, rounded half up."""
        return self._written(decimal(amount).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP).normalize())

    def percent(self, ratio: Amount) -> str:
        """Return a ratio in hundredths with at most one decimal."""
        value = (decimal(ratio) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP).normalize() / 100
        return str(format_percent(value, locale=self.locale, decimal_quantization=False))

    def money(self, amount: Amount, currency: str) -> str:
        """Return an amount of money with its currency, in the currency's own decimals."""
        return digits.money(decimal(amount), currency, self.tag)

    def figure(self, amount: Amount, unit: str) -> str:
        """Return a number alone; money with its currency."""
        return self.money(amount, unit) if is_currency(unit) else self.number(amount)

    def quantity(self, amount: Amount, unit: str) -> str:
        """Return a number with what it counts: ``12 customers``, ``$4,120.00``."""
        return _quantity(self, amount, unit)

    def unit_after(self, amount: Amount, unit: str) -> str:
        """Return what stands after the number of a quantity, as in ``12`` customers; empty for money and ratios."""
        if is_currency(unit) or unit in {"", "ratio"}:
            return ""
        return self.quantity(amount, unit).partition(self.number(amount))[2].strip()

    def gap(self, after: str) -> str:
        """Return what stands between a number and the word after it: nothing in Korean, where it is a suffix."""
        return " " if after and self.tag != "ko" else ""

    def unit_name(self, unit: str) -> str:
        """Return what a unit is called, without a number."""
        if is_currency(unit) or unit not in COUNTED:
            return self.say(unit)
        before, _, after = self.quantity(2, unit).partition(self.number(2))
        return before.strip() or after.strip()

    def compact(self, amount: Amount, unit: str = "") -> str:
        """Return a number in three significant digits for narrow places; whole numbers below ten thousand in full."""
        return digits.compact(decimal(amount), unit if is_currency(unit) else "", self.tag)

    def month(self, month: Month) -> str:
        """Return a month with its year, the month's name short."""
        return _month(self.tag, month)

    def month_name(self, month: Month) -> str:
        """Return a month's short name without the year."""
        return str(format_date(month.first_day, "LLL", locale=self.locale))

    def months(self, first: Month, last: Month) -> str:
        """Return an interval of months, both included."""
        return self.month(first) if first == last else _months(self.tag, first, last)

    def day(self, day: date) -> str:
        """Return a day."""
        return str(format_date(day, "medium", locale=self.locale))

    def moment(self, moment: datetime, time_zone: str) -> str:
        """Return a day and time in a time zone, which is named."""
        return _moment(self.tag, moment, time_zone)

    def country(self, code: str) -> str:
        """Return a country's name; the code where it has none."""
        return str(self.locale.territories.get(code, code))

    def listed(self, words: Iterable[str]) -> str:
        """Return words as a list within a sentence."""
        return str(format_list(list(words), locale=self.locale))

    def _written(self, value: Decimal) -> str:
        return digits.plain(value, self.tag)

    def _plural(self, value: Decimal) -> int:
        """The whole number whose plural form a number takes: 1.5 is one in French and several in English."""
        if value == value.to_integral_value():
            return int(abs(value))
        return int(abs(value)) if self.tag == "fr" else 2


@cache
def tongue(tag: str) -> Tongue:
    """Return a language of the pages; its catalog is read once."""
    if tag == "en":
        return Tongue(tag, NullTranslations())
    return Tongue(tag, Translations(io.BytesIO(_compiled(tag)), "messages"))


def catalog_text(tag: str) -> bytes:
    """Return the message catalog of a language (a .po file)."""
    return files("partnerlens.web").joinpath("catalogs", f"{tag}.po").read_bytes()


def accepted(header: str) -> str | None:
    """
    Return the first language of the pages that an ``Accept-Language`` header asks for; None when there is none.

    >>> accepted("de-DE,ko-KR;q=0.8,fr;q=0.9"), accepted("de, *;q=0.1"), accepted("fr;q=0")
    ('fr', None, None)
    """
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        name, _, weight = part.strip().partition(";q=")
        language = name.strip().lower().partition("-")[0]
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if language in LANGUAGES and quality > 0:
            wanted.append((-quality, place, language))
    return min(wanted)[2] if wanted else None


def is_currency(unit: str) -> bool:
    """Whether a unit is a currency code."""
    return len(unit) == 3 and unit.isascii() and unit.isupper()


def decimal(amount: Amount) -> Decimal:
    """Return a number as a decimal, in eighty digits where its decimals do not end."""
    if isinstance(amount, str):
        # Nearly all amounts are decimals as text already.
        if "/" not in amount:
            return Decimal(amount)
        amount = Fraction(amount)
    if isinstance(amount, Fraction):
        with localcontext() as context:
            context.prec = _PRECISION
            return Decimal(amount.numerator) / Decimal(amount.denominator)
    return Decimal(amount)


@lru_cache(maxsize=digits.KEPT)
def _quantity(said: Tongue, amount: Amount, unit: str) -> str:
    """See ``Tongue.quantity``."""
    if is_currency(unit):
        return said.money(amount, unit)
    if unit in {"", "ratio"}:
        return said.number(amount)
    if unit in COUNTED:
        one, many = COUNTED[unit]
        return said.say_count(one, many, amount)
    return f"{said.number(amount)} {said.say(unit)}"


@lru_cache(maxsize=digits.KEPT)
def _month(tag: str, month: Month) -> str:
    return str(format_skeleton("yMMM", month.first_day, locale=tag))


@lru_cache(maxsize=digits.KEPT)
def _moment(tag: str, moment: datetime, time_zone: str) -> str:
    local = moment.astimezone(ZoneInfo(time_zone))
    day = format_date(local, "medium", locale=tag)
    return f"{day} {format_skeleton('Hm', local, locale=tag)} {time_zone}"


@lru_cache(maxsize=digits.KEPT)
def _months(tag: str, first: Month, last: Month) -> str:
    return str(format_interval(first.first_day, last.first_day, "yMMM", locale=tag))


def _compiled(tag: str) -> bytes:
    """The catalog in the form that gettext reads, made in memory, so that no compiled file can be out of date."""
    made = io.BytesIO()
    write_mo(made, read_po(io.BytesIO(catalog_text(tag)), locale=tag))
    return made.getvalue()
