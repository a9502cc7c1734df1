"""A program that runs in the sandbox: waiting for it, ending it, and what it said."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from .bounds import QUOTA_SECONDS, Deadline, Quota

_ENDING_SECONDS = 10.0


@dataclass
class Child:
    """A program in the sandbox. As a context manager it leaves no process behind."""

    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    places: dict[str, str] = field(default_factory=dict)
    _killed: bool = field(default=False, init=False)

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """Kill the whole process group, and wait until nothing of the sandbox runs. A second call does nothing."""
        if self._killed:
            return
        self._killed = True
        inside = _children_of(self.process.pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self.process.wait()
        # bwrap has ended, the sandbox ends because of that: a moment later, in which it could still write.
        for descriptor in inside:
            _has_ended(descriptor, _ENDING_SECONDS)
            os.close(descriptor)

    def wait(self, deadline: Deadline, quota: Quota | None = None) -> int:
        """Wait for the end, then end whatever the program left running.

        Raises DeadlineExceeded, or ConversionFailed for more than the quota.
        """
        try:
            # subprocess would look at the clock twenty times a second; the kernel tells at once.
            descriptor = os.pidfd_open(self.process.pid)
            try:
                while not _has_ended(descriptor, min(QUOTA_SECONDS, deadline.remaining())):
                    if quota is not None:
                        quota.check()
            finally:
                os.close(descriptor)
            return self.process.wait()
        finally:
            self.kill()

    def last_words(self, limit: int = 2000) -> str:
        """The end of what the program wrote to its error stream."""
        size = os.fstat(self.errors.fileno()).st_size
        return os.pread(self.errors.fileno(), limit, max(0, size - limit)).decode(errors="replace").strip()

    def place(self, text: str) -> str:
        """The text with the sandbox's paths replaced by the machine's; unchanged when there is a sandbox."""
        return placed(text, self.places)


def _has_ended(descriptor: int, seconds: float) -> bool:
    """Whether the process of this descriptor ends within so many seconds."""
    ended = select.poll()  # select(2) knows no descriptor above 1023
    ended.register(descriptor, select.POLLIN)
    return bool(ended.poll(seconds * 1000))


def _children_of(pid: int) -> list[int]:
    """Descriptors of what a process has started; of bwrap's child, the first in the sandbox, nothing outlives the end."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it has ended already
        return []
    descriptors = []
    for child in children:
        with contextlib.suppress(OSError):
            descriptors.append(os.pidfd_open(int(child)))
    return descriptors


def placed(text: str, places: dict[str, str]) -> str:
    """The text with the paths of the sandbox replaced by where these lie on the machine."""
    for target in sorted(places, key=len, reverse=True):
        if target in text:
            return text.replace(target, places[target])
    return text
