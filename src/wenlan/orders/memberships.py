"""Reading memberships: who is a member, what is left of a period, what authors got for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, Q, QuerySet, Sum
from django.utils import timezone

from wenlan.accounts.models import User
from wenlan.documents.models import Document
from wenlan.documents.selectors import documents_visible_to, documents_with_covers
from wenlan.ledger.models import Account
from wenlan.orders.models import MemberDownload, MemberOffer, Membership, Plan
from wenlan.orders.services.memberships import POOL


def memberships_running() -> QuerySet[Membership]:
    """The periods that run now."""
    now = timezone.now()
    return Membership.objects.filter(starts_at__lte=now, ends_at__gt=now)


def documents_opened_to(user: User) -> Q:
    """A condition over Document: published ones for members, if `user` is one at this moment."""
    is_member = Exists(memberships_running().filter(reader=user))
    return Q(state=Document.State.PUBLISHED, audience=Document.Audience.MEMBERS) & Q(is_member)


def membership_is_offered() -> bool:
    """Whether somebody is a member or can become one, so that authors may publish for members."""
    return plans_offered().exists() or memberships_running().exists()


def plans_offered() -> QuerySet[Plan]:
    """What can be bought, the cheapest first."""
    return Plan.objects.filter(is_offered=True)


def memberships_of(reader: User) -> QuerySet[Membership]:
    """Every period of `reader`, the latest first, with `taken`, how many documents were taken in it."""
    return Membership.objects.filter(reader=reader).select_related("plan").annotate(taken=Count("downloads"))


@dataclass(frozen=True)
class MemberView:
    """What a reader has of their membership now; `left` documents are still included until `membership.ends_at`."""

    membership: Membership
    left: int


def member_view(user: User | AnonymousUser) -> MemberView | None:
    """The period of `user` that runs now and what is left of it."""
    if not user.is_authenticated:
        return None
    running = memberships_running().filter(reader_id=user.pk).select_related("plan")
    membership = running.annotate(taken=Count("downloads")).order_by("ends_at").first()
    if membership is None:
        return None
    taken: int = membership.taken
    return MemberView(membership, max(0, membership.included_downloads - taken))


def is_open_to_members(document: Document) -> bool:
    """Whether its author lets members take it."""
    return MemberOffer.objects.filter(document=document).exists()


def documents_for_members(user: User) -> QuerySet[Document]:
    """What only members may find, and what they may take, newest first, ready for `documents/_card.html`."""
    offered = Q(audience=Document.Audience.MEMBERS) | Q(member_offer__isnull=False)
    visible = documents_visible_to(user).filter(offered, state=Document.State.PUBLISHED)
    return documents_with_covers(visible).order_by("-published_at", "-pk")


def pool_income_of(author: User) -> dict[str, int]:
    """What members' downloads brought `author`, and how many wait for the end of their period."""
    downloads = MemberDownload.objects.filter(author=author).order_by()
    return downloads.aggregate(
        income_minor=Sum("income_minor", default=0),
        settled=Count("pk", filter=Q(income_minor__isnull=False)),
        waiting=Count("pk", filter=Q(income_minor__isnull=True)),
    )


def pool_is_what_periods_say() -> Iterator[tuple[str, str, str]]:
    """Where the pool holds more or less than the periods that are not shared out, or one gave out another amount than its own."""
    waiting = dict(
        Membership.objects.filter(settled_at=None)
        .order_by()
        .values_list("currency")
        .annotate(minor=Sum("pool_minor"))
    )
    pools = Account.objects.filter(kind=Account.Kind.HOUSE, name=POOL)
    held = dict(pools.values_list("currency", "balance_minor"))
    for currency in sorted(waiting.keys() | held.keys()):
        if held.get(currency, 0) != waiting.get(currency, 0):
            yield (
                "pool",
                f"members' pool in {currency}",
                f"{held.get(currency, 0)} held, periods say {waiting.get(currency, 0)}",
            )
    shared = MemberDownload.objects.filter(membership__settled_at__isnull=False).order_by()
    sums = shared.values("membership", pool=F("membership__pool_minor")).annotate(total=Sum("income_minor"))
    for row in sums.exclude(total=F("pool")):
        yield "pool", f"period {row['membership']}", f"{row['total']} shared out of {row['pool']}"
