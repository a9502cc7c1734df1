from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from script.support import run_tests
from script.support.run_tests import Outcome, exit_status, parallel_options
from script.support.temporary_postgres import PostgresUnavailable, program_folder, temporary_postgres

from tests.scripts.conftest import ROOT

SLOW_TEST = """
import os, pathlib, time

def test_that_takes_long():
    started = pathlib.Path(__file__).with_name("started")
    started.with_suffix(".new").write_text(os.environ["DATABASE_URL"])
    started.with_suffix(".new").rename(started)
    time.sleep(120)
"""


@pytest.fixture
def _postgres_is_installed() -> None:
    try:
        program_folder()
    except PostgresUnavailable as error:
        pytest.skip(str(error))


def outcomes(*statuses: int) -> list[Outcome]:
    return [Outcome("a database", status, 1.0) for status in statuses]


def test_a_failure_on_either_database_fails_the_run() -> None:
    assert exit_status(outcomes(0, 0)) == 0
    assert exit_status(outcomes(0, 1)) == 1
    assert exit_status(outcomes(2, 0)) == 2
    assert exit_status(outcomes(0, run_tests.INTERRUPTED)) == run_tests.INTERRUPTED


def test_a_selection_may_be_empty_on_one_database_but_not_on_both() -> None:
    assert exit_status(outcomes(5, 0)) == 0
    assert exit_status(outcomes(5, 1)) == 1
    assert exit_status(outcomes(5, 5)) == 5
    assert exit_status(outcomes(5)) == 5


@pytest.mark.parametrize(
    "chosen", [["-n", "4"], ["-n4"], ["--pdb"], ["--dist=no"], ["-p", "no:xdist"], ["--co"]]
)
def test_whoever_chooses_the_processes_is_not_overruled(chosen: list[str]) -> None:
    assert parallel_options(chosen) == []


def test_tests_run_on_every_core_unless_told_otherwise() -> None:
    assert parallel_options(["-k", "money", "tests/ledger", "-x"]) == ["-n", "auto", "--dist", "loadfile"]


def test_a_misspelt_selection_is_an_error() -> None:
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "script.support.run_tests",
            "--sqlite-only",
            "-k",
            "no_such_thing",
            "-n0",
            "tests/scripts",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert result.returncode == 5
    assert "no test was selected" in result.stdout


@pytest.mark.usefixtures("_postgres_is_installed")
def test_the_temporary_database_asks_for_its_password_and_disappears(tmp_path: Path) -> None:
    with temporary_postgres() as url:
        port = urlsplit(url).port
        with psycopg.connect(url) as connection:
            folder = connection.execute("SHOW data_directory").fetchone()
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://wenlan:guess@127.0.0.1:{port}/postgres")

    assert folder
    assert not Path(folder[0]).exists()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port or 0), timeout=5)


@pytest.mark.usefixtures("_postgres_is_installed")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_leaves_no_database_server_behind(tmp_path: Path, how: signal.Signals) -> None:
    (tmp_path / "test_slow.py").write_text(SLOW_TEST)
    runner = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "script.support.run_tests",
            "--postgres-only",
            "-n0",
            str(tmp_path / "test_slow.py"),
        ],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "started").exists():
        assert runner.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    url = (tmp_path / "started").read_text()
    with psycopg.connect(url) as connection:
        folder = connection.execute("SHOW data_directory").fetchone()

    if how == signal.SIGINT:
        os.killpg(runner.pid, how)  # as a terminal does it: everybody in the foreground hears Ctrl-C
    else:
        runner.send_signal(how)

    assert runner.wait(60) == run_tests.INTERRUPTED
    assert folder
    assert not Path(folder[0]).exists()
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url)
