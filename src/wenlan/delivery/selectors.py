"""Reading deliveries."""

from __future__ import annotations

from django.db.models import QuerySet

from wenlan.accounts.models import User
from wenlan.delivery.models import Delivery
from wenlan.delivery.services import LinkContents
from wenlan.documents.selectors import reader_has_whole


def deliveries_of(reader: User) -> QuerySet[Delivery]:
    """The deliveries to `reader`, newest first."""
    return Delivery.objects.filter(reader=reader).select_related("revision__document")


def delivery_under_way(contents: LinkContents) -> Delivery | None:
    """The delivery a link stands for, if its reader may still have the file at this moment."""
    delivery = (
        Delivery.objects.select_related("reader", "revision__document")
        .filter(
            token=contents.delivery_token,
            reader_id=contents.user_id,
            revision_id=contents.revision_id,
            reader__is_active=True,
        )
        .first()
    )
    if delivery is None or not reader_has_whole(document=delivery.revision.document, user=delivery.reader):
        return None
    return delivery
