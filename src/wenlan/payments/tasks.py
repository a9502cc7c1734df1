"""Background work: whatever waits for a provider."""

from __future__ import annotations

from django_tasks import task

from wenlan.payments import checking, events, refunds


@task()
def payment_check(top_up_id: int) -> None:
    """Ask what became of an open top-up. Harmless when run twice, late, or after it was settled."""
    checking.payment_check(top_up_id=top_up_id)


@task()
def refund_send(refund_id: int) -> None:
    """Ask for a refund, or what became of it. Harmless when run twice, late, or after it was settled."""
    refunds.refund_send(refund_id=refund_id)


@task()
def event_apply(event_id: int) -> None:
    """Apply a provider's message that could not be applied before. Harmless when run twice or late."""
    events.event_apply(event_id=event_id)
