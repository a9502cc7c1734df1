"""What people use today: `soffice --convert-to pdf`, then `pdftoppm`."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

WIDTH_PIXELS = 1440


def to_pdf(
    source: Path,
    folder: Path,
    *,
    target: str = "pdf",
    profile: Path | None = None,
    environment: dict[str, str] | None = None,
    timeout_seconds: float = 300,
) -> Path:
    """Convert with LibreOffice's own command; a fresh profile unless one is given.

    Raises FileNotFoundError when there is nothing afterwards: the command ends with 0 all the same.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as fresh:
        _run(
            [
                "soffice",
                f"-env:UserInstallation=file://{profile or fresh}",
                "--headless",
                "--convert-to",
                target,
                "--outdir",
                str(folder),
                str(source),
            ],
            os.environ | (environment or {}),
            timeout_seconds,
        )
    made = folder / f"{source.stem}.{target.split(':')[0]}"
    if not made.exists():
        raise FileNotFoundError(made)
    return made


@contextlib.contextmanager
def running(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program that starts others; all of them are ended with it."""
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _run(command: Sequence[str], environment: dict[str, str], timeout_seconds: float) -> None:
    with running(command, environment) as process:
        code = process.wait(timeout_seconds)
    if code != 0:
        raise subprocess.CalledProcessError(code, command)


def to_images(pdf: Path, folder: Path, *, first_only: bool = False) -> list[Path]:
    """PNG pages as wide as the ones we make."""
    pages = ["-f", "1", "-l", "1"] if first_only else []
    subprocess.run(
        [
            "pdftoppm",
            "-png",
            "-scale-to-x",
            str(WIDTH_PIXELS),
            "-scale-to-y",
            "-1",
            *pages,
            str(pdf),
            str(folder / "page"),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return sorted(folder.glob("page*.png"))
