"""Comparing every text with all others, and what becomes of what is found."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from wenlan.core.handlers import handlers
from wenlan.documents.models import Page, Revision
from wenlan.similarity.candidates import candidates_for
from wenlan.similarity.common import common_values
from wenlan.similarity.engine import Comparison, Wording, compare, marks_of, strengths, wording_of
from wenlan.similarity.engine.judging import SAME_SHARE
from wenlan.similarity.models import Finding, Fingerprint
from wenlan.similarity.remains import Remains, remains_among
from wenlan.similarity.samples import marks_keep
from wenlan.similarity.texts import affordable, wordings_of

SWEEP_PAUSE_SECONDS = 60
SWEEP_TEXTS = 50
SWAPPED_SHOWN = 40
PASSAGES_SHOWN = 60
ONE_WORK_SHARE = 0.9
"""Two texts that share so much both ways are taken for one work until somebody says otherwise."""


@dataclass(frozen=True)
class Copy:
    """Another text here that shares something with the one that was compared."""

    fingerprint: Fingerprint
    comparison: Comparison
    strength: float

    @property
    def is_telling(self) -> bool:
        """Whether somebody should look at it, by the thresholds of the site."""
        share = max(self.comparison.share, self.comparison.other_share)
        return self.strength >= settings.COPY_STRENGTH_MIN and share * 100 >= settings.COPY_SHARE_MIN_PERCENT

    @property
    def kind(self) -> Finding.Kind:
        mine, other = self.comparison.share >= SAME_SHARE, self.comparison.other_share >= SAME_SHARE
        if mine and other:
            return Finding.Kind.SAME_TEXT
        if mine or other:
            return Finding.Kind.PART_OF if mine else Finding.Kind.CONTAINS
        return Finding.Kind.PASSAGES


def revision_comparison_request(revision_id: int) -> None:
    """Ask for a text to be compared with every other. Called in the transaction in which its preview becomes ready."""
    from wenlan.similarity.tasks import text_compare

    revision = Revision.objects.select_related("document").get(pk=revision_id)
    fingerprint, _is_new = Fingerprint.objects.update_or_create(
        revision=revision,
        defaults={"state": Fingerprint.State.WAITING},
        create_defaults={
            "document_number": revision.document_id,
            "owner_id": revision.document.author_id,
            "title": revision.document.title,
            "sha256": revision.sha256,
            "stored_at": revision.created_at,
        },
    )
    transaction.on_commit(partial(text_compare.enqueue, fingerprint.pk))


def comparisons_sweep() -> int:
    """Ring for texts whose bell was lost, and ask for those that were here before comparing was; how many wait.

    Does so at most once in a while, however often it is called.
    """
    from wenlan.similarity.tasks import text_compare

    if not cache.add("similarity:sweep", value=True, timeout=SWEEP_PAUSE_SECONDS):
        return 0
    waiting = Fingerprint.objects.filter(state=Fingerprint.State.WAITING, revision__isnull=False)
    for number in waiting.values_list("pk", flat=True)[:SWEEP_TEXTS]:
        text_compare.enqueue(number)
    unknown = Revision.objects.filter(state=Revision.State.READY, fingerprint__isnull=True).order_by("pk")
    for revision_id in unknown.values_list("pk", flat=True)[:SWEEP_TEXTS]:
        with transaction.atomic():
            revision_comparison_request(revision_id)
    return waiting.count()


def fingerprint_compare(*, fingerprint_id: int) -> list[Finding]:
    """Compare a text with every other here and keep what is found; what a reviewer has decided stays.

    The marks of the text are there before it is compared, so that of two that come at once one finds the other; what
    follows from the rules follows before it counts as compared. Harmless when run twice, or after the revision is gone.
    """
    started = timezone.now()
    fingerprint = (
        Fingerprint.objects.select_related("revision")
        .filter(pk=fingerprint_id, revision__isnull=False)
        .first()
    )
    if fingerprint is None:
        return []
    wording = _wording(fingerprint)
    marks = marks_of(wording.words)
    if not _marks_store(fingerprint, marks):
        return []
    own = _own_texts(fingerprint)
    known = set(_open_between(fingerprint).values_list("fingerprint", "earlier"))
    numbers = dict.fromkeys(
        [
            *(candidate.fingerprint_id for candidate in candidates_for(marks, without=list(own))),
            *sorted({number for pair in known for number in pair} - own),
        ]
    )
    copies = [copy for copy in _copies_among(wording, numbers) if copy.is_telling]
    left = [remains for remains in remains_among(fingerprint, marks, numbers) if remains.is_telling]
    found = _findings_keep(fingerprint, copies, left, started)
    for revision_id in {finding.fingerprint.revision_id for finding in found} | {fingerprint.revision_id}:
        for compared in handlers("text_compared"):
            compared(revision_id)
    Fingerprint.objects.filter(pk=fingerprint.pk).update(
        state=Fingerprint.State.COMPARED, word_count=len(wording), compared_at=timezone.now()
    )
    return found


def _marks_store(fingerprint: Fingerprint, marks: set[int]) -> bool:
    """Put these marks in the place of those of the text before; False when it is gone."""
    with transaction.atomic():
        if not _locked([fingerprint.pk]):
            return False
        marks_keep(fingerprint, marks)
    return True


def _own_texts(fingerprint: Fingerprint) -> set[int]:
    """The text itself, and an earlier file of the same document, which this one took the place of: no other texts."""
    own = Fingerprint.objects.filter(document_number=fingerprint.document_number)
    return set(own.values_list("pk", flat=True))


def _open_between(fingerprint: Fingerprint) -> QuerySet[Finding]:
    """What is known of the text and any other, and not decided."""
    either = Q(fingerprint=fingerprint) | Q(earlier=fingerprint)
    return Finding.objects.filter(either, state=Finding.State.OPEN)


def _locked(numbers: Iterable[int]) -> set[int]:
    """Those of these texts that are still here; they stay so until the transaction ends."""
    texts = Fingerprint.objects.select_for_update(no_key=True).filter(pk__in=list(numbers)).order_by("pk")
    return set(texts.values_list("pk", flat=True))


@transaction.atomic
def _findings_keep(
    fingerprint: Fingerprint, copies: Sequence[Copy], left: Sequence[Remains], started: datetime.datetime
) -> list[Finding]:
    """Write what was found, and forget what nobody has decided about and no longer holds.

    What another comparison wrote since `started` stays: it may have seen what this one could not.
    """
    others = [copy.fingerprint.pk for copy in copies] + [remains.fingerprint.pk for remains in left]
    here = _locked([fingerprint.pk, *others])
    if fingerprint.pk not in here:
        return []
    found = [_copy_keep(fingerprint, copy) for copy in copies if copy.fingerprint.pk in here]
    found += [_remains_keep(fingerprint, remains) for remains in left if remains.fingerprint.pk in here]
    stale = _open_between(fingerprint).filter(found_at__lt=started)
    stale.exclude(pk__in=[finding.pk for finding in found]).delete()
    return found


def copies_of(wording: Wording, *, marks: set[int] | None = None, without: Sequence[int] = ()) -> list[Copy]:
    """What texts here share with this one, which need not be in the library; the strongest first."""
    marks = marks_of(wording.words) if marks is None else marks
    candidates = candidates_for(marks, without=without)
    return _copies_among(wording, [candidate.fingerprint_id for candidate in candidates])


def _copies_among(wording: Wording, numbers: Iterable[int]) -> list[Copy]:
    """What those of these texts share with this one whose words are here; the strongest first."""
    numbers = list(numbers)
    known = Fingerprint.objects.select_related("revision__document").in_bulk(numbers)
    others = [known[number] for number in numbers if number in known]
    others = affordable([other for other in others if other.revision_id is not None])
    comparisons = [compare(wording, other) for other in wordings_of(others)]
    copies = [
        Copy(other, comparison, strength)
        for other, comparison, strength in zip(
            others, comparisons, strengths(comparisons, _works(others), common_values(others)), strict=True
        )
        if comparison.passages
    ]
    return sorted(copies, key=lambda copy: -copy.strength)


def revision_text_forget(revision_id: int) -> None:
    """Forget a text whose file another one takes the place of, unless it was taken down: no reader knew it."""
    Fingerprint.objects.filter(revision=revision_id, stays_down_since=None).delete()


def document_texts_forget(document_id: int, *, was_public: bool) -> None:
    """Forget the texts of a document that is deleted, and what waits for a decision about them.

    Those that readers could see, and those that were taken down, are remembered by their marks.
    """
    texts = Fingerprint.objects.filter(document_number=document_id)
    if not was_public:
        texts.filter(stays_down_since=None).delete()
    Finding.objects.filter(fingerprint__in=texts, state=Finding.State.OPEN).delete()
    of_its_author = Finding.objects.filter(
        earlier__in=texts.filter(stays_down_since=None), state=Finding.State.OPEN
    )
    of_its_author.filter(fingerprint__owner=F("earlier__owner")).delete()


def _wording(fingerprint: Fingerprint) -> Wording:
    pages = Page.objects.filter(revision=fingerprint.revision_id).order_by("number")
    return wording_of(pages.values_list("text", flat=True).iterator(chunk_size=50))


def _works(fingerprints: Iterable[Fingerprint]) -> list[int]:
    """For each the first of the texts here that is known to be the same."""
    numbers = [fingerprint.pk for fingerprint in fingerprints]
    same = Finding.objects.filter(
        # Two contracts of one template are much the same, too: until somebody has said so, it must be all of the text.
        Q(state=Finding.State.CONFIRMED) | Q(share__gte=ONE_WORK_SHARE, earlier_share__gte=ONE_WORK_SHARE),
        fingerprint__in=numbers,
        earlier__in=numbers,
    )
    first = {number: number for number in numbers}
    for number, earlier in same.exclude(state=Finding.State.DISMISSED).values_list("fingerprint", "earlier"):
        kept, gone = sorted((first[number], first[earlier]))
        first = {each: kept if work == gone else work for each, work in first.items()}
    return [first[number] for number in numbers]


def _copy_keep(fingerprint: Fingerprint, copy: Copy) -> Finding:
    """Write what was found under the later one of the two texts."""
    other = copy.fingerprint
    is_later = (other.stored_at, other.pk) < (fingerprint.stored_at, fingerprint.pk)
    mine, earlier = (fingerprint, other) if is_later else (other, fingerprint)
    evidence = {**_evidence(copy, turned=not is_later), "marks_shared": None, "marks_earlier": None}
    finding, is_new = Finding.objects.get_or_create(fingerprint=mine, earlier=earlier, defaults=evidence)
    if not is_new:
        Finding.objects.filter(pk=finding.pk, state=Finding.State.OPEN).update(**evidence)
    return finding


def _remains_keep(fingerprint: Fingerprint, remains: Remains) -> Finding:
    """Write that a text has the marks of one whose words are gone; what is known of their passages stays."""
    finding, _is_new = Finding.objects.get_or_create(
        fingerprint=fingerprint,
        earlier=remains.fingerprint,
        defaults={
            "kind": remains.kind,
            "share": remains.share,
            "earlier_share": remains.other_share,
            "strength": remains.strength,
            "marks_shared": remains.shared,
            "marks_earlier": remains.total,
        },
    )
    return finding


def _evidence(copy: Copy, *, turned: bool) -> dict[str, Any]:
    """The columns of a finding; `turned` when the text that was compared is the earlier one."""
    comparison = copy.comparison
    swapped = [
        [*((after, before) if turned else (before, after)), count]
        for (before, after), count in comparison.swapped.most_common(SWAPPED_SHOWN)
    ]
    longest = sorted(comparison.passages, key=lambda passage: -passage.words)[:PASSAGES_SHOWN]
    passages = [
        [comparison.mine.passage(p.first, p.last), comparison.other.passage(p.other_first, p.other_last)]
        for p in sorted(longest, key=lambda passage: passage.first)
    ]
    shares = comparison.share, comparison.other_share
    kinds = {Finding.Kind.PART_OF: Finding.Kind.CONTAINS, Finding.Kind.CONTAINS: Finding.Kind.PART_OF}
    return {
        "kind": kinds.get(copy.kind, copy.kind) if turned else copy.kind,
        "share": shares[1] if turned else shares[0],
        "earlier_share": shares[0] if turned else shares[1],
        "strength": copy.strength,
        "swapped": swapped,
        "passages": [pair[::-1] for pair in passages] if turned else passages,
    }
