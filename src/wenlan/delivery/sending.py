"""The answer that carries a file: whole or in part, by us or by the web server in front."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from wenlan.delivery.names import attachment_header
from wenlan.delivery.ranges import (
    UNSATISFIABLE,
    FilePart,
    Range,
    RangeAnswer,
    parse_range,
    range_still_applies,
)
from wenlan.delivery.services import file_name, plain_name
from wenlan.documents.models import Revision


def revision_response(
    request: HttpRequest,
    revision: Revision,
    *,
    on_close: Callable[[int, int], None],
    on_hand_over: Callable[[], None],
) -> HttpResponseBase:
    """The original of `revision` for a GET or HEAD, by RFC 9110: validators, preconditions, one range.

    `on_close(start, sent_bytes)` is called when the transfer ends, however it ends. When the web server in
    front is to send the file, `on_hand_over()` is called instead, at once; how that ends nobody here knows.
    A HEAD calls neither. Raises FileNotFoundError when the storage has lost the file, except when the web
    server in front is the one to find out.
    """
    etag = f'"{revision.sha256}"'
    changed_seconds = int(revision.created_at.timestamp())
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(changed_seconds),
        "Accept-Ranges": "bytes",
        **_headers(revision),
    }
    precondition = get_conditional_response(
        request, etag=etag, last_modified=changed_seconds, response=HttpResponse(headers=headers)
    )
    if precondition is not None and precondition.status_code != 200:
        return precondition
    if settings.ACCEL_REDIRECT_PREFIX and not _insists_on_one_file(request):
        if request.method == "GET":
            on_hand_over()
        headers["X-Accel-Redirect"] = _internal_path(revision)
        del headers["Accept-Ranges"]  # it would stand there twice
        return HttpResponse(headers=headers)
    part = _part(request, size=revision.size_bytes, etag=etag, changed_seconds=changed_seconds)
    if part is UNSATISFIABLE:
        headers["Content-Range"] = f"bytes */{revision.size_bytes}"
        return HttpResponse(status=416, headers={**headers, "Content-Length": "0"})
    return _bytes_response(request, revision, part=part, headers=headers, on_close=on_close)


def _part(request: HttpRequest, *, size: int, etag: str, changed_seconds: int) -> RangeAnswer:
    # Ranges are defined for GET alone (RFC 9110, section 14.2).
    if request.method != "GET" or not range_still_applies(
        request.headers.get("If-Range"), etag=etag, last_modified_seconds=changed_seconds
    ):
        return None
    return parse_range(request.headers.get("Range"), size)


def _bytes_response(
    request: HttpRequest,
    revision: Revision,
    *,
    part: Range | None,
    headers: dict[str, str],
    on_close: Callable[[int, int], None],
) -> HttpResponseBase:
    size = revision.size_bytes
    wanted = part or Range(0, size - 1)
    headers["Content-Length"] = str(wanted.length)
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.end}/{size}"
    storage, name = revision.file.storage, str(revision.file.name)
    if request.method == "HEAD":
        if not storage.exists(name):
            raise FileNotFoundError(name)
        return HttpResponse(headers=headers)
    file = storage.open(name, "rb")
    # nginx would take the whole file at once, and what the reader then never fetches would count as sent.
    headers["X-Accel-Buffering"] = "no"
    return StreamingHttpResponse(
        FilePart(file, wanted, on_close=on_close), status=200 if part is None else 206, headers=headers
    )


def _headers(revision: Revision) -> dict[str, str]:
    extension = revision.format
    return {
        "Content-Type": revision.media_type,
        "Content-Disposition": attachment_header(
            file_name(revision), fallback=f"{plain_name(revision)}.{extension}"
        ),
        # The reader's own browser may keep it, and asks by ETag whether it is still the same.
        "Cache-Control": "private, no-cache",
        # Should a browser open the file after all, it does so without script, origin or network.
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }


def _insists_on_one_file(request: HttpRequest) -> bool:
    """Whether nginx would compare a precondition, which holds, with a validator of its own and refuse."""
    return "If-Match" in request.headers or "If-Unmodified-Since" in request.headers


def _internal_path(revision: Revision) -> str:
    """Where the web server in front finds the file, to send it, ranges and all."""
    return f"{settings.ACCEL_REDIRECT_PREFIX.rstrip('/')}/{quote(str(revision.file.name))}"
