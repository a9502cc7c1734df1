"""Drawing posters, and keeping those that were drawn for a while."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wenlan.conversion.engine.bounds import Deadline
from wenlan.conversion.engine.model import ConversionFailed
from wenlan.conversion.engine.pixels import Pixels, picture_pixels
from wenlan.documents.files import folder_delete
from wenlan.documents.selectors import page_image_public
from wenlan.orders.models import ShareLink
from wenlan.orders.posters import COVER_HEIGHT, COVER_WIDTH, PosterWords, poster_png

logger = logging.getLogger(__name__)

POSTERS_KEPT = timedelta(days=30)
_DRAWN_AS = 1
"""Grows when posters come to look different, so that they are drawn again."""
_COVER_SECONDS = 10.0
_SWEEP_LIMIT = 200


def poster_known(link: ShareLink) -> str:
    """The name of the link's poster in the storage, if it was drawn and says what is true now; else empty."""
    is_known = link.poster.startswith(_stem(link, _words(link))) and default_storage.exists(link.poster)
    return link.poster if is_known else ""


def poster_draw(link: ShareLink) -> str:
    """Draw the poster of a link to a document on the shelf, and return its name in the storage.

    The cover is the first page, if everybody may see it. To be called outside of any transaction: it takes a moment.
    Raises NoFont where no font is installed.
    """
    words = _words(link)
    before = link.poster
    name = default_storage.save(f"{_stem(link, words)}.png", ContentFile(poster_png(words, _cover(link))))
    drawn = ShareLink.objects.filter(pk=link.pk, poster=before)
    is_first = drawn.update(poster=name, poster_drawn_at=timezone.now())
    link.refresh_from_db(fields=["poster"])
    # Of two that are drawn at once, the first is kept.
    unwanted = before if is_first else name
    if unwanted not in {"", link.poster}:
        default_storage.delete(unwanted)
    return link.poster


def _words(link: ShareLink) -> PosterWords:
    document = link.document
    revision = document.current_revision
    pages = (revision.page_count or 0) if revision else 0
    facts = [revision.format.upper()] if revision else []
    if pages:
        facts.append(ngettext("%(count)d page", "%(count)d pages", pages) % {"count": pages})
    return PosterWords(
        title=document.title,
        author=document.author.display_name,
        facts=" · ".join(facts),
        site=settings.SITE_NAME,
        hint=_("Scan the code to read it"),
        url=link.url,
    )


def _stem(link: ShareLink, words: PosterWords) -> str:
    """What the name of the poster begins with that says this; a storage may add to it."""
    said = repr((_DRAWN_AS, words, link.document.current_revision_id, link.document.preview_policy))
    return f"{_folder(link.document_id)}/{link.pk}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _folder(document_id: int) -> str:
    return f"posters/{document_id}"


def _cover(link: ShareLink) -> Pixels | None:
    """The largest image of the first page; None when not everybody may see it, or it cannot be looked at."""
    revision_id = link.document.current_revision_id
    if revision_id is None:
        return None
    page = page_image_public(document_id=link.document_id, revision_id=revision_id, number=1)
    if page is None or not page.images:
        return None
    image = max(page.images, key=lambda image: int(image["width"]))
    try:
        with default_storage.open(image["name"], "rb") as file:
            picture = file.read()
        deadline = Deadline(_COVER_SECONDS)
        return picture_pixels(picture, width=COVER_WIDTH, height=COVER_HEIGHT, deadline=deadline)
    except (OSError, ConversionFailed) as error:
        logger.warning("The poster of %s has no cover: %s", link, error)
        return None


def posters_forget(document_id: int, *, was_public: bool) -> None:
    """The document is about to be deleted: throw its posters away once it is."""
    transaction.on_commit(partial(folder_delete, storage=default_storage, name=_folder(document_id)))


def posters_sweep() -> int:
    """Throw posters away that were drawn long ago; they are drawn again when somebody wants them. How many."""
    old = ShareLink.objects.filter(poster_drawn_at__lt=timezone.now() - POSTERS_KEPT)
    links = list(old.order_by("poster_drawn_at")[:_SWEEP_LIMIT])
    for link in links:
        if ShareLink.objects.filter(pk=link.pk, poster=link.poster).update(poster="", poster_drawn_at=None):
            default_storage.delete(link.poster)
    return len(links)
