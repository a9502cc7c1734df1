"""The host's side of the fork server: one preloaded LibreOffice in the sandbox, a fresh child of it for each document.

`inside/office.py` is the other side. Several threads may convert at once; each gets a child of its own. `layouter.py`
starts the server, and another when this one is worn out.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from . import fonts, slides, workbooks
from .bounds import QUOTA_SECONDS, Caps, Deadline, DeadlineExceeded, Quota
from .child import Child
from .jobs import JobsFolder
from .model import MIB, ConversionFailed, Status
from .office import Layout, LayoutJob, ending, office_environment, pdf_options, program_binds
from .outbox import Outbox
from .sandbox import Bind, python_binds, python_command, spawn

FIRST_PAGE = "first.pdf"
LOOK_SECONDS = 0.05
JOBS_BEFORE_REPLACEMENT = 300
GROWTH_BEFORE_REPLACEMENT = 64 * MIB
START_SECONDS = 60.0
_GRACE_SECONDS = 3.0
_DAMAGED = {"not_loaded": "LibreOffice cannot read it", "not_saved": "LibreOffice cannot write it"}


@dataclass(frozen=True)
class Output:
    """What a child writes: the name of the file, whose ending is the format, and what such a file begins with."""

    name: str
    magic: bytes


PDF, SVG = Output("document.pdf", b"%PDF-"), Output("document.svg", slides.MAGIC)


class ServerUnavailable(Exception):
    """The fork server cannot be started here; the message says why."""


@dataclass
class _Answer:
    """What the server said of one job, once `arrived` is set."""

    arrived: threading.Event = field(default_factory=threading.Event)
    outcome: str = ""
    kind: str = ""


class OfficeServer:
    """One preloaded LibreOffice. Raises ServerUnavailable when it does not come up, by the deadline if there is one."""

    def __init__(
        self, path: Path, template: Path, *, memory_bytes: int, deadline: Deadline | None = None
    ) -> None:
        self.served = 0
        self._bytes = self._bytes_at_start = 0
        self._folder = JobsFolder()
        self._users = 0
        self._ids = itertools.count(1)
        self._answers: dict[int, _Answer] = {}
        self._lock = threading.Lock()
        self._gone = self._closed = False
        self._problem = ""
        self._ready = threading.Event()
        self._child: Child | None = None
        # The kernel ends the sandbox with the thread that started it, so that thread lives as long as the server.
        keeper = threading.Thread(
            target=self._keep, args=(path, template, memory_bytes), name="office-server", daemon=True
        )
        keeper.start()
        seconds = START_SECONDS if deadline is None else min(START_SECONDS, deadline.remaining())
        if not self._ready.wait(seconds):
            self._problem = f"it was not ready after {seconds:.0f} seconds"
        if self._problem:
            self.close()
            raise ServerUnavailable(self._problem)

    def _keep(self, path: Path, template: Path, memory_bytes: int) -> None:
        try:
            self._child = self._start(path, template, memory_bytes)
            if self._closed:  # by whoever waited too long for it
                self._child.kill()
                return
            assert self._child.process.stdout is not None  # noqa: S101 (started with a pipe)
            self._listen(self._child.process.stdout)
            self._problem = self._problem or ending(self._child, self._child.wait(Deadline(_GRACE_SECONDS)))
        except (ConversionFailed, OSError, ValueError) as error:
            self._problem = self._problem or str(error)
        with self._lock:
            self._gone = True
            waiting = list(self._answers.values())
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
                Bind(self._folder.path, "/jobs", writable=True),
            ],
            # The parent serves for hours; processor time is bounded in each child.
            caps=Caps(memory_bytes, 24 * 3600, 2048 * MIB, threads=True, forks=True),
            env=office_environment()
            | {"PYTHONPATH": "/wenlan", "SAL_LOK_OPTIONS": "unipoll"}
            # Memory in large pages: a child meets a tenth of the page faults.
            | {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"},
            stdin=-1,
            stdout=-1,
        )

    def _listen(self, stdout: IO[bytes]) -> None:
        for line in stdout:
            said = json.loads(line)
            self._note_memory(int(said["resident"]))
            if "ready" in said:
                if not said["confines"]:
                    # Children share the jobs folder and the memory of their parent: only Landlock keeps one from
                    # reading another's file, and only the filter of system calls from outliving its job.
                    self._problem = (
                        "this kernel cannot confine the children (no Landlock, or no filter known)"
                    )
                    return
                self._ready.set()
            elif answer := self._answers.get(said["id"]):
                answer.outcome, answer.kind = str(said["outcome"]), str(said["kind"])
                answer.arrived.set()

    def _note_memory(self, resident_bytes: int) -> None:
        self._bytes_at_start = self._bytes_at_start or resident_bytes
        self._bytes = resident_bytes

    @property
    def worn_out(self) -> bool:
        """Whether another should take its place: it has ended, served enough, or grown, as its children then would."""
        has_grown = self._bytes > self._bytes_at_start + GROWTH_BEFORE_REPLACEMENT
        return self._gone or has_grown or self.served >= JOBS_BEFORE_REPLACEMENT

    @property
    def idle(self) -> bool:
        return self._users == 0

    def to_pdf(self, job: LayoutJob) -> Path:
        """As Layouter.to_pdf. A document that takes a child with it leaves the server as it was."""
        return self._convert(job, PDF, pdf_options(job.layout), job.limits.max_output_bytes)

    def to_slides(self, job: LayoutJob) -> Path:
        """As Layouter.to_slides."""
        return self._convert(replace(job, on_first_page=None), SVG, "{}", job.limits.max_slides_bytes)

    def _convert(self, job: LayoutJob, output: Output, options: str, max_bytes: int) -> Path:
        with self._in_use(), self._folder.job() as folder, Outbox(folder) as outbox:
            # A copy, never a link: a child that was taken over could write through a link into the original.
            shutil.copyfile(job.layout.source, folder / f"document.{job.layout.ending}")
            target = job.work / "laid"
            target.mkdir(exist_ok=True)

            def look() -> bool:
                """Hand on the first page once it is there; whether it was."""
                if job.on_first_page is None or not outbox.has(FIRST_PAGE):
                    return False
                outbox.take(FIRST_PAGE, target / FIRST_PAGE, (b"%PDF-", None), job.limits.max_output_bytes)
                job.on_first_page(target / FIRST_PAGE)
                return True

            wants_first = job.on_first_page is not None
            answer = self._ask(folder, job, output, options, look if wants_first else None)
            self._judge(job.layout, output, outbox, answer)
            if job.on_paged is not None and (paged := workbooks.said(outbox)) is not None:
                job.on_paged(paged)
            outbox.take(output.name, target / output.name, (output.magic, None), max_bytes)
            return target / output.name

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[None]:
        """While this lasts the folder stays, even when the server is ended meanwhile. Raises ServerUnavailable."""
        with self._lock:
            if self._gone:
                raise ServerUnavailable("the server has ended")
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                left_alone = self._closed and self._users == 0
            if left_alone:
                self._folder.remove()

    def _ask(
        self,
        folder: Path,
        job: LayoutJob,
        output: Output,
        options: str,
        look: Callable[[], bool] | None,
    ) -> _Answer:
        """Have the document converted. `look` is called now and then until it has found what it looks for."""
        layout, limits = job.layout, job.limits
        several = replace(layout, single_page_sheets=False)  # what large sheets are laid out on
        quota = Quota(folder, limits.max_output_bytes)
        number, answer = next(self._ids), _Answer()
        seconds = job.deadline.remaining()
        order = {
            "id": number,
            "folder": folder.name,
            "source": f"document.{layout.ending}",
            "import": layout.import_options or "",
            "target": output.name,
            "options": options,
            "first": look and {"target": FIRST_PAGE, "options": pdf_options(several, pages="1")},
            "paper": workbooks.bounds(layout.sheet_sizes, limits) | {"options": pdf_options(several)}
            if layout.single_page_sheets or layout.sheet_sizes
            else None,
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
            self._wait_for(answer, Deadline(seconds + _GRACE_SECONDS), quota, look)
        except DeadlineExceeded:
            self.close()  # the server itself hangs
            raise
        except BaseException:
            with self._lock:
                self._send({"cancel": number})
            raise
        finally:
            self._answers.pop(number, None)
        return answer

    @staticmethod
    def _wait_for(answer: _Answer, deadline: Deadline, quota: Quota, look: Callable[[], bool] | None) -> None:
        quota_is_due = time.monotonic() + QUOTA_SECONDS
        while not answer.arrived.wait(min(LOOK_SECONDS if look else QUOTA_SECONDS, deadline.remaining())):
            if look is not None and look():
                look = None
            if time.monotonic() >= quota_is_due:
                quota.check()
                quota_is_due = time.monotonic() + QUOTA_SECONDS

    def _send(self, order: dict[str, Any]) -> None:
        stdin = self._child.process.stdin if self._child else None
        assert stdin is not None  # noqa: S101 (started with a pipe)
        try:
            stdin.write(json.dumps(order).encode() + b"\n")
            stdin.flush()
        except OSError as error:
            self._gone = True
            raise ServerUnavailable(str(error)) from error

    def _judge(self, layout: Layout, output: Output, outbox: Outbox, answer: _Answer) -> None:
        words = outbox.tail("office.log", 500)
        match answer.outcome:
            case "converted" if answer.kind != layout.kind:
                detail = f"a {layout.kind} document that opens as {answer.kind}"
            case "converted" if outbox.has(output.name):
                return
            case "converted":
                detail = f"LibreOffice wrote no {output.name}: {words}"
            case "timed_out":
                raise DeadlineExceeded
            case "stuck":
                raise ServerUnavailable("a child inherited a lock that nobody releases")
            case "not_confined":
                raise ConversionFailed(
                    Status.FAILED, "no_sandbox", f"the child could not be confined: {words}"
                )
            case outcome if outcome == "server_ended" or self._gone:
                raise ServerUnavailable("the server ended during the job")
            case outcome:
                detail = f"{_DAMAGED.get(outcome, f'LibreOffice {outcome}')}: {words}"
        raise ConversionFailed(Status.DAMAGED, "damaged", detail)

    def close(self) -> None:
        """End the server and all its children. A second call does nothing.

        What a child had finished is still taken over by whoever waits for it; the last of them removes the folder.
        """
        with self._lock:
            self._gone = self._closed = True
            unused = self._users == 0
        if self._child is not None:
            self._child.kill()
        if unused:
            self._folder.remove()
