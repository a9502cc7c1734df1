from __future__ import annotations

from collections.abc import Callable

import pytest

from wenlan.documents.models import Document
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
