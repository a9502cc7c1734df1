"""How a worker whose machine cannot convert leaves the work to others, and to itself for later."""

from __future__ import annotations

import time

FIRST_SECONDS = 30.0
LONGEST_SECONDS = 600.0


class Pause:
    """A time in which this process claims no revision; each that follows another is twice as long."""

    def __init__(self) -> None:
        self._ends = 0.0
        self._seconds = FIRST_SECONDS

    def begin(self) -> float:
        """Start a pause; returns its seconds."""
        seconds = self._seconds
        self._ends = time.monotonic() + seconds
        self._seconds = min(LONGEST_SECONDS, seconds * 2)
        return seconds

    def end(self) -> None:
        """Forget all pauses: the machine has converted something."""
        self._ends, self._seconds = 0.0, FIRST_SECONDS

    @property
    def lasts(self) -> bool:
        return time.monotonic() < self._ends


worker_pause = Pause()
"""That of this process."""
