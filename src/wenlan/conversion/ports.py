"""What the conversion room asks of a virus scanner, whichever it is."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class ScannerUnavailable(Exception):
    """The scanner gave no verdict: it cannot be reached, took too long, or met a fault of its own."""


class TooLargeToScan(Exception):
    """The scanner does not look into so large a file, or not into all of it."""


class VirusScanner(Protocol):
    """Both raise ScannerUnavailable, and neither blocks for longer than its timeouts."""

    def version(self) -> str:
        """The program and its signatures, as the scanner names them."""

    def scan(self, path: Path) -> str | None:
        """What the scanner calls what it found in the file; None when it found nothing. Raises TooLargeToScan."""
