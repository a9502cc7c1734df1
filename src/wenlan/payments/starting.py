"""Asking a provider how a top-up is to be paid, and where the reader goes to do so."""

from __future__ import annotations

import datetime
import logging

from django.urls import reverse
from django.utils import timezone

from wenlan.payments.backends import provider_named
from wenlan.payments.models import TopUp, first_check
from wenlan.payments.ports import Payer, PaymentRefused, ProviderUnavailable

logger = logging.getLogger(__name__)

RETRY = datetime.timedelta(seconds=20)
"""How soon a provider that did not answer is asked again how a payment is to be made."""


def payment_begin(top_up: TopUp, *, payer: Payer | None = None) -> TopUp:
    """Ask the provider of an open top-up how it is paid; a second time it is asked again, for the same payment.

    Never within a transaction: it may take as long as the time limit of the settings. When the provider does not
    answer, the top-up stays as it is and is tried again by the sweep; when it refuses, the top-up has failed.
    """
    provider = provider_named(top_up.provider)
    try:
        action = provider.start(top_up, payer=payer or Payer())
    except ProviderUnavailable as unavailable:
        logger.warning(
            "%s does not start payment %s: %s", top_up.provider, top_up.reference, unavailable.detail
        )
        return _still_open(top_up, next_check_at=timezone.now() + RETRY)
    except PaymentRefused as refused:
        logger.warning("%s refuses payment %s: %s", top_up.provider, top_up.reference, refused.reason)
        return _still_open(top_up, state=TopUp.State.FAILED, failure=refused.reason[:200], next_check_at=None)
    return _still_open(
        top_up,
        pay_url=action.url,
        qr_text=action.qr_text,
        handle=action.handle,
        next_check_at=first_check() if provider.needs_network else None,
    )


def _still_open(top_up: TopUp, **values: object) -> TopUp:
    """Write `values`, unless news of the payment came first."""
    TopUp.objects.filter(pk=top_up.pk, state=TopUp.State.CREATED).update(**values)
    top_up.refresh_from_db()
    return top_up


def first_step(top_up: TopUp) -> str:
    """Where a form that begins a payment leads: the page of a company is left for from a page of ours."""
    leads_away = top_up.is_open and top_up.pay_url.startswith("http")
    return next_step(top_up) + ("?go=1" if leads_away else "")


def next_step(top_up: TopUp) -> str:
    """The page of this site at which the reader goes on to pay."""
    if top_up.is_open and top_up.pay_url.startswith("/"):
        return top_up.pay_url
    return reverse("payments:pay", args=[top_up.reference])
