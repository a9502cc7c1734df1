"""Background work of the accounts room."""

from __future__ import annotations

from django_tasks import task

from wenlan.accounts import services


@task(queue_name="mail")
def mail_deliver(mail_id: int) -> None:
    """Send one mail. Harmless when run twice, late, or after deletion."""
    services.mail_deliver(mail_id=mail_id)
