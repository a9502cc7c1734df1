"""The page count that an office program wrote into its file: what the author last saw."""

from __future__ import annotations

import contextlib
import re
import struct
from pathlib import Path

import olefile

from .containers import check_ole, open_zip, read_member
from .model import MIB, Limits, Rejected

_MAX_PLAUSIBLE = 100_000
_PAGES = ("\x05SummaryInformation", 14)  # PIDSI_PAGECOUNT
_SLIDES = ("\x05DocumentSummaryInformation", 7)  # PIDDSI_SLIDECOUNT
_VT_I4 = 3
_MAX_PROPERTIES = 1_000
_MAX_SUMMARY_BYTES = MIB


def recorded_page_count(path: Path, format: str) -> int | None:  # noqa: A002 (the word of the contract)
    """Pages of a Word document or slides of a presentation as its program recorded them; None when it did not."""
    count = None
    with contextlib.suppress(Rejected, OSError):
        if format in {"docx", "docm", "dotx", "pptx", "ppsx"}:
            count = _from_package(path, "Slides" if format in {"pptx", "ppsx"} else "Pages")
        elif format in {"doc", "dot", "wps", "ppt", "pps", "dps"}:
            count = _from_ole(path)
    return count if count is not None and 0 < count <= _MAX_PLAUSIBLE else None


def _from_package(path: Path, word: str) -> int | None:
    with open_zip(path, Limits()) as archive:
        content = read_member(archive, "docProps/app.xml").decode("utf-8", errors="replace")
    found = re.search(rf"<(?:\w+:)?{word}>\s*(\d{{1,7}})\s*<", content)
    return int(found[1]) if found else None


def _from_ole(path: Path) -> int | None:
    if not olefile.isOleFile(str(path)):
        return None
    check_ole(path)
    try:
        with olefile.OleFileIO(str(path)) as ole:
            name, number = _SLIDES if ole.exists("PowerPoint Document") else _PAGES
            if not ole.exists(name) or ole.get_size(name) > _MAX_SUMMARY_BYTES:
                return None
            content = ole.openstream(name).read()
    except Exception:
        # olefile answers a broken file with whatever its arithmetic runs into.
        return None
    return _property(content, number)


def _property(content: bytes, number: int) -> int | None:
    """A whole number of the first set of a stream of property sets ([MS-OLEPS] 2.20 to 2.22); None without it.

    Not read by olefile: that believes the file how many properties there are, up to four milliards.
    """
    try:
        (start,) = struct.unpack_from("<I", content, 44)
        (count,) = struct.unpack_from("<I", content, start + 4)
        for place in range(start + 8, start + 8 + 8 * min(count, _MAX_PROPERTIES), 8):
            found, offset = struct.unpack_from("<II", content, place)
            if found == number:
                kind, value = struct.unpack_from("<Ii", content, start + offset)
                return int(value) if kind == _VT_I4 else None
    except struct.error:
        return None
    return None
