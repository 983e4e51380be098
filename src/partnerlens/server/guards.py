"""Guards around every request: whom it names, how large it is, how long it takes, and what browsers are told."""

import asyncio
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from partnerlens.access.settings import ServerSettings
from partnerlens.api import reconcile

MOST_HEADER_BYTES = 16_384
"""Most bytes of all headers of a request, names and values."""

MOST_TARGET_BYTES = 8_192
"""Most bytes of a path with its query."""

MOST_BODY_BYTES = 65_536
"""Most bytes of a body that is no file."""

Refuse = Callable[[Request, int, str, str, str], Response]
"""Makes the reply to a request that is refused: status, code, problem and remedy."""


class Guards:
    """
    Refuses requests that nobody means, and gives up those that take too long.

    Args:
        app: what is guarded.
        settings: names, limits and times.
        refuse: makes the reply.
        uploads: the paths whose body is a file.
    """

    def __init__(self, app: ASGIApp, settings: ServerSettings, refuse: Refuse, uploads: frozenset[str]) -> None:
        """Remember what holds."""
        self._app = app
        self._settings = settings
        self._hosts = settings.hosts
        self._refuse = refuse
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or reply in its place."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fault = self._fault(scope)
        if fault is not None:
            await self._refuse(Request(scope), *fault)(scope, receive, send)
            return
        body = _Body(receive, self._most(scope))
        try:
            await self._in_time(scope, body, send)
        except BodyTooLargeError:
            await self._refuse(Request(scope), *_too_large(body.most))(scope, receive, send)

    def _fault(self, scope: Scope) -> tuple[int, str, str, str] | None:
        headers = Headers(scope=scope)
        size = sum(len(name) + len(value) for name, value in scope["headers"])
        if size > MOST_HEADER_BYTES:
            return 431, "too_large", "the headers are too large", f"send at most {MOST_HEADER_BYTES} bytes"
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > MOST_TARGET_BYTES:
            return 414, "too_large", "the address is too long", f"send at most {MOST_TARGET_BYTES} bytes"
        if _host(headers.get("host", "")) not in self._hosts:
            return 400, "wrong_use", "this server has another name", "see 'public_url' and 'trusted_hosts'"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._most(scope):
            return _too_large(self._most(scope))
        return None

    def _most(self, scope: Scope) -> int:
        if scope["method"] == "POST" and scope["path"].endswith(reconcile.ENDING):
            return min(self._settings.limits.upload_bytes, reconcile.MOST_BYTES)
        is_file = scope["path"] in self._uploads and scope["method"] == "POST"
        return self._settings.limits.upload_bytes if is_file else MOST_BODY_BYTES

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Run the request; when no reply has begun in time, reply in its place and let it end unheard.

        A thread cannot be stopped, so what it still says is left out.
        """
        if scope["path"] in self._uploads and scope["method"] == "POST":
            await self._app(scope, receive, send)
            return
        mouth = _Mouth(send)
        work = asyncio.ensure_future(self._app(scope, receive, mouth))
        done, _ = await asyncio.wait({work}, timeout=self._settings.limits.answer_seconds)
        if not done and not mouth.has_begun:
            mouth.is_shut = True
            work.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
            words = "the answer took too long"
            reply = self._refuse(Request(scope), 503, "too_slow", words, "ask for less, or again later")
            await reply(scope, receive, send)
            return
        await work


class BodyTooLargeError(Exception):
    """More of a body has come than was announced or is allowed."""


class _Body:
    """Counts the bytes of a body."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self.most = most
        self._seen = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self.most:
            raise BodyTooLargeError
        return message


class _Mouth:
    """Says what a request replies, until it is shut."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_begun = False
        self.is_shut = False

    async def __call__(self, message: Message) -> None:
        if self.is_shut:
            return
        self.has_begun = True
        await self._send(message)


class SafeHeaders:
    """
    Tells browsers to be careful with every reply.

    Args:
        app: what replies.
        headers: what is told, unless the reply says otherwise.
    """

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        """Remember what is told."""
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to the reply."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, told)


def safe_headers(settings: ServerSettings) -> dict[str, str]:
    """Return what browsers are told with every reply."""
    forms = " ".join(["'self'", *([_origin(settings.oidc.issuer)] if settings.oidc.issuer else [])])
    policy = {
        "default-src": "'self'",
        "base-uri": "'none'",
        "form-action": forms,
        "frame-ancestors": "'none'",
        "object-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cache-Control": "private, no-store",
    }
    return headers | ({"Strict-Transport-Security": "max-age=31536000"} if settings.is_secure else {})


def _origin(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _host(header: str) -> str:
    """The name in a Host header, in lower case and without the port."""
    if header.startswith("["):
        return header.partition("]")[0].removeprefix("[").casefold()
    return header.partition(":")[0].casefold()


def _too_large(most: int) -> tuple[int, str, str, str]:
    return 413, "too_large", "the body is too large", f"send at most {most} bytes"
