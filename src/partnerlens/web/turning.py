"""Lists in pages: what is shown of how many, and the way on."""

from collections.abc import Callable
from dataclasses import dataclass

from partnerlens.web.tongue import Tongue

PAGE_ROWS = 50
"""Entries of one page of a list."""


@dataclass(frozen=True)
class Pages:
    """
    Where a page of a list stands.

    Attributes:
        said: which entries are shown, of how many.
        earlier: the address of the page before; empty on the first.
        later: the address of the page after; empty on the last.
    """

    said: str
    earlier: str
    later: str


def pages_of(said: Tongue, total: int, number: int, turned: Callable[[int], str]) -> Pages | None:
    """
    Return where a page of a list stands; None where the list fits on one.

    Args:
        said: the language.
        total: how many entries there are.
        number: the page, from 1.
        turned: the address of a page.
    """
    if total <= PAGE_ROWS:
        return None
    start = (number - 1) * PAGE_ROWS
    return Pages(
        said.say(
            "%(first)s to %(last)s of %(total)s",
            first=said.number(min(start + 1, total)),
            last=said.number(min(start + PAGE_ROWS, total)),
            total=said.number(total),
        ),
        turned(number - 1) if number > 1 else "",
        turned(number + 1) if start + PAGE_ROWS < total else "",
    )
