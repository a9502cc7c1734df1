"""The index on a disk that nobody may write, and on one that is full; by another process, for which a sandbox mounts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wenlan.search.backends.tantivy import TantivyIndex, reader
from wenlan.search.entries import entry_of

BEGINNING = """
import random, sys
from contextlib import suppress
from pathlib import Path
from wenlan.search.analysis import query_of
from wenlan.search.backends.tantivy import TantivyIndex, reader
from wenlan.search.entries import entry_of
from wenlan.search.ports import SearchUnavailable

root = Path(sys.argv[1])
index = TantivyIndex(root)
chance = random.Random(1)

def find(text):
    return index.find(query_of(text), limit=10, timeout_seconds=30).document_ids

def write(number, title, pages=()):
    with index.writing(timeout_seconds=1):
        index.replace([entry_of(document_id=number, title=title, pages=pages)])

def reason_of(call, *arguments):
    try:
        call(*arguments)
    except SearchUnavailable as error:
        return error.reason.value
"""
READ_ONLY = """
def rebuild():
    with index.rebuilding():
        pass

print(find("苹果"), reason_of(write, 2, "葡萄"), reason_of(rebuild), find("苹果"), index.count())
"""
FULL = """
def noise():
    return "".join(chr(chance.randrange(0x4e00, 0x9fa5)) for _ in range(20_000))

def fill():
    for number in range(2, 200):
        write(number, "葡萄", [noise()])

def rebuild():
    with index.rebuilding() as fresh, index.writing(timeout_seconds=1):
        for number in range(200):
            fresh.replace([entry_of(document_id=number, title="香蕉", pages=[noise()])])
        fresh.take_over()

ballast = root / "ballast"
ballast.write_bytes(b"0" * 3_000_000)
with index.writing(timeout_seconds=1):
    index.prepare()
write(1, "苹果")
print(reason_of(fill), find("苹果"), reason_of(rebuild), find("苹果"), find("香蕉"))
ballast.unlink()
write(1, "苹果和梨")
print(find('"苹果和梨"'))
"""


def run(script: str, root: Path, *mount: str) -> list[str]:
    """What the script prints for which `root` is mounted as bubblewrap's options say."""
    program = shutil.which("bwrap")
    if program is None:
        pytest.skip("bubblewrap is not installed")
    command = [program, "--dev-bind", "/", "/", *mount, str(root)]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("bubblewrap may not mount anything here")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command += [sys.executable, "-c", BEGINNING + script, str(root)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_an_index_that_nobody_may_write_is_still_read(tmp_path: Path) -> None:
    root = tmp_path / "index"
    index = TantivyIndex(root)
    with index.writing(timeout_seconds=1):
        index.prepare()
        index.replace([entry_of(document_id=1, title="苹果", pages=[])])

    assert run(READ_ONLY, root, "--ro-bind", str(root)) == ["[1] unwritable unwritable [1] 1"]
    with index.writing(timeout_seconds=1):
        index.replace([entry_of(document_id=2, title="葡萄", pages=[])])
    assert index.count() == 2


def test_what_was_opened_where_nobody_may_write_follows_what_is_written_later(
    tantivy_index: TantivyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [entry_of(document_id=number, title="苹果", pages=[]) for number in (1, 2)]
    opened, other = reader._opened, TantivyIndex(tantivy_index.root)

    def refuse(folder: Path) -> Any:
        if folder.parent == tantivy_index.root:
            raise ValueError("Failed to acquire Lockfile: Read-only file system")
        return opened(folder)

    with other.writing(timeout_seconds=1):
        other.prepare()
        other.replace(entries[:1])
        with monkeypatch.context() as patch:
            patch.setattr(reader, "_opened", refuse)
            patch.setattr(os, "access", lambda *arguments: False)
            assert tantivy_index.count() == 1
        other.replace(entries)
    assert tantivy_index.count() == 2


def test_on_a_full_disk_the_index_is_read_and_written_again_when_there_is_room(tmp_path: Path) -> None:
    root = tmp_path / "index"
    root.mkdir()
    assert run(FULL, root, "--size", "6000000", "--tmpfs") == [
        "unwritable [1] unwritable [1] []",
        "[1]",
    ]
