"""The index in a folder of this machine, by tantivy."""

from __future__ import annotations

from wenlan.search.backends.tantivy.index import TantivyIndex

__all__ = ["TantivyIndex"]
