"""`partnerlens serve --processes`: they share connections, limits and figures, and stand in for each other."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

from partnerlens.errors import ResourceError
from partnerlens.server.workers import Connections, Crew

LIMIT = "[limits]\nrequests_per_minute = 6\n"


@contextmanager
def crew(home: Path, messages: Path, *words: str):
    """A server of two processes, with its address."""
    script = Path(sys.executable).with_name("partnerlens")
    command = [script, "serve", "--home", str(home), "--port", "0", "--processes", "2", *words]
    with messages.open("wb") as told, subprocess.Popen(command, stderr=told) as process:
        try:
            yield process, address_of(process, messages)
        finally:
            process.terminate()


def address_of(process: subprocess.Popen, messages: Path) -> str:
    """The address once it is told; fails with all messages where the process ends before."""
    for _ in range(600):
        found = re.search(r"Serving at (http://127\.0\.0\.1:\d+)", messages.read_text())
        if found:
            return found[1]
        assert process.poll() is None, messages.read_text()
        time.sleep(0.1)
    raise AssertionError(messages.read_text())


def serving(process: subprocess.Popen) -> list[psutil.Process]:
    """The processes that serve, without the one that looks after them."""
    return [each for each in psutil.Process(process.pid).children() if "spawn_main" in " ".join(each.cmdline())]


def taken(process: psutil.Process, port: int) -> int:
    """How many readers' connections a process has."""
    return sum(each.status == "ESTABLISHED" and each.laddr.port == port for each in process.net_connections("tcp"))


@pytest.fixture
def home(tiny_home, tmp_path):
    """Return a workspace in which one may ask six times a minute."""
    made = shutil.copytree(tiny_home, tmp_path / "home")
    (made / "server.toml").write_text(LIMIT)
    return made


def test_processes_share_their_work_and_stand_in_for_each_other(home, tmp_path):
    """
    Eight readers who stay are shared evenly; together they may ask what one may; and any process tells of all.

    A process that is killed is replaced, and readers are served meanwhile; told to stop, none is left.
    """
    with crew(home, tmp_path / "messages") as (process, address), ExitStack() as open_clients:
        clients = [open_clients.enter_context(httpx2.Client(base_url=address)) for _ in range(8)]
        assert [client.get("/healthz").status_code for client in clients] == [200] * 8
        port = int(address.rpartition(":")[2])
        assert sorted(taken(each, port) for each in serving(process)) == [4, 4]

        for _ in range(2):
            text = httpx2.get(f"{address}/metrics").text
            assert 'partnerlens_requests_total{method="GET",route="/healthz",status="200"} 8.0' in text
            assert "partnerlens_open_requests 1.0" in text

        # The figures were asked for by the same place, so four more are within the limit.
        replies = [client.get("/api/v1/me").status_code for client in clients]
        assert replies == [401] * 4 + [429] * 4

        first = serving(process)
        first[0].kill()
        for _ in range(20):
            assert httpx2.get(f"{address}/readyz").status_code == 200
        for _ in range(300):
            if len(now := serving(process)) == 2 and first[0].pid not in {each.pid for each in now}:
                break
            time.sleep(0.1)
        assert len(now) == 2

        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert psutil.wait_procs(now, timeout=5)[1] == []
    assert "Traceback" not in (tmp_path / "messages").read_text()


def test_server_of_nothing_tells_it_once(tmp_path):
    """A workspace that is not there is told before any process starts."""
    script = Path(sys.executable).with_name("partnerlens")
    words = [script, "serve", "--home", str(tmp_path / "none"), "--processes", "2", "--port", "0"]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)

    assert ended.returncode == 4
    assert ended.stderr.count("error:") == 1


def end(_number: int, _listening: socket.socket, _shared: Path) -> None:
    """End before anything is served."""
    sys.exit(3)


def test_processes_that_cannot_serve_are_not_started_for_ever(tmp_path):
    """The whole server ends, and says what to do."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        pytest.raises(ResourceError, match="ended before it served"),
    ):
        Crew(2, end, listening, tmp_path).run(lambda: None)


def test_whoever_has_fewest_takes_a_connection(tmp_path):
    """Processes that are not ready are not waited for; with the same number, any may take it."""
    here, there = Connections(tmp_path, 3), Connections(tmp_path, 3)
    assert [here.is_ready(number) for number in range(3)] == [False, False, False]

    here.tell(0, 2)
    assert there.has_fewest(0)
    there.tell(1, 1)
    assert [here.has_fewest(number) for number in (0, 1)] == [False, True]
    here.tell(1, 2)
    assert [there.has_fewest(number) for number in (0, 1)] == [True, True]
    here.leave(1)
    here.tell(0, 9)
    assert here.has_fewest(0)
    assert not here.is_ready(1)
