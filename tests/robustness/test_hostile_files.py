"""Booby-trapped files through the engine: each ends in a status, reaches nobody, and shows nothing of the machine."""

from __future__ import annotations

import json
import socket
import stat
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from tests.conversion.engine.conftest import make_epub, make_pdf
from tests.conversion.engine.samples import ENDINGS, Sample, samples
from wenlan.conversion.engine import FORMATS, Limits, Rejected, Result, Status, convert, doctor, sniff
from wenlan.conversion.engine.bounds import Deadline
from wenlan.conversion.engine.layouter import shared_layouter
from wenlan.conversion.engine.model import ConversionFailed
from wenlan.conversion.engine.office import Layout, LayoutJob

from .test_spoilt_files import state_of

pytestmark = pytest.mark.engine

CANARY = "canary-0815-of-the-machine"
LIMITS = Limits(deadline_seconds=60)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    missing = [problem.message for problem in doctor() if problem.severity == "error"]
    if missing:
        pytest.skip("; ".join(missing))
    return samples(tmp_path_factory.mktemp("good"))


@dataclass
class World:
    """What lies outside of a job: files nobody may read or write, and a server nobody may ask."""

    folder: Path
    port: int
    heard: list[bytes]
    work: Path

    @property
    def addresses(self) -> list[str]:
        """Where a file could try to reach, in every spelling."""
        secret = self.folder / "secret.txt"
        return [
            f"http://127.0.0.1:{self.port}/x.png",
            f"http://localhost:{self.port}/x.txt",
            secret.as_uri(),
            str(secret),
            (self.folder / "secret.png").as_uri(),
            "../outside/secret.txt",
            "file:///etc/passwd",
        ]

    def convert(self, path: Path) -> Result:
        """Convert the file, and see that nothing else happened."""
        before, out = state_of(self.folder), self.work / f"out-{path.name}"
        result = convert(path, name=path.name, out=out, limits=LIMITS)
        assert result.status is not Status.FAILED, (path.name, result)
        assert result.seconds < LIMITS.deadline_seconds + 10
        assert self.heard == []
        assert state_of(self.folder) == before
        for written in out.rglob("*"):
            assert not written.is_symlink()
            assert not written.is_file() or CANARY.encode() not in written.read_bytes(), written
        if result.status is Status.OK:
            text = (out / "text.json").read_text(encoding="utf-8")
            assert CANARY not in text
            assert "root:" not in text
            for page in (out / "pages").glob("*.webp"):
                assert not has_canary_colour(page), path.name
        return result


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.txt").write_text(f"{CANARY}\n" * 20, encoding="utf-8")
    Image.new("RGB", (400, 400), (255, 0, 255)).save(folder / "secret.png")
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    caller, _address = server.accept()
                except OSError:
                    return
                with caller:
                    heard.append(b"a call")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield World(folder, server.getsockname()[1], heard, tmp_path)
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def has_canary_colour(path: Path) -> bool:
    with Image.open(path) as image:
        data = image.convert("RGB").resize((200, 280)).tobytes()
    pixels = zip(data[0::3], data[1::3], data[2::3], strict=True)
    return any(red > 200 and green < 80 and blue > 200 for red, green, blue in pixels)


def changed(source: Path, target: Path, *replaced: tuple[str, bytes, bytes], **added: bytes) -> Path:
    """A copy of a zip: in the member named first the second is replaced by the third; `added` by name."""
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in archive.infolist():
            content = archive.read(info)
            for member, old, new in replaced:
                if info.filename == member:
                    assert old in content, (member, old)
                    content = content.replace(old, new, 1)
            copy.writestr(info.filename, content)
        for name, content in added.items():
            copy.writestr(name, content)
    return target


# ── Entities ──────────────────────────────────────────────────────────────────────────────────────────────
MAIN_MEMBERS = {
    "docx": "word/document.xml",
    "xlsx": "xl/sharedStrings.xml",
    "pptx": "ppt/slides/slide1.xml",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
}


def with_entities(declared: str) -> bytes:
    return f"<!DOCTYPE x [{declared}]>".encode()


def laughing() -> str:
    """A billion laughs."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!ENTITY l0 "ha">{levels}<!ENTITY e "&l9;">'


def growing() -> str:
    """One long entity, to be named very often: quadratic blowup."""
    return f'<!ENTITY e "{"x" * 100_000}">'


def fetching(addresses: list[str]) -> str:
    """Entities that stand for other files, and one that names the others."""
    outside = "".join(
        f'<!ENTITY e{n} SYSTEM "{address}"><!ENTITY % p{n} SYSTEM "{address}">%p{n};'
        for n, address in enumerate(addresses)
    )
    return f'{outside}<!ENTITY e "{"".join(f"&e{n};" for n in range(len(addresses)))}">'


@pytest.mark.parametrize("ending", MAIN_MEMBERS)
def test_entities_neither_expand_nor_fetch(ending: str, good: dict[str, Sample], world: World) -> None:
    member = MAIN_MEMBERS[ending]
    with zipfile.ZipFile(good[ending].path) as archive:
        root = archive.read(member).partition(b"?>")[2].lstrip()[:30]
    declarations = {"laughs": laughing(), "grows": growing(), "fetches": fetching(world.addresses)}
    for name, declared in declarations.items():
        path = changed(
            good[ending].path,
            world.work / f"{name}.{ending}",
            (member, root, with_entities(declared) + root),
            (member, "文澜阁".encode(), b"&e;" * (20_000 if name == "grows" else 1)),
        )
        assert world.convert(path).status is Status.DAMAGED
        if pdf := laid_out_unseen(path, ending):
            world.convert(pdf)
        assert world.heard == []


def laid_out_unseen(path: Path, ending: str) -> Path | None:
    """What LibreOffice makes of a file that nobody looked at before; None when it does not read it."""
    kind = {"words": "writer", "sheets": "calc", "slides": "impress"}[FORMATS[ending].family.value]
    folder = path.with_name(f"laid-{path.name}")
    folder.mkdir()
    try:
        pdf = shared_layouter().to_pdf(LayoutJob(Layout(path, ending, kind), folder, Deadline(60), LIMITS))
    except ConversionFailed:
        return None
    return pdf.rename(path.with_name(f"laid-{path.name}.pdf"))


def test_a_drawing_inside_a_document_neither_expands_nor_fetches(
    good: dict[str, Sample], world: World
) -> None:
    frame = (
        b'<draw:frame svg:width="9cm" svg:height="9cm" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
        b' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"><draw:image'
        b' xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="Pictures/a.svg"/></draw:frame>'
    )
    entry = (
        b'<manifest:file-entry manifest:full-path="Pictures/a.svg" manifest:media-type="image/svg+xml"/>'
        b"</manifest:manifest>"
    )
    links = "".join(
        f'<style>@import url({address});</style><image href="{address}" xlink:href="{address}" width="90"'
        f' height="90"/><use href="{address}#a"/>'
        for address in world.addresses
    )
    bodies = {
        "laughs": (laughing(), "<text x='9' y='20'>&e;</text>", Status.DAMAGED),
        "grows": (growing(), f"<text>{'&e;' * 20_000}</text>", Status.DAMAGED),
        "fetches": (fetching(world.addresses), "<text x='9' y='20'>&e;</text>", Status.DAMAGED),
        "links": ("", links, Status.OK),
    }
    for name, (declared, body, status) in bodies.items():
        drawing = (
            f"<!DOCTYPE svg [{declared}]>" * bool(declared)
            + '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="99" height="99">'
            + f"{body}</svg>"
        )
        path = changed(
            good["odt"].path,
            world.work / f"drawing-{name}.odt",
            ("content.xml", "第二页".encode(), frame),
            ("META-INF/manifest.xml", b"</manifest:manifest>", entry),
            **{"Pictures/a.svg": drawing.encode()},
        )
        assert world.convert(path).status is status, name
        if name != "laughs" and (pdf := laid_out_unseen(path, "odt")):
            world.convert(pdf)


# ── Links ─────────────────────────────────────────────────────────────────────────────────────────────────
OFFICE_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(kind: str, addresses: list[str]) -> bytes:
    """Relationships to what lies outside of the package, and the end of their list."""
    links = "".join(
        f'<Relationship Id="rIdX{n}" Type="{OFFICE_RELATION}/{kind}" Target="{address}" TargetMode="External"/>'
        for n, address in enumerate(addresses)
    )
    return f"{links}</Relationships>".encode()


def test_a_slide_fetches_no_picture(good: dict[str, Sample], world: World) -> None:
    pictures = "".join(
        f'<p:pic xmlns:r="{OFFICE_RELATION}"><p:nvPicPr><p:cNvPr id="{77 + n}" name="x"/><p:cNvPicPr/><p:nvPr/>'
        f'</p:nvPicPr><p:blipFill><a:blip r:link="rIdX{n}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>'
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="3000000" cy="3000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></p:spPr></p:pic>"
        for n in range(len(world.addresses))
    )
    slides = changed(
        good["pptx"].path,
        world.work / "a.pptx",
        ("ppt/slides/slide1.xml", b"</p:spTree>", f"{pictures}</p:spTree>".encode()),
        ("ppt/slides/_rels/slide1.xml.rels", b"</Relationships>", relations("image", world.addresses)),
    )
    assert world.convert(slides).status is Status.OK
    frames = "".join(
        '<draw:frame svg:width="9cm" svg:height="9cm"><draw:image xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' xlink:href="{address}" xlink:type="simple" xlink:actuate="onLoad"/></draw:frame>'
        for address in world.addresses
    )
    show = changed(
        good["odp"].path,
        world.work / "a.odp",
        ("content.xml", b"</draw:page>", f"{frames}</draw:page>".encode()),
    )
    assert world.convert(show).status is Status.OK


def test_a_table_asks_no_server_and_no_other_table(good: dict[str, Sample], world: World) -> None:
    cells = "".join(
        f'<row r="{9 + n}"><c r="A{9 + n}"><f>WEBSERVICE("{address}")</f></c>'
        f"<c r=\"B{9 + n}\"><f>'{address}'#$Sheet1.A1</f></c></row>"
        for n, address in enumerate(world.addresses)
    )
    table = changed(
        good["xlsx"].path,
        world.work / "a.xlsx",
        ("xl/_rels/workbook.xml.rels", b"</Relationships>", relations("externalLink", world.addresses)),
        ("xl/worksheets/sheet1.xml", b"</sheetData>", f"{cells}</sheetData>".encode()),
    )
    world.convert(table)


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


def test_a_book_reads_no_chapter_and_no_picture_but_its_own(world: World) -> None:
    make_epub(world.work / "plain.epub")
    items = "".join(f'<item id="x{n}" href="{a}"/>' for n, a in enumerate(world.addresses))
    spine = "".join(f'<itemref idref="x{n}"/>' for n in range(len(world.addresses)))
    pictures = "".join(f'<img src="{address}"/>' for address in world.addresses)
    path = changed(
        world.work / "plain.epub",
        world.work / "a.epub",
        ("OPS/book.opf", b"</manifest><spine>", f"{items}</manifest><spine>{spine}".encode()),
        ("OPS/one.xhtml", b"<p>", f"{pictures}<p>".encode()),
    )
    assert world.convert(path).status is Status.OK


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


# ── Macros ────────────────────────────────────────────────────────────────────────────────────────────────
def with_macro(source: Path, target: Path, folder: Path) -> Path:
    """The document with a macro that runs when it is opened and writes a file wherever it may."""
    library = "http://openoffice.org/2000/library"
    tried = "".join(
        f'On Error Resume Next\nOpen "{place}/macro-ran" For Output As #{n}\nPrint #{n}, "ran"\nClose #{n}\n'
        for n, place in enumerate((folder, "/job", "."), start=1)
    )
    listener = (
        b"<office:scripts><office:event-listeners><script:event-listener"
        b' xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
        b' script:language="ooo:script" script:event-name="dom:load" xlink:type="simple"'
        b' xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document"/>'
        b"</office:event-listeners></office:scripts>"
    )
    with zipfile.ZipFile(source) as archive:
        scripts = b"<office:scripts/>" if b"<office:scripts/>" in archive.read("content.xml") else b""
    marker = scripts or b"<office:font-face-decls"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="Basic/{name}" manifest:media-type="text/xml"/>'
        for name in ("script-lc.xml", "Standard/script-lb.xml", "Standard/Module1.xml")
    )
    return changed(
        source,
        target,
        ("content.xml", marker, listener + (b"" if scripts else marker)),
        ("META-INF/manifest.xml", b"</manifest:manifest>", f"{entries}</manifest:manifest>".encode()),
        **{
            "Basic/script-lc.xml": f'<library:libraries xmlns:library="{library}"'
            ' xmlns:xlink="http://www.w3.org/1999/xlink"><library:library library:name="Standard"'
            ' library:link="false"/></library:libraries>'.encode(),
            "Basic/Standard/script-lb.xml": f'<library:library xmlns:library="{library}" library:name="Standard"'
            ' library:readonly="false" library:passwordprotected="false"><library:element'
            ' library:name="Module1"/></library:library>'.encode(),
            "Basic/Standard/Module1.xml": '<script:module xmlns:script="http://openoffice.org/2000/script"'
            f' script:name="Module1" script:language="StarBasic">Sub Main\n{tried.replace(chr(34), "&quot;")}'
            'ThisComponent.Text.String = &quot;the macro ran&quot;\nEnd Sub</script:module>'.encode(),
        },
    )  # fmt: skip


def test_a_macro_is_reported_and_never_run(good: dict[str, Sample], world: World) -> None:
    for ending in ("odt", "ods", "odp"):
        path = with_macro(good[ending].path, world.work / f"macro.{ending}", world.folder)
        result = world.convert(path)
        assert (result.status, result.report["macros"]) == (Status.OK, True)
        text = json.loads((world.work / f"out-macro.{ending}" / "text.json").read_text(encoding="utf-8"))
        assert "the macro ran" not in str(text)
        assert "第二页" in str(text)
