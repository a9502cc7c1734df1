"""What a document says about itself: fonts, table of contents, title, formulas, animations, macros, outside links."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import olefile
import pikepdf
import pypdfium2 as pdfium

MAX_OUTLINE = 2_000
MAX_NESTING = 32
MAX_MEMBER_BYTES = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_OVERLAP = 64

_FORMULA = re.compile(rb"<m:oMath[ >]|<math[: >]|Equation\.(?:3|DSMT4)")
_ANIMATION = re.compile(rb'presetClass="|presentation:preset-class="')
_OUTSIDE = re.compile(rb'<Relationship [^>]*TargetMode="External"[^>]*>')
# Not the fonts that every theme names for scripts the document has nothing in: <a:font script="Thai" typeface="…"/>.
_TYPEFACE = re.compile(
    rb'(?:w:(?:ascii|eastAsia|hAnsi|cs)|(?<!script="\w{4}" )typeface|style:font-name(?:-asian)?|svg:font-family|<name val|<rFont val)="([^"]{1,80})"'
)
_ANIMATION_ATOM = b"\xf1\x0f"  # RT_AnimationInfoAtom, [MS-PPT] 2.13.24
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
                {"level": bookmark.level + 1, "title": bookmark.get_title()[:300], "page": index + 1}
            )
        if len(items) >= MAX_OUTLINE:
            break
    return items


def title(path: str) -> str | None:
    """The title in a PDF's information dictionary."""
    value = pdfium.PdfDocument(path).get_metadata_value("Title").strip()
    return value[:500] or None


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
    return re.sub(r"^[A-Z]{6}\+", "", str(value or "").lstrip("/"))[:120]


def clean(path: str, target: str) -> dict[str, int]:
    """Write a copy of a PDF without scripts, actions that leave the document, and attached files."""
    with pikepdf.open(path) as pdf:
        removed = sum(_strip(item) for item in _dictionaries(pdf))
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return {"removed": removed}


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Every dictionary of a PDF, also those written inside another object."""
    waiting: list[tuple[Any, int]] = [(item, 0) for item in pdf.objects]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, pikepdf.Stream):
            continue
        if isinstance(item, pikepdf.Dictionary):
            yield item
            nested = [item.get(key) for key in list(item.keys())]
        elif isinstance(item, pikepdf.Array):
            nested = list(item)
        else:
            continue
        if depth < MAX_NESTING:
            waiting += [(value, depth + 1) for value in nested if _is_direct_container(value)]


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
    if isinstance(action, pikepdf.Dictionary) and str(action.get("/S")) in _BAD_KINDS:
        del item["/A"]
        removed += 1
    if str(item.get("/S", "")) in _BAD_KINDS:
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
    formulas = animations = links = 0
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
                if len(typefaces) < 200:
                    typefaces |= {match.decode(errors="replace") for match in _TYPEFACE.findall(chunk)}
    macros = any(name.endswith("vbaproject.bin") or name.startswith("basic/") for name in names)
    return {
        "macros": macros,
        "formulas": formulas,
        "animations": animations,
        "external_links": links,
        "fonts_asked": sorted(face for face in typefaces if face and not face.startswith("+"))[:200],
    }


def _ole_facts(path: Path) -> dict[str, Any]:
    with olefile.OleFileIO(str(path)) as ole:
        names = ["/".join(parts).upper() for parts in ole.listdir(streams=True, storages=True)]
        animations = 0
        if ole.exists("PowerPoint Document"):
            content = ole.openstream("PowerPoint Document").read(MAX_MEMBER_BYTES)
            animations = _count_records(content)
    return {
        "macros": any(name.endswith(("/VBA", "_VBA_PROJECT_CUR")) or name == "MACROS" for name in names),
        "formulas": sum(name.endswith("EQUATION NATIVE") for name in names),
        "animations": animations,
        "external_links": 0,
    }


def _count_records(content: bytes) -> int:
    """Animation records of a PowerPoint stream: version 1, instance 0, the type, a length of 28 bytes."""
    return content.count(b"\x01\x00" + _ANIMATION_ATOM + b"\x1c\x00\x00\x00")


def _pdf_facts(path: Path) -> dict[str, Any]:
    javascript = attachments = 0
    with pikepdf.open(path) as pdf:
        for item in _dictionaries(pdf):
            javascript += str(item.get("/S", "")) == "/JavaScript" or "/JavaScript" in item
            attachments += "/EF" in item
    return {
        "macros": javascript > 0,
        "formulas": 0,
        "animations": 0,
        "external_links": 0,
        "attachments": attachments,
    }
