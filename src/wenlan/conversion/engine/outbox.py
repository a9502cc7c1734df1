"""Taking over what a sandboxed program wrote, without believing any of it."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

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
        with self._open(name, limit) as (stream, _size):
            return stream.read(limit)

    def tail(self, name: str, limit: int) -> str:
        """The end of a plain text file, for a log; nothing when there is none."""
        try:
            with self._open(name, sys.maxsize) as (stream, size):
                stream.seek(max(0, size - limit))
                return stream.read(limit).decode(errors="replace").strip()
        except ConversionFailed:
            return ""

    def take(self, name: str, target: Path, magic: tuple[bytes, bytes | None], limit: int) -> int:
        """Copy a plain file that begins with `magic` out and remove it here. Returns its size in bytes.

        A copy, because the program may still be alive: it could put a link in place of a file that is moved by its
        name, and it could write into one that it holds open.
        """
        with self._open(name, limit) as (stream, size):
            try:
                _copy(stream.fileno(), target, size, magic)
            except ValueError as error:
                target.unlink(missing_ok=True)
                raise _bad_output(f"{name} {error}") from error
            except BaseException:
                target.unlink(missing_ok=True)
                raise
        self.discard(name)
        return size

    def discard(self, name: str) -> None:
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=self._descriptor)

    @contextlib.contextmanager
    def _open(self, name: str, limit: int) -> Iterator[tuple[BinaryIO, int]]:
        """A plain file and its size in bytes. Raises ConversionFailed for anything else, and above `limit`."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._descriptor)
        except OSError as error:
            raise _bad_output(f"{name}: {error}") from error
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                raise _bad_output(f"{name} is no plain file of a sane size")
            yield stream, status.st_size


def _bad_output(detail: str) -> ConversionFailed:
    return ConversionFailed(Status.FAILED, "bad_output", detail)


def _copy(source: int, target: Path, size: int, magic: tuple[bytes, bytes | None]) -> None:
    """Copy `size` bytes of an open file. Raises ValueError when they are not there or do not begin with `magic`."""
    copy = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        os.fchmod(copy, 0o644)
        done = 0
        while done < size and (sent := os.sendfile(copy, source, done, size - done)):
            done += sent
        head = os.pread(copy, 12, 0)
    finally:
        os.close(copy)
    if done < size:
        raise ValueError("became shorter while it was read")
    if not head.startswith(magic[0]) or (magic[1] is not None and head[8:12] != magic[1]):
        raise ValueError("is not what it should be")
