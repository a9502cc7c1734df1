"""What reviewers decide about texts that are alike, and that they may take it back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.text import clean_paragraphs
from wenlan.search.standing import standing_request
from wenlan.similarity.models import Finding, FindingDecision

REASON_MAX = 2000


@transaction.atomic
def finding_decide(*, actor: User, finding_id: int, is_copy: bool, reason: str = "") -> Finding:
    """Confirm that a text is a copy, or dismiss it; the decision goes on record with its reason, which may be empty.

    Raises Conflict when somebody has decided already, NotAllowed for one's own text.
    """
    finding = _finding_to_decide(actor, finding_id)
    state = Finding.State.CONFIRMED if is_copy else Finding.State.DISMISSED
    now = timezone.now()
    changed = Finding.objects.filter(pk=finding_id, state=Finding.State.OPEN).update(
        state=state, decided_by=actor, decided_at=now
    )
    if not changed:
        raise Conflict(_("Somebody else has decided about this."))
    FindingDecision.objects.create(
        finding=finding,
        document_number=finding.fingerprint.document_number,
        earlier_number=finding.earlier.document_number,
        kind=finding.kind,
        reviewer=actor,
        decision=state.value,
        reason=clean_paragraphs(reason)[:REASON_MAX],
        decided_at=now,
    )
    standing_request(finding.fingerprint.document_number)
    finding.refresh_from_db()
    return finding


@transaction.atomic
def finding_undo(*, actor: User, finding_id: int) -> Finding:
    """Take back one's own decision: the two texts wait for one again, and readers are told nothing.

    Raises NotAllowed for anybody but who decided, Conflict after 15 minutes and when it is taken back already.
    """
    finding = _finding_to_decide(actor, finding_id)
    if finding.decided_by_id is not None and finding.decided_by_id != actor.pk:
        raise NotAllowed(_("Only who decided can take a decision back."))
    changed = 0
    if finding.can_be_undone:
        changed = Finding.objects.filter(
            pk=finding_id, decided_by=actor, decided_at=finding.decided_at
        ).update(state=Finding.State.OPEN, decided_by=None, decided_at=None)
    if not changed:
        raise Conflict(_("This decision can no longer be taken back."))
    FindingDecision.objects.filter(finding=finding, undone_at=None).update(undone_at=timezone.now())
    standing_request(finding.fingerprint.document_number)
    finding.refresh_from_db()
    return finding


def _finding_to_decide(actor: User, finding_id: int) -> Finding:
    finding = Finding.objects.select_related("fingerprint", "earlier").filter(pk=finding_id).first()
    if finding is None:
        raise Conflict(_("The two texts are no longer alike."))
    if finding.fingerprint.owner_id == actor.pk and not actor.is_staff:
        raise NotAllowed(_("Another reviewer decides about your own document."))
    return finding
