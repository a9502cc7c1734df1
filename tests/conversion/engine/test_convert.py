"""Documents in, pages out; and every way a conversion can end."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from wenlan.conversion.engine import (
    Event,
    Limits,
    Page,
    PageCount,
    PageReady,
    StageChanged,
    Status,
    convert,
    convert_files,
    formats,
)
from wenlan.conversion.engine.formats import Family
from wenlan.conversion.engine.inside.source import source_facts
from wenlan.conversion.engine.model import MIB

from .conftest import (
    CHINESE,
    make_docx,
    make_epub,
    make_pdf,
    make_png,
    make_pptx,
    make_tiff,
    make_xlsx,
    make_zip,
)
from .test_sandbox import processes_left

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine")]


def text_of(out: Path) -> str:
    return "\n".join(page["text"] for page in json.loads((out / "text.json").read_text("utf-8"))["pages"])


def written(content: str | bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return make


@pytest.mark.parametrize(
    ("name", "make", "pages", "words"),
    [
        ("a.docx", make_docx, 2, "文澜阁藏书"),
        ("a.xlsx", make_xlsx, 1, "单元格4"),
        ("a.pptx", make_pptx, 2, "第二张"),
        ("a.pdf", make_pdf, 2, "Page 2, line 3"),
        ("a.epub", make_epub, 2, "First chapter"),
        ("a.png", make_png, 1, ""),
        ("a.tiff", make_tiff, 3, ""),
        ("a.rtf", written(rb"{\rtf1 Hello from RTF}"), 1, "Hello from RTF"),
        ("a.txt", written(CHINESE.encode("gb18030")), 1, "读者在网页上看到的文字"),
        ("b.txt", written("臺灣的圖書館裡有這些書,我們說過的話都在書裡。".encode("big5")), 1, "臺灣的圖書館"),
        (
            "a.md",
            written("# 标题\n\nSome **bold** <b>words</b>.\n\n- one\n- two\n"),
            1,
            "Some bold <b>words</b>.",
        ),
        ("a.csv", written("姓名,城市\n张三,杭州\n".encode("gb18030")), 1, "杭州"),
        (
            "a.html",
            written("<html><body><h1>标题</h1><script>alert(1)</script><p>正文</p></body></html>"),
            1,
            "正文",
        ),
    ],
)
def test_every_kind_of_document_becomes_pages_with_text(
    tmp_path: Path, name: str, make: Callable[[Path], None], pages: int, words: str
) -> None:
    source, out = tmp_path / name, tmp_path / "out"
    make(source)
    result = convert(source, name=name, out=out)
    assert (result.status, result.detail) == (Status.OK, None)
    assert result.pages == pages
    assert words in text_of(out)
    assert "alert" not in text_of(out)
    assert len(pdfium.PdfDocument(out / "document.pdf")) == pages
    for number in range(1, pages + 1):
        with Image.open(out / "pages" / f"{number:04d}.webp") as large:
            assert large.width == 1440
        with Image.open(out / "pages" / f"{number:04d}-720.webp") as small:
            assert small.width == 720
    with Image.open(out / "pages" / "0001-360.webp") as cover:
        assert cover.width == 360
    assert sorted(path.name for path in out.iterdir()) == [
        "document.pdf",
        "pages",
        "report.json",
        "text.json",
    ]
    assert json.loads((out / "report.json").read_text("utf-8"))["status"] == "ok"


def test_pages_are_announced_in_order_and_are_complete_when_announced(tmp_path: Path) -> None:
    make_pdf(tmp_path / "a.pdf", pages=7)
    events: list[Event] = []

    def on_event(event: Event) -> None:
        events.append(event)
        if isinstance(event, PageReady):
            for image in event.page.images:
                with Image.open(image.path) as picture:
                    picture.load()
                    assert picture.size == (image.width, image.height)
                assert image.path.stat().st_size == image.size_bytes

    result = convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out", on_event=on_event)
    assert result.status is Status.OK
    assert [event.page.number for event in events if isinstance(event, PageReady)] == list(range(1, 8))
    assert [event.total for event in events if isinstance(event, PageCount)] == [7]
    stages = [event.stage for event in events if isinstance(event, StageChanged)]
    assert stages == ["inspecting", "rendering", "finishing"]


def test_text_lies_where_the_ink_is(tmp_path: Path) -> None:
    make_pdf(tmp_path / "a.pdf", pages=1, lines=1)
    pages: list[Page] = []
    convert(
        tmp_path / "a.pdf",
        name="a.pdf",
        out=tmp_path / "out",
        on_event=lambda event: pages.append(event.page) if isinstance(event, PageReady) else None,
    )
    page = pages[0]
    assert (page.width_points, page.height_points) == (400, 600)
    (line,) = page.lines
    scale = page.images[0].width / page.width_points
    with Image.open(page.images[0].path) as picture:
        left, top, right, bottom = (
            picture.convert("L").point(lambda value: 255 * (value < 128)).getbbox() or (0,) * 4
        )
    assert line.x - 2 <= left / scale
    assert right / scale <= line.x + line.width + 2
    assert line.y - 2 <= top / scale
    assert bottom / scale <= line.y + line.height + 2
    assert line.width < 120
    assert line.height < 25


def test_headings_and_title_come_from_the_document(tmp_path: Path) -> None:
    make_docx(tmp_path / "a.docx")
    result = convert(tmp_path / "a.docx", name="a.docx", out=tmp_path / "out")
    assert [(item.level, item.title, item.page) for item in result.outline] == [
        (1, "文澜入门", 1),
        (2, "第二部分", 2),
    ]
    assert result.title == "文澜入门"


def test_a_picture_that_unpacks_to_too_much_is_too_large(tmp_path: Path) -> None:
    Image.new("1", (9000, 9000)).save(tmp_path / "a.png")
    limits = Limits(max_image_pixels=10_000_000)
    result = convert(tmp_path / "a.png", name="a.png", out=tmp_path / "out", limits=limits)
    assert result.status is Status.TOO_LARGE


def test_too_many_pages_are_too_large(tmp_path: Path) -> None:
    make_pdf(tmp_path / "a.pdf", pages=5)
    result = convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out", limits=Limits(max_pages=4))
    assert (result.status, result.error) == (Status.TOO_LARGE, "too_many_pages")


@pytest.mark.parametrize("limits", [Limits(max_image_bytes=60_000), Limits(max_page_text_bytes=2_000)])
def test_what_comes_out_of_a_document_is_bounded_all_together(tmp_path: Path, limits: Limits) -> None:
    make_pdf(tmp_path / "a.pdf", pages=20, lines=10)
    pages: list[int] = []
    result = convert(
        tmp_path / "a.pdf",
        name="a.pdf",
        out=tmp_path / "out",
        limits=limits,
        on_event=lambda event: pages.append(1) if isinstance(event, PageReady) else None,
    )
    assert (result.status, result.error) == (Status.TOO_LARGE, "too_large")
    assert 0 < len(pages) < 20
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["report.json"]


def test_a_cut_pdf_and_a_broken_docx_are_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\nnothing here\n" + os.urandom(500))
    assert convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out").status is Status.DAMAGED
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report.json"]


def test_an_exception_of_the_listener_ends_everything_and_comes_back(tmp_path: Path) -> None:
    class LeaseLost(Exception):
        pass

    make_pdf(tmp_path / "a.pdf", pages=60, lines=25)
    out = tmp_path / f"out-{os.getpid()}"

    def on_event(event: Event) -> None:
        if isinstance(event, PageReady) and event.page.number == 2:
            raise LeaseLost

    with pytest.raises(LeaseLost):
        convert(tmp_path / "a.pdf", name="a.pdf", out=out, on_event=on_event)
    assert list(out.iterdir()) == []
    assert processes_left(out.name) == []


def test_a_small_file_is_not_laid_out_for_as_long_as_a_large_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert formats.layout_seconds(Family.WORDS, 10 * MIB) > formats.layout_seconds(Family.WORDS, 1000)
    make_docx(tmp_path / "a.docx")
    monkeypatch.setattr(formats, "_OTHER_LAYOUT_SECONDS", (0.0, 0.0))
    result = convert(tmp_path / "a.docx", name="a.docx", out=tmp_path / "out")
    assert result.status is Status.TIMED_OUT


def test_the_deadline_ends_a_conversion_and_leaves_nothing(tmp_path: Path) -> None:
    make_docx(tmp_path / "a.docx")
    out = tmp_path / f"out-{os.getpid()}"
    result = convert(tmp_path / "a.docx", name="a.docx", out=out, limits=Limits(deadline_seconds=0.2))
    assert result.status is Status.TIMED_OUT
    assert result.seconds < 5
    assert [path.name for path in out.iterdir()] == ["report.json"]
    assert processes_left(out.name) == []


def test_fonts_that_a_theme_names_for_other_scripts_are_not_asked_for(tmp_path: Path) -> None:
    theme = """<a:minorFont><a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface="Mangal"/>
        <a:font script="Jpan" typeface="ＭＳ 明朝"/><a:font script="Thai" typeface="Cordia New"/></a:minorFont>"""
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/theme/theme1.xml", theme)
        archive.writestr("word/styles.xml", '<w:rFonts w:asciiTheme="minorHAnsi" w:eastAsia="宋体"/>')
    asked = source_facts(tmp_path / "a.docx", "docx")["fonts_asked"]
    assert asked == ["Calibri", "宋体"]


def test_a_second_conversion_replaces_the_first(tmp_path: Path) -> None:
    make_pdf(tmp_path / "long.pdf", pages=3)
    make_pdf(tmp_path / "short.pdf", pages=1)
    convert(tmp_path / "long.pdf", name="a.pdf", out=tmp_path / "out")
    convert(tmp_path / "short.pdf", name="a.pdf", out=tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out" / "pages").iterdir())
    assert names == ["0001-360.webp", "0001-720.webp", "0001.webp"]


def test_files_of_the_same_name_do_not_clobber_one_another(tmp_path: Path) -> None:
    files = []
    for folder, pages in (("one", 1), ("two", 2)):
        (tmp_path / folder).mkdir()
        files.append(tmp_path / folder / "a.pdf")
        make_pdf(files[-1], pages=pages)
    counts = {}
    convert_files(
        files,
        out=tmp_path / "out",
        jobs=2,
        on_result=lambda path, folder, result: counts.update({folder.name: result.pages}),
    )
    assert counts == {"a.pdf": 1, "a.pdf (2)": 2}


def test_the_cover_of_a_book_is_its_first_page(tmp_path: Path) -> None:
    make_epub(tmp_path / "plain.epub")
    make_png(tmp_path / "cover.png")
    with zipfile.ZipFile(tmp_path / "plain.epub") as plain:
        parts = {name: plain.read(name) for name in plain.namelist()}
    parts["OPS/images/cover.png"] = (tmp_path / "cover.png").read_bytes()
    parts["OPS/one.xhtml"] = (
        b'<html xmlns="http://www.w3.org/1999/xhtml"><body><div><svg xmlns="http://www.w3.org/2000/svg"'
        b' viewBox="0 0 300 200"><image width="300" height="200" xlink:href="images/cover.png"/></svg>'
        b"</div></body></html>"
    )
    make_zip(tmp_path / "a.epub", parts)
    result = convert(tmp_path / "a.epub", name="a.epub", out=tmp_path / "out")
    assert (result.status, result.report["pictures_missing"]) == (Status.OK, 0)
    with Image.open(tmp_path / "out" / "pages" / "0001.webp") as page:
        pixels = page.convert("RGB").resize((60, 80)).tobytes()
    assert sum(red > 150 and blue < 90 for red, blue in zip(pixels[::3], pixels[2::3], strict=True)) > 100
