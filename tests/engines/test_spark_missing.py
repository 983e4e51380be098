"""An engine that cannot be used says so before any work: what is missing, and what to install or check."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from clusters import scratch_of

from partnerlens.engine.spark import quietly_imported

WITHOUT = """
import sys
sys.modules["{module}"] = None
from partnerlens.cli.main import main
sys.argv = ["partnerlens", *sys.argv[1:]]
main()
"""
"""The command line in a process in which a module cannot be imported, as if it were not installed."""


@pytest.fixture
def closed_port() -> int:
    """Return a port of this machine that nothing listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@pytest.fixture
def old_server() -> Iterator[str]:
    """Run a server of the Spark Connect protocol that says it is Spark 3.5.4, and give its address."""
    grpc = pytest.importorskip("grpc")
    with quietly_imported():
        from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc  # noqa: PLC0415 - pyspark is optional

    class Old(base_pb2_grpc.SparkConnectServiceServicer):
        def AnalyzePlan(self, request, context):  # noqa: N802 - the protocol's name
            version = base_pb2.AnalyzePlanResponse.SparkVersion(version="3.5.4")
            return base_pb2.AnalyzePlanResponse(session_id=request.session_id, spark_version=version)

        def ReleaseSession(self, request, context):  # noqa: N802 - the protocol's name
            return base_pb2.ReleaseSessionResponse(session_id=request.session_id)

    server = grpc.server(ThreadPoolExecutor(2))
    base_pb2_grpc.add_SparkConnectServiceServicer_to_server(Old(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"sc://127.0.0.1:{port}"
    server.stop(None)


def test_engine_that_is_not_installed_says_what_to_install(own_home: Path, tmp_path: Path) -> None:
    """Without pyspark the build on Spark ends with the name of the extra, and nothing is touched."""
    script = tmp_path / "without.py"
    script.write_text(WITHOUT.format(module="pyspark"))
    ended = subprocess.run(
        [sys.executable, script, "build", "2024-03", "--engine", "spark", "--home", own_home],
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "400", "PATH": "/usr/bin:/bin"},
    )

    assert ended.returncode == 5
    assert "the engine 'spark' is not installed" in ended.stderr
    assert "pip install 'partnerlens[spark]'" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not scratch_of(own_home).exists()


def test_server_that_is_not_there_says_what_to_check(run: Any, own_home: Path, closed_port: int) -> None:
    """A port that nothing listens at is named, at once and not after minutes of trying."""
    ended = run(
        *("build", "2024-03", "--engine", "spark", "--remote", f"sc://127.0.0.1:{closed_port}/;token=secret"),
        *("--home", own_home),
        columns=400,
    )

    assert ended.code == 5
    assert f"no Spark Connect server answers at '127.0.0.1:{closed_port}'" in ended.err
    assert "check the address and that the server runs" in ended.err
    assert "secret" not in ended.err
    assert not scratch_of(own_home).exists()


def test_server_of_another_version_is_refused_before_any_work(run: Any, own_home: Path, old_server: str) -> None:
    """Spark 3 lacks what the statements need; the version is said and no statement is sent."""
    ended = run("build", "2024-03", "--engine", "spark", "--remote", old_server, "--home", own_home, columns=400)

    assert ended.code == 5
    assert "is of Spark 3.5.4, and builds run on Spark 4" in ended.err
    assert not scratch_of(own_home).exists()


def test_session_on_this_machine_needs_the_whole_of_spark(run: Any, own_home: Path) -> None:
    """Where the client alone is installed, a build without an address says what else there is."""
    pytest.importorskip("pyspark")
    ended = run("build", "2024-03", "--engine", "spark", "--home", own_home, columns=400)

    assert ended.code == 5
    assert "the installed pyspark is the client alone" in ended.err
    assert "partnerlens[spark-local]" in ended.err


@pytest.mark.parametrize("address", ["host:15002", "spark://host:7077", "sc://", "sc://host:port"])
def test_address_that_is_none_is_refused(run: Any, own_home: Path, address: str) -> None:
    """An address has the form sc://HOST:PORT."""
    ended = run("build", "2024-03", "--engine", "spark", "--remote", address, "--home", own_home, columns=400)

    assert ended.code == 2
    assert f"'{address}' is not the address of a Spark Connect server" in ended.err
    assert "write it as sc://HOST:PORT" in ended.err


def test_embedded_engine_takes_no_address(run: Any, own_home: Path) -> None:
    """An address without --engine spark is a slip that would build in the wrong place."""
    ended = run("build", "2024-03", "--remote", "sc://host", "--home", own_home, columns=400)

    assert ended.code == 2
    assert "the engine 'duckdb' runs in this process and has no address" in ended.err


def test_engine_that_nobody_knows_is_refused(run: Any, own_home: Path) -> None:
    """The engines are named."""
    ended = run("build", "2024-03", "--engine", "oracle", "--home", own_home, columns=400)

    assert ended.code == 2
    assert "there is no engine 'oracle'" in ended.err
    assert "builds run on duckdb or spark" in ended.err
