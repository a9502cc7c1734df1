"""A whole Wenlan on this machine: web server and workers as child processes, stopped together."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx

from wenlan.conversion.engine import doctor

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class SiteFailed(Exception):
    """The site cannot run here, or a process of it ended by itself; the message says why or holds the end of its log."""


def _require_conversion() -> None:
    """Raise SiteFailed where no document can be converted, instead of letting everybody wait for previews."""
    logging.disable(logging.INFO)  # the steps on the terminal say enough
    try:
        problems = [problem for problem in doctor() if problem.severity == "error"]
    finally:
        logging.disable(logging.NOTSET)
    if problems:
        raise SiteFailed("\n".join(f"{problem.message}\n→ {problem.hint}" for problem in problems))


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _die_with_parent() -> None:
    """Runs in the child before exec: a demo killed with -9 leaves nothing running."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Site:
    """Runs `wenlan setup`, then `wenlan serve` and `wenlan worker` on one data folder.

    Used as a context manager: leaving it stops both, first asking, after ten seconds killing.
    """

    def __init__(self, *, data: Path, port: int, workers: int = 0) -> None:
        self.data = data.resolve()
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self.logs = self.data / "logs"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = {
            **os.environ,
            "WENLAN_DEMO": "1",
            "WENLAN_DATA_DIR": str(self.data),
            "WENLAN_SITE_URL": self.address,
            "WENLAN_WORKER_PROCESSES": str(workers),
            "WENLAN_PAYOUT_MIN_MINOR": "100",  # what a demo earns is little
            "PYTHONUNBUFFERED": "1",
        }

    def configure_this_process(self) -> None:
        """Let Django in this process see the same database and files as the site."""
        os.environ.update(self.environment)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wenlan.config.settings")
        import django

        django.setup()
        logging.getLogger("httpx").setLevel(logging.WARNING)

    def run(self, *arguments: str) -> None:
        """Run one `wenlan` command to its end. Raises SiteFailed when it reports failure."""
        done = subprocess.run(  # noqa: S603 — our own command line
            [sys.executable, "-m", "wenlan", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            raise SiteFailed(f"wenlan {' '.join(arguments)} failed:\n{_tail(done.stdout)}")

    def start(self) -> None:
        _require_conversion()
        self.logs.mkdir(parents=True, exist_ok=True)
        self._spawn("web", "serve", "--host", "127.0.0.1", "--port", str(self.port))
        self._spawn("worker", "worker")
        self._wait_until_it_answers()

    def _spawn(self, name: str, *arguments: str) -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(  # noqa: S603 — our own command line
                [sys.executable, "-m", "wenlan", *arguments],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches us only; we stop the children in order
                preexec_fn=_die_with_parent,
            )

    def _wait_until_it_answers(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check_alive()
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/robots.txt", timeout=2).status_code < 500:
                    return
            time.sleep(0.1)
        raise SiteFailed(
            f"The web server did not answer within {seconds:.0f} seconds:\n{self._log_tail('web')}"
        )

    def pid(self, name: str) -> int:
        """The process number of `web` or `worker`."""
        return self._processes[name].pid

    def check_alive(self) -> None:
        """Raises SiteFailed when the server or the worker has ended."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise SiteFailed(
                    f"The {name} process ended with status {process.returncode}:\n{self._log_tail(name)}"
                )

    def _log_tail(self, name: str) -> str:
        log = self.logs / f"{name}.log"
        return _tail(log.read_bytes()) if log.exists() else ""

    def stop(self) -> None:
        for process in reversed(self._processes.values()):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 10
        for process in self._processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._processes.clear()

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _tail(output: bytes, lines: int = 25) -> str:
    return "\n".join(output.decode("utf-8", "replace").splitlines()[-lines:])
