"""One preloaded LibreOffice, a fresh child for each document: what happens to one changes nothing for the others."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from wenlan.conversion.engine import Limits, Status, caches, doctor, office, office_server
from wenlan.conversion.engine.bounds import Caps, Deadline
from wenlan.conversion.engine.jobs import JobsFolder
from wenlan.conversion.engine.layouter import ForkServerLayouter
from wenlan.conversion.engine.model import MIB, ConversionFailed
from wenlan.conversion.engine.office import Layout, LayoutJob
from wenlan.conversion.engine.sandbox import Bind, python_binds, python_command, spawn

pytestmark = pytest.mark.engine

FLAT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"'
    ' office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>{}</office:text>'
    "</office:body></office:document>"
)


@pytest.fixture(autouse=True)
def nobody_at_work(layouter: ForkServerLayouter) -> None:
    """The children of the test before are gone: one that has answered takes a moment to exit."""
    assert layouter.server(Limits()) is not None
    deadline = time.monotonic() + 20
    while children_of_the_server(layouter) and time.monotonic() < deadline:
        time.sleep(0.01)


def document(folder: Path, text: str, paragraphs: int = 1) -> Layout:
    path = folder / "source.fodt"
    path.write_text(FLAT.format(f"<text:p>{text}</text:p>" * paragraphs), encoding="utf-8")
    return Layout(path, "fodt", "writer")


def convert(layouter: ForkServerLayouter, layout: Layout, work: Path, *, seconds: float = 60) -> Path:
    work.mkdir(exist_ok=True)
    return layouter.to_pdf(LayoutJob(layout, work, Deadline(seconds), Limits()))


def children_of_the_server(layouter: ForkServerLayouter) -> list[int]:
    """Processes below the preloaded one: the children at work, and for a moment those that have answered."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    assert layouter._server is not None
    assert layouter._server._child is not None
    line = [layouter._server._child.process.pid]
    # bwrap → bwrap (init of the namespace) → preloaded python → children
    for _generation in range(2):
        line = [pid for pid, parent in parents.items() if parent in line]
    return [pid for pid, parent in parents.items() if parent in line]


def wait_for_a_child(layouter: ForkServerLayouter) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if children := children_of_the_server(layouter):
            return children[0]
        time.sleep(0.002)
    raise AssertionError("no child was started")


def test_documents_are_converted_side_by_side(layouter: ForkServerLayouter, tmp_path: Path) -> None:
    def one(number: int) -> bytes:
        folder = tmp_path / str(number)
        folder.mkdir()
        return convert(layouter, document(folder, f"第 {number} 份"), folder / "work").read_bytes()[:5]

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(one, range(8))) == {b"%PDF-"}


def test_a_killed_child_fails_alone(layouter: ForkServerLayouter, tmp_path: Path) -> None:
    layout = document(tmp_path, "一段很长的文字。" * 40, paragraphs=3000)
    failures: list[ConversionFailed] = []

    def doomed() -> None:
        with pytest.raises(ConversionFailed) as caught:
            convert(layouter, layout, tmp_path / "doomed")
        failures.append(caught.value)

    thread = threading.Thread(target=doomed)
    thread.start()
    os.kill(wait_for_a_child(layouter), signal.SIGKILL)
    thread.join(30)
    assert failures[0].status is Status.DAMAGED
    server = layouter._server
    (tmp_path / "next").mkdir()
    assert convert(layouter, document(tmp_path / "next", "下一份"), tmp_path / "work").is_file()
    assert layouter._server is server


def test_a_hanging_child_ends_at_its_deadline(layouter: ForkServerLayouter, tmp_path: Path) -> None:
    layout = document(tmp_path, "一段很长的文字。" * 40, paragraphs=3000)
    failures: list[ConversionFailed] = []

    def hanging() -> None:
        with pytest.raises(ConversionFailed) as caught:
            convert(layouter, layout, tmp_path / "hanging", seconds=2)
        failures.append(caught.value)

    thread = threading.Thread(target=hanging)
    thread.start()
    os.kill(wait_for_a_child(layouter), signal.SIGSTOP)
    thread.join(20)
    assert failures[0].status is Status.TIMED_OUT
    assert children_of_the_server(layouter) == []


def test_a_child_that_writes_too_much_is_ended(
    layouter: ForkServerLayouter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office_server, "QUOTA_SECONDS", 0.02)
    layout = document(tmp_path, "一段很长的文字。" * 40, paragraphs=3000)
    size = layout.source.stat().st_size
    with pytest.raises(ConversionFailed) as stopped:
        layouter.to_pdf(LayoutJob(layout, tmp_path, Deadline(60), Limits(max_output_bytes=size // 2)))
    assert stopped.value.status is Status.TOO_LARGE
    ends = time.monotonic() + 10
    while children_of_the_server(layouter) and time.monotonic() < ends:
        time.sleep(0.02)
    assert children_of_the_server(layouter) == []


def test_the_check_says_whether_documents_can_be_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [problem.code for problem in doctor() if problem.severity == "error"] == []
    monkeypatch.setattr(office_server, "START_SECONDS", 0.01)
    assert "no_office_server" in [problem.code for problem in doctor()]

    def broken(*_: object) -> Path:
        raise ConversionFailed(Status.FAILED, "office_broken", "exit 77")

    monkeypatch.setattr(office.SofficeLayouter, "template", broken)
    found = [problem for problem in doctor() if problem.severity == "error"]
    assert [(problem.code, "exit 77" in problem.message) for problem in found] == [("office_broken", True)]


def test_a_dead_server_is_replaced_and_the_job_done(layouter: ForkServerLayouter, tmp_path: Path) -> None:
    first = layouter._server
    assert first is not None
    assert first._child is not None
    first._child.process.kill()
    assert convert(layouter, document(tmp_path, "又一份"), tmp_path / "work").is_file()
    assert layouter._server is not first


def test_nothing_of_a_job_is_left_behind(layouter: ForkServerLayouter, tmp_path: Path) -> None:
    convert(layouter, document(tmp_path, "一份"), tmp_path / "work")
    assert layouter._server is not None
    assert list(layouter._server._folder.path.iterdir()) == []


def test_a_server_that_has_grown_is_replaced(
    layouter: ForkServerLayouter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    convert(layouter, document(tmp_path, "一份"), tmp_path / "work")
    first = layouter.server(Limits())
    assert first is not None
    assert not first.worn_out, "one document does not make it grow"
    assert first._bytes > 50 * MIB, "it says how much it takes"

    monkeypatch.setattr(office_server, "GROWTH_BEFORE_REPLACEMENT", -first._bytes_at_start)

    assert layouter.server(Limits()) is not first


def test_a_server_is_replaced_only_after_everybody_has_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layouter = ForkServerLayouter()
    if layouter.server(Limits()) is None:
        pytest.skip(f"no office server here: {layouter.problem}")
    first = layouter._server
    assert first is not None
    monkeypatch.setattr(office_server, "JOBS_BEFORE_REPLACEMENT", 1)
    copying, go_on, copy = threading.Event(), threading.Event(), shutil.copyfile

    def slowly(source: Path, target: Path) -> None:
        if "slow" in str(source):
            copying.set()
            assert go_on.wait(60)
        copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", slowly)
    for name in ("slow", "quick", "next"):
        (tmp_path / name).mkdir()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(convert, layouter, document(tmp_path / "slow", "慢"), tmp_path / "slow" / "work")
        assert copying.wait(60)
        convert(layouter, document(tmp_path / "quick", "快"), tmp_path / "quick" / "work")
        convert(layouter, document(tmp_path / "next", "后"), tmp_path / "next" / "work")
        assert layouter._server is not first
        go_on.set()
        assert slow.result().read_bytes().startswith(b"%PDF-")
    folder = first._folder.path
    layouter.server(Limits())
    assert not folder.exists()
    layouter.close()


def test_what_was_finished_when_the_server_ends_is_still_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layouter = ForkServerLayouter()
    server = layouter.server(Limits())
    if server is None:
        pytest.skip(f"no office server here: {layouter.problem}")
    judge = office_server.OfficeServer._judge

    def after_the_end(self: office_server.OfficeServer, *arguments: Any) -> None:
        server.close()
        judge(self, *arguments)

    monkeypatch.setattr(office_server.OfficeServer, "_judge", after_the_end)
    work = tmp_path / "work"
    work.mkdir()
    pdf = server.to_pdf(LayoutJob(document(tmp_path, "一份"), work, Deadline(60), Limits()))
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert not server._folder.path.exists()


def test_folders_of_the_dead_are_removed_and_those_of_the_living_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(caches.CACHE_DIR_SETTING, str(tmp_path))
    (tmp_path / "jobs-dead").mkdir()
    alive = JobsFolder()
    killed = JobsFolder()
    os.close(killed._descriptor)  # as the kernel does
    another = JobsFolder()
    assert sorted(tmp_path.glob("jobs-*")) == sorted([alive.path, another.path])
    alive.remove()
    another.remove()


def test_a_profile_that_another_installation_works_with_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(caches.CACHE_DIR_SETTING, str(tmp_path))
    for name in ("office-in-use", "office-forgotten"):
        (tmp_path / name).mkdir()
    os.utime(tmp_path / "office-forgotten", (0, 0))
    program = office.program()
    assert program is not None
    ready = office.SofficeLayouter().template(program, Limits())
    assert sorted(tmp_path.glob("office-*")) == sorted([ready, tmp_path / "office-in-use"])


def test_a_server_that_did_not_start_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    layouter = ForkServerLayouter()
    with monkeypatch.context() as busy:
        busy.setattr(office_server, "START_SECONDS", 0.01)
        assert layouter.server(Limits()) is None
    assert layouter.problem
    assert layouter.server(Limits()) is None
    layouter._next_try = 0.0
    assert layouter.server(Limits()) is not None
    assert layouter.problem == ""
    layouter.close()


def test_a_child_starts_no_process_that_could_outlive_its_job(
    layouter: ForkServerLayouter, tmp_path: Path
) -> None:
    layout = document(tmp_path, "一段很长的文字。" * 40, paragraphs=3000)
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(convert, layouter, layout, tmp_path / "work")
        status = Path(f"/proc/{wait_for_a_child(layouter)}/status")
        filters = "0"
        while filters != "2" and not job.done():
            with contextlib.suppress(OSError):
                filters = next(
                    line for line in status.read_text().splitlines() if "Seccomp:" in line
                ).split()[1]
        job.result()
    assert filters == "2"


def test_a_child_reads_and_writes_no_folder_but_its_own(tmp_path: Path) -> None:
    """The same confinement, in the same sandbox, around a program that tries to get out."""
    for name in ("own", "neighbour"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "secret").write_text(name, encoding="ascii")
    program = """
import os
from pathlib import Path
from inside import landlock
if not landlock.confine(readable=[p for p in Path("/").iterdir() if p.name != "jobs"], writable=[Path("/jobs/own")]):
    raise SystemExit(9)
print(Path("/jobs/own/secret").read_text())
Path("/jobs/own/written").write_text("yes")
for attempt in (
    lambda: Path("/jobs/neighbour/secret").read_text(),
    lambda: Path("/jobs/neighbour/written").write_text("no"),
    lambda: os.link("/jobs/neighbour/secret", "/jobs/own/link"),
    lambda: os.rename("/jobs/neighbour/secret", "/jobs/own/taken"),
    lambda: os.listdir("/jobs/neighbour"),
    lambda: Path("/tmp/anything").write_text("no"),
):
    try:
        attempt()
    except PermissionError:
        continue
    except OSError as error:
        if error.errno == 18:  # EXDEV: Landlock's answer to moving between hierarchies
            continue
        raise
    print("ESCAPED")
"""
    told = tmp_path / "told"
    with (
        told.open("wb") as stdout,
        spawn(
            [*python_command("x")[:-2], "-c", program],
            binds=[*python_binds(), Bind(tmp_path, "/jobs", writable=True)],
            caps=Caps(1 << 32, 20, 1 << 20),
            env={"PYTHONPATH": "/wenlan"},
            stdout=stdout,
        ) as child,
    ):
        code = child.wait(Deadline(20))
    if code == 9:
        pytest.skip("this kernel has no Landlock")
    assert (code, told.read_text(), child.last_words()) == (0, "own\n", "")
    assert sorted(path.name for path in (tmp_path / "neighbour").iterdir()) == ["secret"]
    assert (tmp_path / "own" / "written").read_text() == "yes"
