"""What a person needs to see of two passages to judge them in seconds: where they differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from wenlan.similarity.engine import Wording, wording_of

SHOWN_CHARACTERS = 4000
"""So much of a passage is shown; the rest is alike."""
ROW_CHARACTERS = 120
"""A row ends with the first sentence from here on, so that a phone shows both texts of it at once."""
AFFIX_MIN = 2
"""So many Chinese characters in common at either end of two words are no part of the difference."""
_LEADERS = re.compile(r"[.．·…‥_]{5,}")  # of a table of contents
_SENTENCE_ENDS = re.compile(r"[。！？!?；;\n]")


@dataclass(frozen=True)
class Piece:
    """A stretch of a passage; `differs` when the other passage has something else in its place, or nothing."""

    text: str
    differs: bool


@dataclass(frozen=True)
class SideBySide:
    """One passage, or a row of it, as it stands in either text; each is whole when its pieces are joined."""

    mine: list[Piece]
    earlier: list[Piece]

    @property
    def differs(self) -> bool:
        return any(piece.differs for piece in (*self.mine, *self.earlier))


def side_by_side(mine: str, earlier: str) -> SideBySide:
    """The two passages, cut where they begin and cease to differ, word by word."""
    rows = list(rows_of(mine, earlier))
    return SideBySide(
        _joined(piece for row in rows for piece in row.mine),
        _joined(piece for row in rows for piece in row.earlier),
    )


def rows_of(mine: str, earlier: str) -> Iterator[SideBySide]:
    """The same in rows of some sentences, each with what stands in its place in the other text."""
    own, other = _Side(wording_of([_cut(mine)])), _Side(wording_of([_cut(earlier)]))
    matcher = SequenceMatcher(None, own.wording.words, other.wording.words, autojunk=False)
    place, other_place = 0, 0
    for block in matcher.get_matching_blocks():  # the last one is empty and ends the text
        _differing(own, other, range(place, block.a), range(other_place, block.b))
        for step in range(block.size):
            if own.ends_a_sentence_before(block.a + step) and own.has_a_row:
                own.take_until_word(block.a + step)
                other.take_until_word(block.b + step)
                yield SideBySide(own.row(), other.row())
            own.take_word(block.a + step)
            other.take_word(block.b + step)
        place, other_place = block.a + block.size, block.b + block.size
    own.take(len(own.wording.text))
    other.take(len(other.wording.text))
    yield SideBySide(own.row(), other.row())


@dataclass
class _Side:
    """One of the two texts: `done` characters of it are in rows or in the pieces of the next one."""

    wording: Wording
    done: int = 0
    begun: int = 0
    pieces: list[Piece] = field(default_factory=list)

    def take(self, until: int, *, differs: bool = False) -> None:
        if until > self.done:
            self.pieces.append(Piece(self.wording.text[self.done : until], differs))
            self.done = until

    def take_until_word(self, place: int, *, differs: bool = False) -> None:
        self.take(self.wording.places[place][0], differs=differs)

    def take_word(self, place: int, *, differs: bool = False) -> None:
        self.take(self.wording.places[place][1], differs=differs)

    @property
    def has_a_row(self) -> bool:
        return self.done - self.begun >= ROW_CHARACTERS

    def ends_a_sentence_before(self, place: int) -> bool:
        return _SENTENCE_ENDS.search(self.wording.text, self.done, self.wording.places[place][0]) is not None

    def row(self) -> list[Piece]:
        pieces, self.pieces, self.begun = _joined(self.pieces), [], self.done
        return pieces


def _differing(own: _Side, other: _Side, places: range, other_places: range) -> None:
    """Words that are not the same: one by one, if there are as many on both sides, else all that stands there."""
    if not places or not other_places:
        for side, run in ((own, places), (other, other_places)):
            if run:
                side.take_until_word(run[0])
                side.take_word(run[-1], differs=True)
    elif len(places) != len(other_places):
        own.take_until_word(places[0])
        other.take_until_word(other_places[0])
        _exchanged(own, other, places[-1], other_places[-1])
    else:
        for count, (place, other_place) in enumerate(zip(places, other_places, strict=True)):
            between = own.wording.text[own.done : own.wording.places[place][0]]
            other_between = other.wording.text[other.done : other.wording.places[other_place][0]]
            differs = count > 0 and between != other_between
            own.take_until_word(place, differs=differs)
            other.take_until_word(other_place, differs=differs)
            _exchanged(own, other, place, other_place)


def _exchanged(own: _Side, other: _Side, last: int, other_last: int) -> None:
    """What stands in each other's place, up to the end of these words; only what differs in them is marked."""
    end, other_end = own.wording.places[last][1], other.wording.places[other_last][1]
    before, after = _affixes(own.wording.text[own.done : end], other.wording.text[other.done : other_end])
    for side, until in ((own, end), (other, other_end)):
        side.take(side.done + before)
        side.take(until - after, differs=True)
        side.take(until)


def _affixes(words: str, others: str) -> tuple[int, int]:
    """How many characters both begin and end with: 汇报工作 and 汇报事务 begin with two; of Latin ones none count."""
    if words.isascii() or others.isascii():
        return 0, 0
    before = _alike(words, others)
    before = before if AFFIX_MIN <= before < min(len(words), len(others)) else 0
    after = _alike(words[before:][::-1], others[before:][::-1])
    return before, after if AFFIX_MIN <= after < min(len(words), len(others)) - before else 0


def _alike(word: str, other: str) -> int:
    """How many characters two words begin with in common."""
    return next(
        (count for count, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]),
        min(len(word), len(other)),
    )


def _joined(pieces: Iterator[Piece] | list[Piece]) -> list[Piece]:
    """The same pieces, neighbours of one kind as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].differs == piece.differs:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.differs)
        else:
            joined.append(piece)
    return joined


def _cut(text: str) -> str:
    text = _LEADERS.sub("…", text)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
