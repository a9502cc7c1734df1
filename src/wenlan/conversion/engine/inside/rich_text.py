"""What an RTF file holds that a preview may lose.

Source: the Rich Text Format specification 1.9.1, "Font table", "Fields", "Objects" and "Math". Patterns over the bytes,
each in time that grows with them and no faster.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from .names import listed

MAX_TABLE_BYTES = 256 * 1024
MAX_INSTRUCTION_BYTES, MAX_RESULT_BYTES = 400, 8_000
MAX_FIELDS = 5_000

_TABLE_ENDS = re.compile(rb"\\(?:colortbl|stylesheet|filetbl|info|generator)\b")
_BESIDE = re.compile(rb"\{\\\*[^{}]{0,400}\}")
_CHARSET = re.compile(rb"\\fcharset(\d{1,3})")
_CONTROL = re.compile(rb"\\[a-z]{1,32}-?\d{0,10} ?|[{}\r\n]")
_HEXADECIMAL = re.compile(rb"\\'([0-9a-fA-F]{2})")
_USED = re.compile(rb"\\a?f(\d{1,6})(?!\d)")
_CODECS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 204: "cp1251"}
_LINKS = re.compile(rb"\\obj(?:aut)?link\b")
_RESULT = re.compile(rb"\\result\b")
_FORMULA_OBJECT = re.compile(rb"\\objclass Equation\b")
_FORMULA = re.compile(rb"\\moMath\b")
_LINKED_PICTURE = re.compile(rb"\bINCLUDEPICTURE\b")
_AFTER_FIELD = re.compile(rb"\\(?:fldinst|par|cell)\b")
_PICTURE = re.compile(rb"\\pict\b")


def rtf_facts(content: bytes) -> dict[str, Any]:
    """The same as of other files. A picture or object that is linked counts when the file keeps no copy of it."""
    objects = [
        part
        for part in re.split(rb"\\object(?![a-z])", content)[1:]
        if not _FORMULA_OBJECT.search(part[:400])
    ]
    bare = [bool(_LINKS.search(part[:400])) for part in objects if not _RESULT.search(part)]
    return {
        "objects": len(objects) - sum(bare),
        "objects_missing": bare.count(False),
        "external_links": sum(bare) + _linked_pictures(content),
        "formulas": len(_FORMULA.findall(content)) + len(_FORMULA_OBJECT.findall(content)),
        "fonts_asked": _fonts(content),
    }


def _linked_pictures(content: bytes) -> int:
    count = 0
    for field in islice(_LINKED_PICTURE.finditer(content), MAX_FIELDS):
        before = content[max(0, field.start() - MAX_INSTRUCTION_BYTES) : field.start()]
        after = content[field.end() : field.end() + MAX_RESULT_BYTES]
        if b"\\fldinst" in before:
            count += not _PICTURE.search(_AFTER_FIELD.split(after, maxsplit=1)[0])
    return count


def _fonts(content: bytes) -> list[str]:
    """The fonts of the table that something is set in."""
    begin = content.find(b"\\fonttbl")
    if begin < 0:
        return []
    table = content[begin + 8 : begin + MAX_TABLE_BYTES]
    end = found.start() if (found := _TABLE_ENDS.search(table)) else len(table)
    used = {number[1] for number in _USED.finditer(content, begin + 8 + end)}
    entries = _BESIDE.sub(b"", table[:end]).split(b";")
    return listed(_name(entry) for entry in entries if (number := _USED.search(entry)) and number[1] in used)


def _name(entry: bytes) -> str:
    charset = _CHARSET.search(entry)
    codec = _CODECS.get(int(charset[1]) if charset else 0, "cp1252")
    plain = _CONTROL.sub(b"", entry)
    return _HEXADECIMAL.sub(lambda code: bytes([int(code[1], 16)]), plain).decode(codec, errors="replace")
