"""`wenlan import`, `setup`, `check` and `serve`."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from wenlan.accounts.models import User
from wenlan.documents.models import Category, Document, Revision
from wenlan.web.management.commands import doctor, import_documents


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "to import"
    (folder / "深 层").mkdir(parents=True)
    (folder / "a.txt").write_text("the first text", encoding="utf-8")
    (folder / "深 层" / "b.txt").write_text("第二个文本", encoding="utf-8")
    (folder / ".hidden.txt").write_text("not for others", encoding="utf-8")
    (folder / "link.txt").symlink_to("/etc/passwd")
    return folder


def run(command: str, *arguments: str) -> tuple[int, str]:
    output = io.StringIO()
    try:
        call_command(command, *arguments, stdout=output)
    except SystemExit as end:
        return int(str(end.code)), output.getvalue()
    return 0, output.getvalue()


def test_a_folder_becomes_drafts_of_its_author(alice: User, category: Category, folder: Path) -> None:
    status, output = run(
        "import_documents",
        str(folder),
        "--author",
        "Alice@example.com",
        "--category",
        "office",
        "--price",
        "4.50",
    )
    assert (status, output.splitlines()[-1]) == (0, "2 added, 0 skipped, 0 failed")
    assert set(Document.objects.values_list("title", "author", "price_minor", "category__slug", "state")) == {
        ("a", alice.pk, 450, "office", "draft"),
        ("b", alice.pk, 450, "office", "draft"),
    }
    assert (folder / "a.txt").exists()


def test_importing_again_skips_what_is_there(alice: User, folder: Path) -> None:
    run("import_documents", str(folder), "--author", alice.email)
    status, output = run("import_documents", str(folder), "--author", alice.email)
    assert (status, output.splitlines()[-1]) == (0, "0 added, 2 skipped, 0 failed")
    assert Document.objects.count() == 2


def test_a_bad_file_is_named_and_the_others_come_in(alice: User, folder: Path) -> None:
    (folder / "empty.doc").touch()
    status, output = run("import_documents", str(folder), "--author", alice.email)
    assert (status, output.splitlines()[-1]) == (1, "2 added, 0 skipped, 1 failed")
    assert f"✗ {folder / 'empty.doc'}" in output


@pytest.mark.parametrize(
    "arguments",
    [
        ["--author", "nobody@example.com"],
        ["--author", "bob@example.com"],
        ["--author", "alice@example.com", "--category", "no-such-shelf"],
        ["--author", "alice@example.com", "--price", "-3"],
        ["--author", "alice@example.com", "--publish"],
    ],
)
def test_an_import_that_cannot_work_adds_nothing(
    alice: User, bob: User, folder: Path, arguments: list[str]
) -> None:
    with pytest.raises(CommandError):
        run("import_documents", str(folder), *arguments)
    assert not Document.objects.exists()


def test_published_imports_wait_for_their_previews(
    alice: User, category: Category, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def while_waiting(_seconds: float) -> None:
        """A worker converts one and gives the other up."""
        first, second = Revision.objects.order_by("pk")
        Revision.objects.filter(pk=first.pk).update(state=Revision.State.READY, page_count=1)
        Revision.objects.filter(pk=second.pk).update(state=Revision.State.FAILED)

    monkeypatch.setattr(time, "sleep", while_waiting)
    monkeypatch.setattr(import_documents, "close_old_connections", lambda: None)
    status, output = run(
        "import_documents", str(folder), "--author", alice.email, "--category", "office", "--publish"
    )
    assert status == 1
    assert sorted(Document.objects.values_list("state", flat=True)) == ["draft", "published"]
    assert output.splitlines()[-1] == "2 added, 0 skipped, 1 failed"


@pytest.mark.django_db
def test_the_check_tells_what_to_repair(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_engine", lambda: iter(()))
    settings.DATA_DIR = tmp_path
    settings.CONVERSION_JOBS_DIR = tmp_path / "missing"
    status, output = run("doctor")
    assert status == 1
    assert f"✗ {tmp_path / 'missing'}" in output
    assert "→ Run `wenlan setup`" in output
    assert "✓ The database" in output


@pytest.mark.django_db
def test_the_check_warns_of_a_library_that_every_user_of_the_machine_can_read(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_engine", lambda: iter(()))
    settings.DATA_DIR = tmp_path
    for mode, mark in ((0o755, "!"), (0o700, "✓")):
        tmp_path.chmod(mode)
        _status, output = run("doctor")
        assert f"{mark} {tmp_path} is " in output
    settings.ACCEL_REDIRECT_PREFIX = "/protected/"
    for mode, mark in ((0o700, "!"), (0o710, "✓")):
        tmp_path.chmod(mode)
        _status, output = run("doctor")
        assert re.search(rf"{mark} {tmp_path} .* the group of nginx", output)


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation of its own, with nothing in it."""
    return {
        **os.environ,
        "WENLAN_DATA_DIR": str(tmp_path / "installation"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'installation' / 'wenlan.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "wenlan.config.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


def test_a_new_installation_is_set_up_twice_and_serves(installation: dict[str, str]) -> None:
    for said in ("The static files are collected.", "The static files are up to date."):
        setup = subprocess.run(
            [sys.executable, "-m", "wenlan", "setup"],
            env=installation,
            capture_output=True,
            text=True,
            check=True,
        )
        assert said in setup.stdout
    folder = Path(installation["WENLAN_DATA_DIR"])
    modes = {name: stat.S_IMODE((folder / name).stat().st_mode) for name in (".", "wenlan.sqlite3", "files")}
    assert modes == {".": 0o700, "wenlan.sqlite3": 0o600, "files": 0o750}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "wenlan", "serve", "--port", str(port), "--workers", "1", "--threads", "2"],
        env=installation,
        stdout=subprocess.PIPE,
    )
    try:
        assert answer_of(f"http://127.0.0.1:{port}/account/login/") == 200
        assert wrong_password_is_refused(f"http://127.0.0.1:{port}/account/login/")
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    finally:
        if server.poll() is None:
            server.kill()
        server.communicate()


@pytest.mark.parametrize(
    ("variables", "arguments", "reason"),
    [
        ({"WENLAN_PAYMENT_PROVIDERS": "simulated"}, [], "wenlan.payments.E002"),
        ({"WENLAN_DEMO": "1"}, ["--host", "192.0.2.1"], "this machine alone"),
    ],
)
def test_a_site_that_gives_money_or_mail_away_does_not_start(
    installation: dict[str, str], variables: dict[str, str], arguments: list[str], reason: str
) -> None:
    server = subprocess.run(
        [sys.executable, "-m", "wenlan", "serve", "--port", "1", *arguments],
        env={**installation, "WENLAN_DEMO": "0", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert server.returncode == 1
    assert reason in server.stderr
    assert "Listening" not in server.stdout


def wrong_password_is_refused(address: str) -> bool:
    """Whether an attempt to sign in, which is counted in the cache, ends with the form again."""
    with httpx.Client() as browser:
        browser.get(address)
        answer = browser.post(
            address,
            data={
                "login": "bob@example.com",
                "password": "not the password",
                "csrfmiddlewaretoken": browser.cookies["csrftoken"],
            },
        )
    return answer.status_code == 200 and 'name="password"' in answer.text


def answer_of(address: str) -> int:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own server
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")
