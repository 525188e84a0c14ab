"""Databases that outgrow one file, started for a test: PostgreSQL as a throw-away server, Spark in local mode."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pytest

__all__ = ["apart", "postgres", "spark"]

Result = TypeVar("Result")

_TABLES = Path(__file__).parent / "benchmarks" / "omop_tables.sql"


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Load a folder of Parquet files, one an OMOP table, into a new PostgreSQL server and give its URL. Afterwards it is gone."""
    psycopg = _library("psycopg", "postgres")
    programs = _postgres_programs()
    home = Path(tempfile.mkdtemp(prefix="calcinosis-kb-postgres-"))
    # The server does not run as root; it then runs as the user that its Debian package makes.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(home, user)
    port = _free_port()

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(home / "data"), *arguments]
        done = subprocess.run(
            command, user=user, cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60
        )
        assert done.returncode == 0, f"{program} failed; {home}/log may tell why"

    try:
        run("initdb", "--no-sync", "--username=reader", "--auth=trust", "--encoding=UTF8", "--locale=C")
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
        run("pg_ctl", "start", "-w", "-s", "-l", str(home / "log"), "-o", options)
        try:
            with psycopg.connect(host="127.0.0.1", port=port, user="reader", dbname="postgres") as connection:
                _copy(connection, folder)
            yield f"postgres://reader@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "-w", "-s", "-m", "immediate")
    finally:
        shutil.rmtree(home)


def _copy(connection: Any, folder: Path) -> None:
    """Make the tables and fill them; in a CSV of DuckDB, as for PostgreSQL, nothing is null and "" an empty text."""
    connection.execute(_TABLES.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as work, duckdb.connect() as reader:
        for parquet in sorted(folder.glob("*.parquet")):
            text = Path(work) / f"{parquet.stem}.csv"
            reader.execute(f"COPY (FROM '{parquet}') TO '{text}' (HEADER false)")
            with connection.cursor().copy(f"COPY {parquet.stem} FROM STDIN (FORMAT csv)") as copy:
                copy.write(text.read_bytes())


def _postgres_programs() -> Path:
    """The folder of PostgreSQL's server programs, which Debian keeps off the path."""
    found = [Path(path).resolve() for path in (shutil.which("initdb"),) if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if not found:
        pytest.fail("PostgreSQL's server is not installed: apt-get install postgresql")
    return found[0].parent


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def spark(folder: Path) -> Iterator[str]:
    """Name a folder of Parquet files, one an OMOP table, as tables of Spark in this process and give the URL.

    Java and its sockets live as long as the process: call it in one of its own (`apart`).
    """
    sql = _library("pyspark.sql", "spark")
    if not shutil.which("java"):
        pytest.fail("Spark needs Java 17 or later: apt-get install default-jre-headless")
    with tempfile.TemporaryDirectory(prefix="calcinosis-kb-spark-") as work:
        settings = {
            "spark.master": "local[2]",
            "spark.ui.enabled": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.warehouse.dir": f"{work}/warehouse",
            "spark.local.dir": work,
            "spark.log.level": "ERROR",
            # Little data: compiling Java for it takes longer than reading it.
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.sql.adaptive.enabled": "false",
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
        }
        builder = sql.SparkSession.builder
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        try:
            for parquet in sorted(folder.glob("*.parquet")):
                session.sql(f"CREATE TABLE {parquet.stem} USING parquet LOCATION '{parquet}'")
            # ibis takes the session of this process.
            yield "pyspark://"
        finally:
            session.stop()


def apart(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function of a helper module in a process of its own, and return what it returns."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(function, *arguments).result(timeout=900)


def _library(module: str, extra: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        pytest.fail(f"{module} is not installed: pip install -e '.[{extra}]'")
