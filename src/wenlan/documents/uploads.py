"""Receiving files over HTTP: written to disk as they arrive, and no further than the limit."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

REQUEST_OVERHEAD_BYTES = 1024 * 1024
"""What the form around the files may weigh: field names, boundaries, the other fields."""
FILES_PER_REQUEST = 20
"""How many full-sized files one request may carry; without JavaScript a whole choice of files is one request."""


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Streams each file to disk and drops one that grows beyond `max_file_bytes`; its name goes to `dropped`.

    The site's default, so that no page takes more than a picture or a letter. A page that takes documents
    puts a DocumentUploadHandler in its place before it touches `request.POST`.
    """

    max_file_bytes = 5 * 1024 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.dropped: list[str] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > self.max_file_bytes:
            self.dropped.append(self.file_name or "")
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


class DocumentUploadHandler(BoundedUploadHandler):
    """Takes files up to the site's limit for documents."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.max_file_bytes = settings.UPLOAD_MAX_BYTES


def request_is_too_large(request: HttpRequest, *, files: int) -> bool:
    """Whether the request announces more bytes than `files` documents can have; nothing of it is read."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return False
    limit: int = settings.UPLOAD_MAX_BYTES * files + REQUEST_OVERHEAD_BYTES
    return announced > limit


def dropped_names(request: HttpRequest) -> list[str]:
    """Names of the files of this request that were larger than allowed."""
    return [name for handler in request.upload_handlers for name in getattr(handler, "dropped", [])]
