"""What stands where the engine stands, and what the tests of conversions ask of a revision."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from PIL import Image

from wenlan.conversion import services
from wenlan.conversion.engine import (
    Event,
    Line,
    OutlineItem,
    Page,
    PageCount,
    PageImage,
    PageReady,
    Result,
    StageChanged,
    Status,
)
from wenlan.core.leases import Claim
from wenlan.documents.models import Revision

Emit = Callable[[Event], None]


class Engine:
    """Stands where the engine stands: emits pages with real images, and what a test wants between them."""

    def __init__(self, *texts: str, title: str | None = None) -> None:
        self.texts = texts or ("第一页的文字", "page two")
        self.title = title
        self.before_page: dict[int, Callable[[], object]] = {}
        self.result: Result | None = None
        self.sources: list[bytes] = []

    def convert(self, source: Path, *, name: str, out: Path, limits: Any, on_event: Emit) -> Result:
        self.sources.append(source.read_bytes())
        out.mkdir()
        on_event(StageChanged("laying_out"))
        on_event(PageCount(len(self.texts)))
        for number, text in enumerate(self.texts, start=1):
            self.before_page.get(number, lambda: None)()
            on_event(PageReady(self._page(number, text, out)))
        return self.result or self.succeeded()

    def _page(self, number: int, text: str, out: Path) -> Page:
        images = []
        for width in (1440, 720):
            path = out / f"{number:04}-{width}.webp"
            Image.new("L", (width // 10, 10)).save(path)
            images.append(PageImage(width, 100, path, "image/webp", path.stat().st_size))
        return Page(number, 595.0, 842.0, text, [Line(text, 1.0, 2.0, 3.0, 4.0)], images)

    def succeeded(self) -> Result:
        return Result(
            status=Status.OK, error=None, detail=None, pages=len(self.texts), recorded_pages=2,
            outline=[OutlineItem(1, "One", 1)], report={"fonts": ["Song\x00"]}, seconds=0.1, format="txt",
            pdf_path=None, title=self.title,
        )  # fmt: skip

    @staticmethod
    def failed(status: Status, error: str = "some_code") -> Result:
        return Result(
            status=status, error=error, detail="in detail", pages=0, recorded_pages=None, outline=[], report={},
            seconds=0.1, format=None, pdf_path=None, title=None,
        )  # fmt: skip


def convert(revision: Revision) -> Revision:
    claim = services.revision_claim(revision_id=revision.pk)
    assert claim is not None
    services.revision_convert(claim=claim)
    revision.refresh_from_db()
    return revision


def fail_after_the_commit(_document_id: int) -> None:
    """A handler whose work after the commit fails, as when nobody can be rung."""

    def fail() -> None:
        raise RuntimeError("no bell to ring")

    transaction.on_commit(fail)


FAILING_AFTER_THE_COMMIT = {"document_changed": [f"{__name__}.{fail_after_the_commit.__name__}"]}
"""To be put over the site's own handlers."""


def preview_files(revision: Revision) -> list[str]:
    root = Path(default_storage.path(f"previews/{revision.pk}"))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def take_over(revision: Revision) -> Claim:
    """Another worker claims the revision, the lease having run out."""
    Revision.objects.filter(pk=revision.pk).update(claimed_until=timezone.now())
    claim = services.revision_claim(revision_id=revision.pk)
    assert claim is not None
    return claim
