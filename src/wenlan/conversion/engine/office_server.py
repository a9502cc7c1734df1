"""The host's side of the fork server: one preloaded LibreOffice in the sandbox, a fresh child of it for each document.

`inside/office.py` is the other side. Several threads may convert at once; each gets a child of its own. The server is
started at first use, replaced after a number of jobs or when it dies, and ends with this process.
"""

from __future__ import annotations

import atexit
import itertools
import json
import logging
import os
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from . import fonts
from .caches import cache_folder
from .model import MIB, ConversionFailed, Limits, Status
from .office import (
    Layout,
    Layouter,
    SofficeLayouter,
    office_environment,
    pdf_options,
    program,
    program_binds,
)
from .sandbox import Bind, Caps, Child, Deadline, DeadlineExceeded, python_binds, python_command, spawn

logger = logging.getLogger(__name__)

JOBS_BEFORE_REPLACEMENT = 300
START_SECONDS = 60.0
_GRACE_SECONDS = 3.0
_DAMAGED = {"not_loaded": "LibreOffice cannot read it", "not_saved": "LibreOffice wrote no PDF"}


class ServerUnavailable(Exception):
    """The fork server cannot be started here; the message says why."""


@dataclass
class _Answer:
    """What the server said of one job, once `arrived` is set."""

    arrived: threading.Event = field(default_factory=threading.Event)
    outcome: str = ""
    kind: str = ""


class OfficeServer:
    """One preloaded LibreOffice. Raises ServerUnavailable when it does not come up."""

    def __init__(self, path: Path, template: Path, *, memory_bytes: int) -> None:
        self.served = 0
        self._folder = Path(tempfile.mkdtemp(prefix=f"jobs-{os.getpid()}-", dir=cache_folder()))
        self._ids = itertools.count(1)
        self._answers: dict[int, _Answer] = {}
        self._lock = threading.Lock()
        self._gone = False
        self._problem = ""
        self._ready = threading.Event()
        self._child: Child | None = None
        # The kernel ends the sandbox with the thread that started it, so that thread lives as long as the server.
        keeper = threading.Thread(
            target=self._keep, args=(path, template, memory_bytes), name="office-server", daemon=True
        )
        keeper.start()
        if not self._ready.wait(START_SECONDS):
            self._problem = f"it was not ready after {START_SECONDS:.0f} seconds"
        if self._problem:
            self.close()
            raise ServerUnavailable(self._problem)

    def _keep(self, path: Path, template: Path, memory_bytes: int) -> None:
        try:
            self._child = self._start(path, template, memory_bytes)
            assert self._child.process.stdout is not None  # noqa: S101 (started with a pipe)
            self._listen(self._child.process.stdout)
        except (ConversionFailed, OSError, ValueError) as error:
            self._problem = self._problem or str(error)
        with self._lock:
            self._gone = True
            waiting = list(self._answers.values())
        self._problem = self._problem or (self._child.last_words() if self._child else "") or "it ended"
        self._ready.set()
        for answer in waiting:
            if not answer.arrived.is_set():
                answer.outcome = "server_ended"
                answer.arrived.set()

    def _start(self, path: Path, template: Path, memory_bytes: int) -> Child:
        return spawn(
            python_command("office", str(path.parent), "/template/profile"),
            binds=[
                *python_binds(),
                *program_binds(path),
                *fonts.binds(),
                Bind(template / "fontcache", fonts.CACHE_IN_SANDBOX),
                Bind(template / "profile", "/template/profile"),
                Bind(self._folder, "/jobs", writable=True),
            ],
            # The parent serves for hours; processor time is bounded in each child.
            caps=Caps(memory_bytes, 24 * 3600, 2048 * MIB),
            env=office_environment() | {"PYTHONPATH": "/wenlan", "SAL_LOK_OPTIONS": "unipoll"},
            stdin=-1,
            stdout=-1,
        )

    def _listen(self, stdout: IO[bytes]) -> None:
        for line in stdout:
            said = json.loads(line)
            if "ready" in said:
                if not said["landlock"]:
                    # Children share the jobs folder; only Landlock keeps one from reading another's file.
                    self._problem = "this kernel has no Landlock"
                    return
                self._ready.set()
            elif answer := self._answers.get(said["id"]):
                answer.outcome, answer.kind = str(said["outcome"]), str(said["kind"])
                answer.arrived.set()

    @property
    def worn_out(self) -> bool:
        return self._gone or self.served >= JOBS_BEFORE_REPLACEMENT

    @property
    def idle(self) -> bool:
        return not self._answers

    def to_pdf(self, layout: Layout, *, work: Path, deadline: Deadline, limits: Limits) -> Path:
        """As Layouter.to_pdf. A document that takes a child with it leaves the server as it was."""
        folder = Path(tempfile.mkdtemp(prefix="job-", dir=self._folder))
        try:
            # A copy, never a link: a child that was taken over could write through a link into the original.
            shutil.copyfile(layout.source, folder / f"document.{layout.ending}")
            answer = self._ask(folder.name, layout, deadline, limits)
            self._judge(layout, folder, answer)
            target = work / "laid"
            target.mkdir(exist_ok=True)
            return Path(shutil.move(_plain(folder / "document.pdf"), target / "document.pdf"))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _ask(self, folder: str, layout: Layout, deadline: Deadline, limits: Limits) -> _Answer:
        number, answer = next(self._ids), _Answer()
        seconds = deadline.remaining()
        order = {
            "id": number,
            "folder": folder,
            "source": f"document.{layout.ending}",
            "target": "document.pdf",
            "options": pdf_options(layout),
            "seconds": seconds,
            "memory_bytes": limits.memory_bytes,
            "file_bytes": limits.max_output_bytes,
        }
        with self._lock:
            if self._gone:
                raise ServerUnavailable("the server has ended")
            self._answers[number] = answer
            self.served += 1
            self._send(order)
        try:
            if not answer.arrived.wait(seconds + _GRACE_SECONDS):
                self.close()  # the server itself hangs
                raise DeadlineExceeded
        finally:
            self._answers.pop(number, None)
        return answer

    def _send(self, order: dict[str, Any]) -> None:
        stdin = self._child.process.stdin if self._child else None
        assert stdin is not None  # noqa: S101 (started with a pipe)
        try:
            stdin.write(json.dumps(order).encode() + b"\n")
            stdin.flush()
        except OSError as error:
            self._gone = True
            raise ServerUnavailable(str(error)) from error

    def _judge(self, layout: Layout, folder: Path, answer: _Answer) -> None:
        words = _last_words(folder / "office.log")
        match answer.outcome:
            case "converted" if answer.kind == layout.kind:
                return
            case "converted":
                detail = f"a {layout.kind} document that opens as {answer.kind}"
            case "timed_out":
                raise DeadlineExceeded
            case "stuck":
                raise ServerUnavailable("a child inherited a lock that nobody releases")
            case "server_ended":
                raise ServerUnavailable("the server ended during the job")
            case "not_confined":
                raise ConversionFailed(
                    Status.FAILED, "no_sandbox", f"the child could not be confined: {words}"
                )
            case outcome:
                detail = f"{_DAMAGED.get(outcome, f'LibreOffice {outcome}')}: {words}"
        raise ConversionFailed(Status.DAMAGED, "damaged", detail)

    def close(self) -> None:
        """End the server and all its children. A second call does nothing."""
        self._gone = True
        if self._child is not None:
            self._child.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


class ForkServerLayouter:
    """Converts through one shared server; what the server cannot do goes to a soffice of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: OfficeServer | None = None
        self._owner = 0
        self._worn: list[OfficeServer] = []
        self._fallback = SofficeLayouter()
        self.problem = ""
        """Why there is no server; empty while there is one or none was asked for."""

    def to_pdf(self, layout: Layout, *, work: Path, deadline: Deadline, limits: Limits) -> Path:
        """As Layouter.to_pdf."""
        # LibreOfficeKit takes no import filter; those formats were written by us and are few.
        if layout.import_filter is None:
            for _attempt in range(2):
                server = self.server(limits)
                if server is None:
                    break
                try:
                    return server.to_pdf(layout, work=work, deadline=deadline, limits=limits)
                except ServerUnavailable as reason:
                    logger.warning("the office server was lost: %s", reason)
        return self._fallback.to_pdf(layout, work=work, deadline=deadline, limits=limits)

    def server(self, limits: Limits) -> OfficeServer | None:
        """The server, started or replaced when needed; None where it cannot run."""
        with self._lock:
            if self._owner != os.getpid():  # a fork of the process that owned it
                self._server, self._worn, self._owner = None, [], os.getpid()
            for old in [old for old in self._worn if old.idle]:
                old.close()
                self._worn.remove(old)
            if self._server is not None and self._server.worn_out:
                self._worn.append(self._server)
                self._server = None
            if self._server is None and not self.problem:
                self._server = self._new_server(limits)
            return self._server

    def _new_server(self, limits: Limits) -> OfficeServer | None:
        path = program()
        started = time.monotonic()
        _remove_leftovers()
        if path is None or not (path.parent / "libmergedlo.so").exists():
            self.problem = "LibreOffice was not built as one library (libmergedlo.so is missing)"
            return None
        try:
            server = OfficeServer(
                path, self._fallback.template(path, limits), memory_bytes=limits.memory_bytes
            )
        except ServerUnavailable as reason:
            self.problem = str(reason)
            logger.warning("no office server, one soffice per document instead: %s", reason)
            return None
        atexit.register(server.close)
        logger.info("office server ready in %.1f s", time.monotonic() - started)
        return server


_shared = ForkServerLayouter()


def shared_layouter() -> Layouter:
    """The layouter of this process."""
    return _shared


def _remove_leftovers() -> None:
    """Delete the job folders of processes that were killed."""
    for folder in cache_folder().glob("jobs-*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _plain(path: Path) -> Path:
    """Raises ConversionFailed unless `path` is a file with something in it, and no link."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size == 0:
        raise ConversionFailed(Status.DAMAGED, "damaged", "LibreOffice wrote no PDF")
    return path


def _last_words(log: Path, limit: int = 500) -> str:
    if log.is_symlink() or not log.is_file():
        return ""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - limit))
        return stream.read(limit).decode(errors="replace").strip()
