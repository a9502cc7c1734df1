"""Background work of the search room."""

from __future__ import annotations

from django_tasks import task

from wenlan.search import services, standing


@task(queue_name="index")
def document_index(document_id: int) -> None:
    """Bring the index up to date with one document and whatever else waits. Harmless when run twice or late."""
    services.wanted_index()


@task(queue_name="index")
def index_wanted() -> None:
    """Bring the index up to date, making it anew if it is lost. Harmless when run twice or late."""
    services.wanted_index()


@task(queue_name="index")
def standing_count(document_id: int) -> None:
    """Count how good one document is. Harmless when run twice, late, or after deletion."""
    standing.standings_count([document_id])


@task(queue_name="index")
def standings_due_count() -> None:
    """Count how good those documents are that are due. Harmless when run twice or late."""
    standing.standings_due_count()
