"""Downloads through a real nginx, with the configuration of the operator's manual word for word."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer

from wenlan.accounts.models import User
from wenlan.delivery import services
from wenlan.delivery.models import Delivery
from wenlan.documents.models import Document

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "operator" / "install.md"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
CONTENT = bytes(range(256)) * 4 * 1024 * 32  # 32 MiB: far more than all socket buffers on the way hold
PLAIN = "events {}\npid nginx.pid;\nerror_log stderr;\nhttp {\naccess_log off;\n"

pytestmark = [
    pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed"),
    pytest.mark.django_db(transaction=True),
]


def _blocks_of_the_manual() -> tuple[str, str]:
    """The server, and the location that sends originals."""
    server, location = re.findall(
        r"^```\n( *(?:server|location) .*?)^```", MANUAL.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return server, location


def _configuration(*, port: int, site: str, folder: Path, files: Path) -> str:
    server, location = _blocks_of_the_manual()
    text = server.rstrip().removesuffix("}") + location + "}\n"
    for ours, theirs in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("http://127.0.0.1:8000", site),
        ("/srv/wenlan/data/files/", f"{files}/"),
    ):
        assert ours in text
        text = text.replace(ours, theirs)
    folders = "".join(
        f"{kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"{PLAIN}{folders}{text}}}\n"


@pytest.fixture
def address(live_server: LiveServer, tmp_path: Path) -> Iterator[str]:
    """Where nginx listens, with the site behind it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(
        _configuration(port=port, site=live_server.url, folder=tmp_path, files=tmp_path / "files")
    )
    server = subprocess.Popen(
        [NGINX, "-p", tmp_path, "-c", configuration, "-g", "daemon off; master_process off;"]
    )
    try:
        for _ in range(100):
            assert server.poll() is None
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def document(published_document: Callable[..., Document]) -> Document:
    return published_document(price_minor=0, content=CONTENT, title="入党申请书")


@pytest.fixture
def link(document: Document, alice: User) -> str:
    return services.link_make(user=alice, document=document)


@pytest.fixture
def _nginx_sends_the_file(settings: Any) -> None:
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"


def test_a_reader_who_leaves_early_has_no_complete_delivery(address: str, link: str) -> None:
    with httpx.stream("GET", address + link) as answer:
        pieces = answer.iter_bytes(1000)
        next(pieces)
        time.sleep(2)  # in which nginx would take all of the file, if it were let
    assert not Delivery.objects.get().is_complete


def test_a_reader_who_stays_has_a_complete_one(address: str, link: str) -> None:
    answer = httpx.get(address + link)
    assert answer.content == CONTENT
    assert "X-Accel-Buffering" not in answer.headers
    deadline = time.monotonic() + 10
    while not Delivery.objects.get().is_complete:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.usefixtures("_nginx_sends_the_file")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_nginx_sends_says_what_the_site_would_say(
    address: str, link: str, document: Document, method: str
) -> None:
    answer = httpx.request(method, address + link)
    assert answer.status_code == 200
    assert answer.content == (CONTENT if method == "GET" else b"")
    revision = document.current_revision
    assert revision is not None
    expected = {
        "Content-Type": "application/msword",
        "Content-Length": str(len(CONTENT)),
        "ETag": f'"{revision.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert quote("入党申请书.doc") in answer.headers["Content-Disposition"]
    assert "X-Accel-Redirect" not in answer.headers
    delivery = Delivery.objects.get()
    assert (delivery.handed_over_at is not None) == (method == "GET")
    assert not delivery.is_complete


@pytest.mark.usefixtures("_nginx_sends_the_file")
def test_a_download_that_nginx_sends_is_resumed_only_into_the_same_file(
    address: str, link: str, document: Document
) -> None:
    whole = httpx.head(address + link).headers
    for validator in (whole["ETag"], whole["Last-Modified"], None):
        conditions = {"If-Range": validator} if validator else {}
        part = httpx.get(address + link, headers={"Range": "bytes=5-9", **conditions})
        assert part.status_code == 206, validator
        assert part.content == CONTENT[5:10]
        assert part.headers["Content-Range"] == f"bytes 5-9/{len(CONTENT)}"
    other = httpx.get(address + link, headers={"Range": "bytes=5-9", "If-Range": '"other"'})
    assert other.status_code == 200
    assert len(other.content) == len(CONTENT)
    beyond = httpx.get(address + link, headers={"Range": f"bytes={len(CONTENT)}-"})
    assert beyond.status_code == 416


@pytest.mark.usefixtures("_nginx_sends_the_file")
def test_who_has_the_file_already_gets_no_second_copy_from_nginx(address: str, link: str) -> None:
    whole = httpx.head(address + link).headers
    for conditions in (
        {"If-None-Match": whole["ETag"]},
        {"If-Modified-Since": whole["Last-Modified"]},
    ):
        assert httpx.get(address + link, headers=conditions).status_code == 304
    for conditions in ({"If-Match": '"other"'}, {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}):
        assert httpx.get(address + link, headers=conditions).status_code == 412
    for conditions in ({"If-Match": whole["ETag"]}, {"If-Unmodified-Since": whole["Last-Modified"]}):
        assert httpx.get(address + link, headers=conditions).status_code == 200


@pytest.mark.usefixtures("_nginx_sends_the_file")
def test_nobody_reaches_the_files_past_the_site(address: str, document: Document) -> None:
    assert document.current_revision is not None
    assert httpx.get(f"{address}/protected/{document.current_revision.file.name}").status_code == 404
