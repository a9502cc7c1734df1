"""Revisions that wait for their conversion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conversion.stand_in import Engine
from wenlan.accounts.models import User
from wenlan.conversion.services import converting
from wenlan.documents.models import Document, Revision
from wenlan.documents.services import document_upload

Uploader = Callable[..., Revision]


@pytest.fixture(autouse=True)
def _own_jobs_folder(tmp_path: Path, settings: Any) -> None:
    settings.CONVERSION_JOBS_DIR = tmp_path / "jobs"


@pytest.fixture
def uploaded(alice: User, tmp_path: Path) -> Uploader:
    """A text of Alice's that was just uploaded; keyword arguments override columns of its document."""

    def make(text: str = "Minutes of the harbour board.\n" * 5, **columns: Any) -> Revision:
        path = tmp_path / "minutes.txt"
        path.write_text(text, encoding="utf-8")
        document = document_upload(author=alice, path=path, name="minutes.txt", move=True)
        if columns:
            Document.objects.filter(pk=document.pk).update(**columns)
        return document.revisions.get()

    return make


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(converting, "convert", lambda *a, **k: engine.convert(*a, **k))
    return engine
