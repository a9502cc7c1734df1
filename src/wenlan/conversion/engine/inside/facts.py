"""What a document says about itself: fonts, table of contents, title, formulas, animations, macros, outside links."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import olefile
import pikepdf
import pypdfium2 as pdfium

from .decoding import chinese_by_common_characters, chinese_by_its_bytes

BLANK_POINTS = (595.0, 842.0)
MAX_OUTLINE = 2_000
MAX_MEMBER_BYTES = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_OVERLAP = 64

_FORMULA = re.compile(rb"<m:oMath[ >]|<math[: >]|Equation\.(?:3|DSMT4)")
_ANIMATION = re.compile(rb'presetClass="|presentation:preset-class="')
_TRANSITION = re.compile(rb'<p:transition[ />]|presentation:transition-type="|smil:type="')
_OUTSIDE = re.compile(rb'<Relationship [^>]*TargetMode="External"[^>]*>')
# Not the fonts that every theme names for scripts the document has nothing in: <a:font script="Thai" typeface="…"/>.
_TYPEFACE = re.compile(
    rb'(?:w:(?:ascii|eastAsia|hAnsi|cs)|(?<!script="\w{4}" )typeface|style:font-name(?:-asian)?|svg:font-family|<name val|<rFont val)="([^"]{1,80})"'
)
_ANIMATION_ATOM = b"\xf1\x0f"  # RT_AnimationInfoAtom, [MS-PPT] 2.13.24
# A variant (RT_TimeVariant) that names the kind of an effect (TL_TPID_EffectType): what PowerPoint writes since 2002.
_EFFECT_KIND = b"\xb0\x00\x42\xf1\x05\x00\x00\x00"
# SlideShowSlideInfoAtom of 16 bytes, and in it the byte effectType; 0 is no transition. [MS-PPT] 2.4.17.
_SLIDE_SHOW = re.compile(rb"\x00\x00\xf9\x03\x10\x00\x00\x00.{9}(.)", re.DOTALL)
_BAD_KEYS = ("/JS", "/JavaScript", "/AA", "/OpenAction", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/EF")
_BAD_KINDS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/Movie",
    "/Sound",
}
# The bytes of PDFDocEncoding that are not Latin-1. Source: ISO 32000-1, annex D.2; two bytes stand for nothing.
_PDF_DOC = dict(
    zip("•†‡…—–ƒ⁄‹›−‰„“”‘’‚™\ufb01\ufb02ŁŒŠŸŽıłœšž", range(0x80, 0x9F), strict=True),
    **{"€": 0xA0, "\0": 0xAD},
)


def preload() -> None:
    """Touch what `write` needs, so that importing it costs nothing later."""
    pikepdf.Pdf.new().close()


def write(order: dict[str, Any]) -> None:
    """Write facts.json, and for a PDF source the cleaned document.pdf, into the job's folder."""
    folder = Path(order["folder"])
    found: dict[str, Any] = {"outline": [], "title": None, "fonts": [], "source": {}}
    for name, gather in _gatherers(order):
        try:
            found[name] = gather()
        except Exception as error:
            found.setdefault("problems", []).append(f"{name}: {type(error).__name__}: {error}"[:300])
    (folder / "facts.json").write_text(json.dumps(found), encoding="utf-8")


def _gatherers(order: dict[str, Any]) -> Iterator[tuple[str, Callable[[], Any]]]:
    pdf = order["pdf"]
    yield "outline", lambda: outline(pdf)
    yield "title", lambda: title(pdf)
    yield "fonts", lambda: fonts(pdf)
    yield "source", lambda: source_facts(Path(order["source"]), order["format"])
    if order["clean_to"]:
        yield "cleaned", lambda: clean(pdf, order["clean_to"])


def outline(path: str) -> list[dict[str, Any]]:
    """The bookmarks of a PDF."""
    document = pdfium.PdfDocument(path)
    items = []
    for bookmark in document.get_toc(max_depth=8):
        destination = bookmark.get_dest()
        index = destination.get_index() if destination else None
        if index is not None and index >= 0:
            items.append(
                {"level": bookmark.level + 1, "title": label(bookmark.get_title())[:300], "page": index + 1}
            )
        if len(items) >= MAX_OUTLINE:
            break
    return items


def title(path: str) -> str | None:
    """The title in a PDF's information dictionary."""
    value = label(pdfium.PdfDocument(path).get_metadata_value("Title")).strip()
    return value[:500] or None


def label(text: str) -> str:
    """A text of the PDF's own, such as its title; empty when it is gibberish.

    By the standard its bytes are PDFDocEncoding unless marked as Unicode, and so pdfium reads them. Chinese programs
    write GBK, others UTF-8: `¸Û¿Ú` is 港口.
    """
    if text.isascii():
        return text
    try:
        content = bytes(_PDF_DOC.get(char, ord(char)) for char in text)
    except ValueError:
        return text  # it was marked
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8")
    codec = chinese_by_common_characters(content) or chinese_by_its_bytes(content)
    if codec is not None:
        return content.decode(codec, errors="replace")
    # No Western language has more letters with accents than without.
    if sum(char >= "\x80" for char in text) <= sum(char.isascii() and char.isalpha() for char in text):
        return text
    try:
        return content.decode("gb2312")
    except UnicodeDecodeError:
        return ""


def fonts(path: str) -> list[dict[str, Any]]:
    """The fonts a PDF uses, and whether their outlines are in it."""
    found: dict[str, bool] = {}
    with pikepdf.open(path) as pdf:
        for item in _dictionaries(pdf):
            if item.get("/Type") == "/FontDescriptor":
                name = _font_name(item.get("/FontName"))
                embedded = any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                found[name] = found.get(name, False) or embedded
            elif item.get("/Type") == "/Font" and item.get("/Subtype") in ("/Type1", "/TrueType"):
                found.setdefault(_font_name(item.get("/BaseFont")), False)
    found.pop("", None)
    return [{"name": name, "embedded": embedded} for name, embedded in sorted(found.items())]


def _font_name(value: Any) -> str:
    """A font's name without the mark of a subset (ABCDEF+)."""
    return re.sub(r"^[A-Z]{6}\+", "", _name(value).lstrip("/"))[:120]


def _name(value: Any) -> str:
    """A PDF name as text, the slash included. Chinese programs write their fonts' names in GBK."""
    try:
        return str(value or "")
    except UnicodeDecodeError:
        written = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), value.unparse())
        return written.decode("gb18030", errors="replace")


def clean(path: str, target: str) -> dict[str, Any]:
    """Write a copy of a PDF without scripts, actions that leave the document, and attached files.

    `rebuilt` in the answer tells of a PDF whose structure only pdfium can follow: its pages are copied into a new
    one, without bookmarks and form fields, which is then cleaned.
    """
    document = pdfium.PdfDocument(path)
    try:
        return {"removed": _clean(path, target, pages=len(document)), "rebuilt": False}
    except Exception as error:
        # qpdf is stricter than pdfium, which draws the pages of the same bytes.
        sys.stderr.write(f"the PDF is rebuilt: {type(error).__name__}: {error}\n"[:500])
    rebuilt = Path(target).with_name("rebuilt.pdf")
    _rebuild(document, str(rebuilt))
    try:
        return {"removed": _clean(str(rebuilt), target, pages=len(document)), "rebuilt": True}
    finally:
        rebuilt.unlink()


def _clean(path: str, target: str, *, pages: int) -> int:
    """Write the cleaned copy; returns how much was removed. Raises ValueError when qpdf sees fewer pages or more."""
    with pikepdf.open(path) as pdf:
        if len(pdf.pages) != pages:
            raise ValueError(f"{len(pdf.pages)} pages instead of {pages}")
        removed = sum(_strip(item) for item in _dictionaries(pdf))
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, fix_metadata_version=False)
    return removed


def _rebuild(document: pdfium.PdfDocument, target: str) -> None:
    """Write a new PDF that has the pages and nothing else; a page that cannot be copied is blank in it."""
    copy = pdfium.PdfDocument.new()
    try:
        copy.import_pages(document)
    except pdfium.PdfiumError:
        copy = pdfium.PdfDocument.new()
        for index in range(len(document)):
            try:
                copy.import_pages(document, [index])
            except pdfium.PdfiumError:
                for begun in range(len(copy) - 1, index - 1, -1):
                    copy.del_page(begun)
                copy.new_page(*BLANK_POINTS)
    copy.save(target)


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Every dictionary of a PDF, also those written inside another object, however deep."""
    waiting: list[Any] = list(pdf.objects)
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Stream):
            continue
        if isinstance(item, pikepdf.Dictionary):
            yield item
            nested = list(item.values())  # not by key: a key may be a name that is no UTF-8
        elif isinstance(item, pikepdf.Array):
            nested = list(item)
        else:
            continue
        waiting += filter(_is_direct_container, nested)


def _is_direct_container(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _strip(item: pikepdf.Dictionary) -> int:
    """Remove what acts from one dictionary. Returns how much that was."""
    removed = 0
    for key in _BAD_KEYS:
        if key in item:
            del item[key]
            removed += 1
    action = item.get("/A")
    if isinstance(action, pikepdf.Dictionary) and _name(action.get("/S")) in _BAD_KINDS:
        del item["/A"]
        removed += 1
    if _name(item.get("/S")) in _BAD_KINDS:
        for key in list(item.keys()):
            del item[key]
        removed += 1
    return removed


def source_facts(path: Path, kind: str) -> dict[str, Any]:
    """What the uploaded file holds that a preview may lose: formulas, animations, macros, links to the outside."""
    if zipfile.is_zipfile(path):
        return _zip_facts(path)
    if olefile.isOleFile(str(path)):
        return _ole_facts(path)
    if kind == "pdf":
        return _pdf_facts(path)
    return {}


def _members(archive: zipfile.ZipFile, endings: tuple[str, ...]) -> Iterator[tuple[str, Iterator[bytes]]]:
    budget = MAX_MEMBER_BYTES
    for member in archive.infolist():
        if member.filename.lower().endswith(endings) and budget > 0:
            budget -= member.file_size
            yield member.filename, _chunks(archive, member)


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a member in pieces; a piece begins with the end of the one before, so matches are not cut."""
    try:
        with archive.open(member) as stream:
            carried = b""
            while piece := stream.read(_CHUNK):
                yield carried + piece
                carried = piece[-_OVERLAP:]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return


def _zip_facts(path: Path) -> dict[str, Any]:
    formulas = animations = transitions = links = 0
    typefaces: set[str] = set()
    with zipfile.ZipFile(path) as archive:
        names = [name.lower() for name in archive.namelist()]
        for name, chunks in _members(archive, (".xml", ".rels")):
            for chunk in chunks:
                if name.endswith(".rels"):
                    links += sum(b"/hyperlink" not in match[0] for match in _OUTSIDE.finditer(chunk))
                    continue
                formulas += len(_FORMULA.findall(chunk))
                animations += len(_ANIMATION.findall(chunk))
                transitions += len(_TRANSITION.findall(chunk))
                if len(typefaces) < 200:
                    typefaces |= {match.decode(errors="replace") for match in _TYPEFACE.findall(chunk)}
    macros = any(name.endswith("vbaproject.bin") or name.startswith("basic/") for name in names)
    return {
        "macros": macros,
        "formulas": formulas,
        "animations": animations,
        "transitions": transitions,
        "external_links": links,
        "fonts_asked": sorted(face for face in typefaces if face and not face.startswith("+"))[:200],
    }


def _ole_facts(path: Path) -> dict[str, Any]:
    with olefile.OleFileIO(str(path)) as ole:
        names = ["/".join(parts).upper() for parts in ole.listdir(streams=True, storages=True)]
        animations = transitions = 0
        if ole.exists("PowerPoint Document"):
            content = ole.openstream("PowerPoint Document").read(MAX_MEMBER_BYTES)
            animations = _count_records(content)
            transitions = sum(kind[1] != b"\0" for kind in _SLIDE_SHOW.finditer(content))
    return {
        "macros": any(name.endswith(("/VBA", "_VBA_PROJECT_CUR")) or name == "MACROS" for name in names),
        "formulas": sum(name.endswith("EQUATION NATIVE") for name in names),
        "animations": animations,
        "transitions": transitions,
        "external_links": 0,
    }


def _count_records(content: bytes) -> int:
    """Animations of a PowerPoint stream, in whichever of its two ways there are more of.

    The older records have version 1, instance 0, the type, a length of 28 bytes.
    """
    return max(
        content.count(b"\x01\x00" + _ANIMATION_ATOM + b"\x1c\x00\x00\x00"), content.count(_EFFECT_KIND)
    )


def _pdf_facts(path: Path) -> dict[str, Any]:
    javascript = attachments = 0
    with pikepdf.open(path) as pdf:
        for item in _dictionaries(pdf):
            javascript += _name(item.get("/S")) == "/JavaScript" or "/JavaScript" in item
            attachments += "/EF" in item
    return {
        "macros": javascript > 0,
        "formulas": 0,
        "animations": 0,
        "external_links": 0,
        "attachments": attachments,
    }
