"""The web server as a process of its own, and visitors who are slow on purpose."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from wenlan.web.server import HEAD_BYTES, SHORT_BODY_BYTES, has_arrived

THREADS = 2

APPLICATION = '''
"""Answers with the length of the body, and how the request was made."""

def application(environ, start_response):
    body = environ["wsgi.input"].read()
    answer = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(body)}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]
'''


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def get(self, path: str = "/", seconds: float = 5) -> str:
        answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=seconds)
        assert answer.status_code == 200
        return answer.text

    def say(self, beginning: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.sendall(beginning)
        return connection


def heard(connection: socket.socket) -> bytes:
    """What the server says until it falls silent or closes the connection."""
    connection.settimeout(1)
    said = b""
    with suppress(TimeoutError):
        while piece := connection.recv(4096):
            said += piece
    return said


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """One process with two threads, in the worker class that `wenlan serve` asks for."""
    (tmp_path / "application.py").write_text(APPLICATION)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", "application:application", f"--bind=127.0.0.1:{port}"),
        *(f"--threads={THREADS}", "--worker-class=wenlan.web.server.PatientWorker", "--log-level=warning"),
    ]
    process = subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    running = Server(port, process)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                running.get()
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield running
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nhalf",
    ],
    ids=["silent", "half a head", "half a form"],
)
def test_visitors_who_send_half_a_request_do_not_keep_others_waiting(
    server: Server, beginning: bytes
) -> None:
    with ExitStack() as slow:
        for _visitor in range(10 * THREADS):
            slow.enter_context(server.say(beginning))
        time.sleep(0.5)
        assert server.get(seconds=3) == "GET / 0"


def test_a_request_that_arrives_in_pieces_is_answered(server: Server) -> None:
    request = b"POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nname=Dave"
    with server.say(b"") as connection:
        for start in range(0, len(request), 7):
            connection.sendall(request[start : start + 7])
            time.sleep(0.02)
        assert b"POST /form 9" in heard(connection)


def test_requests_on_one_connection_are_answered_in_order(server: Server) -> None:
    requests = b"".join(b"GET /%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % number for number in range(5))
    with server.say(requests) as connection:
        answers = heard(connection)
    places = [answers.find(b"GET /%d 0" % number) for number in range(5)]
    assert min(places) > 0
    assert places == sorted(places)


@pytest.mark.parametrize("length", [0, 1, SHORT_BODY_BYTES, SHORT_BODY_BYTES + 1, 3_000_000])
def test_bodies_of_every_length_arrive_whole(server: Server, length: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=20) as client:
        for _time in range(2):
            assert client.post("/upload", content=b"x" * length).text == f"POST /upload {length}"
        chunks = (b"y" * 1000 for _chunk in range(100))
        assert client.post("/chunks", content=chunks).text == "POST /chunks 100000"


def test_who_asks_before_sending_is_told_to_go_on(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    with server.say(head) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(b"body")
        assert b"POST / 4" in heard(connection)


def test_a_head_without_an_end_is_refused(server: Server) -> None:
    with server.say(b"GET / HTTP/1.1\r\nX: " + b"a" * (HEAD_BYTES + 1)) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 431")


def test_it_stops_at_once_although_visitors_dawdle(server: Server) -> None:
    with server.say(b"GET / HT"), server.say(b""):
        server.get()
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=10) == 0
        assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\ncontent-length:3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3x\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nX: Content-Length: 3\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 999999\r\n\r\n", True),
    ],
)
def test_a_request_has_arrived_with_its_head_and_a_short_body(data: bytes, expected: bool) -> None:
    assert has_arrived(data) is expected
