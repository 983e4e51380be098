"""Numbers on pages are those that Babel writes, and texts are those that it would escape."""

from decimal import Decimal
from random import Random

import pytest
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup, escape

from partnerlens.web import digits
from partnerlens.web.template import environment, escaped
from partnerlens.web.tongue import LANGUAGES

AMOUNTS = ("0", "1", "-1", "999", "1000", "9999.5", "-1234567.89", "0.000001", "100.10", "1e3", "12345678901234567890")


def amounts() -> list[Decimal]:
    """Return numbers of every size, with up to eight decimals; seeded."""
    chance = Random(7)
    made = (f"{chance.uniform(-1, 1) * 10 ** chance.randint(-4, 12):.{chance.randint(0, 8)}f}" for _ in range(400))
    return [Decimal(text) for text in (*AMOUNTS, *made)]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_plain_numbers_are_those_of_babel(tag):
    """Groups, the decimal sign and the sign before the number, for each language of the pages."""
    nonzero = [value for value in amounts() if value]

    assert [digits.plain(value, tag) for value in nonzero] == [
        format_decimal(value, locale=tag, decimal_quantization=False) for value in nonzero
    ]
    assert digits.plain(Decimal("-0.00"), tag) == "0"


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("currency", ["USD", "EUR", "KRW", "JPY", "BHD", "CHF"])
def test_money_is_that_of_babel(tag, currency):
    """The currency's sign stands where the language has it; amounts are rounded half up to the currency's decimals."""
    whole = [value.quantize(Decimal(1)) for value in amounts()]

    assert [digits.money(value, currency, tag) for value in whole if value] == [
        format_currency(value, currency, locale=tag) for value in whole if value
    ]


def test_amounts_are_rounded_half_up():
    """0.005 of a currency with two decimals is 0.01, above and below zero; half a yen is one."""
    assert digits.money(Decimal("0.005"), "USD", "en") == "$0.01"
    assert digits.money(Decimal("-2.345"), "USD", "en") == "-$2.35"
    assert digits.money(Decimal("0.5"), "JPY", "en") == "¥1"


@pytest.mark.parametrize(
    "text", ["", "plain", "R&D", "<b>", "it's", 'a "name"', "한국어", "&amp;", Markup("<b>"), 12, Decimal("1.5"), None]
)
def test_texts_are_escaped_as_everywhere(text):
    """Texts with and without signs, what is HTML already, and other values."""
    assert escaped(text) == escape(text)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_templates_escape_what_they_are_given(tag):
    """In a page, in a macro, and in an attribute."""
    template = environment(tag).from_string(
        '{% macro named(name) %}<i title="{{ name }}">{{ name }}</i>{% endmacro %}{{ name }}{{ named(name) }}'
    )
    name = "<script>'\"&"

    assert template.render(name=name) == str(Markup('{name}<i title="{name}">{name}</i>').format(name=name))


def test_names_that_a_context_does_not_have_are_errors():
    """A template that is given too little says so, instead of leaving a gap."""
    with pytest.raises(Exception, match="'name' is undefined"):
        environment("en").from_string("{{ name }}").render()
