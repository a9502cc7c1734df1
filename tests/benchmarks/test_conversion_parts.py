"""What the benchmark of conversion measures with is itself right."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from benchmarks._conversion.fidelity import is_close
from benchmarks._conversion.own_text import characters, found_share, own_text
from benchmarks._conversion.ways import Way, soffice
from benchmarks._similarity import similarity
from docx.text.paragraph import Paragraph
from PIL import Image, ImageDraw


@pytest.fixture
def page() -> Image.Image:
    picture = Image.new("RGB", (120, 90), "white")
    ImageDraw.Draw(picture).text((10, 10), "Page of text", fill="black")
    return picture


def test_a_page_is_like_itself_and_less_like_a_worse_copy(page: Image.Image) -> None:
    worse = page.reduce(2).resize(page.size)
    much_worse = page.reduce(4).resize(page.size)

    assert similarity(page, page) == pytest.approx(1)
    assert 0 < similarity(page, much_worse) < similarity(page, worse) < 1


def test_a_page_is_unlike_a_blank_one_only_where_there_is_ink(page: Image.Image) -> None:
    blank = Image.new("RGB", page.size, "white")
    marked = blank.copy()
    marked.putpixel((60, 45), (0, 0, 0))

    assert similarity(blank, page) < similarity(blank, marked) < 1


def test_the_text_of_a_word_file_is_what_its_pages_show(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("看得见")
    hidden: Paragraph = document.add_paragraph()
    hidden.add_run("看不见").font.hidden = True
    document.save(str(tmp_path / "text.docx"))

    assert own_text(tmp_path / "text.docx", "docx") == characters("看得见")


def test_the_text_of_a_deck_leaves_out_hidden_slides(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    for title in ("Shown", "Hidden"):
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = title
    deck.slides[1]._element.set("show", "0")
    deck.save(str(tmp_path / "deck.pptx"))

    assert own_text(tmp_path / "deck.pptx", "pptx") == characters("Shown")


def test_the_text_of_a_workbook_leaves_out_hidden_sheets_and_numbers(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["销售", 42, "销售"])
    secret = workbook.create_sheet("Secret")
    secret.append(["秘密"])
    secret.sheet_state = "hidden"
    workbook.save(tmp_path / "book.xlsx")

    assert own_text(tmp_path / "book.xlsx", "xlsx") == characters("销售销售")


def test_a_file_that_is_no_archive_says_so(tmp_path: Path) -> None:
    (tmp_path / "text.docx").write_bytes(b"not a zip")

    with pytest.raises(zipfile.BadZipFile):
        own_text(tmp_path / "text.docx", "docx")


def test_a_character_counts_as_found_only_as_often_as_it_is_there() -> None:
    assert found_share(characters("文 文 澜"), characters("文澜，")) == pytest.approx(2 / 3)
    assert found_share(characters("ﬁn"), characters("fin")) == 1


@pytest.mark.parametrize(
    ("pages", "recorded", "close"), [(2, 1, True), (3, 1, False), (95, 100, True), (94, 100, False)]
)
def test_a_page_count_is_close_within_five_percent_or_one_page(
    pages: int, recorded: int, close: bool
) -> None:
    assert is_close(pages, recorded) is close


def test_a_file_that_soffice_makes_nothing_of_ends_no_run(tmp_path: Path) -> None:
    archive = tmp_path / "damaged.docx"
    archive.write_bytes(b"PK\x03\x04" + bytes(200))
    text = tmp_path / "text.txt"
    text.write_text("text", encoding="utf-8")
    way = Way("soffice", 1, soffice({}, tmp_path / "profile"))

    way.run([archive, text])

    assert way.outcomes[archive].pages is None
    assert way.outcomes[text].pages == 1
