"""The worker class of `wenlan serve`: slow visitors wait outside instead of holding the threads of the others.

gunicorn's threaded worker gives each connection a thread as soon as it is accepted, so that as many half-sent requests
as there are threads silence a site. Here a request gets its thread once its head, and a short body, have arrived; until
then it costs a socket and a few kilobytes.
"""

from __future__ import annotations

import contextlib
import re
import selectors
import socket
import struct
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

ARRIVAL_SECONDS = 20.0
"""How long a request may take to arrive before it gets its thread, and how long it may take to begin."""
STALLED_SECONDS = 60
"""How long a visitor may send or take nothing in the middle of a long upload or download."""
HEAD_BYTES = 64 * 1024
"""A longer head is refused."""
SHORT_BODY_BYTES = 64 * 1024
"""Forms; anything longer is read by the thread as it comes."""
_READ_BYTES = 64 * 1024

_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,9})[ \t]*\r\n", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:", re.IGNORECASE)


_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class HeadTooLong(Exception):
    """A request goes on and on before it says what it wants."""


def has_arrived(data: bytes) -> bool:
    """Whether `data`, the beginning of a request, holds its head and, where that is short, its body.

    Raises HeadTooLong when the head has no end within HEAD_BYTES.
    """
    head, end_of_head, body = data.partition(b"\r\n\r\n")
    if not end_of_head:
        if len(data) > HEAD_BYTES:
            raise HeadTooLong
        return False
    length = _CONTENT_LENGTH.search(head + b"\r\n")
    if length is None or _EXPECTS.search(head):  # who expects `100 Continue` sends no body before it
        return True
    return int(length[1]) > SHORT_BODY_BYTES or len(body) >= int(length[1])


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threaded worker, its threads kept for requests that have arrived.

    Everything here runs in the worker's main thread, where connections are accepted and waited for.
    """

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection its thread, or wait until there is more of its request."""
        if self.cfg.is_ssl:
            super().enqueue_req(conn)
            return
        if not conn.initialized:
            _limit_stalls(conn.sock)
            conn.init()
        try:
            arrived = self._has_arrived(conn)
        except HeadTooLong:
            with contextlib.suppress(OSError):
                conn.sock.send(_TOO_LONG)
            self._drop(conn)
            return
        if arrived:
            conn.arrival_ends = None
            super().enqueue_req(conn)
        else:
            self._wait(conn)

    def murder_pending(self) -> None:
        """Close connections whose time is over; while the worker stops, all that have sent no whole request."""
        if not self.alive:
            for conn in self.pending_conns:
                conn.timeout = 0.0
        super().murder_pending()

    def _has_arrived(self, conn: TConn) -> bool:
        """Take what the visitor has sent so far; whether it is enough, or all there will ever be."""
        unreader = conn.parser.unreader
        conn.sock.setblocking(False)
        data: bytes = unreader.take_buffered()
        try:
            while not has_arrived(data):
                more = conn.sock.recv(_READ_BYTES)
                if not more:
                    return True
                data += more
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True  # the parser meets the same error, in its thread
        finally:
            unreader.unread(data)
        return True

    def _wait(self, conn: TConn) -> None:
        """Listen to the connection until more of the request comes or the time for it is over."""
        if getattr(conn, "arrival_ends", None) is None:
            conn.arrival_ends = time.monotonic() + ARRIVAL_SECONDS
        conn.timeout = conn.arrival_ends
        if conn.timeout <= time.monotonic():
            self._drop(conn)
            return
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _drop(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()


def _limit_stalls(connection: socket.socket) -> None:
    """Let the kernel end a blocking read or write over which nothing moved for too long (socket(7))."""
    seconds: Any = struct.pack("ll", STALLED_SECONDS, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)
