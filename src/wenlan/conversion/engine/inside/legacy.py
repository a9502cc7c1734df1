"""What the binary files of Office 97 to 2003 say about themselves.

Sources: [MS-DOC] 2.5, 2.6.1, 2.8.25 and 2.9.286, [MS-XLS] 2.4 and 2.5.187, [MS-ODRAW] 2.3.23. Every length is checked
against the bytes that are there. Presentations have a module of their own.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import olefile

from . import legacy_slides
from .drawings import HAS_PICTURE, linked_pictures
from .names import listed

MAX_STREAM_BYTES = 64 * 1024 * 1024
MAX_FONTS = 200
MAX_RECORDS = 2_000_000

_WORD, _SLIDES = "WordDocument", "PowerPoint Document"
_FONT_TABLE_AT = 0x112  # fcSttbfFfn in the file information block
_FIRST_WORD_97 = 0x00C1  # nFib
_FONT_NAME_AT = 39  # in an FFN, after the weight, the panose number and the signature
_FONT_OF_RUN = re.compile(rb"[\x4f-\x51]\x4a(..)", re.DOTALL)
"""sprmCRgFtc0 to 2: what follows is the number of a font in the table."""
_FIELD = re.compile(
    rb"\x13 {0,9}(EMBED|INCLUDEPICTURE) ([^\x13-\x15]{0,600})(?:\x14([^\x13\x15]{0,600}))?\x15"
)
_SPREAD_FIELD = re.compile(
    rb"\x13\x00(?: \x00){0,9}((?:[A-Z]\x00){5,14}) \x00((?:[^\x13-\x15]\x00|.[^\x00]){0,600})"
    rb"(?:\x14\x00((?:[^\x13\x15]\x00|.[^\x00]){0,600}))?\x15\x00",
    re.DOTALL,
)
"""The same where a character takes two bytes."""
_WITHOUT_COPY = re.compile(rb"\\d(?![a-z])", re.IGNORECASE)
_PICTURED = (b"\x01", b"\x08")
"""The characters that stand for a picture, and for something drawn, in a text."""
_FONT, _SHEET, _LOCKED, _END, _BOOKS = 0x31, 0x85, 0x2F, 0x0A, 0x01AE
_DRAWING, _OBJECT = 0xEC, 0x5D
_THIS_BOOK, _ADD_IN = 0x0401, 0x3A01  # what a record of books says instead of a name
_PICTURE_KIND, _FORMULA_PART, _EMBEDDED = 8, 9, 2


def ole_facts(path: Path) -> dict[str, Any]:
    """What a file of that time holds."""
    with olefile.OleFileIO(str(path)) as ole:
        names = ["/".join(parts).upper() for parts in ole.listdir(streams=True, storages=True)]
        facts: dict[str, Any] = {
            "macros": any(name.endswith(("/VBA", "_VBA_PROJECT_CUR")) or name == "MACROS" for name in names),
            "formulas": sum(name.endswith("EQUATION NATIVE") for name in names),
        }
        if ole.exists(_WORD):
            facts |= {**_word(ole), **_stored_objects(names, "OBJECTPOOL/")}
            facts["objects_missing"] = min(_objects_without_picture(_read(ole, _WORD)), facts["objects"])
        elif ole.exists("Workbook"):
            workbook = _read(ole, "Workbook")
            facts |= {**_workbook(workbook), **_stored_objects(names, "MBD")}
            if facts["objects"]:
                facts["objects_missing"] = min(_sheet_objects_without_picture(workbook), facts["objects"])
        elif ole.exists(_SLIDES):
            facts |= legacy_slides.presentation(
                _read(ole, _SLIDES), _read(ole, "Current User") if ole.exists("Current User") else b""
            )
        return facts


def _read(ole: olefile.OleFileIO, name: str) -> bytes:
    content: bytes = ole.openstream(name).read(MAX_STREAM_BYTES) if ole.exists(name) else b""
    return content


def _stored_objects(names: list[str], beginning: str) -> dict[str, int]:
    """The storages that objects of other programs lie in; formulas left out."""
    storages = {
        name
        for name in names
        if name.startswith(beginning)
        and name.count("/") == beginning.count("/")
        and len(name) > len(beginning)
    }
    formulas = {name.removesuffix("/EQUATION NATIVE") for name in names if name.endswith("/EQUATION NATIVE")}
    return {"objects": len(storages - formulas)}


def _word(ole: olefile.OleFileIO) -> dict[str, Any]:
    text = _read(ole, _WORD)
    fonts = list(_word_fonts(ole))
    used = {int.from_bytes(found[1], "little") for found in _FONT_OF_RUN.finditer(text)}
    streams = (_read(ole, name) for name in ("0Table", "1Table", "Data"))
    pictures = sum(linked_pictures(stream) for stream in streams)
    fields = sum(
        kind == b"INCLUDEPICTURE" and bool(_WITHOUT_COPY.search(said))
        for kind, said, _result in _fields(text)
    )
    return {
        "fonts_asked": listed(fonts),
        "fonts_named": listed(font for number, font in enumerate(fonts) if number in used),
        "external_links": max(pictures, fields),  # Word writes both for the same picture
    }


def _fields(text: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The kind of each field, what it says after that, and its result."""
    yield from _FIELD.findall(text)
    for found in _SPREAD_FIELD.findall(text):
        kind, said, result = (part.replace(b"\x00", b"") for part in found)
        if kind in {b"EMBED", b"INCLUDEPICTURE"}:
            yield kind, said, result


def _objects_without_picture(text: bytes) -> int:
    return sum(
        kind == b"EMBED" and b"Equation" not in said and not any(mark in result for mark in _PICTURED)
        for kind, said, result in _fields(text)
    )


def _word_fonts(ole: olefile.OleFileIO) -> Iterator[str]:
    """The names in the font table, SttbfFfn."""
    block = ole.openstream(_WORD).read(_FONT_TABLE_AT + 8)
    if len(block) < _FONT_TABLE_AT + 8 or struct.unpack_from("<H", block, 2)[0] < _FIRST_WORD_97:
        return
    begin, length = struct.unpack_from("<II", block, _FONT_TABLE_AT)
    table = _read(ole, "1Table" if block[0x0B] & 0x02 else "0Table")[begin : begin + min(length, 1 << 20)]
    at = 4  # after the number of names and the size of what follows each, which is none
    while at < len(table):
        entry = table[at + 1 : at + 1 + table[at]]
        at += 1 + table[at]
        yield entry[_FONT_NAME_AT:].decode("utf-16-le", errors="replace").partition("\0")[0]


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a workbook, each with its number."""
    at = 0
    for _ in range(MAX_RECORDS):
        if at + 4 > len(stream):
            return
        number, length = struct.unpack_from("<HH", stream, at)
        yield number, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _workbook(stream: bytes) -> dict[str, Any]:
    """Fonts and sheets of a workbook; without fonts when it is encrypted, with the password that Excel tries itself."""
    fonts: list[str] = []
    sheets: list[bool] = []
    others = 0
    is_locked = False
    for number, record in _records(stream):
        if number == _LOCKED:
            is_locked = True
        elif number == _FONT and len(record) > 16:
            wide = bool(record[15] & 1)
            name = record[16 : 16 + record[14] * (2 if wide else 1)]
            fonts.append(name.decode("utf-16-le" if wide else "latin-1", errors="replace"))
        elif number == _SHEET and len(record) > 6 and not is_locked:
            sheets.append(record[4] & 3 != 0)
        elif number == _BOOKS and len(record) >= 4 and not is_locked:
            others += struct.unpack_from("<H", record, 2)[0] not in {_THIS_BOOK, _ADD_IN}
        elif number == _END:
            break  # of what concerns the whole workbook
    return {
        "fonts_asked": [] if is_locked else listed(fonts[:MAX_FONTS]),
        "sheets": len(sheets),
        "sheets_hidden": sum(sheets),
        "other_workbooks": others,
        "external_links": linked_pictures(stream),
    }


def _sheet_objects_without_picture(stream: bytes) -> int:
    """How many of the embedded objects on the sheets have nothing they can be shown by."""
    missing = 0
    drawing = b""
    for number, record in _records(stream):
        if number == _DRAWING:
            drawing = record  # that of the object which the next record describes
        elif number == _OBJECT:
            missing += _is_embedded(record) and bool(drawing) and not HAS_PICTURE.search(drawing)
            drawing = b""
    return missing


def _is_embedded(record: bytes) -> bool:
    """Whether an Obj record is of an object that lies in a storage of its own."""
    if len(record) < 22 or struct.unpack_from("<H", record, 4)[0] != _PICTURE_KIND:
        return False
    at = 22  # after the common part
    while at + 4 <= len(record):
        part, length = struct.unpack_from("<HH", record, at)
        if part == _FORMULA_PART:
            return record[at + 12 : at + 13] == bytes([_EMBEDDED])
        at += 4 + length
    return False
