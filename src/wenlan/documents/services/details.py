"""What an author says about a document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenlan.accounts.models import ReaderGroup, User
from wenlan.core.errors import Conflict
from wenlan.documents.details import (
    description_clean,
    preview_check,
    price_check,
    tags_clean,
    title_clean,
    titles_say_the_same,
)
from wenlan.documents.errors import InvalidDetails
from wenlan.documents.models import Amendment, Category, Document, Tag
from wenlan.documents.services._common import announce_change, document_locked_for
from wenlan.documents.services.amendments import amendment_ask


@transaction.atomic
def document_update(
    *,
    actor: User,
    document_id: int,
    title: str,
    description: str = "",
    category: Category | None = None,
    tags: Iterable[str] = (),
    price_minor: int = 0,
    preview_kind: str = Document.PreviewKind.PAGES,
    preview_value: int = 3,
    audience: str = "",
    groups: Iterable[ReaderGroup] = (),
) -> Document:
    """Replace every detail of a document; a returned one becomes a draft again. Without `audience` that stays.

    Of a document that readers know already, another title, description or category waits as its Amendment for a
    reviewer, unless an operator asks for it; blanks, punctuation and capitals of the title are no other title.

    The price is in minor units of the document's currency. Raises InvalidDetails, NotAllowed for anybody but
    the author and the operators, Conflict when the document is in review or was deleted; then nothing is written.
    """
    names = tags_clean(tags)
    kind, value = preview_check(preview_kind, preview_value)
    document = document_locked_for(actor, document_id)
    if document.state == Document.State.IN_REVIEW:
        raise Conflict(_("The document is in review. Take it back first, then change it."))
    title, description = title_clean(title), description_clean(description)
    document.title_is_guess = False
    if _needs_review(actor, document, title, description, category):
        if category is None:
            raise InvalidDetails(_("Choose a category first."), field="category")
        amendment_ask(document=document, title=title, description=description, category=category)
    else:
        document.title, document.description, document.category = title, description, category
        if document.author_id == actor.pk:
            Amendment.objects.filter(document=document).delete()
    document.price_minor = price_check(price_minor)
    document.preview_kind, document.preview_value = kind, value
    chosen = audience_check(document, audience, groups) if audience else None
    if document.state == Document.State.RETURNED:
        document.state = Document.State.DRAFT
    document.save(
        update_fields=[
            "title",
            "title_is_guess",
            "description",
            "category",
            "price_minor",
            "preview_kind",
            "preview_value",
            "audience",
            "state",
            "updated_at",
        ]
    )
    document.tags.set(_tags_named(names))
    if chosen is not None:
        document.groups.set(chosen)
    announce_change(document.pk)
    return document


@transaction.atomic
def documents_set(
    *,
    actor: User,
    document_ids: Iterable[int],
    category: Category | None = None,
    price_minor: int | None = None,
) -> int:
    """Give drafts and returned documents a category, a price, or both; returns how many were changed.

    What is None stays as it is. The price is in minor units of the site's currency. Documents of others, unless an
    operator asks, and those that are in review or known to readers are passed over. Raises InvalidDetails.
    """
    columns: dict[str, Any] = {}
    if category is not None:
        columns["category"] = category
    if price_minor is not None:
        columns["price_minor"] = price_check(price_minor)
    if not columns:
        return 0
    documents = Document.objects.filter(
        pk__in=list(document_ids),
        state__in=[Document.State.DRAFT, Document.State.RETURNED],
        currency=settings.CURRENCY,
    )
    if not actor.is_staff:
        documents = documents.filter(author=actor)
    return documents.update(updated_at=timezone.now(), **columns)


def audience_check(document: Document, audience: str, groups: Iterable[ReaderGroup]) -> list[ReaderGroup]:
    """Set who may find `document`, unsaved; the groups it is then for. Raises InvalidDetails for no group at all."""
    document.audience = Document.Audience(audience)
    if document.audience != Document.Audience.GROUPS:
        return []
    chosen = list(groups)
    if not chosen:
        raise InvalidDetails(_("Choose at least one group of readers."), field="groups")
    return chosen


def _needs_review(
    actor: User, document: Document, title: str, description: str, category: Category | None
) -> bool:
    """Whether readers would be told something that no reviewer has read."""
    if actor.is_staff or not document.is_known_to_readers:
        return False
    return (
        not titles_say_the_same(document.title, title)
        or document.description != description
        or document.category != category
    )


def _tags_named(names: dict[str, str]) -> list[Tag]:
    """The tags of these keys; one that nobody used before is made, spelled as it was written now."""
    Tag.objects.bulk_create([Tag(key=key, name=name) for key, name in names.items()], ignore_conflicts=True)
    return list(Tag.objects.filter(key__in=names))
