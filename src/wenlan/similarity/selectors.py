"""Reading what was found about copies."""

from __future__ import annotations

from django.db.models import QuerySet

from wenlan.documents.models import Revision
from wenlan.similarity.models import Finding


def findings_about(revision: Revision) -> QuerySet[Finding]:
    """What was found about the text of `revision`, the strongest first, the earlier text and its document loaded."""
    return _findings().filter(fingerprint__revision=revision)


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
