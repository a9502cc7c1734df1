"""What killed processes left behind, found and removed."""

from __future__ import annotations

import logging
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Max
from django.utils import timezone

from wenlan.documents.files import folder_delete, preview_folder
from wenlan.documents.models import Revision

logger = logging.getLogger(__name__)

FORGOTTEN_AFTER_SECONDS = 24 * 3600
PREVIEWS_AT_A_TIME = 200
"""Numbers of revisions one sweep looks at."""


def incoming_sweep() -> None:
    """Remove uploads that a killed process left in the incoming folder a day ago or longer."""
    oldest = time.time() - FORGOTTEN_AFTER_SECONDS
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*"):
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except FileNotFoundError:
            continue  # its own process was still alive and has just removed it


def originals_sweep() -> None:
    """Remove stored files that no revision names: their process was killed before it wrote the row.

    Looks at one of the 256 folders of originals, a random one, so that a call is short however large the library is;
    called every few seconds it sees all of them within hours.
    """
    prefix = secrets.token_hex(1)
    folder = f"originals/{prefix}"
    try:
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    except FileNotFoundError:
        return
    # Files are shelved by the beginning of their hash, which has an index; "g" follows every hexadecimal digit.
    revisions = Revision.objects.filter(sha256__gte=prefix, sha256__lt=f"{prefix}g")
    kept = set(revisions.values_list("file", flat=True))
    oldest = timezone.now() - timedelta(seconds=FORGOTTEN_AFTER_SECONDS)
    for name in set(names) - kept:
        with suppress(FileNotFoundError):  # deleted with its document in this very moment
            if default_storage.get_modified_time(name) < oldest:
                logger.warning("Removing %s, which no revision names", name)
                default_storage.delete(name)


def previews_sweep() -> None:
    """Remove page images of revisions that are gone: the process that deleted them was killed before it did this.

    Looks at a window of `PREVIEWS_AT_A_TIME` numbers, a random one, so that a call is short however large the library
    is; a folder is looked for only where a revision is missing.
    """
    newest = Revision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    start = secrets.randbelow(newest // PREVIEWS_AT_A_TIME + 1) * PREVIEWS_AT_A_TIME
    window = range(start, min(start + PREVIEWS_AT_A_TIME, newest + 1))
    kept = set(Revision.objects.filter(pk__in=window).values_list("pk", flat=True))
    for revision_id in set(window) - kept:
        folder = preview_folder(revision_id)
        # A revision being uploaded in this very moment may be missing yet: its images would be young.
        if _newest_file_is_old(folder):
            logger.warning("Removing %s, whose revision is gone", folder)
            folder_delete(storage=default_storage, name=folder)


def _newest_file_is_old(folder: str) -> bool:
    """Whether there are files below `folder`, and all of them have lain there for a day."""
    oldest = timezone.now() - timedelta(seconds=FORGOTTEN_AFTER_SECONDS)
    times = []
    with suppress(FileNotFoundError):  # there is no such folder, as there should be none
        for attempt in default_storage.listdir(folder)[0]:
            names = default_storage.listdir(f"{folder}/{attempt}")[1]
            times += [default_storage.get_modified_time(f"{folder}/{attempt}/{name}") for name in names]
    return bool(times) and max(times) < oldest
