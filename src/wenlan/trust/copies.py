"""What follows when a document in review turns out to be what the rules about copies refuse."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from wenlan.documents.models import Document, Revision
from wenlan.documents.services import document_return
from wenlan.similarity.rules import verdict_about
from wenlan.similarity.submission import refusal_text
from wenlan.trust.services import mail_author


@transaction.atomic
def document_reconsider(revision_id: int) -> None:
    """Give a document in review back to its author when a rule refuses its text and they have not objected.

    The comparison may end after the author has sent the document to review, and a text may be taken down while a copy
    of it waits there. Harmless at any time.
    """
    revision = Revision.objects.filter(pk=revision_id).first()
    if revision is None:
        return
    document = (
        Document.objects.select_for_update(no_key=True)
        .filter(pk=revision.document_id, state=Document.State.IN_REVIEW)
        .first()
    )
    if document is None or document.newest_revision != revision:
        return
    verdict = verdict_about(revision)
    if not verdict.refused_for or verdict.is_objected_to:
        return
    with override(document.author.language):
        reason = refusal_text(verdict.refused_for[0])
        document_return(document_id=document.pk, reason=reason)
    mail_author(
        document, "refused_as_copy", path=reverse("documents:edit", args=[document.pk]), reason=reason
    )
