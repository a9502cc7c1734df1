"""Asking the operator's virus scanner about a file."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from wenlan.conversion.backends import scanner
from wenlan.conversion.engine import Problem
from wenlan.conversion.messages import rejection_message
from wenlan.conversion.ports import ScannerUnavailable, TooLargeToScan, VirusScanner
from wenlan.core.text import clean_line
from wenlan.documents.errors import UploadRefused

logger = logging.getLogger(__name__)

_REQUIRED_HINT = "Start it, or look at WENLAN_CLAMD; until then no file is taken"
_OPTIONAL_HINT = "Start it, or look at WENLAN_CLAMD; until then files are taken unseen"


class UploadInfected(UploadRefused):
    """The virus scanner found something in the file."""

    code = "infected"


class UploadNotScanned(UploadRefused):
    """The virus scanner did not look into the file, and without that the site takes none."""

    code = "not_scanned"


def upload_scan(*, path: Path, name: str) -> None:
    """Let the virus scanner look at the file at `path`, called `name`. Does nothing when the site has none.

    Raises UploadInfected; and UploadNotScanned when there is no verdict and WENLAN_CLAMD_REQUIRED is set, else such
    a file passes with a warning in the log.
    """
    chosen = scanner()
    if chosen is None:
        return
    try:
        found = chosen.scan(path)
    except TooLargeToScan as error:
        _not_scanned("too_large_to_scan", name, error)
    except ScannerUnavailable as error:
        _not_scanned("not_scanned", name, error)
    else:
        if found is not None:
            virus = clean_line(found)[:100]
            logger.warning("The virus scanner found %s in an upload", virus)
            raise UploadInfected(rejection_message("infected", name=name, virus=virus))


def _not_scanned(code: str, name: str, error: Exception) -> None:
    """Refuse the file, or let it pass, as the operator has decided; the log has the reason either way."""
    if settings.CLAMD_REQUIRED:
        logger.error("A file was refused because it was not scanned for viruses: %s", error)
        raise UploadNotScanned(rejection_message(code, name=name), code=code) from error
    logger.warning("A file was taken without being scanned for viruses: %s", error)


def scanner_problems() -> Iterator[Problem]:
    """What keeps the virus scanner from looking at every file that may be uploaded; nothing when there is none."""
    chosen = scanner()
    if chosen is None:
        return
    try:
        chosen.version()
        _scan_the_largest(chosen)
    except TooLargeToScan as error:
        message = f"The virus scanner does not take files as large as WENLAN_UPLOAD_MAX_BYTES: {error}"
        hint = f"Set StreamMaxLength, MaxScanSize and MaxFileSize of clamd to {settings.UPLOAD_MAX_BYTES} or more"
        yield Problem("warning", "scanner_limit", message, hint)
    except ScannerUnavailable as error:
        message = f"The virus scanner does not answer: {error}"
        if settings.CLAMD_REQUIRED:
            yield Problem("error", "no_scanner", message, _REQUIRED_HINT)
        else:
            yield Problem("warning", "no_scanner", message, _OPTIONAL_HINT)


def _scan_the_largest(chosen: VirusScanner) -> None:
    """Send as many bytes as an upload may have: clamd tells its limits to nobody who does not meet them."""
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        file.truncate(settings.UPLOAD_MAX_BYTES)
        chosen.scan(Path(file.name))
