"""Where a reader may be sent after signing in: a place on this server and nowhere else."""

import re
from urllib.parse import urlsplit

HOME = "/"
LONGEST_PATH = 2000

_ON_THIS_SERVER = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A single slash, then printable ASCII without a backslash, which browsers take for a slash."""


def safe_path(wanted: str) -> str:
    """
    Return a path on this server: the wanted one if it is one, else the first page.

    >>> safe_path("/partners/P1?month=2026-06"), safe_path("//evil.example"), safe_path("https://evil.example")
    ('/partners/P1?month=2026-06', '/', '/')
    """
    if len(wanted) > LONGEST_PATH or not _ON_THIS_SERVER.fullmatch(wanted):
        return HOME
    parts = urlsplit(wanted)
    return HOME if parts.scheme or parts.netloc else wanted
