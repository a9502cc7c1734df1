"""What an uploaded office file holds that a preview may lose: formulas, animations, objects, links to the outside.

Files are looked through, not understood: patterns over at most `MAX_BYTES` of them, each in time that grows with the
bytes and no faster.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any

import olefile

from . import legacy, rich_text
from .names import listed
from .word_fonts import WordFonts

MAX_BYTES = 64 * 1024 * 1024
MAX_FONTS = 200
MAX_COUNT = 100_000

_FORMULA = re.compile(rb"<m:oMath[ >]|<math[: >]|Equation\.(?:3|DSMT4)")
_ANIMATION = re.compile(rb'presetClass="|presentation:preset-class="')
_TRANSITION = re.compile(rb'<p:transition[ />]|presentation:transition-type="|smil:type="')
_RELATIONSHIP = re.compile(rb"<Relationship [^<>]*>")
# What a document shows but does not hold. Not a hyperlink, a template, an object, which is shown by its picture, or a
# workbook whose values are kept as well.
_SHOWN_FROM_OUTSIDE = re.compile(rb'Type="[^"]*/(?:image|video|audio|media|frame|subDocument)"')
_IDENTIFIER = re.compile(rb' Id="([^"]{1,80})"')
_PICTURE = re.compile(rb"<(?:a:blip|v:imagedata) [^<>]*>")
_COPY = re.compile(rb' (?:r:embed|r:id|o:relid)="')
_ORIGINAL = re.compile(rb' r:(?:link|href)="([^"]{1,80})"')
_OTHER_WORKBOOK = re.compile(rb"<(?:\w{1,8}:)?externalBook[ >]")
_ODF_OUTSIDE = re.compile(rb'<draw:(?:image|object|plugin)[^<>]*xlink:href="(?:[a-zA-Z]{2,8}:|//|\.\./)')
# Not the fonts that every theme names for scripts the document has nothing in: <a:font script="Thai" typeface="…"/>.
_TYPEFACE = re.compile(
    rb'(?:(?<!script="\w{4}" )typeface|style:font-name(?:-asian)?|fo:font-family|svg:font-family|<name val|<rFont val)="([^"]{1,80})"'
)
_SHEET = re.compile(rb"<(?:\w{1,8}:)?sheet [^<>]*>")
_HIDDEN = re.compile(rb'state="(?:hidden|veryHidden)"')
_ODF_SHEET = re.compile(rb'<table:table [^<>]*table:style-name="([^"<>]{1,80})"')
_ODF_HIDDEN = re.compile(
    rb'<style:style style:name="([^"<>]{1,80})" style:family="table"[^<>]*>\s{0,9}<style:table-properties[^<>]*table:display="false"'
)
_ODF_OBJECT = re.compile(rb'<draw:object-ole [^<>]*xlink:href="\./([^"<>]{1,80})"')
_SHEET_OBJECT = re.compile(rb'<oleObject [^<>]*r:id="([^"<>]{1,40})"')
_MEDIA = (
    ".mp4",
    ".m4v",
    ".mov",
    ".wmv",
    ".avi",
    ".mpg",
    ".mpeg",
    ".mp3",
    ".m4a",
    ".wav",
    ".wma",
    ".aif",
    ".mid",
    ".webm",
)


def source_facts(path: Path, kind: str) -> dict[str, Any]:
    """What the uploaded file of the format `kind` holds; only what was found out."""
    # In this order: a theme or an object inside an OLE file is a zip, and at its end makes all of it look like one.
    if olefile.isOleFile(str(path)):
        return legacy.ole_facts(path)
    if zipfile.is_zipfile(path):
        return _zip_facts(path)
    if kind == "rtf":
        return rich_text.rtf_facts(_beginning(path))
    return {}


def _beginning(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES)


def _zip_facts(path: Path) -> dict[str, Any]:
    """The same of a zip: its parts are unpacked one after the other, `MAX_BYTES` of them in all."""
    counts: Counter[str] = Counter()
    fonts: set[bytes] = set()
    named: set[bytes] = set()
    words = WordFonts()
    linked: set[tuple[str, bytes]] = set()
    bare: set[tuple[str, bytes]] = set()
    kept: set[tuple[str, bytes]] = set()
    with zipfile.ZipFile(path) as archive:
        names = {name.lower() for name in archive.namelist()}
        for name, part in _parts(archive):
            if name.endswith(".rels"):
                linked.update((_owner(name), identifier) for identifier in islice(_outside(part), MAX_COUNT))
                continue
            without, copied = _links(part)
            bare |= {(name, identifier) for identifier in without}
            kept |= {(name, identifier) for identifier in copied}
            counts["formulas"] += len(_FORMULA.findall(part))
            counts["animations"] += len(_ANIMATION.findall(part))
            counts["transitions"] += len(_TRANSITION.findall(part))
            counts["external_links"] += len(_ODF_OUTSIDE.findall(part))
            counts["other_workbooks"] += len(_OTHER_WORKBOOK.findall(part))
            counts.update(_objects(name, part, names))
            counts.update(_sheets(name, part))
            words.see(name, part)
            if len(fonts) < MAX_FONTS and not name.startswith("word/"):
                fonts.update(_TYPEFACE.findall(part))
            if len(named) < MAX_FONTS and name.startswith("ppt/slides/"):
                named.update(_TYPEFACE.findall(part))
    counts["media"] = sum(name.endswith(_MEDIA) for name in names)
    counts["external_links"] += len(linked - (kept - bare))
    return {
        **{name: min(number, MAX_COUNT) for name, number in counts.items()},
        "macros": any(name.endswith("vbaproject.bin") or name.startswith("basic/") for name in names),
        "fonts_asked": listed(map(_text, fonts | words.all())),
        "fonts_named": listed(map(_text, named | words.named)),
    }


def _text(attribute: bytes) -> str:
    return unescape(attribute.decode(errors="replace"))


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The XML parts and the tables of relationships, names in lower case; what cannot be unpacked is left out."""
    budget = MAX_BYTES
    for member in archive.infolist():
        name = member.filename.lower()
        if not name.endswith((".xml", ".rels")):
            continue
        try:
            with archive.open(member) as stream:
                part = stream.read(budget)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            RuntimeError,
            NotImplementedError,
            ValueError,
            EOFError,
        ):
            continue
        budget -= len(part)
        yield name, part
        if budget <= 0:
            return


def _owner(relationships: str) -> str:
    """The part whose relationships these are: word/document.xml for word/_rels/document.xml.rels."""
    folder, name = posixpath.split(relationships.removesuffix(".rels"))
    return posixpath.join(posixpath.dirname(folder), name)


def _outside(part: bytes) -> Iterator[bytes]:
    """The identifiers in a table of relationships of what is shown in the document and lies outside of it."""
    for item in _RELATIONSHIP.findall(part):
        if b'TargetMode="External"' in item and _SHOWN_FROM_OUTSIDE.search(item):
            found = _IDENTIFIER.search(item)
            yield found[1] if found else item


def _links(part: bytes) -> tuple[set[bytes], set[bytes]]:
    """The identifiers by which a part shows pictures outside the document: without a copy of them, and beside one."""
    without: set[bytes] = set()
    copied: set[bytes] = set()
    for item in _PICTURE.finditer(part):
        (copied if _COPY.search(item[0]) else without).update(_ORIGINAL.findall(item[0]))
    return without, copied


def _objects(name: str, part: bytes, names: set[str]) -> dict[str, int]:
    """Objects of other programs in a part, and how many of them bring no picture: those are missing in a preview."""
    pictures: list[bool] = []
    if name.startswith("word/"):
        pictures = [b":imagedata" in item for item in _elements(part, b"w:object") if b"OLEObject" in item]
    elif name.startswith("ppt/"):
        frames = (item for item in _elements(part, b"p:graphicFrame") if b"<p:oleObj" in item)
        pictures = [b"<p:pic" in item or b" spid=" in item for item in frames]
    elif name.startswith("xl/worksheets/"):
        shown = b"<objectPr" in part or b"<legacyDrawing" in part
        pictures = [shown for _ in set(_SHEET_OBJECT.findall(part))]
    elif name == "content.xml":
        replacements = (b"objectreplacements/" + item.lower() for item in _ODF_OBJECT.findall(part))
        pictures = [item.decode(errors="replace") in names for item in replacements]
    return {"objects": len(pictures), "objects_missing": pictures.count(False)}


def _elements(part: bytes, tag: bytes) -> Iterator[bytes]:
    """What each element of that name holds, formulas left out: those are typeset, not shown as a picture."""
    for piece in part.split(b"<" + tag)[1:]:
        element = piece.partition(b"</" + tag + b">")[0]
        if b'ProgID="Equation.' not in element and b'progId="Equation.' not in element:
            yield element


def _sheets(name: str, part: bytes) -> dict[str, int]:
    if name == "xl/workbook.xml":
        sheets = _SHEET.findall(part)
        return {"sheets": len(sheets), "sheets_hidden": sum(bool(_HIDDEN.search(item)) for item in sheets)}
    if name == "content.xml":
        styles = _ODF_SHEET.findall(part)
        hidden = set(_ODF_HIDDEN.findall(part))
        return {"sheets": len(styles), "sheets_hidden": sum(style in hidden for style in styles)}
    return {}
