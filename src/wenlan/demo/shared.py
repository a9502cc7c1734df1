"""A month of sharing, for the pictures: links of the reader that were followed, and purchases through them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from wenlan.demo import people

if TYPE_CHECKING:
    from wenlan.accounts.models import User
    from wenlan.documents.models import Document
    from wenlan.orders.models import ShareLink

CLICKS = (3, 5, 0, 8, 4, 6, 12, 9, 2, 0, 5, 7, 7, 11, 4, 0, 3, 6, 14, 10, 8, 5, 2, 0, 4, 9, 13, 6, 5, 7)
"""Of the last days, the latest first, of the link that is followed most."""


def shared() -> dict[str, str]:
    """Let the reader share documents of two authors, strangers follow the links, and the other writers buy.

    Returns the addresses of what came of it.
    """
    from wenlan.accounts.models import User
    from wenlan.documents.models import Document
    from wenlan.orders.services import commission_set, share_link_for

    reader = User.objects.get(email=people.READER.email)
    writers = list(User.objects.filter(email__in=[writer.email for writer in people.WRITERS]))
    priced = Document.objects.filter(state=Document.State.PUBLISHED, price_minor__gt=0).select_related(
        "author", "current_revision"
    )
    documents = list(priced.exclude(entitlements__reader=reader).order_by("pk")[:5])
    for writer in writers:
        commission_set(author=writer, basis_points=1500)
    links = [share_link_for(sharer=reader, document=document) for document in documents]
    for number, link in enumerate(links):
        _followed(link, [max(0, clicks - 3 * number) for clicks in CLICKS])
    for number, document in enumerate(documents[:3]):
        for writer in writers:
            if writer != document.author:
                _bought(document, writer, links[number], days_ago=3 + 6 * number + 2 * writers.index(writer))
    own = priced.filter(author__email=people.WRITERS[0].email).order_by("pk").first()
    return {
        "share_link": f"/my/shares/{links[0].code}/",
        "commission": f"/my/documents/{own.pk}/commission/" if own else "/my/commission/",
    }


def _followed(link: ShareLink, clicks: list[int]) -> None:
    from django.utils import timezone

    from wenlan.orders.models import ShareDay, ShareLink

    today = timezone.localdate()
    ShareDay.objects.bulk_create(
        ShareDay(link=link, day=today - timedelta(days=number), clicks=count)
        for number, count in enumerate(clicks)
        if count
    )
    ShareLink.objects.filter(pk=link.pk).update(click_count=sum(clicks))


def _bought(document: Document, buyer: User, link: ShareLink, *, days_ago: int) -> None:
    from django.utils import timezone

    from wenlan.orders.models import Order
    from wenlan.orders.services import document_buy, order_release
    from wenlan.orders.trails import Attribution

    _paid_in(buyer, document.price_minor)
    entitlement = document_buy(
        reader=buyer,
        document_id=document.pk,
        expected_price_minor=document.price_minor,
        attribution=Attribution(link.pk, ""),
    )
    if entitlement.order_id is None:
        return
    when = timezone.now() - timedelta(days=days_ago)
    Order.objects.filter(pk=entitlement.order_id).update(paid_at=when, release_at=when + timedelta(days=7))
    order_release(order_id=entitlement.order_id)


def _paid_in(user: User, amount_minor: int) -> None:
    from wenlan.payments.services import top_up_settle, top_up_start

    top_up = top_up_start(user=user, amount_minor=amount_minor, provider="simulated")
    top_up_settle(reference=top_up.reference, paid_minor=amount_minor, currency=top_up.currency)
