"""Receiving files over HTTP: written to disk as they arrive, and no further than the limit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse

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


def announced_bytes(request: HttpRequest) -> int:
    """How long the request says its body is; 0 when it does not say."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def request_is_too_large(request: HttpRequest, *, files: int) -> bool:
    """Whether the request announces more bytes than `files` documents can have; nothing of it is read."""
    limit: int = settings.UPLOAD_MAX_BYTES * files + REQUEST_OVERHEAD_BYTES
    return announced_bytes(request) > limit


def dropped_names(request: HttpRequest) -> list[str]:
    """Names of the files of this request that were larger than allowed."""
    return [name for handler in request.upload_handlers for name in getattr(handler, "dropped", [])]


def unwritten_names(request: HttpRequest) -> list[str]:
    """Names of the files of this request that the disk did not take."""
    return [name for handler in request.upload_handlers for name in getattr(handler, "unwritten", [])]
