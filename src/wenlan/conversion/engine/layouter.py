"""The way of laying out that all conversions of a process share: the office server, or a soffice for each document.

The server is started at first use, replaced after a number of jobs or when it dies, and ends with this process.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from .bounds import Deadline, DeadlineExceeded
from .model import ConversionFailed, Limits
from .office import Layouter, LayoutJob, SofficeLayouter, program
from .office_server import OfficeServer, ServerUnavailable
from .sandbox import unsafe_without_sandbox

logger = logging.getLogger(__name__)

SECONDS_BEFORE_ANOTHER_TRY = 300.0


class ForkServerLayouter:
    """Converts through one shared server; what the server cannot do goes to a soffice of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: OfficeServer | None = None
        self._owner = 0
        self._worn: list[OfficeServer] = []
        self._fallback = SofficeLayouter()
        self._next_try = 0.0
        self.problem = ""
        """Why there is no server; empty while there is one or none was asked for."""

    def to_pdf(self, job: LayoutJob) -> Path:
        """As Layouter.to_pdf."""
        served = None
        # LibreOfficeKit takes no name of an import filter; those formats were written by us and are few.
        if job.layout.import_options is not None:
            try:
                served = self._served(OfficeServer.to_pdf, job)
            except ConversionFailed:
                if job.layout.import_filter is None:
                    raise
                # It was taken for another format.
        return served or self._fallback.to_pdf(job)

    def to_slides(self, job: LayoutJob) -> Path:
        """As Layouter.to_slides."""
        return self._served(OfficeServer.to_slides, job) or self._fallback.to_slides(job)

    def player(self, limits: Limits) -> str:
        """As Layouter.player."""
        return self._fallback.player(limits)

    def _served(self, convert: Callable[[OfficeServer, LayoutJob], Path], job: LayoutJob) -> Path | None:
        """What the server makes of it, or another should that one be lost; None where there is none."""
        for _attempt in range(2):
            if (server := self.server(job.limits, job.deadline)) is None:
                return None
            try:
                return convert(server, job)
            except ServerUnavailable as reason:
                logger.warning("the office server was lost: %s", reason)
        return None

    def server(self, limits: Limits, deadline: Deadline | None = None) -> OfficeServer | None:
        """The server, started or replaced when needed; None where it cannot run.

        What keeps it from running may pass (a busy machine, a repair): it is tried again after some minutes.
        Raises DeadlineExceeded when it is not ready by the deadline, which tells nothing of the next try.
        """
        if not self._lock.acquire(timeout=-1 if deadline is None else deadline.remaining()):
            raise DeadlineExceeded
        try:
            if self._owner != os.getpid():  # a fork of the process that owned it
                self._server, self._worn, self._owner = None, [], os.getpid()
            for old in [old for old in self._worn if old.idle]:
                old.close()
                self._worn.remove(old)
            if self._server is not None and self._server.worn_out:
                self._worn.append(self._server)
                self._server = None
            if self._server is None and time.monotonic() >= self._next_try:
                self._server = self._new_server(limits, deadline)
            return self._server
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the servers that this process started. Another is started when one is needed."""
        with self._lock:
            if self._owner != os.getpid():
                return
            for server in (*self._worn, self._server):
                if server is not None:
                    server.close()
            self._server, self._worn = None, []

    def _new_server(self, limits: Limits, deadline: Deadline | None) -> OfficeServer | None:
        started = time.monotonic()
        try:
            server = self._start_server(limits, deadline)
        except ServerUnavailable as reason:
            if deadline is not None:
                deadline.remaining()
            self.problem = str(reason)
            self._next_try = time.monotonic() + SECONDS_BEFORE_ANOTHER_TRY
            logger.warning("no office server, one soffice per document instead: %s", reason)
            return None
        self.problem = ""
        logger.info("office server ready in %.1f s", time.monotonic() - started)
        return server

    def _start_server(self, limits: Limits, deadline: Deadline | None) -> OfficeServer:
        path = program()
        if path is None:
            raise ServerUnavailable("LibreOffice (soffice) is not installed")
        template = self._fallback.template(
            path, limits
        )  # raises when a soffice of its own would not start either
        if not (path.parent / "libmergedlo.so").exists():
            raise ServerUnavailable("LibreOffice was not built as one library (libmergedlo.so is missing)")
        if unsafe_without_sandbox():
            raise ServerUnavailable("without a sandbox its children would share their files")
        return OfficeServer(path, template, memory_bytes=limits.memory_bytes, deadline=deadline)


_shared = ForkServerLayouter()
atexit.register(_shared.close)


def shared_layouter() -> Layouter:
    """The layouter of this process."""
    return _shared
