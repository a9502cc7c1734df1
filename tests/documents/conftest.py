"""Files to upload."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

FileMaker = Callable[..., Path]

REFUSED_FILES = [
    ("nothing.txt", b"", "empty"),
    ("program.exe", b"MZ" + bytes(range(256)) * 8, "unsupported"),
    ("letter.docx", b"%PDF-1.7\n" + b"x" * 200, "extension_mismatch"),
    ("letter.docx", b"PK\x03\x04" + b"\x00" * 300, "damaged"),
]
"""Files nobody can upload: the name, the content, and the code of the reason."""


class _Unread:
    def read(self, *_arguments: object) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


UNREAD_UPLOAD: dict[str, Any] = {"CONTENT_LENGTH": str(10**9), "wsgi.input": _Unread()}
"""What makes a request announce a gigabyte, and fail once somebody begins to read it."""


@pytest.fixture
def text_file(tmp_path: Path) -> FileMaker:
    """A text file on disk; its words can be chosen."""

    def make(
        words: str = "Minutes of the harbour board, written by hand.", name: str = "minutes.txt"
    ) -> Path:
        path = tmp_path / name
        path.write_text(words, encoding="utf-8")
        return path

    return make


def stored_files() -> list[str]:
    """Names of all files in the storage."""
    root = Path(default_storage.path(""))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
