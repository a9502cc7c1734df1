"""The only way the engine starts a program on untrusted bytes: bubblewrap, without network, with one writable folder.

Inside there is /usr and the Python prefix, read-only; an empty /tmp and home; the job's folder at /job; no network,
no other process, no environment but the one given, no capability. Memory, processor time, file size and the number of
processes are bounded, and whoever starts a child kills its whole process group.

Two ways into the sandbox are tried once per process:

* plain bubblewrap with a user namespace (an ordinary user, or root);
* inside a plain chroot as root, where the kernel refuses user namespaces and `pivot_root` needs the root to be a mount
  point: the root is bound over /proc in a mount namespace of its own, which becomes the new root. /proc is used
  because it is the one mount inside a chroot that can be made private first, so that nothing shows up on the host.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from .model import MIB, ConversionFailed, Status

logger = logging.getLogger(__name__)

UNSAFE_SWITCH = "WENLAN_UNSAFE_NO_SANDBOX"
JOB = "/job"
TOOLS = "/wenlan"
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
_PROBE_SECONDS = 10.0


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


@dataclass(frozen=True)
class Bind:
    """A path of the machine that the sandbox may see at `target`."""

    source: Path
    target: str
    writable: bool = False


@dataclass(frozen=True)
class Caps:
    """Bounds on each process in the sandbox."""

    memory_bytes: int
    cpu_seconds: int
    file_bytes: int
    processes: int = 256

    def command(self) -> list[str]:
        return [
            "prlimit",
            f"--as={self.memory_bytes}",
            f"--cpu={self.cpu_seconds}",
            f"--fsize={self.file_bytes}",
            f"--nproc={self.processes}",
            "--core=0",
        ]


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


@functools.cache
def probe() -> Probe:
    """Find a way into the sandbox that works here. Tried once per process; takes a few milliseconds."""
    if shutil.which("bwrap") is None:
        return Probe(None, "bubblewrap (bwrap) is not installed")
    if not Path("/proc/self/status").exists():
        return Probe(
            None, "/proc is not mounted: run `mount -t proc proc /proc` first (in a chroot, inside it)"
        )
    problems = []
    for way in _ways():
        try:
            tried = subprocess.run(  # noqa: S603 (a fixed command)
                _command(way, ["true"], binds=(), env={}, caps=None),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PROBE_SECONDS,
                check=False,
                start_new_session=True,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            problems.append(str(error))
            continue
        if tried.returncode == 0:
            return Probe(way)
        problems.append(tried.stderr.decode(errors="replace").strip())
    return Probe(None, "; ".join(dict.fromkeys(problem for problem in problems if problem)))


def unsafe_without_sandbox() -> bool:
    """True when the operator switched the sandbox off by the environment."""
    return os.environ.get(UNSAFE_SWITCH) == "1"


def require() -> Way | None:
    """The way into the sandbox; None when the operator runs without one.

    Raises ConversionFailed (`no_sandbox`) when there is no sandbox and no such wish.
    """
    if unsafe_without_sandbox():
        logger.critical("%s=1: untrusted files are converted WITHOUT a sandbox", UNSAFE_SWITCH)
        return None
    found = probe()
    if found.way is None:
        raise ConversionFailed(Status.FAILED, "no_sandbox", found.problem)
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
    way: Way, argv: Sequence[str], *, binds: Sequence[Bind], env: dict[str, str], caps: Caps | None
) -> list[str]:
    command = [*way.prefix, shutil.which("bwrap") or "bwrap", *way.namespaces]
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
        command += ["--bind" if bind.writable else "--ro-bind", str(bind.source), bind.target]
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/home/job", "LANG": "C.UTF-8", "TZ": "UTC", **env}
    for key, value in environment.items():
        command += ["--setenv", key, value]
    command += ["--chdir", "/", "--"]
    return [*command, *(caps.command() if caps else []), *argv]


def python_binds() -> list[Bind]:
    """What the sandbox needs to run this Python and the engine's own tools."""
    prefixes = dict.fromkeys(Path(prefix).resolve() for prefix in (sys.base_prefix, sys.prefix))
    binds = [Bind(prefix, str(prefix)) for prefix in prefixes if not prefix.is_relative_to("/usr")]
    return [*binds, Bind(INSIDE, f"{TOOLS}/inside")]


def python_command(module: str, *arguments: str) -> list[str]:
    """The command that runs a tool of `inside/` within the sandbox."""
    executable = Path(sys.prefix).resolve() / "bin" / "python"
    python = str(executable) if executable.exists() else sys.executable
    return [python, "-B", "-s", "-m", f"inside.{module}", *arguments]


@dataclass
class Child:
    """A program in the sandbox. As a context manager it leaves no process behind."""

    process: subprocess.Popen[bytes]
    log: Path | None = None
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

    def wait(self, deadline: Deadline) -> int:
        """Wait for the end. Raises DeadlineExceeded, with the group killed."""
        try:
            return self.process.wait(timeout=deadline.remaining())
        except (subprocess.TimeoutExpired, DeadlineExceeded):
            self.kill()
            raise DeadlineExceeded from None

    def last_words(self, limit: int = 2000) -> str:
        """The end of what the program wrote to its error stream."""
        if self.log is None or not self.log.is_file():
            return ""
        with self.log.open("rb") as stream:
            stream.seek(max(0, self.log.stat().st_size - limit))
            return stream.read(limit).decode(errors="replace").strip()


def _unconfined(argv: Sequence[str], binds: Sequence[Bind], env: dict[str, str], caps: Caps) -> list[str]:
    """The command without a sandbox: the paths of the sandbox are replaced by those of the machine."""
    places = sorted(((bind.target, str(bind.source)) for bind in binds), key=lambda pair: -len(pair[0]))

    def place(text: str) -> str:
        for target, source in places:
            if target.startswith((JOB, TOOLS)):
                text = text.replace(target, source)
        return text

    settings = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "TZ": "UTC", **env}
    assignments = [f"{key}={place(value)}" for key, value in settings.items()]
    return ["env", "-i", *assignments, *caps.command(), *(place(argument) for argument in argv)]


def spawn(
    argv: Sequence[str],
    *,
    binds: Sequence[Bind],
    caps: Caps,
    env: dict[str, str] | None = None,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
    log: Path | None = None,
) -> Child:
    """Start a program in the sandbox, in a process group of its own.

    Its error stream goes to the file `log`. Raises ConversionFailed when there is no sandbox.
    """
    way = require()
    if way is None:
        command = _unconfined(argv, binds, env or {}, caps)
    else:
        command = _command(way, argv, binds=binds, env=env or {}, caps=caps)
    with contextlib.ExitStack() as stack:
        errors = stack.enter_context(log.open("wb")) if log else subprocess.DEVNULL
        try:
            process = subprocess.Popen(  # noqa: S603 (the command is built here, without a shell)
                command, stdin=stdin, stdout=stdout, stderr=errors, start_new_session=True, close_fds=True
            )
        except OSError as error:
            raise ConversionFailed(Status.FAILED, "no_sandbox", str(error)) from error
    return Child(process, log)
