"""A copy is found from the file that is uploaded to what is found: through LibreOffice, pdfium and our own conversion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from opencc import OpenCC

from tests.conversion.engine.samples import save_as
from tests.similarity.writing import CONTENTS, DECLARATION, prose
from wenlan.accounts.models import User
from wenlan.conversion.services import revision_claim, revision_convert
from wenlan.documents.models import Revision
from wenlan.documents.services import document_upload
from wenlan.similarity.models import Finding
from wenlan.similarity.services import fingerprint_compare

pytestmark = [pytest.mark.django_db, pytest.mark.engine]
Uploaded = Callable[[Path, User], list[Finding]]
Written = Callable[[Path], Path]

PARAGRAPHS = [prose(400 + number, 4) for number in range(24)]
TITLE = "山海之间", "周远 2026 年 3 月"


@pytest.fixture
def uploaded(engine: None, tmp_path: Path, settings: Any) -> Uploaded:
    """Uploads a file, converts it as a worker does, compares it, and says what was found about it."""
    settings.CONVERSION_JOBS_DIR = tmp_path / "jobs"

    def make(path: Path, author: User) -> list[Finding]:
        document = document_upload(author=author, path=path, name=path.name, move=True)
        claim = revision_claim(revision_id=document.revisions.get().pk)
        assert claim is not None
        revision_convert(claim=claim)
        revision = document.revisions.get()
        assert revision.state == Revision.State.READY, revision.error_code
        return fingerprint_compare(fingerprint_id=revision.fingerprint.pk)

    return make


def written(path: Path, *title_page: str, paragraphs: list[str] = PARAGRAPHS) -> Path:
    """A Word document of a title page and a text in two chapters."""
    document = docx.Document()
    for line in title_page:
        document.add_heading(line, level=1)
    half = len(paragraphs) // 2
    for heading, some in (("第一章", paragraphs[:half]), ("第二章", paragraphs[half:])):
        document.add_heading(heading, level=2).paragraph_format.page_break_before = True
        for paragraph in some:
            document.add_paragraph(paragraph)
    document.save(str(path))
    return path


def as_word(folder: Path) -> Path:
    # One word more: two files written within a second would be the same bytes, which are refused.
    return written(folder / "整理版.docx", *TITLE, "整理版")


def as_pdf(folder: Path) -> Path:
    save_as(as_word(folder), "pdf", "writer_pdf_Export")
    return folder / "整理版.pdf"


def as_plain_text(folder: Path) -> Path:
    path = folder / "整理版.txt"
    path.write_text("\n\n".join(PARAGRAPHS), encoding="gb18030")
    return path


def in_traditional_characters(folder: Path) -> Path:
    convert = OpenCC("s2t").convert
    return written(folder / "整理版.docx", *map(convert, TITLE), paragraphs=list(map(convert, PARAGRAPHS)))


def with_another_title_page(folder: Path) -> Path:
    return written(folder / "毕业论文.docx", "沿海聚落研究", "某某大学", DECLARATION, *CONTENTS.splitlines())


@pytest.mark.parametrize(
    "copied", [as_word, as_pdf, as_plain_text, in_traditional_characters, with_another_title_page]
)
def test_the_same_text_in_another_file_is_found(
    uploaded: Uploaded, tmp_path: Path, alice: User, mallory: User, copied: Written
) -> None:
    assert uploaded(written(tmp_path / "山海之间.docx", *TITLE), alice) == []
    folder = tmp_path / "copied"
    folder.mkdir()
    (finding,) = uploaded(copied(folder), mallory)

    assert finding.kind == Finding.Kind.SAME_TEXT
    assert finding.earlier.owner == alice
    assert finding.earlier_share > 0.9
    assert finding.share > 0.8


def test_another_text_in_the_same_file_form_is_not(
    uploaded: Uploaded, tmp_path: Path, alice: User, mallory: User
) -> None:
    uploaded(written(tmp_path / "山海之间.docx", *TITLE), alice)
    others = [prose(900 + number, 4) for number in range(24)]
    assert uploaded(written(tmp_path / "另一篇.docx", "另一篇", paragraphs=others), mallory) == []
