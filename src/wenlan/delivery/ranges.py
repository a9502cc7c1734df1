"""Parts of a file: what a Range header asks for, and sending exactly those bytes.

Knows no request, no model and no storage; RFC 9110 sections 13.1.5 (If-Range) and 14 (range requests).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Literal

from django.utils.http import parse_http_date_safe

CHUNK_BYTES = 256 * 1024

_SINGLE_RANGE = re.compile(r"bytes[ \t]*=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
_LONGEST_HEADER = 200  # a single range of any size of file is far shorter


@dataclass(frozen=True)
class Range:
    """The bytes from `start` up to and including `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1


class _Unsatisfiable(enum.Enum):
    UNSATISFIABLE = "unsatisfiable"


UNSATISFIABLE: Literal[_Unsatisfiable.UNSATISFIABLE] = _Unsatisfiable.UNSATISFIABLE
"""A range was asked for that lies outside of the file."""

RangeAnswer = Range | Literal[_Unsatisfiable.UNSATISFIABLE] | None


def parse_range(header: str | None, size: int) -> RangeAnswer:
    """The part of a file of `size` bytes that `header` asks for; None when the whole file is the answer.

    A header that is malformed, names another unit or several ranges is ignored, as RFC 9110 section 14.2
    allows; UNSATISFIABLE is a well-formed range without a single byte in the file.
    """
    if not header or len(header) > _LONGEST_HEADER:
        return None
    match = _SINGLE_RANGE.fullmatch(header)
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:
        return _suffix(int(last), size)
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return None
    if start >= size:
        return UNSATISFIABLE
    return Range(start, min(end, size - 1))


def _suffix(length: int, size: int) -> RangeAnswer:
    if length == 0:
        return UNSATISFIABLE
    # The last bytes of an empty file are all of it, which is no range that could be written down.
    return Range(max(0, size - length), size - 1) if size else None


def range_still_applies(if_range: str | None, *, etag: str, last_modified_seconds: int) -> bool:
    """Whether the part a client already has belongs to this file, so that a range may complete it.

    The validator must match strongly: the very ETag, or the very date of Last-Modified.
    """
    if if_range is None:
        return True
    validator = if_range.strip()
    if validator.startswith(('"', "W/")):
        return validator == etag
    return parse_http_date_safe(validator) == last_modified_seconds


def merge_intervals(intervals: list[list[int]], start: int, stop: int) -> list[list[int]]:
    """`intervals` (sorted `[start, stop)`, apart from each other) and one more, again sorted and apart."""
    merged: list[list[int]] = []
    for first, last in sorted([*intervals, [start, stop]]):
        if merged and first <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], last)
        elif last > first:
            merged.append([first, last])
    return merged


class FilePart:
    """Iterates over one range of an open file in chunks, and tells at the end how much of it was taken.

    A chunk counts as sent once the next one is asked for: until then the server may still be writing it.
    `close` closes the file and calls `on_close(start, sent_bytes)` once, also when the client went away.
    """

    def __init__(
        self,
        file: IO[bytes],
        part: Range,
        *,
        on_close: Callable[[int, int], None] | None = None,
        chunk_bytes: int = CHUNK_BYTES,
    ) -> None:
        self._file = file
        self._part = part
        self._on_close = on_close
        self._chunk_bytes = chunk_bytes
        self._sent = 0
        self._is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._part.start)
        remaining = self._part.length
        while remaining:
            chunk = self._file.read(min(self._chunk_bytes, remaining))
            if not chunk:  # the file is shorter than it should be; the client sees a broken transfer
                return
            remaining -= len(chunk)
            yield chunk
            self._sent += len(chunk)

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        self._file.close()
        if self._on_close is not None:
            self._on_close(self._part.start, self._sent)
