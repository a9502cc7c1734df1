"""The walk itself: the whole site as processes of its own, on the database the tests run on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]


def _walk(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # The files go to a folder of their own; the database is the one that DATABASE_URL names for the tests.
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        [sys.executable, "-m", "wenlan.demo", "--data", str(folder / "data"), "--walk", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def _processes_naming(text: str) -> list[str]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if text in (folder / "environ").read_bytes().decode(errors="replace"):
                    found.append((folder / "cmdline").read_text())
            except OSError:
                continue
    return found


def test_documents_travel_from_upload_to_disk_and_wallet_and_nothing_is_left_running(tmp_path: Path) -> None:
    letter, note = tmp_path / "一封信.docx", tmp_path / "note.txt"
    document = Document()
    for page in range(3):
        document.add_paragraph(f"第 {page + 1} 页的正文，写给路上的人。")
        document.add_page_break()  # type: ignore[no-untyped-call]  # python-docx is typed in part
    document.save(str(letter))
    note.write_text("随手记下的一页。\n" * 30, encoding="gb18030")

    done = _walk(str(letter), str(note), folder=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every step held." in done.stdout
    assert _processes_naming(str(tmp_path / "data")) == []


def test_a_walk_names_the_step_that_failed(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.docx"
    damaged.write_bytes(b"PK\x03\x04" + b"\x00" * 400)

    done = _walk(str(damaged), folder=tmp_path)

    assert done.returncode == 1
    assert "FAILED at “Upload and preview damaged.docx”" in done.stderr


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    done = _walk(str(tmp_path / "absent.doc"), folder=tmp_path)

    assert done.returncode == 2
    assert "absent.doc" in done.stderr
