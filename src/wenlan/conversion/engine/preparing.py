"""Formats LibreOffice should not read as they come: text, Markdown, CSV, HTML, EPUB and pictures.

A tool in the sandbox turns each into something harmless and definite: a flat OpenDocument file, a UTF-8 CSV file, or,
for pictures, a PDF.
"""

from __future__ import annotations

import json
from pathlib import Path

from .model import ConversionFailed, Limits, Status
from .office import Layout
from .sandbox import JOB, Bind, Caps, Deadline, python_binds, python_command, spawn

_CSV_FILTER = "CSV:{separator},34,76,1,,0,false,true,false"  # separator, quote, UTF-8, first line
_SEPARATORS = tuple(map(ord, ",;\t|"))
_CODES: dict[int, tuple[Status, str]] = {
    # The exit codes of the tool.
    3: (Status.DAMAGED, "damaged"),
    4: (Status.TOO_LARGE, "too_large"),
    5: (Status.UNSUPPORTED, "unsupported"),
}


def prepare(
    source: Path, format_name: str, *, work: Path, deadline: Deadline, limits: Limits
) -> Layout | Path:
    """What to lay out instead of the source; or the finished PDF, in the folder `work`.

    Raises ConversionFailed when the source cannot be read or is too large.
    """
    order = {
        "source": f"/source/document.{format_name}",
        "format": format_name,
        "folder": JOB,
        "max_pixels": limits.max_image_pixels,
        "max_characters": limits.max_text_characters,
        "max_pages": limits.max_pages,
        "max_unpacked_bytes": limits.max_unpacked_bytes,
    }
    with spawn(
        python_command("prepare", json.dumps(order)),
        binds=[*python_binds(), Bind(work, JOB, writable=True), Bind(source.resolve(), str(order["source"]))],
        caps=Caps(limits.memory_bytes, int(limits.deadline_seconds) + 5, limits.max_output_bytes),
        env={"PYTHONPATH": "/wenlan"},
        log=work / "prepare.log",
    ) as child:
        code = child.wait(deadline)
    if code != 0:
        status, error = _CODES.get(code, (Status.DAMAGED, "damaged"))
        raise ConversionFailed(status, error, child.last_words())
    return _prepared(work)


def _prepared(work: Path) -> Layout | Path:
    """What the tool left behind. Only these names count, and only plain files."""
    if _is_plain(path := work / "prepared.pdf"):
        return path
    if _is_plain(path := work / "prepared.fodt"):
        return Layout(path, "fodt", "writer", "OpenDocument Text Flat XML")
    for separator in _SEPARATORS:
        if _is_plain(path := work / f"prepared-{separator}.csv"):
            return Layout(
                path, "csv", "calc", _CSV_FILTER.format(separator=separator), single_page_sheets=True
            )
    raise ConversionFailed(Status.FAILED, "bad_output", "the preparing tool wrote nothing")


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
