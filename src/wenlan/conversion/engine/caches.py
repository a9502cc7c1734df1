"""What the engine makes once per user and machine and keeps: a primed profile, fonts, the folders of running jobs."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .model import ConversionFailed, Status

CACHE_DIR_SETTING = "WENLAN_CACHE_DIR"
UNUSED_SECONDS = 7 * 24 * 3600.0


def cache_folder() -> Path:
    """Where this user's caches are kept. Created when missing, readable by nobody else."""
    chosen = os.environ.get(CACHE_DIR_SETTING)
    base = (
        Path(chosen)
        if chosen
        else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wenlan"
    )
    try:
        base.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.access(base, os.W_OK):
            return base
    except OSError:
        pass
    fallback = Path(tempfile.gettempdir()) / f"wenlan-cache-{os.geteuid()}"
    fallback.mkdir(mode=0o700, exist_ok=True)
    if fallback.is_symlink() or fallback.stat().st_uid != os.geteuid():
        raise ConversionFailed(Status.FAILED, "no_cache", f"{fallback} belongs to somebody else")
    return fallback


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep every other process that asks for the same lock file out until the end of the block."""
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def unused_remove(pattern: str) -> None:
    """Remove the cached folders of that name that nobody touched for a week.

    Younger ones may be in use by another version of this program, or by another container.
    """
    for folder in cache_folder().glob(pattern):
        if folder.is_dir() and folder.stat().st_mtime < time.time() - UNUSED_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
