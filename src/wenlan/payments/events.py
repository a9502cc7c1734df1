"""What providers tell us: written down first, then applied, each piece of news once."""

from __future__ import annotations

import datetime
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import asdict

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from wenlan.core.waiting import atomic_or_give_up
from wenlan.payments import services
from wenlan.payments.models import TopUp, WebhookEvent
from wenlan.payments.ports import Notification, NotificationRejected, PaymentProvider

logger = logging.getLogger(__name__)

State, Reason = WebhookEvent.State, WebhookEvent.Reason
HEADER_LENGTH = 1000
COUNT_WAIT_MILLISECONDS = 500
FIRST_RETRY = datetime.timedelta(seconds=30)
LAST_RETRY = datetime.timedelta(hours=1)


def message_receive(*, provider: PaymentProvider, headers: Mapping[str, str], body: bytes) -> bool:
    """Take a message of `provider`; whether it is settled, so that the provider need not send it again.

    A forged message is counted. News that could not be applied is kept, and tried again by the sweep if the
    provider does not send it before.
    """
    try:
        news = provider.verify_notification(headers=headers, body=body)
    except NotificationRejected:
        forgery_count(provider=provider.name)
        return False
    event = event_record(
        provider=provider.name,
        news=news,
        body_sha256=hashlib.sha256(body).hexdigest(),
        headers={
            name: headers[name][:HEADER_LENGTH] for name in provider.signature_headers if name in headers
        },
    )
    return event_apply(event_id=event.pk).state != State.FAILED


def event_record(
    *,
    provider: str,
    news: Notification,
    body_sha256: str = "",
    headers: Mapping[str, str] | None = None,
) -> WebhookEvent:
    """The row of a genuine piece of news; one that is known already is counted."""
    event, created = WebhookEvent.objects.get_or_create(
        provider=provider,
        event_id=news.event_id[:255],
        defaults={
            "reference": news.reference[:64],
            "body_sha256": body_sha256,
            "headers": dict(headers or {}),
            "news": asdict(news),
            "next_try_at": timezone.now() + FIRST_RETRY,
        },
    )
    if not created:
        WebhookEvent.objects.filter(pk=event.pk).update(times=F("times") + 1, last_at=timezone.now())
    return event


def event_apply(*, event_id: int) -> WebhookEvent:
    """Do what an event says, unless that was done. What fails here is written into its row and tried again later."""
    try:
        with transaction.atomic():
            event = WebhookEvent.objects.select_for_update(no_key=True).get(pk=event_id)
            if event.state in {State.APPLIED, State.REFUSED}:
                return event
            _news_apply(event)
            return _event_settle(event, State.APPLIED)
    except services.AmountMismatch as problem:
        return _event_refuse(event, Reason.AMOUNT_MISMATCH, problem)
    except services.UnknownTopUp as problem:
        return _event_refuse(event, Reason.UNKNOWN_TOP_UP, problem)
    except Exception as problem:
        logger.exception("The message %s of a payment provider could not be applied.", event_id)
        return _event_retry_later(event_id, problem)


def _news_apply(event: WebhookEvent) -> None:
    news = Notification(**event.news)
    if not news.is_decided:
        return
    services.notification_apply(news, provider=event.provider)
    if news.is_paid:
        TopUp.objects.filter(reference=news.reference).update(
            payment_id=news.payment_id[:255], next_check_at=None
        )


def _event_refuse(event: WebhookEvent, reason: WebhookEvent.Reason, problem: Exception) -> WebhookEvent:
    logger.error("The message %s of a payment provider is refused: %s", event, problem)
    return _event_settle(event, State.REFUSED, reason=reason, detail=_said(event, problem))


def _said(event: WebhookEvent, problem: Exception) -> str:
    news = Notification(**event.news)
    return f"{problem} {news.paid_minor} {news.currency}, {news.payment_id}"[:300]


def _event_settle(
    event: WebhookEvent, state: WebhookEvent.State, *, reason: str = "", detail: str = ""
) -> WebhookEvent:
    event.state, event.reason, event.detail, event.next_try_at = state, reason, detail, None
    event.save(update_fields=["state", "reason", "detail", "next_try_at"])
    return event


def _event_retry_later(event_id: int, problem: Exception) -> WebhookEvent:
    """Note a failure of ours; the pause before the next attempt doubles up to an hour."""
    event = WebhookEvent.objects.get(pk=event_id)
    pause = min(FIRST_RETRY * 2 ** min(event.attempts, 10), LAST_RETRY)
    WebhookEvent.objects.filter(pk=event_id, state__in=[State.RECEIVED, State.FAILED]).update(
        state=State.FAILED,
        reason=Reason.OTHER,
        detail=f"{type(problem).__name__}: {problem}"[:300],
        attempts=F("attempts") + 1,
        next_try_at=timezone.now() + pause,
    )
    event.refresh_from_db()
    return event


def forgery_count(*, provider: str) -> None:
    """Count a message that is not genuine: one row for each provider and day, however many there are."""
    day = timezone.localdate().isoformat()
    try:
        with atomic_or_give_up(milliseconds=COUNT_WAIT_MILLISECONDS):
            event, created = WebhookEvent.objects.get_or_create(
                provider=provider,
                event_id=f"forged:{day}",
                defaults={"state": State.REFUSED, "reason": Reason.FORGED, "next_try_at": None},
            )
            if not created:
                WebhookEvent.objects.filter(pk=event.pk).update(times=F("times") + 1, last_at=timezone.now())
    except OperationalError:
        logger.info("A forged message of %s was not counted: the database is busy.", provider)
