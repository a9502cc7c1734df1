"""Presentations that play: the slides one reader may see, cut out of the stored view when first asked for."""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage

from wenlan.conversion.engine import NotPlayable, slides_cut
from wenlan.conversion.services.inspecting import engine_limits
from wenlan.documents.files import CHUNK_BYTES, file_store
from wenlan.documents.models import Revision

logger = logging.getLogger(__name__)

CUT_VERSION = 2
"""Grows when the cuts made before may hold what they should not: they are made anew then."""


def slides_open(*, revision: Revision, slides: int) -> File[bytes] | None:
    """The first `slides` slides of `revision` as a file to read; None when they cannot be had.

    The cut is kept beside the whole, in the folder of the conversion that made it, and goes with it.
    """
    whole = revision.slides_file
    if slides == revision.page_count:
        return _opened(whole)
    name = f"{whole.removesuffix('.svg')}-{slides}-v{CUT_VERSION}.svg"
    return _opened(name) or _cut(whole, name, slides)


def _opened(name: str) -> File[bytes] | None:
    try:
        return default_storage.open(name, "rb")
    except FileNotFoundError:
        return None


def _cut(whole: str, name: str, slides: int) -> File[bytes] | None:
    """Make the cut and store it. Two readers at once make it twice; one is then found by whoever comes next."""
    stored = _opened(whole)
    if stored is None:
        return None
    with tempfile.TemporaryDirectory(prefix="slides-") as folder:
        kept, cut = Path(folder, "whole.svg"), Path(folder, "cut.svg")
        with stored, kept.open("wb") as copy:
            shutil.copyfileobj(stored, copy, CHUNK_BYTES)
        try:
            slides_cut(kept, cut, slides=slides, work=Path(folder), limits=engine_limits())
        except NotPlayable as reason:
            logger.error("%s cannot be cut to %d slides: %s", whole, slides, reason)
            return None
        return _opened(file_store(storage=default_storage, path=cut, name=name))
