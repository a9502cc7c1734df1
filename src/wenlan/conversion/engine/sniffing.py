"""Telling what a file really is, from its content; the name only decides between brothers."""

from __future__ import annotations

import functools
import re
from pathlib import Path, PurePath
from typing import NoReturn

import magic

from .formats import BY_ENDING, FORMATS, Family, Format
from .looking import looked_into
from .members import declares_entities
from .model import Limits, Rejected, RejectionCode, Sniffed, Status
from .pdf_lock import pdf_is_locked
from .texts import looks_like_text

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC = b"PK\x03\x04"
_HEAD = 65_536
_OLD_EXCEL = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
_OLD_WORD = (b"\xdb\xa5\x2d\x00", b"\x31\xbe\x00\x00")
_IMAGES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/tiff": "tiff"}

_KIN: dict[str, frozenset[str]] = {
    # What a name may say beside what is inside: the same bytes are written under each of these names.
    "doc": frozenset({"doc", "dot", "wps"}),
    "xls": frozenset({"xls", "et"}),
    "ppt": frozenset({"ppt", "pps", "dps"}),
    "docx": frozenset({"docx", "dotx", "wps"}),
    "xlsx": frozenset({"xlsx", "et"}),
    "pptx": frozenset({"pptx", "ppsx", "dps"}),
    "ppsx": frozenset({"pptx", "ppsx"}),
    "txt": frozenset({"txt", "md", "csv"}),
}


def sniff(path: Path, *, name: str, limits: Limits | None = None) -> Sniffed:
    """The real type of the file at `path` that somebody called `name`.

    Reads the head and the directory of the file, never unpacks it. What would take more than a moment is left to a
    process in the sandbox, because servers of web pages call this. Raises Rejected: empty, too_large, unsupported,
    extension_mismatch, password_protected, damaged or zip_bomb.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size == 0:
        raise Rejected(Status.DAMAGED, "empty", "the file has no bytes")
    if size > limits.max_source_bytes:
        raise Rejected(Status.TOO_LARGE, "too_large", f"{size} bytes, at most {limits.max_source_bytes}")
    promised = BY_ENDING.get(PurePath(name).suffix.lower())
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    found = _identify(path, head, promised, limits)
    return _agree(found, promised, name)


def _identify(path: Path, head: bytes, promised: Format | None, limits: Limits) -> str:
    """The name of the format the content is in."""
    if not head.strip(b"\x00"):
        raise Rejected(Status.DAMAGED, "damaged", "the file begins with nothing but zero bytes")
    if head.startswith(_OLE_MAGIC):
        return _identify_ole(path, promised, limits)
    if head.startswith((_ZIP_MAGIC, b"PK\x05\x06", b"PK00PK\x03\x04")):
        return _identify_zip(path, promised, limits)
    # A PDF may begin with other bytes, but a text may speak of PDFs.
    if head.startswith(b"%PDF-") or (b"%PDF-" in head[:1024] and not _is_text(promised)):
        if pdf_is_locked(path, limits):
            raise Rejected(Status.PASSWORD_PROTECTED, "password_protected", "the PDF asks for a password")
        return "pdf"
    return _identify_flat(head, promised)


def _is_text(promised: Format | None) -> bool:
    return promised is not None and promised.family is Family.TEXT


def _identify_ole(path: Path, promised: Format | None, limits: Limits) -> str:
    return looked_into(path, limits, promised) or _none("an OLE file", None)


def _identify_zip(path: Path, promised: Format | None, limits: Limits) -> str:
    return looked_into(path, limits, promised) or _none("a zip archive", promised)


def _none(what: str, promised: Format | None) -> NoReturn:
    if promised is not None:
        raise Rejected(Status.DAMAGED, "damaged", f"{what} without the parts of a {promised.name} file")
    raise Rejected(Status.UNSUPPORTED, "unsupported", f"{what} of no office program we know")


def _identify_flat(head: bytes, promised: Format | None) -> str:
    """Formats that are one stream of bytes: RTF, images, old Office, and text."""
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(_OLD_EXCEL):
        return "xls"
    if head.startswith(_OLD_WORD):
        return "doc"
    media_type = _media_type(head)
    if media_type in _IMAGES:
        return _IMAGES[media_type]
    if looks_like_text(head):
        return _identify_text(head, promised)
    if promised is not None:
        raise Rejected(
            Status.DAMAGED, "damaged", f"named as {promised.name}, but the content is {media_type}"
        )
    raise Rejected(Status.UNSUPPORTED, "unsupported", f"content of type {media_type}")


@functools.cache
def _magic() -> magic.Magic:
    return magic.Magic(mime=True)


def _media_type(head: bytes) -> str:
    try:
        return str(_magic().from_buffer(head[:8192]))
    except magic.MagicException:
        return "application/octet-stream"


def _identify_text(head: bytes, promised: Format | None) -> str:
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:4096].lower()
    if b"mso-application" in start and declares_entities(head):
        raise Rejected(Status.DAMAGED, "damaged", "an Office file of XML that declares entities")
    if b"mso-application" in start and b"excel.sheet" in start:
        return "xls"
    if b"mso-application" in start and b"word.document" in start:
        return "doc"
    if promised is not None and promised.name in {"html", "md", "txt", "csv"}:
        return promised.name
    if re.search(rb"<!doctype html|<html[\s>]", start):
        return "html"
    if promised is None:
        raise Rejected(Status.UNSUPPORTED, "unsupported", "text of a kind that is no document")
    return "txt"


def _agree(found: str, promised: Format | None, name: str) -> Sniffed:
    """Settle content against name. Raises Rejected when they are of different kinds."""
    actual = FORMATS[found]
    ending = PurePath(name).suffix.lower()
    if promised is None:
        if ending and not _is_no_ending(ending):
            raise _rejected("extension_mismatch", f"the content is {found}, the name ends in {ending}")
        return Sniffed(actual.name, actual.media_type, extension_agrees=False)
    if promised.name in _KIN.get(found, {found}):
        return Sniffed(promised.name, actual.media_type, extension_agrees=True)
    related = promised.family is actual.family and actual.family is not Family.TEXT
    disguised_html = found == "html" and promised.family in {Family.WORDS, Family.SHEETS, Family.TEXT}
    if related or disguised_html:
        return Sniffed(actual.name, actual.media_type, extension_agrees=False)
    raise _rejected("extension_mismatch", f"the content is {found}, the name says {promised.name}")


def _is_no_ending(ending: str) -> bool:
    """Whether what follows the last dot of a name is no file ending at all (`报告v1.2最终版`, `2024.03`)."""
    return not re.fullmatch(r"\.[a-z][a-z0-9]{0,4}", ending)


def _rejected(code: RejectionCode, detail: str) -> Rejected:
    return Rejected(Status.UNSUPPORTED, code, detail)
