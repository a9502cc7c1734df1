"""Turning stored revisions into previews."""

from wenlan.conversion.services.claims import (
    claim_release,
    claim_renew,
    revision_claim,
    revision_claim_next,
    revision_conversion_request,
    revision_retry,
    revisions_sweep,
)
from wenlan.conversion.services.converting import revision_convert
from wenlan.conversion.services.inspecting import UploadRejected, upload_inspect
from wenlan.conversion.services.scanning import UploadInfected, UploadNotScanned, scanner_problems

__all__ = [
    "UploadInfected",
    "UploadNotScanned",
    "UploadRejected",
    "claim_release",
    "claim_renew",
    "revision_claim",
    "revision_claim_next",
    "revision_conversion_request",
    "revision_convert",
    "revision_retry",
    "revisions_sweep",
    "scanner_problems",
    "upload_inspect",
]
