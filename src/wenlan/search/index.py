"""The index of this site."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from wenlan.search.backends.tantivy import TantivyIndex
from wenlan.search.ports import SearchIndex

if TYPE_CHECKING:  # a site whose index is a folder has no use for the client of a server
    from wenlan.search.backends.opensearch import Server


@lru_cache(maxsize=8)
def _index_in(folder: Path) -> TantivyIndex:
    return TantivyIndex(folder)


@lru_cache(maxsize=8)
def _server_at(urls: tuple[str, ...], ca_file: Path | None) -> Server:
    from wenlan.search.backends.opensearch import Server

    return Server(urls, ca_file)


@lru_cache(maxsize=8)
def _index_at(urls: tuple[str, ...], ca_file: Path | None, name: str) -> SearchIndex:
    from wenlan.search.backends.opensearch import OpenSearchIndex

    return OpenSearchIndex(_server_at(urls, ca_file), name)


def search_server() -> Server | None:
    """The OpenSearch that has the index of this site; None when that is in a folder."""
    return _server_at(tuple(settings.SEARCH_URLS), settings.SEARCH_CA_FILE) if settings.SEARCH_URLS else None


def search_index() -> SearchIndex:
    """The same object each time, so that its reader or its connections stay open."""
    if settings.SEARCH_URLS:
        return _index_at(tuple(settings.SEARCH_URLS), settings.SEARCH_CA_FILE, settings.SEARCH_INDEX_NAME)
    return _index_in(Path(settings.SEARCH_INDEX_DIR))
