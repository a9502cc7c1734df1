"""What only an index that several machines share has to keep."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from wenlan.search.analysis import query_of
from wenlan.search.backends.opensearch import OpenSearchIndex, Server, bulk
from wenlan.search.entries import entry_of
from wenlan.search.index import search_index
from wenlan.search.ports import SearchUnavailable
from wenlan.web.management.commands import doctor

Reason = SearchUnavailable.Reason


@pytest.fixture
def index(opensearch_index: OpenSearchIndex) -> OpenSearchIndex:
    with opensearch_index.writing(timeout_seconds=1):
        opensearch_index.prepare()
    return opensearch_index


def write(index: OpenSearchIndex, *rows: tuple[int, str], **facts: Any) -> None:
    with index.writing(timeout_seconds=5):
        index.replace(entry_of(document_id=number, title=text, pages=[], **facts) for number, text in rows)


def find(index: OpenSearchIndex, text: str) -> list[int]:
    return sorted(index.find(query_of(text), limit=10, timeout_seconds=10).document_ids)


def reason_of(call: Any, *arguments: Any, **options: Any) -> SearchUnavailable.Reason:
    with pytest.raises(SearchUnavailable) as raised:
        call(*arguments, **options)
    return raised.value.reason


# ── One writer among all machines ─────────────────────────────────────────────────────────────────────────
WRITER = """
import sys, time
from wenlan.search.backends.opensearch import OpenSearchIndex, Server, leases
from wenlan.search.entries import entry_of
url, name, first, lease_seconds, holds = sys.argv[1:]
leases.LEASE_SECONDS = float(lease_seconds)
index = OpenSearchIndex(Server([url]), name)
for number in range(int(first), int(first) + 10):
    with index.writing(timeout_seconds=60):
        index.replace([entry_of(document_id=number, title=f"document {number}", pages=["text"])])
        if holds == "holds":
            print("holding", flush=True)
            time.sleep(60)
"""


def writer(index: OpenSearchIndex, first: int, *, lease_seconds: float = 30, holds: bool = False) -> Any:
    """Another process that writes ten documents, or holds on to the right to after the first."""
    arguments = [index.server.urls[0], index.name, str(first), str(lease_seconds), "holds" if holds else ""]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, *arguments], env=environment, stdout=subprocess.PIPE
    )


def test_two_processes_writing_at_once_lose_nothing(index: OpenSearchIndex) -> None:
    writers = [writer(index, first) for first in (100, 200)]
    assert [each.wait(timeout=120) for each in writers] == [0, 0]
    for each in writers:
        each.stdout.close()
    assert index.count() == 20


def test_what_a_killed_writer_held_runs_out(index: OpenSearchIndex) -> None:
    with writer(index, 1, lease_seconds=3, holds=True) as killed:
        assert killed.stdout.readline() == b"holding\n"
        time.sleep(3.5)  # longer than the lease: it is renewed while its holder lives
        with pytest.raises(SearchUnavailable, match="busy"), index.writing(timeout_seconds=0.1):
            pass
        killed.kill()
    write(index, (2, "after it"))
    assert index.count() == 2


def test_a_writer_whose_right_ran_out_writes_nothing_more(index: OpenSearchIndex) -> None:
    with index.writing(timeout_seconds=5):
        assert index._lease
        index._lease.held_until = time.monotonic()
        entries = [entry_of(document_id=1, title="苹果", pages=[])]
        assert reason_of(index.replace, entries) is Reason.BUSY
    assert index.count() == 0


def test_a_writer_that_another_took_over_from_leaves_him_the_right(index: OpenSearchIndex) -> None:
    other, third = (OpenSearchIndex(index.server, index.name) for _ in range(2))
    with index.writing(timeout_seconds=5):
        run_out = {"holder": "the same", "expires_at": 0}  # as if this machine had slept
        index.server.client.index(index=index.locks, id="writer", body=run_out)
        with other.writing(timeout_seconds=5):
            assert index._lease
            index._lease.let_go()
            with pytest.raises(SearchUnavailable, match="busy"), third.writing(timeout_seconds=0.1):
                pass


def test_only_one_rebuilds_at_a_time(index: OpenSearchIndex) -> None:
    other = OpenSearchIndex(index.server, index.name)
    with index.rebuilding(), pytest.raises(SearchUnavailable, match="busy"), other.rebuilding():
        pass


# ── An index that is lost, of another version, or cannot be written ───────────────────────────────────────
def indices_of(index: OpenSearchIndex) -> set[str]:
    return set(index.server.client.indices.get(index=f"{index.name}-v*", allow_no_indices=True))


def test_a_lost_index_is_missing_and_made_anew(index: OpenSearchIndex) -> None:
    write(index, (1, "苹果"))
    index.server.client.indices.delete(index=f"{index.alias}-*")

    assert reason_of(index.count) is Reason.MISSING
    assert reason_of(index.find, query_of("苹果"), limit=1, timeout_seconds=5) is Reason.MISSING
    with index.writing(timeout_seconds=5):
        # OpenSearch would make an index of its own guesses of what is written into none.
        assert reason_of(index.replace, [entry_of(document_id=1, title="苹果", pages=[])]) is Reason.MISSING
        assert index.prepare() is True
        assert index.prepare() is False
    assert find(index, "苹果") == []


def test_an_index_of_another_version_serves_its_machines_until_the_next_is_built(
    index: OpenSearchIndex,
) -> None:
    write(index, (1, "苹果"))
    newer = OpenSearchIndex(index.server, index.name)
    newer.alias = f"{index.name}-v9999"
    assert reason_of(newer.count) is Reason.MISSING
    with newer.writing(timeout_seconds=5):
        assert newer.prepare() is True
    assert (find(newer, "苹果"), find(index, "苹果")) == ([], [1])

    with newer.rebuilding() as fresh, newer.writing(timeout_seconds=5):
        fresh.take_over()
    assert reason_of(index.count) is Reason.MISSING
    assert len(indices_of(index)) == 1


def test_what_a_killed_rebuild_left_behind_is_cleared_away_by_the_next(index: OpenSearchIndex) -> None:
    write(index, (1, "苹果"))
    index._make("{}-building")
    assert len(indices_of(index)) == 2
    with index.rebuilding() as fresh, index.writing(timeout_seconds=5):
        fresh.take_over()
    assert len(indices_of(index)) == 1
    assert find(index, "苹果") == []


def test_an_index_closed_to_writing_says_so_and_is_still_read(index: OpenSearchIndex) -> None:
    write(index, (1, "苹果"))
    # What OpenSearch does itself when its disk is nearly full.
    block = {"index.blocks.read_only_allow_delete": True}
    index.server.client.indices.put_settings(index=index.alias, body=block)
    with index.writing(timeout_seconds=5):
        entries = [entry_of(document_id=1, title="葡萄", pages=[])]
        assert reason_of(index.replace, entries) is Reason.UNWRITABLE
    assert (find(index, "苹果"), find(index, "葡萄")) == ([1], [])

    block["index.blocks.read_only_allow_delete"] = False
    index.server.client.indices.put_settings(index=index.alias, body=block)
    write(index, (1, "葡萄"))
    assert find(index, "葡萄") == [1]


def test_a_write_that_fails_half_way_shows_nothing(
    index: OpenSearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(index, (1, "苹果"), (2, "苹果"))
    monkeypatch.setattr(bulk, "REQUEST_BYTES", 1)  # a request for each document
    entries = [
        entry_of(document_id=1, title="葡萄", pages=[]),
        entry_of(document_id=2, title="葡萄", pages=[], price_minor=2**70),  # more than OpenSearch counts
    ]
    with index.writing(timeout_seconds=5):
        assert reason_of(index.replace, entries) is Reason.UNWRITABLE
    assert (find(index, "苹果"), find(index, "葡萄")) == ([1, 2], [])


# ── A server that is away, and one that asks who we are ───────────────────────────────────────────────────
def test_a_server_that_is_away_is_named_without_its_password() -> None:
    server = Server(["http://alice:letters@127.0.0.1:1"])
    index = OpenSearchIndex(server, "wenlan")
    for call in (index.count, server.version, index.prepare):
        with pytest.raises(SearchUnavailable, match="unreachable") as raised:
            call()
        assert "letters" not in str(raised.value)
    assert server.name == "http://127.0.0.1:1"
    with pytest.raises(SearchUnavailable, match="unreachable"), index.writing(timeout_seconds=1):
        pass


class Guarded(BaseHTTPRequestHandler):
    """Answers as OpenSearch does, to Alice alone."""

    def do_GET(self) -> None:
        scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")
        is_alice = scheme == "Basic" and b64decode(credentials) == "alice:p@ss, wörd".encode()
        body = b'{"version": {"distribution": "opensearch", "number": "2.19.1"}}' if is_alice else b"{}"
        self.send_response(200 if is_alice else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The port of a server with a certificate that only its own file vouches for, and that file."""
    new = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run(
        ["openssl", *new.split(), "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    with HTTPServer(("127.0.0.1", 0), Guarded) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"localhost:{server.server_port}", tmp_path / "certificate.pem"
        server.shutdown()
        thread.join()


def test_password_and_certificate_come_from_the_settings(guarded: tuple[str, Path]) -> None:
    host, certificate = guarded
    alice = f"https://alice:p%40ss%2C%20w%C3%B6rd@{host}"
    assert Server([alice], certificate).version() == "OpenSearch 2.19.1"
    assert reason_of(Server([alice]).version) is Reason.UNREACHABLE
    assert reason_of(Server([f"https://mallory:guess@{host}"], certificate).version) is Reason.UNREACHABLE


# ── The site on it ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_a_site_that_names_a_server_finds_by_it(
    settings: Any, indexed_document: Any, opensearch_index: OpenSearchIndex, opensearch_name: str
) -> None:
    from django.contrib.auth.models import AnonymousUser

    from wenlan.search.selectors import documents_search

    settings.SEARCH_URLS = list(opensearch_index.server.urls)
    settings.SEARCH_INDEX_NAME = opensearch_name
    document = indexed_document(title="合同范本", pages=["甲方"])
    results = documents_search(query="甲方", user=AnonymousUser())
    assert [row.document for row in results.page] == [document]
    assert not results.is_catching_up
    assert opensearch_index.count() == 1

    call_command("reindex")
    assert documents_search(query="甲方", user=AnonymousUser()).total == 1
    assert not Path(settings.SEARCH_INDEX_DIR).exists()


@pytest.mark.django_db
def test_a_site_whose_server_is_away_finds_titles_and_says_so(settings: Any, published_document: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    from wenlan.search.selectors import documents_search

    settings.SEARCH_URLS = ["http://127.0.0.1:1"]
    published_document(title="合同范本")
    results = documents_search(query="合同", user=AnonymousUser())
    assert results.is_catching_up
    assert results.total == 1


def test_the_check_says_which_server_answers(settings: Any, opensearch_server: Server) -> None:
    assert list(doctor._search()) == []
    settings.SEARCH_URLS = list(opensearch_server.urls)
    (finding,) = doctor._search()
    assert finding.is_right
    assert finding.text.startswith("Search is OpenSearch ")

    settings.SEARCH_URLS = ["http://bob:letters@127.0.0.1:1"]
    (finding,) = doctor._search()
    assert not finding.is_right
    assert "http://127.0.0.1:1 does not answer" in finding.text
    assert "letters" not in finding.text
    assert search_index() is search_index()
