"""Money that goes back the way it came."""

from __future__ import annotations

import datetime
import logging

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.core.errors import Conflict, NotAllowed
from wenlan.ledger.models import Transfer
from wenlan.payments.backends import provider_named
from wenlan.payments.models import Refund, TopUp
from wenlan.payments.ports import PaymentRefused, ProviderUnavailable, RefundNews, RefundState

logger = logging.getLogger(__name__)

ASK_EVERY = datetime.timedelta(minutes=5)


class RefundTooLarge(Conflict):
    """More would go back than came."""

    code = "refund_too_large"


@transaction.atomic
def refund_request(*, top_up: TopUp, amount_minor: int, transfer: Transfer) -> Refund:
    """Promise `amount_minor` of a paid top-up back through its provider, once for each `transfer`.

    `transfer` is what took the money out of the house, posted in the same transaction: into the account of the
    provider. The provider is asked afterwards, by the sweep. A second call with the transfer returns the first
    refund. Raises RefundTooLarge when all refunds of the top-up would be more than it, and Conflict unless it is
    paid; then nothing is written.
    """
    locked = TopUp.objects.select_for_update(no_key=True).get(pk=top_up.pk)
    known = Refund.objects.filter(transfer=transfer).first()
    if known:
        return known
    if locked.state != TopUp.State.PAID:
        raise Conflict(_("This payment has not arrived."))
    promised = (
        locked.refunds.exclude(state=Refund.State.FAILED).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    )
    if amount_minor < 1 or promised + amount_minor > locked.amount_minor:
        raise RefundTooLarge(_("No more can go back than was paid."))
    return Refund.objects.create(top_up=locked, amount_minor=amount_minor, transfer=transfer)


@transaction.atomic
def refund_reverse(*, refund_id: int, transfer: Transfer) -> Refund:
    """Note that `transfer`, posted in the same transaction, put the money of a failed refund back into the house.

    A second call with the transfer changes nothing. Raises Conflict for a refund that has not failed, and for one
    that was reversed before.
    """
    refund = Refund.objects.select_for_update(no_key=True).get(pk=refund_id)
    if refund.reversal_id == transfer.pk:
        return refund
    if refund.state != Refund.State.FAILED or refund.reversal_id is not None:
        raise Conflict(_("Only a refund that was refused can be put back, and once."))
    refund.reversal = transfer
    refund.save(update_fields=["reversal"])
    return refund


def refund_send(*, refund_id: int) -> Refund | None:
    """Ask the provider for a refund, or what became of it. Harmless when done twice; its silence changes nothing."""
    refund = Refund.objects.select_related("top_up").filter(pk=refund_id).first()
    if refund is None or refund.state != Refund.State.REQUESTED:
        return refund
    try:
        _refund_settle(refund, _asked(refund))
    except ProviderUnavailable as unavailable:
        logger.warning("Nothing is known of refund %s: %s", refund.reference, unavailable.detail)
    except NotAllowed:
        logger.warning(
            "Refund %s waits for %s to be offered again.", refund.reference, refund.top_up.provider
        )
    except PaymentRefused as refused:
        _refund_settle(refund, RefundNews(RefundState.FAILED, refund.amount_minor, refused.reason))
    refund.refresh_from_db()
    return refund


def _asked(refund: Refund) -> RefundNews:
    provider = provider_named(refund.top_up.provider)
    known = provider.query_refund(refund.top_up, refund_reference=refund.reference)
    return known or provider.refund(
        refund.top_up, refund_reference=refund.reference, amount_minor=refund.amount_minor
    )


def _refund_settle(refund: Refund, news: RefundNews) -> None:
    still_asked = Refund.objects.filter(pk=refund.pk, state=Refund.State.REQUESTED)
    if news.state == RefundState.DONE:
        still_asked.update(state=Refund.State.DONE, settled_at=timezone.now(), next_check_at=None)
    elif news.state == RefundState.FAILED:
        logger.error("%s refuses refund %s: %s", refund.top_up.provider, refund.reference, news.failure)
        still_asked.update(state=Refund.State.FAILED, failure=news.failure[:200], next_check_at=None)


@transaction.atomic
def refunds_due() -> list[int]:
    """The numbers of refunds that are to be asked about now, each handed out to one caller."""
    now = timezone.now()
    taken = []
    for refund in Refund.objects.filter(state=Refund.State.REQUESTED, next_check_at__lte=now)[:50]:
        held = Refund.objects.filter(pk=refund.pk, next_check_at=refund.next_check_at)
        if held.update(next_check_at=now + ASK_EVERY):
            taken.append(refund.pk)
    return taken
