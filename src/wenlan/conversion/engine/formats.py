"""The formats the engine knows: their endings, media types and families."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .model import MIB


class Family(StrEnum):
    """Formats that people take for one another, and that are laid out the same way."""

    WORDS = "words"
    SHEETS = "sheets"
    SLIDES = "slides"
    PDF = "pdf"
    TEXT = "text"
    BOOK = "book"
    IMAGE = "image"


#: How long a layout may take: so many seconds, and so many for each MiB of the file. A text of 300 pages takes 2 s, a
#: workbook of as many bytes can hold far more.
_LAYOUT_SECONDS = {Family.SHEETS: (120.0, 30.0)}
_OTHER_LAYOUT_SECONDS = (75.0, 15.0)


def layout_seconds(family: Family, size_bytes: int) -> float:
    """How many seconds a file of that family and size may take to be laid out."""
    base, for_each_mib = _LAYOUT_SECONDS.get(family, _OTHER_LAYOUT_SECONDS)
    return base + for_each_mib * size_bytes / MIB


@dataclass(frozen=True)
class Format:
    name: str
    family: Family
    media_type: str
    endings: tuple[str, ...]


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

FORMATS: dict[str, Format] = {
    item.name: item
    for item in (
        Format("doc", Family.WORDS, "application/msword", (".doc",)),
        Format("docx", Family.WORDS, _OOXML + "wordprocessingml.document", (".docx",)),
        Format("docm", Family.WORDS, "application/vnd.ms-word.document.macroEnabled.12", (".docm", ".dotm")),
        Format("dot", Family.WORDS, "application/msword", (".dot",)),
        Format("dotx", Family.WORDS, _OOXML + "wordprocessingml.template", (".dotx",)),
        Format("rtf", Family.WORDS, "application/rtf", (".rtf",)),
        Format("odt", Family.WORDS, _ODF + "text", (".odt", ".ott")),
        Format("wps", Family.WORDS, "application/vnd.ms-works", (".wps", ".wpt")),
        Format("xls", Family.SHEETS, "application/vnd.ms-excel", (".xls", ".xlt")),
        Format("xlsx", Family.SHEETS, _OOXML + "spreadsheetml.sheet", (".xlsx", ".xltx")),
        Format("xlsm", Family.SHEETS, "application/vnd.ms-excel.sheet.macroEnabled.12", (".xlsm", ".xltm")),
        Format("et", Family.SHEETS, "application/vnd.ms-excel", (".et", ".ett")),
        Format("ods", Family.SHEETS, _ODF + "spreadsheet", (".ods", ".ots")),
        Format("csv", Family.TEXT, "text/csv", (".csv",)),
        Format("ppt", Family.SLIDES, "application/vnd.ms-powerpoint", (".ppt", ".pot")),
        Format(
            "pptx",
            Family.SLIDES,
            _OOXML + "presentationml.presentation",
            (".pptx", ".potx", ".pptm", ".potm"),
        ),
        Format("pps", Family.SLIDES, "application/vnd.ms-powerpoint", (".pps",)),
        Format("ppsx", Family.SLIDES, _OOXML + "presentationml.slideshow", (".ppsx", ".ppsm")),
        Format("dps", Family.SLIDES, "application/vnd.ms-powerpoint", (".dps", ".dpt")),
        Format("odp", Family.SLIDES, _ODF + "presentation", (".odp", ".otp")),
        Format("pdf", Family.PDF, "application/pdf", (".pdf",)),
        Format("txt", Family.TEXT, "text/plain", (".txt", ".text", ".log")),
        Format("md", Family.TEXT, "text/markdown", (".md", ".markdown")),
        Format("html", Family.TEXT, "text/html", (".html", ".htm", ".xhtml")),
        Format("epub", Family.BOOK, "application/epub+zip", (".epub",)),
        Format("png", Family.IMAGE, "image/png", (".png",)),
        Format("jpg", Family.IMAGE, "image/jpeg", (".jpg", ".jpeg", ".jpe")),
        Format("webp", Family.IMAGE, "image/webp", (".webp",)),
        Format("tiff", Family.IMAGE, "image/tiff", (".tif", ".tiff")),
    )
}

BY_ENDING: dict[str, Format] = {ending: item for item in FORMATS.values() for ending in item.endings}
"""The format that a file's ending (lower case, with its dot) promises."""
