"""A PostgreSQL server in a temporary folder, for as long as a test run takes."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 20
ATTEMPTS = 3


class PostgresUnavailable(Exception):
    """No server can be started here; the message says why."""


@dataclass(frozen=True)
class Account:
    """The system account that runs the server: PostgreSQL refuses to run as root."""

    user: int | None
    group: int | None

    @classmethod
    def choose(cls) -> Account:
        if os.geteuid() != 0:
            return cls(None, None)
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(entry.pw_uid, entry.pw_gid)
        raise PostgresUnavailable(
            "PostgreSQL does not run as root, and there is no account postgres or nobody"
        )

    @property
    def extra_groups(self) -> list[int] | None:
        return None if self.user is None else []

    def reaches(self, folder: Path) -> bool:
        """Whether it may enter `folder`: root's own temporary folder is often closed to everybody else."""
        return self.user is None or all(
            place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents)
        )

    def own(self, path: Path) -> None:
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


def program_folder() -> Path:
    """Where initdb and postgres are: the newest version Debian installed, else on PATH."""
    versions = sorted(
        (int(path.parent.parent.name), path.parent)
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if path.parent.parent.name.isdigit()
    )
    if versions:
        return versions[-1][1]
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    raise PostgresUnavailable("PostgreSQL is not installed; script/bootstrap --for test installs it")


@contextlib.contextmanager
def temporary_postgres(*, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Start a server on a free port of the loopback; yields its URL. Nothing of it is left afterwards.

    It is quick and forgetful (no fsync): a crash of the machine would lose it. `settings` are the server's, beside ours.
    Raises PostgresUnavailable when it cannot be started.
    """
    programs = program_folder()
    account = Account.choose()
    password = secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(
        prefix="wenlan-postgres-", dir=_place_for(account), ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        account.own(folder)
        _make_cluster(programs, folder, account, password)
        for _ in range(ATTEMPTS):
            port = _free_port()
            with _server(programs, folder, account, port, settings or {}) as process:
                if _is_ready(process, folder):
                    yield f"postgresql://wenlan:{password}@127.0.0.1:{port}/postgres"
                    return
        raise PostgresUnavailable(f"PostgreSQL does not start:\n{_log(folder)}")


def _place_for(account: Account) -> Path:
    for place in (Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 (a folder of its own is made in it)
        if place.is_dir() and account.reaches(place):
            return place
    raise PostgresUnavailable(
        "the account that runs PostgreSQL can enter no temporary folder; set TMPDIR to one it can"
    )


def _make_cluster(programs: Path, folder: Path, account: Account, password: str) -> None:
    password_file = folder / "password"
    password_file.write_text(password)
    password_file.chmod(0o600)
    account.own(password_file)
    command: list[str | Path] = [programs / "initdb", "--pgdata", folder / "data", "--no-sync"]
    command += ["--username", "wenlan", "--pwfile", password_file, "--auth", "scram-sha-256"]
    command += ["--encoding", "UTF8", "--locale", "C.UTF-8"]
    result = subprocess.run(
        command,
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    if result.returncode:
        raise PostgresUnavailable(f"initdb failed:\n{result.stdout}{result.stderr}")


@contextlib.contextmanager
def _server(
    programs: Path, folder: Path, account: Account, port: int, settings: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "port": str(port),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "shared_buffers": "64MB",
        # Neither needs /dev/shm, which a container or a chroot may lack or keep small.
        "dynamic_shared_memory_type": "mmap",
        **settings,
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *options],
            user=account.user,
            group=account.group,
            extra_groups=account.extra_groups,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C is for the tests; the server is stopped after them.
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: end the sessions, then itself
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)  # its immediate shutdown, which takes its children along
        process.wait()


def _is_ready(process: subprocess.Popen[bytes], folder: Path) -> bool:
    """True once the server lets clients in, False when it ended or never does.

    Its port is open a moment earlier, while it still turns everybody away; the last line of its pid file says when it is
    ready, as pg_ctl reads it (PostgreSQL, miscadmin.h, PM_STATUS_READY).
    """
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError):
            if (folder / "data" / "postmaster.pid").read_text().rstrip().endswith("ready"):
                return True
        time.sleep(0.05)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _log(folder: Path) -> str:
    lines = (folder / "log").read_text(errors="replace").splitlines()
    return "\n".join(lines[-20:])
