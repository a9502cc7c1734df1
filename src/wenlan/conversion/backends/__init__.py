"""The scanner that the settings choose."""

from __future__ import annotations

from django.conf import settings

from wenlan.conversion.backends.clamd import Clamd
from wenlan.conversion.ports import VirusScanner


def scanner() -> VirusScanner | None:
    """The virus scanner of this site; None when the operator names none."""
    return Clamd(settings.CLAMD) if settings.CLAMD else None
