"""The distributed engine: Spark 4, by a Spark Connect server or a session on this machine."""

import importlib.util
import os
import re
import shutil
import socket
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from partnerlens.errors import PartnerlensError, ResourceError, UsageError

SUPPORTED = 4
"""The major version of Spark that the statements are tested on."""

CONNECT_PORT = 15002
"""The port of a Spark Connect server when the address names none."""

RETRIES = 8
"""How often a call that the server does not answer is tried again."""

LONGEST_WAIT_MS = 12_000
"""
The longest wait between two tries; all together last about a minute.

That is enough for a hiccup of the network; pyspark's own ten minutes would leave a dead server unnoticed.
"""

REACH_SECONDS = 5.0
"""How long a server may take to accept a connection."""

SETTINGS = {
    # What does not fit is an error, never a null or a value that wrapped around.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    # Products of decimals keep all their digits, or are an error; they are never rounded to fit.
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
}
"""What a session has to be set to so that it computes what the embedded engine does."""

LOCAL_SETTINGS = {
    # The bar would be drawn over the progress of the command.
    "spark.ui.showConsoleProgress": "false",
}
"""What a session of our own is started with beside ``SETTINGS``; ``spark-defaults.conf`` says the rest."""

TYPES = {"VARCHAR": "STRING"}
"""Spark's names of the column types that it calls by another name."""

MISFITS = frozenset(
    {"ARITHMETIC_OVERFLOW", "CAST_INVALID_INPUT", "CAST_OVERFLOW", "DIVIDE_BY_ZERO", "NUMERIC_VALUE_OUT_OF_RANGE"}
)
"""Spark's conditions that say that a value does not fit."""

BUGS = frozenset({"ParseException", "AnalysisException"})
"""What Spark raises for statements that are wrong; these are ours, so they are shown in full."""

_KEPT_AS_IT_IS = re.compile(r"SELECT \* FROM (\w+)")


@dataclass(frozen=True)
class _Library:
    """The part of pyspark that is used, once it is there."""

    session: Any
    errors: tuple[type[Exception], ...]
    is_client_only: bool


class SparkCluster:
    """
    A session on a Spark cluster, for the passes of one build after another.

    Every relation that a pass keeps is written as Parquet into a scratch folder that this process and all executors
    reach under one path; so a lost executor loses no result, and what is large never passes through the driver.

    Open it with ``SparkCluster.open``; use it in a ``with`` block.

    Attributes:
        has_failed: whether a statement has failed; the session is of no more use then.
    """

    def __init__(self, session: Any, where: str, errors: tuple[type[Exception], ...], *, is_ours: bool) -> None:
        """Use ``SparkCluster.open`` instead, which checks what is there."""
        self._session = session
        self._where = where
        self._errors = errors
        self._is_ours = is_ours
        self.has_failed = False

    @classmethod
    def open(cls, remote: str | None = None) -> "SparkCluster":
        """
        Connect, and make sure that a build can run there.

        Args:
            remote: the address of a Spark Connect server, such as ``sc://host:15002``; None for a session on this
                machine, whose master is the one of ``spark-defaults.conf``, or all cores.

        Raises:
            UsageError: the address is none.
            ResourceError: Spark is not installed or cannot be reached, or has a version that is not supported.
        """
        address = None if remote is None else _address(remote)
        with quietly_imported():
            library = _library()
        if address is not None:
            _reach(*address)
            where = f"the Spark Connect server at '{address[0]}:{address[1]}'"
        else:
            _check_local(library)
            where = "the Spark session on this machine"
        with _started(where, library.errors), quietly_imported():
            session, is_ours = _session(library, remote)
            _check_version(session.version, where)
            for name, value in SETTINGS.items():
                session.conf.set(name, value)
        return cls(session, where, library.errors, is_ours=is_ours)

    def check_storage(self, scratch: Path) -> None:
        """
        Make sure that this process and the executors see the same files in a folder.

        Args:
            scratch: the folder; it is there.

        Raises:
            ResourceError: they do not.
        """
        trial = scratch / f"trial-{uuid4().hex}"
        trial.mkdir()
        try:
            pq.write_table(pa.table({"seen": pa.array([1], pa.int32())}), trial / "here.parquet")
            with self.explained():
                self._session.read.schema("seen INT").parquet(str(trial / "here.parquet")).write.parquet(
                    str(trial / "there")
                )
            seen = sum(pq.read_metadata(file).num_rows for file in (trial / "there").glob("*.parquet"))
        except ResourceError as error:
            raise self._apart(scratch, error.problem) from error
        finally:
            shutil.rmtree(trial, ignore_errors=True)
        if seen != 1:
            raise self._apart(scratch, "what it wrote there is not here")

    def engine(self, scratch: Path) -> "SparkEngine":
        """Return an engine for one pass, which keeps its relations in a new folder in ``scratch``; one at a time."""
        return SparkEngine(self, self._session, scratch / f"pass-{uuid4().hex}")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn Spark's errors in a block into ours; statements that are wrong raise as they are."""
        try:
            # It warns when it gives up, beside raising the error.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        except self._errors as error:
            self.has_failed = True
            kinds = {kind.__name__ for kind in type(error).__mro__}
            line = _first_line(error)
            if _condition(error) in MISFITS:
                raise PartnerlensError(f"a value does not fit: {line}") from error
            if kinds & BUGS and "PATH_NOT_FOUND" not in line:
                raise
            raise ResourceError(
                f"{self._where} stopped: {line}",
                "nothing of the edition is kept; see the driver's log for the cause, and build again",
            ) from error

    def close(self) -> None:
        """End what still runs, and the session, unless the program had one before."""
        if not self._is_ours:
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if self.has_failed and hasattr(self._session, "client"):
                    # The server may be gone; it is told once.
                    self._session.client.set_retry_policies([])
                # Jobs of a build that failed or was interrupted would go on otherwise.
                if hasattr(self._session, "interruptAll"):
                    self._session.interruptAll()
                self._session.stop()
        except self._errors:
            # The server is gone; so is what ran there.
            return

    def __enter__(self) -> Self:
        """Return the cluster; its session ends when the block does."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the session."""
        self.close()

    def _apart(self, scratch: Path, why: str) -> ResourceError:
        return ResourceError(
            f"{self._where} and this machine do not share the folder '{scratch}': {why}",
            "mount the workspace at the same path on the driver and on every worker, writable for Spark's user",
        )


class SparkEngine:
    """
    One pass on a cluster.

    Args:
        cluster: whose session runs the statements.
        session: that session.
        folder: where the relations of the pass are kept; made here, and removed when the engine closes.
    """

    def __init__(self, cluster: SparkCluster, session: Any, folder: Path) -> None:
        """Make the folder; nothing runs yet."""
        self._cluster = cluster
        self._session = session
        self._folder = folder
        self._numbers = count()
        self._named: dict[str, Path | None] = {}
        folder.mkdir()

    def scan(self, name: str, files: Sequence[Path], columns: dict[str, str]) -> None:
        """Name a view over Parquet files, or an empty relation of the given columns."""
        schema = ", ".join(f"`{column}` {TYPES.get(kind, kind)}" for column, kind in columns.items())
        with self._cluster.explained():
            if files:
                frame = self._session.read.schema(schema).parquet(*[str(file.absolute()) for file in files])
            else:
                empty = ", ".join(
                    f"CAST(NULL AS {TYPES.get(kind, kind)}) AS `{column}`" for column, kind in columns.items()
                )
                frame = self._session.sql(f"SELECT {empty} WHERE false")
            frame.createOrReplaceTempView(name)
        self._name(name, None)

    def register(self, name: str, table: pa.Table) -> None:
        """Keep an Arrow table under a name."""
        folder = self._new(name)
        folder.mkdir()
        plain = _plain(table)
        pq.write_table(plain, folder / "part-0.parquet")
        schema = ", ".join(f"`{field.name}` {_spark_type(field.type)}" for field in plain.schema)
        self._view(name, folder, schema)

    def keep(self, name: str, select: str) -> None:
        """Keep the result of a SELECT as Parquet in the folder of the pass."""
        folder = self._new(name)
        # Sail makes no folder for a result without rows.
        folder.mkdir()
        with self._cluster.explained():
            frame = self._session.sql(select)
            frame.write.mode("overwrite").parquet(str(folder))
            folder.mkdir(exist_ok=True)
            schema = frame.schema
        self._view(name, folder, schema)

    def drop(self, name: str) -> None:
        """Drop a kept relation and remove its files."""
        with self._cluster.explained():
            self._session.catalog.dropTempView(name)
        self._name(name, None)
        self._named.pop(name, None)

    def fetch(self, select: str) -> pa.Table:
        """
        Return the rows of a SELECT.

        All rows of a kept relation are read from its files, without the driver; other results pass through it.
        """
        whole = _KEPT_AS_IT_IS.fullmatch(select.strip())
        with self._cluster.explained():
            frame = self._session.sql(select)
            folder = self._named.get(whole[1]) if whole else None
            if folder is None:
                return _plain(frame.toArrow())
            schema = _plain(frame.limit(0).toArrow()).schema
        files = [pq.read_table(file, schema=schema) for file in sorted(folder.glob("*.parquet"))]
        return pa.concat_tables([schema.empty_table(), *files])

    def stream(self, select: str, rows: int) -> pa.RecordBatchReader:
        """Return the rows of a SELECT in batches."""
        return self.fetch(select).to_reader(max_chunksize=rows)

    def close(self) -> None:
        """Forget the relations of the pass and remove its folder."""
        try:
            # After a failure the session ends, and forgets them by itself.
            for name in [] if self._cluster.has_failed else list(self._named):
                self.drop(name)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _new(self, name: str) -> Path:
        return self._folder / f"{next(self._numbers):04d}-{name}"

    def _view(self, name: str, folder: Path, schema: Any) -> None:
        with self._cluster.explained():
            self._session.read.schema(schema).parquet(str(folder.absolute())).createOrReplaceTempView(name)
        self._name(name, folder)

    def _name(self, name: str, folder: Path | None) -> None:
        """Remember what a name stands for now, and remove the files it stood for."""
        earlier = self._named.get(name)
        self._named[name] = folder
        if earlier is not None:
            shutil.rmtree(earlier, ignore_errors=True)


def _library() -> _Library:
    """Import pyspark, which is optional and takes seconds."""
    try:
        import pyspark  # noqa: PLC0415
        from pyspark.errors import PySparkException  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415
        from pyspark.util import is_remote_only  # noqa: PLC0415
    except ImportError as error:
        raise ResourceError(
            f"the engine 'spark' is not installed ({error})",
            "install it with \"pip install 'partnerlens[spark]'\" for a Spark Connect server, "
            "or with 'partnerlens[spark-local]' and Java 17 for a session on this machine",
        ) from error
    _check_version(pyspark.__version__, "the installed pyspark")
    errors: tuple[type[Exception], ...] = (PySparkException, OSError)
    if importlib.util.find_spec("grpc"):
        from grpc import RpcError  # noqa: PLC0415

        errors += (RpcError,)
    if importlib.util.find_spec("py4j"):
        from py4j.protocol import Py4JError  # noqa: PLC0415

        errors += (Py4JError,)
    return _Library(SparkSession, errors, is_remote_only())


def _address(remote: str) -> tuple[str, int]:
    """The host and port of a Connect server's address."""
    parts = urlsplit(remote)
    try:
        port = parts.port or CONNECT_PORT
    except ValueError:
        port = 0
    if parts.scheme != "sc" or not parts.hostname or not port:
        # What follows the port may hold a token, so it is not shown.
        shown = remote.split(";", maxsplit=1)[0]
        raise UsageError(f"'{shown}' is not the address of a Spark Connect server", "write it as sc://HOST:PORT")
    return parts.hostname, port


def _reach(host: str, port: int) -> None:
    try:
        socket.create_connection((host, port), timeout=REACH_SECONDS).close()
    except OSError as error:
        raise ResourceError(
            f"no Spark Connect server answers at '{host}:{port}': {error.strerror or error}",
            f"check the address and that the server runs (its own port is {CONNECT_PORT}), or build on --engine duckdb",
        ) from error


def _check_local(library: _Library) -> None:
    if library.is_client_only:
        raise ResourceError(
            "the installed pyspark is the client alone, which cannot run a session on this machine",
            "name a server with --remote sc://HOST:PORT, or install 'partnerlens[spark-local]' "
            "in an environment without pyspark-client",
        )
    home = os.environ.get("JAVA_HOME")
    if not (home and (Path(home) / "bin" / "java").is_file()) and not shutil.which("java"):
        raise ResourceError(
            "a Spark session on this machine needs Java, and there is no 'java'",
            "install Java 17 or newer, or set JAVA_HOME; or name a server with --remote sc://HOST:PORT",
        )


def _check_version(version: str, where: str) -> None:
    """
    Make sure that a version of Spark is one that the statements are tested on.

    Raises:
        ResourceError: it is not.
    """
    if version.split(".", maxsplit=1)[0] != str(SUPPORTED):
        raise ResourceError(
            f"{where} is of Spark {version}, and builds run on Spark {SUPPORTED}",
            f"use Spark {SUPPORTED}, or build on --engine duckdb",
        )


@contextmanager
def _started(where: str, errors: tuple[type[Exception], ...]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        raise ResourceError(
            f"{where} could not start a session: {_first_line(error)}",
            "check the address, the versions and the server's log",
        ) from error


def _session(library: _Library, remote: str | None) -> tuple[Any, bool]:
    """A session, and whether it is ours to end: a notebook may have one on this machine already."""
    if remote is None:
        active = library.session.getActiveSession()
        if active is not None:
            return active.newSession(), False
        builder = library.session.builder.appName("partnerlens")
        for name, value in LOCAL_SETTINGS.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        return session, True
    from pyspark.sql.connect.client.retries import DefaultPolicy  # noqa: PLC0415

    session = library.session.builder.remote(remote).create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=RETRIES, max_backoff=LONGEST_WAIT_MS)])
    return session, True


@contextmanager
def quietly_imported() -> Iterator[None]:
    """
    Import pyspark in a block without its warnings of versions of pandas, which is not used here.

    It takes a program that has no file, such as one of ``python -c``, for its own tests, and ends it; so that such a
    program has one meanwhile.
    """
    main = sys.modules["__main__"]
    lacks_file = not hasattr(main, "__file__")
    if lacks_file:
        main.__file__ = "partnerlens"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if lacks_file:
            del main.__file__


def _plain(table: pa.Table) -> pa.Table:
    """A table with texts instead of codes, and with columns that may be null, as files give them."""
    fields = [
        pa.field(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(fields)) if table.num_rows else pa.schema(fields).empty_table()


def _spark_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    return {
        pa.int32(): "INT",
        pa.int64(): "BIGINT",
        pa.bool_(): "BOOLEAN",
        pa.string(): "STRING",
        pa.date32(): "DATE",
    }[kind]


def _condition(error: Exception) -> str:
    """Spark's name for what went wrong; empty when it gives none."""
    condition = getattr(error, "getCondition", lambda: None)()
    return str(condition or "").split(".", maxsplit=1)[0]


def _first_line(error: Exception) -> str:
    """The line of an error that says what it is about; that of a lost connection stands among its details."""
    text = str(error).strip()
    details = re.search(r'details = "(.+)"', text)
    lines = [details[1]] if details else text.splitlines()
    return lines[0][:300] if lines else type(error).__name__
