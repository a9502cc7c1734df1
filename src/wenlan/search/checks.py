"""What an operator should know about the search index before readers do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - Django's name for it

from wenlan.core.environment import is_loopback


@register("wenlan")
def index_folder_can_be_written(**_options: Any) -> list[CheckMessage]:
    """The folder of the index, or the nearest one above it that exists, lets this process write."""
    if settings.SEARCH_URLS:
        return []
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


@register("wenlan")
def password_of_search_is_encrypted(**_options: Any) -> list[CheckMessage]:
    """A password for OpenSearch, and with it the text of every page, crosses no network in the open."""
    open_hosts = [
        parts.hostname
        for parts in map(urlsplit, settings.SEARCH_URLS)
        if parts.scheme == "http" and parts.hostname and not is_loopback(parts.hostname)
    ]
    return [
        Warning(
            f"What is sent to {host} to be searched, and the password if there is one, can be read on the way.",
            hint="Let OpenSearch speak HTTPS and write https:// in WENLAN_SEARCH_URL.",
            id="search.W002",
        )
        for host in open_hosts
    ]
