"""Asking providers about payments and refunds that they have not told us about.

Nothing here holds a transaction open while a provider is asked, and nothing is decided by its silence.
"""

from __future__ import annotations

import datetime
import logging

from django.db import transaction
from django.utils import timezone

from wenlan.core.errors import NotAllowed
from wenlan.payments.backends import provider_named
from wenlan.payments.events import event_apply, event_record
from wenlan.payments.models import TopUp
from wenlan.payments.ports import Notification, PaymentProvider, PaymentRefused, ProviderUnavailable
from wenlan.payments.services import top_up_cancel
from wenlan.payments.starting import payment_begin

logger = logging.getLogger(__name__)

CLOSE_AFTER = datetime.timedelta(days=1)
"""How long a payment may stay open before nobody can pay it any more."""
ASK_EVERY = datetime.timedelta(minutes=1)
ASK_AT_LEAST_EVERY = datetime.timedelta(minutes=30)


def next_pause(age: datetime.timedelta) -> datetime.timedelta:
    """How long to wait until a payment of that age is asked about again: a sixth of its age, within bounds."""
    return max(ASK_EVERY, min(age / 6, ASK_AT_LEAST_EVERY))


def payment_check(*, top_up_id: int) -> TopUp | None:
    """Ask the provider what became of an open top-up, and do what it says; None for one that is not there.

    One whose provider did not say how to pay is asked for again; one that is open for more than a day is closed.
    A provider that does not answer changes nothing. Harmless when done twice.
    """
    top_up = TopUp.objects.filter(pk=top_up_id).first()
    if top_up is None or not top_up.is_open:
        return top_up
    try:
        _ask(top_up, provider_named(top_up.provider))
    except ProviderUnavailable as unavailable:
        logger.warning("%s says nothing of %s: %s", top_up.provider, top_up.reference, unavailable.detail)
    except PaymentRefused as refused:
        logger.warning(
            "%s refuses to be asked about %s: %s", top_up.provider, top_up.reference, refused.reason
        )
    except NotAllowed as problem:  # the operator has taken it away; what is open waits for its return
        logger.info("%s cannot be asked about %s: %s", top_up.provider, top_up.reference, problem)
    top_up.refresh_from_db()
    return top_up


def _ask(top_up: TopUp, provider: PaymentProvider) -> None:
    news = provider.query(top_up)
    if news is not None:
        news_apply(top_up, news)
    elif timezone.now() - top_up.created_at > CLOSE_AFTER:
        _close(top_up, provider)
    elif not top_up.is_begun:
        payment_begin(top_up)


def payment_close(*, top_up_id: int) -> None:
    """The reader does not want to pay any more; money that came all the same is credited.

    Raises ProviderUnavailable when the provider cannot be told: then it can still be paid, and stays open.
    """
    top_up = TopUp.objects.filter(pk=top_up_id).first()
    if top_up is not None and top_up.is_open:
        _close(top_up, provider_named(top_up.provider))


def _close(top_up: TopUp, provider: PaymentProvider) -> None:
    """Close it there first: only then nobody can pay what is closed here. A payment in between is asked about."""
    provider.close(top_up)
    news = provider.query(top_up)
    if news is not None and news.is_paid:
        news_apply(top_up, news)
    else:
        top_up_cancel(reference=top_up.reference)
        TopUp.objects.filter(pk=top_up.pk).update(next_check_at=None)


def news_apply(top_up: TopUp, news: Notification) -> None:
    """Write down what the provider answered and apply it, as if it had told us by itself."""
    outcome = "paid" if news.is_paid else "failed"
    asked = Notification(
        reference=top_up.reference,
        is_paid=news.is_paid,
        paid_minor=news.paid_minor,
        currency=news.currency,
        failure=news.failure,
        event_id=f"asked:{top_up.reference}:{outcome}",
        payment_id=news.payment_id,
    )
    event = event_record(provider=top_up.provider, news=asked)
    if event_apply(event_id=event.pk).state == event.State.REFUSED:
        # An operator has to look; asking again would say the same.
        TopUp.objects.filter(pk=top_up.pk).update(next_check_at=None)


@transaction.atomic
def top_ups_due() -> list[int]:
    """The numbers of open top-ups that are to be asked about now, each handed out to one caller."""
    now = timezone.now()
    due = TopUp.objects.filter(state=TopUp.State.CREATED, next_check_at__lte=now).order_by("next_check_at")
    taken = []
    for top_up in due[:50]:
        held = TopUp.objects.filter(pk=top_up.pk, next_check_at=top_up.next_check_at)
        if held.update(next_check_at=now + next_pause(now - top_up.created_at)):
            taken.append(top_up.pk)
    return taken
