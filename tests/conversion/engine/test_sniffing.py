"""What a file is, and why it is refused."""

from __future__ import annotations

import os
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import msoffcrypto
import pytest

from wenlan.conversion.engine import (
    Limits,
    Rejected,
    Status,
    containers,
    recorded,
    recorded_page_count,
    sandbox,
    sniff,
)
from wenlan.conversion.engine.containers import Costly
from wenlan.conversion.engine.packages import identify

from .conftest import (
    CHINESE,
    Maker,
    make_directory,
    make_docx,
    make_epub,
    make_locked_pdf,
    make_ole,
    make_pdf,
    make_png,
    make_pptx,
    make_tiff,
    make_xlsx,
    make_zip,
    ooxml_members,
)

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"


def refusal(path: Path, name: str | None = None, limits: Limits | None = None) -> tuple[Status, str]:
    with pytest.raises(Rejected) as refused:
        sniff(path, name=name or path.name, limits=limits)
    return refused.value.status, refused.value.code


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.docx", make_docx),
        ("a.xlsx", make_xlsx),
        ("a.pptx", make_pptx),
        ("a.epub", make_epub),
        ("a.pdf", make_pdf),
        ("a.png", make_png),
        ("a.tiff", make_tiff),
    ],
)
def test_a_file_is_known_by_its_content(tmp_path: Path, name: str, make: Maker) -> None:
    path = tmp_path / "upload"
    make(path)
    found = sniff(path, name=name)
    assert (found.format, found.extension_agrees) == (name.partition(".")[2], True)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", CHINESE.encode("gb18030"), "txt"),
        ("a.txt", "臺灣的圖書館".encode("big5"), "txt"),
        ("a.txt", CHINESE.encode("utf-16"), "txt"),
        ("a.txt", "plain words\n".encode("utf-16-le"), "txt"),
        ("a.txt", "一、概述\n一年\n一月\n".encode("utf-16-be"), "txt"),
        ("a.md", b"# Title\n", "md"),
        ("b.md", b"# PDF\n\nEvery file begins with `%PDF-1.7`.\n", "md"),
        ("a.csv", "姓名,年龄\n".encode(), "csv"),
        ("a.htm", b"<!DOCTYPE html><html><body>x</body></html>", "html"),
        ("a.rtf", rb"{\rtf1 x}", "rtf"),
    ],
)
def test_text_formats_are_told_apart_by_their_names(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert sniff(path, name=name).format == expected


def test_a_brother_under_another_ending_is_accepted_and_noticed(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(rb"{\rtf1 letter}")
    found = sniff(path, name="letter.doc")
    assert (found.format, found.extension_agrees) == ("rtf", False)
    assert not sniff(path, name="报告.最终版").extension_agrees


def test_the_same_bytes_keep_the_name_kingsoft_gives_them(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    make_docx(path)
    assert sniff(path, name="报告.wps").format == "wps"


def test_a_macro_document_is_not_taken_for_a_plain_one(tmp_path: Path) -> None:
    path = tmp_path / "a.docm"
    members = ooxml_members("wordprocessingml.document", "word/document.xml")
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        b"vnd.ms-word.document.macroEnabled.main",
    )
    make_zip(path, members)
    assert sniff(path, name="a.docm").format == "docm"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.touch()
    assert refusal(path) == (Status.DAMAGED, "empty")


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 1001)
    assert refusal(path, limits=Limits(max_source_bytes=1000)) == (Status.TOO_LARGE, "too_large")


def test_content_of_another_kind_than_the_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    make_pdf(path)
    assert refusal(path, "report.docx") == (Status.UNSUPPORTED, "extension_mismatch")
    assert refusal(path, "report.exe") == (Status.UNSUPPORTED, "extension_mismatch")
    path.write_text("only words")
    assert refusal(path, "report.docx") == (Status.UNSUPPORTED, "extension_mismatch")


def test_programs_and_plain_archives_are_unsupported(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"\x7fELF" + bytes(range(256)) * 8)
    assert refusal(path, "a.bin") == (Status.UNSUPPORTED, "unsupported")
    make_zip(path, {"readme.txt": b"hello"})
    assert refusal(path, "a.zip") == (Status.UNSUPPORTED, "unsupported")
    path.write_text("import os\n")
    assert refusal(path, "a.py") == (Status.UNSUPPORTED, "unsupported")


def test_garbage_and_cut_files_are_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(bytes((index * 7919 + 13) % 251 for index in range(5000)) + b"\x00\x01\x02\x03")
    assert refusal(path) == (Status.DAMAGED, "damaged")
    make_docx(path)
    path.write_bytes(path.read_bytes()[:2000])
    assert refusal(path) == (Status.DAMAGED, "damaged")
    path.write_bytes(bytes(4096))
    assert refusal(path) == (Status.DAMAGED, "damaged")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert refusal(path, "a.doc") == (Status.DAMAGED, "damaged")


def test_a_zip_bomb_is_refused_by_its_directory_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    members = ooxml_members("wordprocessingml.document", "word/document.xml")
    make_zip(path, members | {"word/media/big.xml": bytes(64 * 1024 * 1024)})
    assert refusal(path) == (Status.TOO_LARGE, "zip_bomb")
    assert refusal(path, limits=Limits(max_unpacked_bytes=1000)) == (Status.TOO_LARGE, "zip_bomb")
    assert refusal(path, limits=Limits(max_zip_entries=2)) == (Status.TOO_LARGE, "zip_bomb")


def test_archives_inside_archives_count_too(tmp_path: Path) -> None:
    inner = tmp_path / "inner.zip"
    make_zip(inner, {"zeros": bytes(64 * 1024 * 1024)})
    path = tmp_path / "a.docx"
    make_zip(path, ooxml_members("wordprocessingml.document", "word/document.xml"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.write(inner, "word/embeddings/inner.zip")
    assert refusal(path) == (Status.TOO_LARGE, "zip_bomb")


def test_a_claim_of_millions_of_entries_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    make_docx(path)
    content = bytearray(path.read_bytes())
    end = content.rfind(b"PK\x05\x06")
    content[end + 10 : end + 12] = b"\xf0\xff"
    path.write_bytes(content)
    assert refusal(path) == (Status.TOO_LARGE, "zip_bomb")


def test_an_encrypted_opendocument_is_password_protected(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    make_zip(
        path,
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": b"<manifest:encryption-data/>",
        },
    )
    assert refusal(path) == (Status.PASSWORD_PROTECTED, "password_protected")


def test_a_manifest_that_leads_nowhere_keeps_nobody_waiting(tmp_path: Path) -> None:
    began = time.process_time()
    for name, listed in (
        ("META-INF/manifest.xml", b'full-path="/"'),
        ("META-INF/encryption.xml", b"EncryptionMethod "),
    ):
        make_zip(tmp_path / "a.epub", {"META-INF/container.xml": b"<x/>", name: listed * 30_000})
        assert sniff(tmp_path / "a.epub", name="a.epub").format == "epub"
    assert time.process_time() - began < 2


def test_an_opendocument_says_in_its_manifest_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    for root in (
        b'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{}"/>',
        b"<manifest:file-entry manifest:media-type='{}' manifest:full-path='/'/>",
    ):
        root = root.replace(b"{}", b"application/vnd.oasis.opendocument.text")
        make_zip(path, {"META-INF/manifest.xml": b"<manifest:manifest>" + root})
        assert sniff(path, name="a.odt").format == "odt"


def test_a_book_with_locked_text_is_password_protected(tmp_path: Path) -> None:
    method = b"<enc:EncryptionMethod Algorithm='%s'/>"
    members = {"META-INF/container.xml": b"<x/>"}
    fonts = members | {"META-INF/encryption.xml": method % b"http://www.idpf.org/2008/embedding"}
    make_zip(tmp_path / "fonts.epub", fonts)
    assert sniff(tmp_path / "fonts.epub", name="fonts.epub").format == "epub"
    text = members | {"META-INF/encryption.xml": method % b"http://www.w3.org/2001/04/xmlenc#aes128-cbc"}
    make_zip(tmp_path / "text.epub", text)
    assert refusal(tmp_path / "text.epub") == (Status.PASSWORD_PROTECTED, "password_protected")


@pytest.mark.parametrize("frugal", [True, False])
def test_a_directory_that_hides_its_length_is_not_read(tmp_path: Path, frugal: bool) -> None:
    hidden = tmp_path / "hidden.docx"
    hidden.write_bytes(make_directory(400_000, zip64=True))
    inside = tmp_path / "inside.docx"
    make_zip(inside, ooxml_members("wordprocessingml.document", "word/document.xml"))
    with zipfile.ZipFile(inside, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/embeddings/a.zip", make_directory(300_000))
    tracemalloc.start()
    for path in (hidden, inside):
        with pytest.raises((Rejected, Costly)) as refused:
            identify(path, Limits(), frugal=frugal)
        assert getattr(refused.value, "code", "zip_bomb") == "zip_bomb"
    assert tracemalloc.get_traced_memory()[1] < 48 * 1024 * 1024
    tracemalloc.stop()


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_a_large_file_takes_no_memory_of_who_asks(tmp_path: Path) -> None:
    tracemalloc.start()
    for name, stream in (("a.doc", "WordDocument"), ("a.xls", "Workbook"), ("a.ppt", "PowerPoint Document")):
        make_ole(tmp_path / name, stream, 64 * 1024 * 1024)
        assert sniff(tmp_path / name, name=name).format == name[2:]
    assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    tracemalloc.stop()


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_a_large_document_with_others_inside_is_accepted(tmp_path: Path) -> None:
    make_xlsx(tmp_path / "table.xlsx")
    make_docx(tmp_path / "a.docx")
    with zipfile.ZipFile(tmp_path / "a.docx", "a", zipfile.ZIP_STORED) as archive:
        archive.write(tmp_path / "table.xlsx", "word/embeddings/table.xlsx")
        archive.writestr("word/media/image.png", os.urandom(3 * 1024 * 1024))
    assert sniff(tmp_path / "a.docx", name="a.docx").format == "docx"


def test_a_large_file_passes_for_what_its_name_says_where_there_is_no_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "probe", lambda: sandbox.Probe(None, "no namespaces here"))
    monkeypatch.delenv(sandbox.UNSAFE_SWITCH, raising=False)
    make_ole(tmp_path / "a.doc", "WordDocument", 8 * 1024 * 1024)
    assert sniff(tmp_path / "a.doc", name="a.doc").format == "doc"
    assert refusal(tmp_path / "a.doc", "a") == (Status.UNSUPPORTED, "unsupported")


def test_an_ole_header_that_promises_more_tables_than_there_are_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    make_ole(path, "WordDocument", 8192)
    content = bytearray(path.read_bytes())
    content[44:48] = (50_000_000).to_bytes(4, "little")
    path.write_bytes(content)
    assert refusal(path) == (Status.DAMAGED, "damaged")


def test_a_password_that_costs_too_much_to_try_is_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_docx(tmp_path / "plain.docx")
    with (tmp_path / "plain.docx").open("rb") as plain, (tmp_path / "a.docx").open("w+b") as locked:
        msoffcrypto.OfficeFile(plain).encrypt("secret", locked)
    content = (tmp_path / "a.docx").read_bytes()
    assert content.count(b'spinCount="100000"') == 1
    (tmp_path / "a.docx").write_bytes(content.replace(b'spinCount="100000"', b"spinCount='900000'"))
    monkeypatch.setattr(containers, "_opens_by_default", lambda file: pytest.fail("the password was tried"))
    assert containers.ole_is_locked(tmp_path / "a.docx")


@pytest.mark.engine
@pytest.mark.usefixtures("engine")
def test_a_pdf_is_locked_only_when_somebody_must_type_a_password(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    make_locked_pdf(path, user="secret")
    assert refusal(path) == (Status.PASSWORD_PROTECTED, "password_protected")
    make_locked_pdf(path, user="")
    assert sniff(path, name="a.pdf").format == "pdf"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not beside the checkout")
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("PasswordProtected-863d22.doc", Status.PASSWORD_PROTECTED),
        ("Password_Protected-hello-8d0dd9.ppt", Status.PASSWORD_PROTECTED),
        ("password-3ad12a.xls", Status.PASSWORD_PROTECTED),
        ("protected_agile-39ae9e.docx", Status.PASSWORD_PROTECTED),
    ],
)
def test_files_locked_by_office_are_password_protected(name: str, status: Status) -> None:
    assert refusal(CORPUS / "hostile" / name) == (status, "password_protected")


def test_the_page_count_office_recorded_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    make_zip(path, {"docProps/app.xml": b"<Properties><Pages>17</Pages></Properties>"})
    assert recorded_page_count(path, "docx") == 17
    make_zip(path, {"docProps/app.xml": b"<Properties><Pages>-3</Pages></Properties>"})
    assert recorded_page_count(path, "docx") is None
    make_pdf(path)
    assert recorded_page_count(path, "pdf") is None
    assert recorded_page_count(path, "doc") is None


def summary(count: int, *properties: tuple[int, int]) -> bytes:
    """A stream of one property set that says it has `count` properties ([MS-OLEPS] 2.21)."""
    places = b"".join(
        struct.pack("<II", number, 8 + 8 * len(properties) + 8 * place)
        for place, (number, _) in enumerate(properties)
    )
    values = b"".join(struct.pack("<Ii", 3, value) for _, value in properties)
    head = struct.pack("<HHI", 0xFFFE, 0, 0) + bytes(16) + struct.pack("<I", 1) + bytes(16)
    return (
        head + struct.pack("<I", 48) + struct.pack("<II", 8 + len(places + values), count) + places + values
    )


def test_a_page_count_is_found_among_other_properties() -> None:
    assert recorded._property(summary(2, (4, 99), (14, 17)), 14) == 17
    assert recorded._property(summary(2, (4, 99), (15, 17)), 14) is None
    assert recorded._property(summary(2, (4, 99), (14, 17))[:60], 14) is None


def test_a_summary_that_promises_milliards_of_properties_keeps_nobody_waiting() -> None:
    began = time.process_time()
    assert recorded._property(summary(0xFFFFFFFF, (4, 99)) + bytes(500_000), 14) is None
    assert time.process_time() - began < 2
