"""LibreOffice loaded once, and a fresh process of it for each document. Runs inside the sandbox.

The parent preloads LibreOffice through LibreOfficeKit (`lok_preinit`), opens a small document of each kind so that
fonts, filters and configuration are in memory, and then only forks: each document is converted in a child that never
handled another, can start none, and exits afterwards. The structures are those of LibreOfficeKit.h (LibreOffice, MPL-2.0); the design
is that of Collabora Online's forkit.

One order a line on the input: {"id", "folder", "source", "import", "target", "options", "first", "paper",
"seconds", "memory_bytes", "file_bytes"}; or {"cancel": id}. `import` are options of the import filter. `first` is nothing, or the target and the options for the first page
alone, which is then written before the rest of a document that takes long. `paper` is nothing, or for a workbook how large
and how many pages may be, the options for sheets that go over several, and the sizes of its sheets if they are known (see
workbook.py). One answer a line on the output: {"ready": true, ...} when preloaded, then for each order {"id",
"outcome", "kind", "resident"} in the order of their ends; both say how much memory the parent takes.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import selectors
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import alone, landlock, workbook
from .samples import SAMPLES
from .settling import resident_bytes, settle, threads_of_this_process

JOBS = Path("/jobs")
PROFILE = Path("/tmp/profile")  # noqa: S108 (the sandbox's own empty /tmp)
SCRATCH = Path("/tmp/samples")  # noqa: S108 (the same)
ANSWERS = 9  # the descriptor answers are written to
KINDS = {0: "writer", 1: "calc", 2: "impress", 3: "draw"}  # LibreOfficeKitDocumentType

WATCH_SECONDS = 0.25
# The first page is worth an export of its own where the rest takes long: of a file so large, or so slow to load.
LARGE_BYTES = 256 * 1024
SLOW_SECONDS = 0.4
STUCK_SECONDS = 4.0

# Exit codes of a child.
CONVERTED, NOT_LOADED, NOT_SAVED, NOT_CONFINED, CRASHED = 0, 3, 4, 5, 6
_KIND_SHIFT = 4
_OUTCOMES = {
    CONVERTED: "converted",
    NOT_LOADED: "not_loaded",
    NOT_SAVED: "not_saved",
    NOT_CONFINED: "not_confined",
    CRASHED: "crashed",
}

# Places in the tables of functions of LibreOfficeKit.h; place 0 is the table's size.
_LOAD_WITH_OPTIONS = 4
_DESTROY, _SAVE_AS, _GET_TYPE = 1, 2, 3
_POINTER, _TEXT = ctypes.c_void_p, ctypes.c_char_p


class Office:
    """LibreOffice in this process."""

    def __init__(self, program: Path) -> None:
        library = ctypes.CDLL(str(program / "libmergedlo.so"), mode=ctypes.RTLD_GLOBAL)
        self._program = os.fsencode(program)
        self._profile = f"file://{PROFILE}".encode()
        preinit = library.lok_preinit
        preinit.argtypes, preinit.restype = [ctypes.c_char_p, ctypes.c_char_p], ctypes.c_int
        hook = library.libreofficekit_hook_2
        hook.argtypes, hook.restype = [ctypes.c_char_p, ctypes.c_char_p], ctypes.c_void_p
        if preinit(self._program, self._profile) != 0:
            raise RuntimeError("LibreOffice cannot be preloaded")
        self._office = hook(self._program, self._profile)
        if not self._office:
            raise RuntimeError("LibreOffice cannot be started")

    def load(self, source: Path, options: str = "") -> int | None:
        """Open a document, with options of its import filter; None when LibreOffice cannot read it."""
        load = _method(self._office, _LOAD_WITH_OPTIONS, _POINTER, _POINTER, _TEXT, _TEXT)
        # Without Batch=true a damaged file waits for an answer to a dialog that nobody sees.
        document: int | None = load(
            self._office, _address(source), ",".join(filter(None, (options, "Batch=true"))).encode()
        )
        return document

    def convert(
        self,
        source: Path,
        reading: str,
        target: Path,
        options: str,
        first: tuple[Path, str] | None,
        needs: dict[str, Any] | None,
    ) -> tuple[int, int]:
        """Write the document `source` in the format that the ending of `target` names.

        It is read with the options `reading`. Before it comes the first page alone if that is wanted and worth it. A
        workbook gets the paper it `needs`, where a sheet is too large for a single page, and then the options for that.
        Returns an exit code of a child and the kind of document.
        """
        started = time.monotonic()
        document = self.load(source, reading)
        if document is None:
            return NOT_LOADED, 0
        kind = _method(document, _GET_TYPE, ctypes.c_int, _POINTER)(document)
        takes_long = source.stat().st_size >= LARGE_BYTES or time.monotonic() - started >= SLOW_SECONDS
        if KINDS.get(kind) == "calc":
            takes_long = False
            if needs and (needs["sizes"] or workbook.is_bulky(source)):
                paged = needs.pop("options")
                document, takes_long = self.on_paper(document, target.parent, needs)
                options = paged if takes_long else options
            document = document or self.load(source, reading)
            if document is None:
                return NOT_LOADED, kind
        if first is not None and takes_long:
            early, only_first = first
            half_done = early.with_suffix(".part")
            if save(document, half_done, "pdf", only_first):
                half_done.replace(early)  # whoever looks for it finds it complete
        return (CONVERTED if save(document, target, target.suffix[1:], options) else NOT_SAVED), kind

    def on_paper(self, document: int, folder: Path, needs: dict[str, Any]) -> tuple[int | None, bool]:
        """The open workbook on the paper its sheets need, and whether that is paper for large sheets.

        As it is when each sheet stands on a page of its own, or it cannot be put on other paper. None when it was
        closed and the other cannot be opened. What is shown of it is left in paper.json.
        """
        saved, changed = folder / "saved.ods", folder / "changed.ods"
        try:
            paged = save(document, saved, "ods", "") and workbook.repaper(saved, changed, **needs)
        except Exception as error:  # whatever is wrong with it, its own pages are better than none
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            return document, False
        finally:
            saved.unlink(missing_ok=True)
        if not paged:
            return document, False
        if paged.is_written:
            _method(document, _DESTROY, None, _POINTER)(document)
            if (again := self.load(changed)) is None:
                return None, False
            document = again
        workbook.note(paged, folder)
        return document, True

    def prime(self, folder: Path) -> None:
        """Open and export a small document of each format, so that children find what that loads in memory."""
        for flat, (content, formats) in SAMPLES.items():
            sample = folder / flat
            sample.write_text(content, encoding="utf-8")
            if (first := self.load(sample)) is None:
                continue
            copies = [folder / f"sample.{ending}" for ending in formats]
            for copy in copies:
                save(first, copy, copy.suffix[1:], "{}")
            for document in (first, *map(self.load, copies)):
                if document is not None:
                    save(document, folder / "sample.pdf", "pdf", "{}")
                    _method(document, _DESTROY, None, _POINTER)(document)


def save(document: int, target: Path, ending: str, options: str) -> bool:
    """Write an open document in the format that `ending` names."""
    write = _method(document, _SAVE_AS, ctypes.c_int, _POINTER, _TEXT, _TEXT, _TEXT)
    return bool(write(document, _address(target), ending.encode(), options.encode()))


def _address(path: Path) -> bytes:
    return path.as_uri().encode()


def _method(thing: int, place: int, result: Any, *arguments: Any) -> Any:
    """The function at `place` in the table that the object `thing` begins with."""
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.c_void_p))[0]
    function = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))[place]
    return ctypes.CFUNCTYPE(result, *arguments)(function)


@dataclass
class Job:
    """A child at work."""

    id: int
    pid: int
    pidfd: int
    told: int
    """The pipe in which the child says by one byte how it came out, before it takes its time to exit."""
    ends: float
    outcome: str = ""
    has_answer: bool = False
    ticks: int = -1
    idle_since: float = 0.0

    def is_stuck(self, now: float) -> bool:
        """Whether the child has slept for long without using the processor.

        A fork copies locks as they are: one that another thread of the parent held at that moment is never
        released in the child. Nothing here waits for a network or a person, so who sleeps that long waits for ever.
        """
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return False
        ticks = int(fields[11]) + int(fields[12])
        if ticks != self.ticks or fields[0] != "S":
            self.ticks, self.idle_since = ticks, now
        return now - self.idle_since > STUCK_SECONDS


class Server:
    """Takes orders, forks children, ends those whose time is over, and says how each came out."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.jobs: dict[int, Job] = {}
        self.selector = selectors.DefaultSelector()
        self.buffered = b""

    def run(self) -> None:
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ, None)
        while True:
            timeout = WATCH_SECONDS if self.jobs else None
            for key, _ in self.selector.select(timeout):
                if key.data is None:
                    if not self.read_orders():
                        self.end_all()
                        return
                elif job := self.jobs.get(key.data):
                    if key.fd == job.pidfd:
                        self.reap(job)
                    else:
                        self.hear(job)
            now = time.monotonic()
            for job in [job for job in self.jobs.values() if not job.outcome and not job.has_answer]:
                if job.ends <= now:
                    self.end(job, "timed_out")
                elif job.is_stuck(now):
                    self.end(job, "stuck")

    def read_orders(self) -> bool:
        received = os.read(sys.stdin.fileno(), 65_536)
        if not received:
            return False
        *lines, self.buffered = (self.buffered + received).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "cancel" not in order:
                self.start(order)
            elif job := self.jobs.get(order["cancel"]):
                self.end(job, "cancelled")
        return True

    def start(self, order: dict[str, Any]) -> None:
        told, telling = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = NOT_CONFINED
            try:
                for descriptor in (told, *(job.told for job in self.jobs.values())):
                    os.close(descriptor)  # what another child says is not for this one
                folder = confined(order)
                code = CRASHED  # from here on whatever goes wrong is the document's doing
                code = child(self.office, folder, order)
                os.write(telling, bytes([code]))
            finally:
                os._exit(code)
        os.close(telling)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)  # in both, so that neither has to wait for the other
        pidfd = os.pidfd_open(pid)
        self.jobs[order["id"]] = Job(order["id"], pid, pidfd, told, time.monotonic() + order["seconds"])
        for descriptor in (pidfd, told):
            self.selector.register(descriptor, selectors.EVENT_READ, order["id"])

    def hear(self, job: Job) -> None:
        """Pass on what a child said of itself; nothing when it ended without a word, as `reap` then finds."""
        self.selector.unregister(job.told)
        said = os.read(job.told, 1)
        if said and not job.outcome:
            self.answer(job, *_read_code(said[0]))
            self.end(job, "answered")

    def end(self, job: Job, outcome: str) -> None:
        job.outcome = outcome
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(job.pid, signal.SIGKILL)

    def end_all(self) -> None:
        for job in self.jobs.values():
            self.end(job, "cancelled")

    def reap(self, job: Job) -> None:
        _, status = os.waitpid(job.pid, 0)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(job.pid, signal.SIGKILL)  # whatever the child started
        for descriptor in (job.pidfd, job.told):
            with contextlib.suppress(KeyError):  # it said something before
                self.selector.unregister(descriptor)
            os.close(descriptor)
        del self.jobs[job.id]
        if job.has_answer:
            return
        if job.outcome:
            self.answer(job, job.outcome)
        elif os.WIFEXITED(status):
            self.answer(job, *_read_code(os.WEXITSTATUS(status)))
        else:
            self.answer(job, f"killed by signal {os.WTERMSIG(status)}")

    @staticmethod
    def answer(job: Job, outcome: str, kind: str = "") -> None:
        job.has_answer = True
        say(id=job.id, outcome=outcome, kind=kind, resident=resident_bytes())


def _read_code(code: int) -> tuple[str, str]:
    """The outcome and the kind of document that an exit code of a child stands for."""
    outcome = _OUTCOMES.get(code & (1 << _KIND_SHIFT) - 1, "crashed")
    return outcome, KINDS.get(code >> _KIND_SHIFT, "")


def confined(order: dict[str, Any]) -> Path:
    """Confine this process to the folder of its job, before it reads a byte of the document; returns the folder."""
    os.setpgid(0, 0)
    folder: Path = JOBS / order["folder"]
    os.chdir(folder)
    words = os.open(folder / "office.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for descriptor in (0, 1, 2, ANSWERS):
        os.dup2(words, descriptor)
    for name, bound in (
        (resource.RLIMIT_AS, order["memory_bytes"]),
        (resource.RLIMIT_CPU, int(order["seconds"]) + 5),
        (resource.RLIMIT_FSIZE, order["file_bytes"]),
    ):
        resource.setrlimit(name, (bound, bound))
    landlock.confine(readable=[path for path in Path("/").iterdir() if path != JOBS], writable=[folder])
    alone.stay(threads=True)
    return folder


def child(office: Office, folder: Path, order: dict[str, Any]) -> int:
    """Convert one document and return the exit code."""
    first = order["first"] and (folder / order["first"]["target"], order["first"]["options"])
    source, target = folder / order["source"], folder / order["target"]
    code, kind = office.convert(source, order["import"], target, order["options"], first, order["paper"])
    return code | kind << _KIND_SHIFT


def say(**message: Any) -> None:
    os.write(ANSWERS, json.dumps(message).encode() + b"\n")


def main(program: str, profile: str) -> int:
    # LibreOffice writes to its output while it loads; answers go to a descriptor of their own.
    os.dup2(1, ANSWERS)
    os.dup2(2, 1)
    # LibreOffice looks for signatures with every gpg it finds on the path.
    os.environ["PATH"] = "/nonexistent"
    # It remembers the folder for temporary files when it is preloaded; this one is another in each process.
    os.environ["TMPDIR"] = os.environ["HOME"] = "/proc/self/cwd"
    shutil.copytree(profile, PROFILE)
    SCRATCH.mkdir()
    os.chdir(SCRATCH)
    started = time.monotonic()
    office = Office(Path(program))
    threads = threads_of_this_process()
    office.prime(SCRATCH)
    settle(threads)
    confines = landlock.version() > 0 and alone.program(threads=True) is not None
    seconds = round(time.monotonic() - started, 3)
    say(ready=True, seconds=seconds, confines=confines, resident=resident_bytes())
    Server(office).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
