"""The rows and columns that head a sheet, and are repeated on every page of it: those that stay in sight on a screen.

In the way of LibreOffice's own OpenDocument, as `workbook.py` relies upon it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

MAX_HEADINGS = 12  # rows or columns that are frozen, and repeated on every page
ROW = re.compile(rb"<table:table-row[ >]")

_ATTRIBUTE = re.compile(rb' ([\w:-]+)="([^"]*)"')
_COLUMN = re.compile(rb"<table:table-column [^>]*/>")
_END_OF_ROW = b"</table:table-row>"
_VIEW = re.compile(
    rb'<config:config-item-map-entry config:name="([^"]*)">(.*?)</config:config-item-map-entry>', re.DOTALL
)
_ITEM = re.compile(rb'config:name="(\w+)"[^>]*>(\d+)<')
_FROZEN = b"2"


def with_heading_columns(head: bytes, columns: int) -> bytes:
    """The columns of a sheet, the first so many of them as those that are repeated."""
    first = _COLUMN.search(head)
    missing, place = columns, first.start() if first else 0
    heading: list[bytes] = []
    rest = b""
    while missing and (found := _COLUMN.match(head, place)):
        repeated = int(attributes_of(found[0]).get(b"table:number-columns-repeated", b"1"))
        taken = min(missing, repeated)
        heading.append(_repeated(found[0], taken))
        missing, place = missing - taken, found.end()
        rest = _repeated(found[0], repeated - taken) if repeated > taken else b""
    if first is None or missing:
        return head
    wrapped = [b"<table:table-header-columns>", *heading, b"</table:table-header-columns>", rest]
    return b"".join([head[: first.start()], *wrapped, head[place:]])


def _repeated(column: bytes, times: int) -> bytes:
    plain = re.sub(rb' table:number-columns-repeated="\d+"', b"", column)
    return plain.replace(
        b"<table:table-column", b'<table:table-column table:number-columns-repeated="%d"' % times, 1
    )


def end_of_rows(content: bytes, start: int, following: int, rows: int) -> int | None:
    """Where the first so many rows end; None if they are not written one by one."""
    place = start
    for _ in range(rows):
        if not ROW.match(content, place):
            return None
        tag = content[place : content.find(b">", place) + 1]
        if b"number-rows-repeated" in tag or tag.endswith(b"/>"):
            return None
        end = content.find(_END_OF_ROW, place, following)
        if end < 0:
            return None
        place = end + len(_END_OF_ROW)
    return place


def frozen_of(settings: bytes) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """For each sheet by its name, how many columns and rows stay in sight when somebody scrolls."""
    for name, view in _VIEW.findall(settings):
        items = dict(_ITEM.findall(view))
        yield (
            name,
            (
                _headings(items, b"HorizontalSplitMode", b"HorizontalSplitPosition"),
                _headings(items, b"VerticalSplitMode", b"VerticalSplitPosition"),
            ),
        )


def _headings(items: Mapping[bytes, bytes], mode: bytes, position: bytes) -> int:
    number = int(items.get(position, b"0")) if items.get(mode) == _FROZEN else 0
    return number if number <= MAX_HEADINGS else 0


def attributes_of(element: bytes) -> dict[bytes, bytes]:
    """The attributes of the tag that `element` begins with."""
    return dict(_ATTRIBUTE.findall(element[: element.find(b">") + 1]))
