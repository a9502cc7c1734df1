"""Background work of the search room."""

from __future__ import annotations

from django_tasks import task

from wenlan.search import services


@task(queue_name="index")
def document_index(document_id: int) -> None:
    """Bring the index up to date with one document, and with whatever else waits. Harmless when run twice."""
    services.wanted_index()
