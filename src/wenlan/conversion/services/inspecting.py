"""Looking at a file before it is stored."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from wenlan.conversion.engine import Limits, Rejected, Sniffed, sniff
from wenlan.conversion.messages import rejection_message
from wenlan.conversion.services.scanning import upload_scan
from wenlan.documents.errors import UploadRefused


class UploadRejected(UploadRefused):
    """The content of a file is refused; `code` is one of the engine's rejection codes."""

    code = "rejected"


def engine_limits() -> Limits:
    """What one document may cost, as the site is configured."""
    return Limits(
        deadline_seconds=float(settings.CONVERSION_SECONDS), max_source_bytes=settings.UPLOAD_MAX_BYTES
    )


def upload_inspect(*, path: Path, name: str) -> Sniffed:
    """What the file at `path`, called `name`, really is. Raises UploadRefused with a message for its author.

    The virus scanner is asked here and not before the conversion: what readers download is the original, so an
    infected one must never be stored, and here its author still waits for the answer. It is asked last, because it
    takes longest.
    """
    try:
        found = sniff(path, name=name, limits=engine_limits())
    except Rejected as rejected:
        raise UploadRejected(rejection_message(rejected.code, name=name), code=rejected.code) from rejected
    upload_scan(path=path, name=name)
    return found
