"""What the engine promises to its callers: limits, events, pages and results. Nothing here does any work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

MIB = 1024 * 1024


class Status(StrEnum):
    """How a conversion ended. The list is closed."""

    OK = "ok"
    UNSUPPORTED = "unsupported"
    DAMAGED = "damaged"
    PASSWORD_PROTECTED = "password_protected"  # noqa: S105 (a status, not a password)
    TOO_LARGE = "too_large"
    TIMED_OUT = "timed_out"
    FAILED = "failed"


Stage = Literal["inspecting", "laying_out", "rendering", "finishing"]
RejectionCode = Literal[
    "empty", "unsupported", "extension_mismatch", "too_large", "password_protected", "damaged", "zip_bomb"
]


@dataclass(frozen=True)
class Limits:
    """What one conversion may cost. Sizes are bytes, times are seconds."""

    deadline_seconds: float = 240.0
    memory_bytes: int = 4096 * MIB
    max_pages: int = 2000
    max_source_bytes: int = 200 * MIB
    max_unpacked_bytes: int = 1024 * MIB
    max_zip_entries: int = 20_000
    max_zip_ratio: int = 200
    max_image_pixels: int = 120_000_000
    max_page_points: float = 4_000.0
    max_sheet_pages: int = 400
    """Of all sheets too large for one page together, in pages as large as A4: what lies beyond is left out."""
    max_output_bytes: int = 2048 * MIB
    max_slides_bytes: int = 32 * MIB
    """Of the animated view of a presentation."""
    slides_seconds: float = 60.0
    """For the animated view of a presentation, once its pages are drawn."""
    max_text_characters: int = 6_000_000
    max_image_bytes: int = 768 * MIB
    """Of all page images together."""
    max_page_text_bytes: int = 64 * MIB
    """Of the text of all pages and where it stands, as the renderer writes it."""
    widths: tuple[int, ...] = (720, 1440)
    """Pixels of the images of a page."""
    cover_width: int = 360
    """Pixels of one more image of the first page, that stands for the document in lists."""
    renderers: int = 2

    def widths_of(self, number: int) -> list[int]:
        """The widths of the images of that page, largest first."""
        cover = {self.cover_width} if number == 1 else set()
        return sorted({*self.widths, *cover}, reverse=True)


@dataclass(frozen=True)
class Sniffed:
    """The real type of a file, from its content.

    `extension_agrees` is false when the name has another ending of the same kind (a .doc that is RTF inside).
    """

    format: str
    media_type: str
    extension_agrees: bool


class Rejected(Exception):
    """The file is refused before anything is converted. `detail` is English, for logs."""

    def __init__(self, status: Status, code: RejectionCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.status = status
        self.code: RejectionCode = code
        self.detail = detail


@dataclass(frozen=True)
class Line:
    """A run of text that can be laid over the page image. Points; the origin is the top left of the page."""

    text: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class PageImage:
    """One image of a page on disk. Pixels and bytes."""

    width: int
    height: int
    path: Path
    media_type: str
    size_bytes: int


@dataclass(frozen=True)
class Page:
    """One finished page: every image of it is complete on disk. `number` counts from 1."""

    number: int
    width_points: float
    height_points: float
    text: str
    lines: list[Line]
    images: list[PageImage]


@dataclass(frozen=True)
class OutlineItem:
    """An entry of the table of contents. The top level is 1; `page` counts from 1."""

    level: int
    title: str
    page: int


@dataclass(frozen=True)
class StageChanged:
    stage: Stage


@dataclass(frozen=True)
class PageCount:
    total: int


@dataclass(frozen=True)
class PageReady:
    page: Page


Event = StageChanged | PageCount | PageReady


@dataclass(frozen=True)
class Result:
    """How a conversion ended.

    `error` is a short code and `detail` its English explanation for logs; both are None after success.
    `recorded_pages` is the count the office program wrote into the file, where it did.
    """

    status: Status
    error: str | None
    detail: str | None
    pages: int
    recorded_pages: int | None
    outline: list[OutlineItem]
    report: dict[str, Any]
    seconds: float
    format: str | None
    pdf_path: Path | None
    title: str | None
    slides_path: Path | None = None
    """The animated view of a presentation, as `slides.svg`; None when there is none."""


@dataclass(frozen=True)
class Problem:
    """Something an operator should repair. An `error` stops conversion; a `warning` makes it worse."""

    severity: Literal["error", "warning"]
    code: str
    message: str
    hint: str = ""


class ConversionFailed(Exception):
    """A step ended without its result. Never leaves `convert`: it becomes a Result."""

    def __init__(self, status: Status, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.status = status
        self.code = code
        self.detail = detail
