"""The parent's side of the page renderer: starts it early, gives it its order, and takes over what it wrote.

What comes out of the sandbox is believed no more than what goes in: names are made here, files are opened without
following links, sizes are bounded, and every value is checked for its type.
"""

from __future__ import annotations

import json
import os
import selectors
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import fonts
from .model import MIB, ConversionFailed, Limits, Line, Page, PageImage, Status
from .sandbox import JOB, Bind, Caps, Child, Deadline, python_binds, python_command, spawn

_MAX_MESSAGE = 4096
_MAX_PAGE_FACTS = 64 * MIB
_MAX_IMAGE_BYTES = 64 * MIB
_ERRORS = {
    "password_protected": (Status.PASSWORD_PROTECTED, "password_protected"),
    "damaged": (Status.DAMAGED, "damaged"),
    "too_many_pages": (Status.TOO_LARGE, "too_many_pages"),
}


class Outbox:
    """A folder that a sandboxed program fills. It is held open, so that replacing it by a link achieves nothing."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)

    def close(self) -> None:
        os.close(self._descriptor)

    def read(self, name: str, limit: int) -> bytes:
        """The content of a plain file. Raises ConversionFailed for anything else."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._descriptor)
        except OSError as error:
            raise ConversionFailed(Status.FAILED, "bad_output", f"{name}: {error}") from error
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                raise ConversionFailed(Status.FAILED, "bad_output", f"{name} is no plain file of a sane size")
            return stream.read(limit)

    def take(self, name: str, target: Path, magic: tuple[bytes, bytes | None], limit: int) -> int:
        """Move a plain file that begins with `magic` out. Returns its size in bytes."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._descriptor)
        except OSError as error:
            raise ConversionFailed(Status.FAILED, "bad_output", f"{name}: {error}") from error
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            head = stream.read(12)
        right = head.startswith(magic[0]) and (magic[1] is None or head[8:12] == magic[1])
        if not stat.S_ISREG(status.st_mode) or not 0 < status.st_size <= limit or not right:
            raise ConversionFailed(Status.FAILED, "bad_output", f"{name} is not what it should be")
        os.replace(name, target, src_dir_fd=self._descriptor)
        target.chmod(0o644)
        return status.st_size

    def discard(self, name: str) -> None:
        os.unlink(name, dir_fd=self._descriptor)


class PageRenderer:
    """One renderer in the sandbox. As a context manager it leaves no process behind."""

    def __init__(self, *, source: Path, work: Path, limits: Limits) -> None:
        self._work = work
        self._limits = limits
        self._pages = work / "pages"
        self._pages.mkdir()
        self._outbox = Outbox(self._pages)
        self._folder = Outbox(work)
        self._source = "/source/original"
        self.unreadable: list[int] = []
        """The pages that could not be drawn and came out blank."""
        self._child: Child = spawn(
            python_command("render"),
            binds=[
                *python_binds(),
                *fonts.binds(),
                Bind(work, JOB, writable=True),
                Bind(source.resolve(), self._source),
            ],
            caps=Caps(limits.memory_bytes, int(limits.deadline_seconds) + 5, limits.max_output_bytes),
            env={"PYTHONPATH": "/wenlan", "FONTCONFIG_FILE": fonts.CONFIGURATION_IN_SANDBOX},
            stdin=-1,
            stdout=-1,
            log=work / "render.log",
        )

    def __enter__(self) -> PageRenderer:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._outbox.close()
        self._folder.close()

    def order(self, pdf: Path | None, *, format_name: str) -> None:
        """Give the order: render `pdf`, a file in the work folder; None renders the source itself, cleaned."""
        order = {
            "pdf": f"{JOB}/{pdf.relative_to(self._work)}" if pdf else self._source,
            "source": self._source,
            "format": format_name,
            "clean_to": None if pdf else f"{JOB}/cleaned.pdf",
            "folder": JOB,
            "widths": list(self._limits.widths),
            "renderers": self._limits.renderers,
            "max_pages": self._limits.max_pages,
        }
        stdin = self._child.process.stdin
        assert stdin is not None  # noqa: S101 (started with a pipe)
        try:
            stdin.write(json.dumps(order).encode() + b"\n")
            stdin.close()
        except OSError as error:
            raise ConversionFailed(
                Status.FAILED, "renderer_failed", f"{error}: {self._child.last_words()}"
            ) from error

    def pages(self, target: Path, deadline: Deadline) -> Iterator[int | Page]:
        """First the page count, then every page in order, its images complete in the folder `target`."""
        waiting: dict[int, bool] = {}
        following, total = 1, 0
        for message in self._messages(deadline):
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

    def take_pdf(self, name: str, target: Path) -> None:
        """Move a PDF out of the work folder."""
        self._folder.take(name, target, (b"%PDF-", None), self._limits.max_output_bytes)

    def _messages(self, deadline: Deadline) -> Iterator[dict[str, Any]]:
        stdout = self._child.process.stdout
        assert stdout is not None  # noqa: S101 (started with a pipe)
        buffered = b""
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while True:
                if not selector.select(timeout=deadline.remaining()):
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
            found = json.loads(self._outbox.read(name, _MAX_PAGE_FACTS))
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
            images.append(PageImage(pixels_wide, pixels_high, path, "image/webp", size))
        text = "\n".join(line.text for line in lines)
        return Page(number, width, height, text, lines, images)

    def _names(self, number: int) -> list[str]:
        widths = sorted(self._limits.widths, reverse=True)
        return [f"{number:04d}.webp", *(f"{number:04d}-{width}.webp" for width in widths[1:])]


def _parse(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError as error:
        raise ConversionFailed(Status.FAILED, "bad_output", "not a message") from error
    if not isinstance(message, dict):
        raise ConversionFailed(Status.FAILED, "bad_output", "not a message")
    return message


def _line(item: dict[str, Any]) -> Line:
    return Line(str(item["text"]), *(float(item[key]) for key in ("x", "y", "width", "height")))
