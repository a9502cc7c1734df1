"""What members may do with a document, for the pages of lower rooms."""

from __future__ import annotations

from typing import Any

from django import template

from wenlan.documents.models import Document
from wenlan.orders.memberships import is_open_to_members, member_view, membership_is_offered

register = template.Library()


@register.inclusion_tag("orders/_member_way.html", takes_context=True)
def member_way(context: dict[str, Any], document: Document) -> dict[str, Any]:
    """`{% member_way document %}`: a member takes it as one of those included; others are told that they could."""
    is_open = is_open_to_members(document)
    return {
        "document": document,
        "is_open": is_open,
        "member": member_view(context["request"].user) if is_open else None,
        "is_offered": is_open and membership_is_offered(),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("orders/_member_offer.html", takes_context=True)
def member_offer(context: dict[str, Any], document: Document) -> dict[str, Any]:
    """`{% member_offer document %}`: its author opens it to members, or no longer."""
    return {
        "document": document,
        "is_offered": not document.is_free
        and document.author_id == context["request"].user.pk
        and membership_is_offered(),
        "is_open": is_open_to_members(document),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("orders/_membership_line.html", takes_context=True)
def membership_line(context: dict[str, Any]) -> dict[str, Any]:
    """`{% membership_line %}`: what is left of the reader's membership, or that there are some."""
    member = member_view(context["request"].user)
    return {"member": member, "is_offered": member is None and membership_is_offered()}
