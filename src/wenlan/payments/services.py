"""Topping up wallets."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict
from wenlan.core.money import InvalidAmount, format_money
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.services import Posting, account_for, transfer_post
from wenlan.orders.models import Checkout
from wenlan.orders.services import checkout_lock, checkout_settle
from wenlan.payments.backends import provider_named
from wenlan.payments.models import TopUp
from wenlan.payments.ports import Notification, Payer
from wenlan.payments.starting import payment_begin


class UnknownTopUp(Conflict):
    """A payment names a top-up that does not exist."""

    code = "unknown_top_up"


class AmountMismatch(Conflict):
    """What was paid is not what was asked for; nothing is credited and an operator has to look."""

    code = "amount_mismatch"


def top_up_start(
    *,
    user: User,
    amount_minor: int,
    provider: str,
    next_url: str = "",
    checkout: Checkout | None = None,
    payer: Payer | None = None,
) -> TopUp:
    """Ask `provider` for a payment into the wallet of `user`; the reader goes on where `starting.next_step` says.

    What `checkout` is about is bought as soon as the money is there. A provider that does not answer is asked again
    by itself; one that refuses leaves the top-up failed. `next_url` is where the reader returns to afterwards: a
    path of this site, anything else is forgotten.
    Raises InvalidAmount for nothing or more than the limit, and NotAllowed for a provider that is not offered.
    """
    backend = provider_named(provider)
    if not 1 <= amount_minor <= settings.TOP_UP_MAX_MINOR:
        maximum = format_money(settings.TOP_UP_MAX_MINOR, settings.CURRENCY)
        raise InvalidAmount(_("A top-up is more than zero and at most %(maximum)s.") % {"maximum": maximum})
    top_up = TopUp.objects.create(
        user=user,
        amount_minor=amount_minor,
        currency=settings.CURRENCY,
        provider=backend.name,
        next_url=_safe_path(next_url),
        checkout=checkout,
    )
    # Outside of any transaction: a provider may be asked over the network.
    return payment_begin(top_up, payer=payer)


def _safe_path(url: str) -> str:
    is_path = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if is_path and len(url) <= 500 else ""


def notification_apply(notification: Notification, *, provider: str) -> TopUp:
    """Do what a genuine message of `provider` says; a second time it changes nothing.

    Raises UnknownTopUp for a top-up that was to be paid through another provider, and what `top_up_settle` raises.
    """
    if not TopUp.objects.filter(reference=notification.reference, provider=provider).exists():
        raise _unknown()
    if notification.is_paid:
        return top_up_settle(
            reference=notification.reference,
            paid_minor=notification.paid_minor,
            currency=notification.currency,
        )
    return top_up_fail(reference=notification.reference, reason=notification.failure)


@transaction.atomic
def top_up_settle(*, reference: str, paid_minor: int, currency: str) -> TopUp:
    """Credit the wallet with a top-up whose money has arrived, exactly once, and buy what it was for.

    A second call changes nothing and returns the top-up. Raises UnknownTopUp, and AmountMismatch unless
    amount and currency are those of the top-up; then nothing is written.
    """
    top_up = _locked(reference)
    if (paid_minor, currency) != (top_up.amount_minor, top_up.currency):
        raise AmountMismatch(_("What was paid is not the amount of this top-up."))
    if top_up.state == TopUp.State.PAID:
        return top_up
    if top_up.checkout_id is not None:
        checkout_lock(checkout_id=top_up.checkout_id)
    provider = account_for(kind=Account.Kind.PROVIDER, name=top_up.provider, currency=top_up.currency)
    wallet = account_for(kind=Account.Kind.WALLET, owner=top_up.user, currency=top_up.currency)
    top_up.transfer = transfer_post(
        reason_key=f"top_up:{top_up.reference}",
        kind=Transfer.Kind.TOP_UP,
        description=top_up.provider,
        cause=f"top_up:{top_up.pk}",
        postings=[Posting(provider, -paid_minor), Posting(wallet, paid_minor)],
    )
    top_up.state = TopUp.State.PAID
    top_up.failure = ""
    top_up.settled_at = timezone.now()
    top_up.save(update_fields=["transfer", "state", "failure", "settled_at"])
    if top_up.checkout_id is not None:
        checkout_settle(checkout_id=top_up.checkout_id)
    return top_up


@transaction.atomic
def top_up_fail(*, reference: str, reason: str = "") -> TopUp:
    """Note that a provider refused a payment. Money that has already arrived stays credited.

    A second call changes nothing. Raises UnknownTopUp.
    """
    return _close(reference, state=TopUp.State.FAILED, failure=reason[:200])


@transaction.atomic
def top_up_cancel(*, reference: str) -> TopUp:
    """Note that the reader does not want to pay any more; a payment that arrives all the same is credited."""
    return _close(reference, state=TopUp.State.CANCELLED)


def _close(reference: str, *, state: TopUp.State, failure: str = "") -> TopUp:
    top_up = _locked(reference)
    if top_up.is_open:
        top_up.state = state
        top_up.failure = failure
        top_up.save(update_fields=["state", "failure"])
    return top_up


def _locked(reference: str) -> TopUp:
    top_up = (
        TopUp.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user")
        .filter(reference=reference)
        .first()
    )
    if top_up is None:
        raise _unknown()
    return top_up


def _unknown() -> UnknownTopUp:
    return UnknownTopUp(_("There is no such payment."))
