"""A range request returns exactly those bytes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenlan.delivery.ranges import (
    UNSATISFIABLE,
    FilePart,
    Range,
    merge_intervals,
    parse_range,
    range_still_applies,
)

ETAG = '"abc"'
CHANGED_SECONDS = 784_111_777  # Sun, 06 Nov 1994 08:49:37 GMT, the date RFC 9110 likes


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-499", Range(0, 499)),
        ("bytes=500-999", Range(500, 999)),
        ("bytes=9500-", Range(9500, 9999)),
        ("bytes=-500", Range(9500, 9999)),
        ("bytes=0-0", Range(0, 0)),
        ("bytes=-1", Range(9999, 9999)),
        ("bytes=9999-9999", Range(9999, 9999)),
        ("bytes=0-99999999999999999999", Range(0, 9999)),
        ("bytes=-99999999999999999999", Range(0, 9999)),
        ("Bytes = 0-499 ", Range(0, 499)),
    ],
)
def test_a_single_range_is_understood(header: str, expected: Range) -> None:
    assert parse_range(header, 10_000) == expected


@pytest.mark.parametrize(
    "header", ["bytes=10000-", "bytes=10000-10001", "bytes=-0", "bytes=" + "9" * 100 + "-"]
)
def test_a_range_outside_of_the_file_cannot_be_satisfied(header: str) -> None:
    assert parse_range(header, 10_000) is UNSATISFIABLE


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-2",
        "bytes=0-1,4-5",
        "bytes=0-1, 4-5",
        "bytes=--5",
        "bytes=+1-5",
        "bytes=1_0-20",
        "bytes=0x1-5",
        "bytes=٠-٩",
        "pages=1-2",
        "bytes=0-499;x",
        "bytes=0-499\nX: y",
        "bytes=" + "0" * 5000 + "-1",
    ],
)
def test_anything_else_gets_the_whole_file(header: str | None) -> None:
    assert parse_range(header, 10_000) is None


@given(content=st.binary(min_size=1, max_size=300), data=st.data())
def test_a_range_is_exactly_those_bytes(content: bytes, data: st.DataObject) -> None:
    size = len(content)
    start = data.draw(st.integers(0, size - 1))
    end = data.draw(st.integers(start, size * 2))
    length = data.draw(st.integers(1, size * 2))
    for header, expected in (
        (f"bytes={start}-{end}", content[start : end + 1]),
        (f"bytes={start}-", content[start:]),
        (f"bytes=-{length}", content[-length:]),
    ):
        part = parse_range(header, size)
        assert isinstance(part, Range)
        sender = FilePart(io.BytesIO(content), part, chunk_bytes=data.draw(st.integers(1, 64)))
        sent = b"".join(sender)
        assert sent == expected
        assert part.length == len(expected)


@given(
    header=st.text(max_size=60) | st.from_regex(r"bytes=[0-9]{0,5}-[0-9]{0,5}", fullmatch=True),
    size=st.integers(0, 10_000),
)
def test_no_header_leads_outside_of_the_file(header: str, size: int) -> None:
    part = parse_range(header, size)
    if isinstance(part, Range):
        assert 0 <= part.start <= part.end < size


@pytest.mark.parametrize(
    ("if_range", "applies"),
    [
        (None, True),
        ('"abc"', True),
        ('"other"', False),
        ('W/"abc"', False),
        ("Sun, 06 Nov 1994 08:49:37 GMT", True),
        ("Sun, 06 Nov 1994 08:49:38 GMT", False),
        ("Sunday, 06-Nov-94 08:49:37 GMT", True),
        ("yesterday", False),
        ("", False),
    ],
)
def test_a_range_completes_only_the_very_same_file(if_range: str | None, applies: bool) -> None:
    assert range_still_applies(if_range, etag=ETAG, last_modified_seconds=CHANGED_SECONDS) is applies


intervals = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted), max_size=12)


@given(parts=intervals)
def test_parts_merge_into_what_they_cover(parts: list[list[int]]) -> None:
    merged: list[list[int]] = []
    for start, stop in parts:
        merged = merge_intervals(merged, start, stop)
    assert {n for start, stop in merged for n in range(start, stop)} == {
        n for start, stop in parts for n in range(start, stop)
    }
    flat = [edge for interval in merged for edge in interval]
    assert flat == sorted(set(flat)), "sorted, and never touching each other"


def test_a_client_that_goes_away_is_noted_with_what_it_got() -> None:
    closed: list[tuple[int, int]] = []
    file = io.BytesIO(b"0123456789")
    sender = FilePart(
        file, Range(2, 9), on_close=lambda start, sent: closed.append((start, sent)), chunk_bytes=3
    )
    chunks = iter(sender)
    assert [next(chunks), next(chunks)] == [b"234", b"567"]
    sender.close()
    sender.close()
    assert closed == [(2, 3)], "the second chunk was still under way"
    assert file.closed


def test_a_file_that_is_too_short_ends_early() -> None:
    closed: list[tuple[int, int]] = []
    sender = FilePart(
        io.BytesIO(b"01234"), Range(0, 9), on_close=lambda start, sent: closed.append((start, sent))
    )
    assert b"".join(sender) == b"01234"
    sender.close()
    assert closed == [(0, 5)]
