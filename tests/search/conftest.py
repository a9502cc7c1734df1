from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from script.support.temporary_opensearch import OpenSearchUnavailable, temporary_opensearch

from wenlan.documents.models import Document
from wenlan.search.backends.opensearch import OpenSearchIndex, Server
from wenlan.search.backends.tantivy import TantivyIndex
from wenlan.search.services import document_index_request, wanted_index


@pytest.fixture
def indexed_document(published_document: Callable[..., Document]) -> Callable[..., Document]:
    """A published document that search knows; `tags` are names."""
    from wenlan.documents.models import Tag

    def make(*, tags: list[str] | None = None, **columns: object) -> Document:
        document = published_document(**columns)
        for name in tags or []:
            tag, _ = Tag.objects.get_or_create(key=name.casefold(), defaults={"name": name})
            document.tags.add(tag)
        document_index_request(document.pk)
        wanted_index()
        return document

    return make


@pytest.fixture(scope="session")
def opensearch_server() -> Iterator[Server]:
    """The OpenSearch at WENLAN_TEST_OPENSEARCH_URL, or one started for the tests where there is Java and Maven."""
    with contextlib.ExitStack() as stack:
        url = os.environ.get("WENLAN_TEST_OPENSEARCH_URL")
        try:
            url = url or stack.enter_context(temporary_opensearch())
        except OpenSearchUnavailable as error:
            pytest.skip(f"no OpenSearch here, and WENLAN_TEST_OPENSEARCH_URL names none: {error}")
        yield Server([url])


@pytest.fixture(scope="session")
def opensearch_name(opensearch_server: Server) -> Iterator[str]:
    """What every index of this run of the tests begins with."""
    name = f"wenlan-test-{secrets.token_hex(6)}"
    yield name
    opensearch_server.client.indices.delete(index=f"{name}-*", expand_wildcards="all")


@pytest.fixture
def opensearch_index(opensearch_server: Server, opensearch_name: str) -> Iterator[OpenSearchIndex]:
    """An OpenSearch index that there is nothing of yet."""
    yield OpenSearchIndex(opensearch_server, opensearch_name)
    opensearch_server.client.indices.delete(index=f"{opensearch_name}-v*")


@pytest.fixture
def tantivy_index(tmp_path: Path) -> TantivyIndex:
    """A tantivy index that there is nothing of yet."""
    return TantivyIndex(tmp_path / "index")
