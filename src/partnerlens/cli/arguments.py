"""The arguments that are more than a word: pairs of a name and a number, times, and associations."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TypeVar

from partnerlens.build.narrow import Association
from partnerlens.errors import UsageError
from partnerlens.model.facts import TABLES

T = TypeVar("T")

_NUMBER = re.compile(r"-?\d+(\.\d+)?(/[1-9]\d*)?")
_ASSOCIATION = re.compile(
    r"(?P<subscription>[^=]+)=(?P<type>[A-Z]+)(/(?P<claim>[A-Z]+))?(@(?P<start>\d{4}-\d{2}-\d{2}))?"
)

ALWAYS = date(1970, 1, 1)
"""The start of an association that is supposed to hold all the time."""


def pairs(option: str, texts: list[str], read: Callable[[str], T]) -> dict[str, T]:
    """
    Return ``NAME=VALUE`` arguments by name.

    >>> pairs("--add", ["developers=2"], whole_number)
    {'developers': 2}

    Raises:
        UsageError: an argument has no '=' or its value cannot be read.
    """
    found = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise UsageError(f"'{text}' is not of the form NAME=VALUE", f"write for example {option} developers=2")
        found[name] = read(value)
    return found


def number(text: str) -> Fraction:
    """
    Return an exact number: a decimal or a fraction.

    >>> number("0.35"), number("831/14")
    (Fraction(7, 20), Fraction(831, 14))

    Raises:
        UsageError: it is neither.
    """
    if not _NUMBER.fullmatch(text):
        raise UsageError(f"'{text}' is not a number", "write it as 12, 0.35 or 1/3")
    whole, _, below = text.partition("/")
    return Fraction(whole) / int(below or 1)


def whole_number(text: str) -> int:
    """
    Return a whole number; raises UsageError for anything else.

    >>> whole_number("-3")
    -3
    """
    if not re.fullmatch(r"-?\d+", text):
        raise UsageError(f"'{text}' is not a whole number", "write it as 3 or -1")
    return int(text)


def moment(text: str) -> datetime:
    """
    Return the moment of a date (its end) or of a date and time, in UTC.

    >>> moment("2026-06-30").isoformat(), moment("2026-06-30T12:00").isoformat()
    ('2026-06-30T23:59:59.999999+00:00', '2026-06-30T12:00:00+00:00')

    Raises:
        UsageError: it is neither.
    """
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(days=1, microseconds=-1)
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is not a time", "write it as 2026-06-30 or 2026-06-30T12:00") from error
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)


def association(text: str) -> Association:
    """
    Return a supposed association: ``SUBSCRIPTION=TYPE``, with ``/CLAIM`` and ``@DATE`` where they matter.

    >>> association("S-17=CPOR/OSU@2026-01-01")
    Association(subscription_id='S-17', type='CPOR', claim='OSU', start_date=datetime.date(2026, 1, 1))

    Raises:
        UsageError: it has another form, or the type or claim is not known.
    """
    form = "write it as SUBSCRIPTION=DPOR, or SUBSCRIPTION=CPOR/OSU@2026-01-01"
    match = _ASSOCIATION.fullmatch(text)
    if match is None:
        raise UsageError(f"'{text}' is not an association", form)
    columns = {column.name: column for column in TABLES["associations"].columns}
    for name in ("type", "claim"):
        known = columns[name].choices
        if match[name] is not None and match[name] not in known:
            raise UsageError(f"'{match[name]}' is not a {name} of an association", f"known are {', '.join(known)}")
    try:
        start = date.fromisoformat(match["start"]) if match["start"] else ALWAYS
    except ValueError as error:
        raise UsageError(f"'{match['start']}' is not a date", form) from error
    return Association(match["subscription"], match["type"], match["claim"], start)
