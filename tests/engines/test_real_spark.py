"""
The same builds on real Spark: a session on this machine, two executors, and a standalone cluster with two workers.

This suite takes minutes and needs Java; ``make spark`` sets Spark up in an environment of its own and runs it.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from clusters import bare_copy, built, digests, mixed_world, scratch_of, small_world

from partnerlens.app import Workspace
from partnerlens.engine import spark
from partnerlens.errors import ResourceError
from partnerlens.months import Month
from partnerlens.sample import write_sample

pytestmark = pytest.mark.spark

ENVIRONMENT = Path(__file__).parents[2] / ".tools" / "spark"
"""Where ``make spark`` installs Partnerlens with the extra ``spark-local``."""

QUICK = "--conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=8"
"""Settings of a session for small worlds."""

START_SECONDS = 90.0
WORLDS = 2


def spark_home() -> Path:
    """Return the folder of the installed Spark."""
    found = sorted(ENVIRONMENT.glob("lib/python*/site-packages/pyspark"))
    if not found or not shutil.which("java"):
        pytest.fail("there is no Spark to test on; run 'make spark', which installs it, on a machine with Java 17")
    return found[0]


def free_port() -> int:
    """Return a port that nothing listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@dataclass
class Cluster:
    """Processes of a Spark cluster on the loopback address, ended together."""

    folder: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    connect: int = field(default_factory=free_port)
    master: int = field(default_factory=free_port)

    @property
    def address(self) -> str:
        """The address of the Connect server."""
        return f"sc://127.0.0.1:{self.connect}"

    def run(self, name: str, *command: str, port: int | None = None) -> None:
        """Start a process, and wait until it listens at its port."""
        home = spark_home()
        variables = os.environ | {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(home / "bin" / command[0]), *command[1:]],
                stdout=log,
                stderr=log,
                env=variables,
                cwd=self.folder,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while port is not None:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            assert time.monotonic() < until, f"{name} did not start; see {self.folder / name}.log"
            time.sleep(0.3)

    def start(self) -> None:
        """Start a master, two workers of one core each, and a Connect server."""
        deploy = "org.apache.spark.deploy"
        self.run(
            "master",
            *("spark-class", f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(self.master)),
            *("--webui-port", "0"),
            port=self.master,
        )
        for number in (1, 2):
            self.run(
                f"worker-{number}",
                *("spark-class", f"{deploy}.worker.Worker", f"spark://127.0.0.1:{self.master}"),
                *("--cores", "1", "--memory", "1200m", "--host", "127.0.0.1", "--webui-port", "0"),
                *("--work-dir", str(self.folder / f"work-{number}")),
            )
        self.start_connect()

    def start_connect(self) -> None:
        """Start the Connect server."""
        settings = {
            "spark.connect.grpc.binding.port": str(self.connect),
            "spark.driver.host": "127.0.0.1",
            "spark.executor.memory": "1g",
            "spark.sql.shuffle.partitions": "8",
            "spark.ui.enabled": "false",
        }
        self.run(
            "connect",
            *("spark-submit", "--master", f"spark://127.0.0.1:{self.master}"),
            *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--name", "connect"),
            *(word for name, value in settings.items() for word in ("--conf", f"{name}={value}")),
            "spark-internal",
            port=self.connect,
        )

    def executors(self) -> list[psutil.Process]:
        """Return the executors of the workers."""
        found = []
        for name, process in self.processes.items():
            if name.startswith("worker") and process.poll() is None:
                for child in psutil.Process(process.pid).children(recursive=True):
                    with suppress(psutil.Error):
                        if "CoarseGrainedExecutorBackend" in " ".join(child.cmdline()):
                            found.append(child)
        return found

    def end(self, *names: str) -> None:
        """End processes at once, or all of them; spark-submit and what it started are one group."""
        for name in names or list(self.processes):
            process = self.processes.pop(name)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Run a standalone cluster with two workers and a Connect server."""
    running = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        running.start()
        yield running
    finally:
        running.end()


@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,1024]"])
def test_session_on_this_machine_gives_the_same_editions(master: str, tmp_path: Path) -> None:
    """The command, installed with the extra for local sessions, in one process and with two executors."""
    home = spark_home()
    expected = built(tmp_path / "duckdb", small_world(2))
    copy = bare_copy(expected.home, tmp_path / "spark")
    done = subprocess.run(
        [
            *(ENVIRONMENT / "bin" / "partnerlens", "build", expected.month),
            *("--engine", "spark", "--home", copy, "--json"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ
        | {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(tmp_path / "local"),
            "PYSPARK_SUBMIT_ARGS": f"--master {master} {QUICK} pyspark-shell",
        },
    )

    assert done.returncode == 0, done.stderr
    assert {edition["month"]: edition["digest"] for edition in json.loads(done.stdout)} == {
        expected.month: expected.digests[expected.month]
    }
    with Workspace.open(copy) as workspace:
        assert digests([listed.edition for listed in workspace.editions()]) == expected.digests
    assert not scratch_of(copy).exists()


@pytest.mark.parametrize("seed", range(WORLDS))
def test_random_world_has_the_same_editions_on_a_cluster(seed: int, cluster: Cluster, tmp_path: Path) -> None:
    """Two workers give every table of the metrics and scorecards the bytes of the embedded engine."""
    world, scorecards = mixed_world(seed)
    expected = built(tmp_path / "duckdb", world, scorecards=scorecards[:1])
    home = bare_copy(expected.home, tmp_path / "spark")
    with Workspace.open(home) as workspace:
        made = workspace.build(expected.month, engine="spark", remote=cluster.address)

        assert digests(made) == expected.digests


def test_sample_program_has_the_same_editions_on_a_cluster(cluster: Cluster, tmp_path: Path) -> None:
    """So has a made-up program with two editions."""
    files = tmp_path / "files"
    write_sample(files, partners=100, customers=600, months=15, seed=5, last_month=Month.parse("2026-06"))
    with Workspace.init(tmp_path / "duckdb", name="Sample") as workspace:
        workspace.load(sorted(files.glob("*.csv")))
        expected = digests(workspace.build("2026-06", months=2))
    with Workspace.open(bare_copy(tmp_path / "duckdb", tmp_path / "spark")) as workspace:
        made = workspace.build("2026-06", months=2, engine="spark", remote=cluster.address)

        assert digests(made) == expected


# What goes wrong


def at(moment: str, act: Callable[[], None]) -> Callable[[str, int, int], None]:
    """Return what is told of progress and acts once, when a step begins."""
    left = [act]

    def step(what: str, _done: int, _todo: int) -> None:
        if what == moment and left:
            left.pop()()

    return step


def test_lost_executor_costs_time_and_no_result(cluster: Cluster, tmp_path: Path) -> None:
    """An executor that is killed in the middle is replaced; what it had made lies in files."""
    expected = built(tmp_path / "duckdb", small_world(3))
    home = bare_copy(expected.home, tmp_path / "spark")
    lost = []

    def lose() -> None:
        lost.append(cluster.executors()[0])
        lost[0].kill()

    with Workspace.open(home) as workspace:
        made = workspace.build(
            expected.month, engine="spark", remote=cluster.address, progress=at("seat changes", lose)
        )

        assert digests(made) == expected.digests
    assert lost


def test_lost_server_ends_the_build_and_leaves_no_edition(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the driver gone the build ends with what to do; the store is free, and the next build is whole."""
    expected = built(tmp_path / "duckdb", small_world(3))
    home = bare_copy(expected.home, tmp_path / "spark")
    with Workspace.open(home) as workspace:
        monkeypatch.setattr(spark, "RETRIES", 3)
        with pytest.raises(ResourceError, match="Failed to connect") as ended:
            workspace.build(
                expected.month,
                engine="spark",
                remote=cluster.address,
                progress=at("seat changes", lambda: cluster.end("connect")),
            )

        assert "nothing of the edition is kept" in ended.value.remedy
        assert workspace.editions() == []
        assert not scratch_of(home).exists()
        monkeypatch.undo()
        cluster.start_connect()
        made = workspace.build(expected.month, engine="spark", remote=cluster.address)

        assert digests(made) == expected.digests
