"""Background work of the conversion room."""

from __future__ import annotations

from django_tasks import task

from wenlan.conversion import services
from wenlan.conversion.pause import worker_pause


@task(queue_name="conversion")
def revision_convert(revision_id: int) -> None:
    """Convert the revision whose turn it is, as often one of others as `revision_id`, for which this task rings.

    When none waits, draw one again that somebody asked for. Harmless when run twice, late, or after deletion. Does
    nothing for a while after the machine could not convert; the sweep rings again.
    """
    if worker_pause.lasts:
        return
    claim = services.revision_claim_next()
    if claim:
        services.revision_convert(claim=claim)
        return
    claim = services.revision_redraw_claim_next()
    if claim:
        services.revision_redraw(claim=claim)
