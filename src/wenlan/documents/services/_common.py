"""What the services of this room share."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import Conflict, NotAllowed
from wenlan.core.handlers import handlers
from wenlan.documents.files import folder_delete, preview_folder
from wenlan.documents.models import Document, Revision

logger = logging.getLogger(__name__)


def document_locked(document_id: int) -> Document:
    """The document, its row locked until the transaction ends. Raises Conflict when it was deleted."""
    document = Document.objects.select_for_update(no_key=True).filter(pk=document_id).first()
    if document is None:
        raise Conflict(_("This document no longer exists."))
    return document


def document_locked_for(actor: User, document_id: int) -> Document:
    """Like `document_locked`. Raises NotAllowed for anybody but its author and the operators."""
    document = document_locked(document_id)
    if document.author_id != actor.pk and not actor.is_staff:
        raise NotAllowed(_("Only the author can change this document."))
    return document


def revisions_locked(document_id: int) -> QuerySet[Revision]:
    """The revisions of a document, for who locks them before the document, as a conversion that ends does.

    They are locked without their keys until they are deleted: whoever publishes the document or decides about it holds
    its row and then refers to a revision.
    """
    return Revision.objects.select_for_update(no_key=True).filter(document=document_id).order_by("pk")


def announce_change(document_id: int) -> None:
    """Tell the rooms above that what readers can find or see of a document has changed."""
    for changed in handlers("document_changed"):
        changed(document_id)


def files_delete(files: Iterable[tuple[int, str]]) -> None:
    """Delete the originals and page images of revisions whose rows are gone; what fails is logged.

    Each is given by its number and the name of its original in the storage.
    """
    for revision_id, name in files:
        try:
            default_storage.delete(name)
            folder_delete(storage=default_storage, name=preview_folder(revision_id))
        except OSError:
            logger.exception("The files of a deleted revision could not be removed: %s", name)
