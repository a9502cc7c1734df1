"""Links to originals, and the proof that they were used."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed, WenlanError
from wenlan.delivery.models import Delivery
from wenlan.delivery.names import download_name
from wenlan.delivery.ranges import merge_intervals
from wenlan.documents.models import Document, Revision
from wenlan.documents.selectors import reader_has_whole, revision_shown_to

_SALT = "wenlan.delivery.link"
#: Parts noted for one delivery; whoever asks for more holes than this has no broken connection.
_MOST_INTERVALS = 500


class LinkForged(WenlanError):
    """The link was not made by this site."""

    code = "link_forged"


class LinkExpired(WenlanError):
    """The link was genuine once; `contents` tell for whom."""

    code = "link_expired"

    def __init__(self, contents: LinkContents) -> None:
        self.contents = contents
        super().__init__(_("This download link has expired. Please fetch a new one."))


@dataclass(frozen=True)
class LinkContents:
    """What a link is signed for: one reader, one revision, one delivery."""

    user_id: int
    revision_id: int
    delivery_token: str


def file_name(revision: Revision) -> str:
    """The name under which a reader gets `revision`: the document's title with the file's extension."""
    return download_name(
        title=revision.document.title, extension=revision.format, fallback=plain_name(revision)
    )


def plain_name(revision: Revision) -> str:
    """A name without the title, for where its characters cannot be written."""
    return f"document-{revision.document_id}"


def link_make(*, user: User, document: Document, user_agent: str = "") -> str:
    """A path of this site under which `user` gets the original of `document` for a while, resumably.

    Notes a delivery that counts the bytes sent through the link. Raises NotAllowed for whom it is not.
    """
    revision = revision_shown_to(document=document, user=user)
    if revision is None or not reader_has_whole(document=document, user=user):
        raise NotAllowed(_("This document is not in your library."))
    delivery = Delivery.objects.create(reader=user, revision=revision, user_agent=user_agent[:200])
    return link_to(delivery)


def link_to(delivery: Delivery) -> str:
    """A path under which `delivery` goes on, signed now. Whether its reader still may is for the caller to ask."""
    token = signing.dumps([delivery.reader_id, delivery.revision_id, delivery.token], salt=_SALT)
    return reverse("delivery:file", args=[token, file_name(delivery.revision)])


def link_read(token: str) -> LinkContents:
    """What `token` is signed for. Raises LinkForged, or LinkExpired after settings.DOWNLOAD_LINK_SECONDS."""
    try:
        contents = LinkContents(*signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        raise LinkForged(_("There is no such download link.")) from None
    try:
        signing.loads(token, salt=_SALT, max_age=settings.DOWNLOAD_LINK_SECONDS)
    except signing.SignatureExpired:
        raise LinkExpired(contents) from None
    return contents


@transaction.atomic
def delivery_record(*, token: str, start: int, sent_bytes: int) -> None:
    """Note that `sent_bytes` from `start` went out; when nothing of the file is left, the delivery is complete.

    Nothing happens when the delivery was deleted meanwhile.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",), no_key=True)
        .select_related("revision")
        .filter(token=token)
        .first()
    )
    if delivery is None or sent_bytes <= 0:
        return
    intervals = merge_intervals(delivery.intervals, start, start + sent_bytes)
    if len(intervals) <= _MOST_INTERVALS:
        delivery.intervals = intervals
    if delivery.completed_at is None and intervals == [[0, delivery.revision.size_bytes]]:
        delivery.completed_at = timezone.now()
    delivery.bytes_sent = F("bytes_sent") + sent_bytes
    delivery.save(update_fields=["intervals", "bytes_sent", "completed_at"])


def delivery_hand_over(*, token: str) -> None:
    """Note that the web server in front was told to send the file of a delivery; what arrived is not known."""
    Delivery.objects.filter(token=token).update(handed_over_at=timezone.now())
