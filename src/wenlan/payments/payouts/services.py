"""Asking for a payout, deciding about it, and what became of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed, WenlanError
from wenlan.core.money import InvalidAmount, format_money
from wenlan.core.text import clean_line
from wenlan.ledger.models import Account
from wenlan.ledger.selectors import debt_minor, earnings_balance_minor
from wenlan.ledger.services import InsufficientFunds, account_for, accounts_lock
from wenlan.payments.models import Payout, PayoutAccount, PayoutEvent
from wenlan.payments.payouts.mails import account_changed_mail, payout_mail
from wenlan.payments.payouts.money import money_back, money_out, money_set_aside, payout_quote

HOLD_DAYS_MAX = 90
"""How long a payout may be held at one go."""


class PayoutDetailsMissing(Conflict):
    """It is not known where the money should go, or not all of what the operator needs."""

    code = "payout_details_missing"


class DebtFirst(Conflict):
    """The person owes the house something, which is paid off before anything is paid out."""

    code = "debt_first"


class FeeChanged(Conflict):
    """The fee is another than the one the author agreed to; nothing was asked for."""

    code = "fee_changed"


class NoReason(WenlanError):
    """A payout is refused or held, and its author is not told why."""

    code = "no_reason"


@transaction.atomic
def payout_account_set(*, user: User, details: Mapping[str, str]) -> PayoutAccount:
    """Note where the money of `user` goes from now on; they are told by mail, in case it was not them.

    `details` holds columns of PayoutAccount. Payouts that were asked for before keep the details they had. The same
    details again change nothing.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    known = PayoutAccount.objects.filter(owner=user, replaced_at=None).first()
    cleaned = {name: clean_line(value) for name, value in details.items()}
    if known is not None:
        if all(getattr(known, name) == value for name, value in cleaned.items()):
            return known
        known.replaced_at = timezone.now()
        known.save(update_fields=["replaced_at"])
    account = PayoutAccount.objects.create(owner=user, **cleaned)
    account_changed_mail(account)
    return account


def missing_details(account: PayoutAccount | None) -> bool:
    """Whether something is missing of what this site needs before it pays."""
    return account is None or not all(getattr(account, name) for name in settings.PAYOUT_IDENTITY)


@transaction.atomic
def payout_request(*, user: User, amount_minor: int, expected_fee_minor: int, key: str) -> Payout:
    """Set `amount_minor` of the free earnings of `user` aside to be paid out, once for each `key`.

    A second call with the same key changes nothing and returns the first payout. Raises InvalidAmount for less than
    the minimum or than its fee, PayoutDetailsMissing, DebtFirst, FeeChanged, and InsufficientFunds for more than is free, also
    when two ask at once; then nothing is written.
    """
    kinds = (Account.Kind.EARNINGS, Account.Kind.PAYOUT, Account.Kind.DEBT)
    accounts = {kind: account_for(kind=kind, owner=user) for kind in kinds}
    # All requests of a person wait for each other here.
    accounts_lock(accounts.values())
    known = Payout.objects.filter(user=user, key=key).first()
    if known is not None:
        return known
    account = payout_check(user=user, amount_minor=amount_minor)
    quote = payout_quote(amount_minor)
    if quote.fee_minor != expected_fee_minor:
        raise FeeChanged(_("The fee has changed. Please confirm the payout again."))
    payout = Payout.objects.create(
        user=user,
        account=account,
        amount_minor=amount_minor,
        fee_minor=quote.fee_minor,
        currency=settings.CURRENCY,
        key=key,
    )
    payout.transfer = money_set_aside(payout)
    payout.save(update_fields=["transfer"])
    _note(payout, PayoutEvent.Kind.REQUESTED, by=user)
    return payout


def payout_check(*, user: User, amount_minor: int) -> PayoutAccount:
    """Where so much of the free earnings of `user` would be paid to; writes nothing.

    Raises what `payout_request` raises, but for a fee that has changed.
    """
    account = PayoutAccount.objects.filter(owner=user, replaced_at=None).first()
    if account is None or missing_details(account):
        raise PayoutDetailsMissing(_("First tell us where the money should go."))
    owed_minor = debt_minor(user)
    if owed_minor:
        owed = format_money(owed_minor, settings.CURRENCY)
        raise DebtFirst(_("You owe the house %(owed)s; that is paid off first.") % {"owed": owed})
    if amount_minor < settings.PAYOUT_MIN_MINOR or payout_quote(amount_minor).arrives_minor <= 0:
        raise InvalidAmount(
            _("A payout is at least %(minimum)s, and more than its fee.")
            % {"minimum": format_money(settings.PAYOUT_MIN_MINOR, settings.CURRENCY)}
        )
    free_minor = earnings_balance_minor(user)
    if amount_minor > free_minor:
        earnings = account_for(kind=Account.Kind.EARNINGS, owner=user)
        raise InsufficientFunds(account=earnings, missing_minor=amount_minor - free_minor)
    return account


@transaction.atomic
def payout_cancel(*, user: User, payout_id: int) -> Payout:
    """Take one's own payout back while it is not sent yet; a second call changes nothing.

    Raises NotAllowed for anybody else's, Conflict when it is on its way.
    """
    payout = payout_locked(payout_id)
    if payout.user_id != user.pk:
        raise NotAllowed(_("This is not your payout."))
    if payout.state == Payout.State.CANCELLED:
        return payout
    if not payout.is_pending:
        raise Conflict(_("This payout cannot be cancelled any more."))
    _return_money(payout, Payout.State.CANCELLED)
    _note(payout, PayoutEvent.Kind.CANCELLED, by=user)
    return payout


@transaction.atomic
def payout_approve(*, operator: User, payout_id: int) -> Payout:
    """Say that a payout may be paid; above the limit of the settings another person has to say it, too.

    Raises NotAllowed for one's own payout, for the second approval by the same person, and for whoever is no operator;
    Conflict while it is held, and when somebody has decided in the meantime.
    """
    payout = _to_decide(operator, payout_id)
    if not payout.waits_for_approval:
        raise Conflict(_("Somebody has decided about this payout already."))
    if payout.is_held:
        raise Conflict(_("This payout is held. End the hold first."))
    if payout.state == Payout.State.SECONDING:
        if payout.approved_by_id == operator.pk:
            raise NotAllowed(_("Another person has to approve this payout, too."))
        payout.state = Payout.State.APPROVED
        kind = PayoutEvent.Kind.SECONDED
    else:
        limit = settings.PAYOUT_SECOND_APPROVAL_MINOR
        needs_second = bool(limit) and payout.amount_minor > limit
        payout.state = Payout.State.SECONDING if needs_second else Payout.State.APPROVED
        payout.approved_by = operator
        kind = PayoutEvent.Kind.APPROVED
    payout.held_until, payout.reason = None, ""
    payout.save(update_fields=["state", "approved_by", "held_until", "reason"])
    _note(payout, kind, by=operator)
    return payout


@transaction.atomic
def payout_reject(*, operator: User, payout_id: int, reason: str) -> Payout:
    """Refuse a payout that was not sent yet; the money is free again, and its author is told why by mail.

    Raises NoReason, NotAllowed for one's own payout and whoever is no operator, Conflict when it is too late.
    """
    payout = _to_decide(operator, payout_id)
    if not payout.is_pending:
        raise Conflict(_("Somebody has decided about this payout already."))
    payout.reason = _reason(reason)
    payout.held_until = None
    _return_money(payout, Payout.State.REJECTED)
    _note(payout, PayoutEvent.Kind.REJECTED, by=operator, note=payout.reason)
    payout_mail(payout)
    return payout


@transaction.atomic
def payout_hold(*, operator: User, payout_id: int, reason: str, days: int) -> Payout:
    """Let a payout wait for at most `days`; its author is told why and until when by mail.

    When the time is over it waits for a decision like any other. Raises what `payout_reject` raises, and ValueError
    for a time out of bounds.
    """
    if not 1 <= days <= HOLD_DAYS_MAX:
        raise ValueError(f"a payout is not held for {days} days")
    payout = _to_decide(operator, payout_id)
    if not payout.is_pending:
        raise Conflict(_("Somebody has decided about this payout already."))
    payout.reason = _reason(reason)
    payout.held_until = timezone.now() + datetime.timedelta(days=days)
    # What was approved before something came up is decided anew.
    payout.state = Payout.State.REQUESTED
    payout.approved_by = None
    payout.save(update_fields=["reason", "held_until", "state", "approved_by"])
    _note(payout, PayoutEvent.Kind.HELD, by=operator, note=payout.reason)
    payout_mail(payout)
    return payout


@transaction.atomic
def payout_unhold(*, operator: User, payout_id: int) -> Payout:
    """End a hold before its time; a payout that is not held stays as it is. Raises NotAllowed."""
    payout = _to_decide(operator, payout_id)
    if payout.is_held:
        payout.held_until, payout.reason = None, ""
        payout.save(update_fields=["held_until", "reason"])
        _note(payout, PayoutEvent.Kind.UNHELD, by=operator)
    return payout


@transaction.atomic
def payout_settle_paid(*, operator: User, payout_id: int) -> Payout:
    """The bank has paid: the money leaves the house, exactly once; its author is told by mail.

    A second call changes nothing. Raises NotAllowed for whoever is no operator, Conflict for what was never sent or
    has come back.
    """
    operator_check(operator)
    payout = payout_locked(payout_id)
    if payout.state == Payout.State.PAID:
        return payout
    if payout.state != Payout.State.SENT:
        raise Conflict(_("This payout is not with the bank."))
    _settle(payout, Payout.State.PAID)
    payout.settled_by_transfer = money_out(payout)
    payout.save()
    _note(payout, PayoutEvent.Kind.PAID, by=operator)
    payout_mail(payout)
    return payout


@transaction.atomic
def payout_settle_failed(*, operator: User, payout_id: int, reason: str) -> Payout:
    """The bank could not pay: the money is free again, exactly once; its author is told why by mail.

    A second call changes nothing. Raises NoReason, NotAllowed for whoever is no operator, Conflict for what was never
    sent or has been paid.
    """
    operator_check(operator)
    payout = payout_locked(payout_id)
    if payout.state == Payout.State.FAILED:
        return payout
    if payout.state != Payout.State.SENT:
        raise Conflict(_("This payout is not with the bank."))
    payout.reason = _reason(reason)
    _return_money(payout, Payout.State.FAILED)
    _note(payout, PayoutEvent.Kind.FAILED, by=operator, note=payout.reason)
    payout_mail(payout)
    return payout


def operator_check(operator: User) -> None:
    """Raise NotAllowed for whoever is no operator."""
    if not operator.is_staff:
        raise NotAllowed(_("Only operators decide about payouts."))


def payout_locked(payout_id: int) -> Payout:
    """The payout, read anew and locked until the transaction ends. Raises Payout.DoesNotExist."""
    return (
        Payout.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user", "account")
        .get(pk=payout_id)
    )


def _to_decide(operator: User, payout_id: int) -> Payout:
    operator_check(operator)
    payout = payout_locked(payout_id)
    if payout.user_id == operator.pk:
        raise NotAllowed(_("Somebody else decides about your own payout."))
    return payout


def _reason(text: str) -> str:
    reason = clean_line(text)[:500]
    if not reason:
        raise NoReason(_("Write why; the author reads it."))
    return reason


def _settle(payout: Payout, state: Payout.State) -> None:
    payout.state = state
    payout.settled_at = timezone.now()


def _return_money(payout: Payout, state: Payout.State) -> None:
    _settle(payout, state)
    payout.settled_by_transfer = money_back(payout)
    payout.save()


def _note(payout: Payout, kind: PayoutEvent.Kind, *, by: User, note: str = "") -> None:
    PayoutEvent.objects.create(payout=payout, kind=kind, by=by, note=note)
