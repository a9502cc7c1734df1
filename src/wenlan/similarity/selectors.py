"""Reading what was found about copies."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Count, F, QuerySet

from wenlan.documents.models import Document, Revision, on_the_shelf
from wenlan.similarity.models import Finding

COPIES_TOLD = 3


def findings_about(revision: Revision) -> QuerySet[Finding]:
    """What was found about the text of `revision`, the strongest first, the earlier text and its document loaded."""
    return _findings().filter(fingerprint__revision=revision)


def findings_after(revision: Revision) -> QuerySet[Finding]:
    """What came later and is like the text of `revision`, as far as it left its author's desk; the strongest first."""
    later = _findings().filter(earlier__revision=revision).exclude(state=Finding.State.DISMISSED)
    return later.filter(fingerprint__revision__isnull=False).exclude(
        fingerprint__revision__document__state=Document.State.DRAFT
    )


def findings_strongest(revisions: Iterable[Revision]) -> dict[int, Finding]:
    """For each of these revisions the strongest finding that nobody has dismissed, by its number; one query."""
    findings = Finding.objects.select_related("fingerprint", "earlier")
    findings = findings.filter(fingerprint__revision__in=list(revisions)).defer("passages", "swapped")
    strongest: dict[int, Finding] = {}
    for finding in findings.exclude(state=Finding.State.DISMISSED):
        if finding.fingerprint.revision_id is not None:
            strongest.setdefault(finding.fingerprint.revision_id, finding)
    return strongest


def findings_on_the_shelf() -> QuerySet[Finding]:
    """What was found about texts that readers can see and nobody has decided about, the latest first."""
    # From the few findings to their documents, not the other way: an optimizer without statistics does not know.
    undecided = Finding.objects.filter(state=Finding.State.OPEN).values("pk")
    return (
        _findings()
        .filter(
            pk__in=undecided,
            fingerprint__revision__document__state=Document.State.PUBLISHED,
            fingerprint__revision__document__current_revision=F("fingerprint__revision"),
        )
        .defer("passages", "swapped")
        .order_by("-found_at", "-pk")
    )


def copies_told(revision: Revision) -> list[Finding]:
    """What readers of `revision` are told: whose text it has, as a reviewer confirmed, of those that they can open."""
    confirmed = _findings().filter(
        on_the_shelf("earlier__revision__document__"),
        fingerprint__revision=revision,
        state=Finding.State.CONFIRMED,
        kind__in=[Finding.Kind.SAME_TEXT, Finding.Kind.PART_OF],
        earlier__revision__document__current_revision=F("earlier__revision"),
    )
    return list(confirmed.defer("passages", "swapped")[:COPIES_TOLD])


def finding_of(number: int) -> Finding | None:
    """A finding with both texts and their documents."""
    return _findings().filter(pk=number).first()


def _findings() -> QuerySet[Finding]:
    return Finding.objects.select_related(
        "fingerprint__revision__document__author",
        "earlier__revision__document__author",
        "earlier__owner",
        "decided_by",
    )


def quality_signals(document_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """`complaints_upheld` of each document for the ranking: texts of others that a reviewer confirmed it copies."""
    document = "fingerprint__revision__document"
    confirmed = Finding.objects.filter(
        **{f"{document}__in": document_ids, f"{document}__current_revision": F("fingerprint__revision")},
        state=Finding.State.CONFIRMED,
    ).exclude(fingerprint__owner=F("earlier__owner"))
    return {"complaints_upheld": dict(confirmed.order_by().values_list(document).annotate(Count("pk")))}
