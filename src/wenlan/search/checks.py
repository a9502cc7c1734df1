"""What an operator should know about the search index before readers do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - Django's name for it


@register("wenlan")
def index_folder_can_be_written(**_options: Any) -> list[CheckMessage]:
    """The folder of the index, or the nearest one above it that exists, lets this process write."""
    folder = Path(settings.SEARCH_INDEX_DIR)
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return []
    return [
        Warning(
            f"The search index cannot be written: {nearest} is not a folder that this process may write to.",
            hint="Give the folder to the user that runs Wenlan, or name another in WENLAN_SEARCH_INDEX_DIR.",
            id="search.W001",
        )
    ]
