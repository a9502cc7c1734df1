"""The scripts run on a copy of themselves, so that nothing in the checkout changes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with scripts and requirements in it, and nothing installed."""
    folder = tmp_path / "checkout"
    for name in ("script", "requirements"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "src" / "wenlan").mkdir(parents=True)
    return folder


@pytest.fixture
def bootstrap_function(checkout: Path) -> Shell:
    """Runs bash commands in which the functions of script/bootstrap are defined."""

    def run(commands: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        program = f". '{checkout}/script/bootstrap'\n{commands}"
        return subprocess.run(
            ["bash", "-c", program, "bash", *arguments],
            cwd=checkout,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
