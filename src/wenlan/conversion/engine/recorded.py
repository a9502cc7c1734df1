"""The page count that an office program wrote into its file: what the author last saw."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import olefile

from .containers import check_ole, open_zip, read_member
from .model import MIB, Limits, Rejected

_MAX_PLAUSIBLE = 100_000
_SUMMARY = "\x05SummaryInformation"
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
            if ole.exists(_SUMMARY) and ole.get_size(_SUMMARY) > _MAX_SUMMARY_BYTES:
                return None
            summary = ole.get_metadata()
            slides = ole.exists("PowerPoint Document")
    except Exception:
        # olefile answers a broken property set with whatever its arithmetic runs into.
        return None
    count = summary.slides if slides else summary.num_pages
    return count if isinstance(count, int) else None
