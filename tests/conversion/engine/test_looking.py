"""A file that must be looked into in the sandbox: how much work that may be, and how long it may wait for its turn."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from wenlan.conversion.engine import Limits, Rejected, Status, looking
from wenlan.conversion.engine.sandbox import python_command

from .conftest import make_zip, ooxml_members

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def costly(tmp_path: Path) -> Path:
    """A document with an archive inside that the web process leaves to the sandbox."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", b"many words " * 400_000)
    parts = ooxml_members("wordprocessingml.document", "word/document.xml")
    make_zip(tmp_path / "a.docx", parts | {"word/embeddings/inner.zip": inner.getvalue()})
    return tmp_path / "a.docx"


def looks_by(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Have this program do the looking, with a second of work allowed."""
    monkeypatch.setattr(looking, "_CPU_SECONDS", 1)
    monkeypatch.setattr(
        looking, "python_command", lambda *_, **__: [*python_command("x")[:-2], "-c", program]
    )


def test_a_machine_that_is_busy_with_other_things_is_not_the_fault_of_a_file(
    costly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks_by(monkeypatch, 'import time; time.sleep(3); print(\'{"format": "docx"}\')')
    assert looking.looked_into(costly, Limits(), None) == "docx"


def test_a_file_that_is_endless_work_is_refused(costly: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks_by(monkeypatch, "while True: pass")
    with pytest.raises(Rejected) as refused:
        looking.looked_into(costly, Limits(), None)
    assert (refused.value.status, refused.value.code) == (Status.DAMAGED, "damaged")
    assert "looking into it took too much" in refused.value.detail
