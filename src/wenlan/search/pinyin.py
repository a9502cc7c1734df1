"""How Chinese characters are read aloud, for those who type by sound.

The readings are pypinyin's. With its dictionary of phrases, which knows that 重庆 is *chongqing*, it takes 58 MB; the
processes that answer readers leave that away (see config/wsgi.py) and take the readings of single characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

READINGS_MAX = 3
"""Of one character; rarer ones are left out."""
VARIED_CHARACTERS = 2
"""So many characters at the beginning of a text are also taken by their other readings."""
PIECES_MAX = 12

#: What may stand for one character when somebody types by sound: its initial, or that with a beginning of the rest.
_PIECE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])(?:[aeiouv]{0,3}|[aeiouv]{1,3}(?:ng?|r))|[aeo](?:[iou]|ng?|r)?"
)
#: Sounds that many speakers do not tell apart.
_ALIKE = [("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")]


@lru_cache(maxsize=32768)
def readings(character: str) -> tuple[str, ...]:
    """The syllables of a Chinese character without tones, the usual first; none of anything else. ü is v."""
    from pypinyin import Style, pinyin  # dear to load, and most searches need no sounds

    if not character.isalpha() or character.isascii():
        return ()
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    syllables = found[0] if found else []
    return tuple(dict.fromkeys(s for s in syllables if s.isascii() and s.isalpha()))[:READINGS_MAX]


def spoken(text: str) -> list[str]:
    """What each character of folded text sounds like, as the words around it ask for; of other scripts, itself."""
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(text, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]  # lists are documented


def otherwise_spoken(text: str, usual: list[str]) -> Iterator[list[str]]:
    """`usual`, which is `spoken(text)`, with one of the first characters after the other read in its other ways."""
    for place, character in enumerate(text[:VARIED_CHARACTERS]):
        for other in readings(character):
            if other != usual[place]:
                yield [*usual[:place], other, *usual[place + 1 :]]


def sounds_of(word: str) -> list[str]:
    """What a Chinese word may sound like, at most four ways; none of a word in another script."""
    ways = [readings(character) for character in word]
    if not all(ways):
        return []
    usual = "".join(spoken(word))
    some = ["".join(way) for way, _ in zip(product(*(way[:2] for way in ways)), range(3), strict=False)]
    return list(dict.fromkeys([usual, *some]))


def alike(sound: str) -> str:
    """`sound` without the differences that speakers of many regions do not make."""
    for one, other in _ALIKE:
        sound = sound.replace(one, other)
    return sound


def pieces_of(letters: str, *, limit: int = 4) -> list[list[str]]:
    """The ways in which letters may stand for characters, few characters first: zhsh → [zh, sh], [zh, s, h] …"""
    if not (letters.isascii() and letters.isalpha()):
        return []
    ways = [way for way in _cut(letters, PIECES_MAX) if len(way) > 1]
    return sorted(ways, key=len)[:limit]


def _cut(letters: str, left: int) -> list[list[str]]:
    """At most a dozen ways for each rest, so that no row of letters takes long."""
    if not letters:
        return [[]]
    if not left:
        return []
    ways: list[list[str]] = []
    for length in range(min(6, len(letters)), 0, -1):
        if _PIECE.fullmatch(letters, 0, length):
            ways += [[letters[:length], *rest] for rest in _cut(letters[length:], left - 1)]
            if len(ways) >= PIECES_MAX:
                break
    return ways[:PIECES_MAX]
