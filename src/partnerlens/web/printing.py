"""Documents that are printed (PDF), by a library that comes with the extra ``reports``."""

import importlib.util
from functools import cache

from partnerlens.errors import ResourceError
from partnerlens.garbage import search_everything

PRINTER = "weasyprint"
"""The library that prints."""


@cache
def can_print() -> bool:
    """Whether documents can be printed here."""
    return importlib.util.find_spec(PRINTER) is not None


def printed(html: str) -> bytes:
    """
    Return a document as PDF; nothing that it refers to is fetched.

    Raises:
        ResourceError: what prints is not installed.
    """
    try:
        import weasyprint  # noqa: PLC0415 - it is optional, and takes a second
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError) as error:  # OSError: its own libraries are missing
        raise ResourceError(
            f"statements cannot be printed: {PRINTER} is not installed ({error})",
            "install it with \"pip install 'partnerlens[reports]'\"",
        ) from error
    fetcher = URLFetcher(allowed_protocols=())
    content: bytes = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf()
    # Fifty megabytes of boxes that refer to each other; a server may have put them aside as being in use.
    search_everything()
    return content
