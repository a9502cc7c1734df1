"""What was bought without an account becomes somebody's."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenlan.accounts.models import User
from wenlan.accounts.services import guest_becomes, mail_send
from wenlan.core.errors import Conflict
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.services import Posting, account_for, accounts_lock, transfer_post
from wenlan.orders.models import Checkout, Claim, CouponUse, Entitlement, Order, Refund
from wenlan.orders.services.refunds import order_refund

CLAIM_DAYS = 30
RESENT_AT_ONCE = 5


class ClaimUseless(Conflict):
    """A link that was used, that is too old, or that never was one."""

    code = "claim_useless"

    def __init__(self) -> None:
        super().__init__(_("This link was used already, or is too old. Have another one sent to you."))


class AddressTaken(Conflict):
    """There is an account with the address of the link already: whoever it is signs in first."""

    code = "address_taken"

    def __init__(self) -> None:
        super().__init__(_("There is an account with this address. Sign in, and open the link again."))


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def claim_send(*, guest: User, email: str, checkout: Checkout | None = None) -> Claim:
    """Send a link for what `guest` bought to `email`; the links sent before stay good."""
    token = secrets.token_urlsafe(32)
    claim = Claim.objects.create(
        guest=guest,
        email=email.lower(),
        token_hash=token_hash(token),
        expires_at=timezone.now() + timedelta(days=CLAIM_DAYS),
    )
    checkout = checkout or guest.checkouts.order_by("-settled_at").filter(settled_at__isnull=False).first()
    context = {
        "title": checkout.title if checkout else "",
        "failure": checkout.failure if checkout else "",
        "url": settings.SITE_URL + reverse("orders:claim", args=[token]),
        "site_name": settings.SITE_NAME,
        "days": CLAIM_DAYS,
    }
    with override(guest.language):
        mail_send(
            to=claim.email,
            subject=_("%(title)s: the link to what you bought") % {"title": context["title"]},
            body=render_to_string("orders/claim_mail.txt", context),
        )
    return claim


def claim_found(token: str) -> Claim | None:
    """The claim whose link ends in `token`, if it still opens something."""
    return (
        Claim.objects.select_related("guest")
        .filter(
            token_hash=token_hash(token), used_at=None, expires_at__gt=timezone.now(), guest__is_guest=True
        )
        .first()
    )


def claim_address_taken(claim: Claim) -> bool:
    """Whether somebody signs in with the address already that the link was sent to."""
    return (
        User.objects.filter(email__iexact=claim.email).exists()
        or EmailAddress.objects.filter(email__iexact=claim.email, verified=True).exists()
    )


def _claim_locked(token: str) -> Claim:
    """The claim and its guest, locked: of two who open links of one guest the second finds it used."""
    found = claim_found(token)
    if found is None:
        raise ClaimUseless
    User.objects.select_for_update(no_key=True).get(pk=found.guest_id)
    claim = claim_found(token)
    if claim is None:
        raise ClaimUseless
    return claim


@transaction.atomic
def claim_take(*, token: str, display_name: str, password: str) -> User:
    """Make an account of the guest, with everything they bought, for whoever opened the link. Once.

    Raises ClaimUseless, and AddressTaken when somebody signs in with that address already; then the link stays good.
    """
    claim = _claim_locked(token)
    if claim_address_taken(claim):
        raise AddressTaken
    try:
        with transaction.atomic():
            user = guest_becomes(
                user=claim.guest, email=claim.email, password=password, display_name=display_name
            )
    except IntegrityError:
        raise AddressTaken from None
    _used(claim, by=user)
    return user


@transaction.atomic
def claim_attach(*, token: str, user: User) -> int:
    """Give everything the guest bought to `user`, who is signed in; how many documents are theirs by it. Once.

    What they have already is not paid twice: that order is given back, into their wallet. Raises ClaimUseless.
    """
    claim = _claim_locked(token)
    guest = claim.guest
    owned = set(Entitlement.objects.filter(reader=user).values_list("document_id", flat=True))
    moved = 0
    for order in Order.objects.filter(buyer=guest, state=Order.State.PAID).order_by("pk"):
        if order.document_id in owned or order.seller_id == user.pk:
            order_refund(
                order_id=order.pk,
                key=f"claim:{claim.pk}:{order.pk}",
                reason=Refund.Reason.OPERATOR,
                note="owned already",
            )
        else:
            _order_move(order, guest=guest, user=user)
            moved += 1
    _free_move(guest=guest, user=user, owned=owned)
    Checkout.objects.filter(reader=guest, settled_at__isnull=False).update(reader=user)
    _wallet_move(claim, user=user)
    _used(claim, by=user)
    return moved


def _order_move(order: Order, *, guest: User, user: User) -> None:
    Order.objects.filter(pk=order.pk).update(buyer=user)
    Entitlement.objects.filter(reader=guest, order=order).update(reader=user)
    for use in CouponUse.objects.filter(order=order):
        last = CouponUse.objects.filter(coupon=use.coupon_id, reader=user).aggregate(turn=Max("turn"))
        CouponUse.objects.filter(pk=use.pk).update(reader=user, turn=(last["turn"] or 0) + 1)


def _free_move(*, guest: User, user: User, owned: set[int]) -> None:
    """What cost nothing within a bundle."""
    free = Entitlement.objects.filter(reader=guest, order=None)
    free.exclude(document__in=owned).exclude(document__author=user).update(reader=user)


def _wallet_move(claim: Claim, *, user: User) -> None:
    wallets = Account.objects.filter(kind=Account.Kind.WALLET, owner=claim.guest, balance_minor__gt=0)
    for wallet in wallets.order_by("pk"):
        theirs = account_for(kind=Account.Kind.WALLET, owner=user, currency=wallet.currency)
        there_minor = accounts_lock([wallet, theirs])[wallet.pk].balance_minor
        transfer_post(
            reason_key=f"claim:{claim.pk}:{wallet.currency}",
            kind=Transfer.Kind.TOP_UP,
            description=_("paid without an account"),
            cause=f"claim:{claim.pk}",
            postings=[Posting(wallet, -there_minor), Posting(theirs, there_minor)],
        )


def _used(claim: Claim, *, by: User) -> None:
    """No link of this guest opens what was just taken a second time; a later payment sends its own."""
    now = timezone.now()
    Claim.objects.filter(pk=claim.pk).update(claimed_by=by, used_at=now)
    Claim.objects.filter(guest=claim.guest_id, used_at=None).update(used_at=now)


def claims_resend(*, email: str) -> int:
    """Send links anew for what was bought with this address and not claimed yet; how many there were."""
    has_something = Q(orders__state=Order.State.PAID) | Q(
        ledger_accounts__kind=Account.Kind.WALLET, ledger_accounts__balance_minor__gt=0
    )
    guests = User.objects.filter(has_something, is_guest=True, checkouts__email__iexact=email.strip())
    found = list(guests.distinct().order_by("-pk")[:RESENT_AT_ONCE])
    for guest in found:
        claim_send(guest=guest, email=email.strip())
    return len(found)
