"""What an author says about a document."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from wenlan.accounts.models import User
from wenlan.documents.details import description_clean, preview_check, price_check, tags_clean, title_clean
from wenlan.documents.models import Category, Document, Tag
from wenlan.documents.services._common import announce_change, document_locked_for


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
) -> Document:
    """Replace every detail of a document; a returned one becomes a draft again.

    The price is in minor units of the document's currency. Raises InvalidDetails, NotAllowed for anybody but
    the author and the operators, Conflict when the document was deleted; then nothing is written.
    """
    names = tags_clean(tags)
    kind, value = preview_check(preview_kind, preview_value)
    document = document_locked_for(actor, document_id)
    document.title = title_clean(title)
    document.title_is_guess = False
    document.description = description_clean(description)
    document.category = category
    document.price_minor = price_check(price_minor)
    document.preview_kind, document.preview_value = kind, value
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
            "state",
            "updated_at",
        ]
    )
    document.tags.set(_tags_named(names))
    announce_change(document.pk)
    return document


def _tags_named(names: dict[str, str]) -> list[Tag]:
    """The tags of these keys; one that nobody used before is made, spelled as it was written now."""
    Tag.objects.bulk_create([Tag(key=key, name=name) for key, name in names.items()], ignore_conflicts=True)
    return list(Tag.objects.filter(key__in=names))
