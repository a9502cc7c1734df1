"""Good files, cut and spoilt: whatever is left of them ends in a status, and nothing else happens.

Every day a few of each format; with `--thorough` every kilobyte's cut and two thousand mutations.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conversion.engine.samples import ENDINGS, Sample
from wenlan.conversion.engine import Limits, Result, Status, convert, office_server
from wenlan.conversion.engine.layouter import ForkServerLayouter

from .mutations import cuts, mutation
from .world import state_of

pytestmark = pytest.mark.engine

DEADLINE_SECONDS = 60.0
GRACE_SECONDS = 10.0
MUTATIONS = 2_000
EVERYDAY_MUTATIONS = 1
LIMITS = Limits(deadline_seconds=DEADLINE_SECONDS)


@pytest.fixture(scope="module")
def layouter() -> Iterator[ForkServerLayouter]:
    """One server for all of them, that is not replaced after some hundred jobs: it has to survive them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office_server, "JOBS_BEFORE_REPLACEMENT", 1_000_000)
        layouter = ForkServerLayouter()
        if layouter.server(LIMITS) is None:
            pytest.skip(f"no office server here: {layouter.problem}")
        yield layouter
        layouter.close()


def process_of(layouter: ForkServerLayouter) -> int:
    server = layouter._server
    assert server is not None
    assert server._child is not None
    assert server._child.process.poll() is None
    return server._child.process.pid


@dataclass
class Run:
    """Conversions of spoilt copies of one file, and what was wrong with how they ended."""

    sample: Sample
    folder: Path
    layouter: ForkServerLayouter
    problems: dict[str, str] = field(default_factory=dict)

    def convert(self, name: str, content: bytes) -> None:
        source = self.folder / f"{name}{self.sample.path.suffix}"
        source.write_bytes(content)
        out = self.folder / f"out-{name}"
        result = convert(source, name=source.name, out=out, limits=LIMITS, layouter=self.layouter)
        if problem := self._problem(result, out):
            self.problems[source.name] = problem
            if keep := os.environ.get("WENLAN_TEST_KEEP_SPOILT"):
                (Path(keep) / source.name).write_bytes(content)
        elif source.read_bytes() != content:
            self.problems[source.name] = "the original was changed"
        source.unlink()

    def _problem(self, result: Result, out: Path) -> str:
        left = sorted(path.name for path in out.iterdir())
        if result.seconds > DEADLINE_SECONDS + GRACE_SECONDS:
            return f"took {result.seconds} s"
        if result.status is Status.FAILED:
            return f"a fault of ours: {result.error}: {result.detail}"
        if result.status is not Status.OK:
            return "" if left == ["report.json"] else f"left behind: {left}"
        kept = [name for name in left if name != "slides.svg" or result.slides_path is None]
        if kept != ["document.pdf", "pages", "report.json", "text.json"] or not result.pages:
            return f"ok with {result.pages} pages and {left}"
        return ""


def spoilt_copies(ending: str, content: bytes, *, thorough: bool) -> Iterator[tuple[str, bytes]]:
    """Named copies of a good file: cut, then changed."""
    cut = list(cuts(content))
    for number, piece in enumerate(cut if thorough else cut[len(cut) // 2 :][:1], start=1):
        yield f"{ending}-cut-{number}", piece
    for number in range(-(-MUTATIONS // len(ENDINGS)) if thorough else EVERYDAY_MUTATIONS):
        yield f"{ending}-seed-{number}", mutation(content, f"{ending}-{number}")


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_spoilt_file_ends_in_a_status_and_changes_nothing_else(
    ending: str, good: dict[str, Sample], layouter: ForkServerLayouter, tmp_path: Path, thorough: bool
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "marker.txt").write_text("nobody reads or writes this", encoding="utf-8")
    process, before = process_of(layouter), state_of(outside)
    run = Run(good[ending], tmp_path, layouter)
    copies = spoilt_copies(ending, good[ending].path.read_bytes(), thorough=thorough)

    for name, content in copies:
        run.convert(name, content)

    assert run.problems == {}
    assert state_of(outside) == before
    assert layouter._server is not None
    assert list(layouter._server._folder.path.iterdir()) == []
    assert process_of(layouter) == process


def test_a_good_file_is_converted_after_all_of_them(
    good: dict[str, Sample], layouter: ForkServerLayouter, tmp_path: Path
) -> None:
    process = process_of(layouter)
    found = convert(good["docx"].path, name="a.docx", out=tmp_path / "out", limits=LIMITS, layouter=layouter)
    assert (found.status, found.pages) == (Status.OK, 2)
    assert process_of(layouter) == process


def test_the_same_seed_spoils_a_file_the_same_way(good: dict[str, Sample]) -> None:
    for ending in ("docx", "doc", "pdf", "html"):
        content = good[ending].path.read_bytes()
        spoilt = [mutation(content, f"{number}") for number in range(20)]
        assert spoilt == [mutation(content, f"{number}") for number in range(20)]
        assert len({*spoilt, content}) > 15
