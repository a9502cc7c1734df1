"""Files on their way into the storage: hashed in chunks, moved instead of copied, never held in memory."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage

CHUNK_BYTES = 1024 * 1024


class MovableFile(File):  # type: ignore[type-arg]  # a generic only in the stubs, not at run time
    """A file on disk that a file-system storage takes by renaming it; any other storage reads it in chunks."""

    def __init__(self, path: Path) -> None:
        # A link is never stored: it would show whatever it points to.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        super().__init__(os.fdopen(descriptor, "rb"), name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        """Where the file lies. Django's FileSystemStorage moves a file that offers this."""
        return str(self._path)


def file_store(*, storage: Storage, path: Path, name: str) -> str:
    """Give the file at `path` to `storage` under `name` and return the name it got.

    The file may be gone from `path` afterwards. Raises OSError when there is a link at `path`.
    """
    with MovableFile(path) as file:
        return storage.save(name, file)


def file_sha256(path: Path) -> str:
    """SHA-256 of the file's bytes in hexadecimal, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def preview_folder(revision_id: int) -> str:
    """Name of the folder in the storage that holds the page images of a revision."""
    return f"previews/{revision_id}"


@contextmanager
def private_copy(path: Path) -> Iterator[Path]:
    """A copy of `path` that nobody else changes, beside the storage; removed at the end if still there."""
    with tempfile.NamedTemporaryFile(
        dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="import-", suffix=".upload", delete=False
    ) as copy:
        copy_path = Path(copy.name)
        try:
            with path.open("rb") as source:
                shutil.copyfileobj(source, copy, CHUNK_BYTES)
            copy.flush()
            yield copy_path
        finally:
            copy_path.unlink(missing_ok=True)


def folder_delete(*, storage: Storage, name: str) -> None:
    """Delete every file below the folder `name` of `storage`; nothing happens when there is none."""
    try:
        folders, files = storage.listdir(name)
    except FileNotFoundError:
        return
    for file in files:
        storage.delete(f"{name}/{file}")
    for folder in folders:
        folder_delete(storage=storage, name=f"{name}/{folder}")
    # A file-system storage removes the empty folder, for others it is no object. Somebody may have put a new
    # file there since; then it stays.
    with suppress(OSError):
        storage.delete(name)
