"""What a program in the sandbox can and cannot do."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.descriptors import many_open
from tests.processes import descendants, is_running
from wenlan.conversion.engine import Limits, Status, convert, doctor, sandbox
from wenlan.conversion.engine.bounds import Caps, Deadline, DeadlineExceeded, Quota
from wenlan.conversion.engine.layouter import ForkServerLayouter
from wenlan.conversion.engine.model import MIB, ConversionFailed
from wenlan.conversion.engine.outbox import Outbox
from wenlan.conversion.engine.sandbox import JOB, Bind

from .conftest import make_docx, make_pdf

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine")]

CAPS = Caps(memory_bytes=2048 * MIB, cpu_seconds=20, file_bytes=MIB)


def run(job: Path, code: str, caps: Caps = CAPS) -> tuple[int, str]:
    """Run Python code in the sandbox with `job` as the writable folder."""
    python = sandbox.python_command("probe")[0]
    with sandbox.spawn(
        [python, "-c", code],
        binds=[*sandbox.python_binds(), Bind(job, JOB, writable=True)],
        caps=caps,
        env={"PYTHONPATH": sandbox.TOOLS},
    ) as child:
        return child.wait(Deadline(20)), child.last_words()


def processes_left(mark: str, *, seconds: float = 5) -> list[int]:
    """Processes that still mention `mark` after a moment: the kernel ends a namespace in its own time."""
    ends = time.monotonic() + seconds
    while (found := processes_mentioning(mark)) and time.monotonic() < ends:
        time.sleep(0.02)
    return found


def processes_mentioning(mark: str) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if mark.encode() in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_it_reaches_no_network_not_even_this_machine(tmp_path: Path, listener: int) -> None:
    probe = f"import socket; socket.create_connection(('127.0.0.1', {listener}), timeout=3)"
    socket.create_connection(("127.0.0.1", listener), timeout=3).close()
    code, words = run(tmp_path, probe)
    assert code != 0
    assert "refused" in words or "unreachable" in words


def test_it_sees_no_folder_but_its_own(tmp_path: Path) -> None:
    job, other = tmp_path / "job", tmp_path / "other"
    job.mkdir()
    other.mkdir()
    (other / "secret.txt").write_text("secret")
    code, words = run(job, f"open({str(other / 'secret.txt')!r})")
    assert code != 0
    assert "FileNotFoundError" in words
    for place in (Path(__file__), Path.home() / ".ssh", Path("/etc/passwd"), Path("/var/log"), tmp_path):
        code, words = run(job, f"import os; assert not os.path.exists({str(place)!r})")
        assert code == 0, (place, words)


def test_it_sees_no_data_that_lies_in_the_folder_of_the_python_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("bin", "lib", "data"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    seen = [bind.source for bind in sandbox.python_binds() if bind.source]
    assert tmp_path / "lib" in seen
    assert not any((tmp_path / "data").is_relative_to(path) for path in seen)


def test_it_writes_nowhere_but_into_its_own_folder(tmp_path: Path) -> None:
    assert run(tmp_path, f"open('{JOB}/fine', 'w').write('x')")[0] == 0
    assert (tmp_path / "fine").read_text() == "x"
    for place in ("/x", "/usr/x", "/etc/x", "/wenlan/inside/x", "/proc/self/oom_score_adj"):
        code, words = run(tmp_path, f"open({place!r}, 'w').write('x')")
        assert code != 0, place
        assert "Error" in words


def test_it_cannot_change_the_kernel_even_for_root(tmp_path: Path) -> None:
    probe = "import os; assert os.statvfs('/proc').f_flag & os.ST_RDONLY; os.open('/proc/sys/kernel/acct', os.O_WRONLY)"
    code, words = run(tmp_path, probe)
    assert code != 0
    assert "Read-only file system" in words or "Permission denied" in words


def test_it_inherits_no_environment_and_no_capability(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENLAN_SECRET_KEY", "top secret")
    code, words = run(
        tmp_path,
        "import os, sys; print(os.environ, [l for l in open('/proc/self/status') if 'CapEff' in l], file=sys.stderr)",
    )
    assert code == 0
    assert "top secret" not in words
    assert "CapEff:\\t0000000000000000" in words


def test_it_sees_no_process_of_the_machine(tmp_path: Path) -> None:
    code, words = run(
        tmp_path,
        f"import os; assert len([p for p in os.listdir('/proc') if p.isdigit()]) < 6; os.kill({os.getpid()}, 0)",
    )
    assert code != 0
    assert "ProcessLookupError" in words


def test_its_memory_and_its_files_are_bounded(tmp_path: Path) -> None:
    code, words = run(tmp_path, f"bytearray({4096 * MIB})")
    assert code != 0
    assert "MemoryError" in words
    assert run(tmp_path, f"open('{JOB}/big', 'wb').write(bytes({2 * MIB}))")[0] != 0
    assert (tmp_path / "big").stat().st_size <= MIB


@pytest.mark.parametrize(
    "begin", ["os.fork()", "os.posix_spawn('/bin/true', ['true'], {})", "Thread(target=id).start()"]
)
def test_it_starts_no_process_even_for_root(tmp_path: Path, begin: str) -> None:
    code, words = run(tmp_path, f"import os; from threading import Thread; {begin}")
    assert code != 0
    assert "not permitted" in words or "can't start new thread" in words


def test_what_may_start_threads_starts_no_process(tmp_path: Path) -> None:
    probe = "import os; from threading import Thread; Thread(target=id, args=(1,)).start(); os.fork()"
    code, words = run(tmp_path, probe, replace(CAPS, threads=True))
    assert code != 0
    assert "Operation not permitted" in words
    assert "Thread" not in words.splitlines()[-1]


def test_a_process_that_draws_pages_starts_no_other(tmp_path: Path) -> None:
    probe = """
import os
from inside import render
def grow():
    while True:
        os.fork()
print("ended with", os.waitpid(render.fork(grow), 0)[1], file=__import__("sys").stderr)
"""
    code, words = run(tmp_path, probe, replace(CAPS, forks=True))
    assert code == 0
    assert "PermissionError" in words
    assert "ended with 256" in words


def test_a_process_that_gave_up_the_others_neither_ends_nor_bounds_one(tmp_path: Path) -> None:
    probe = """
import os, resource, signal, time
from inside import alone
victim = os.fork()
if victim == 0:
    time.sleep(30)
attacker = os.fork()
if attacker == 0:
    os.setpgid(0, 0)
    alone.stay(threads=False)
    for attempt in (
        lambda: os.kill(victim, signal.SIGKILL),
        lambda: os.kill(os.getppid(), signal.SIGKILL),
        lambda: os.kill(-1, signal.SIGKILL),
        lambda: signal.pidfd_send_signal(os.pidfd_open(victim), signal.SIGKILL),
        lambda: resource.prlimit(victim, resource.RLIMIT_CPU, (1, 1)),
    ):
        try:
            attempt()
        except PermissionError:
            continue
        os._exit(7)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.kill(os.getpid(), signal.SIGTERM)
status = os.waitpid(attacker, 0)[1]
assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGTERM, status
assert os.waitpid(victim, os.WNOHANG) == (0, 0)
os.kill(victim, signal.SIGKILL)
"""
    assert run(tmp_path, probe, replace(CAPS, forks=True)) == (0, "")


def test_what_it_writes_is_bounded_all_together(tmp_path: Path) -> None:
    mark = f"quota-{os.getpid()}"
    probe = f"import itertools, time\nfor n in itertools.count(): open(f'{JOB}/{{n}}', 'wb').write(bytes({MIB})); time.sleep(0.05) #{mark}"
    with sandbox.spawn(
        [sandbox.python_command("probe")[0], "-c", probe],
        binds=[*sandbox.python_binds(), Bind(tmp_path, JOB, writable=True)],
        caps=CAPS,
    ) as child:
        with pytest.raises(ConversionFailed) as stopped:
            child.wait(Deadline(20), Quota(tmp_path, 4 * MIB))
        assert stopped.value.status is Status.TOO_LARGE
    assert processes_left(mark) == []


def test_the_deadline_kills_everything_that_was_started(tmp_path: Path) -> None:
    mark = f"61.{os.getpid()}"
    with sandbox.spawn(
        ["sh", "-c", f"sleep {mark} & setsid sleep {mark} & sleep {mark}"],
        binds=[Bind(tmp_path, JOB, writable=True)],
        caps=replace(CAPS, forks=True),
    ) as child:
        began = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            child.wait(Deadline(0.7))
    assert time.monotonic() - began < 5
    _wait_until_gone(mark)


def test_a_process_with_many_files_open_waits_for_the_end_as_well(tmp_path: Path) -> None:
    with many_open():
        assert run(tmp_path, "raise SystemExit(7)")[0] == 7


def _wait_until_gone(mark: str) -> None:
    assert processes_left(mark) == []


def test_without_a_sandbox_nothing_is_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_pdf(tmp_path / "a.pdf")
    monkeypatch.setattr(sandbox, "probe", lambda: sandbox.Probe(None, "no namespaces here"))
    monkeypatch.delenv(sandbox.UNSAFE_SWITCH, raising=False)
    result = convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out")
    assert (result.status, result.error) == (Status.FAILED, "no_sandbox")
    assert not (tmp_path / "out" / "document.pdf").exists()


def test_an_operator_can_insist_on_running_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_pdf(tmp_path / "a.pdf")
    monkeypatch.setattr(sandbox, "probe", lambda: sandbox.Probe(None, "no namespaces here"))
    monkeypatch.setenv(sandbox.UNSAFE_SWITCH, "1")
    make_docx(tmp_path / "a.docx")
    for name in ("a.pdf", "a.docx"):
        layouter = ForkServerLayouter()
        result = convert(tmp_path / name, name=name, out=tmp_path / "out", layouter=layouter)
        assert (result.status, result.detail, result.pages) == (Status.OK, None, 2)
    assert not Path("/jobs").exists()
    assert "WITHOUT a sandbox" in caplog.text


def test_a_sandbox_that_works_is_used_whatever_the_switch_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listener: int
) -> None:
    monkeypatch.setenv(sandbox.UNSAFE_SWITCH, "1")
    code, words = run(tmp_path, f"import socket; socket.create_connection(('127.0.0.1', {listener}))")
    assert code != 0
    assert "refused" in words or "unreachable" in words
    assert [problem.code for problem in doctor()] == ["needless_switch"]


@pytest.mark.parametrize("word", ["", "0", "no", "perhaps"])
def test_only_a_clear_word_lets_files_be_opened_without_a_sandbox(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "probe", lambda: sandbox.Probe(None, "no namespaces here"))
    monkeypatch.setenv(sandbox.UNSAFE_SWITCH, word)
    with pytest.raises(ConversionFailed, match="no_sandbox"):
        sandbox.require()


def test_a_sandbox_that_was_missing_is_found_once_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_last_probe", None)
    monkeypatch.setattr(sandbox, "_PROBE_AGAIN_SECONDS", 0.0)
    with monkeypatch.context() as busy:
        busy.setattr(sandbox, "_PROBE_SECONDS", 0.0)
        assert sandbox.probe().way is None
    assert sandbox.probe().way is not None


def test_a_conversion_that_does_not_begin_keeps_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_pdf(tmp_path / "a.pdf")
    monkeypatch.setattr(sandbox, "probe", lambda: sandbox.Probe(None, "no namespaces here"))
    monkeypatch.delenv(sandbox.UNSAFE_SWITCH, raising=False)
    convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_deadline_in_a_thread_is_kept_too(tmp_path: Path) -> None:
    make_pdf(tmp_path / "a.pdf")
    statuses = []

    def work() -> None:
        limits = Limits(deadline_seconds=0.02)
        statuses.append(convert(tmp_path / "a.pdf", name="a.pdf", out=tmp_path / "out", limits=limits).status)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert statuses == [Status.TIMED_OUT]


def test_output_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"%PDF-secret")
    box = tmp_path / "box"
    box.mkdir()
    (box / "document.pdf").symlink_to(tmp_path / "secret")
    outbox = Outbox(box)
    with pytest.raises(ConversionFailed):
        outbox.take("document.pdf", tmp_path / "taken", (b"%PDF-", None), MIB)
    with pytest.raises(ConversionFailed):
        outbox.read("document.pdf", MIB)
    outbox.close()
    assert not (tmp_path / "taken").exists()


def test_output_that_becomes_a_link_while_it_is_taken_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"%PDF-secret")
    secret.chmod(0o600)
    box = tmp_path / "box"
    box.mkdir()
    (box / "document.pdf").write_bytes(b"%PDF-harmless")
    look = os.fstat

    def swap(descriptor: int) -> os.stat_result:
        (box / "document.pdf").unlink(missing_ok=True)
        (box / "document.pdf").symlink_to(secret)
        return look(descriptor)

    monkeypatch.setattr(os, "fstat", swap)
    with Outbox(box) as outbox:
        outbox.take("document.pdf", tmp_path / "taken", (b"%PDF-", None), MIB)
    assert not (tmp_path / "taken").is_symlink()
    assert (tmp_path / "taken").read_bytes() == b"%PDF-harmless"
    assert secret.stat().st_mode & 0o777 == 0o600


def test_what_was_taken_cannot_be_changed_any_more(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.mkdir()
    (box / "document.pdf").write_bytes(b"%PDF-harmless")
    with (box / "document.pdf").open("r+b") as kept, Outbox(box) as outbox:
        outbox.take("document.pdf", tmp_path / "taken", (b"%PDF-", None), MIB)
        kept.write(b"<script>")
    assert (tmp_path / "taken").read_bytes() == b"%PDF-harmless"
    assert list(box.iterdir()) == []


def test_nothing_that_was_killed_goes_on_for_a_moment(tmp_path: Path) -> None:
    """Whoever has ended a program empties its folder next, and finds nobody there who still writes."""
    before = descendants()
    program = "import pathlib, time\nwhile True: pathlib.Path('/job/x').write_text('x'); time.sleep(0)"
    child = sandbox.spawn(
        [*sandbox.python_command("x")[:-2], "-c", program],
        binds=[*sandbox.python_binds(), Bind(tmp_path, JOB, writable=True)],
        caps=Caps(1 << 32, 20, 1 << 20),
    )
    while not (tmp_path / "x").exists():
        assert child.process.poll() is None, child.last_words()
    started = descendants() - before
    assert len(started) > 1
    child.kill()
    assert [pid for pid in started if is_running(pid)] == []
