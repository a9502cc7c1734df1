"""The parent's side of the page renderer: starts it early, gives it its order, and takes over what it wrote.

What comes out of the sandbox is believed no more than what goes in: names are made here, files are opened without
following links, sizes are bounded, and every value is checked for its type.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import selectors
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import fonts
from .bounds import QUOTA_SECONDS, Caps, Deadline, Quota
from .child import Child
from .model import MIB, ConversionFailed, Limits, Line, Page, PageImage, Status
from .office import SheetSizes
from .outbox import Outbox
from .sandbox import JOB, Bind, python_binds, python_command, spawn

_INPUT, _SOURCE = "/input", "/source/original"
_MAX_MESSAGE = 4096
_MAX_PAGE_FACTS = 64 * MIB
_MAX_IMAGE_BYTES = 64 * MIB
_ERRORS = {
    "password_protected": (Status.PASSWORD_PROTECTED, "password_protected"),
    "damaged": (Status.DAMAGED, "damaged"),
    "too_many_pages": (Status.TOO_LARGE, "too_many_pages"),
}


class Oversized(Exception):
    """A sheet laid out on a single page makes a page too large to show."""

    def __init__(self, sizes: SheetSizes) -> None:
        super().__init__()
        self.sizes = sizes
        """Of all sheets, in points; empty when they are not known."""


class PageRenderer:
    """One renderer in the sandbox. As a context manager it leaves no process behind."""

    def __init__(self, *, source: Path, work: Path, limits: Limits) -> None:
        self._limits = limits
        self._text_bytes = self._image_bytes = 0
        self.unreadable: list[int] = []
        """The pages that could not be drawn and came out blank."""
        self._drawn = 0
        self.input = work / "input"
        """The folder the renderer reads from: a PDF put here can be ordered."""
        self.input.mkdir()
        room = work / "render"
        (room / "pages").mkdir(parents=True)
        self._quota = Quota(room, limits.max_output_bytes)
        with contextlib.ExitStack() as opened:
            self._outbox = opened.enter_context(Outbox(room / "pages"))
            self._folder = opened.enter_context(Outbox(room))
            self._child: Child = opened.enter_context(self._start(room, source))
            self._opened = opened.pop_all()

    def _start(self, room: Path, source: Path) -> Child:
        limits = self._limits
        return spawn(
            python_command("render"),
            binds=[
                *python_binds(),
                *fonts.renderer_binds(),
                Bind(room, JOB, writable=True),
                Bind(self.input, _INPUT),
                Bind(source.resolve(), _SOURCE),
            ],
            caps=Caps(
                limits.memory_bytes, int(limits.deadline_seconds) + 5, limits.max_output_bytes, forks=True
            ),
            env={"PYTHONPATH": "/wenlan"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> PageRenderer:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def first_page(
        self, pdf: str, target: Path, deadline: Deadline, *, format_name: str, sheets: bool
    ) -> Page | None:
        """The page of the PDF `pdf` of the input folder, which holds only the first one; None if it cannot be drawn.

        What `order` asks for afterwards comes without this page. With `sheets`, a page that is empty is none.
        """
        self._send(pdf, format_name=format_name, sheets=sheets, max_page_points=None, early=True)
        page = None
        for message in self._messages(deadline):
            if message.get("page") == 1:
                page = self._take(1, target)
                self._drawn = 1
            if "early" in message:
                break
        return page

    def order(
        self, pdf: str | None, *, format_name: str, sheets: bool, max_page_points: float | None
    ) -> None:
        """Give the order: render the file `pdf` of the input folder; None renders the source itself, cleaned.

        With `sheets`, empty pages are left out, and pages beyond `max_page_points` raise Oversized; then another
        order may be given.
        """
        self._send(pdf, format_name=format_name, sheets=sheets, max_page_points=max_page_points, early=False)

    def _send(
        self, pdf: str | None, *, format_name: str, sheets: bool, max_page_points: float | None, early: bool
    ) -> None:
        order = {
            "pdf": self._child.place(f"{_INPUT}/{pdf}" if pdf else _SOURCE),
            "source": self._child.place(_SOURCE),
            "format": format_name,
            "sheets": sheets,
            "max_page_points": max_page_points,
            "clean_to": None if pdf else self._child.place(f"{JOB}/cleaned.pdf"),
            "folder": self._child.place(JOB),
            "widths": self._limits.widths_of(2),
            "first_widths": self._limits.widths_of(1),
            "renderers": self._limits.renderers,
            "max_pages": self._limits.max_pages,
            "early": early,
            "drawn": self._drawn,
        }
        stdin = self._child.process.stdin
        assert stdin is not None  # noqa: S101 (started with a pipe)
        try:
            stdin.write(json.dumps(order).encode() + b"\n")
            stdin.flush()
        except OSError as error:
            raise ConversionFailed(
                Status.FAILED, "renderer_failed", f"{error}: {self._child.last_words()}"
            ) from error

    def pages(self, target: Path, deadline: Deadline) -> Iterator[int | Page]:
        """First the page count, then every page in order, its images complete in the folder `target`.

        Without the page that `first_page` returned.
        """
        waiting: dict[int, bool] = {}
        following, total = self._drawn + 1, 0
        for message in self._messages(deadline):
            if message.get("error") == "oversized":
                raise Oversized(_sizes(message.get("sizes")))
            if "error" in message:
                status, code = _ERRORS.get(str(message["error"]), (Status.FAILED, "renderer_failed"))
                raise ConversionFailed(status, code, str(message.get("detail", ""))[:500])
            if "count" in message:
                total = int(message["count"])
                if not 0 < total <= self._limits.max_pages:
                    raise ConversionFailed(Status.FAILED, "bad_output", f"{total} pages")
                yield total
            if "page" in message:
                waiting[int(message["page"])] = True
            while waiting.pop(following, False):
                yield self._take(following, target)
                following += 1
            if "done" in message:
                break
        if total == 0:
            raise ConversionFailed(
                Status.DAMAGED, "damaged", f"the PDF cannot be read: {self._child.last_words()}"
            )
        if following != total + 1:
            raise ConversionFailed(
                Status.DAMAGED,
                "damaged",
                f"page {following} of {total} cannot be drawn: {self._child.last_words()}",
            )

        if len(self.unreadable) == total:
            raise ConversionFailed(
                Status.DAMAGED, "damaged", f"no page can be drawn: {self._child.last_words()}"
            )

    def facts(self) -> dict[str, Any]:
        """What the document says about itself; empty when it could not be read."""
        try:
            found = json.loads(self._folder.read("facts.json", _MAX_PAGE_FACTS))
        except (ConversionFailed, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def wrote(self, name: str) -> bool:
        """Whether the renderer wrote a file of that name."""
        return self._folder.has(name)

    def take_pdf(self, name: str, target: Path) -> None:
        """Move a PDF that the renderer wrote to `target`."""
        self._folder.take(name, target, (b"%PDF-", None), self._limits.max_output_bytes)

    def _messages(self, deadline: Deadline) -> Iterator[dict[str, Any]]:
        stdout = self._child.process.stdout
        assert stdout is not None  # noqa: S101 (started with a pipe)
        buffered = b""
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            next_look = time.monotonic() + QUOTA_SECONDS
            while True:
                heard = selector.select(timeout=min(QUOTA_SECONDS, deadline.remaining()))
                if time.monotonic() >= next_look:
                    self._quota.check()
                    next_look = time.monotonic() + QUOTA_SECONDS
                if not heard:
                    continue
                received = os.read(stdout.fileno(), 65_536)
                if not received:
                    return
                *lines, buffered = (buffered + received).split(b"\n")
                if len(buffered) > _MAX_MESSAGE:
                    raise ConversionFailed(Status.FAILED, "bad_output", "an endless message")
                for line in lines:
                    yield _parse(line)

    def _take(self, number: int, target: Path) -> Page:
        name = f"{number:04d}.json"
        try:
            written = self._outbox.read(name, _MAX_PAGE_FACTS)
            self._text_bytes += len(written)
            if self._text_bytes > self._limits.max_page_text_bytes:
                raise ConversionFailed(Status.TOO_LARGE, "too_large", f"too much text up to page {number}")
            found = json.loads(written)
            lines = [_line(item) for item in found["lines"]]
            width, height = float(found["width_points"]), float(found["height_points"])
            sizes = [(int(item["width"]), int(item["height"])) for item in found["images"]]
        except (KeyError, TypeError, ValueError) as error:
            raise ConversionFailed(Status.FAILED, "bad_output", f"page {number}: {error}") from error
        self._outbox.discard(name)
        if not found.get("readable"):
            self.unreadable.append(number)
        images = []
        for (pixels_wide, pixels_high), image_name in zip(sizes, self._names(number), strict=True):
            path = target / image_name
            size = self._outbox.take(image_name, path, (b"RIFF", b"WEBP"), _MAX_IMAGE_BYTES)
            self._image_bytes += size
            if self._image_bytes > self._limits.max_image_bytes:
                raise ConversionFailed(Status.TOO_LARGE, "too_large", f"too large images up to page {number}")
            images.append(PageImage(pixels_wide, pixels_high, path, "image/webp", size))
        text = "\n".join(line.text for line in lines)
        return Page(number, width, height, text, lines, images)

    def _names(self, number: int) -> list[str]:
        widths = self._limits.widths_of(number)
        return [f"{number:04d}.webp", *(f"{number:04d}-{width}.webp" for width in widths[1:])]


def _parse(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError as error:
        raise ConversionFailed(Status.FAILED, "bad_output", "not a message") from error
    if not isinstance(message, dict):
        raise ConversionFailed(Status.FAILED, "bad_output", "not a message")
    return message


def _sizes(value: Any) -> SheetSizes:
    """The sizes of sheets; none when one of them is no size."""
    items = value if isinstance(value, list) else []
    try:
        sizes = [(float(width), float(height)) for width, height in items]
    except (TypeError, ValueError):
        return ()
    return tuple(sizes) if all(0 <= length < math.inf for size in sizes for length in size) else ()


def _line(item: dict[str, Any]) -> Line:
    return Line(str(item["text"]), *(float(item[key]) for key in ("x", "y", "width", "height")))
