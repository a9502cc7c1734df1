from __future__ import annotations

from pathlib import Path
from typing import Any

from wenlan.search.checks import index_folder_can_be_written


def test_an_index_folder_that_cannot_be_written_is_reported(settings: Any, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "not" / "yet" / "there"
    assert index_folder_can_be_written() == []

    (tmp_path / "file").write_text("")
    settings.SEARCH_INDEX_DIR = tmp_path / "file" / "search"
    (message,) = index_folder_can_be_written()
    assert message.id == "search.W001"
