"""
The errors that a user can meet, and the exit code and HTTP status that each stands for.

    PartnerlensError            the request cannot be met; printed without a traceback
    ├── UsageError              wrong use of a command or an argument         exit 2, status 400
    ├── DefinitionError         wrong definitions or data                     exit 3, status 422
    │   └── StoreVersionError   the store was written by a newer version
    ├── NotFoundError           not there, or not for this reader             exit 4, status 404
    ├── SignInError             nobody is signed in, or not with this         exit 4, status 401
    ├── ForbiddenError          there, but the reader's role does not open it exit 4, status 403
    │   └── NotEligibleError    the program does not serve this partner yet
    ├── ConflictError           at odds with what was done before             exit 4, status 409
    ├── LimitError              too often                                     exit 5, status 429
    └── ResourceError           no space, no memory, busy, engine missing     exit 5, status 503

Anything else that escapes is a bug: full traceback, exit code 5.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein


class PartnerlensError(Exception):
    """
    A request that cannot be met, in words the user can act on.

    Args:
        problem: what is wrong, with the value in quotes and the place.
        remedy: what to do about it; empty when the problem says it.
    """

    exit_code: ClassVar[int] = 5
    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"

    def __init__(self, problem: str, remedy: str = "") -> None:
        """Keep the two halves apart, so that doors can lay them out."""
        super().__init__(f"{problem}; {remedy}" if remedy else problem)
        self.problem = problem
        self.remedy = remedy


class UsageError(PartnerlensError):
    """A command or an argument was used in a way that has no meaning."""

    exit_code = 2
    status = 400
    code = "wrong_use"


class DefinitionError(PartnerlensError):
    """Definitions or data are wrong: a setting, a mapping, a month without facts."""

    exit_code = 3
    status = 422
    code = "wrong_data"


class StoreVersionError(DefinitionError):
    """The store was written by a newer version of Partnerlens."""

    code = "newer_store"


class NotFoundError(PartnerlensError):
    """Something is not there, or the reader may not know that it is."""

    exit_code = 4
    status = 404
    code = "not_found"


class SignInError(PartnerlensError):
    """Nobody is signed in, or the sign-in does not hold."""

    exit_code = 4
    status = 401
    code = "not_signed_in"


class ForbiddenError(PartnerlensError):
    """The reader's roles do not open this page, number or change."""

    exit_code = 4
    status = 403
    code = "forbidden"


class NotEligibleError(ForbiddenError):
    """The program does not serve this kind of partner, or its market, yet."""

    code = "not_eligible"


class ConflictError(PartnerlensError):
    """The request is at odds with what was done before."""

    exit_code = 4
    status = 409
    code = "conflict"


class LimitError(PartnerlensError):
    """The same was asked too often in a short time."""

    exit_code = 5
    status = 429
    code = "too_often"


class ResourceError(PartnerlensError):
    """The machine could not do it: no space, no memory, the store is busy."""

    exit_code = 5
    status = 503
    code = "no_resource"


SHORT_NAME = 6
"""Up to this length two edits make another name: 'P001' is not what 'P0281' meant. Unit: characters."""


def near_names(name: str, known: Iterable[str], *, limit: int = 3) -> list[str]:
    """
    Return the known names that a reader may have meant by ``name``, nearest first.

    A name is near when it differs by at most two edits, ignoring case (by one edit when it is short), or shares
    a whole word. Nothing is returned rather than something unlikely.

    >>> near_names("net_custmer_adds", ["net_customer_adds", "revenue"])
    ['net_customer_adds']
    >>> near_names("zzz", ["revenue"])
    []
    """
    candidates = list(known)
    wanted = name.casefold()
    allowed = 2 if len(wanted) > SHORT_NAME else 1
    edits = [
        (distance, candidate)
        for candidate in candidates
        if (distance := DamerauLevenshtein.distance(wanted, candidate.casefold(), score_cutoff=2)) <= allowed
        and distance < max(len(wanted), 2)
    ]
    if edits:
        return [candidate for _, candidate in sorted(edits)[:limit]]
    words = {word for word in _words(wanted) if len(word) > 2}
    sharing = [candidate for candidate in candidates if words & _words(candidate.casefold())]
    ranked = process.extract(name, sharing, scorer=fuzz.ratio, limit=limit)
    return [match[0] for match in ranked]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """
    Return the sentence that suggests near names, or an empty text when none is near.

    >>> did_you_mean("revenu", ["revenue", "nps"])
    "did you mean 'revenue'?"
    """
    near = near_names(name, known)
    return f"did you mean {quoted(near, 'or')}?" if near else ""


def quoted(names: Sequence[str], conjunction: str = "and") -> str:
    """
    Return names in quotes as part of a sentence.

    >>> quoted(["a", "b", "c"])
    "'a', 'b' and 'c'"
    """
    marked = [f"'{name}'" for name in names]
    if len(marked) < 2:
        return "".join(marked)
    return f"{', '.join(marked[:-1])} {conjunction} {marked[-1]}"


def _words(name: str) -> set[str]:
    return set(name.replace("-", " ").replace("_", " ").replace(".", " ").split())
