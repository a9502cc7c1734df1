"""What is left of texts whose words are gone: their marks, and the hash of their file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Set
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from wenlan.similarity.engine.judging import SAME_SHARE
from wenlan.similarity.engine.marks import cut, in_one_sample
from wenlan.similarity.models import Finding, Fingerprint
from wenlan.similarity.samples import samples_of


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
    fingerprint: Fingerprint, marks: Collection[int], candidates: Collection[int]
) -> list[Remains]:
    """What the text with these marks has of earlier ones that are gone: among `candidates`, or with the same bytes."""
    others = Fingerprint.objects.filter(Q(pk__in=list(candidates)) | Q(sha256=fingerprint.sha256))
    gone = [other for other in others if _is_left_of(other, fingerprint)]
    return [_remains(fingerprint, cut(marks), other, candidates) for other in gone]


def _is_left_of(other: Fingerprint, fingerprint: Fingerprint) -> bool:
    """Whether a text is an earlier one that is gone, and not what its own author deleted and nobody took down."""
    is_own = other.owner_id is not None and other.owner_id == fingerprint.owner_id
    return (
        other.revision_id is None
        and (other.stored_at, other.pk) < (fingerprint.stored_at, fingerprint.pk)
        and (other.stays_down or not is_own)
    )


def _remains(
    fingerprint: Fingerprint, marks: Set[int], other: Fingerprint, candidates: Collection[int]
) -> Remains:
    stored = dict(samples_of([other.pk])).get(other.pk, frozenset())
    own, theirs, pairs_per_mark = in_one_sample(marks, stored)
    shared = own & theirs
    return Remains(
        fingerprint=other,
        shared=len(shared),
        total=len(theirs),
        own=len(own),
        strength=pairs_per_mark * _strength(shared, fingerprint, other, candidates),
        has_the_same_bytes=other.sha256 == fingerprint.sha256,
    )


def _strength(
    shared: Set[int], fingerprint: Fingerprint, other: Fingerprint, candidates: Collection[int]
) -> float:
    """How many marks the two have to themselves, as `engine.judging` has it of pairs: 1/n³, if n works have it.

    Copies of the one that is gone are no others.
    """
    if not shared:
        return 0.0
    same = Finding.objects.filter(
        Q(fingerprint=other) | Q(earlier=other), kind=Finding.Kind.SAME_TEXT
    ).exclude(state=Finding.State.DISMISSED)
    one_work = {fingerprint.pk, other.pk}
    for pair in same.values_list("fingerprint", "earlier"):
        one_work.update(pair)
    others: Counter[int] = Counter()
    for _number, marks in samples_of(set(candidates) - one_work):
        others.update(shared & marks)
    return sum(1 / (1 + others[mark]) ** 3 for mark in shared)
