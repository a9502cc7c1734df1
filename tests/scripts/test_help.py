from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.scripts.conftest import ROOT

PROGRAMS = ["bootstrap", "demo", "serve", "test", "lint", "bench", "screenshots", "../.ci/run"]


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_script_explains_itself_from_any_folder_and_without_a_terminal(
    name: str, tmp_path: Path
) -> None:
    result = subprocess.run(
        [ROOT / "script" / name, "--help"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    assert f"Usage: {'.ci/run' if name.startswith('.') else f'script/{name}'}" in result.stdout


@pytest.mark.parametrize("name", ["bootstrap", "lint", "bench"])
def test_a_mistyped_option_is_refused_before_anything_is_done(name: str, checkout: Path) -> None:
    result = subprocess.run(
        [checkout / "script" / name, "--no-instal"], capture_output=True, text=True, timeout=60, check=False
    )

    assert result.returncode == 1
    assert "unknown argument --no-instal" in result.stderr
    assert not (checkout / ".venv").exists()
