"""`wenlan` finds the site it is meant for, or says that it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def _wenlan(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if name not in {"WENLAN_DATA_DIR", "DATABASE_URL"}
    }
    return subprocess.run(
        [sys.executable, "-m", "wenlan", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": os.pathsep.join(sys.path), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_command_far_from_any_site_makes_no_new_one(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()

    result = _wenlan(nowhere, "ledger", "verify")
    explained = _wenlan(nowhere, "ledger", "--help")

    assert result.returncode == 2
    assert "WENLAN_ENV_FILE" in result.stderr
    assert explained.returncode == 0
    assert "verify" in explained.stdout
    assert list(nowhere.iterdir()) == []


def test_settings_that_cannot_be_read_are_not_left_out(tmp_path: Path) -> None:
    result = _wenlan(tmp_path, "setup", WENLAN_ENV_FILE=str(tmp_path / "missing.env"))

    assert result.returncode == 2
    assert "missing.env" in result.stderr


def test_a_command_reads_the_settings_of_the_service(tmp_path: Path) -> None:
    file = tmp_path / "wenlan.env"
    file.write_text(f"WENLAN_DATA_DIR={tmp_path / 'library'}\nWENLAN_FROM_EMAIL=Library <a@example.org>\n")
    code = "from django.conf import settings; print(settings.DATA_DIR, settings.DEFAULT_FROM_EMAIL)"

    result = _wenlan(tmp_path, "manage", "shell", "--no-imports", "-c", code, WENLAN_ENV_FILE=str(file))

    assert result.stdout.strip() == f"{tmp_path / 'library'} Library <a@example.org>", result.stderr
