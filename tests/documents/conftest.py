"""Files to upload."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

FileMaker = Callable[..., Path]


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
