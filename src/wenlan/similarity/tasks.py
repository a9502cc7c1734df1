"""Background work of the similarity room."""

from __future__ import annotations

from django_tasks import task

from wenlan.similarity import digests, services, title_checks


@task(queue_name="index")
def text_compare(fingerprint_id: int) -> None:
    """Compare one text with every other. Harmless when run twice, late, or after deletion."""
    services.fingerprint_compare(fingerprint_id=fingerprint_id)


@task(queue_name="index")
def titles_check(document_id: int) -> None:
    """Hold the titles of one document against its text. Harmless when run twice, late, or after deletion."""
    title_checks.titles_check(document_id=document_id)


@task(queue_name="index")
def digest_make(document_id: int) -> None:
    """Make keywords and summary of one document. Harmless when run twice, late, or after deletion."""
    digests.digest_make(document_id=document_id)
