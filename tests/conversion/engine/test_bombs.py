"""Small files that would become very large: refused by what they say of themselves, before anybody opens them."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from wenlan.conversion.engine import Limits, Rejected, Status, sniff
from wenlan.conversion.engine.containers import Costly
from wenlan.conversion.engine.packages import identify

from .conftest import make_epub, make_zip, ooxml_members

DOCX = ooxml_members("wordprocessingml.document", "word/document.xml")
ODT = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'
FETCHES = b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>'


def refusal(path: Path, limits: Limits | None = None) -> tuple[Status, str]:
    """How the file is refused, by the web process or, where it leaves that to it, by the sandboxed one."""
    codes = set()
    for frugal in (True, False):
        try:
            identify(path, limits or Limits(), frugal=frugal)
        except Rejected as refused:
            codes.add((refused.status, refused.code))
        except Costly:
            assert frugal
        else:
            pytest.fail(f"{path.name} is taken")
    (code,) = codes
    return code


# ── Archives ──────────────────────────────────────────────────────────────────────────────────────────────
def packed(content: bytes, name: str = "word/embeddings/inner.zip") -> bytes:
    """A zip, itself packed, with one member."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def test_an_archive_packed_inside_an_archive_counts_too(tmp_path: Path) -> None:
    make_zip(tmp_path / "a.docx", DOCX | {"word/embeddings/inner.zip": packed(bytes(64 * 1024 * 1024))})
    assert refusal(tmp_path / "a.docx") == (Status.TOO_LARGE, "zip_bomb")


def test_archives_nested_again_and_again_are_refused(tmp_path: Path) -> None:
    content = b"nothing at the end"
    for _ in range(4):
        content = packed(content)
    make_zip(tmp_path / "a.docx", DOCX | {"word/embeddings/inner.zip": content})
    assert refusal(tmp_path / "a.docx") == (Status.TOO_LARGE, "zip_bomb")


def test_a_large_packed_archive_is_left_to_the_sandbox(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", b"many words " * 400_000)
    make_zip(tmp_path / "a.docx", DOCX | {"word/embeddings/inner.zip": inner.getvalue()})
    with pytest.raises(Costly):
        identify(tmp_path / "a.docx", Limits(), frugal=True)
    assert identify(tmp_path / "a.docx", Limits(), frugal=False) == "docx"


def test_a_broken_archive_inside_a_document_is_no_reason_to_refuse_it(tmp_path: Path) -> None:
    make_zip(tmp_path / "a.docx", DOCX | {"word/embeddings/inner.zip": packed(b"x")[:40] + b"PK\x05\x06" * 9})
    assert identify(tmp_path / "a.docx", Limits(), frugal=True) == "docx"


@pytest.mark.parametrize("padding", [0, 4 * 1024 * 1024])
def test_entries_that_share_their_bytes_are_refused(tmp_path: Path, padding: int) -> None:
    """Many names of one kernel, as in Fifield's bombs; with padding their sizes fit into the file all the same."""
    make_zip(tmp_path / "plain.docx", DOCX | {"word/kernel.xml": b"<x/>" + bytes(900_000)})
    with zipfile.ZipFile(tmp_path / "plain.docx", "a") as archive:
        archive.writestr("word/media/padding.bin", bytes(padding))
    content = (tmp_path / "plain.docx").read_bytes()
    end = content.rfind(b"PK\x05\x06")
    _, _, _, count, _, size, offset, _ = struct.unpack("<IHHHHIIH", content[end : end + 22])
    directory = content[offset : offset + size]
    at = directory.rfind(b"PK\x01\x02", 0, directory.find(b"word/kernel.xml"))
    entry = directory[at : at + 46 + len("word/kernel.xml")]
    copies = b"".join(entry.replace(b"kernel", b"kern%02d" % number) for number in range(30))
    record = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count + 30, count + 30, size + len(copies), offset, 0)
    (tmp_path / "a.docx").write_bytes(content[:offset] + directory + copies + record)
    assert refusal(tmp_path / "a.docx") == (Status.TOO_LARGE, "zip_bomb")


# ── Entities ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("content", [LAUGHS, FETCHES], ids=["laughs", "fetches"])
@pytest.mark.parametrize(
    ("base", "member"), [(DOCX, "word/styles.xml"), (ODT, "content.xml"), (ODT, "m.rdf")]
)
def test_xml_that_declares_entities_is_refused(
    tmp_path: Path, base: dict[str, bytes], member: str, content: bytes
) -> None:
    variants = [
        content,
        b"\xef\xbb\xbf" + content,
        content.decode().encode("utf-16"),
        content.decode().encode("utf-16-be"),
        b"<!-- " + b"x" * 200_000 + b" -->" + content.removeprefix(b'<?xml version="1.0"?>'),
        b'<!DOCTYPE l [<!-- > <x> --><!ELEMENT l ANY><!ENTITY a "ha">]><l>&a;</l>',
        b'<!DOCTYPE l SYSTEM "<!-- <x> " [<!ENTITY a "ha">]><l>&a;<!-- --></l>',
        b"<!DOCTYPE l [" + b"<!-- " * 50_000,
        b"<!DOCTYPE l [" + b"<!ELEMENT l ANY>" * 100_000,
    ]
    for variant in variants:
        make_zip(tmp_path / "upload", base | {member: variant})
        assert refusal(tmp_path / "upload") == (Status.DAMAGED, "damaged")


def test_a_document_type_without_entities_is_no_reason_to_refuse_a_document(tmp_path: Path) -> None:
    old = b'<!DOCTYPE office:document-content PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "office.dtd"><x/>'
    drawing = b'<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]><svg xmlns="&ns_svg;"/>'
    text = b"<x>how to write &lt;!DOCTYPE l [&lt;!ENTITY a 'ha'>]></x>"
    make_zip(tmp_path / "a.odt", ODT | {"content.xml": old, "Pictures/a.svg": drawing, "meta.xml": text})
    assert sniff(tmp_path / "a.odt", name="a.odt").format == "odt"
    make_epub(tmp_path / "a.epub")
    with zipfile.ZipFile(tmp_path / "a.epub", "a") as book:
        book.writestr("OPS/a.xml", b'<!DOCTYPE html [<!ENTITY nbsp "&#160;">]><html/>')
    assert sniff(tmp_path / "a.epub", name="a.epub").format == "epub"


@pytest.mark.parametrize(
    "declared", [LAUGHS, FETCHES, b'<!DOCTYPE l [<!ENTITY a "' + b"x" * 9000 + b'">]><l/>']
)
def test_a_drawing_whose_entities_expand_is_refused(tmp_path: Path, declared: bytes) -> None:
    make_zip(tmp_path / "a.odt", ODT | {"Pictures/a.svg": declared})
    assert refusal(tmp_path / "a.odt") == (Status.DAMAGED, "damaged")


def test_an_office_file_that_is_one_piece_of_xml_is_looked_at_too(tmp_path: Path) -> None:
    head = b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    (tmp_path / "a.doc").write_bytes(head + b"<w/>")
    assert sniff(tmp_path / "a.doc", name="a.doc").format == "doc"
    (tmp_path / "a.doc").write_bytes(head + LAUGHS.removeprefix(b'<?xml version="1.0"?>'))
    with pytest.raises(Rejected):
        sniff(tmp_path / "a.doc", name="a.doc")


# ── Pictures ──────────────────────────────────────────────────────────────────────────────────────────────
PICTURES: dict[str, dict[str, Any]] = {
    "a.png": {},
    "a.gif": {},
    "a.bmp": {},
    "a.jpg": {},
    "exif.jpg": {"exif": b"Exif\0\0" + bytes(60_000)},
    "progressive.jpg": {"progressive": True},
    "lossy.webp": {},
    "lossless.webp": {"lossless": True},
    "a.tif": {},
    "big-endian.tiff": {"big_endian": True},
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_with_too_many_pixels_inside_a_document_is_refused(tmp_path: Path, name: str) -> None:
    mode = "RGBA" if name == "lossless.webp" else "RGB"
    Image.new(mode, (300, 200), "red").save(tmp_path / name, **PICTURES[name])
    make_zip(tmp_path / "a.docx", DOCX)
    with zipfile.ZipFile(tmp_path / "a.docx", "a") as archive:
        archive.write(tmp_path / name, f"word/media/{name.upper()}")
    assert refusal(tmp_path / "a.docx", Limits(max_image_pixels=59_999)) == (Status.TOO_LARGE, "too_large")
    assert identify(tmp_path / "a.docx", Limits(max_image_pixels=60_000), frugal=False) == "docx"


def test_a_gif_with_a_frame_larger_than_its_screen_is_refused(tmp_path: Path) -> None:
    content = b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(6) + b"!\xf9\x04\x00\x00\x00\x00\x00"
    content += b"," + struct.pack("<HHHHB", 0, 0, 60_000, 60_000, 0)
    make_zip(tmp_path / "a.docx", DOCX | {"word/media/a.gif": content})
    assert refusal(tmp_path / "a.docx") == (Status.TOO_LARGE, "too_large")
