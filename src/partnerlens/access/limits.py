"""How often one reader may ask, and how often somebody may try to sign in."""

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from partnerlens.access.settings import LimitSettings
from partnerlens.errors import LimitError

SIGN_IN_MINUTES = 15
WIDER = 5
"""An address from anywhere, and a place with any address, may be tried so many times as often."""


class Limits:
    """
    Counts requests and attempts of the last minutes; in memory, for one server.

    Args:
        settings: how many there may be.
    """

    def __init__(self, settings: LimitSettings) -> None:
        """Start with nothing counted."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(settings.requests_per_minute)
        self._sign_ins = RateLimitItemPerMinute(settings.sign_ins, SIGN_IN_MINUTES)
        self._wide = RateLimitItemPerMinute(settings.sign_ins * WIDER, SIGN_IN_MINUTES)

    def count_request(self, who: str) -> None:
        """
        Count a request of a reader.

        Raises:
            LimitError: it is one too many.
        """
        self._hit(self._requests, "request", who)

    def count_sign_in(self, email: str, place: str) -> None:
        """
        Count an attempt to sign in with an e-mail address from a place on the network.

        Raises:
            LimitError: it is one too many.
        """
        self._hit(self._sign_ins, "sign-in", f"{email} {place}")
        self._hit(self._wide, "sign-in with", email)
        self._hit(self._wide, "sign-in from", place)

    def forget_sign_ins(self, email: str, place: str) -> None:
        """Start counting again for somebody who has signed in."""
        self._limiter.clear(self._sign_ins, "sign-in", f"{email} {place}")

    def _hit(self, item: RateLimitItem, what: str, who: str) -> None:
        if not self._limiter.hit(item, what, who):
            minutes = item.get_expiry() // 60
            often = "requests" if what == "request" else "attempts to sign in"
            wait = "a minute" if minutes == 1 else f"{minutes} minutes"
            raise LimitError(f"these were too many {often} within {wait}", f"wait {wait}, then try again")
