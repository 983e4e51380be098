"""Several processes behind one address: who takes a connection, and what happens when one of them ends."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import mmap
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from struct import Struct

import uvicorn
from prometheus_client import multiprocess

from partnerlens.errors import ResourceError

PATIENCE = 0.005
"""So long is a connection left for a process that has fewer of them. Unit: s."""

AGAIN = 1.0
"""So long no connection is taken when the machine has no room for one. Unit: s."""

LOOK = 0.5
"""How often it is looked whether the processes still run. Unit: s."""

FIGURES_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable by which processes learn where they keep their figures for each other."""

_COUNT = Struct("<I")


class Connections:
    """
    How many connections each process has; all of them read and write it.

    Args:
        shared: the folder that they share.
        processes: how many they are.
    """

    def __init__(self, shared: Path, processes: int) -> None:
        """Open their file in the folder; in a new one no process is ready."""
        self._processes = processes
        with (shared / "connections").open("a+b") as opened:
            opened.truncate(processes * _COUNT.size)
            self._bytes = mmap(opened.fileno(), processes * _COUNT.size)

    def tell(self, number: int, connections: int) -> None:
        """Write down that a process is ready, and how many connections it has."""
        _COUNT.pack_into(self._bytes, number * _COUNT.size, connections + 1)

    def leave(self, number: int) -> None:
        """Write down that a process has ended."""
        _COUNT.pack_into(self._bytes, number * _COUNT.size, 0)

    def is_ready(self, number: int) -> bool:
        """Whether a process takes connections."""
        return self._told(number) > 0

    def has_fewest(self, number: int) -> bool:
        """Whether no other process that is ready has fewer connections."""
        others = (self._told(each) for each in range(self._processes) if each != number)
        return all(told >= self._told(number) for told in others if told)

    def _told(self, number: int) -> int:
        return int(_COUNT.unpack_from(self._bytes, number * _COUNT.size)[0])


class Worker(uvicorn.Server):
    """
    One of the processes' servers: it takes connections in turn with the others.

    A connection stays with the process that took it, and whoever is quickest would take most of them; so each leaves
    a connection for a moment to those that have fewer.

    Args:
        config: how it serves.
        listening: where readers come; the other processes listen there too.
        number: which of the processes it is.
        connections: what all of them have.
    """

    def __init__(self, config: uvicorn.Config, listening: socket.socket, number: int, connections: Connections) -> None:
        """Take nothing yet."""
        super().__init__(config)
        self._listening = listening
        self._number = number
        self._connections = connections
        self._parent = os.getppid()
        self._arriving: set[asyncio.Task[object]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to take connections."""
        await super().startup([*(sockets or [])])
        self._listening.settimeout(0)
        self._tell()
        self._listen()

    async def on_tick(self, counter: int) -> bool:
        """Tell how many connections there are; return True to end, also when nobody looks after the process."""
        self._tell()
        return await super().on_tick(counter) or os.getppid() != self._parent

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no connections any more, and finish what was asked."""
        asyncio.get_running_loop().remove_reader(self._listening)
        self._listening.close()
        self._connections.leave(self._number)
        await super().shutdown(sockets)

    def _listen(self) -> None:
        if not self.should_exit:
            asyncio.get_running_loop().add_reader(self._listening, self._offered)

    def _offered(self) -> None:
        """Take the connection that is there, or let those with fewer have it for a moment."""
        self._tell()
        if self._connections.has_fewest(self._number):
            self._take()
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listening)
        loop.call_later(PATIENCE, self._take_and_listen)

    def _take_and_listen(self) -> None:
        if not self.should_exit:
            self._listen()
            self._take()

    def _take(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            connection, _ = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # somebody else has taken it, or it has gone
        except OSError:
            loop.remove_reader(self._listening)
            loop.call_later(AGAIN, self._listen)
            return
        connection.settimeout(0)
        task = loop.create_task(loop.connect_accepted_socket(self._protocol, connection))
        self._arriving.add(task)
        task.add_done_callback(self._arriving.discard)
        self._tell()

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    def _tell(self) -> None:
        self._connections.tell(self._number, len(self.server_state.connections) + len(self._arriving))


@dataclass(frozen=True)
class Crew:
    """
    The processes of one server, and who looks after them.

    Attributes:
        count: how many they are.
        work: what each of them runs, with its number, the place where readers come, and the folder that all share.
        listening: where readers come.
        shared: the folder.
    """

    count: int
    work: Callable[[int, socket.socket, Path], None]
    listening: socket.socket
    shared: Path

    def run(self, on_ready: Callable[[], None]) -> None:
        """
        Run until the process is told to stop; a process that ends meanwhile is started again.

        Args:
            on_ready: told when all of them take connections.

        Raises:
            ResourceError: a process ends before it takes connections.
        """
        os.environ[FIGURES_VARIABLE] = str(self.shared)
        connections = Connections(self.shared, self.count)
        told: list[int] = []
        processes: dict[int, BaseProcess] = {}
        with _told_to_stop(told):
            try:
                for number in range(self.count):
                    processes[number] = self._started(number)
                while not told and not all(connections.is_ready(number) for number in processes):
                    self._check_start(processes)
                    time.sleep(LOOK / 10)
                if not told:
                    on_ready()
                while not told:
                    wait([process.sentinel for process in processes.values()], LOOK)
                    self._start_again(processes, connections, told)
            finally:
                for process in processes.values():
                    process.terminate()
                for process in processes.values():
                    process.join()
                del os.environ[FIGURES_VARIABLE]
        if told:
            signal.raise_signal(told[0])

    def _started(self, number: int) -> BaseProcess:
        # A process of its own, not a copy of this one, whose threads and open files it must not have.
        process = get_context("spawn").Process(target=self.work, args=(number, self.listening, self.shared))
        process.start()
        return process

    def _check_start(self, processes: dict[int, BaseProcess]) -> None:
        if any(not process.is_alive() for process in processes.values()):
            raise ResourceError(
                "a process of the server ended before it served", "see what it tells above, or serve with --processes 1"
            )

    def _start_again(self, processes: dict[int, BaseProcess], connections: Connections, told: list[int]) -> None:
        for number, process in list(processes.items()):
            if not told and not process.is_alive():
                connections.leave(number)
                multiprocess.mark_process_dead(process.pid, str(self.shared))  # type: ignore[no-untyped-call]
                processes[number] = self._started(number)


@contextmanager
def _told_to_stop(told: list[int]) -> Iterator[None]:
    """Keep the signals by which the process is told to stop, for it to end the others first."""
    before = {each: signal.signal(each, lambda told_by, _frame: told.append(told_by)) for each in _STOP}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


_STOP = (signal.SIGINT, signal.SIGTERM)
