"""How often one reader may ask, and how often somebody may try to sign in."""

from pathlib import Path

from partnerlens.access.counts import Counts
from partnerlens.access.settings import LimitSettings
from partnerlens.errors import LimitError

MINUTE = 60.0
"""The span in which requests are counted. Unit: seconds."""

SIGN_IN_MINUTES = 15
WIDER = 5
"""An address from anywhere, and a place with any address, may be tried so many times as often."""


class Limits:
    """
    Counts requests and attempts of the last minutes.

    Args:
        settings: how many there may be.
        shared: a folder in which the processes of one server count together; None for a single process.
    """

    def __init__(self, settings: LimitSettings, shared: Path | None = None) -> None:
        """Go on with what the folder holds; without one, start with nothing counted."""

        def counts(name: str, most: int, seconds: float) -> Counts:
            return Counts(most, seconds, None if shared is None else shared / f"{name}.counts")

        self._requests = counts("requests", settings.requests_per_minute, MINUTE)
        self._sign_ins = counts("sign-ins", settings.sign_ins, SIGN_IN_MINUTES * MINUTE)
        self._wide = counts("sign-ins-wide", settings.sign_ins * WIDER, SIGN_IN_MINUTES * MINUTE)

    def count_request(self, who: str) -> None:
        """
        Count a request of a reader.

        Raises:
            LimitError: it is one too many.
        """
        if self._requests.is_one_too_many(who):
            raise _too_many("requests", "a minute")

    def count_sign_in(self, email: str, place: str) -> None:
        """
        Count an attempt to sign in with an e-mail address from a place on the network.

        Raises:
            LimitError: it is one too many.
        """
        if (
            self._sign_ins.is_one_too_many(f"{email} {place}")
            or self._wide.is_one_too_many(f"with {email}")
            or self._wide.is_one_too_many(f"from {place}")
        ):
            raise _too_many("attempts to sign in", f"{SIGN_IN_MINUTES} minutes")

    def forget_sign_ins(self, email: str, place: str) -> None:
        """Start counting again for somebody who has signed in."""
        self._sign_ins.forget(f"{email} {place}")


def _too_many(what: str, span: str) -> LimitError:
    return LimitError(f"these were too many {what} within {span}", f"wait {span}, then try again")
