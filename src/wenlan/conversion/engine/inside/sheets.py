"""Which sheets of a spreadsheet its author has hidden: one page to a sheet, LibreOffice lays them out all the same."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import olefile
from lxml import etree

MAX_BYTES = 256 * 1024 * 1024
_SHEET, _END_OF_GLOBALS = 0x0085, 0x000A
_STATE = 0x03
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


def hidden_sheets(path: Path) -> list[bool]:
    """For each sheet, in its order, whether it is hidden; empty when the file does not tell."""
    with suppress(
        OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile, etree.LxmlError, struct.error
    ):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                names = {name.lower(): name for name in archive.namelist()}
                if book := names.get("xl/workbook.xml"):
                    return list(_office_open(_content(archive, book)))
                if content := names.get("content.xml"):
                    return list(_open_document(_content(archive, content)))
        elif olefile.isOleFile(str(path)):
            with olefile.OleFileIO(str(path)) as ole:
                for name in ("Workbook", "Book"):
                    if ole.exists(name):
                        return list(_excel(ole.openstream(name).read(MAX_BYTES)))
    return []


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        return stream.read(MAX_BYTES)


def _elements(content: bytes) -> Iterator[etree._Element]:
    """The elements as they begin, none of them kept, nothing fetched and no entity resolved."""
    parsed = etree.iterparse(
        io.BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
    )
    for event, element in parsed:
        if event == "start":
            yield element
        else:
            element.clear()


def _office_open(content: bytes) -> Iterator[bool]:
    """ECMA-376, part 1, 18.2.19: the `state` of a `sheet`."""
    for element in _elements(content):
        if etree.QName(element).localname == "sheet":
            yield element.get("state", "visible") != "visible"


def _open_document(content: bytes) -> Iterator[bool]:
    """OpenDocument 1.3, part 3, 20.250: a table style that has `table:display` false."""
    style, hiding = "", set()
    for element in _elements(content):
        if element.tag == f"{_STYLE}style":
            style = element.get(f"{_STYLE}name", "")
        elif element.tag == f"{_STYLE}table-properties" and element.get(f"{_TABLE}display") == "false":
            hiding.add(style)
        elif element.tag == f"{_TABLE}table" and element.getparent().tag.endswith("}spreadsheet"):  # type: ignore[union-attr]
            yield element.get(f"{_TABLE}style-name", "") in hiding


def _excel(content: bytes) -> Iterator[bool]:
    """[MS-XLS] 2.4.28: the records BoundSheet8, which stand before the first end of a substream."""
    place = 0
    while place + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, place)
        if kind == _END_OF_GLOBALS:
            return
        if kind == _SHEET:
            yield content[place + 8] & _STATE != 0
        place += 4 + length
