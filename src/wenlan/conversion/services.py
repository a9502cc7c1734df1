"""Turning stored revisions into previews."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from wenlan.core.errors import WenlanError

if TYPE_CHECKING:
    from wenlan.conversion.engine import Sniffed


class UploadRejected(WenlanError):
    """The content of a file is refused; `code` is one of the engine's rejection codes."""

    code = "rejected"


def upload_inspect(*, path: Path, name: str) -> Sniffed:
    """What the content of the file at `path`, called `name`, really is.

    Raises UploadRejected with a message for the author.
    """
    from wenlan.conversion.engine import Rejected, sniff

    try:
        return sniff(path, name=name)
    except Rejected as rejected:
        raise UploadRejected(_("This file cannot be used."), code=rejected.code) from rejected


def revision_conversion_request(revision_id: int) -> None:
    """Ring for a worker once the current transaction is committed."""
    from wenlan.conversion.tasks import revision_convert

    transaction.on_commit(lambda: revision_convert.enqueue(revision_id))
