"""The folder that an office server shares with its children."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .caches import cache_folder, locked


class JobsFolder:
    """The folder a server shares with its children, one folder in it for each job.

    It is locked as long as its owner lives, in whatever container that runs: a folder without an owner is a leftover.
    """

    def __init__(self) -> None:
        with locked(cache_folder() / "jobs.lock"):
            _remove_leftovers()
            self.path = Path(tempfile.mkdtemp(prefix="jobs-", dir=cache_folder()))
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @contextlib.contextmanager
    def job(self) -> Iterator[Path]:
        """An empty folder for one job, gone afterwards."""
        folder = Path(tempfile.mkdtemp(prefix="job-", dir=self.path))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def remove(self) -> None:
        """Remove the folder and give up the lock. A second call does nothing."""
        shutil.rmtree(self.path, ignore_errors=True)
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _remove_leftovers() -> None:
    """Delete the folders of processes that were killed: those that nobody has locked."""
    for folder in cache_folder().glob("jobs-*"):
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)
