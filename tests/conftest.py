"""What the tests of the doors and of the build share: the command line in process, and two small programs."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from adoption import licences_program
from golden import tiny
from partnerlens.app import Workspace
from partnerlens.cli.main import app
from partnerlens.months import Month
from partnerlens.sample import write_sample


@dataclass(frozen=True)
class Reply:
    """What a command gave back: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document that it has to be."""
        return json.loads(self.out)


Run = Callable[..., Reply]


@pytest.fixture(scope="session")
def run() -> Run:
    """Give a function that runs a command in this process: ``run("show", "P001", columns=80)``."""

    def run_command(*arguments: object, columns: int = 100, **variables: str) -> Reply:
        environment = {"COLUMNS": str(columns), "PARTNERLENS_HOME": None, "NO_COLOR": "1", **variables}
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)
        return Reply(result.exit_code, result.stdout, result.stderr)

    return run_command


@pytest.fixture(scope="session")
def sail() -> Iterator[str]:
    """Run a Sail server, which speaks the protocol of Spark without Java, and give its address."""
    os.environ.setdefault("RUST_LOG", "off")
    spark = pytest.importorskip("pysail.spark")
    server = spark.SparkConnectServer()
    server.start(background=True)
    yield "sc://{}:{}".format(*server.listening_address)
    server.stop()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all worker processes of one test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first process to ask for it has made; nobody may change it."""
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            unfinished = folder.with_name(f"{folder.name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def sample_home(shared_folder: Path) -> Path:
    """
    Return a workspace to read: 40 partners, 120 customers and 26 months to 2026-06, with corrections.

    Built are 2026-04 to 2026-06, published are the last two of them.
    """
    return made_once(shared_folder / "sample-home", _make_sample)


@pytest.fixture(scope="session")
def tiny_home(shared_folder: Path) -> Path:
    """Return a workspace to read that holds the program of ``tiny``, with 2024-03 published."""
    return made_once(shared_folder / "tiny-home", _make_tiny)


@pytest.fixture(scope="session")
def licences_home(shared_folder: Path) -> Path:
    """Return a workspace to read that holds the program of ``licences_program``, with 2024-06 published."""
    return made_once(shared_folder / "licences-home", _make_licences)


@pytest.fixture
def own_home(tiny_home: Path, tmp_path: Path) -> Path:
    """Return a copy of the tiny workspace that the test may change."""
    return Path(shutil.copytree(tiny_home, tmp_path / "own-home"))


def _make_sample(home: Path) -> None:
    files = home / "files"
    write_sample(files, partners=40, customers=120, months=26, seed=3, last_month=Month.parse("2026-06"))
    with Workspace.init(home, name="Sample") as workspace:
        workspace.load(sorted(files.glob("*.csv")))
        workspace.load(sorted((files / "corrections").glob("*.csv")), table=None)
        workspace.build("2026-06", months=3)
        workspace.publish("2026-05")
        workspace.publish("2026-06")


def _make_tiny(home: Path) -> None:
    tiny.world().write_csv(home / "files")
    (home / "files" / "program.toml").rename(home / "program.toml")
    with Workspace.open(home) as workspace:
        workspace.load(sorted((home / "files").glob("*.csv")))
        workspace.build(tiny.MONTH)
        workspace.publish(tiny.MONTH)


def _make_licences(home: Path) -> None:
    licences_program.world().write_csv(home / "files")
    (home / "files" / "program.toml").rename(home / "program.toml")
    with Workspace.open(home) as workspace:
        workspace.load(sorted((home / "files").glob("*.csv")))
        workspace.build(licences_program.MONTH)
        workspace.publish(licences_program.MONTH)
