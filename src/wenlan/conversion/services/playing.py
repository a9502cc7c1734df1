"""Presentations that play: the slides one reader may see, cut out of the stored view when first asked for."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from pathlib import Path

from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import default_storage

from wenlan.conversion.engine import NotPlayable, slides_cut
from wenlan.conversion.services.inspecting import engine_limits
from wenlan.documents.files import CHUNK_BYTES, file_store
from wenlan.documents.models import Revision

logger = logging.getLogger(__name__)

CUT_VERSION = 2
"""Grows when the cuts made before may hold what they should not: they are made anew then."""
FAILED_SECONDS = 300
"""For so long a cut that failed is not tried again."""
_WAIT_SECONDS, _LOOK_SECONDS, _STORE_SECONDS = 20.0, 0.2, 60.0
_MAKING, _FAILED = "making", "failed"


def slides_open(*, revision: Revision, slides: int) -> File[bytes] | None:
    """The first `slides` slides of `revision` as a file to read; None when they cannot be had.

    The cut is kept beside the whole, in the folder of the conversion that made it, and goes with it. However many
    readers ask at once, one request makes it and the others wait a while for that one.
    """
    whole = revision.slides_file
    if slides == revision.page_count:
        return _opened(whole)
    name = f"{whole.removesuffix('.svg')}-{slides}-v{CUT_VERSION}.svg"
    ends = time.monotonic() + _WAIT_SECONDS
    while (found := _opened(name)) is None:
        if _begin(name):
            return _cut(whole, name, slides)
        if cache.get(_key(name)) == _FAILED or time.monotonic() > ends:
            return None
        time.sleep(_LOOK_SECONDS)
    return found


def _opened(name: str) -> File[bytes] | None:
    try:
        return default_storage.open(name, "rb")
    except FileNotFoundError:
        return None


def _key(name: str) -> str:
    return f"conversion:{name}"


def _begin(name: str) -> bool:
    """Whether this request is to make the cut. One that dies over it keeps the others from it for a while."""
    return cache.add(_key(name), _MAKING, timeout=engine_limits().slides_seconds + _STORE_SECONDS)


def _cut(whole: str, name: str, slides: int) -> File[bytes] | None:
    """Make the cut, store it, and let the others have it."""
    try:
        found = _opened(name)  # somebody may have finished it between the look and the beginning
        if found is None:
            found = _made(whole, name, slides)
    except NotPlayable as reason:
        logger.error("%s cannot be cut to %d slides: %s", whole, slides, reason)
        cache.set(_key(name), _FAILED, timeout=FAILED_SECONDS)
        return None
    except BaseException:
        cache.delete(_key(name))
        raise
    cache.delete(_key(name))
    return found


def _made(whole: str, name: str, slides: int) -> File[bytes] | None:
    stored = _opened(whole)
    if stored is None:
        return None
    with tempfile.TemporaryDirectory(prefix="slides-") as folder:
        kept, cut = Path(folder, "whole.svg"), Path(folder, "cut.svg")
        with stored, kept.open("wb") as copy:
            shutil.copyfileobj(stored, copy, CHUNK_BYTES)
        slides_cut(kept, cut, slides=slides, work=Path(folder), limits=engine_limits())
        return _opened(file_store(storage=default_storage, path=cut, name=name))
