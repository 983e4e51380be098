"""Secrets: keys that are handed out once and kept as digests, and passwords."""

import hashlib
import hmac
import secrets
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from partnerlens.errors import UsageError

KEY_BYTES = 32
"""Randomness of every key: of sessions, tokens and forms."""

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 500
"""Longer ones only serve to burn the server's time. Unit: characters."""

PASSWORDS_AT_ONCE = 4
"""Passwords are checked by so many threads at a time; each check takes 64 MiB."""

_HASHER = PasswordHasher()
_TURN = BoundedSemaphore(PASSWORDS_AT_ONCE)


def new_key() -> str:
    """Return a key that nobody can guess."""
    return secrets.token_urlsafe(KEY_BYTES)


def key_hash(key: str) -> str:
    """Return what the register keeps of a key; keys are random, so a plain digest is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def form_token(key: str) -> str:
    """
    Return a token that a form of a visit or session has to carry; every call gives another one.

    It follows from the key, which only the browser holds, and does not tell it. Half of it is chance that the other
    half is hidden under: pages travel compressed, and a text that is the same on each page could be guessed from their
    lengths.
    """
    mask = secrets.token_bytes(KEY_BYTES)
    return (mask + _under(mask, key)).hex()


def is_form_token(given: str, key: str) -> bool:
    """Return whether a form's token belongs to a key; takes the same time for each wrong one."""
    try:
        token = bytes.fromhex(given)
    except ValueError:
        token = b""
    mask = token[:KEY_BYTES].ljust(KEY_BYTES, b"\0")
    return hmac.compare_digest(token[KEY_BYTES:], _under(mask, key))


def _under(mask: bytes, key: str) -> bytes:
    """What follows from a key for forms, hidden under a mask."""
    plain = hmac.new(key.encode(), b"form", hashlib.sha256).digest()
    return bytes(one ^ other for one, other in zip(plain, mask, strict=True))


def password_hash(password: str) -> str:
    """
    Return what the register keeps of a password (argon2id).

    Raises:
        UsageError: it is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UsageError(
            f"the password has {len(password)} characters",
            f"choose one of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}",
        )
    with _TURN:
        return _HASHER.hash(_plain(password))


def is_password(given: str, kept: str | None) -> bool:
    """
    Return whether a password is the one that is kept.

    It takes the same time when none is kept, so that nobody learns who has one.
    """
    if len(given) > LONGEST_PASSWORD:
        given = ""
    with _TURN:
        try:
            return _HASHER.verify(kept or _nobodys_hash(), _plain(given)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(new_key())


def _plain(password: str) -> str:
    """One form for texts that look the same, whatever keyboard they were typed on."""
    return unicodedata.normalize("NFKC", password)
