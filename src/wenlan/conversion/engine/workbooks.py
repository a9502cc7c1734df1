"""Workbooks with large sheets: what they may take, and paper for them where LibreOffice is started for each document.

`inside/workbook.py` does the work, here in a process of its own in the sandbox.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .bounds import Caps, Deadline, Quota
from .model import ConversionFailed, Limits, Status
from .outbox import Outbox
from .sandbox import JOB, Bind, python_binds, python_command, spawn

PAPER_NAME = "paper.json"
_MAX_BYTES = 1024 * 1024
_BOOK = "/source/saved.ods"


@dataclass(frozen=True)
class Repapered:
    """`book` is the workbook on other paper, None when its own pages will do; `says` what the sandbox says of it."""

    book: Path | None
    says: Mapping[str, Any] | None


def bounds(sizes: Sequence[tuple[float, float]], limits: Limits) -> dict[str, Any]:
    """How large and how many pages a workbook may have, as `repaper` inside the sandbox takes it."""
    return {
        "sizes": sizes,
        "largest": limits.max_page_points,
        "most_pages": limits.max_pages,
        "most_sheet_pages": limits.max_sheet_pages,
    }


def said(outbox: Outbox) -> Mapping[str, Any] | None:
    """What the sandbox says of how a workbook is shown, not to be believed; None when it says nothing."""
    if not outbox.has(PAPER_NAME):
        return None
    try:
        found = json.loads(outbox.read(PAPER_NAME, _MAX_BYTES))
    except (ConversionFailed, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def repaper(
    book: Path, work: Path, sizes: Sequence[tuple[float, float]], deadline: Deadline, limits: Limits
) -> Repapered:
    """Put the workbook `book`, as LibreOffice saved it, on the paper its sheets need; the result is in the folder `work`.

    Raises ConversionFailed when that cannot be done.
    """
    room = Path(tempfile.mkdtemp(prefix="paper-", dir=work))
    order = {"book": _BOOK, "folder": JOB, **bounds(sizes, limits)}
    with spawn(
        python_command("workbook", json.dumps(order)),
        binds=[*python_binds(), Bind(room, JOB, writable=True), Bind(book.resolve(), _BOOK)],
        caps=Caps(limits.memory_bytes, int(limits.deadline_seconds) + 5, limits.max_output_bytes),
        env={"PYTHONPATH": "/wenlan"},
    ) as child:
        code = child.wait(deadline, Quota(room, limits.max_output_bytes))
        words = child.last_words(500)
    if code != 0:
        raise ConversionFailed(Status.DAMAGED, "damaged", f"no paper for its sheets: {words}")
    with Outbox(room) as outbox:
        if not outbox.has("changed.ods"):
            return Repapered(None, said(outbox))
        target = work / f"{room.name}.ods"
        outbox.take("changed.ods", target, (b"PK", None), limits.max_output_bytes)
        return Repapered(target, said(outbox))
