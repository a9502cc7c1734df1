"""Receiving files over HTTP: written to disk as they arrive, and no further than the limit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from wenlan.accounts.models import User
from wenlan.core.errors import NotAllowed, WenlanError
from wenlan.documents.errors import NotStored
from wenlan.documents.room import has_room
from wenlan.documents.services.upload import too_large

logger = logging.getLogger(__name__)

REQUEST_OVERHEAD_BYTES = 1024 * 1024
"""What the form around the files may weigh: field names, boundaries, the other fields."""
FILES_PER_REQUEST = 20
"""How many full-sized files one request may carry; without JavaScript a whole choice of files is one request."""


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Streams each file to disk and drops one that grows beyond `max_file_bytes`; its name goes to `dropped`.

    The name of a file that the disk did not take goes to `unwritten`.

    The site's default, so that no page takes more than a picture or a letter. A page that takes documents
    puts a DocumentUploadHandler in its place before it touches `request.POST`.
    """

    max_file_bytes = 5 * 1024 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.dropped: list[str] = []
        self.unwritten: list[str] = []
        self._begun: list[TemporaryUploadedFile] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        with suppress(AttributeError):
            del self.file  # of the part before, which is complete; Django closes what it finds here
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._note(error)
            raise SkipFile from error
        self._begun.append(self.file)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > self.max_file_bytes:
            self.dropped.append(self.file_name or "")
            raise SkipFile
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._note(error)
            _close(self.file)
            raise SkipFile from error

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        try:
            return super().file_complete(file_size)
        except OSError as error:  # the last bytes are written now
            self._note(error)
            return None

    def discard(self) -> None:
        """Delete every file of this request that nobody has taken; a second call does nothing."""
        while self._begun:
            _close(self._begun.pop())

    def _note(self, error: OSError) -> None:
        logger.error("An upload could not be written: %s", error)
        self.unwritten.append(self.file_name or "")


def _close(file: TemporaryUploadedFile) -> None:
    """Close and delete a temporary file."""
    with suppress(OSError):  # a full disk takes no last bytes; the file is deleted all the same
        file.close()


class DocumentUploadHandler(BoundedUploadHandler):
    """Takes files up to the site's limit for documents."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.max_file_bytes = settings.UPLOAD_MAX_BYTES


class UploadLeftoversMiddleware:
    """Leaves no temporary file behind, however a request ended.

    Django deletes what arrived whole. When the visitor goes away in the middle of a file, that file would lie there
    until Python happens to collect the request's reference cycles.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            if request.method == "POST":
                for handler in request.upload_handlers:
                    if isinstance(handler, BoundedUploadHandler):
                        handler.discard()


class RequestTooLarge(WenlanError):
    """A request announces more bytes than the documents it may bring; nothing of it was read."""

    code = "too_large"


def documents_expect(request: HttpRequest, *, uploader: User, files: int) -> None:
    """Let the body of `request`, of which nothing was read yet, bring up to `files` documents.

    Raises NotAllowed for who is no author, RequestTooLarge, and NotStored when there is no room for what it announces.
    """
    if not (uploader.is_author or uploader.is_staff):
        raise NotAllowed(_("Become an author to upload documents."))
    announced = _announced_bytes(request)
    if announced > settings.UPLOAD_MAX_BYTES * files + REQUEST_OVERHEAD_BYTES:
        raise RequestTooLarge(str(too_large(_("This upload"))))
    if not has_room(announced):
        raise NotStored
    request.upload_handlers = [DocumentUploadHandler(request)]


def refusals(request: HttpRequest) -> list[WenlanError]:
    """What to say of the files of this request that were larger than allowed, or that the disk did not take."""
    dropped = [name for handler in request.upload_handlers for name in getattr(handler, "dropped", [])]
    unwritten = [name for handler in request.upload_handlers for name in getattr(handler, "unwritten", [])]
    return [*(too_large(name) for name in dropped), *(NotStored() for _name in unwritten)]


@contextmanager
def file_on_disk(file: UploadedFile[bytes]) -> Iterator[Path]:
    """Where a file that DocumentUploadHandler took lies; removed at the end, unless the storage has taken it."""
    if not isinstance(file, TemporaryUploadedFile):
        raise TypeError("Uploads are written to disk by DocumentUploadHandler.")
    try:
        yield Path(file.temporary_file_path())
    finally:
        file.close()


def _announced_bytes(request: HttpRequest) -> int:
    """How long the request says its body is; 0 when it does not say."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
