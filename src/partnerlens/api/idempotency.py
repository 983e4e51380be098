"""Changes that are made once, however often the same request comes."""

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.access.replies import Replies, SavedReply
from partnerlens.api.problem import error_reply
from partnerlens.api.reply import document_reply
from partnerlens.errors import PartnerlensError, ResourceError

KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="A text of your choice for this request; sent again with it, the request changes nothing again.",
        pattern=r"^[!-~]{8,200}$",
    ),
]

REPLAYED = "Idempotent-Replayed"


def once(
    request: Request, desk: Desk, key: str | None, change: Callable[[], tuple[int, Any]], content: str = ""
) -> Response:
    """
    Make a change and reply; or give the reply of the first time when the key was used before.

    Also a reply that tells an error is kept, unless it tells that the machine could not do it at that moment.

    Args:
        request: what was asked.
        desk: who asks; it has checked nothing yet.
        key: the key that the asker chose; None to make the change each time.
        change: makes it, and returns status and document.
        content: the digest of the request's body.

    Raises:
        ConflictError: the key stands for another request, or the first one is still being worked on.
        ForbiddenError: the asker may change nothing.
    """
    desk.check_change()
    if key is None:
        status, document = change()
        return document_reply(request, document, status=status)
    replies: Replies = request.app.state.replies
    digest = hashlib.sha256(
        json.dumps([request.method, request.url.path, sorted(request.query_params.multi_items()), content]).encode()
    ).digest()
    user = desk.reader.user_id
    known = replies.begin(user, key, digest)
    if known is not None:
        return Response(known.body, known.status, {REPLAYED: "true"}, known.media_type)
    try:
        status, document = change()
        reply = document_reply(request, document, status=status)
    except ResourceError:
        replies.forget(user, key)
        raise
    except PartnerlensError as error:
        reply = error_reply(request.state.request_id, error)
    except BaseException:
        replies.forget(user, key)
        raise
    replies.keep(user, key, SavedReply(reply.status_code, str(reply.media_type), bytes(reply.body)))
    return reply
