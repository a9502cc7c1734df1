"""What the tests of this room need of others, and documents that have been compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conversion.engine.conftest import engine
from wenlan.documents.models import Document
from wenlan.similarity.models import Finding
from wenlan.similarity.services import fingerprint_compare, revision_comparison_request

__all__ = ["engine"]


@pytest.fixture
def upload(published_document: Callable[..., Document]) -> Callable[..., list[Finding]]:
    """Puts a document with this text into the library and says what was found about it."""

    def make(*pages: str, **columns: Any) -> list[Finding]:
        revision = published_document(pages=list(pages), **columns).revisions.get()
        revision_comparison_request(revision.pk)
        fingerprint_compare(fingerprint_id=revision.fingerprint.pk)
        return list(Finding.objects.filter(fingerprint=revision.fingerprint))

    return make
