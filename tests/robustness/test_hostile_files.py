"""Booby-trapped files through the engine: each ends in a status, reaches nobody, and shows nothing of the machine."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.conversion.engine.conftest import make_epub, make_pdf
from tests.conversion.engine.samples import ENDINGS, Sample
from wenlan.conversion.engine import FORMATS, Rejected, Status, sniff

from .world import World, changed

pytestmark = pytest.mark.engine


# ── Names in archives ─────────────────────────────────────────────────────────────────────────────────────
def test_names_that_lead_out_of_an_archive_lead_nowhere(good: dict[str, Sample], world: World) -> None:
    make_epub(world.work / "plain.epub")
    for ending in ("docx", "odt", "pptx", "ods", "epub"):
        source = good[ending].path
        path = world.work / f"names.{ending}"
        changed(source, path)
        with zipfile.ZipFile(path, "a") as archive:
            for name in (
                "../outside/secret.txt",
                "../../../../../../tmp/escaped-4711",
                str(world.folder / "written.txt"),
                "..\\..\\outside\\written.txt",
                "C:\\written.txt",
                "word/media/../../../outside/secret.png",
            ):
                archive.writestr(name, b"overwritten")
            link = zipfile.ZipInfo("Pictures/link.png")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, str(world.folder / "secret.png"))
        world.convert(path)
        assert not Path("/tmp/escaped-4711").exists()  # noqa: S108 (that is where it would be)


# ── Pictures and pages ────────────────────────────────────────────────────────────────────────────────────
def flood_png(width: int, height: int) -> bytes:
    """A PNG that says it is so large; its data would fill a few lines."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes((width // 8 + 1) * 16))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_picture_of_gigapixels_is_refused(good: dict[str, Sample], world: World) -> None:
    (world.work / "a.png").write_bytes(flood_png(60_000, 60_000))
    jpeg = good["jpg"].path.read_bytes()
    frame = jpeg.index(b"\xff\xc0") + 5
    (world.work / "a.jpg").write_bytes(jpeg[:frame] + struct.pack(">HH", 65_000, 65_000) + jpeg[frame + 4 :])
    webp = bytearray(good["webp"].path.read_bytes())
    webp[26:30] = struct.pack("<HH", 16_383, 16_383)
    (world.work / "a.webp").write_bytes(webp)
    tiff = good["tiff"].path.read_bytes()
    sides = struct.pack("<HHIHH", 256, 4, 1, 200, 0), struct.pack("<HHIHH", 257, 4, 1, 300, 0)
    for side in sides:
        assert side in tiff
        tiff = tiff.replace(side, side[:8] + struct.pack("<I", 90_000))
    (world.work / "a.tiff").write_bytes(tiff)
    changed(good["docx"].path, world.work / "a.docx", **{"word/media/a.png": flood_png(60_000, 60_000)})
    for name in ("a.png", "a.jpg", "a.webp", "a.tiff", "a.docx"):
        assert world.convert(world.work / name).status is Status.TOO_LARGE, name
    (world.work / "a.gif").write_bytes(b"GIF89a" + struct.pack("<HH", 65_000, 65_000) + bytes(30))
    assert world.convert(world.work / "a.gif").status is Status.UNSUPPORTED


def test_pages_of_any_size_end_in_a_status(world: World) -> None:
    boxes = [
        (1e7, 1e7), (1, 1e6), (1e6, 1), (0.001, 0.001), (-300, -300), (1e38, 1e38), (0, 0), (14_400, 14_400),
    ]  # fmt: skip
    for number, (width, height) in enumerate(boxes):
        with pikepdf.new() as pdf:
            pdf.add_blank_page(page_size=(300, 300))
            pdf.pages[0].obj.MediaBox = pikepdf.Array(
                [
                    0,
                    0,
                    pikepdf.Object.parse(f"{width:.4f}".encode()),
                    pikepdf.Object.parse(f"{height:.4f}".encode()),
                ]
            )
            pdf.save(world.work / f"page-{number}.pdf")
        world.convert(world.work / f"page-{number}.pdf")


def test_a_picture_of_gigapixels_inside_a_pdf_ends_in_a_status(world: World) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 300))
        picture = pdf.make_stream(
            bytes(1000), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=100_000, Height=100_000,
            ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
        )  # fmt: skip
        pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=picture))
        pdf.pages[0].Contents = pdf.make_stream(b"300 0 0 300 0 0 cm /X Do")
        pdf.save(world.work / "a.pdf")
    world.convert(world.work / "a.pdf")


# ── Files that are two things, or another than they say ───────────────────────────────────────────────────
def test_a_pdf_that_acts_is_handed_out_without_its_actions(world: World) -> None:
    make_pdf(world.work / "plain.pdf")
    kinds: dict[str, dict[str, Any]] = {
        "Launch": {"F": "/bin/sh", "Win": pikepdf.Dictionary(F="cmd.exe")},
        "JavaScript": {"JS": "app.launchURL('http://localhost')"},
        "SubmitForm": {"F": world.addresses[0]},
        "ImportData": {"F": world.addresses[2]},
        "GoToE": {"F": world.addresses[3]},
        "GoToR": {"F": world.addresses[3], "D": pikepdf.Array([0])},
    }
    with pikepdf.open(world.work / "plain.pdf") as pdf:
        actions = [pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more) for kind, more in kinds.items()]
        pdf.Root.OpenAction = actions[0]
        pdf.Root.AA = pikepdf.Dictionary(WC=actions[1])
        pdf.pages[0].obj.AA = pikepdf.Dictionary(O=actions[0])
        pdf.pages[0].obj.Annots = pikepdf.Array(
            pikepdf.Dictionary(Subtype=pikepdf.Name.Link, Rect=[0, 0, 90, 90], A=action) for action in actions
        )
        pdf.attachments["evil.exe"] = b"MZ attached"
        pdf.save(world.work / "acts.pdf")
    assert world.convert(world.work / "acts.pdf").status is Status.OK
    with pikepdf.open(world.work / "out-acts.pdf" / "document.pdf") as cleaned:
        told = "".join(repr(item) for item in cleaned.objects)
        assert not cleaned.attachments
        assert not [
            word for word in (*kinds, "OpenAction", "cmd.exe", "/AA") if f"/{word}" in told or word in told
        ]


def test_a_file_that_is_two_things_is_one_of_them(good: dict[str, Sample], world: World) -> None:
    pdf, docx = good["pdf"].path.read_bytes(), good["docx"].path.read_bytes()
    html = b"<html><script>alert(1)</script>"
    for name, content, statuses in (
        ("pdf-then-zip.pdf", pdf + docx, {Status.OK}),
        ("pdf-then-zip.docx", pdf + docx, {Status.UNSUPPORTED}),
        ("html-then-pdf.pdf", html + pdf, {Status.OK, Status.DAMAGED}),
        ("html-then-pdf.html", html + pdf, {Status.OK}),
        ("zip-then-pdf.docx", docx + pdf, {Status.OK, Status.DAMAGED, Status.TOO_LARGE}),
    ):
        (world.work / name).write_bytes(content)
        result = world.convert(world.work / name)
        assert result.status in statuses, (name, result)
        if result.pdf_path is not None:
            handed_out = result.pdf_path.read_bytes()
            assert handed_out.startswith(b"%PDF-")
            assert b"PK\x03\x04" not in handed_out
            assert b"<script>" not in handed_out


def test_a_test_virus_is_converted_like_the_text_it_is(good: dict[str, Sample], world: World) -> None:
    # In two pieces, so that no scanner takes this file for one; https://www.eicar.org/download-anti-malware-testfile/
    virus = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    (world.work / "eicar.txt").write_bytes(virus)
    assert world.convert(world.work / "eicar.txt").status is Status.OK
    (world.work / "eicar.com").write_bytes(virus)
    assert world.convert(world.work / "eicar.com").status is Status.UNSUPPORTED
    changed(good["docx"].path, world.work / "eicar.docx", **{"word/embeddings/eicar.com": virus})
    assert world.convert(world.work / "eicar.docx").status is Status.OK


def test_a_file_under_any_other_ending_is_refused_or_taken_for_what_it_is(good: dict[str, Sample]) -> None:
    for ending, other in ((ending, other) for ending in ENDINGS for other in FORMATS):
        sample = good[ending]
        try:
            found = sniff(sample.path, name=f"a.{other}")
        except Rejected:
            continue
        own = FORMATS[sample.path.suffix[1:]]
        assert FORMATS[found.format].family is own.family or own.family.value == "text", (ending, other)
