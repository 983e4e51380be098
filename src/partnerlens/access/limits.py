"""How often one reader may ask, and how often somebody may try to sign in."""

from collections import OrderedDict, deque
from threading import Lock
from time import monotonic

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from partnerlens.access.settings import LimitSettings
from partnerlens.errors import LimitError

SIGN_IN_MINUTES = 15
WIDER = 5
"""An address from anywhere, and a place with any address, may be tried so many times as often."""

MINUTE = 60.0
"""The window in which requests are counted. Unit: seconds."""


class LastMinute:
    """
    The requests of each reader in the last minute.

    It is asked at every request, so it starts no threads to tidy up, as the storage of sign-ins does.

    Args:
        most: how many there may be.
    """

    def __init__(self, most: int) -> None:
        """Start with nothing counted."""
        self._most = most
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def is_one_too_many(self, who: str) -> bool:
        """Count a request of a reader, and return False; or count nothing, and return True."""
        now = monotonic()
        with self._lock:
            times = self._times.setdefault(who, deque())
            self._times.move_to_end(who)
            while times and times[0] <= now - MINUTE:
                times.popleft()
            if len(times) >= self._most:
                return True
            times.append(now)
            self._forget(now)
        return False

    def _forget(self, now: float) -> None:
        """Let go of the reader who has not asked for longest, if that was before the last minute."""
        longest = next(iter(self._times.values()))
        if longest[-1] <= now - MINUTE:
            self._times.popitem(last=False)


class Limits:
    """
    Counts requests and attempts of the last minutes; in memory, for one server.

    Args:
        settings: how many there may be.
    """

    def __init__(self, settings: LimitSettings) -> None:
        """Start with nothing counted."""
        self._requests = LastMinute(settings.requests_per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._sign_ins = RateLimitItemPerMinute(settings.sign_ins, SIGN_IN_MINUTES)
        self._wide = RateLimitItemPerMinute(settings.sign_ins * WIDER, SIGN_IN_MINUTES)

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
        self._try(self._sign_ins, "sign-in", f"{email} {place}")
        self._try(self._wide, "sign-in with", email)
        self._try(self._wide, "sign-in from", place)

    def forget_sign_ins(self, email: str, place: str) -> None:
        """Start counting again for somebody who has signed in."""
        self._limiter.clear(self._sign_ins, "sign-in", f"{email} {place}")

    def _try(self, item: RateLimitItem, what: str, who: str) -> None:
        if not self._limiter.hit(item, what, who):
            raise _too_many("attempts to sign in", f"{SIGN_IN_MINUTES} minutes")


def _too_many(what: str, span: str) -> LimitError:
    return LimitError(f"these were too many {what} within {span}", f"wait {span}, then try again")
