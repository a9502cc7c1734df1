"""How a file enters the library."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed
from wenlan.core.handlers import handlers
from wenlan.core.text import clean_line
from wenlan.documents.details import TITLE_MAX, price_check, title_clean
from wenlan.documents.errors import NotStored, SameFileExists, UploadRefused
from wenlan.documents.files import file_sha256, file_store, private_copy
from wenlan.documents.models import Category, Document, Revision, Upload
from wenlan.documents.room import has_room
from wenlan.documents.selectors import documents_visible_to

logger = logging.getLogger(__name__)

FILE_NAME_MAX = 255


class FileKind(Protocol):
    """What a file is by its content."""

    @property
    def format(self) -> str: ...
    @property
    def media_type(self) -> str: ...


def document_upload(
    *,
    author: User,
    path: Path,
    name: str,
    move: bool,
    title: str = "",
    category: Category | None = None,
    price_minor: int = 0,
    enforce_daily_limit: bool = True,
) -> Document:
    """Store the file at `path`, called `name` by its author, as a new draft and ask for its preview.

    With `move` the file is taken away from `path`, else it is copied; it is never held in memory. Without a
    title the name of the file stands in until the conversion finds a better one. Call it outside a
    transaction: it hashes and moves up to `UPLOAD_MAX_BYTES` before it opens its own.

    Raises NotAllowed, SameFileExists, NotStored, UploadRefused or what the handlers of `file_inspect` raise; then neither
    a row nor a stored file is left behind, and the caller removes what may still lie at `path`.
    """
    price_check(price_minor)
    chosen_title = title_clean(title) if title else ""
    with file_taken(
        uploader=author, path=path, name=name, move=move, enforce_daily_limit=enforce_daily_limit
    ) as file:
        document = Document.objects.create(
            author=author,
            title=chosen_title or title_from_file_name(file.name),
            title_is_guess=not chosen_title,
            category=category,
            price_minor=price_minor,
            currency=settings.CURRENCY,
            preview_kind=Document.PreviewKind.PAGES,
            preview_value=max(1, settings.DEFAULT_PREVIEW_PAGES),
        )
        file.become_revision(document=document, number=1)
    return document


@dataclass(frozen=True)
class TakenFile:
    """A file that has passed every check and lies in the storage; its rows are not written yet."""

    uploader: User
    name: str
    stored_name: str
    sha256: str
    size_bytes: int
    kind: FileKind

    def become_revision(self, *, document: Document, number: int) -> Revision:
        """Write the rows of this file as revision `number` of `document`, and ask for its preview."""
        revision = Revision.objects.create(
            document=document,
            number=number,
            uploader=self.uploader,
            file=self.stored_name,
            original_name=self.name,
            sha256=self.sha256,
            size_bytes=self.size_bytes,
            format=self.kind.format,
            media_type=self.kind.media_type,
        )
        Upload.objects.create(uploader=self.uploader)
        for stored in handlers("revision_stored"):
            stored(revision.pk)
        return revision


@contextmanager
def file_taken(
    *,
    uploader: User,
    path: Path,
    name: str,
    move: bool,
    enforce_daily_limit: bool = True,
    document: Document | None = None,
) -> Iterator[TakenFile]:
    """Check and store the file at `path`, then open the transaction in which the caller makes it a revision.

    `document` is the one that gets the file, if it is there already. Raises what `document_upload` raises for a file;
    then, and whenever the transaction fails, no stored file is left behind.
    """
    if not (uploader.is_author or uploader.is_staff):
        raise NotAllowed(_("Become an author to upload documents."))
    name = file_name_clean(name)
    if path.stat().st_size > settings.UPLOAD_MAX_BYTES:
        raise too_large(name)
    if enforce_daily_limit:
        _daily_limit_check(uploader)
    if not has_room(0 if move else path.stat().st_size):
        raise NotStored
    with nullcontext(path) if move else private_copy(path) as source:
        sha256 = file_sha256(source)
        _same_file_refuse(uploader, sha256, document)
        kind = _inspect(source, name)
        size_bytes = source.stat().st_size
        stored_name = _store(source, f"originals/{sha256[:2]}/{uuid.uuid4()}.{kind.format}")
    committed: list[str] = []
    try:
        with transaction.atomic(durable=True):
            transaction.on_commit(lambda: committed.append(stored_name))
            if enforce_daily_limit:
                # Without its key: a conversion refers to the author of its revision, and must not wait for this.
                User.objects.select_for_update(no_key=True).get(pk=uploader.pk)
                _daily_limit_check(uploader)
            yield TakenFile(uploader, name, stored_name, sha256, size_bytes, kind)
    except BaseException as error:
        if not committed:  # else only ringing for a worker has failed, and the sweep rings again
            default_storage.delete(stored_name)
            if isinstance(error, IntegrityError):
                _same_file_refuse(uploader, sha256, document)  # another upload of the same bytes was faster
        raise


def file_name_clean(name: str) -> str:
    """The last part of `name`, safe to show, at most 255 characters, its ending kept."""
    name = clean_line(name.replace("\\", "/").rsplit("/", 1)[-1]) or _("document")
    if len(name) <= FILE_NAME_MAX:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:FILE_NAME_MAX].strip()
    return f"{stem[: FILE_NAME_MAX - len(ending) - 1].strip()}.{ending}"


def title_from_file_name(name: str) -> str:
    """A title for a file until somebody or something knows better."""
    stem = clean_line(Path(name).stem.replace("_", " "))
    return stem[:TITLE_MAX].strip() or _("Untitled document")


def too_large(name: str) -> UploadRefused:
    """The refusal of a file above the limit of the site."""
    return UploadRefused(
        _("“%(name)s” is too large: a file can have at most %(maximum)d MB.")
        % {"name": name, "maximum": settings.UPLOAD_MAX_BYTES // (1024 * 1024) or 1},
        code="too_large",
    )


def _store(path: Path, name: str) -> str:
    """Give the file to the storage. Raises NotStored, and leaves nothing there, when it does not take it."""
    try:
        return file_store(storage=default_storage, path=path, name=name)
    except OSError as error:
        logger.exception("The storage took no file")
        with suppress(OSError):
            default_storage.delete(name)
        raise NotStored from error


def _inspect(path: Path, name: str) -> FileKind:
    """What the first handler of `file_inspect` says the file is."""
    (inspect, *_others) = handlers("file_inspect")
    kind: FileKind = inspect(path=path, name=name)
    return kind


def _daily_limit_check(author: User) -> None:
    """Raise UploadRefused when `author` has uploaded as many files today as the site allows, deleted ones included."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    limit = settings.UPLOADS_PER_DAY
    if Upload.objects.filter(uploader=author, uploaded_at__gte=midnight).count() >= limit:
        raise UploadRefused(
            ngettext(
                "You can upload %(limit)d file a day. Come back tomorrow.",
                "You can upload %(limit)d files a day. Come back tomorrow.",
                limit,
            )
            % {"limit": limit},
            code="too_many_today",
        )


def _same_file_refuse(uploader: User, sha256: str, replaced: Document | None) -> None:
    """Raise SameFileExists when the library has a file with this hash; `replaced` is the document that is to get it."""
    same = Revision.objects.filter(sha256=sha256).exclude(state=Revision.State.REPLACED)
    if not same.exists():
        return
    document = documents_visible_to(uploader).filter(revisions__in=same).first()
    if document is None:
        raise SameFileExists(_("This very file is in the library already."), document=None)
    if document == replaced:
        raise SameFileExists(_("This is the very file that the document has already."), document=document)
    raise SameFileExists(
        _("This very file is in the library already: “%(title)s”.") % {"title": document.title},
        document=document,
    )
