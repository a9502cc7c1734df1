"""Damaged, locked and booby-trapped files, each through the real upload and the real conversion.

Whatever a file is, its author sees a preview or reads why there is none; nothing stays behind, and nothing inside a
file reaches the network or the machine it is converted on.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import pypdfium2 as pdfium
import pytest
from django.db import connection
from django.test import Client
from docx.oxml import parse_xml

from benchmarks import _soffice
from tests import open_office
from tests.outside import canary_picture, has_canary_colour, listener
from tests.processes import descendants
from wenlan.accounts.models import User
from wenlan.conversion import services
from wenlan.conversion.engine import Result, Status, convert_files, doctor
from wenlan.conversion.engine.layouter import ForkServerLayouter, shared_layouter
from wenlan.conversion.services.inspecting import engine_limits
from wenlan.documents.models import Document, Revision

HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "hostile"
LANGUAGES = {"zh-hans": re.compile("[\u4e00-\u9fff]{4}"), "en": re.compile(r"[A-Za-z]+ [A-Za-z]+ [a-z]+")}
DEADLINE_SECONDS = 15
AT_ONCE = 2
CANARY = "canary-4711-do-not-embed"

ClientAs = Callable[[User | None], Client]

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def engine() -> None:
    """The real programs."""
    missing = [problem.message for problem in doctor() if problem.severity == "error"]
    if missing:
        pytest.skip("; ".join(missing))


@pytest.fixture
def hostile_files() -> list[Path]:
    if not HOSTILE.is_dir():
        pytest.skip(f"there are no hostile files at {HOSTILE}")
    return sorted(path for path in HOSTILE.iterdir() if path.is_file())


@dataclass(frozen=True)
class Upload:
    """How the site answered one file: the draft it became, or the reason of its refusal by language."""

    name: str
    document_id: int | None
    reasons: dict[str, str]


def _upload(client: Client, path: Path) -> Upload:
    reasons = {}
    for language in LANGUAGES:
        with path.open("rb") as file:
            response = client.post(
                "/upload/",
                {"files": file},
                headers={"accept": "application/json", "accept-language": language},
            )
        if response.status_code == 201:
            return Upload(path.name, int(re.findall(r"\d+", response.json()["url"])[0]), {})
        assert response.status_code in {409, 422}, f"{path.name} was answered {response.status_code}"
        reasons[language] = response.json()["message"]
    return Upload(path.name, None, reasons)


def _convert(upload: Upload) -> None:
    """What a worker does."""
    try:
        revision = Revision.objects.get(document=upload.document_id)
        claim = services.revision_claim(revision_id=revision.pk)
        assert claim is not None
        services.revision_convert(claim=claim)
    finally:
        connection.close()


def _shown_reason(client: Client, upload: Upload, language: str) -> str:
    """What the author's page says about the conversion."""
    page = client.get(
        f"/my/documents/{upload.document_id}/conversion/",
        headers={"hx-request": "true", "accept-language": language},
    )
    assert page.status_code == 200
    (reason,) = re.findall(r'<p class="small">([^<]+)</p>', page.text)
    return str(reason)


def _problem(client: Client, upload: Upload) -> str:
    """What is wrong with how an upload ended; nothing for a preview or a reason that can be read."""
    reasons = upload.reasons
    if upload.document_id is not None:
        revision = Revision.objects.get(document_id=upload.document_id)
        if revision.state == Revision.State.READY:
            pages = list(revision.pages.order_by("number").values_list("number", flat=True))
            return "" if pages == list(range(1, (revision.page_count or 0) + 1)) else f"pages {pages}"
        if revision.state != Revision.State.FAILED:
            return f"it is left {revision.state}"
        if revision.error_code == "failed":
            return f"it met a fault of ours: {revision.error_detail}"
        reasons = {language: _shown_reason(client, upload, language) for language in LANGUAGES}
    unread = [language for language, words in LANGUAGES.items() if not words.search(reasons[language])]
    return f"no reason in {unread}: {reasons}" if unread else ""


def _files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def _files_known() -> set[str]:
    """Every file of the storage that a row names."""
    names = {str(name) for name in Revision.objects.values_list("file", flat=True)}
    for document in Document.objects.all():
        for revision in document.revisions.all():
            names |= {image["name"] for page in revision.pages.all() for image in page.images}
    return names


def _office_server_close() -> None:
    """End the preloaded LibreOffice that conversions of this process share; the next one starts another."""
    layouter = shared_layouter()
    assert isinstance(layouter, ForkServerLayouter)
    layouter.close()


@pytest.mark.timeout(1800)  # a hundred files, each of which may take its deadline on a busy machine
@pytest.mark.django_db(transaction=True)
def test_every_hostile_file_gets_a_preview_or_a_reason_and_leaves_nothing_behind(
    engine: None,
    hostile_files: list[Path],
    client_as: ClientAs,
    alice: User,
    tmp_path: Path,
    settings: Any,
) -> None:
    settings.CONVERSION_JOBS_DIR = tmp_path / "jobs"
    settings.CONVERSION_SECONDS = DEADLINE_SECONDS
    running_before = descendants()
    client = client_as(alice)

    uploads = [_upload(client, path) for path in hostile_files]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_convert, [upload for upload in uploads if upload.document_id]))

    problems = {upload.name: problem for upload in uploads if (problem := _problem(client, upload))}
    assert problems == {}
    assert any(upload.document_id for upload in uploads)
    assert _files_below(tmp_path / "files") == _files_known()
    assert _files_below(tmp_path / "jobs") == set()
    assert list((tmp_path / "jobs").iterdir()) == []
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []
    _office_server_close()
    assert descendants() <= running_before


# ── Files that call out ───────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def calls() -> Iterator[tuple[int, list[bytes]]]:
    """A listener on this machine: its port, and the beginning of everything that reached it."""
    with listener() as calls:
        yield calls


def _docx_with_a_picture(path: Path, picture: Path) -> None:
    document = docx.Document()
    document.add_paragraph("A report with a picture of its own.")
    document.add_picture(str(picture))
    document.save(str(path))


def _docx_with_linked_pictures(path: Path, addresses: list[str]) -> None:
    """A document whose pictures are links: relationships with TargetMode External (ECMA-376 part 2, 9.3)."""
    document = docx.Document()
    document.add_paragraph("A report with linked pictures.")
    body = document.element.body
    for address in addresses:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
        relation = document.part.rels.get_or_add_ext_rel(kind, address)
        for picture in (_PICTURE_OF_TODAY, _PICTURE_OF_OLD):
            body.insert(0, parse_xml(picture.replace("RELATION", relation)))
    document.save(str(path))


_PICTURE_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_PICTURE_OF_OLD = (
    f'<w:p {_PICTURE_NAMESPACES}><w:r><w:pict><v:shape style="width:200pt;height:200pt">'
    '<v:imagedata r:id="RELATION" r:href="RELATION"/></v:shape></w:pict></w:r></w:p>'
)
_PICTURE_OF_TODAY = (
    f'<w:p {_PICTURE_NAMESPACES}><w:r><w:drawing><wp:inline><wp:extent cx="2000000" cy="2000000"/>'
    '<wp:docPr id="1" name="x"/><a:graphic><a:graphicData '
    'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
    '<pic:cNvPr id="0" name="x"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="RELATION"/>'
    '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="2000000" cy="2000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3"'
)


def _odt_with_links(path: Path, addresses: list[str]) -> None:
    frames = "".join(
        f'<text:p><draw:frame text:anchor-type="as-char" svg:width="6cm" svg:height="6cm">'
        f'<draw:image xlink:href="{address}" xlink:type="simple" xlink:actuate="onLoad"/></draw:frame></text:p>'
        f'<text:section text:name="s{number}"><text:section-source xlink:href="{address}"/></text:section>'
        for number, address in enumerate(addresses)
    )
    content = (
        f"<office:document-content {_ODF}><office:body><office:text><text:p>A report with links.</text:p>"
        f"{frames}</office:text></office:body></office:document-content>"
    )
    media_type = "application/vnd.oasis.opendocument.text"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{media_type}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", media_type)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)


def _linked_file(path: Path, addresses: list[str]) -> None:
    """A document that names addresses in every way its kind has."""
    makers = {".docx": _docx_with_linked_pictures, ".odt": _odt_with_links}
    makers.get(path.suffix, _text_with_links)(path, addresses)


def _text_with_links(path: Path, addresses: list[str]) -> None:
    """HTML, Markdown, RTF or CSV, by the ending of `path`: what each can name an address in."""
    match path.suffix:
        case ".html":
            lines = ["<!doctype html><html><body><h1>A page with links</h1>"]
            lines += [
                f'<img src="{address}"><iframe src="{address}"></iframe><object data="{address}"></object>'
                f'<link rel="stylesheet" href="{address}"><style>@import url({address});</style>'
                f'<p style="background: url({address})">text</p>'
                for address in addresses
            ]
        case ".md":
            lines = ["# A note with links", *(f"![picture]({address})" for address in addresses)]
        case ".rtf":
            fields = [
                rf'{{\field{{\*\fldinst {{ {command} "{address}" \\d }}}}{{\fldrslt x}}}}\par'
                for address in addresses
                for command in ("INCLUDEPICTURE", "INCLUDETEXT")
            ]
            lines = [r"{\rtf1\ansi A letter with links.\par", *fields, "}"]
        case _:
            lines = ["name,value", *(f'x,"=WEBSERVICE(""{address}"")"' for address in addresses)]
    path.write_text("\n".join(lines), encoding="utf-8")


def test_what_a_file_links_to_is_neither_fetched_nor_read(
    engine: None, calls: tuple[int, list[bytes]], tmp_path: Path
) -> None:
    port, heard = calls
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "canary.txt").write_text(f"{CANARY}\n" * 20, encoding="utf-8")
    canary_picture(outside / "canary.png")
    addresses = [
        f"http://127.0.0.1:{port}/canary.png",
        f"http://localhost:{port}/canary.txt",
        (outside / "canary.png").as_uri(),
        (outside / "canary.txt").as_uri(),
        "../outside/canary.txt",
        "../outside/canary.png",
    ]
    files = tmp_path / "files"
    files.mkdir()
    _docx_with_a_picture(files / "control.docx", outside / "canary.png")
    for ending in ("docx", "odt", "html", "md", "rtf", "csv"):
        _linked_file(files / f"linked.{ending}", addresses)
    results: dict[str, tuple[Path, Result]] = {}

    convert_files(
        sorted(files.iterdir()),
        out=tmp_path / "out",
        jobs=AT_ONCE,
        on_result=lambda file, folder, result: results.update({file.name: (folder, result)}),
        limits=engine_limits(),
    )

    assert heard == []
    assert {name: result.status for name, (_, result) in results.items()} == dict.fromkeys(
        (path.name for path in files.iterdir()), Status.OK
    )
    control, _result = results.pop("control.docx")
    assert any(map(has_canary_colour, (control / "pages").glob("*.webp"))), "the test sees what it looks for"
    for name, (folder, _result) in results.items():
        assert CANARY not in (folder / "text.json").read_text(encoding="utf-8"), name
        assert CANARY not in _text_of_pdf(folder / "document.pdf"), name
        assert not any(has_canary_colour(page) for page in (folder / "pages").glob("*.webp")), name
        assert json.loads((folder / "report.json").read_text(encoding="utf-8"))["pages"] >= 1


@pytest.mark.parametrize("name", ["linked.docx", "linked.odt"])
def test_the_listener_hears_a_libreoffice_with_other_settings_and_none_with_ours(
    engine: None, calls: tuple[int, list[bytes]], tmp_path: Path, name: str
) -> None:
    """The silence of the test above means something: outside of the sandbox the same file calls out."""
    port, heard = calls
    path = tmp_path / name
    _linked_file(path, [f"http://127.0.0.1:{port}/canary.png"])

    def converted(settings: str, profile: str) -> Path:
        folder = open_office.profile_with(settings, tmp_path / profile)
        return _soffice.to_pdf(path, tmp_path, profile=folder)

    assert converted(open_office.TRUSTING, "trusting").exists()
    assert any(call.startswith((b"GET ", b"HEAD ", b"OPTIONS ", b"PROPFIND ")) for call in heard)
    heard.clear()
    assert converted(open_office.OURS, "ours").exists()
    assert heard == []


def _text_of_pdf(path: Path) -> str:
    with pdfium.PdfDocument(path) as pdf:
        return "\n".join(pdf[number].get_textpage().get_text_bounded() for number in range(len(pdf)))
