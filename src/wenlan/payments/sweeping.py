"""What `wenlan worker` does every few seconds: hand out what waits for a provider, without asking one itself."""

from __future__ import annotations

from django.utils import timezone

from wenlan.payments import tasks
from wenlan.payments.checking import top_ups_due
from wenlan.payments.events import FIRST_RETRY, State
from wenlan.payments.models import WebhookEvent
from wenlan.payments.refunds import refunds_due


def payments_sweep() -> int:
    """Ring for open top-ups and refunds that nobody has told us about; how many."""
    top_ups, refunds = top_ups_due(), refunds_due()
    for number in top_ups:
        tasks.payment_check.enqueue(number)
    for number in refunds:
        tasks.refund_send.enqueue(number)
    return len(top_ups) + len(refunds)


def events_sweep() -> int:
    """Ring for messages that were written down and not applied; how many."""
    now = timezone.now()
    waiting = WebhookEvent.objects.filter(state__in=[State.RECEIVED, State.FAILED], next_try_at__lte=now)
    numbers = list(waiting.order_by("next_try_at").values_list("pk", flat=True)[:50])
    WebhookEvent.objects.filter(pk__in=numbers).update(next_try_at=now + FIRST_RETRY)
    for number in numbers:
        tasks.event_apply.enqueue(number)
    return len(numbers)
