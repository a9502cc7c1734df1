"""Comparing every text with all others, and what becomes of what is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.documents.models import Page, Revision
from wenlan.similarity.candidates import candidates_for
from wenlan.similarity.common import common_values
from wenlan.similarity.engine import Comparison, Wording, compare, marks_of, strengths, wording_of
from wenlan.similarity.engine.judging import SAME_SHARE
from wenlan.similarity.models import Finding, Fingerprint, Mark
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

    The marks of the text are there before it is compared, so that of two that come at once one finds the other.
    Harmless when run twice, or after the revision is gone.
    """
    fingerprint = Fingerprint.objects.filter(pk=fingerprint_id, revision__isnull=False).first()
    if fingerprint is None:
        return []
    wording = _wording(fingerprint)
    marks = marks_of(wording.words)
    with transaction.atomic():
        Mark.objects.filter(fingerprint=fingerprint).delete()
        Mark.objects.bulk_create(
            (Mark(value=value, fingerprint=fingerprint) for value in sorted(marks)),
            batch_size=400,
            ignore_conflicts=True,
        )
    # An earlier file of the same document, which this one took the place of, is no other text.
    own = Fingerprint.objects.filter(document_number=fingerprint.document_number).values_list("pk", flat=True)
    copies = [copy for copy in copies_of(wording, marks=marks, without=list(own)) if copy.is_telling]
    with transaction.atomic():
        found = [_keep(fingerprint, copy) for copy in copies]
        stale = Finding.objects.filter(fingerprint=fingerprint, state=Finding.State.OPEN)
        stale.exclude(pk__in=[finding.pk for finding in found]).delete()
        Fingerprint.objects.filter(pk=fingerprint.pk).update(
            state=Fingerprint.State.COMPARED, word_count=len(wording), compared_at=timezone.now()
        )
    return found


def copies_of(wording: Wording, *, marks: set[int] | None = None, without: Sequence[int] = ()) -> list[Copy]:
    """What texts here share with this one, which need not be in the library; the strongest first."""
    marks = marks_of(wording.words) if marks is None else marks
    candidates = candidates_for(marks, without=without)
    known = Fingerprint.objects.select_related("revision__document").in_bulk(
        [candidate.fingerprint_id for candidate in candidates]
    )
    others = [
        known[candidate.fingerprint_id] for candidate in candidates if candidate.fingerprint_id in known
    ]
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


def finding_decide(*, actor: User, finding_id: int, is_copy: bool) -> Finding:
    """Confirm that a text is a copy, or dismiss it.

    Raises Conflict when somebody has decided already, NotAllowed for one's own text.
    """
    finding = Finding.objects.select_related("fingerprint").filter(pk=finding_id).first()
    if finding is None:
        raise Conflict(_("The two texts are no longer alike."))
    if finding.fingerprint.owner_id == actor.pk and not actor.is_staff:
        raise NotAllowed(_("Another reviewer decides about your own document."))
    changed = Finding.objects.filter(pk=finding_id, state=Finding.State.OPEN).update(
        state=Finding.State.CONFIRMED if is_copy else Finding.State.DISMISSED,
        decided_by=actor,
        decided_at=timezone.now(),
    )
    if not changed:
        raise Conflict(_("Somebody else has decided about this."))
    finding.refresh_from_db()
    return finding


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


def _keep(fingerprint: Fingerprint, copy: Copy) -> Finding:
    """Write what was found under the later one of the two texts."""
    other = copy.fingerprint
    is_later = (other.stored_at, other.pk) < (fingerprint.stored_at, fingerprint.pk)
    mine, earlier = (fingerprint, other) if is_later else (other, fingerprint)
    evidence = _evidence(copy, turned=not is_later)
    finding, is_new = Finding.objects.get_or_create(fingerprint=mine, earlier=earlier, defaults=evidence)
    if not is_new:
        Finding.objects.filter(pk=finding.pk, state=Finding.State.OPEN).update(**evidence)
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
