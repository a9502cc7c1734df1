"""Whether the disk has room: what is full takes no upload, so that the database still has space to write."""

from __future__ import annotations

import shutil

from django.conf import settings


def has_room(incoming_bytes: int = 0) -> bool:
    """Whether `settings.KEEP_FREE_BYTES` stay free in the data folder when so many bytes more are stored there."""
    free: int = shutil.disk_usage(settings.FILE_UPLOAD_TEMP_DIR).free
    return free - incoming_bytes >= settings.KEEP_FREE_BYTES
