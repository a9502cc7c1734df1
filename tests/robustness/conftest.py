"""Good files, and the world they are spoilt against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversion.engine.samples import Sample, samples
from tests.outside import canary_picture, listener
from wenlan.conversion.engine import doctor

from .world import CANARY, World


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    missing = [problem.message for problem in doctor() if problem.severity == "error"]
    if missing:
        pytest.skip("; ".join(missing))
    return samples(tmp_path_factory.mktemp("good"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.txt").write_text(f"{CANARY}\n" * 20, encoding="utf-8")
    canary_picture(folder / "secret.png")
    with listener() as (port, heard):
        yield World(folder, port, heard, tmp_path)
