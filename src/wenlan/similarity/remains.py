"""What is left of texts whose words are gone: their marks, and the hash of their file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from heapq import nsmallest

from django.conf import settings
from django.db import connection
from django.db.models import Q

from wenlan.similarity.engine.judging import SAME_SHARE
from wenlan.similarity.engine.marks import in_one_sample
from wenlan.similarity.models import Finding, Fingerprint, Mark

ASKED_MAX = 200
"""Marks in common that are looked at for who else has them; the lowest ones, which are a sample of all."""
HOLDERS_MAX = 8
"""Texts of one mark that are counted."""
_AT_ONCE = 100
_HOLDERS_OF_ONE = (
    "SELECT * FROM (SELECT value, fingerprint_id FROM similarity_mark WHERE value = %s LIMIT %s) AS held"
)


@dataclass(frozen=True)
class Remains:
    """How much a text has of an earlier one that is gone: `shared` of its `total` marks, or the very same file."""

    fingerprint: Fingerprint
    shared: int
    total: int
    own: int
    """Marks of the text itself."""
    strength: float
    has_the_same_bytes: bool

    @property
    def share(self) -> float:
        return 1.0 if self.has_the_same_bytes else self.shared / self.own if self.own else 0.0

    @property
    def other_share(self) -> float:
        return 1.0 if self.has_the_same_bytes else self.shared / self.total if self.total else 0.0

    @property
    def is_telling(self) -> bool:
        """By the thresholds of the site, as for texts that can be compared."""
        if self.has_the_same_bytes:
            return True
        share = max(self.share, self.other_share)
        return self.strength >= settings.COPY_STRENGTH_MIN and share * 100 >= settings.COPY_SHARE_MIN_PERCENT

    @property
    def kind(self) -> Finding.Kind:
        mine, other = self.share >= SAME_SHARE, self.other_share >= SAME_SHARE
        if mine and other:
            return Finding.Kind.SAME_TEXT
        if mine or other:
            return Finding.Kind.PART_OF if mine else Finding.Kind.CONTAINS
        return Finding.Kind.PASSAGES


def remains_among(
    fingerprint: Fingerprint, marks: Collection[int], candidates: Iterable[int]
) -> list[Remains]:
    """What the text with these marks has of earlier ones that are gone: among `candidates`, or with the same bytes."""
    others = Fingerprint.objects.filter(Q(pk__in=list(candidates)) | Q(sha256=fingerprint.sha256))
    return [_remains(fingerprint, marks, other) for other in others if _is_left_of(other, fingerprint)]


def _is_left_of(other: Fingerprint, fingerprint: Fingerprint) -> bool:
    """Whether a text is an earlier one that is gone, and not what its own author deleted and nobody took down."""
    is_own = other.owner_id is not None and other.owner_id == fingerprint.owner_id
    return (
        other.revision_id is None
        and (other.stored_at, other.pk) < (fingerprint.stored_at, fingerprint.pk)
        and (other.stays_down or not is_own)
    )


def _remains(fingerprint: Fingerprint, marks: Collection[int], other: Fingerprint) -> Remains:
    stored = set(Mark.objects.filter(fingerprint=other).values_list("value", flat=True))
    own, theirs, pairs_per_mark = in_one_sample(set(marks), stored)
    shared = own & theirs
    return Remains(
        fingerprint=other,
        shared=len(shared),
        total=len(theirs),
        own=len(own),
        strength=pairs_per_mark * _strength(shared, fingerprint, other),
        has_the_same_bytes=other.sha256 == fingerprint.sha256,
    )


def _strength(shared: Collection[int], fingerprint: Fingerprint, other: Fingerprint) -> float:
    """How many marks the two have to themselves, as `engine.judging` has it of pairs: 1/n³, if n works have it.

    Copies of the one that is gone are no others.
    """
    asked = nsmallest(ASKED_MAX, shared)
    if not asked:
        return 0.0
    same = Finding.objects.filter(
        Q(fingerprint=other) | Q(earlier=other), kind=Finding.Kind.SAME_TEXT
    ).exclude(state=Finding.State.DISMISSED)
    one_work = {fingerprint.pk, other.pk}
    for pair in same.values_list("fingerprint", "earlier"):
        one_work.update(pair)
    others = Counter(value for value, holder in _holders(asked) if holder not in one_work)
    told = sum(1 / (1 + others[value]) ** 3 for value in asked)
    return told * len(shared) / len(asked)


def _holders(marks: list[int]) -> list[tuple[int, int]]:
    """(mark, fingerprint) for some of the texts that have one of these marks."""
    found: list[tuple[int, int]] = []
    with connection.cursor() as cursor:
        for start in range(0, len(marks), _AT_ONCE):
            batch = marks[start : start + _AT_ONCE]
            asked = [part for value in batch for part in (value, HOLDERS_MAX)]
            cursor.execute(" UNION ALL ".join([_HOLDERS_OF_ONE] * len(batch)), asked)
            found += cursor.fetchall()
    return found
