from __future__ import annotations

from pathlib import Path
from typing import Any

from wenlan.search.checks import index_folder_can_be_written, password_of_search_is_encrypted


def test_an_index_folder_that_cannot_be_written_is_reported(settings: Any, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "not" / "yet" / "there"
    assert index_folder_can_be_written() == []

    (tmp_path / "file").write_text("")
    settings.SEARCH_INDEX_DIR = tmp_path / "file" / "search"
    (message,) = index_folder_can_be_written()
    assert message.id == "search.W001"

    settings.SEARCH_URLS = ["https://localhost:9200"]  # then nobody writes to the folder
    assert index_folder_can_be_written() == []


def test_a_password_that_crosses_the_network_in_the_open_is_reported_without_it(settings: Any) -> None:
    settings.SEARCH_URLS = [
        "http://wenlan:letters@localhost:9200",
        "https://wenlan:letters@search.example.org",
    ]
    assert password_of_search_is_encrypted() == []

    settings.SEARCH_URLS = ["http://wenlan:letters@search.example.org:9200"]
    (message,) = password_of_search_is_encrypted()
    assert message.id == "search.W002"
    assert "search.example.org" in message.msg
    assert "letters" not in message.msg
