"""The older Office formats and some PDFs, written by LibreOffice from the new formats."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path


class LibreOfficeFailed(RuntimeError):
    """LibreOffice is missing, took too long, or left a file out."""


def convert(
    sources: Sequence[Path], target: str, folder: Path, *, timeout_seconds: float = 180
) -> list[Path]:
    """Convert all sources to one target format ("doc", "ppt", "xls", "pdf") in a single run; returns the new files.

    LibreOffice works with a profile of its own that is thrown away, so a running office is not disturbed.
    Raises LibreOfficeFailed when any of the files did not come out.
    """
    if not sources:
        return []
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise LibreOfficeFailed("LibreOffice (soffice) is not installed")
    with tempfile.TemporaryDirectory(prefix="wenlan-demo-") as profile:
        command = [program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", target, "--outdir", str(folder), *map(str, sources)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=timeout_seconds)  # noqa: S603 - our own files
        except (subprocess.SubprocessError, OSError) as error:
            raise LibreOfficeFailed(f"LibreOffice did not write {target}: {error}") from error
    written = [folder / f"{source.stem}.{target}" for source in sources]
    missing = [path.name for path in written if not path.is_file()]
    if missing:
        raise LibreOfficeFailed(f"LibreOffice left out {', '.join(missing)}")
    return written
