"""Template filters of the conversion room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from wenlan.conversion import messages
from wenlan.documents.models import Document, Revision

register = template.Library()


@register.filter
def stage_name(revision: Revision) -> str:
    """`{{ revision|stage_name }}` → Drawing the pages."""
    return messages.stage_label(revision.stage)


@register.filter
def failed_for_good(revision: Revision) -> bool:
    """`{% if revision|failed_for_good %}`: whether another attempt at this file would end as the last one."""
    return revision.error_code in messages.FOR_GOOD


@register.filter
def failure_reason(revision: Revision) -> str:
    """`{{ revision|failure_reason }}`: why its conversion failed and what to do."""
    return messages.failure_message(revision.error_code)


@register.inclusion_tag("conversion/_watch.html")
def watch_conversions(documents: Iterable[Document]) -> dict[str, Any]:
    """`{% watch_conversions page %}`: one question, asked again and again, about all files that are being converted.

    It is asked more rarely while all of them still wait.
    """
    watched = [
        (document, revision)
        for document in documents
        if (revision := document.newest_revision) and revision.is_being_converted
    ]
    all_wait = all(revision.state == Revision.State.PENDING for _document, revision in watched)
    return {"watched": [document for document, _revision in watched], "seconds": 5 if all_wait else 2}
