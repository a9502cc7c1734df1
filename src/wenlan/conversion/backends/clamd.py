"""ClamAV's daemon, asked over its socket; files are sent to it, so it needs no right to read ours.

The protocol is that of the manual page clamd(8), COMMANDS: INSTREAM takes chunks of a length in four bytes, network
order, and that many bytes; a length of zero ends them. Written here because the libraries that could be linked into
this process have been left alone for years, or know neither a unix socket nor chunks of a sensible size.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

from wenlan.conversion.ports import ScannerUnavailable, TooLargeToScan

CONNECT_SECONDS = 5.0
SEND_SECONDS = 30.0
"""For one chunk."""
VERDICT_SECONDS = 150.0
"""clamd itself gives up after MaxScanTime, two minutes unless its operator says otherwise."""
CHUNK_BYTES = 256 * 1024
_MAX_ANSWER = 4096
_FOUND = re.compile(r"stream: (?P<virus>.{1,300}) FOUND", re.DOTALL)
_LIMITS_EXCEEDED = "Heuristics.Limits.Exceeded"  # with AlertExceedsMax: not all of the file was looked into

Address = str | tuple[str, int]


class Clamd:
    """A VirusScanner. `address` is the path of a unix socket, or host and port."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def version(self) -> str:
        """As VirusScanner.version."""
        with self._connection() as connection:
            connection.sendall(b"zVERSION\0")
            return _answer(connection, CONNECT_SECONDS)

    def scan(self, path: Path) -> str | None:
        """As VirusScanner.scan."""
        with self._connection() as connection, path.open("rb") as stream:
            connection.sendall(b"zINSTREAM\0")
            # select(2) knows no descriptor above 1023, of which a busy web process may well have one.
            answered = select.poll()
            answered.register(connection, select.POLLIN)
            # Above its StreamMaxLength clamd answers at once and hangs up on what is still being sent.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                while chunk := stream.read(CHUNK_BYTES):
                    if answered.poll(0):
                        break
                    connection.sendall(struct.pack("!L", len(chunk)) + chunk)
                else:
                    connection.sendall(struct.pack("!L", 0))
            return _verdict(_answer(connection, VERDICT_SECONDS))

    @contextlib.contextmanager
    def _connection(self) -> Iterator[socket.socket]:
        """A connection for one command. What goes wrong with it raises ScannerUnavailable."""
        try:
            with self._connect() as connection:
                connection.settimeout(SEND_SECONDS)
                yield connection
        except OSError as error:
            raise ScannerUnavailable(f"{self._name}: {error}") from error

    def _connect(self) -> socket.socket:
        if isinstance(self._address, tuple):
            return socket.create_connection(self._address, CONNECT_SECONDS)
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(CONNECT_SECONDS)
            connection.connect(self._address)
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def _name(self) -> str:
        return self._address if isinstance(self._address, str) else "{}:{}".format(*self._address)


def _answer(connection: socket.socket, seconds: float) -> str:
    """What clamd says, up to its zero byte. Raises OSError when it says nothing in that time."""
    ends = time.monotonic() + seconds
    said = b""
    while b"\0" not in said and len(said) < _MAX_ANSWER:
        connection.settimeout(max(0.01, ends - time.monotonic()))
        if not (received := connection.recv(_MAX_ANSWER)):
            break
        said += received
    if not said:
        raise OSError("hung up without an answer")
    return said.partition(b"\0")[0].decode(errors="replace").strip()


def _verdict(answer: str) -> str | None:
    """The name of what was found, from an answer to INSTREAM. Raises TooLargeToScan or ScannerUnavailable."""
    if answer == "stream: OK":
        return None
    found = _FOUND.fullmatch(answer)
    if (found and found["virus"].startswith(_LIMITS_EXCEEDED)) or "size limit exceeded" in answer:
        raise TooLargeToScan(answer)
    if found:
        return found["virus"]
    raise ScannerUnavailable(answer)
