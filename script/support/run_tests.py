"""Run pytest on SQLite and on a temporary PostgreSQL, and say at the end what came of both.

Called by script/test once everything is installed; its arguments are those of script/test without --no-install.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from script.support.temporary_postgres import PostgresUnavailable, temporary_postgres

ROOT = Path(__file__).resolve().parent.parent.parent
PASSED, NO_TESTS = 0, 5  # https://docs.pytest.org/en/stable/reference/exit-codes.html
INTERRUPTED = 130
GRACE_SECONDS = 20

CHOOSES_PROCESSES = (
    "-n",
    "-p",
    "--numprocesses",
    "--maxprocesses",
    "--dist",
    "--pdb",
    "--trace",
    "--co",
    "--collect-only",
    "--fixtures",
    "--markers",
    "--help",
)
"""Arguments after which the number of processes is the caller's own choice."""


@dataclass(frozen=True)
class Outcome:
    """What one run of pytest ended with."""

    database: str
    status: int
    seconds: float

    @property
    def words(self) -> str:
        match self.status:
            case 0:
                return "passed"
            case 5:
                return "no test was selected"
            case 130:
                return "interrupted"
            case _:
                return f"FAILED (exit status {self.status})"


class Terminated(Exception):
    """The runner was asked to stop."""


def main(arguments: Sequence[str]) -> int:
    on_sqlite = "--postgres-only" not in arguments
    on_postgres = "--sqlite-only" not in arguments
    if not on_sqlite and not on_postgres:
        print("Error: --sqlite-only and --postgres-only exclude each other", file=sys.stderr)
        return 2
    chosen = [a for a in arguments if a not in {"--sqlite-only", "--postgres-only"}]
    signal.signal(signal.SIGTERM, _terminated)

    outcomes: list[Outcome] = []
    try:
        if on_sqlite:
            outcomes.append(run_on("SQLite", None, chosen))
        if on_postgres:
            with temporary_postgres() as url:
                outcomes.append(run_on("PostgreSQL", url, chosen))
    except PostgresUnavailable as error:
        print(f"\nError: {error}", file=sys.stderr)
        outcomes.append(Outcome("PostgreSQL", 1, 0.0))
    except (KeyboardInterrupt, Terminated):
        outcomes.append(Outcome("interrupted", INTERRUPTED, 0.0))
    print_summary(outcomes)
    return exit_status(outcomes)


def run_on(database: str, url: str | None, arguments: Sequence[str]) -> Outcome:
    """Run pytest once; `url` is the value of DATABASE_URL, None for the built-in SQLite."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    print(f"\n── Tests on {database} ──", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", *parallel_options(arguments), *arguments]
    with tempfile.TemporaryDirectory(prefix="wenlan-tests-", ignore_cleanup_errors=True) as data:
        environment["WENLAN_DATA_DIR"] = data  # never the library of the person who runs the tests
        with running(command, environment) as process:
            status = process.wait()
    return Outcome(database, status, time.monotonic() - started)


def parallel_options(arguments: Sequence[str]) -> list[str]:
    """One process per core, unless the caller chose; the tests of a file stay together."""
    if any(a == option or a.startswith(f"{option}=") for a in arguments for option in CHOOSES_PROCESSES):
        return []
    if any(a.startswith(("-n", "-p")) and not a.startswith("--") for a in arguments):
        return []
    return ["-n", "auto", "--dist", "loadfile"]


@contextlib.contextmanager
def running(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, ended when the block is left; Ctrl-C reaches it by itself and gets time for its summary."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    except KeyboardInterrupt:
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(GRACE_SECONDS)
        raise
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def exit_status(outcomes: Sequence[Outcome]) -> int:
    """0 when nothing failed and something ran: a selection may be empty on one database, not on all."""
    statuses = [outcome.status for outcome in outcomes]
    failures = [status for status in statuses if status not in {PASSED, NO_TESTS}]
    if failures:
        return max(failures) if INTERRUPTED not in failures else INTERRUPTED
    return PASSED if PASSED in statuses else NO_TESTS


def print_summary(outcomes: Sequence[Outcome]) -> None:
    print("\n── Summary ──")
    for outcome in outcomes:
        print(f"  {outcome.database:<12} {outcome.words:<32} {outcome.seconds:7.1f} s")
    sys.stdout.flush()


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise Terminated


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
