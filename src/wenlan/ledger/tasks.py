"""Background work of the ledger."""

from __future__ import annotations

from django_tasks import task

from wenlan.ledger import audits


@task(queue_name="default")
def books_audit(audit_id: int) -> None:
    """Prove the books. Harmless when run twice or late."""
    audits.audit_run(audit_id=audit_id)
