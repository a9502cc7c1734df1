"""What people use today: `soffice --convert-to pdf`, then `pdftoppm`."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

WIDTH_PIXELS = 1440


def to_pdf(source: Path, folder: Path, *, target: str = "pdf", profile: Path | None = None) -> Path:
    """Convert with LibreOffice's own command; a fresh profile unless one is given."""
    with tempfile.TemporaryDirectory() as fresh:
        subprocess.run(
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
            check=True,
            capture_output=True,
            timeout=300,
        )
    return folder / f"{source.stem}.{target.split(':')[0]}"


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
