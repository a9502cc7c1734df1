"""The only way the engine starts a program on untrusted bytes: bubblewrap, without network, with one writable folder.

Inside there is /usr and Python, read-only; an empty /tmp and home; the job's folder at /job; no network,
no other process, no environment but the one given, no capability. Memory, processor time, file size and the number of
processes are bounded, and whoever starts a child kills its whole process group.

Two ways into the sandbox are tried until one works:

* plain bubblewrap with a user namespace (an ordinary user, or root);
* inside a plain chroot as root, where the kernel refuses user namespaces and `pivot_root` needs the root to be a mount
  point: the root is bound over /proc in a mount namespace of its own, which becomes the new root. /proc is used
  because it is the one mount inside a chroot that can be made private first, so that nothing shows up on the host.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from .inside import alone
from .model import MIB, ConversionFailed, Status

logger = logging.getLogger(__name__)

UNSAFE_SWITCH = "WENLAN_UNSAFE_NO_SANDBOX"
JOB = "/job"
TOOLS = "/wenlan"
QUOTA_SECONDS = 1.0
"""How often somebody looks whether a program keeps within its quota."""
INSIDE = Path(__file__).parent / "inside"

_ALWAYS_UNSHARED = (
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
)
_CHROOT_SCRIPT = 'mount --make-rprivate /proc && mount --rbind / /proc && mount --make-rprivate /proc && exec chroot /proc "$@"'
_ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "libreoffice")
_PYTHON = ("bin", "lib", "lib64", "pyvenv.cfg")
_MAX_FILES = 20_000
_PROBE_SECONDS = 10.0
_PROBE_AGAIN_SECONDS = 30.0


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
class Bind:
    """A path of the machine that the sandbox may see at `target`; an empty folder there when `source` is None."""

    source: Path | None
    target: str
    writable: bool = False


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


_PROBE_CAPS = Caps(memory_bytes=64 * MIB, cpu_seconds=1, file_bytes=0)


@dataclass(frozen=True)
class Way:
    """A way into the sandbox that was seen to work: what stands before bwrap, and its namespace flags."""

    prefix: tuple[str, ...]
    namespaces: tuple[str, ...]


@dataclass(frozen=True)
class Probe:
    """What trying the sandbox told. `way` is None when there is none, then `problem` says why."""

    way: Way | None
    problem: str = ""


def _ways() -> Iterator[Way]:
    yield Way((), ("--unshare-user", *_ALWAYS_UNSHARED))
    if os.geteuid() == 0:
        yield Way((), _ALWAYS_UNSHARED)
        into_chroot = (
            "unshare",
            "--mount",
            "--propagation",
            "unchanged",
            "/bin/sh",
            "-c",
            _CHROOT_SCRIPT,
            "sh",
        )
        yield Way(into_chroot, _ALWAYS_UNSHARED)


_last_probe: tuple[float, Probe] | None = None


def probe() -> Probe:
    """Find a way into the sandbox that works here; takes a few milliseconds.

    What worked once is not tried again in this process. What did not may have been a busy machine, or is repaired
    while the process runs: it is tried again after half a minute.
    """
    global _last_probe
    if _last_probe is not None:
        tried_at, found = _last_probe
        if found.way is not None or time.monotonic() - tried_at < _PROBE_AGAIN_SECONDS:
            return found
    found = _try_ways()
    _last_probe = (time.monotonic(), found)
    return found


def _try_ways() -> Probe:
    if shutil.which("bwrap") is None:
        return Probe(None, "bubblewrap (bwrap) is not installed")
    if not Path("/proc/self/status").exists():
        return Probe(
            None, "/proc is not mounted: run `mount -t proc proc /proc` first (in a chroot, inside it)"
        )
    problems = []
    for way in _ways():
        try:
            problem = _try_way(way)
        except (OSError, subprocess.TimeoutExpired) as error:
            problems.append(str(error))
            continue
        if problem is None:
            return Probe(way)
        problems.append(problem)
    return Probe(None, "; ".join(dict.fromkeys(problem for problem in problems if problem)))


def _try_way(way: Way) -> str | None:
    """Start nothing in the sandbox. Returns what went wrong; raises TimeoutExpired, then nothing is left running."""
    with (
        _filter_file(_PROBE_CAPS) as filter_from,
        subprocess.Popen(  # noqa: S603 (a fixed command)
            _command(way, ["true"], binds=(), env={}, caps=None, filter_from=filter_from),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pass_fds=() if filter_from is None else (filter_from,),
        ) as tried,
    ):
        try:
            _, words = tried.communicate(timeout=_PROBE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(tried.pid, signal.SIGKILL)  # the child inside waits for its parent, which would be gone
            raise
    return None if tried.returncode == 0 else words.decode(errors="replace").strip()


def unsafe_allowed() -> bool:
    """Whether the operator's environment lets files be converted where no sandbox can be had."""
    return os.environ.get(UNSAFE_SWITCH, "").strip().lower() in {"1", "true", "yes", "on"}


def unsafe_without_sandbox() -> bool:
    """Whether files are converted without a sandbox: there is none here, and the operator wants it all the same."""
    return unsafe_allowed() and probe().way is None


def warn_when_unsafe() -> None:
    """Say loudly in the log that there is no sandbox; each program of the site does so at its start."""
    if unsafe_without_sandbox():
        logger.critical("%s=1: untrusted files are converted WITHOUT a sandbox", UNSAFE_SWITCH)


def require() -> Way | None:
    """The way into the sandbox; None where there is none and the operator wants to go on without, which is logged.

    Raises ConversionFailed (`no_sandbox`) when there is no sandbox and no such wish.
    """
    found = probe()
    if found.way is None and not unsafe_allowed():
        raise ConversionFailed(Status.FAILED, "no_sandbox", found.problem)
    warn_when_unsafe()
    return found.way


def _system_binds() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/") / name
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    for name in _ETC:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")
    yield from ("--ro-bind-try", "/var/lib/libreoffice", "/var/lib/libreoffice")


def _command(
    way: Way,
    argv: Sequence[str],
    *,
    binds: Sequence[Bind],
    env: dict[str, str],
    caps: Caps | None,
    filter_from: int | None = None,
) -> list[str]:
    command = [*way.prefix, shutil.which("bwrap") or "bwrap", *way.namespaces]
    if filter_from is not None:
        command += ["--seccomp", str(filter_from)]
    command += [
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--cap-drop",
        "ALL",
        "--hostname",
        "wenlan",
    ]
    command += [*_system_binds(), "--proc", "/proc", "--dev", "/dev"]
    for folder in ("/tmp", "/home/job", "/dev/shm"):  # noqa: S108 (inside the sandbox)
        command += ["--size", str(256 * MIB), "--tmpfs", folder]
    for bind in binds:
        if bind.source is None:
            command += ["--size", str(MIB), "--tmpfs", bind.target]
        else:
            command += ["--bind" if bind.writable else "--ro-bind", str(bind.source), bind.target]
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/home/job", "LANG": "C.UTF-8", "TZ": "UTC", **env}
    for key, value in environment.items():
        command += ["--setenv", key, value]
    # A root of the machine stays the owner of /proc/sys, user namespace or not: only a read-only mount stops it.
    command += ["--remount-ro", "/proc", "--remount-ro", "/", "--chdir", "/", "--"]
    return [*command, *(caps.command() if caps else []), *argv]


def python_binds() -> list[Bind]:
    """What the sandbox needs to run this Python and the engine's own tools.

    Of a prefix only what Python is made of: an environment may be the very folder that has the site's data in it.
    """
    prefixes = dict.fromkeys(Path(prefix).resolve() for prefix in (sys.base_prefix, sys.prefix))
    parts = [prefix / part for prefix in prefixes for part in _PYTHON if not prefix.is_relative_to("/usr")]
    binds = [Bind(part, str(part)) for part in parts if part.exists()]
    return [*binds, Bind(INSIDE, f"{TOOLS}/inside")]


def python_command(module: str, *arguments: str, package: str = "inside") -> list[str]:
    """The command that runs a tool of `inside/`, or of another folder of TOOLS, within the sandbox."""
    executable = Path(sys.prefix).resolve() / "bin" / "python"
    python = str(executable) if executable.exists() else sys.executable
    return [python, "-B", "-s", "-m", f"{package}.{module}", *arguments]


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
        """Kill the whole process group and wait for it. A second call does nothing."""
        if self._killed:
            return
        self._killed = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self.process.wait()

    def wait(self, deadline: Deadline, quota: Quota | None = None) -> int:
        """Wait for the end, then end whatever the program left running.

        Raises DeadlineExceeded, or ConversionFailed for more than the quota.
        """
        try:
            # subprocess would look at the clock twenty times a second; the kernel tells at once.
            descriptor = os.pidfd_open(self.process.pid)
            ended = select.poll()  # select(2) knows no descriptor above 1023
            ended.register(descriptor, select.POLLIN)
            try:
                while not ended.poll(min(QUOTA_SECONDS, deadline.remaining()) * 1000):
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
        return _place(text, self.places)


def _place(text: str, places: dict[str, str]) -> str:
    for target in sorted(places, key=len, reverse=True):
        if target in text:
            return text.replace(target, places[target])
    return text


def _places(binds: Sequence[Bind]) -> dict[str, str]:
    """Where the paths of the sandbox lie on the machine. Used only when there is no sandbox.

    Sources are linked into the job's folder, so that programs see them under the names they were promised.
    """
    places = {TOOLS: str(INSIDE.parent)} | {bind.target: str(bind.source) for bind in binds if bind.source}
    job = places.get(JOB)
    for bind in binds:
        if job is not None and bind.source is not None and bind.target.startswith("/source/"):
            link = Path(job) / bind.target.removeprefix("/")
            link.parent.mkdir(exist_ok=True)
            link.symlink_to(bind.source)
            places[bind.target] = str(link)
    return places


def _unconfined(argv: Sequence[str], places: dict[str, str], env: dict[str, str], caps: Caps) -> list[str]:
    """The command without a sandbox: paths are replaced, and the system's fonts are used."""
    settings = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "TZ": "UTC", **env}
    settings.pop("FONTCONFIG_FILE", None)
    assignments = [f"{key}={_place(value, places)}" for key, value in settings.items()]
    return ["env", "-i", *assignments, *caps.command(), *(_place(argument, places) for argument in argv)]


def spawn(
    argv: Sequence[str],
    *,
    binds: Sequence[Bind],
    caps: Caps,
    env: dict[str, str] | None = None,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
) -> Child:
    """Start a program in the sandbox, in a process group of its own.

    Raises ConversionFailed when there is no sandbox. What the program says is kept in files without a name, where it
    cannot put anything else in their place.
    """
    way = require()
    places = {} if way else _places(binds)
    with _filter_file(caps) as filter_from:
        if way is None:
            command = _unconfined(argv, places, env or {}, caps)
        else:
            command = _command(way, argv, binds=binds, env=env or {}, caps=caps, filter_from=filter_from)
        errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the child it is given to)
        try:
            process = subprocess.Popen(  # noqa: S603 (the command is built here, without a shell)
                command,
                stdin=stdin,
                stdout=stdout,
                stderr=errors,
                start_new_session=True,
                pass_fds=() if filter_from is None else (filter_from,),
            )
        except OSError as error:
            errors.close()
            raise ConversionFailed(Status.FAILED, "no_sandbox", str(error)) from error
    return Child(process, errors, places)


@contextlib.contextmanager
def _filter_file(caps: Caps) -> Iterator[int | None]:
    """A file to read the filter of system calls from; None when there is to be none."""
    code = caps.filter()
    if code is None:
        yield None
        return
    descriptor = os.memfd_create("filter")
    try:
        os.write(descriptor, code)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)
