"""Replies: documents with a tag that says who they are for, and lists that say where they go on."""

import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import TypedDict

from partnerlens.access.reader import Reader

CACHE = "private, no-cache"
VARY = "Cookie, Authorization"


class Page(TypedDict):
    """Where a list stands: ``total`` entries in all, and the address of the ``next`` page; null on the last."""

    total: int
    limit: int
    offset: int
    next: str | None


def page_of(request: Request, *, total: int, limit: int, offset: int) -> Page:
    """Return where a list stands."""
    there = offset + limit < total
    following = request.url.include_query_params(limit=limit, offset=offset + limit)
    path = f"{following.path}?{following.query}"
    return {"total": total, "limit": limit, "offset": offset, "next": path if there else None}


def document_reply(request: Request, document: Any, *, status: int = 200, page: Page | None = None) -> Response:
    """
    Return a document as a reply, or nothing when the asker has it already.

    The tag is made of who asks and of the whole document, so that what one reader keeps is never good for another.

    Args:
        request: what was asked.
        document: the reply; for a list the whole of it, with where it stands.
        status: the HTTP status.
        page: where the list stands, for the ``Link`` header.
    """
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    headers = {"Cache-Control": CACHE, "Vary": VARY}
    if page is not None and page["next"] is not None:
        headers["Link"] = f'<{page["next"]}>; rel="next"'
    if request.method == "GET" and status == 200:
        tag = f'"{hashlib.sha256(_subject(request.state.reader) + body).hexdigest()[:32]}"'
        headers["ETag"] = tag
        given = request.headers.get("if-none-match", "")
        if tag in {one.strip().removeprefix("W/") for one in given.split(",")}:
            return Response(status_code=304, headers=headers)
    return Response(body, status, headers, "application/json")


def _subject(reader: Reader | None) -> bytes:
    """Who asks, with the roles that hold at this moment."""
    if reader is None:
        return b"\0"
    grants = sorted(
        (grant.role, grant.partner_id or "", sorted(grant.locations) if grant.locations else [])
        for grant in reader.grants
    )
    return json.dumps([reader.user_id, reader.viewed_by, grants]).encode() + b"\0"
