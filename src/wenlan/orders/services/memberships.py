"""Memberships: bought, used, renewed, and their pool shared out among authors."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenlan.accounts.models import User
from wenlan.accounts.services import mail_template_send
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.money import apportion_minor, share_minor
from wenlan.documents.models import Document
from wenlan.ledger.models import Account, Transfer
from wenlan.ledger.services import InsufficientFunds, Posting, account_for, transfer_post
from wenlan.orders.models import Entitlement, MemberDownload, MemberOffer, Membership, Plan
from wenlan.orders.services.buying import PriceChanged, is_offered_to
from wenlan.orders.services.holds import income_postings
from wenlan.orders.services.shares import FEES, Share

#: The house's account where the authors' part of memberships waits until the period is over.
POOL = "pool"
SWEEP_LIMIT = 100


class NothingLeft(Conflict):
    """A member has taken all that their period includes."""

    code = "nothing_left"

    def __init__(self, ends_at: datetime) -> None:
        day = timezone.localtime(ends_at).strftime("%Y-%m-%d")
        super().__init__(
            _("Your membership includes no more documents until %(day)s. You can still buy this one.")
            % {"day": day}
        )


def period_end(start: datetime, period: str) -> datetime:
    """The same day and time a month or a year later; the last day of the month where it has no such day."""
    months = 12 if period == Plan.Period.YEAR else 1
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


@transaction.atomic
def membership_buy(
    *, reader: User, plan_id: int, expected_price_minor: int, key: str, renews: bool = False
) -> Membership:
    """Pay for one period of a plan from the wallet, once for each `key`.

    The authors' part goes into the pool, the rest to the house. A period begins now, or when the reader's last one
    ends. Raises InsufficientFunds, PriceChanged, and NotAllowed for a plan that is not offered; nothing is written.
    """
    # Of two purchases of a reader the second waits here and sees when the first one's period ends.
    reader = User.objects.select_for_update(no_key=True).get(pk=reader.pk)
    known = Membership.objects.filter(key=key, reader=reader).first()
    if known is not None:
        return known
    plan = Plan.objects.filter(pk=plan_id, is_offered=True).first()
    if plan is None:
        raise NotAllowed(_("This membership is not offered any more."))
    if plan.price_minor != expected_price_minor:
        raise PriceChanged(price_minor=plan.price_minor, currency=plan.currency)
    now = timezone.now()
    last = Membership.objects.filter(reader=reader, ends_at__gt=now).order_by("-ends_at").first()
    starts_at = last.ends_at if last is not None else now
    pool_minor = share_minor(plan.price_minor, settings.MEMBERSHIP_POOL_BASIS_POINTS)
    transfer = transfer_post(
        reason_key=f"membership:{key}",
        kind=Transfer.Kind.MEMBERSHIP,
        description=plan.name,
        cause="membership",
        postings=_price_postings(reader, plan, pool_minor),
    )
    Membership.objects.filter(reader=reader, renews=True).update(renews=False)
    return Membership.objects.create(
        reader=reader,
        plan=plan,
        key=key,
        price_minor=plan.price_minor,
        pool_minor=pool_minor,
        currency=plan.currency,
        included_downloads=plan.included_downloads,
        discount_basis_points=plan.discount_basis_points,
        renews=renews,
        starts_at=starts_at,
        ends_at=period_end(starts_at, plan.period),
        transfer=transfer,
    )


def _price_postings(reader: User, plan: Plan, pool_minor: int) -> list[Posting]:
    currency = plan.currency
    wallet = account_for(kind=Account.Kind.WALLET, owner=reader, currency=currency)
    parts = [(POOL, pool_minor), (FEES, plan.price_minor - pool_minor)]
    return [
        Posting(wallet, -plan.price_minor),
        *(
            Posting(account_for(kind=Account.Kind.HOUSE, name=name, currency=currency), amount_minor)
            for name, amount_minor in parts
            if amount_minor
        ),
    ]


def membership_renewal_set(*, reader: User, renews: bool) -> bool:
    """Let the reader's last period renew itself from the wallet, or not; whether there is one that still runs."""
    now = timezone.now()
    last = Membership.objects.filter(reader=reader, ends_at__gt=now).order_by("-ends_at").first()
    if last is None:
        return False
    Membership.objects.filter(pk=last.pk).update(renews=renews)
    return True


def document_take_as_member(*, reader: User, document_id: int) -> Entitlement:
    """Let a member have the whole of a document that its author opened to members, as one of those included.

    It stays theirs when the membership ends. A second call takes nothing more and returns the first. Raises
    NotAllowed for who is no member and for a document that is not open to them, NothingLeft; nothing is written.
    """
    try:
        return _take(reader=reader, document_id=document_id)
    except IntegrityError:
        owned = Entitlement.objects.filter(reader=reader, document=document_id).first()
        if owned is None:
            raise
        return owned


@transaction.atomic
def _take(*, reader: User, document_id: int) -> Entitlement:
    document = Document.objects.select_for_update(no_key=True).filter(pk=document_id).first()
    owned = Entitlement.objects.filter(reader=reader, document=document_id).first()
    if owned is not None:
        return owned
    if document is None or not is_offered_to(document, reader) or document.author_id == reader.pk:
        raise NotAllowed(_("This document is not offered any more."))
    if not MemberOffer.objects.filter(document=document).exists():
        raise NotAllowed(_("This document is not included in memberships."))
    now = timezone.now()
    running = Membership.objects.select_for_update(no_key=True).filter(
        reader=reader, starts_at__lte=now, ends_at__gt=now
    )
    membership = running.order_by("ends_at").first()
    if membership is None:
        raise NotAllowed(_("Only members can take this document. You can buy it."))
    if membership.downloads.count() >= membership.included_downloads:
        raise NothingLeft(membership.ends_at)
    MemberDownload.objects.create(
        membership=membership,
        document=document,
        author_id=document.author_id,
        list_minor=document.price_minor,
    )
    return Entitlement.objects.create(reader=reader, document=document, source=Entitlement.Source.MEMBER)


@transaction.atomic
def document_open_to_members(*, actor: User, document_id: int, is_open: bool) -> None:
    """Include a document in what members may take, or no longer. Raises NotAllowed for anybody but its author."""
    document = Document.objects.select_for_update(no_key=True).filter(pk=document_id).first()
    if document is None or document.author_id != actor.pk:
        raise NotAllowed(_("Only its author can do this."))
    if is_open:
        MemberOffer.objects.get_or_create(document=document)
    else:
        MemberOffer.objects.filter(document=document).delete()


@transaction.atomic
def membership_settle(*, membership_id: int) -> Membership:
    """Share the pool of a period that is over among the authors of what was taken in it, exactly once.

    Each document counts by its price when it was taken, one minor unit at least; what nothing was taken for is the
    house's. Changes nothing before the period is over, and the second time. Raises Membership.DoesNotExist.
    """
    membership = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership_id)
    now = timezone.now()
    if membership.settled_at is not None or membership.ends_at > now:
        return membership
    if membership.pool_minor:
        membership.settled_by = transfer_post(
            reason_key=f"pool:{membership.pk}",
            kind=Transfer.Kind.POOL_SHARE,
            description=membership.plan.name,
            cause=f"membership:{membership.pk}",
            postings=_pool_postings(membership),
        )
    membership.settled_at = now
    membership.save(update_fields=["settled_at", "settled_by"])
    return membership


def _pool_postings(membership: Membership) -> list[Posting]:
    currency, pool_minor = membership.currency, membership.pool_minor
    pool = account_for(kind=Account.Kind.HOUSE, name=POOL, currency=currency)
    downloads = list(membership.downloads.select_related("author").order_by("pk"))
    shares: dict[Share, int] = {}
    if downloads:
        incomes = apportion_minor(pool_minor, [max(1, download.list_minor) for download in downloads])
        for download, income_minor in zip(downloads, incomes, strict=True):
            download.income_minor = income_minor
            share = Share("", download.author, currency)
            shares[share] = shares.get(share, 0) + income_minor
        MemberDownload.objects.bulk_update(downloads, ["income_minor"])
    else:
        shares[Share("", None, currency)] = pool_minor
    parts = [(share, amount_minor) for share, amount_minor in shares.items() if amount_minor]
    return [Posting(pool, -pool_minor), *income_postings(parts, beside=[pool])]


def memberships_sweep() -> int:
    """Renew what is about to end and share out what has ended; how many periods there were."""
    now = timezone.now()
    due = Membership.objects.filter(settled_at=None, ends_at__lte=now).order_by("ends_at")
    ended = list(due.select_related("reader", "plan")[:SWEEP_LIMIT])
    for membership in ended:
        if membership.renews:
            _renew(membership)
        membership_settle(membership_id=membership.pk)
    return len(ended)


def _renew(membership: Membership) -> None:
    """Another period at the price that was agreed; without the money, or at another price, it ends."""
    with override(membership.reader.language):
        try:
            membership_buy(
                reader=membership.reader,
                plan_id=membership.plan_id,
                expected_price_minor=membership.price_minor,
                key=f"renewal:{membership.pk}",
                renews=True,
            )
        except (InsufficientFunds, PriceChanged, NotAllowed) as error:
            _membership_ended_tell(membership, reason=str(error))


def _membership_ended_tell(membership: Membership, *, reason: str) -> None:
    mail_template_send(
        to=membership.reader.email,
        language=membership.reader.language,
        template="orders/mail/membership_ended.txt",
        context={
            "membership": membership,
            "reason": reason,
            "url": settings.SITE_URL + reverse("orders:memberships"),
        },
    )
