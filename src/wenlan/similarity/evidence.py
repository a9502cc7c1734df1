"""What a person needs to see of two passages to judge them in seconds: where they differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from wenlan.similarity.engine import Wording, wording_of

SHOWN_CHARACTERS = 4000
"""So much of a passage is shown; the rest is alike."""
_LEADERS = re.compile(r"[.．·…‥_]{5,}")  # of a table of contents


@dataclass(frozen=True)
class Piece:
    """A stretch of a passage; `differs` when the other passage has something else in its place, or nothing."""

    text: str
    differs: bool


@dataclass(frozen=True)
class SideBySide:
    """One passage as it stands in either text; each is whole when its pieces are joined."""

    mine: list[Piece]
    earlier: list[Piece]


def side_by_side(mine: str, earlier: str) -> SideBySide:
    """The two passages, cut where they begin and cease to differ, word by word."""
    own, other = wording_of([_cut(mine)]), wording_of([_cut(earlier)])
    matcher = SequenceMatcher(None, own.words, other.words, autojunk=False)
    blocks = matcher.get_matching_blocks()
    return SideBySide(
        list(_pieces(own, [(block.a, block.size) for block in blocks])),
        list(_pieces(other, [(block.b, block.size) for block in blocks])),
    )


def _cut(text: str) -> str:
    text = _LEADERS.sub("…", text)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def _pieces(wording: Wording, alike: list[tuple[int, int]]) -> Iterator[Piece]:
    """The text in turns of alike and different; what differs are words, with what stands between them."""
    done, next_word = 0, 0
    for first, size in alike:  # the last one is empty and ends the text
        if next_word < first:
            start, end = wording.places[next_word][0], wording.places[first - 1][1]
            yield from _piece(wording.text[done:start], differs=False)
            yield from _piece(wording.text[start:end], differs=True)
            done = end
        next_word = first + size
        end = wording.places[next_word - 1][1] if size else len(wording.text)
        yield from _piece(wording.text[done:end], differs=False)
        done = end


def _piece(text: str, *, differs: bool) -> Iterator[Piece]:
    if text:
        yield Piece(text, differs)
