"""What the inside of a zip or OLE file says it is. Runs in this process or, as a program, in the sandbox."""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from .containers import Costly, OleNames, ole_is_locked, open_zip, read_member
from .members import check_members
from .model import Limits, Rejected, Status

_CONTENT_TYPES = "[Content_Types].xml"
_OOXML_MAIN: tuple[tuple[bytes, str], ...] = (
    (rb"wordprocessingml\.document\.main\+xml", "docx"),
    (rb"ms-word\.document\.macroEnabled\.main\+xml", "docm"),
    (rb"ms-word\.template\.macroEnabledTemplate\.main\+xml", "docm"),
    (rb"wordprocessingml\.template\.main\+xml", "dotx"),
    (rb"spreadsheetml\.(sheet|template)\.main\+xml", "xlsx"),
    (rb"ms-excel\.(sheet|template)\.macroEnabled\.main\+xml", "xlsm"),
    (rb"presentationml\.(presentation|template)\.main\+xml", "pptx"),
    (rb"ms-powerpoint\.(presentation|template)\.macroEnabled\.main\+xml", "pptx"),
    (rb"presentationml\.slideshow\.main\+xml", "ppsx"),
    (rb"ms-powerpoint\.slideshow\.macroEnabled\.main\+xml", "ppsx"),
)
_OOXML_PARTS = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"))
_ODF_TYPES = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/epub+zip": "epub",
}


def identify(path: Path, limits: Limits, *, frugal: bool) -> str | None:
    """The name of the format of a zip or OLE file; None when it is of no kind we know.

    Raises Rejected. With `frugal` raises Costly when that cannot be told within some hundredths of a second and some
    megabytes of memory.
    """
    with path.open("rb") as stream:
        is_zip = stream.read(2) == b"PK"
    return _identify_zip(path, limits, frugal) if is_zip else _identify_ole(path, frugal)


def _identify_ole(path: Path, frugal: bool) -> str | None:
    names = OleNames(path, frugal=frugal)
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        if frugal:
            raise Costly("the well-known password has to be tried")
        if ole_is_locked(path):
            raise Rejected(Status.PASSWORD_PROTECTED, "password_protected", "an encrypted Office package")
        return "xlsx"  # Only Excel writes packages that the well-known default password opens.
    found = None
    if "WordDocument" in names:
        found = "dot" if names.is_template else "doc"
    elif "Workbook" in names or "Book" in names:
        found = "xls"
    elif "PowerPoint Document" in names or "PP40" in names or "PP97_DUALSTORAGE" in names:
        found = "ppt"
    elif "CONTENTS" in names or "MatOST" in names or "MN0" in names:
        return "wps"
    if found is not None and ole_is_locked(path):
        raise Rejected(Status.PASSWORD_PROTECTED, "password_protected", f"an encrypted {found} file")
    return found


def _identify_zip(path: Path, limits: Limits, frugal: bool) -> str | None:
    with open_zip(path, limits, frugal=frugal) as archive:
        names = {info.filename for info in archive.infolist()}
        found = _ooxml(archive, names) or _odf(archive, names)
        if (
            found != "epub"
        ):  # whose pages are read by a tool of ours, that expands no entity and opens no large picture
            check_members(archive, limits, frugal=frugal)
        if found == "epub" and "META-INF/encryption.xml" in names:
            _refuse_locked_book(archive)
    return found


def _ooxml(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    listed = next((name for name in names if name.lower() == _CONTENT_TYPES.lower()), None)
    if listed is not None:
        text = read_member(archive, listed)
        if text.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = text.decode("utf-16", errors="replace").encode()
        for pattern, found in _OOXML_MAIN:
            if re.search(pattern, text):
                return found
    lowered = {name.lower().replace("\\", "/") for name in names}
    return next((found for part, found in _OOXML_PARTS if part in lowered), None)


def _odf(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    declared = read_member(archive, "mimetype", 256).decode("latin-1").strip()
    manifest = read_member(archive, "META-INF/manifest.xml")
    if b"encryption-data" in manifest or b"encrypted-package" in manifest:
        raise Rejected(Status.PASSWORD_PROTECTED, "password_protected", "an encrypted OpenDocument file")
    if not declared:
        root = next((tag for tag in _tags(manifest) if re.search(rb"""full-path=["']/["']""", tag)), b"")
        declared = _attribute(root, b"media-type").decode("latin-1")
    found = _ODF_TYPES.get(declared.removesuffix("-template").removesuffix("-flat-xml"))
    if found is None and "META-INF/container.xml" in names:
        return "epub"
    return found


def _refuse_locked_book(archive: zipfile.ZipFile) -> None:
    """Raise when an EPUB's text is encrypted; obfuscated fonts are no obstacle."""
    listed = read_member(archive, "META-INF/encryption.xml")
    methods = (tag for tag in _tags(listed) if re.match(rb"(?:[\w.-]+:)?EncryptionMethod\s", tag))
    algorithms = {_attribute(tag, b"Algorithm") for tag in methods}
    fonts_only = {b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC"}
    if algorithms - fonts_only:
        raise Rejected(
            Status.PASSWORD_PROTECTED, "password_protected", "the book is under digital rights management"
        )


def _tags(xml: bytes) -> Iterator[bytes]:
    """What stands in each pair of angle brackets. Each byte is looked at once, whatever the file is made of."""
    return (tag[1] for tag in re.finditer(rb"<([^<>]*)", xml))


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(name + rb"""=["']([^"']*)""", tag)
    return found[1] if found else b""


def main(path: str, limits: str) -> int:
    """Write the answer as JSON: {"format"}, or {"status", "code", "detail"} of a refusal."""
    try:
        answer = {"format": identify(Path(path), Limits(**json.loads(limits)), frugal=False)}
    except Rejected as refusal:
        answer = {"status": refusal.status.value, "code": refusal.code, "detail": refusal.detail[:500]}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
