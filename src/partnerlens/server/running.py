"""Running the server: where it listens, and how it stops."""

import socket
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from partnerlens.access.register import Register
from partnerlens.access.settings import LOOPBACK, ServerSettings, read_server_settings, register_url
from partnerlens.app.workspace import Workspace
from partnerlens.errors import ResourceError, UsageError
from partnerlens.server.doors import OnceKey
from partnerlens.server.guards import MOST_HEADER_BYTES, MOST_TARGET_BYTES
from partnerlens.server.pauses import short_pauses
from partnerlens.server.site import create_app, utc_now
from partnerlens.server.workers import Connections, Crew, Worker

PORT = 8321
GRACE_SECONDS = 20
"""How long requests that are being worked on may go on once the server is told to stop."""

IDLE_SECONDS = 15
"""How long a connection is kept open without a request."""

QUEUE = 100


def serve(
    home: Path,
    *,
    host: str = "127.0.0.1",
    port: int = PORT,
    proxy: str | None = None,
    processes: int = 1,
    once: OnceKey | None = None,
    on_ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """
    Serve a workspace until the process is told to stop; requests that are being worked on are finished first.

    Args:
        home: the workspace.
        host: the address to listen at.
        port: the port; 0 for any free one.
        proxy: the address of the proxy that ends TLS, whose word about readers' addresses is taken; None without one.
        processes: how many processes serve; each has an edition in memory.
        once: a key that lets one user in once; a single process knows that it was used.
        on_ready: told the address when requests are taken.

    Raises:
        UsageError: others could reach the address, but readers would come without TLS.
        ResourceError: the address cannot be listened at, or a process ends before it serves.
        NotFoundError: there is no workspace.
    """
    settings = read_server_settings(home)
    check_address(host, proxy, settings)
    with closing(_listening(host, port)) as listening:
        plan = _Plan(home, settings, f"http://{_shown(host)}:{listening.getsockname()[1]}", proxy, processes)
        address = settings.public_url or plan.local_url
        if processes > 1:
            _check(home)
            with TemporaryDirectory(prefix="partnerlens-") as shared:
                Crew(processes, plan.work, listening, Path(shared)).run(lambda: on_ready(address))
            return
        config = plan.config(once=once)
        on_ready(address)
        with short_pauses():
            uvicorn.Server(config).run(sockets=[listening])


@dataclass(frozen=True)
class _Plan:
    """What each process of a server needs to know."""

    home: Path
    settings: ServerSettings
    local_url: str
    proxy: str | None
    processes: int

    def config(self, *, shared: Path | None = None, once: OnceKey | None = None) -> uvicorn.Config:
        """Open the workspace, and say how it is served."""
        app = create_app(self.home, settings=self.settings, local_url=self.local_url, shared=shared, once=once)
        return uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=self.proxy is not None,
            forwarded_allow_ips=self.proxy,
            h11_max_incomplete_event_size=MOST_HEADER_BYTES + MOST_TARGET_BYTES,
            http="h11",
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )

    def work(self, number: int, listening: socket.socket, shared: Path) -> None:
        """Be one of several processes."""
        connections = Connections(shared, self.processes)
        with suppress(KeyboardInterrupt), short_pauses():
            Worker(self.config(shared=shared), listening, number, connections).run()


def _check(home: Path) -> None:
    """Raise what opening the workspace and the register raises, before other processes do it."""
    Workspace.open(home, resident=False).close()
    Register(home, register_url(), clock=utc_now).close()


def check_address(host: str, proxy: str | None, settings: ServerSettings) -> None:
    """
    Make sure that nobody can read along.

    Raises:
        UsageError: others could reach the address, but readers would come without TLS; or the proxy is no address.
    """
    if proxy is not None:
        try:
            ip_address(proxy)
        except ValueError as error:
            raise UsageError(f"'{proxy}' is no address of a proxy", "write it as 10.0.0.5") from error
    if host in LOOPBACK:
        return
    if proxy is None or not settings.is_secure:
        raise UsageError(
            f"others can reach '{host}', and would send their passwords in the open",
            "let a proxy with TLS stand before the server: name it with --behind-proxy, and set an https 'public_url' "
            "in server.toml",
        )


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that the event loop sends replies at once: else the last part of each waits 40 ms for the reader.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(QUEUE)
    except (OSError, OverflowError) as error:
        listening.close()
        raise ResourceError(
            f"the server cannot listen at {host}, port {port}: {error}",
            "choose another with --port, or end the other one",
        ) from error
    return listening


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
