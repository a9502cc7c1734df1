"""Template filters of the conversion room."""

from __future__ import annotations

from django import template

from wenlan.conversion import messages
from wenlan.documents.models import Revision

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
