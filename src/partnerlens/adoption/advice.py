"""The advice of the source page for its two scenarios, and what says that a customer is in one of them."""

from dataclasses import dataclass


def _message(text: str) -> str:
    """Mark a text as a message, to be translated where it is shown."""
    return text


LOW_ADOPTION, NEW_TO_SOFTWARE = "low_adoption", "new_to_software"


@dataclass(frozen=True)
class Scenario:
    """
    One scenario of the source page.

    Attributes:
        code: its name.
        title: the problem, in a few words.
        fits: how a customer is found to be in it.
        consider: what may be behind it.
        attempt: what to try.
    """

    code: str
    title: str
    fits: str
    consider: str
    attempt: str


SCENARIOS = {
    scenario.code: scenario
    for scenario in (
        Scenario(
            LOW_ADOPTION,
            _message("Few use it, and many licences are idle"),
            _message("Less than half deployed, or less than half used, at the ends of this month and the two before."),
            _message("They may not see what the software can do for their daily work."),
            _message("Show them: case studies, what other users say about a task, tutorials, short videos."),
        ),
        Scenario(
            NEW_TO_SOFTWARE,
            _message("New to the software: many questions on how to use it are likely"),
            _message("They had no licence of a product three months ago. Support calls are not in the facts."),
            _message("They may be new to the software, to its version, or to their task."),
            _message("Do both: offer training, in person or online, and point to the help that users find themselves."),
        ),
    )
}
"""
The scenarios by code.

Source: "Use metrics in Partner Center to increase adoption and satisfaction", part "Offering training".
"""
