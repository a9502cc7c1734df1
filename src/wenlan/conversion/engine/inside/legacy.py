"""What the binary files of Office 97 to 2003 say about themselves.

Sources: [MS-DOC] 2.5 and 2.9.286, [MS-XLS] 2.4, [MS-PPT] 2.9.8 and 2.10. Every length is checked against the bytes
that are there.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import olefile

MAX_STREAM_BYTES = 64 * 1024 * 1024
MAX_FONTS = 200
MAX_RECORDS = 2_000_000

_WORD, _SLIDES = "WordDocument", "PowerPoint Document"
_ANIMATION = b"\x01\x00\xf1\x0f\x1c\x00\x00\x00"
"""The head of an RT_AnimationInfoAtom: version 1, instance 0, the type, a length of 28 bytes."""
_EFFECT_KIND = b"\xb0\x00\x42\xf1\x05\x00\x00\x00"
"""A variant (RT_TimeVariant) that names the kind of an effect (TL_TPID_EffectType): what PowerPoint writes since 2002."""
_SLIDE_SHOW = re.compile(rb"\x00\x00\xf9\x03\x10\x00\x00\x00.{9}(.)", re.DOTALL)
"""SlideShowSlideInfoAtom of 16 bytes, and in it the byte effectType; 0 is no transition. [MS-PPT] 2.4.17."""
_OBJECT_OF_SLIDE = b"\x0f\x00\xcc\x0f"  # the head of an RT_ExternalOleEmbed, without its length
_FONT_OF_SLIDES = re.compile(rb"\xb7\x0f\x44\x00\x00\x00((?:[^\x00]\x00|.[^\x00]){1,31})\x00\x00", re.DOTALL)
_FONT_TABLE_AT = 0x112  # fcSttbfFfn in the file information block
_FIRST_WORD_97 = 0x00C1  # nFib
_FONT_NAME_AT = 39  # in an FFN, after the weight, the panose number and the signature
_FONT, _SHEET, _LOCKED = 0x31, 0x85, 0x2F
_LEFT_BY_FONTS = re.compile(r"^[+@]|[\x00-\x1f\ufffd]")


def listed(names: Iterable[str]) -> list[str]:
    """Names of fonts in order, without those a theme or a program stands for and without broken ones."""
    return sorted({name for name in names if name.strip() and not _LEFT_BY_FONTS.search(name)})[:MAX_FONTS]


def ole_facts(path: Path) -> dict[str, Any]:
    """What a file of that time holds."""
    with olefile.OleFileIO(str(path)) as ole:
        names = ["/".join(parts).upper() for parts in ole.listdir(streams=True, storages=True)]
        facts: dict[str, Any] = {
            "macros": any(name.endswith(("/VBA", "_VBA_PROJECT_CUR")) or name == "MACROS" for name in names),
            "formulas": sum(name.endswith("EQUATION NATIVE") for name in names),
        }
        if ole.exists(_WORD):
            facts |= {"fonts_asked": listed(_word_fonts(ole)), **_stored_objects(names, "OBJECTPOOL/")}
        elif ole.exists("Workbook"):
            facts |= {**_workbook(_read(ole, "Workbook")), **_stored_objects(names, "MBD")}
        elif ole.exists(_SLIDES):
            facts |= _presentation(_read(ole, _SLIDES))
        return facts


def _read(ole: olefile.OleFileIO, name: str) -> bytes:
    content: bytes = ole.openstream(name).read(MAX_STREAM_BYTES) if ole.exists(name) else b""
    return content


def _stored_objects(names: list[str], beginning: str) -> dict[str, int]:
    """The storages that objects of other programs lie in. Word and Excel keep a picture of each beside the text."""
    storages = {
        name
        for name in names
        if name.startswith(beginning)
        and name.count("/") == beginning.count("/")
        and len(name) > len(beginning)
    }
    formulas = {name.removesuffix("/EQUATION NATIVE") for name in names if name.endswith("/EQUATION NATIVE")}
    return {"objects": len(storages - formulas), "objects_missing": 0}


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
        elif sheets and number != _SHEET:
            break  # the sheets are listed one after the other, after the fonts
    return {
        "fonts_asked": [] if is_locked else listed(fonts[:MAX_FONTS]),
        "sheets": len(sheets),
        "sheets_hidden": sum(sheets),
    }


def _presentation(stream: bytes) -> dict[str, Any]:
    fonts = (name.decode("utf-16-le", errors="replace") for name in _FONT_OF_SLIDES.findall(stream))
    return {
        # In whichever of its two ways there are more.
        "animations": max(stream.count(_ANIMATION), stream.count(_EFFECT_KIND)),
        "transitions": sum(kind[1] != b"\0" for kind in _SLIDE_SHOW.finditer(stream)),
        "fonts_asked": listed(fonts),
        "objects": stream.count(_OBJECT_OF_SLIDE),
        "objects_missing": 0,
    }
