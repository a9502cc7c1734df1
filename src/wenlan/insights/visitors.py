"""Telling visitors apart without knowing them."""

from __future__ import annotations

from django.http import HttpRequest

from wenlan.accounts.limits import client_address
from wenlan.core.visits import is_by_a_person
from wenlan.insights.services import visitor_hash_today


def visitor_key(request: HttpRequest) -> str:
    """What tells this visitor from others for a day; empty for visits that are not counted.

    Those are the visits of programs, and pages that a browser fetches in advance. A person who is signed in is the
    same visitor on every device.
    """
    if not is_by_a_person(request):
        return ""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    browser = request.headers.get("User-Agent", "")
    return f"{client_address(request)} {browser} {request.headers.get('Accept-Language', '')}"


def visitor_of_today(request: HttpRequest) -> str:
    """The visitor's hash under the salt of the day, for rooms below that count visitors as we do; empty as the key is."""
    return visitor_hash_today(visitor_key=visitor_key(request))
