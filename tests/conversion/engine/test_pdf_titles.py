"""What a PDF calls itself, in whichever encoding its program wrote that."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from wenlan.conversion.engine.inside import facts

from .conftest import make_pdf


def pdf_called(path: Path, title: bytes) -> Path:
    make_pdf(path, pages=1)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.docinfo["/Title"] = pikepdf.Object.parse(b"<" + title.hex().encode() + b">")
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("placeholder", 0))
        pdf.Root.Outlines.First.Title = pikepdf.Object.parse(b"<" + title.hex().encode() + b">")
        pdf.save(path)
    return path


@pytest.mark.parametrize(
    ("title", "encoding"),
    [
        ("港口年度工作总结", "gbk"),
        ("水果", "gbk"),
        ("京都大学", "gbk"),
        ("2024 港口", "gbk"),
        ("港口年度工作總結", "big5"),
        ("港口年度工作总结", "utf-8"),
        ("Größenübersicht für Öl", "latin-1"),
        ("Résumé", "latin-1"),
        ("Þórður Ævar Ólafsson", "latin-1"),
    ],
)
def test_a_title_is_read_as_it_was_meant(tmp_path: Path, title: str, encoding: str) -> None:
    path = str(pdf_called(tmp_path / "a.pdf", title.encode(encoding)))
    assert facts.title(path) == title
    assert [item["title"] for item in facts.outline(path)] == [title]


def test_gibberish_is_no_title(tmp_path: Path) -> None:
    assert facts.title(str(pdf_called(tmp_path / "a.pdf", b"\xff\xc0\xfd\xb1\xff"))) is None
