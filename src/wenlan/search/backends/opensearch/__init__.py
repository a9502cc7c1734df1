"""The index of several machines, in OpenSearch."""

from __future__ import annotations

from wenlan.search.backends.opensearch.index import OpenSearchIndex
from wenlan.search.backends.opensearch.server import Server

__all__ = ["OpenSearchIndex", "Server"]
