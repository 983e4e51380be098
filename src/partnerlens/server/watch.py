"""What the server tells of itself: a line of JSON for each request, and figures for Prometheus."""

import logging
import sys
import traceback
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from partnerlens.api.routes import PREFIX
from partnerlens.server.guards import Refuse

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
UNROUTED = "(none)"


class Figures:
    """
    Figures of one server.

    Args:
        shared: the folder in which its processes keep them for each other; None for a single process.
    """

    def __init__(self, shared: Path | None = None) -> None:
        """Start with nothing counted."""
        self._shared = shared
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("partnerlens_requests", "Requests replied to.", labels, registry=self.registry)
        self.seconds = Histogram(
            "partnerlens_request_seconds",
            "How long requests took.",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.open = Gauge(
            "partnerlens_open_requests",
            "Requests being worked on.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )

    def text(self) -> bytes:
        """Return all figures, of all processes, in the text format of Prometheus."""
        if self._shared is None:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together, str(self._shared))  # type: ignore[no-untyped-call]
        return generate_latest(together)


def make_log(stream: TextIO | None = None) -> Any:
    """
    Return a log that writes one JSON object a line; to standard error unless a stream is given.

    A line is written in one piece, so that those of several processes do not mix.
    """
    return structlog.wrap_logger(
        structlog.WriteLogger(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


class Watch:
    """
    Numbers each request, and tells how it went: by route, never by path or query, which name partners.

    Args:
        app: what is watched.
        log: where lines go.
        figures: what is counted.
        refuse: makes the reply to a request that has met a bug.
    """

    def __init__(self, app: ASGIApp, log: Any, figures: Figures, refuse: Refuse) -> None:
        """Keep them."""
        self._refuse = refuse
        self._app = app
        self._log = log
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Number a request and tell how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        seen = {"status": 500, "bytes": 0}

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            else:
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        begun = perf_counter()
        self._figures.open.inc()
        try:
            await self._app(scope, receive, counted)
        except Exception as error:  # noqa: BLE001 - a bug: its place is told to the log, and its number to the reader
            self._log.error("bug", request_id=request_id, error=type(error).__name__, trace=trace_of(error))
            if not seen["bytes"]:
                reply = self._refuse(Request(scope), 500, "internal", "something went wrong here", "tell the operator")
                await reply(scope, receive, counted)
        finally:
            self._figures.open.dec()
            seconds = perf_counter() - begun
            route = getattr(scope.get("route"), "path", UNROUTED)
            if scope["path"].startswith(PREFIX) and route != UNROUTED:
                route = f"{PREFIX}{route.removeprefix(PREFIX)}"
            # Anybody may invent a method; the figures know those of the protocol.
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            self._figures.requests.labels(method, route, str(seen["status"])).inc()
            self._figures.seconds.labels(route).observe(seconds)
            self._log.info(
                "request",
                request_id=request_id,
                method=method,
                route=route,
                status=seen["status"],
                bytes=seen["bytes"],
                ms=round(seconds * 1000, 1),
            )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def trace_of(error: BaseException) -> list[str]:
    """Return where an error came from, without its text, which may name somebody."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
