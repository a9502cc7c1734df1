"""What somebody who is typing may be looking for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

from django.db.models import Q
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from wenlan.core.text import clean_line
from wenlan.documents.models import Category
from wenlan.search import lookups  # noqa: F401 - registers `prefix`
from wenlan.search.analysis import fold
from wenlan.search.history import still_finding
from wenlan.search.models import Suggestion, SuggestionKey
from wenlan.search.names import Name, names_seen
from wenlan.search.pinyin import pieces_of, readings
from wenlan.search.vocabulary import KEY_MAX, TIERS, is_unspaced, typed

TYPED_MAX = 60
"""Nobody needs a suggestion after so many characters."""
LOOKED_AT = 60
"""Rows of each tier; whoever finds more than that types on."""
ENOUGH = 40
SHOWN = 8
SHOWN_OF_KIND = {
    Suggestion.Kind.SEARCH: 3,
    Suggestion.Kind.DOCUMENT: 5,
    Suggestion.Kind.TAG: 3,
    Suggestion.Kind.AUTHOR: 2,
    Suggestion.Kind.CATEGORY: 2,
}


@dataclass(frozen=True)
class Suggested:
    """Something to choose: `text` is put into the field, `url` opened. `html` has what was typed already in <mark>."""

    kind: str
    text: str
    url: str
    html: SafeString

    @classmethod
    def search(cls, text: str) -> Suggested:
        return cls(Suggestion.Kind.SEARCH, text, search_url(text), SafeString(escape(text)))

    @property
    def kind_shown(self) -> str:
        return str(Suggestion.Kind(self.kind).label)


def search_url(text: str) -> str:
    return reverse("search:results", query={"q": text})


def suggestions_for(text: str) -> list[Suggested]:
    """What begins with what was typed, in characters, pinyin or initials; only what everybody may see now.

    So many short queries that a library of a million is asked as quickly as one of a hundred. Never fails, whatever
    was typed.
    """
    text = clean_line(text[:TYPED_MAX])
    wanted = _Typed.of(text)
    if wanted is None:
        return []
    rows = _rows(wanted)
    seen = _seen(rows)
    best: dict[Name, tuple[int, ...]] = {}
    for row in rows:
        name: Name = (row.suggestion.kind, row.suggestion.target_id, row.suggestion.text)
        if name in seen:
            best[name] = min(best.get(name, (99,)), _standing(row))
    ordered = sorted(best, key=lambda name: (*best[name], len(name[2]), name[2]))
    foremost = _foremost(ordered)
    searches = [text for kind, _number, text in foremost if kind == Suggestion.Kind.SEARCH]
    finding = still_finding(searches, limit=len(searches))
    return [
        _suggested(name, text) for name in foremost if name[0] != Suggestion.Kind.SEARCH or name[2] in finding
    ]


# ── What was typed ────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class _Typed:
    """Beginnings to look for: `keys` as they are, `pieces` as beginnings of syllables, all with `characters` in them."""

    keys: tuple[str, ...]
    pieces: tuple[tuple[str, ...], ...]
    characters: str

    @classmethod
    def of(cls, text: str) -> _Typed | None:
        folded = typed(text)[:KEY_MAX]
        characters = "".join(character for character in folded if is_unspaced(character))
        if not folded:
            return None
        if not characters:
            return cls((folded,), tuple(map(tuple, pieces_of(folded))), "")
        if characters == folded:
            return cls((folded,), (), "")
        spelt = list(dict.fromkeys(_spelt(folded)))
        pieces = [tuple(way) for letters in spelt for way in pieces_of(letters)]
        return cls((folded, *spelt), tuple(dict.fromkeys(pieces)), characters)

    def fits(self, row: SuggestionKey) -> bool:
        """Whether a row has the characters that were typed, in this order, and the syllables begin so."""
        if self.characters:
            rest = iter(fold(row.suggestion.text))
            if not all(character in rest for character in self.characters):
                return False
        if not row.syllables or row.key.startswith(self.keys):
            return True
        syllables = row.syllables.split(" ")
        return any(
            len(way) <= len(syllables)
            and all(syllable.startswith(piece) for syllable, piece in zip(syllables, way, strict=False))
            for way in self.pieces
        )


def _spelt(folded: str) -> Iterator[str]:
    """zhi识 as zhishi; a few ways when a character has several."""
    ways = [readings(character)[:2] or (character,) for character in folded]
    return islice(("".join(way) for way in product(*ways)), 4)


# ── Which there are ───────────────────────────────────────────────────────────────────────────────────────
def _rows(wanted: _Typed) -> list[SuggestionKey]:
    """Rows that begin so, tier by tier until there are enough; each question is one stretch of the index."""
    beginnings = [Q(key__prefix=key) for key in wanted.keys]
    for way in wanted.pieces:
        initials = "".join(piece[0] for piece in way)
        if initials not in wanted.keys:
            beginnings.append(Q(key__prefix=initials, syllables__startswith=way[0]))
    found: list[SuggestionKey] = []
    for begins, tier in product(beginnings, range(TIERS)):
        if tier and len(found) >= ENOUGH:
            continue
        rows = SuggestionKey.objects.filter(begins, tier=tier)
        if len(wanted.keys[0]) == 1:  # too little to say that it is read in another way
            rows = rows.filter(way__lt=SuggestionKey.Way.SELDOM_SPOKEN)
        found += filter(wanted.fits, rows.select_related("suggestion").order_by("key")[:LOOKED_AT])
    return found


def _seen(rows: list[SuggestionKey]) -> set[Name]:
    """Which of these names everybody may see, and are still written so."""
    numbers: dict[str, set[int]] = {}
    for row in rows:
        numbers.setdefault(row.suggestion.kind, set()).add(row.suggestion.target_id)
    return {name for kind, wanted in numbers.items() for name in names_seen(kind, wanted)}


def names_with(word: str) -> bool:
    """Whether a word stands in a name that everybody may see now."""
    for tier in range(TIERS):
        rows = SuggestionKey.objects.filter(
            key__prefix=word[:KEY_MAX], tier=tier, way=SuggestionKey.Way.WRITTEN
        )
        if _seen(list(rows.select_related("suggestion")[:LOOKED_AT])):
            return True
    return False


def _standing(row: SuggestionKey) -> tuple[int, ...]:
    """Written so before sounding so, the beginning before a later word, what is popular before what is not."""
    return (row.way, min(row.place, 1), row.tier)


def _foremost(ordered: list[Name]) -> list[Name]:
    """The foremost of each kind, kinds together; a search or tag not beside something else of the same words."""
    groups: dict[str, list[Name]] = {kind: [] for kind in SHOWN_OF_KIND}
    words: set[str] = set()
    for name in ordered:
        kind, _number, text = name
        is_known = typed(text) in words and kind in {Suggestion.Kind.SEARCH, Suggestion.Kind.TAG}
        if len(groups[kind]) < SHOWN_OF_KIND[Suggestion.Kind(kind)] and not is_known:
            groups[kind].append(name)
            words.add(typed(text))
    return [name for group in groups.values() for name in group][:SHOWN]


def _suggested(name: Name, typed_so_far: str) -> Suggested:
    kind, number, text = name
    match kind:
        case Suggestion.Kind.DOCUMENT:
            url = reverse("web:document", args=[number])
        case Suggestion.Kind.AUTHOR:
            url = reverse("web:author", args=[number])
        case Suggestion.Kind.CATEGORY:
            url = Category.objects.get(pk=number).get_absolute_url()
        case _:
            url = search_url(text)
    return Suggested(kind, text, url, _marked(text, typed_so_far))


def _marked(text: str, typed_so_far: str) -> SafeString:
    """`text` with the first place of what was typed in <mark>, as far as both are written alike."""
    words = fold(typed_so_far)
    folded = fold(text)
    start = folded.find(words) if words.strip() and len(folded) == len(text) else -1
    if start < 0:
        return SafeString(escape(text))
    end = start + len(words)
    return format_html("{}<mark>{}</mark>{}", text[:start], text[start:end], text[end:])
