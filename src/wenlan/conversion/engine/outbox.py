"""Taking over what a sandboxed program wrote, without believing any of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .model import ConversionFailed, Status


class Outbox:
    """A folder that a sandboxed program fills. It is held open, so that replacing it by a link achieves nothing."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)

    def __enter__(self) -> Outbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._descriptor)

    def has(self, name: str) -> bool:
        """Whether there is a plain file of that name with something in it."""
        try:
            status = os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)
        except OSError:
            return False
        return stat.S_ISREG(status.st_mode) and status.st_size > 0

    def read(self, name: str, limit: int) -> bytes:
        """The content of a plain file. Raises ConversionFailed for anything else."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._descriptor)
        except OSError as error:
            raise ConversionFailed(Status.FAILED, "bad_output", f"{name}: {error}") from error
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                raise ConversionFailed(Status.FAILED, "bad_output", f"{name} is no plain file of a sane size")
            return stream.read(limit)

    def take(self, name: str, target: Path, magic: tuple[bytes, bytes | None], limit: int) -> int:
        """Move a plain file that begins with `magic` out. Returns its size in bytes."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._descriptor)
        except OSError as error:
            raise ConversionFailed(Status.FAILED, "bad_output", f"{name}: {error}") from error
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            head = stream.read(12)
        right = head.startswith(magic[0]) and (magic[1] is None or head[8:12] == magic[1])
        if not stat.S_ISREG(status.st_mode) or not 0 < status.st_size <= limit or not right:
            raise ConversionFailed(Status.FAILED, "bad_output", f"{name} is not what it should be")
        os.replace(name, target, src_dir_fd=self._descriptor)
        target.chmod(0o644)
        return status.st_size

    def discard(self, name: str) -> None:
        os.unlink(name, dir_fd=self._descriptor)
