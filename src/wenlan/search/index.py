"""The index of this site."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from wenlan.search.backends.tantivy import TantivyIndex
from wenlan.search.ports import SearchIndex


@lru_cache(maxsize=8)
def _index_in(folder: Path) -> TantivyIndex:
    return TantivyIndex(folder)


def search_index() -> SearchIndex:
    """The same object each time, so that its reader stays open."""
    return _index_in(Path(settings.SEARCH_INDEX_DIR))
