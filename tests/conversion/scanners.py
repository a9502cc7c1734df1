"""Virus scanners to test against: ClamAV's own daemon where it is installed, and a server that speaks its protocol."""

from __future__ import annotations

import contextlib
import shutil
import socket
import socketserver
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

MARKER = b"a marker that only these tests call a virus 5a1d"
VIRUS = "Wenlan.Test.Marker"
STREAM_MAX_BYTES = 1024 * 1024


class _Handler(socketserver.BaseRequestHandler):
    """One command on one connection, as clamd(8) has it."""

    server: _Server

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            if not (received := self.request.recv(1)):
                return
            command += received
        if command == b"zINSTREAM\0":
            self.request.sendall(self._scan() + b"\0")
        elif command == b"zVERSION\0":
            self.request.sendall(b"ClamAV 1.4.3/27000/Tue Nov 24 2026\0")
        else:
            self.request.sendall(b"UNKNOWN COMMAND\0")

    def _scan(self) -> bytes:
        content = b""
        while length := struct.unpack("!L", self._read(4))[0]:
            if len(content) + length > STREAM_MAX_BYTES:
                return b"INSTREAM size limit exceeded. ERROR"
            content += self._read(length)
        if self.server.answer is not None:
            return self.server.answer
        return b"stream: " + (VIRUS.encode() + b" FOUND" if MARKER in content else b"OK")

    def _read(self, length: int) -> bytes:
        content = b""
        while len(content) < length:
            received = self.request.recv(length - len(content))
            if not received:
                raise ConnectionAbortedError
            content += received
        return content


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    answer: bytes | None = None
    """What every scan is answered with; None for the truth."""

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


@contextlib.contextmanager
def protocol_server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def clamd_program() -> str | None:
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")


@contextlib.contextmanager
def clamd(program: str) -> Iterator[str]:
    """ClamAV's daemon with a signature of our own and no other. Yields the path of its socket."""
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:  # a socket's path must be short
        folder = Path(name)
        (folder / "database").mkdir()
        signature = f"{VIRUS}:0:*:{MARKER.hex()}\n"
        (folder / "database" / "wenlan.ndb").write_text(signature, encoding="ascii")
        options = {
            "LocalSocket": folder / "socket",
            "DatabaseDirectory": folder / "database",
            "TemporaryDirectory": folder,
            "Foreground": "yes",
            "StreamMaxLength": STREAM_MAX_BYTES,
            "SelfCheck": 0,
        }
        configuration = folder / "clamd.conf"
        configuration.write_text(
            "".join(f"{key} {value}\n" for key, value in options.items()), encoding="ascii"
        )
        with subprocess.Popen(
            [program, "--config-file", str(configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                _wait_for(folder / "socket", process)
                yield str(folder / "socket")
            finally:
                process.terminate()


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            return
        time.sleep(0.05)
    raise AssertionError("clamd did not start")
