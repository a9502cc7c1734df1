"""The copy of an uploaded PDF that readers may be handed: complete, and without anything that acts."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from wenlan.conversion.engine import Status, convert
from wenlan.conversion.engine.inside import facts

from .conftest import make_pdf


def write_pdf(path: Path, *objects: bytes) -> None:
    """Write a PDF of these objects as they are; the first is its catalogue."""
    content, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count, start = len(objects) + 1, len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R>>\n" % (count, table, count)
    path.write_bytes(content + b"startxref\n%d\n%%%%EOF" % start)


def write_pdf_with_a_font_named_in_gbk(path: Path) -> None:
    """As Chinese programs write it: the name is GBK, which is no UTF-8."""
    name = b"/#CB#CE#CC#E5"
    drawn = b"BT %b 24 Tf 20 100 Td (Song) Tj ET" % name
    write_pdf(
        path,
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert)>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<<%b 5 0 R>>>>>>"
        % name,
        b"<</Length %d>>stream\n%b\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/TrueType/BaseFont%b>>" % name,
    )


def acts(path: Path) -> bool:
    with pikepdf.open(path) as pdf:
        return b"app.alert" in b"".join(
            item.unparse(resolved=True) for item in pdf.objects if not isinstance(item, pikepdf.Stream)
        )


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_a_pdf_with_names_in_gbk_is_shown_and_cleaned(tmp_path: Path) -> None:
    write_pdf_with_a_font_named_in_gbk(tmp_path / "a.pdf")
    result = convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out")
    assert (result.status, result.detail) == (Status.OK, None)
    assert result.report["fonts"] == [{"name": "宋体", "embedded": False}]
    assert (result.report["macros"], result.report["pdf_rebuilt"]) == (True, False)
    assert not acts(tmp_path / "out" / "document.pdf")


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_a_pdf_with_scripts_is_shown_but_never_handed_out_with_them(tmp_path: Path) -> None:
    make_pdf(tmp_path / "plain.pdf")
    with pikepdf.open(tmp_path / "plain.pdf") as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.attachments["a.txt"] = b"attached"
        pdf.save(tmp_path / "a.pdf")
    result = convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out")
    assert (result.status, result.pages, result.report["macros"]) == (Status.OK, 2, True)
    with pikepdf.open(tmp_path / "out" / "document.pdf") as cleaned:
        assert "/OpenAction" not in cleaned.Root
        assert not cleaned.attachments
        assert "app.alert" not in "".join(repr(item) for item in cleaned.objects)


@pytest.mark.parametrize("depth", [1, 40, 300])
def test_an_action_is_found_however_deep_it_is_written(tmp_path: Path, depth: int) -> None:
    make_pdf(tmp_path / "plain.pdf", pages=1)
    with pikepdf.open(tmp_path / "plain.pdf") as pdf:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        for _ in range(depth):
            action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="http://localhost/", Next=action)
        link = pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
        pdf.pages[0].obj.Annots = pikepdf.Array([link])
        pdf.save(tmp_path / "a.pdf")
    assert acts(tmp_path / "a.pdf")
    facts.clean(str(tmp_path / "a.pdf"), str(tmp_path / "clean.pdf"))
    assert not acts(tmp_path / "clean.pdf")


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_a_pdf_with_a_lost_page_is_handed_out_with_as_many_pages_as_are_shown(tmp_path: Path) -> None:
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Annots[<</Subtype/Link/Rect[0 0 9 9]/A 4 0 R>>]>>"
    )
    write_pdf(
        tmp_path / "a.pdf",
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 9 0 R 3 0 R]/Count 3>>",
        page,
        b"<</S/JavaScript/JS(app.alert)>>",
    )
    result = convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out")
    assert (result.status, result.pages, result.report["unreadable_pages"]) == (Status.OK, 3, [2])
    assert result.report["pdf_rebuilt"]
    assert len(pdfium.PdfDocument(tmp_path / "out" / "document.pdf")) == 3
    assert not acts(tmp_path / "out" / "document.pdf")
