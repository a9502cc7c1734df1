"""LibreOffice as a careless person runs it: outside of the sandbox, with the settings that a test gives it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import _soffice
from wenlan.conversion.engine import office

TRUSTING = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Settings under which every macro runs; that linked pictures are fetched is what LibreOffice comes with."""
OURS = office.SETTINGS.read_text(encoding="utf-8")
"""The engine's settings."""


def profile_with(settings: str, folder: Path) -> Path:
    """A profile of LibreOffice that has nothing but these settings."""
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
    return folder


@contextlib.contextmanager
def opened(path: Path, profile: Path) -> Iterator[None]:
    """The file open in a LibreOffice as for reading; whatever that was to do by itself it has begun."""
    lock = path.with_name(f".~lock.{path.name}#")
    command = [shutil.which("soffice") or "soffice", f"-env:UserInstallation=file://{profile}"]
    command += ["--headless", "--norestore", str(path)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until(lock.exists)
        # It takes orders one after the other: what it is told now it does when the file has been opened.
        later = path.with_name("later.txt")
        for _time in range(2):
            later.write_text("later", encoding="utf-8")
            _soffice.to_pdf(later, path.parent, profile=profile)
            assert later.with_suffix(".pdf").exists()
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        lock.unlink(missing_ok=True)


def until(happens: Callable[[], object], seconds: float = 60) -> bool:
    """Wait for something; whether it happened."""
    ends = time.monotonic() + seconds
    while not (happened := bool(happens())) and time.monotonic() < ends:
        time.sleep(0.05)
    return happened
