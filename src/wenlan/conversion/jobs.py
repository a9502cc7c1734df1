"""Private folders in which conversions work, and what dead ones left there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from wenlan.core.leases import Claim
from wenlan.documents.models import Revision


@contextmanager
def job_folder(claim: Claim) -> Iterator[Path]:
    """An empty folder that only this process's user may enter, named for the claim, removed at the end."""
    jobs = Path(settings.CONVERSION_JOBS_DIR)
    jobs.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{claim.row_id}-{claim.token}-", dir=jobs))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def orphaned_jobs_remove() -> int:
    """Remove the folders whose claim nobody holds any more; returns how many there were."""
    jobs = Path(settings.CONVERSION_JOBS_DIR)
    folders = {folder: _claim_of(folder) for folder in jobs.iterdir()} if jobs.is_dir() else {}
    rows = {claim.row_id for claim in folders.values() if claim}
    held = {
        Claim(row_id, token)
        for row_id, token in Revision.objects.filter(
            Q(state=Revision.State.CONVERTING) | Q(state=Revision.State.READY, redraw_asked_at__isnull=False),
            pk__in=rows,
        ).values_list("pk", "claim_token")
    }
    orphans = [folder for folder, claim in folders.items() if claim and claim not in held]
    for folder in orphans:
        shutil.rmtree(folder, ignore_errors=True)
    return len(orphans)


def _claim_of(folder: Path) -> Claim | None:
    """The claim a folder was made for; None when it is not one of ours."""
    row_id, _, rest = folder.name.partition("-")
    token, dash, _ = rest.partition("-")
    return Claim(int(row_id), int(token)) if dash and row_id.isdecimal() and token.isdecimal() else None
