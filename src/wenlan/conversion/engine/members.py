"""What the members of an office package would cost whoever opens it, told by the first bytes of each.

Plain reading of bytes, without a parser of XML or pictures: the web process does it, too.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Iterator

from .containers import Costly, read_member
from .model import Limits, Rejected, Status

_MARKUP = (".xml", ".rels", ".rdf")
_PICTURES = (".png", ".jpg", ".jpeg", ".jfif", ".gif", ".webp", ".bmp", ".dib", ".tif", ".tiff")
_HEAD, _LONG_HEAD = 4_096, 262_144
_FRUGAL_MEMBERS = 400
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_NO_MARKUP = re.compile(rb"""<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)""", re.DOTALL)
_MAX_ENTITY = 256
_ROOT = re.compile(rb"<[A-Za-z_]")
_FRAME_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the SOF markers of ITU-T T.81, table B.1


def check_members(archive: zipfile.ZipFile, limits: Limits, *, frugal: bool) -> None:
    """Raise Rejected for XML that declares entities and for pictures with more pixels than anybody looks at.

    No office program declares entities, and Open Packaging Conventions forbid it (ECMA-376 part 2, M1.17); they are
    there to expand without end, or to fetch other files. With `frugal` raises Costly when looking takes longer.
    """
    names = [info.filename for info in archive.infolist()]
    markup = [name for name in names if name.lower().endswith(_MARKUP)]
    pictures = [name for name in names if name.lower().endswith(_PICTURES)]
    if frugal and len(markup) + len(pictures) > _FRUGAL_MEMBERS:
        raise Costly("hundreds of members to look at")
    for name in markup:
        if any(declares_entities(head) for head in _heads(archive, name, _begins_late, frugal=frugal)):
            raise Rejected(Status.DAMAGED, "damaged", f"{name} declares XML entities")
    for name in (name for name in names if name.lower().endswith(".svg")):
        if any(entities_expand(head) for head in _heads(archive, name, _begins_late, frugal=frugal)):
            raise Rejected(Status.DAMAGED, "damaged", f"{name} declares XML entities that expand")
    for name in pictures:
        pixels = max(
            picture_pixels(head) for head in _heads(archive, name, _says_its_size_late, frugal=frugal)
        )
        if pixels > limits.max_image_pixels:
            raise Rejected(Status.TOO_LARGE, "too_large", f"{name} has {pixels} pixels")


def _heads(
    archive: zipfile.ZipFile, name: str, is_too_short: Callable[[bytes], bool], *, frugal: bool
) -> Iterator[bytes]:
    """The first bytes of a member, then more of them when those do not tell."""
    head = read_member(archive, name, _HEAD)
    yield head
    if len(head) == _HEAD and is_too_short(head):
        if frugal:
            raise Costly(f"{name} has a long beginning")
        yield read_member(archive, name, _LONG_HEAD)


def declares_entities(head: bytes) -> bool:
    """Whether a document type declaration with entities comes before the root, or one of which no end is seen."""
    markup, _literals, ends = _declaration(head)
    return b"<!ENTITY" in markup.upper() or not ends


def entities_expand(head: bytes) -> bool:
    """Whether entities name others or files, or are long. Drawing programs declare short ones, for addresses."""
    markup, literals, ends = _declaration(head)
    if b"<!ENTITY" not in markup.upper():
        return not ends
    grows = any(len(literal) > _MAX_ENTITY or b"&" in literal or b"%" in literal for literal in literals)
    return grows or not ends or b"SYSTEM" in markup.partition(b"[")[2]


def _declaration(head: bytes) -> tuple[bytes, list[bytes], bool]:
    """The document type declaration before the root: its markup, its literals, and whether its end is seen."""
    text = _as_ascii(head)
    rest = text[_prolog_length(text) :]
    if rest[:9].upper() != b"<!DOCTYPE":
        return b"", [], True
    markup: list[bytes] = []
    literals: list[bytes] = []
    at = 0
    for token in _NO_MARKUP.finditer(rest):
        between = rest[at : token.start()]
        if root := _ROOT.search(between):
            return b"".join([*markup, between[: root.start()]]), literals, True
        markup.append(between)
        if token[0][:1] in {b'"', b"'"}:
            literals.append(token[0])
        at = token.end()
    root = _ROOT.search(rest, at)
    return b"".join([*markup, rest[at : root.start() if root else None]]), literals, root is not None


def _begins_late(head: bytes) -> bool:
    """Whether this is XML of which nothing but white space, comments and instructions is seen."""
    text = _as_ascii(head)
    rest = text[_prolog_length(text) :]
    return rest == b"" or rest.startswith((b"<!--", b"<?"))


def _prolog_length(text: bytes) -> int:
    found = _PROLOG.match(text)
    return found.end() if found else 0


def _as_ascii(head: bytes) -> bytes:
    """The markup of XML in UTF-8 or UTF-16 as plain bytes; other characters do not matter here."""
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    return head.replace(b"\x00", b"")


def _says_its_size_late(head: bytes) -> bool:
    """Whether this is a picture of a kind that may have much before its size, and has."""
    return picture_pixels(head) == 0 and head.startswith((b"\xff\xd8", b"II*\x00", b"MM\x00*"))


def picture_pixels(head: bytes) -> int:
    """Width by height as the beginning of a picture file states them; 0 for what is no picture or does not say."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _product(">II", head, 16)
    if head.startswith((b"GIF87a", b"GIF89a")):
        return max([_product("<HH", head, 6), *_gif_frames(head)])
    if head.startswith(b"BM"):
        return _product("<ii", head, 18)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _webp(head)
    if head.startswith(b"\xff\xd8"):
        return _jpeg(head)
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return _tiff(head)
    return 0


def _product(layout: str, head: bytes, offset: int) -> int:
    if len(head) < offset + struct.calcsize(layout):
        return 0
    width, height = struct.unpack_from(layout, head, offset)
    return abs(int(width) * int(height))


def _gif_frames(head: bytes) -> Iterator[int]:
    """Pixels of the first frame, which may be larger than the screen that the head announces."""
    flags = head[10] if len(head) > 10 else 0
    at = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    while head[at : at + 1] == b"!":
        at += 2
        while at < len(head) and head[at]:
            at += head[at] + 1
        at += 1
    if head[at : at + 1] == b",":
        yield _product("<HH", head, at + 5)


def _webp(head: bytes) -> int:
    """Source: WebP Container Specification; RFC 6386, 9.1; WebP Lossless Bitstream Specification, 3."""
    kind = head[12:16]
    if kind == b"VP8X" and len(head) >= 30:
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
        return width * height
    if kind == b"VP8L" and len(head) >= 25:
        bits = int.from_bytes(head[21:25], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and len(head) >= 30:
        width, height = struct.unpack_from("<HH", head, 26)
        return int(width & 0x3FFF) * int(height & 0x3FFF)
    return 0


def _jpeg(head: bytes) -> int:
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker in _FRAME_SIZES:
            return _product(">HH", head, at + 5)
        at += 1 if marker == 0xFF else 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return 0


def _tiff(head: bytes) -> int:
    """Of the first directory, when that lies within the head."""
    order = "<" if head.startswith(b"II") else ">"
    (at,) = struct.unpack_from(f"{order}I", head, 4) if len(head) >= 8 else (0,)
    if at + 2 > len(head) or at < 8:
        return 0
    (count,) = struct.unpack_from(f"{order}H", head, at)
    sides = {}
    for entry in range(at + 2, min(at + 2 + 12 * count, len(head) - 11), 12):
        tag, kind = struct.unpack_from(f"{order}HH", head, entry)
        if tag in {256, 257}:  # ImageWidth and ImageLength, a SHORT or a LONG
            (sides[tag],) = struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", head, entry + 8)
    return int(sides.get(256, 0)) * int(sides.get(257, 0))
