"""What the virus scanner finds is not taken; what it cannot look at, only if the operator says so."""

from __future__ import annotations

import io
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.descriptors import many_open
from wenlan.accounts.models import User
from wenlan.conversion.backends.clamd import Address, Clamd
from wenlan.conversion.ports import ScannerUnavailable, TooLargeToScan
from wenlan.conversion.services import scanner_problems
from wenlan.core.environment import ConfigurationError, Environment
from wenlan.documents.models import Document, Revision, Upload

from .scanners import MARKER, STREAM_MAX_BYTES, VIRUS, clamd, clamd_program, protocol_server

ClientAs = Callable[[User | None], Client]


@pytest.fixture(params=["protocol", "clamd"])
def address(request: pytest.FixtureRequest) -> Iterator[Address]:
    """Where a scanner listens: one that speaks the protocol, and ClamAV itself."""
    if request.param == "protocol":
        with protocol_server() as server:
            yield ("127.0.0.1", server.server_address[1])
        return
    program = clamd_program()
    if program is None:
        pytest.skip("clamd is not installed")
    with clamd(program) as path:
        yield path


@pytest.fixture
def closed_port() -> tuple[str, int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return ("127.0.0.1", server.getsockname()[1])


def written(folder: Path, content: bytes) -> Path:
    path = folder / "scanned.txt"
    path.write_bytes(content)
    return path


def upload(client: Client, content: bytes, language: str = "en") -> Any:
    file = io.BytesIO(content)
    file.name = "minutes.txt"
    headers = {"accept": "application/json", "accept-language": language}
    return client.post("/upload/", {"files": file}, headers=headers)


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# ── Every scanner ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_scanner_tells_good_files_from_bad_ones(address: Address, tmp_path: Path) -> None:
    scanner = Clamd(address)
    assert scanner.version().startswith("ClamAV")
    assert scanner.scan(written(tmp_path, b"")) is None
    assert scanner.scan(written(tmp_path, b"minutes of the harbour board " * 20_000)) is None
    found = scanner.scan(written(tmp_path, b"x" * 400_000 + MARKER + b"y" * 400_000))
    assert found is not None
    assert found.removesuffix(".UNOFFICIAL") == VIRUS


def test_a_scanner_says_of_a_file_above_its_limit_that_it_is_too_large(
    address: Address, tmp_path: Path
) -> None:
    path = written(tmp_path, b"x" * (8 * STREAM_MAX_BYTES) + MARKER)
    for _ in range(5):  # it hangs up while the file is still being sent
        with pytest.raises(TooLargeToScan):
            Clamd(address).scan(path)


def test_a_process_with_many_files_open_has_its_uploads_scanned(address: Address, tmp_path: Path) -> None:
    good, bad = written(tmp_path, b"minutes"), tmp_path / "bad.txt"
    bad.write_bytes(MARKER)
    with many_open():
        assert Clamd(address).scan(good) is None
        assert Clamd(address).scan(bad) is not None


# ── Scanners in trouble ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (b"stream: Can't allocate memory ERROR", ScannerUnavailable),
        (b"\xff\xfe nonsense", ScannerUnavailable),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", TooLargeToScan),
    ],
)
def test_an_answer_that_is_no_verdict_is_not_taken_for_one(
    tmp_path: Path, answer: bytes, raised: type[Exception]
) -> None:
    with protocol_server() as server:
        server.answer = answer
        with pytest.raises(raised):
            Clamd(("127.0.0.1", server.server_address[1])).scan(written(tmp_path, b"x"))


def test_a_scanner_that_is_away_or_silent_is_unavailable(
    tmp_path: Path, closed_port: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wenlan.conversion.backends.clamd.VERDICT_SECONDS", 0.2)
    path = written(tmp_path, b"x")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for address in (closed_port, str(tmp_path / "nobody"), ("127.0.0.1", silent.getsockname()[1])):
            with pytest.raises(ScannerUnavailable):
                Clamd(address).scan(path)


# ── Uploads ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_an_infected_file_is_refused_with_its_virus_named_and_nothing_is_stored(
    address: Address, client_as: ClientAs, alice: User, settings: Any, tmp_path: Path
) -> None:
    settings.CLAMD = address
    client = client_as(alice)
    for language, words in (
        ("en", "The virus scanner found"),
        ("zh-hans", "病毒扫描程序在“minutes.txt”中发现了"),
    ):
        response = upload(client, b"Minutes.\n" + MARKER, language)
        assert (response.status_code, response.json()["code"]) == (422, "infected")
        assert words in response.json()["message"]
        assert VIRUS in response.json()["message"]
    assert [rows.objects.count() for rows in (Document, Revision, Upload)] == [0, 0, 0]
    assert files_below(tmp_path / "files") == []
    assert files_below(Path(settings.FILE_UPLOAD_TEMP_DIR)) == []
    assert upload(client, b"Minutes of the harbour board.\n").status_code == 201


@pytest.mark.django_db
def test_a_file_nobody_scanned_is_refused_unless_the_operator_takes_it_all_the_same(
    client_as: ClientAs,
    alice: User,
    settings: Any,
    closed_port: tuple[str, int],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    settings.CLAMD = closed_port
    client = client_as(alice)
    response = upload(client, b"Minutes of the harbour board.\n")
    assert (response.status_code, response.json()["code"]) == (422, "not_scanned")
    assert "could not be checked for viruses" in response.json()["message"]
    assert files_below(tmp_path / "files") == []
    settings.CLAMD_REQUIRED = False
    with caplog.at_level(logging.WARNING):
        assert upload(client, b"Minutes of the harbour board.\n").status_code == 201
    assert "without being scanned for viruses" in caplog.text


@pytest.mark.django_db
def test_a_file_too_large_for_the_scanner_is_refused_with_that_reason(
    address: Address, client_as: ClientAs, alice: User, settings: Any
) -> None:
    settings.CLAMD = address
    content = b"Minutes of the harbour board.\n" * (STREAM_MAX_BYTES // 20)
    response = upload(client_as(alice), content, "zh-hans")
    assert (response.status_code, response.json()["code"]) == (422, "too_large_to_scan")
    assert "太大，无法进行病毒检查" in response.json()["message"]
    settings.CLAMD_REQUIRED = False
    assert upload(client_as(alice), content).status_code == 201


# ── The operator ──────────────────────────────────────────────────────────────────────────────────────────
def test_the_check_tells_of_a_scanner_that_is_down_or_takes_less_than_an_upload_may_be(
    address: Address, settings: Any, closed_port: tuple[str, int]
) -> None:
    settings.CLAMD = None
    assert list(scanner_problems()) == []
    settings.CLAMD = address
    settings.UPLOAD_MAX_BYTES = STREAM_MAX_BYTES
    assert list(scanner_problems()) == []
    settings.UPLOAD_MAX_BYTES = 8 * STREAM_MAX_BYTES
    assert [(problem.severity, problem.code) for problem in scanner_problems()] == [
        ("warning", "scanner_limit")
    ]
    settings.CLAMD = closed_port
    assert [(problem.severity, problem.code) for problem in scanner_problems()] == [("error", "no_scanner")]
    settings.CLAMD_REQUIRED = False
    assert [problem.severity for problem in scanner_problems()] == ["warning"]


@pytest.mark.django_db
def test_wenlan_check_shows_what_is_wrong_with_the_scanner(
    settings: Any, closed_port: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wenlan.web.management.commands.doctor.engine_doctor", list)
    settings.CLAMD = closed_port
    said = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=said)
    assert "✗ The virus scanner does not answer" in said.getvalue()


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("", None),
        ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("unix:/run/clamd", "/run/clamd"),
        ("scanner:3310", ("scanner", 3310)),
        ("[::1]:3310", ("::1", 3310)),
    ],
)
def test_the_setting_names_a_socket_or_a_host(value: str, address: Address | None) -> None:
    assert Environment({"WENLAN_CLAMD": value}).socket("WENLAN_CLAMD") == address


@pytest.mark.parametrize("value", ["clamd", "scanner:", "scanner:99999", "scanner:port"])
def test_a_setting_that_names_neither_stops_the_start(value: str) -> None:
    with pytest.raises(ConfigurationError, match="WENLAN_CLAMD"):
        Environment({"WENLAN_CLAMD": value}).socket("WENLAN_CLAMD")
