"""The three filters of a page: product, workload and customer location, as lists to tick and as chips to remove."""

from collections.abc import Callable
from dataclasses import dataclass

from partnerlens.access.choices import Choices
from partnerlens.web.page import Link
from partnerlens.web.partner import Choice
from partnerlens.web.question import Question
from partnerlens.web.tongue import Tongue

Address = Callable[[Question], str]
"""Gives the address of the page that the filters stand on, for a question."""


@dataclass(frozen=True)
class Picker:
    """
    One filter.

    Attributes:
        name: the parameter.
        label: what it is called.
        summary: what is chosen, in short.
        choices: the values with data.
        all: the link to all values.
        none: the link to no value.
    """

    name: str
    label: str
    summary: str
    choices: tuple[Choice, ...]
    all: Link
    none: Link


def pickers_of(said: Tongue, question: Question, choices: Choices, address: Address) -> tuple[Picker, ...]:
    """
    Return the three filters.

    Args:
        said: the language.
        question: what is asked.
        choices: the values that there is something under.
        address: of the page they stand on.
    """
    named = {
        "product": (said.say("Product"), choices.products),
        "workload": (said.say("Workload"), tuple((name, name) for name in choices.workloads)),
        "country": (
            said.say("Customer location"),
            tuple(sorted(((code, said.country(code)) for code in choices.countries), key=lambda choice: choice[1])),
        ),
    }
    return tuple(
        _picker(said, question, name, label, values, address=address) for name, (label, values) in named.items()
    )


def chips_of(said: Tongue, question: Question, pickers: tuple[Picker, ...], address: Address) -> tuple[Link, ...]:
    """Return what is chosen, each with the link that removes it; see ``pickers_of``."""
    chips = []
    for picker in pickers:
        chosen = [choice for choice in picker.choices if choice.is_chosen]
        if getattr(question, picker.name) == ():
            chips.append(Link(f"{picker.label}: {said.say('None')}", picker.all.href))
        for choice in chosen:
            left = tuple(other.value for other in chosen if other is not choice) or None
            chips.append(Link(f"{picker.label}: {choice.label}", address(question.changed(**{picker.name: left}))))
    return tuple(chips)


def _picker(
    said: Tongue, question: Question, name: str, label: str, values: tuple[tuple[str, str], ...], *, address: Address
) -> Picker:
    chosen: tuple[str, ...] | None = getattr(question, name)
    known = dict(values)
    # A value that the address asks for stays in the list although the partner has nothing under it in this month.
    asked = tuple((value, value) for value in chosen or () if value not in known)
    if chosen is None:
        summary = said.say("All")
    elif not chosen:
        summary = said.say("None")
    elif len(chosen) == 1:
        summary = known.get(chosen[0], chosen[0])
    else:
        summary = said.say_count("%(number)s chosen", "%(number)s chosen", len(chosen))
    return Picker(
        name=name,
        label=label,
        summary=summary,
        choices=tuple(Choice(value, text, value in (chosen or ())) for value, text in (*values, *asked)),
        all=Link(said.say("All"), address(question.changed(**{name: None}))),
        none=Link(said.say("None"), address(question.changed(**{name: ()}))),
    )
