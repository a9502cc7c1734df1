"""How long a program may run, and how much it may take: each started in the sandbox is held to these."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .inside import alone
from .model import ConversionFailed, Status

QUOTA_SECONDS = 1.0
"""How often somebody looks whether a program keeps within its quota."""

_MAX_FILES = 20_000


class DeadlineExceeded(ConversionFailed):
    """The time given to the conversion is over."""

    def __init__(self) -> None:
        super().__init__(Status.TIMED_OUT, "timed_out", "the deadline passed")


class Deadline:
    """A moment on the monotonic clock by which work must be over."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left. Raises DeadlineExceeded when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded
        return left

    def within(self, seconds: float) -> Deadline:
        """The earlier of this deadline and `seconds` from now. Raises DeadlineExceeded as `remaining` does."""
        return Deadline(min(seconds, self.remaining()))


@dataclass(frozen=True)
class Quota:
    """How much a program may put into its folder, all files together; each alone is bounded by Caps."""

    folder: Path
    limit_bytes: int

    def check(self) -> None:
        """Raise ConversionFailed when the folder holds more bytes, or more files than a document ever needs."""
        used = 0
        for count, size in enumerate(self._sizes()):
            used += size
            if used > self.limit_bytes or count > _MAX_FILES:
                raise ConversionFailed(
                    Status.TOO_LARGE, "too_large", f"{used} bytes or more in {self.folder}"
                )

    def _sizes(self) -> Iterator[int]:
        for folder, folders, files in os.walk(self.folder):
            for name in (*folders, *files):
                with contextlib.suppress(OSError):
                    yield Path(folder, name).stat(follow_symlinks=False).st_blocks * 512


@dataclass(frozen=True)
class Caps:
    """Bounds on each process in the sandbox, and on what it may start.

    `processes` counts threads too; the kernel lets root have as many as it likes. Therefore what is started cannot
    start others, unless `forks`: such a program never touches a document itself, and its children give up starting
    processes before they do (`inside/alone.py`). So the bound on memory is one on the whole job, not on each of many.
    """

    memory_bytes: int
    cpu_seconds: int
    file_bytes: int
    processes: int = 256
    threads: bool = False
    forks: bool = False

    def filter(self) -> bytes | None:
        """The filter of system calls for what is started; None for none."""
        return None if self.forks else alone.program(threads=self.threads)

    def command(self) -> list[str]:
        return [
            "prlimit",
            f"--as={self.memory_bytes}",
            f"--cpu={self.cpu_seconds}",
            f"--fsize={self.file_bytes}",
            f"--nproc={self.processes}",
            "--core=0",
        ]
