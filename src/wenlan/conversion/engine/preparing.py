"""Formats LibreOffice should not read as they come: text, Markdown, CSV, HTML, EPUB and pictures.

A tool in the sandbox turns each into something harmless and definite: a flat OpenDocument file, a UTF-8 CSV file, or,
for pictures, a PDF.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .bounds import Caps, Deadline, Quota
from .model import ConversionFailed, Limits, Status
from .office import Layout
from .outbox import Outbox
from .sandbox import JOB, Bind, python_binds, python_command, spawn

#: Comma, quote, UTF-8, first line; and that what is quoted is text, of which no number or date is made.
_CSV_FILTER = "CSV:44,34,76,1,,0,true,false,false"
_CODES: dict[int, tuple[Status, str]] = {
    # The exit codes of the tool.
    3: (Status.DAMAGED, "damaged"),
    4: (Status.TOO_LARGE, "too_large"),
    5: (Status.UNSUPPORTED, "unsupported"),
}


_MAX_COUNTS_BYTES = 10_000


@dataclass(frozen=True)
class Prepared:
    """What to lay out instead of the source; no `layout` when the PDF is finished and was written to the target.

    `left_out` is what the tool in the sandbox says that it left out, not to be believed.
    """

    layout: Layout | None
    left_out: Mapping[str, Any] = field(default_factory=dict)


def prepare(
    source: Path, format_name: str, target: Path, *, work: Path, deadline: Deadline, limits: Limits
) -> Prepared:
    """Prepare the source, or finish it.

    Raises ConversionFailed when the source cannot be read or is too large.
    """
    order = {
        "source": f"/source/document.{format_name}",
        "format": format_name,
        "folder": JOB,
        "max_pixels": limits.max_image_pixels,
        "max_characters": limits.max_text_characters,
        "max_pages": limits.max_pages,
    }
    room = work / "prepare"
    room.mkdir()
    with spawn(
        python_command("prepare", json.dumps(order)),
        binds=[*python_binds(), Bind(room, JOB, writable=True), Bind(source.resolve(), str(order["source"]))],
        caps=Caps(limits.memory_bytes, int(limits.deadline_seconds) + 5, limits.max_output_bytes),
        env={"PYTHONPATH": "/wenlan"},
    ) as child:
        code = child.wait(deadline, Quota(room, limits.max_output_bytes))
        words = child.last_words()
    if code != 0:
        status, error = _CODES.get(code, (Status.DAMAGED, "damaged"))
        raise ConversionFailed(status, error, words)
    return _prepared(room, target, limits)


def _prepared(room: Path, target: Path, limits: Limits) -> Prepared:
    """What the tool left behind. Only these names count, and only plain files."""
    with Outbox(room) as outbox:
        if outbox.has("prepared.pdf"):
            outbox.take("prepared.pdf", target, (b"%PDF-", None), limits.max_output_bytes)
            return Prepared(None)
        if outbox.has("prepared.fodt"):
            layout = Layout(room / "prepared.fodt", "fodt", "writer", "OpenDocument Text Flat XML")
            return Prepared(layout, _left_out(outbox))
        if outbox.has("prepared.csv"):
            layout = Layout(room / "prepared.csv", "csv", "calc", _CSV_FILTER, single_page_sheets=True)
            return Prepared(layout, _left_out(outbox))
    raise ConversionFailed(Status.FAILED, "bad_output", "the preparing tool wrote nothing")


def _left_out(outbox: Outbox) -> Mapping[str, Any]:
    try:
        found = json.loads(outbox.read("left-out.json", _MAX_COUNTS_BYTES))
    except (ConversionFailed, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
