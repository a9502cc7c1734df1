"""The demo library keeps its promises: real, varied, original documents in every format."""

import re
import zipfile
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path

import docx
import openpyxl
import pypdfium2
import pytest
from lxml import etree
from pptx import Presentation

from wenlan.demo.documents import AUTHORS, CATEGORIES, DOCUMENTS, DemoDocument, write_all
from wenlan.demo.documents.formulas import NAMESPACE, omml
from wenlan.demo.documents.markup import parse, spans
from wenlan.demo.documents.office import LibreOfficeFailed, convert
from wenlan.demo.documents.texts.mathematics import handbook
from wenlan.demo.documents.texts.science import day_length_hours, term_day

PRESENTATION = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
BY_KEY = {document.key: document for document in DOCUMENTS}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every document that needs no LibreOffice, and the new format of those that do, under its key."""
    folder = tmp_path_factory.mktemp("documents")
    for document in DOCUMENTS:
        document.compose(folder / f"{document.key}.{document.through or document.format}")
    return folder


def _text(path: Path) -> str:
    if path.suffix == ".docx":
        body = docx.Document(str(path)).element.body
        return "".join(node.text or "" for node in body.iter() if etree.QName(node).localname == "t")
    if path.suffix == ".pptx":
        shapes = [shape for slide in Presentation(str(path)).slides for shape in slide.shapes]
        frames = "".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)
        cells = (
            cell.text for shape in shapes if shape.has_table for row in shape.table.rows for cell in row.cells
        )
        return frames + "".join(cells)
    if path.suffix == ".xlsx":
        values = (value for sheet in openpyxl.load_workbook(path) for row in sheet.values for value in row)
        return "".join(str(value) for value in values if value is not None and not str(value).startswith("="))
    if path.suffix == ".pdf":
        return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))
    data = path.read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("gb18030")


@cache
def _shelf_text(path: Path) -> str:
    return re.sub(r"\s+", "", _text(path))


def _texts(shelf: Path) -> dict[str, str]:
    return {key: _shelf_text(next(shelf.glob(f"{key}.*"))) for key in BY_KEY}


def test_there_are_enough_documents_in_every_format() -> None:
    formats = Counter(document.format for document in DOCUMENTS)
    assert len(DOCUMENTS) >= 28
    assert set(formats) == {"doc", "docx", "ppt", "pptx", "xls", "xlsx", "pdf", "txt"}
    assert formats["pdf"] >= 3
    assert min(formats.values()) >= 2


def test_about_two_thirds_are_chinese_and_a_third_is_free() -> None:
    chinese = sum(document.language == "zh-hans" for document in DOCUMENTS) / len(DOCUMENTS)
    free = sum(document.price_minor == 0 for document in DOCUMENTS) / len(DOCUMENTS)
    assert 0.6 <= chinese <= 0.75
    assert 0.25 <= free <= 0.4
    assert all(document.price_minor >= 0 for document in DOCUMENTS)


def test_every_category_and_every_author_has_documents() -> None:
    assert len(CATEGORIES) == 8
    assert {document.category for document in DOCUMENTS} == {category.slug for category in CATEGORIES}
    assert {document.author for document in DOCUMENTS} == set(range(len(AUTHORS)))
    assert AUTHORS[0].email == "alice@example.com"


def test_nothing_is_named_twice() -> None:
    for name in ("key", "file_name", "title", "description"):
        values = [getattr(document, name) for document in DOCUMENTS]
        assert len(set(values)) == len(values), name


def test_a_chinese_document_has_a_chinese_name_and_an_english_one_has_not() -> None:
    for document in DOCUMENTS:
        chinese = bool(re.search(r"[\u4e00-\u9fff]", document.file_name + document.title))
        assert chinese == (document.language == "zh-hans"), document.file_name


def test_every_document_says_something_of_its_own(shelf: Path) -> None:
    texts = _texts(shelf)
    for key, text in texts.items():
        assert len(text) > 350, key
    # Passages of 30 characters; numbers are left out because tables of numbers may meet by chance.
    passages = {
        key: {text[start : start + 30] for start in range(len(text) - 30)}
        for key, text in ((key, re.sub(r"[\d.,%]+", "", text)) for key, text in texts.items())
    }
    for first, second in combinations(passages, 2):
        shared = passages[first] & passages[second]
        assert len(shared) <= 10, (first, second, sorted(shared)[:2])


def test_no_document_repeats_its_own_paragraphs(shelf: Path) -> None:
    for path in shelf.glob("*.docx"):
        paragraphs = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
        long = Counter(text for text in paragraphs if len(text) > 40)
        assert not [text for text, count in long.items() if count > 1], path.name


def test_the_handbook_has_formulas_pictures_tables_and_a_table_of_contents(shelf: Path) -> None:
    book = docx.Document(str(shelf / "math-handbook.docx"))
    body = book.element.body
    assert len(body.findall(f".//{{{NAMESPACE}}}oMath")) > 400
    assert len(book.inline_shapes) >= 10
    assert len(book.tables) >= 8
    xml = etree.tostring(body).decode()
    anchors = set(re.findall(r"PAGEREF (\w+)", xml))
    assert len(anchors) > 50
    assert anchors == set(re.findall(r'bookmarkStart[^>]*w:name="(\w+)"', xml))


def test_footnotes_are_real_footnotes(shelf: Path) -> None:
    with zipfile.ZipFile(shelf / "official-guide.docx") as package:
        assert "通行的党政机关公文格式" in package.read("word/footnotes.xml").decode()
        assert "footnoteReference" in package.read("word/document.xml").decode()


def test_no_word_document_claims_a_page_count_that_nobody_measured(shelf: Path) -> None:
    for path in shelf.glob("*.docx"):
        with zipfile.ZipFile(path) as package:
            assert not [name for name in package.namelist() if name.endswith("app.xml")], path.name


def test_slides_come_in_by_click_and_their_number_is_recorded(shelf: Path) -> None:
    for path in shelf.glob("*.pptx"):
        deck = Presentation(str(path))
        animated = 0
        for slide in deck.slides:
            shapes = {str(shape.shape_id) for shape in slide.shapes}
            targets = {node.get("spid") for node in slide.element.iter(f"{PRESENTATION}spTgt")}
            assert targets <= shapes, "an animation must not point at a shape that is not there"
            animated += bool(targets)
        assert animated >= len(deck.slides) - 1
        with zipfile.ZipFile(path) as package:
            assert f"<Slides>{len(deck.slides)}</Slides>" in package.read("docProps/app.xml").decode()


def test_workbooks_calculate_and_draw(shelf: Path) -> None:
    for path in shelf.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        assert len(book.worksheets) >= 2
        values = [value for sheet in book.worksheets for row in sheet.values for value in row]
        assert sum(str(value).startswith("=") for value in values) >= 6, path.name
        with zipfile.ZipFile(path) as package:
            assert [name for name in package.namelist() if name.startswith("xl/charts/chart")], path.name


def test_the_chinese_pdfs_have_bookmarks_and_no_missing_glyphs(shelf: Path) -> None:
    for key in ("git-book", "cooking", "blood-pressure"):
        document = pypdfium2.PdfDocument(shelf / f"{key}.pdf")
        assert len(list(document.get_toc())) >= 6
        written = "".join(page.get_textpage().get_text_range() for page in document)
        assert "\x00" not in written
        assert "\ufffe" not in written


def test_one_text_file_is_utf_8_and_one_is_gb18030(shelf: Path) -> None:
    assert "调研报告" in (shelf / "survey-notes.txt").read_bytes().decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        (shelf / "survey-notes.txt").read_bytes().decode("utf-8")
    assert "读书" in (shelf / "reading.txt").read_bytes().decode("utf-8")


def test_answers_in_the_handbook_are_right() -> None:
    text = handbook()
    assert "两样都喜欢的有 $28+25-44=9$ 人" in text
    assert r"$a_{20}=79$，$S_{20}=820$" in text
    assert r"$\sin 150^{\circ}=\frac{1}{2}$，$\cos 150^{\circ}=-\frac{\sqrt{3}}{2}$" in text


def test_the_solar_terms_fall_on_their_days() -> None:
    # The equinoxes and solstices of 2026 in Chinese time, as almanacs give them.
    days = {5: (3, 20), 11: (6, 21), 17: (9, 23), 23: (12, 22)}
    assert {number: (term_day(2026, number).month, term_day(2026, number).day) for number in days} == days
    assert 14.9 < day_length_hours(2026, 11, 39.9) < 15.1


def test_the_notation_is_understood() -> None:
    blocks = parse("# A\ntext\n^ caption\n|: 1 2\n| a | b |\n| 1 | 2 |\n\n| c |\n```\n# not a heading\n```")
    assert [block.kind for block in blocks] == ["heading", "paragraph", "table", "table", "code"]
    assert (blocks[2].text, blocks[2].widths, len(blocks[2].rows)) == ("caption", [1.0, 2.0], 2)
    kinds = [(span.kind, span.text) for span in spans("a **b** `c` $d$[[e]]")]
    assert kinds == [("text", "a "), ("bold", "b"), ("text", " "), ("code", "c"), ("text", " "), ("formula", "d"), ("note", "e")]  # fmt: skip


@pytest.mark.parametrize("formula", [r"\frac{1}{2", r"\unknown{x}", "x^", r"\left<x\right>"])
def test_a_formula_that_is_not_understood_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        omml(formula)


def test_a_missing_source_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(LibreOfficeFailed):
        convert([tmp_path / "missing.docx"], "doc", tmp_path)


@pytest.mark.engine
def test_the_whole_library_is_written_with_progress(tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    written = write_all(tmp_path, on_progress=lambda done, total, name: seen.append((done, total, name)))
    assert [path.name for path in written] == [document.file_name for document in DOCUMENTS]
    assert all(path.stat().st_size > 500 for path in written)
    assert [done for done, _, _ in seen] == list(range(1, len(DOCUMENTS) + 1))
    assert {name for _, _, name in seen} == {document.file_name for document in DOCUMENTS}
    assert sum(path.stat().st_size for path in written) < 15_000_000
    for path in written:
        if path.suffix in {".doc", ".ppt", ".xls"}:
            assert path.read_bytes().startswith(b"\xd0\xcf\x11\xe0"), path.name


@pytest.mark.engine
def test_one_legacy_document_can_be_written_alone(tmp_path: Path) -> None:
    document: DemoDocument = BY_KEY["lease"]
    document.write(tmp_path / document.file_name)
    assert (tmp_path / document.file_name).read_bytes().startswith(b"\xd0\xcf\x11\xe0")
