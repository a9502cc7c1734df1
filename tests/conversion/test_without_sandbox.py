"""A site whose operator goes on without a sandbox says so wherever an operator looks."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from wenlan.conversion.engine import sandbox

SOURCES = Path(__file__).resolve().parents[2] / "src"


def _started(tmp_path: Path, **variables: str) -> str:
    """What a program of the site writes to its log at its start, on a machine without bubblewrap."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WENLAN_")}
    environment |= {"WENLAN_DATA_DIR": str(tmp_path), "PYTHONPATH": str(SOURCES), "PATH": str(tmp_path)}
    started = subprocess.run(
        [sys.executable, "-m", "wenlan", "manage", "diffsettings"],
        env=environment | variables,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return started.stderr


def test_every_start_says_that_files_are_opened_without_a_sandbox(tmp_path: Path) -> None:
    assert "WITHOUT a sandbox" in _started(tmp_path, WENLAN_UNSAFE_NO_SANDBOX="1")
    assert "sandbox" not in _started(tmp_path)


@pytest.mark.django_db
def test_wenlan_check_says_that_files_are_opened_without_a_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "probe", lambda: sandbox.Probe(None, "no namespaces here"))
    monkeypatch.setenv(sandbox.UNSAFE_SWITCH, "1")
    said = io.StringIO()
    with pytest.raises(SystemExit):  # the test's static files are not collected
        call_command("doctor", stdout=said)
    assert "! WENLAN_UNSAFE_NO_SANDBOX=1: untrusted files are converted WITHOUT a sandbox" in said.getvalue()
    assert "no namespaces here" in said.getvalue()
    assert "its sandbox work" not in said.getvalue()


@pytest.mark.django_db
def test_wenlan_check_fails_where_there_is_neither_a_sandbox_nor_the_switch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "probe", lambda: sandbox.Probe(None, "no namespaces here"))
    monkeypatch.delenv(sandbox.UNSAFE_SWITCH, raising=False)
    said = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=said)
    assert "✗ The sandbox does not start: no namespaces here" in said.getvalue()
