"""The server's application: guards, visits, the API, the pages, and how it feels."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from partnerlens import __version__
from partnerlens.access.doorkeeper import Doorkeeper
from partnerlens.access.limits import Limits
from partnerlens.access.oidc import IdentityProvider
from partnerlens.access.register import Register
from partnerlens.access.replies import Replies
from partnerlens.access.settings import LOOPBACK, ServerSettings, oidc_secret, read_server_settings, register_url
from partnerlens.api.parameters import signed_in
from partnerlens.api.routes import PREFIX, api_routes, describe, licence_routes, openapi_document
from partnerlens.app.workspace import Workspace
from partnerlens.errors import ForbiddenError, PartnerlensError
from partnerlens.server.doors import Doors, OnceKey
from partnerlens.server.faults import add_fault_handlers, fail, refuse
from partnerlens.server.guards import Guards, SafeHeaders, safe_headers
from partnerlens.server.statements import statement_routes
from partnerlens.server.visit import Cookies, Visits
from partnerlens.server.watch import Figures, Watch, make_log
from partnerlens.web.site import open_routes, routes, static_files

UPLOADS = frozenset({f"{PREFIX}/loads"})
"""The paths whose body is a file."""

CALLBACK = "/sign-in/oidc/callback"

SMALLEST_PACKED = 1000
"""Shorter replies travel as they are. Unit: bytes."""

PACKING = 3
"""How hard replies are packed: more takes longer than it saves."""
LOCAL_URL = "http://127.0.0.1:8321"


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def create_app(
    home: Path | str,
    *,
    settings: ServerSettings | None = None,
    clock: Callable[[], datetime] = utc_now,
    local_url: str = LOCAL_URL,
    shared: Path | None = None,
    once: OnceKey | None = None,
    log: Any = None,
) -> FastAPI:
    """
    Return the server's application for a workspace.

    Args:
        home: the workspace.
        settings: how it runs; None to read ``server.toml``.
        clock: tells the time.
        local_url: the address that it has on this machine.
        shared: the folder that the processes of one server share; None for a single process.
        once: a key that lets one user in once; None without one.
        log: where it tells what happens; standard error when None.

    Raises:
        NotFoundError: there is no workspace.
        DefinitionError: its settings have faults.
        ResourceError: the register's database cannot be reached.
    """
    folder = Path(home)
    settings = settings or read_server_settings(folder)
    workspace = Workspace.open(folder, switch="when_warm")
    register = Register(folder, register_url(), clock=clock)
    limits = Limits(settings.limits, shared)
    provider = _provider(settings, local_url)
    doorkeeper = Doorkeeper(register, limits, provider)
    cookies = Cookies.of(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(_warm, workspace)
        yield
        workspace.close()
        register.close()

    app = FastAPI(
        title="Partnerlens", version=__version__, docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    app.state.workspace, app.state.register = workspace, register
    app.state.replies = Replies(register.database, clock)
    app.state.figures = Figures(shared)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    add_fault_handlers(app)
    app.add_route(f"{PREFIX}/openapi.json", openapi_document, include_in_schema=False)
    _add_health(app)
    app.include_router(Doors(doorkeeper, cookies, once).routes())
    app.include_router(statement_routes())
    app.include_router(api_routes())
    app.include_router(licence_routes())
    app.mount("/static", static_files())
    app.include_router(open_routes())
    app.include_router(routes(), dependencies=[Depends(signed_in)])
    # The last one that is added is the first that a request meets.
    app.add_middleware(Visits, workspace=workspace, doorkeeper=doorkeeper, limits=limits, cookies=cookies, fail=fail)
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_PACKED, compresslevel=PACKING)
    app.add_middleware(Guards, settings=settings, refuse=refuse, uploads=UPLOADS)
    app.add_middleware(Watch, log=log or make_log(), figures=app.state.figures, refuse=refuse)
    app.add_middleware(SafeHeaders, headers=safe_headers(settings))
    return app


def _warm(workspace: Workspace) -> None:
    """Read what the first question would wait for; what cannot be read is told to whoever asks for it."""
    with suppress(PartnerlensError):
        workspace.answers().warm()


def _provider(settings: ServerSettings, local_url: str) -> IdentityProvider | None:
    if not settings.oidc.issuer:
        return None
    return IdentityProvider(settings.oidc, oidc_secret(), f"{settings.public_url or local_url}{CALLBACK}")


def _described(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = describe(app)
    return app.openapi_schema


def _add_health(app: FastAPI) -> None:
    """Add the routes by which machines learn how the server feels."""

    def healthz() -> Response:
        """Reply as long as the server runs."""
        return JSONResponse({"status": "ok"})

    def readyz(request: Request) -> Response:
        """Reply whether questions can be answered: a month is published, and the register can be read."""
        try:
            request.app.state.workspace.answers()
            request.app.state.register.users()
        except PartnerlensError as error:
            return JSONResponse({"status": "not ready", "code": error.code}, 503)
        return JSONResponse({"status": "ready"})

    def metrics(request: Request) -> Response:
        """Give the figures to operators, and to this machine where it asks directly."""
        reader = request.state.reader
        if not _is_direct(request) and (reader is None or not reader.is_operator):
            raise ForbiddenError("figures are for program operators", "ask with an operator's token")
        return Response(request.app.state.figures.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    app.add_api_route("/healthz", healthz, include_in_schema=False)
    app.add_api_route("/readyz", readyz, include_in_schema=False)
    app.add_api_route("/metrics", metrics, include_in_schema=False)


def _is_direct(request: Request) -> bool:
    """Whether a program on this machine asks, and no proxy for somebody else."""
    here = request.client is not None and request.client.host in LOOPBACK
    forwarded = any(name.startswith("x-forwarded") or name == "forwarded" for name in request.headers)
    return here and not forwarded and request.url.hostname in LOOPBACK
