"""The names and words of the library, written down for those who are typing one and for those who mistyped one.

Kept from the same requests as the index. All sounds are worked out here, once per name, and not at each key pressed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

import rjieba
from django.db import transaction

from wenlan.documents.models import Document
from wenlan.search.analysis import FILLERS, UNSPACED, fold, joined, words_with_places
from wenlan.search.models import Suggestion, SuggestionKey, Word, WordForm
from wenlan.search.names import Name, names_of, published
from wenlan.search.pinyin import alike, otherwise_spoken, readings, sounds_of, spoken

TIERS = 4
"""0 holds what is not a document; then documents that were often, sometimes and seldom opened."""
TIER_VIEWS = (100, 10)
PLACES_MAX = 6
"""Words of a name that one may begin to type; of so many only the first three by their initials."""
INITIALS_PLACES = 3
KEY_MAX = 40
SOUND_MAX = 64
INITIALS_MAX = 24
WORD_MAX = 32
LONG_WORD = 8
"""From so many letters on two of them may be wrong."""

Way = SuggestionKey.Way

_LETTERS = re.compile(r"[\W_]+")
_UNSPACED_WORD = re.compile(f"[{UNSPACED}]+")


def typed(text: str) -> str:
    """Folded text as it is compared with what somebody types: letters and digits, and ü as v."""
    return _LETTERS.sub("", fold(text)).replace("ü", "v")


def is_unspaced(word: str) -> bool:
    """Whether a word is Chinese (or of another script that is written without blanks)."""
    return bool(_UNSPACED_WORD.fullmatch(word))


@transaction.atomic
def names_refresh(document_ids: Collection[int]) -> None:
    """Write down what these documents are found by, and forget the titles of those that are not published."""
    names = set(names_of(document_ids))
    held = {
        (kind, number, text): pk
        for kind, numbers in _numbers_by_kind(names, document_ids)
        for pk, number, text in Suggestion.objects.filter(kind=kind, target_id__in=numbers).values_list(
            "pk", "target_id", "text"
        )
    }
    Suggestion.objects.filter(pk__in=[pk for name, pk in held.items() if name not in names]).delete()
    names_add(names - held.keys())


def names_add(names: Collection[Name]) -> None:
    """Write down names that are not yet, and their words."""
    views = dict(
        published()
        .filter(pk__in=[number for kind, number, _text in names if kind == Suggestion.Kind.DOCUMENT])
        .values_list("pk", "view_count")
    )
    rows = [
        Suggestion(kind=kind, target_id=number, text=text, tier=tier_of(kind, views.get(number, 0)))
        for kind, number, text in sorted(names)
    ]
    Suggestion.objects.bulk_create(rows, ignore_conflicts=True)
    kept = Suggestion.objects.filter(
        kind__in={row.kind for row in rows}, target_id__in={row.target_id for row in rows}, keys=None
    )
    keys = [key for suggestion in kept for key in keys_of(suggestion)]
    SuggestionKey.objects.bulk_create(keys, batch_size=500)
    words_add(
        word for kind, _number, text in names if kind != Suggestion.Kind.SEARCH for word in words_in(text)
    )


def names_forget(kind: str, numbers: Collection[int]) -> None:
    Suggestion.objects.filter(kind=kind, target_id__in=numbers).delete()


def names_tidy() -> None:
    """Forget the titles of documents that are not published any more. What is left is asked for when it is shown."""
    Suggestion.objects.filter(kind=Suggestion.Kind.DOCUMENT).exclude(
        target_id__in=published().values("pk")
    ).delete()


def tier_of(kind: str, view_count: int) -> int:
    if kind != Suggestion.Kind.DOCUMENT:
        return 0
    return 1 + sum(view_count < views for views in TIER_VIEWS)


def tiers_refresh() -> int:
    """Move documents that are opened more often than before to the front; returns how many moved."""
    moved = 0
    for tier, views in enumerate(TIER_VIEWS, 1):
        popular = Document.objects.filter(view_count__gte=views).order_by().values("pk")
        behind = Suggestion.objects.filter(
            kind=Suggestion.Kind.DOCUMENT, tier__gt=tier, target_id__in=popular
        )
        numbers = list(behind.values_list("pk", flat=True)[:1000])
        SuggestionKey.objects.filter(suggestion__in=numbers).update(tier=tier)
        moved += Suggestion.objects.filter(pk__in=numbers).update(tier=tier)
    return moved


def _numbers_by_kind(names: Iterable[Name], document_ids: Collection[int]) -> Iterator[tuple[str, set[int]]]:
    numbers: dict[str, set[int]] = {Suggestion.Kind.DOCUMENT: set(document_ids)}
    for kind, number, _text in names:
        numbers.setdefault(kind, set()).add(number)
    yield from numbers.items()


# ── What may be typed for a name ──────────────────────────────────────────────────────────────────────────
def keys_of(suggestion: Suggestion) -> Iterator[SuggestionKey]:
    """The text from each of its first words on, in characters, in pinyin and as initials."""
    folded = fold(joined(suggestion.text))
    text = typed(folded)
    sounds = spoken(text)
    seen: set[tuple[str, str]] = set()
    for place, start in enumerate(_starts(folded)):
        begin = len(typed(folded[:start]))
        for key, syllables, way in _keys_from(text[begin:], sounds[begin:], place):
            if key and (key, syllables) not in seen:
                seen.add((key, syllables))
                yield SuggestionKey(
                    suggestion=suggestion,
                    tier=suggestion.tier,
                    key=key,
                    syllables=syllables,
                    place=place,
                    way=way,
                )


def _starts(folded: str) -> list[int]:
    """Where words begin that somebody may begin with, also those within a long Chinese word."""
    starts = [0]
    for word, start, end in words_with_places(folded):
        if word in FILLERS:
            continue
        starts.append(start)
        if end - start > 3:
            parts = rjieba.cut_for_search(folded[start:end])
            starts += [start + word.find(part) for part in parts if len(part) > 1 and part in word]
    return sorted(set(starts))[:PLACES_MAX]


def _keys_from(text: str, sounds: list[str], place: int) -> Iterator[tuple[str, str, SuggestionKey.Way]]:
    yield text[:KEY_MAX], "", Way.WRITTEN
    if not any(readings(character) for character in text[:INITIALS_MAX]):
        return
    yield "".join(sounds)[:SOUND_MAX], "", Way.SPOKEN
    if place < INITIALS_PLACES:
        yield *_initials(sounds), Way.INITIALS
    if not place:
        for others in otherwise_spoken(text, sounds):
            yield "".join(others)[:SOUND_MAX], "", Way.SELDOM_SPOKEN
            yield *_initials(others), Way.SELDOM_SPOKEN


def _initials(sounds: list[str]) -> tuple[str, str]:
    """The first letters, and beside them the syllables they stand for; only the first of more than a key holds."""
    sounds = sounds[:INITIALS_MAX]
    return "".join(sound[0] for sound in sounds), " ".join(sounds)


# ── What may be written for a word ────────────────────────────────────────────────────────────────────────
def words_in(text: str) -> Iterator[str]:
    """The words of a name that are worth correcting to: those that `keys_of` writes down the beginnings of."""
    folded = fold(joined(text))
    starts = set(_starts(folded))
    for _word, start, end in words_with_places(folded):
        written = folded[start:end]
        if is_unspaced(written):
            for part in (written, *rjieba.cut_for_search(written)):
                if len(part) > 1 and start + written.find(part) in starts:
                    yield part[:WORD_MAX]
        elif len(written) > 2 and not written.isdigit() and start in starts:
            yield written[:WORD_MAX]
    whole = typed(text)
    if is_unspaced(whole) and 2 <= len(whole) <= LONG_WORD:
        yield whole


def words_add(words: Iterable[str]) -> None:
    wanted = set(words)
    wanted -= set(Word.objects.filter(word__in=wanted).values_list("word", flat=True))
    Word.objects.bulk_create([Word(word=word) for word in sorted(wanted)], ignore_conflicts=True)
    fresh = Word.objects.filter(word__in=wanted, forms=None)
    forms = [WordForm(word=word, form=form) for word in fresh for form in sorted(forms_of(word.word))]
    WordForm.objects.bulk_create(forms, batch_size=500)


def forms_of(word: str) -> set[str]:
    """What two words have in common when one was meant and the other written.

    The same sound, or the same rest after one letter (of long words two) was taken from either: with this any one
    letter that is wrong, missing, too many or has changed places with its neighbour is found by equality alone
    (symmetric deletion, W. Garbe 2012).
    """
    forms = {word}
    if is_unspaced(word):
        forms |= {alike(sound) for sound in sounds_of(word)}
        losses = 1 if len(word) > 2 else 0
    else:
        forms.add(alike(word))
        losses = 0 if len(word) < 4 else 1 if len(word) < LONG_WORD else 2
    for count in range(1, losses + 1):
        forms |= {"".join(rest) for rest in combinations(word, len(word) - count)}
    return {form[:SOUND_MAX] for form in forms}
