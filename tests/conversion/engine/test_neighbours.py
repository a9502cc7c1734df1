"""Two documents in one server: whatever becomes of one, the other is converted as if it were alone."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from wenlan.conversion.engine import Limits, Status, sandbox
from wenlan.conversion.engine.bounds import Deadline
from wenlan.conversion.engine.layouter import ForkServerLayouter
from wenlan.conversion.engine.model import ConversionFailed
from wenlan.conversion.engine.office import Layout, LayoutJob

from .test_office_server import children_of_the_server, document, wait_for_a_child

pytestmark = pytest.mark.engine

LONG, PARAGRAPHS = "一段很长的文字。" * 40, 2000


def text_of(pdf: Path) -> list[str]:
    with pdfium.PdfDocument(pdf) as opened:
        return [opened[number].get_textpage().get_text_bounded() for number in range(len(opened))]


class Pair:
    """A victim and its neighbour at work in the same server."""

    def __init__(self, layouter: ForkServerLayouter, folder: Path) -> None:
        self.layouter, self.folder = layouter, folder
        self.pool = ThreadPoolExecutor(2)

    def start(self, name: str, limits: Limits) -> tuple[Future[Path], int]:
        """Begin a conversion. Returns it and the process that does it."""
        before = set(children_of_the_server(self.layouter))
        layout, work = self._prepared(name)
        deadline = Deadline(limits.deadline_seconds)
        job = self.pool.submit(self.layouter.to_pdf, LayoutJob(layout, work, deadline, limits))
        wait_for_a_child(self.layouter)
        while not (
            new := [
                pid for pid in children_of_the_server(self.layouter) if pid not in before and is_confined(pid)
            ]
        ):
            assert not job.done(), job.exception()
        return job, new[0]

    def alone(self) -> list[str]:
        layout, work = self._prepared("alone")
        return text_of(self.layouter.to_pdf(LayoutJob(layout, work, Deadline(120), Limits())))

    def _prepared(self, name: str) -> tuple[Layout, Path]:
        folder = self.folder / name
        (folder / "work").mkdir(parents=True)
        return document(folder, LONG, PARAGRAPHS), folder / "work"


def is_confined(pid: int) -> bool:
    """Whether the process has given up all that a child gives up before it reads its document."""
    try:
        return "Seccomp:\t2" in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return False


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def stop(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)


def starve(pid: int) -> None:
    """Let the process have no more memory than it has: its next wish for some is refused, as at its limit."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[0])
    used = pages * os.sysconf("SC_PAGESIZE")
    resource.prlimit(pid, resource.RLIMIT_AS, (used, used))


@pytest.mark.parametrize("harm", [kill, stop, starve])
def test_a_neighbour_is_converted_as_if_it_were_alone(
    layouter: ForkServerLayouter, tmp_path: Path, harm: Callable[[int], None]
) -> None:
    server = layouter._server
    assert server is not None
    pair = Pair(layouter, tmp_path)
    neighbour, _ = pair.start("neighbour", Limits(deadline_seconds=120))
    victim, pid = pair.start("victim", Limits(deadline_seconds=6 if harm is stop else 120))

    harm(pid)

    with pytest.raises(ConversionFailed) as failure:
        victim.result(130)
    assert failure.value.status in {Status.DAMAGED, Status.TIMED_OUT}
    found = text_of(neighbour.result(130))
    assert found == pair.alone()
    assert layouter._server is server
    assert list(server._folder.path.iterdir()) == []


ATTACK = """
    if b"ATTACK" in (folder / order["source"]).read_bytes():
        for attempt in [
            *(lambda path=path: path.write_bytes(b"overwritten") for path in (
                *(JOBS / name for name in ("written", "job-guessed/written")), *JOBS.glob("*/*"),
                *PROFILE.rglob("*.xcu"), Path("/template/profile/written"), Path("/wenlan/inside/office.py"),
            ) if path.parent != folder),
            lambda: os.listdir(JOBS),
            lambda: os.kill(-1, signal.SIGKILL),
            *(lambda pid=pid: os.kill(pid, signal.SIGKILL) for pid in range(1, 200) if pid != os.getpid()),
            *(lambda pid=pid: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)) for pid in range(1, 200)
              if pid != os.getpid()),
        ]:
            try:
                attempt()
            except OSError:
                continue
            os.write(2, b"ESCAPED")
        os.write(2, b"tried everything")
        os._exit(NOT_LOADED)
"""


def test_a_child_that_attacks_changes_nothing_for_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server whose children, confined as always, do what a document could make them do."""
    inside = tmp_path / "inside"
    shutil.copytree(sandbox.INSIDE, inside)
    program = (inside / "office.py").read_text(encoding="utf-8")
    before, confined, after = program.partition("    alone.stay(threads=True)\n")
    (inside / "office.py").write_text(before + confined + ATTACK.lstrip("\n") + after, encoding="utf-8")
    monkeypatch.setattr(sandbox, "INSIDE", inside)
    layouter = ForkServerLayouter()
    if layouter.server(Limits()) is None:
        pytest.skip(f"no office server here: {layouter.problem}")
    server = layouter._server
    pair = Pair(layouter, tmp_path)
    neighbour, _ = pair.start("neighbour", Limits())
    (tmp_path / "attacker").mkdir()
    attacker = document(tmp_path / "attacker", "ATTACK")

    with pytest.raises(ConversionFailed) as failure:
        layouter.to_pdf(LayoutJob(attacker, tmp_path, Deadline(60), Limits()))

    assert "tried everything" in failure.value.detail
    assert "ESCAPED" not in failure.value.detail
    assert text_of(neighbour.result(130)) == pair.alone()
    assert layouter._server is server
    layouter.close()
